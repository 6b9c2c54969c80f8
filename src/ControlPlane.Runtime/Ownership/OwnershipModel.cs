using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Runtime.Ownership;

/// <summary>Keys, lengths and indexes of ownership, each index with the question it answers.</summary>
internal static class OwnershipModel
{
    /// <summary>Longest address of a webhook.</summary>
    public const int Address = 300;

    public static void Configure(ModelBuilder model)
    {
        // A handful of versions a month: the key finds the newest.
        model.Entity<OwnershipVersionRow>(e =>
        {
            e.ToTable("ownership_versions").HasKey(v => new { v.TenantId, v.Version });
            Text(ColumnLengths.Identifier, e.Property(v => v.Author));
            Text(ColumnLengths.Summary, e.Property(v => v.Reason));
        });
        model.Entity<CaseOwnerRow>(e =>
        {
            e.ToTable("case_owners").HasKey(o => new { o.TenantId, o.CaseId });
            Text(ColumnLengths.Key, e.Property(o => o.Team));
            Text(ColumnLengths.Identifier, e.Property(o => o.By));
            Text(ColumnLengths.Summary, e.Property(o => o.Reason));
        });
        model.Entity<WorkClaimRow>(e =>
        {
            e.ToTable("work_claims").HasKey(c => c.TransactionId);
            Text(ColumnLengths.Identifier, e.Property(c => c.Person), e.Property(c => c.PersonName));
            // Leases that ran out, of all tenants; what nobody has is not in it.
            e.HasIndex(c => c.LeaseUntil).HasFilter("person IS NOT NULL").HasDatabaseName("ix_work_claims_lease");
            // What one person has.
            e.HasIndex(c => new { c.TenantId, c.Person }).HasFilter("person IS NOT NULL").HasDatabaseName("ix_work_claims_person");
        });
        model.Entity<WorkEventRow>(e =>
        {
            e.ToTable("work_events").HasKey(v => v.Id);
            Text(ColumnLengths.Identifier, e.Property(v => v.By));
            Text(ColumnLengths.Summary, e.Property(v => v.Text));
            // The story of one order, and whether a click was done already: unique, so that of two at once one finds it taken.
            e.HasIndex(v => new { v.TransactionId, v.OperationId }).IsUnique();
        });
        model.Entity<EscalationRow>(e =>
        {
            e.ToTable("escalations").HasKey(s => new { s.TenantId, s.Subject, s.Team, s.Step });
            Text(ColumnLengths.Key, e.Property(s => s.Team), e.Property(s => s.Step));
        });
        model.Entity<NotificationRow>(e =>
        {
            e.ToTable("notifications").HasKey(n => n.Id);
            Text(Address, e.Property(n => n.Recipient));
            Text(ColumnLengths.Key, e.Property(n => n.Team), e.Property(n => n.Via));
            Text(ColumnLengths.Identifier, e.Property(n => n.Title));
            Text(ColumnLengths.Summary, e.Property(n => n.Text), e.Property(n => n.LastFault));
            // One person's bell, newest first.
            e.HasIndex(n => new { n.TenantId, n.Recipient, n.Id });
            // What is to be sent now; what was sent leaves the index.
            e.HasIndex(n => n.NextAt).HasFilter("state = 1").HasDatabaseName("ix_notifications_waiting");
            // What could not be sent, newest first.
            e.HasIndex(n => new { n.TenantId, n.Id }).HasFilter("state = 3").HasDatabaseName("ix_notifications_failed");
            // What is too old to be kept.
            e.HasIndex(n => n.At);
        });
    }

    private static void Text(int length, params PropertyBuilder[] properties)
    {
        foreach (var property in properties)
            property.HasMaxLength(length);
    }
}
