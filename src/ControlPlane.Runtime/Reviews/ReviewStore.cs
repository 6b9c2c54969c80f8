using ControlPlane.Domain.Reviews;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Reviews;

/// <summary>Writes what people did at the review clock. Adds rows, changes none.</summary>
public sealed class ReviewStore(IControlPlaneDb db, TimeProvider clock)
{
    public async Task<ReviewAnswer> AddAsync(TenantScope tenant, Reviewable thing, ReviewOutcome outcome, string note, string by, CancellationToken ct)
    {
        if (!Enum.IsDefined(outcome))
            return new(new(false, "outcome", $"Allowed: {string.Join(", ", ReviewWords.Outcomes.Keys)}."));
        if (note.Trim() is { Length: > IReviews.LongestNote } || (outcome != ReviewOutcome.Kept && note.Trim().Length == 0))
            return new(new(false, "note", outcome == ReviewOutcome.Kept ? $"A note has at most {IReviews.LongestNote} characters." : $"Say what changes, in 1 to {IReviews.LongestNote} characters: whoever looks next time begins with it."));
        var row = Row(tenant, thing, ReviewAct.Reviewed, by, note.Trim());
        (row.Outcome, row.Version) = (outcome, PayloadRows.Cut(thing.Version, ColumnLengths.Key)!);
        await using var context = db.CreateContext(tenant);
        context.ReviewEvents.Add(row);
        await context.SaveChangesAsync(ct);
        return new(new(true, "accepted", $"Noted: {thing.Title}, {outcome.Word()}."), row.Id);
    }

    public async Task<CommandOutcome> UndoAsync(TenantScope tenant, Guid review, string by, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.ReviewEvents.AsNoTracking().FirstOrDefaultAsync(e => e.Id == review && e.Act == ReviewAct.Reviewed, ct) is not { } row)
            return new(false, "not_found", "There is no such review.");
        if (row.By != PayloadRows.Cut(by, ColumnLengths.Identifier))
            return new(false, "not_possible", $"{row.By} did this review; only {row.By} can take it back. You can review it yourself.");
        if (await context.ReviewEvents.AnyAsync(e => e.Undoes == review, ct))
            return Already;
        if (clock.GetUtcNow() - Instant.FromMicroseconds(row.At) > IReviews.UndoWithin)
            return new(false, "not_possible", "It is too late to take it back. Review it again instead: the last one counts.");
        context.ReviewEvents.Add(new()
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, Kind = row.Kind, Key = row.Key, Act = ReviewAct.Undone, At = clock.GetUtcNow().ToMicroseconds(), By = row.By, Undoes = review,
        });
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            await using var other = db.CreateContext(tenant);
            if (await other.ReviewEvents.AnyAsync(e => e.Undoes == review, ct))
                return Already;
            throw;
        }

        return new(true, "accepted", "Taken back. What was before counts again.");
    }

    public async Task<CommandOutcome> SetIntervalAsync(TenantScope tenant, Reviewable thing, string? rule, string by, string reason, CancellationToken ct)
    {
        string? kept = null;
        if (rule is { Length: > 0 })
        {
            if (ReviewInterval.Parse(rule, out var problem) is not { } interval)
                return new(false, "interval", problem!);
            kept = interval.ToString();
        }

        if (reason.Trim().Length is 0 or > IReviews.LongestNote)
            return new(false, "reason_missing", $"Say why, in 1 to {IReviews.LongestNote} characters.");
        var row = Row(tenant, thing, ReviewAct.Interval, by, reason.Trim());
        row.Rule = kept;
        await using var context = db.CreateContext(tenant);
        context.ReviewEvents.Add(row);
        await context.SaveChangesAsync(ct);
        return new(true, "accepted", kept is null ? "It is looked at as often as its kind." : $"It is looked at {ReviewInterval.Parse(kept, out _)!.Words}.");
    }

    private static CommandOutcome Already => new(true, "already_done", "It was taken back already.");

    private ReviewEventRow Row(TenantScope tenant, Reviewable thing, ReviewAct act, string by, string note) => new()
    {
        Id = EntityId.New(clock), TenantId = tenant.TenantId, Kind = thing.Kind, Key = thing.Key, Act = act, At = clock.GetUtcNow().ToMicroseconds(), By = PayloadRows.Cut(by, ColumnLengths.Identifier)!, Note = note,
    };
}
