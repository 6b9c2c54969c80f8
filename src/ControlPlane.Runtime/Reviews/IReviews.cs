using System.Globalization;
using ControlPlane.Domain.Reviews;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Reviews;

public sealed record LastReview(Guid Id, DateTimeOffset At, string By, ReviewOutcome Outcome, string Note, string Version);

/// <summary>A thing on the clock, with when it was looked at and when it is due.</summary>
/// <param name="Own">True: its interval is its own and not its kind's.</param>
/// <param name="Last">Null = nobody ever looked at it.</param>
public sealed record ReviewItem(Reviewable Thing, ReviewInterval Interval, bool Own, LastReview? Last, ReviewDue Due)
{
    /// <summary>Where it stands in the list: what is due first comes first, so what is overdue longest leads.</summary>
    public string Place => string.Create(CultureInfo.InvariantCulture, $"{Due.Due:yyyyMMdd}/{(int)Thing.Kind}/{Thing.Key}");
}

/// <param name="Zone">Whose days are counted.</param>
/// <param name="Items">By <see cref="ReviewItem.Place"/>.</param>
public sealed record ReviewList(DateTimeOffset ReadAt, string Zone, IReadOnlyList<ReviewItem> Items);

/// <param name="Text">A sentence without its subject: "looked at it: kept".</param>
public sealed record ReviewStory(Guid Id, DateTimeOffset At, string By, string Text, string Note, bool TakenBack);

/// <param name="Event">The review, to take it back by.</param>
public sealed record ReviewAnswer(CommandOutcome Outcome, Guid? Event = null);

/// <summary>The review clock: what is due, doing a review, taking it back.</summary>
public interface IReviews
{
    const int LongestNote = 500;

    /// <summary>How long a review may be taken back by who did it. The page offers it for ten seconds; the rest is for slow ways.</summary>
    static readonly TimeSpan UndoWithin = TimeSpan.FromSeconds(30);

    /// <summary>Everything that stands on the clock.</summary>
    Task<ReviewList> ReadAsync(TenantScope tenant, CancellationToken ct);

    /// <summary>Newest first, at most 100.</summary>
    Task<IReadOnlyList<ReviewStory>> StoryAsync(TenantScope tenant, ReviewKind kind, string key, CancellationToken ct);

    /// <param name="note">Needed but for <see cref="ReviewOutcome.Kept"/>.</param>
    Task<ReviewAnswer> ReviewAsync(TenantScope tenant, ReviewKind kind, string key, ReviewOutcome outcome, string note, string by, CancellationToken ct);

    /// <summary>Adds that a review was a slip; the one before counts again.</summary>
    Task<CommandOutcome> UndoAsync(TenantScope tenant, Guid review, string by, CancellationToken ct);

    /// <param name="rule">Null = as often as its kind.</param>
    Task<CommandOutcome> SetIntervalAsync(TenantScope tenant, ReviewKind kind, string key, string? rule, string by, string reason, CancellationToken ct);
}

/// <summary>What was not looked at in time: for reports.</summary>
public interface IReviewDebt
{
    /// <summary>
    /// What was overdue at an instant, longest first, by the reviews that were done until then. Things that are gone by now are not in it;
    /// things and intervals are those of today.
    /// </summary>
    Task<IReadOnlyList<ReviewItem>> OverdueAsync(TenantScope tenant, DateTimeOffset asOf, CancellationToken ct);
}
