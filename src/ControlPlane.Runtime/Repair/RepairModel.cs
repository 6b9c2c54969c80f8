using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Repair;

/// <summary>Keys, lengths and indexes of changes and holds, each index with the question it answers.</summary>
internal static class RepairModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<TransactionOverlayRow>(e =>
        {
            e.ToTable("transaction_overlays").HasKey(o => o.Id);
            e.Property(o => o.Reason).HasMaxLength(ColumnLengths.Key);
            e.Property(o => o.Note).HasMaxLength(ColumnLengths.Summary);
            e.Property(o => o.Decision).HasMaxLength(ColumnLengths.Summary);
            foreach (var text in new[] { e.Property(o => o.AuthorId), e.Property(o => o.Author) })
                text.HasMaxLength(ColumnLengths.Identifier);
            e.Property(o => o.DecidedBy).HasMaxLength(ColumnLengths.Identifier);
            // The changes of an order; of two people at once the second finds the number taken.
            e.HasIndex(o => new { o.TransactionId, o.Version }).IsUnique();
            // What waits for a second person, oldest first: few.
            e.HasIndex(o => new { o.TenantId, o.CreatedAt }).HasFilter("state = 1").HasDatabaseName("ix_transaction_overlays_proposed");
        });
        model.Entity<OrderHoldRow>(e =>
        {
            e.ToTable("order_holds").HasKey(h => h.Id);
            e.Property(h => h.Reason).HasMaxLength(ColumnLengths.Summary);
            e.Property(h => h.Ended).HasMaxLength(ColumnLengths.Summary);
            e.Property(h => h.Figure).HasMaxLength(2_000);
            e.Property(h => h.LastFigure).HasMaxLength(ColumnLengths.Identifier);
            e.Property(h => h.HeldBy).HasMaxLength(ColumnLengths.Identifier);
            e.Property(h => h.Name).HasMaxLength(ColumnLengths.Identifier);
            // What is held now: the page and the keeper.
            e.HasIndex(h => new { h.TenantId, h.HeldAt }).HasFilter("ended_at IS NULL").HasDatabaseName("ix_order_holds_open");
            // The holds of an order.
            e.HasIndex(h => new { h.TransactionId, h.HeldAt });
        });
    }
}
