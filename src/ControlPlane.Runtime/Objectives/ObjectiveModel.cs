using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace ControlPlane.Runtime.Objectives;

/// <summary>Keys, lengths and indexes of objectives.</summary>
internal static class ObjectiveModel
{
    public static void Configure(ModelBuilder model, ControlPlaneDbContext context)
    {
        Following(model, context);
        model.Entity<ObjectiveDocumentRow>(e =>
        {
            e.ToTable("objective_documents").HasKey(d => new { d.TenantId, d.Kind, d.Name, d.Version });
            Text(ColumnLengths.Key, e.Property(d => d.Name));
            Text(ColumnLengths.Identifier, e.Property(d => d.Author));
            Text(ColumnLengths.Summary, e.Property(d => d.Reason));
        });
        model.Entity<ObjectiveExclusionRow>(e =>
        {
            e.ToTable("objective_exclusions").HasKey(x => x.Id);
            Text(ColumnLengths.Key, e.Property(x => x.Objective));
            Text(ColumnLengths.Identifier, e.Property(x => x.Name), e.Property(x => x.AskedBy), e.Property(x => x.ApprovedBy), e.Property(x => x.EndedBy));
            Text(ColumnLengths.Summary, e.Property(x => x.Reason), e.Property(x => x.EndedWhy));
        });
        model.Entity<ObjectiveCounterRow>(e =>
        {
            e.ToTable("objective_counters").HasKey(c => c.Id);
            e.Property(c => c.Id).ValueGeneratedNever();
            Text(ColumnLengths.Key, e.Property(c => c.Indicator));
            // Of two nodes that take up a new version one is first.
            e.HasIndex(c => new { c.TenantId, c.Indicator, c.Version, c.Run }).IsUnique();
        });
        model.Entity<ObjectiveFollowRow>(e =>
        {
            e.ToTable("objective_follow").HasKey(f => f.Id);
            e.Property(f => f.Id).ValueGeneratedNever();
        });
        model.Entity<ObjectiveSliceRow>(e =>
        {
            e.ToTable("objective_slices").HasKey(s => s.Id);
            e.Property(s => s.Id).ValueGeneratedNever();
            Text(ColumnLengths.Key, e.Property(s => s.Connection), e.Property(s => s.Brand), e.Property(s => s.Region), e.Property(s => s.Warehouse));
        });
        model.Entity<ObjectiveReadingRow>(e =>
        {
            e.ToTable("objective_readings").HasKey(r => new { r.TransactionId, r.CounterId });
            Text(ColumnLengths.Key, e.Property(r => r.Party));
            // "What if it had to be faster", over a time; the list of misses is a range of it read backwards.
            e.HasIndex(r => new { r.CounterId, r.StartedAt, r.TransactionId, r.Outcome, r.Took, r.CancelledAfter, r.SliceId }).HasDatabaseName("ix_objective_readings_time");
            // The very orders behind a figure, and their parties: misses alone.
            e.HasIndex(r => new { r.CounterId, r.StartedAt, r.TransactionId }).HasFilter("outcome = 2").HasDatabaseName("ix_objective_readings_missed");
            // What became late without an event: what runs is in it, and leaves it.
            e.HasIndex(r => r.DueAt).HasFilter("outcome = 0").HasDatabaseName("ix_objective_readings_open");
        });
        // A figure is a few ranges of the key.
        model.Entity<ObjectiveTallyRow>(e => e.ToTable("objective_tallies").HasKey(t => new { t.CounterId, t.Grain, t.At, t.SliceId }));
    }

    /// <summary>By what new events are found. In SQLite rows have a number that rises; PostgreSQL notes one range a few pages, which costs the engine nothing.</summary>
    private static void Following(ModelBuilder model, ControlPlaneDbContext context)
    {
        if (context is Persistence.Providers.PostgreSql.PostgreSqlControlPlaneDbContext)
            NpgsqlIndexBuilderExtensions.HasStorageParameter(NpgsqlIndexBuilderExtensions.HasMethod(model.Entity<Transactions.JournalRow>().HasIndex(j => j.At).HasDatabaseName("ix_journal_at"), "brin"), "autosummarize", true);
        else if (context is Persistence.Providers.SqlServer.SqlServerControlPlaneDbContext)
            model.Entity<Transactions.JournalRow>().HasIndex(j => j.At).HasDatabaseName("ix_journal_at");
    }

    private static void Text(int length, params PropertyBuilder[] properties)
    {
        foreach (var property in properties)
            property.HasMaxLength(length);
    }
}
