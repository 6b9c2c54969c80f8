using System.Collections.Concurrent;
using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Operations;

/// <summary>
/// Reads the dashboard. Its cost follows the range and the number of connections, never the history: sums come from minutes or hours, the
/// backlog from the index of states. One reading a second serves all viewers of a tenant.
/// </summary>
public sealed class OperationsQueries(IControlPlaneDb db, TimeProvider clock, IConnectionRegistry registry)
{
    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(1);

    /// <summary>What was never there is looked for again after so long.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromSeconds(30);

    private static readonly TransactionState[] OpenStates = [TransactionState.Running, TransactionState.Waiting, TransactionState.Retrying, TransactionState.Stuck];

    private readonly ConcurrentDictionary<(int Tenant, string Word), Kept> _kept = new();
    private readonly ConcurrentDictionary<(int Tenant, OperationMeasure Measure), (bool There, DateTimeOffset At)> _ever = new();

    public async Task<OperationsView> ReadAsync(TenantScope tenant, OperationRange range, CancellationToken ct)
    {
        if (range.Word is null)
            return await ReadNowAsync(tenant, range, ct);
        var kept = _kept.GetOrAdd((tenant.TenantId, range.Word), _ => new());
        await kept.Gate.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (kept.View is { } view && now >= view.ReadAt && now - view.ReadAt < KeepFor)
                return view;
            return kept.View = await ReadNowAsync(tenant, range, ct);
        }
        finally
        {
            kept.Gate.Release();
        }
    }

    private async Task<OperationsView> ReadNowAsync(TenantScope tenant, OperationRange range, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var context = db.CreateContext(tenant);
        // Before the figures: what is folded between the two readings makes them younger than is said, never older.
        var noted = await context.OperationChanges.MinAsync(c => (long?)c.At, ct);
        var figures = await FiguresAsync(context, range, ct);
        var series = new OperationSeries(range, figures, key => key.Length == 0 ? "" : registry.Find(key)?.DisplayName ?? key);
        var (stock, settlements) = (await EverAsync(context, tenant, OperationMeasure.StockReceived, ct), await EverAsync(context, tenant, OperationMeasure.SettlementReceived, ct));
        return new(
            now, noted is { } at && at < now.ToMicroseconds() ? Instant.FromMicroseconds(at) : now, range,
            await BacklogAsync(context, range, series, stock || settlements, now, ct), series.Stock(stock), series.Failures(), series.Rates(), series.Settlements(settlements));
    }

    private static async Task<List<StepFigure>> FiguresAsync(ControlPlaneDbContext context, OperationRange range, CancellationToken ct)
    {
        var (from, to, step) = (range.From.ToMicroseconds(), range.To.ToMicroseconds(), (long)range.Step.TotalMicroseconds);
        return range.Hourly
            ? await context.OperationHours.Where(m => m.Minute >= from && m.Minute < to).GroupBy(m => new { Step = (m.Minute - from) / step, m.Measure, m.Connection, m.Code, m.Bucket })
                .Select(g => new StepFigure((int)g.Key.Step, g.Key.Measure, g.Key.Connection, g.Key.Code, g.Key.Bucket, g.Sum(m => m.Count), g.Sum(m => m.Sum), g.Max(m => m.Largest))).ToListAsync(ct)
            : await context.OperationMinutes.Where(m => m.Minute >= from && m.Minute < to).GroupBy(m => new { Step = (m.Minute - from) / step, m.Measure, m.Connection, m.Code, m.Bucket })
                .Select(g => new StepFigure((int)g.Key.Step, g.Key.Measure, g.Key.Connection, g.Key.Code, g.Key.Bucket, g.Sum(m => m.Count), g.Sum(m => m.Sum), g.Max(m => m.Largest))).ToListAsync(ct);
    }

    private static async Task<BacklogFigures> BacklogAsync(ControlPlaneDbContext context, OperationRange range, OperationSeries series, bool others, DateTimeOffset now, CancellationToken ct)
    {
        // In the index of states alone, as long as nothing but orders ever came; the first of a state is its oldest, since ids sort by time.
        var orders = others ? context.Transactions.Where(t => t.Kind != OperationFolding.Stock && t.Kind != OperationFolding.Settlement) : context.Transactions;
        var open = await orders.Where(t => OpenStates.Contains(t.State)).GroupBy(t => t.State).Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => g.Count, ct);
        DateTimeOffset? oldest = null;
        foreach (var state in open.Keys)
            if (await orders.Where(t => t.State == state).OrderBy(t => t.Id).Select(t => (long?)t.ReceivedAt).FirstOrDefaultAsync(ct) is { } at && !(Instant.FromMicroseconds(at) >= oldest))
                oldest = Instant.FromMicroseconds(at);
        // The last minute of each step, and the newest there is for the step that goes on.
        var ends = Enumerable.Range(1, range.Points).Select(i => (range.From + i * range.Step).ToMicroseconds() - OperationTally.Minute).ToList();
        var (from, last) = (range.From.ToMicroseconds(), Math.Min(range.To.ToMicroseconds(), now.ToMicroseconds()));
        var newest = await context.OperationStandings.Where(s => s.Minute >= from && s.Minute < last).MaxAsync(s => (long?)s.Minute, ct);
        if (newest is { } sampled)
            ends[^1] = sampled;
        var rows = await context.OperationStandings.Where(s => ends.Contains(s.Minute)).Select(s => new { s.Minute, s.Connection, s.Count }).ToListAsync(ct);
        var totals = rows.GroupBy(r => r.Minute).ToDictionary(g => g.Key, g => g.Sum(r => r.Count));
        var points = ends.Select((end, i) => new OperationPoint(range.From + i * range.Step, totals.TryGetValue(end, out var count) ? count : null)).ToList();
        return new(
            open, points, oldest, series.Sum(OperationMeasure.OrderReceived), series.Sum(OperationMeasure.OrderEnded),
            [.. rows.Where(r => r.Minute == newest && r.Count > 0).OrderByDescending(r => r.Count).Select(r => new OperationShare(r.Connection, series.NameOf(r.Connection), r.Count))]);
    }

    private async Task<bool> EverAsync(ControlPlaneDbContext context, TenantScope tenant, OperationMeasure measure, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (_ever.TryGetValue((tenant.TenantId, measure), out var known) && (known.There || now - known.At < LookAgain && now >= known.At))
            return known.There;
        var there = await context.OperationHours.AnyAsync(h => h.Measure == measure, ct);
        _ever[(tenant.TenantId, measure)] = (there, now);
        return there;
    }

    private sealed class Kept
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public OperationsView? View { get; set; }
    }
}
