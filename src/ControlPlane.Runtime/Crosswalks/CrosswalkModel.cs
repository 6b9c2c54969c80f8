using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>Keys, lengths and indexes of the crosswalks, each index with the question it answers.</summary>
internal static class CrosswalkModel
{
    /// <param name="byteOrder">Codes sort by their bytes, whatever language the server speaks: pages are walked along them.</param>
    public static void Configure(ModelBuilder model, string? byteOrder)
    {
        model.Entity<CrosswalkTableRow>(e =>
        {
            e.ToTable("crosswalk_tables").HasKey(t => new { t.TenantId, t.Name });
            Text(ColumnLengths.Key, e.Property(t => t.Name), e.Property(t => t.Applied));
            Text(ColumnLengths.Identifier, e.Property(t => t.Title));
        });
        model.Entity<CrosswalkEntryRow>(e =>
        {
            e.ToTable("crosswalk_entries").HasKey(v => v.Id);
            Text(ColumnLengths.Key, e.Property(v => v.Crosswalk), e.Property(v => v.Scope), e.Property(v => v.Factor));
            Text(CrosswalkRules.LongestCode, e.Property(v => v.Theirs), e.Property(v => v.TheirsKey), e.Property(v => v.Ours), e.Property(v => v.OursKey));
            e.Property(v => v.TheirsKey).UseCollation(byteOrder);
            e.Property(v => v.OursKey).UseCollation(byteOrder);
            Text(CrosswalkRules.LongestNote, e.Property(v => v.Note));
            // The page of a table by their code, and whether a new entry collides with one in force: older versions are not in it.
            e.HasIndex(v => new { v.TenantId, v.Crosswalk, v.TheirsKey, v.Id }).HasFilter("replaced_in IS NULL").HasDatabaseName("ix_crosswalk_entries_theirs");
            // The same by our code.
            e.HasIndex(v => new { v.TenantId, v.Crosswalk, v.OursKey }).HasFilter("replaced_in IS NULL").HasDatabaseName("ix_crosswalk_entries_ours");
            // The history of an entry; two versions of one revision would be a defect.
            e.HasIndex(v => new { v.TenantId, v.Entry, v.Revision }).IsUnique();
            // What a node does not have yet.
            e.HasIndex(v => new { v.TenantId, v.Revision });
        });
        model.Entity<CrosswalkRevisionRow>(e =>
        {
            e.ToTable("crosswalk_revisions").HasKey(r => new { r.TenantId, r.Revision });
            Text(ColumnLengths.Key, e.Property(r => r.Crosswalk));
            Text(ColumnLengths.Identifier, e.Property(r => r.Author), e.Property(r => r.Approver));
            Text(ColumnLengths.Summary, e.Property(r => r.Reason));
            // Which revision counted at an instant.
            e.HasIndex(r => new { r.TenantId, r.At });
        });
        model.Entity<CrosswalkChangeRow>(e =>
        {
            e.ToTable("crosswalk_changes").HasKey(c => c.Id);
            Text(ColumnLengths.Key, e.Property(c => c.Crosswalk), e.Property(c => c.Digest));
            Text(ColumnLengths.Identifier, e.Property(c => c.AuthorId), e.Property(c => c.Author), e.Property(c => c.DecidedBy));
            Text(ColumnLengths.Summary, e.Property(c => c.Reason), e.Property(c => c.Decision));
            // The queue, oldest first.
            e.HasIndex(c => new { c.TenantId, c.State, c.Id });
        });
        model.Entity<CrosswalkUseRow>(e => e.ToTable("crosswalk_uses").HasKey(u => new { u.TenantId, u.Entry }));
        model.Entity<CrosswalkMissRow>(e =>
        {
            e.ToTable("crosswalk_misses").HasKey(m => new { m.TenantId, m.Connection, m.Crosswalk, m.Direction, m.CodeKey });
            Text(ColumnLengths.Key, e.Property(m => m.Connection), e.Property(m => m.Crosswalk));
            Text(CrosswalkRules.LongestCode, e.Property(m => m.CodeKey), e.Property(m => m.Code));
            // The gaps of late, and those old enough to be forgotten.
            e.HasIndex(m => new { m.TenantId, m.LastAt });
        });
        model.Entity<CrosswalkMasterRow>(e =>
        {
            e.ToTable("crosswalk_master_codes").HasKey(m => new { m.TenantId, m.Crosswalk, m.CodeKey });
            Text(ColumnLengths.Key, e.Property(m => m.Crosswalk));
            Text(CrosswalkRules.LongestCode, e.Property(m => m.CodeKey), e.Property(m => m.Code));
            e.Property(m => m.Gtin).HasMaxLength(14);
            Text(ColumnLengths.Identifier, e.Property(m => m.Title));
        });
    }

    private static void Text(int length, params PropertyBuilder[] properties)
    {
        foreach (var property in properties)
            property.HasMaxLength(length);
    }
}
