using ControlPlane.Domain.Changes;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Changes;

/// <summary>A change or cancellation that the channel sent after the order had begun, with the state of each system. Times in microseconds UTC.</summary>
public sealed class OrderChangeRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public Guid TransactionId { get; set; }

    /// <summary>Counts the changes of an order from 1.</summary>
    public int Number { get; set; }

    public ChangeKind Kind { get; set; }

    public ChangeState State { get; set; }

    /// <summary>As the channel said it.</summary>
    public string Summary { get; set; } = "";

    /// <summary>How it ended, or what somebody has to do; empty while it is under way.</summary>
    public string Outcome { get; set; } = "";

    /// <summary>Version of the order that it was made on.</summary>
    public int BaseVersion { get; set; }

    /// <summary>JSON: what it says otherwise.</summary>
    public string Differences { get; set; } = "[]";

    /// <summary>JSON: the state of each system.</summary>
    public string Systems { get; set; } = "[]";

    public long RequestedAt { get; set; }

    public long? EndedAt { get; set; }

    /// <summary>The return that was begun because it came too late.</summary>
    public Guid? ReturnId { get; set; }
}

/// <summary>Keys, lengths and indexes, each index with the question it answers.</summary>
internal static class ChangesModel
{
    public static void Configure(ModelBuilder model) => model.Entity<OrderChangeRow>(e =>
    {
        e.ToTable("order_changes").HasKey(c => c.Id);
        e.Property(c => c.Summary).HasMaxLength(ColumnLengths.Summary);
        e.Property(c => c.Outcome).HasMaxLength(ColumnLengths.Summary);
        // The changes of an order, on its page.
        e.HasIndex(c => new { c.TransactionId, c.Number });
    });
}
