using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Reviews;

/// <summary>Stored; do not renumber.</summary>
public enum ReviewAct : short
{
    Reviewed = 1,

    /// <summary>A review is taken back; <see cref="ReviewEventRow.Undoes"/> says which.</summary>
    Undone = 2,

    /// <summary>How often it is looked at was changed.</summary>
    Interval = 3,
}

/// <summary>Something that happened to a thing on the review clock. Rows are added and never changed. Times in microseconds UTC.</summary>
public sealed class ReviewEventRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public ReviewKind Kind { get; set; }

    /// <summary>Of the thing, unique in its kind.</summary>
    public string Key { get; set; } = "";

    public ReviewAct Act { get; set; }

    public long At { get; set; }

    public string By { get; set; } = "";

    /// <summary>Only of reviews.</summary>
    public ReviewOutcome? Outcome { get; set; }

    public string Note { get; set; } = "";

    /// <summary>Recurrence rule; null = the kind's own again. Only of <see cref="ReviewAct.Interval"/>.</summary>
    public string? Rule { get; set; }

    /// <summary>Which version of it was looked at, in words: "version 4".</summary>
    public string Version { get; set; } = "";

    public Guid? Undoes { get; set; }
}

internal static class ReviewModel
{
    public static void Configure(ModelBuilder model) => model.Entity<ReviewEventRow>(e =>
    {
        e.ToTable("review_events").HasKey(v => v.Id);
        e.Property(v => v.Key).HasMaxLength(ColumnLengths.Identifier);
        e.Property(v => v.By).HasMaxLength(ColumnLengths.Identifier);
        e.Property(v => v.Note).HasMaxLength(ColumnLengths.Summary);
        e.Property(v => v.Rule).HasMaxLength(ColumnLengths.Key);
        e.Property(v => v.Version).HasMaxLength(ColumnLengths.Key);
        // The last review of each thing, and the story of one.
        e.HasIndex(v => new { v.TenantId, v.Kind, v.Key, v.At });
        // Whether a review was taken back: unique, so that of two clicks at once one finds it done.
        e.HasIndex(v => v.Undoes).IsUnique().HasFilter("undoes IS NOT NULL").HasDatabaseName("ix_review_events_undoes");
    });
}
