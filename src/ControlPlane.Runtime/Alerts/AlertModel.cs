using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Runtime.Alerts;

/// <summary>Keys, lengths and indexes of alerts and budget measures, each index with the question it answers.</summary>
internal static class AlertModel
{
    public static void Configure(ModelBuilder model)
    {
        model.Entity<AlertIncidentRow>(e =>
        {
            e.ToTable("alert_incidents").HasKey(i => i.Id);
            Text(ColumnLengths.Identifier, e.Property(i => i.Key), e.Property(i => i.Title), e.Property(i => i.AcknowledgedBy));
            Text(ColumnLengths.Key, e.Property(i => i.Team));
            Text(ColumnLengths.Summary, e.Property(i => i.Quiet), e.Property(i => i.Steps));
            e.Property(i => i.Version).IsConcurrencyToken();
            // Of one cause one is open: two nodes that find it at once make one.
            e.HasIndex(i => new { i.TenantId, i.Key }).IsUnique().HasFilter("resolved_at IS NULL").HasDatabaseName("ix_alert_incidents_open");
            // The list, newest first.
            e.HasIndex(i => new { i.TenantId, i.OpenedAt, i.Id });
        });
        model.Entity<AlertEventRow>(e =>
        {
            e.ToTable("alert_events").HasKey(v => v.Id);
            Text(ColumnLengths.Identifier, e.Property(v => v.By));
            Text(ColumnLengths.Summary, e.Property(v => v.Text));
            // The story of one incident.
            e.HasIndex(v => new { v.IncidentId, v.At });
        });
        model.Entity<AlertSilenceRow>(e =>
        {
            e.ToTable("alert_silences").HasKey(s => s.Id);
            Text(ColumnLengths.Key, e.Property(s => s.Objective), e.Property(s => s.Connection), e.Property(s => s.Party));
            Text(ColumnLengths.Identifier, e.Property(s => s.By), e.Property(s => s.EndedBy));
            Text(ColumnLengths.Summary, e.Property(s => s.Reason));
            // Those that hold now, and the last ones.
            e.HasIndex(s => new { s.TenantId, s.Until });
        });
        model.Entity<AlertChannelRow>(e =>
        {
            e.ToTable("alert_channels").HasKey(c => new { c.TenantId, c.Name });
            Text(ColumnLengths.Key, e.Property(c => c.Name));
            Text(ColumnLengths.Identifier, e.Property(c => c.UpdatedBy));
            Text(ColumnLengths.Summary, e.Property(c => c.Reason), e.Property(c => c.LastFault));
        });
        model.Entity<BudgetStandingRow>(e =>
        {
            e.ToTable("budget_standings").HasKey(b => new { b.TenantId, b.Objective });
            Text(ColumnLengths.Key, e.Property(b => b.Objective));
            e.Property(b => b.Version).IsConcurrencyToken();
        });
        model.Entity<BudgetNoteRow>(e =>
        {
            e.ToTable("budget_notes").HasKey(n => n.Id);
            Text(ColumnLengths.Key, e.Property(n => n.Objective));
            Text(ColumnLengths.Identifier, e.Property(n => n.Title));
            Text(ColumnLengths.Path, e.Property(n => n.Text));
            // Newest first: an id says when it was made.
            e.HasIndex(n => new { n.TenantId, n.Id });
        });
        model.Entity<BudgetWaiverRow>(e =>
        {
            e.ToTable("budget_waivers").HasKey(w => w.Id);
            Text(ColumnLengths.Key, e.Property(w => w.Connection));
            Text(ColumnLengths.Identifier, e.Property(w => w.By), e.Property(w => w.EndedBy));
            Text(ColumnLengths.Summary, e.Property(w => w.Reason));
            // Those that hold now, and the last ones.
            e.HasIndex(w => new { w.TenantId, w.Until });
        });
    }

    private static void Text(int length, params PropertyBuilder[] properties)
    {
        foreach (var property in properties)
            property.HasMaxLength(length);
    }
}
