using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Exports;

public enum ExportState : short
{
    Running = 1,
    Done = 2,

    /// <summary>The browser or script went away.</summary>
    Cancelled = 3,
    Failed = 4,
}

/// <summary>Who took which rows out of the product, and how many. Kept for as long as the installation. Times in microseconds UTC.</summary>
public sealed class ExportRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    /// <summary>Which list: <c>transactions</c>, <c>cases</c>.</summary>
    public string Source { get; set; } = "";

    public string Format { get; set; } = "";

    /// <summary>The filters in words.</summary>
    public string Filter { get; set; } = "";

    public string Zone { get; set; } = "";

    public string Person { get; set; } = "";

    public string PersonName { get; set; } = "";

    /// <summary>True when personal data was hidden in it.</summary>
    public bool Masked { get; set; }

    public ExportState State { get; set; }

    public long At { get; set; }

    public long? EndedAt { get; set; }

    public long Rows { get; set; }

    public long Bytes { get; set; }
}

/// <summary>Keys, lengths and indexes of exports.</summary>
internal static class ExportModel
{
    public static void Configure(ModelBuilder model) => model.Entity<ExportRow>(e =>
    {
        e.ToTable("exports").HasKey(x => x.Id);
        e.Property(x => x.Source).HasMaxLength(ColumnLengths.Key);
        e.Property(x => x.Format).HasMaxLength(10);
        e.Property(x => x.Filter).HasMaxLength(ColumnLengths.Path);
        e.Property(x => x.Zone).HasMaxLength(ColumnLengths.Key);
        e.Property(x => x.Person).HasMaxLength(ColumnLengths.Identifier);
        e.Property(x => x.PersonName).HasMaxLength(ColumnLengths.Identifier);
        // The newest of a tenant.
        e.HasIndex(x => new { x.TenantId, x.Id });
    });
}
