using System.Globalization;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Objectives;

/// <summary>What is answered from single readings: the misses, and other limits.</summary>
public sealed partial class ObjectiveFigures
{
    public const int MostMissed = 200;

    public async Task<MissedPage> MissedAsync(string indicator, ObjectivePeriod period, ObjectiveScope scope, string? party, Guid? caseId, string? cursor, int limit, CancellationToken cancel)
    {
        var serving = await ServingAsync([indicator], cancel);
        if (!serving.TryGetValue(indicator, out var counter))
            return new([], null);
        limit = Math.Clamp(limit, 1, MostMissed);
        await using var context = db.CreateContext(_tenant);
        var (from, to) = Bounds(period);
        var rows = context.ObjectiveReadings.AsNoTracking().Where(r => r.CounterId == counter && r.Outcome == IndicatorOutcome.Bad && r.StartedAt >= from && r.StartedAt < to);
        if (await ChosenAsync(scope, cancel) is { } slices)
            rows = rows.Where(r => slices.Contains(r.SliceId));
        if (party is not null)
            rows = rows.Where(r => r.Party == party);
        if (caseId is not null)
            rows = rows.Where(r => r.CaseId == caseId);
        if (Cursor(cursor) is var (at, id))
            rows = rows.Where(r => r.StartedAt < at || (r.StartedAt == at && r.TransactionId.CompareTo(id) < 0));
        var page = await rows.OrderByDescending(r => r.StartedAt).ThenByDescending(r => r.TransactionId).Take(limit + 1)
            .Join(context.Transactions.AsNoTracking(), r => r.TransactionId, t => t.Id, (r, t) => new { r.TransactionId, t.Number, t.Connection, r.StartedAt, r.Took, r.Party, r.CaseId, t.Currency, t.TotalMinor })
            .OrderByDescending(r => r.StartedAt).ThenByDescending(r => r.TransactionId).ToListAsync(cancel);
        var items = page.Take(limit).Select(r => new MissedEvent(r.TransactionId, r.Number, r.Connection, Instant.FromMicroseconds(r.StartedAt), Span(r.Took), r.Party, r.CaseId, r.Currency, r.TotalMinor)).ToList();
        return new(items, page.Count > limit ? string.Create(CultureInfo.InvariantCulture, $"{items[^1].StartedAt.ToMicroseconds()}.{items[^1].TransactionId:N}") : null);
    }

    /// <summary>The same traffic under another limit, without saving anything. By working hours what is still open counts as running.</summary>
    public async Task<IReadOnlyList<Tally>> WhatIfAsync(string indicator, TimeSpan within, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, DateTimeOffset now, CancellationToken cancel)
    {
        var serving = await ServingAsync([indicator], cancel);
        if (!serving.TryGetValue(indicator, out var counter))
            return [];
        var (from, to) = Bounds(period);
        var (limit, step) = (Micro(within), Micro(grain));
        var among = await ChosenAsync(scope, cancel) is { } slices ? $" AND slice_id IN ({string.Join(", ", slices.DefaultIfEmpty(-1))})" : "";
        // Good: it ended in time, and was not cancelled before. Void: cancelled while in time. The rest is bad once the limit is past.
        const string good = "CASE WHEN cancelled_after IS NULL AND took <= @limit THEN 1 ELSE 0 END";
        const string bad = "CASE WHEN cancelled_after IS NULL AND took > @limit THEN 1 WHEN cancelled_after IS NULL AND took IS NULL AND started_at < @late AND (outcome <> 0 OR @limit < due_at - started_at) THEN 1 WHEN cancelled_after > @limit THEN 1 ELSE 0 END";
        await using var connection = await db.OpenAsync(cancel);
        var read = await new BatchSql(connection).ReadAsync(
            $"SELECT started_at / {step}, SUM({good}), SUM({bad}) FROM objective_readings WHERE counter_id = {counter} AND started_at >= @from AND started_at < @to{among} GROUP BY started_at / {step}",
            r => new Sum(counter, (int)(r.GetInt64(0) * step / 60_000_000), 0, Whole(r, 1), Whole(r, 2)), cancel, ("from", from), ("to", to), ("limit", limit), ("late", now.ToMicroseconds() - limit));
        return Tallies(read, period, grain);
    }

    private async Task<IReadOnlyList<TallyBy>> MissesByAsync(int counter, ObjectiveDimension by, ObjectivePeriod period, TimeSpan grain, ObjectiveScope scope, CancellationToken ct)
    {
        var (from, to) = Bounds(period);
        var step = Micro(grain);
        await using var context = db.CreateContext(_tenant);
        var rows = context.ObjectiveReadings.AsNoTracking().Where(r => r.CounterId == counter && r.Outcome == IndicatorOutcome.Bad && r.StartedAt >= from && r.StartedAt < to);
        if (await ChosenAsync(scope, ct) is { } slices)
            rows = rows.Where(r => slices.Contains(r.SliceId));
        var sums = by == ObjectiveDimension.Party
            ? (await rows.GroupBy(r => new { r.Party, At = r.StartedAt / step }).Select(g => new { g.Key.Party, g.Key.At, Count = g.LongCount() }).ToListAsync(ct)).ConvertAll(g => (Key: g.Party, g.At, g.Count))
            : (await rows.GroupBy(r => new { r.CaseId, At = r.StartedAt / step }).Select(g => new { g.Key.CaseId, g.Key.At, Count = g.LongCount() }).ToListAsync(ct)).ConvertAll(g => (Key: g.CaseId?.ToString() ?? "", g.At, g.Count));
        return [.. sums.OrderBy(s => s.Key, StringComparer.Ordinal).ThenBy(s => s.At).Select(s => new TallyBy(s.Key, new(Begin(s.At * step / 60_000_000, period), 0, s.Count)))];
    }

    /// <summary>Whole minutes, as the sums have them: a list is as long as its figure says.</summary>
    private static (long From, long To) Bounds(ObjectivePeriod period) => (TallyRanges.Minute(period.From) * 60_000_000L, (TallyRanges.Minute(period.To.AddTicks(-1)) + 1) * 60_000_000L);

    private static long Micro(TimeSpan span) => span.Ticks / TimeSpan.TicksPerMicrosecond;

    private static TimeSpan? Span(long? microseconds) => microseconds is { } took ? TimeSpan.FromTicks(took * TimeSpan.TicksPerMicrosecond) : null;

    /// <summary>Whether a page of missed orders could have given it out as its next.</summary>
    public static bool IsCursor(string text) => Cursor(text) is not null;

    private static (long At, Guid Id)? Cursor(string? cursor) =>
        cursor?.Split('.') is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var started) && Guid.TryParseExact(id, "N", out var transaction) ? (started, transaction) : null;
}
