using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Keys, lengths and indexes of the scorecard, each index with the question it answers.</summary>
internal static class ScorecardModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<ScorecardOrderRow>(e =>
        {
            e.ToTable("scorecard_orders").HasKey(o => o.TransactionId);
            e.Property(o => o.Connection).HasMaxLength(ColumnLengths.Key);
            e.Property(o => o.Erp).HasMaxLength(ColumnLengths.Key);
            e.Property(o => o.Warehouse).HasMaxLength(ColumnLengths.Key);
            e.Property(o => o.Currency).HasMaxLength(3);
            // A day of a channel, when its sums are made anew, and the lists behind a marketplace's ratio.
            e.HasIndex(o => new { o.TenantId, o.Connection, o.Day });
            // What may still change: open orders, and those that ended lately.
            e.HasIndex(o => new { o.TenantId, o.EndedAt });
            // Which promises are next; what ended leaves the index.
            e.HasIndex(o => new { o.TenantId, o.Connection, o.ShipBy }).HasFilter("ended_at IS NULL").HasDatabaseName("ix_scorecard_orders_due");
        });
        model.Entity<ScorecardDayRow>(e =>
        {
            e.ToTable("scorecard_days").HasKey(d => new { d.TenantId, d.Day, d.Connection, d.Erp, d.Warehouse, d.End });
            e.Property(d => d.Connection).HasMaxLength(ColumnLengths.Key);
            e.Property(d => d.Erp).HasMaxLength(ColumnLengths.Key);
            e.Property(d => d.Warehouse).HasMaxLength(ColumnLengths.Key);
        });
        model.Entity<ScorecardStateRow>(e => e.ToTable("scorecard_state").HasKey(s => s.TenantId));
        model.Entity<ReportRow>(e =>
        {
            e.ToTable("reports").HasKey(r => r.Id);
            e.Property(r => r.Name).HasMaxLength(ColumnLengths.Key);
            e.Property(r => r.Digest).HasMaxLength(64);
            e.Property(r => r.Note).HasMaxLength(ColumnLengths.Summary);
            e.Property(r => r.MadeBy).HasMaxLength(ColumnLengths.Identifier);
            // One report of a period, whichever node makes it; what people make again stands beside it.
            e.HasIndex(r => new { r.TenantId, r.Name, r.From, r.To, r.AsOf }).IsUnique();
            // The list, newest first.
            e.HasIndex(r => new { r.TenantId, r.Id });
        });
        model.Entity<ReportPlanRow>(e =>
        {
            e.ToTable("report_plans").HasKey(p => new { p.TenantId, p.Name });
            e.Property(p => p.Name).HasMaxLength(ColumnLengths.Key);
            e.Property(p => p.Title).HasMaxLength(ColumnLengths.Identifier);
            e.Property(p => p.Zone).HasMaxLength(ColumnLengths.Identifier);
            e.Property(p => p.Recipients).HasMaxLength(ColumnLengths.Path);
            e.Property(p => p.Connection).HasMaxLength(ColumnLengths.Key);
            e.Property(p => p.Brand).HasMaxLength(ColumnLengths.Identifier);
            e.Property(p => p.Region).HasMaxLength(ColumnLengths.Identifier);
            e.Property(p => p.UpdatedBy).HasMaxLength(ColumnLengths.Identifier);
        });
    }
}
