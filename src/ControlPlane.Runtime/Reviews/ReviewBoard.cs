using ControlPlane.Domain.Reviews;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Reviews;

/// <summary>Puts what the sources say and what people did beside each other. Two queries, whatever stands on the clock.</summary>
public sealed class ReviewBoard(IControlPlaneDb db, IEnumerable<IReviewableSource> sources, ReviewStore store, IOptions<ReviewOptions> options, TimeProvider clock) : IReviews, IReviewDebt
{
    private const int MostStory = 100;

    private readonly ReviewOptions _options = options.Value;

    public Task<ReviewList> ReadAsync(TenantScope tenant, CancellationToken ct) => ReadAsync(tenant, clock.GetUtcNow(), ct);

    public async Task<IReadOnlyList<ReviewItem>> OverdueAsync(TenantScope tenant, DateTimeOffset asOf, CancellationToken ct) =>
        [.. (await ReadAsync(tenant, asOf, ct)).Items.Where(i => i.Due.Urgency == ReviewUrgency.Overdue)];

    private async Task<ReviewList> ReadAsync(TenantScope tenant, DateTimeOffset asOf, CancellationToken ct)
    {
        var things = new List<Reviewable>();
        foreach (var source in sources)
            things.AddRange(await source.AllAsync(tenant, ct));
        await using var context = db.CreateContext(tenant);
        var until = asOf.ToMicroseconds();
        var reviews = context.ReviewEvents.AsNoTracking().Where(e => e.Act == ReviewAct.Reviewed && e.At <= until && !context.ReviewEvents.Any(u => u.Undoes == e.Id));
        var last = (await reviews.Where(e => !reviews.Any(later => later.Kind == e.Kind && later.Key == e.Key && later.At > e.At)).ToListAsync(ct)).ToLookup(e => (e.Kind, e.Key));
        var changes = context.ReviewEvents.AsNoTracking().Where(e => e.Act == ReviewAct.Interval);
        var own = (await changes.Where(e => !changes.Any(later => later.Kind == e.Kind && later.Key == e.Key && later.At > e.At)).ToListAsync(ct)).ToLookup(e => (e.Kind, e.Key));
        var zone = _options.TimeZone;
        var items = things.Where(t => t.Since <= asOf).DistinctBy(t => (t.Kind, t.Key)).Select(thing =>
        {
            var review = last[(thing.Kind, thing.Key)].MaxBy(e => e.Id);
            var chosen = own[(thing.Kind, thing.Key)].MaxBy(e => e.Id)?.Rule is { } rule ? ReviewInterval.Parse(rule, out _) : null;
            var interval = chosen ?? _options.Of(thing.Kind);
            var since = review is null ? thing.Since : Instant.FromMicroseconds(review.At);
            return new ReviewItem(
                thing, interval, chosen is not null,
                review is null ? null : new(review.Id, Instant.FromMicroseconds(review.At), review.By, review.Outcome ?? ReviewOutcome.Kept, review.Note, review.Version), ReviewClock.Of(since, interval, zone, asOf));
        });
        return new(asOf, _options.Zone, [.. items.OrderBy(i => i.Place, StringComparer.Ordinal)]);
    }

    public async Task<IReadOnlyList<ReviewStory>> StoryAsync(TenantScope tenant, ReviewKind kind, string key, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.ReviewEvents.AsNoTracking().Where(e => e.Kind == kind && e.Key == key).OrderByDescending(e => e.At).Take(MostStory).ToListAsync(ct);
        var back = rows.Select(r => r.Undoes).OfType<Guid>().ToHashSet();
        return rows.ConvertAll(r => new ReviewStory(r.Id, Instant.FromMicroseconds(r.At), r.By, Text(r), r.Note, back.Contains(r.Id)));
    }

    public async Task<ReviewAnswer> ReviewAsync(TenantScope tenant, ReviewKind kind, string key, ReviewOutcome outcome, string note, string by, CancellationToken ct) =>
        await FindAsync(tenant, kind, key, ct) is { } thing ? await store.AddAsync(tenant, thing, outcome, note, by, ct) : new(Gone);

    public Task<CommandOutcome> UndoAsync(TenantScope tenant, Guid review, string by, CancellationToken ct) => store.UndoAsync(tenant, review, by, ct);

    public async Task<CommandOutcome> SetIntervalAsync(TenantScope tenant, ReviewKind kind, string key, string? rule, string by, string reason, CancellationToken ct) =>
        await FindAsync(tenant, kind, key, ct) is { } thing ? await store.SetIntervalAsync(tenant, thing, rule, by, reason, ct) : Gone;

    private static CommandOutcome Gone => new(false, "not_found", "This is not on the review clock. Somebody may have removed it.");

    private async Task<Reviewable?> FindAsync(TenantScope tenant, ReviewKind kind, string key, CancellationToken ct)
    {
        foreach (var source in sources.Where(s => s.Kind == kind))
            if ((await source.AllAsync(tenant, ct)).FirstOrDefault(t => t.Kind == kind && t.Key == key) is { } thing)
                return thing;
        return null;
    }

    private static string Text(ReviewEventRow row) => row.Act switch
    {
        ReviewAct.Undone => "took the review back",
        ReviewAct.Interval => row.Rule is null ? "gave it its kind's interval again" : $"set it to {ReviewInterval.Parse(row.Rule, out _)?.Words ?? row.Rule}",
        _ => $"looked at {(row.Version.Length > 0 ? row.Version : "it")}: {row.Outcome?.Word()}",
    };
}
