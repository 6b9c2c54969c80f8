using System.Collections.Concurrent;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Onboarding;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Home;

/// <summary>
/// Reads the home page. Its cost follows the open orders and the last hours, never the history: open states are a range
/// of the state index, totals come from the traffic rows. One reading a second serves all viewers of a tenant.
/// </summary>
public sealed class HomeQueries(IControlPlaneDb db, TimeProvider clock, IFlowCatalog flows, IConnectionRegistry registry)
{
    public const int MostCases = 5;

    public static readonly TimeSpan ChartSpan = TimeSpan.FromHours(6);

    public static readonly TimeSpan ChartStep = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan YoungSpan = TimeSpan.FromHours(1);

    private static readonly TimeSpan YoungStep = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan PresentSpan = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FlowWindow = TimeSpan.FromMinutes(5);

    private static readonly TransactionState[] OpenStates =
        [TransactionState.Running, TransactionState.Waiting, TransactionState.Retrying, TransactionState.Stuck];

    private readonly ConcurrentDictionary<(int TenantId, DateTimeOffset DayStart), Reading> _readings = new();

    /// <param name="dayStart">The viewer's midnight: what "today" means to him.</param>
    public async Task<HomeView> ReadAsync(TenantScope tenant, DateTimeOffset dayStart, CancellationToken ct)
    {
        var key = (tenant.TenantId, dayStart);
        // A day's viewers share a few zones; readings of other days are dropped as soon as one is made.
        foreach (var old in _readings.Keys.Where(k => k.DayStart < dayStart.AddDays(-2)))
            _readings.TryRemove(old, out _);
        var reading = _readings.GetOrAdd(key, _ => new Reading());
        await reading.Gate.WaitAsync(ct);
        try
        {
            if (reading.View is { } kept && clock.GetUtcNow() - kept.ReadAt < KeepFor && clock.GetUtcNow() >= kept.ReadAt)
                return kept;
            return reading.View = await ReadNowAsync(tenant, dayStart, ct);
        }
        finally
        {
            reading.Gate.Release();
        }
    }

    private async Task<HomeView> ReadNowAsync(TenantScope tenant, DateTimeOffset dayStart, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var context = db.CreateContext(tenant);
        var open = await OpenAsync(context, ct);
        var stuck = await StuckAsync(context, ct);
        var late = await LateAsync(context, dayStart.AddDays(1), ct);
        var minutes = await MinutesAsync(context, now, ct);
        var (step, steps) = Steps(minutes, now);
        var today = await DayAsync(context, dayStart, ct);
        var anyOrders = today.Received > 0 || await context.Transactions.AnyAsync(ct);
        var (systems, ourselves) = await SystemsAsync(context, open, now, ct);
        var counts = open.ToLookup(o => o.State);
        int Count(TransactionState state) => counts[state].Sum(o => o.Count);
        return new HomeView
        {
            ReadAt = now,
            AnyOrders = anyOrders,
            Open = new(Count(TransactionState.Running), Count(TransactionState.Waiting), Count(TransactionState.Retrying), Count(TransactionState.Stuck)),
            Today = today,
            Cases = await JudgeAsync(context, [.. stuck.Take(MostCases)], now, ct),
            CaseCount = stuck.Count,
            OldestStuckSince = stuck.Count == 0 ? null : stuck.Min(c => c.Since),
            StuckMoney = Sum(stuck.SelectMany(c => c.Amounts)),
            Late = late,
            Systems = systems,
            Ourselves = ourselves,
            Traffic = steps,
            Step = step,
            Present = Since(minutes, now - PresentSpan),
            ClosedPerMinute = Math.Round(Since(minutes, now - FlowWindow).Closed / FlowWindow.TotalMinutes, 1),
        };
    }

    private static async Task<List<OpenGroup>> OpenAsync(ControlPlaneDbContext context, CancellationToken ct) =>
        await context.Transactions.AsNoTracking()
            .Where(t => OpenStates.Contains(t.State))
            .GroupBy(t => new { t.State, t.Party, t.PartyConnection, t.FaultKind })
            .Select(g => new OpenGroup(g.Key.State, g.Key.Party, g.Key.PartyConnection, g.Key.FaultKind, g.Count(), g.Min(t => t.Since)))
            .ToListAsync(ct);

    private static async Task<List<StuckCase>> StuckAsync(ControlPlaneDbContext context, CancellationToken ct)
    {
        var rows = await context.Transactions.AsNoTracking()
            .Where(t => t.State == TransactionState.Stuck)
            .GroupBy(t => new { t.FaultCode, t.FaultKind, t.Party, t.PartyConnection, t.Currency })
            .Select(g => new
            {
                g.Key,
                Count = g.Count(),
                Total = g.Sum(t => t.TotalMinor ?? 0),
                Since = g.Min(t => t.Since),
                ShipBy = g.Min(t => t.ShipBy),
                Message = g.Max(t => t.FaultMessage),
            })
            .ToListAsync(ct);
        return
        [
            .. rows.GroupBy(r => (r.Key.FaultCode, r.Key.FaultKind, r.Key.Party, r.Key.PartyConnection))
                .Select(g => new StuckCase(
                    g.Key.FaultCode ?? "",
                    g.Key.FaultKind,
                    g.Max(r => r.Message) ?? "",
                    g.Key.Party,
                    g.Key.PartyConnection,
                    g.Sum(r => r.Count),
                    Sum(g.Where(r => Currencies.IsKnown(r.Key.Currency)).Select(r => new Money(r.Total, r.Key.Currency))),
                    Instant.FromMicroseconds(g.Min(r => r.Since)),
                    g.Min(r => r.ShipBy) is { } shipBy ? Instant.FromMicroseconds(shipBy) : null))
                // Currencies are compared by their figures here: this only sorts, it is shown nowhere.
                .OrderByDescending(c => c.Amounts.Sum(a => a.ToDecimal()))
                .ThenBy(c => c.Since),
        ];
    }

    /// <summary>Whose move it is, is not decided here: the oldest of each case is asked for its verdict.</summary>
    private async Task<IReadOnlyList<StuckCase>> JudgeAsync(ControlPlaneDbContext context, IReadOnlyList<StuckCase> cases, DateTimeOffset now, CancellationToken ct)
    {
        var oldest = new List<TransactionRow?>();
        foreach (var item in cases)
        {
            var code = item.Code.Length == 0 ? null : item.Code;
            oldest.Add(await context.Transactions.AsNoTracking()
                .Where(t => t.State == TransactionState.Stuck && t.FaultCode == code && t.FaultKind == item.Kind && t.Party == item.Party && t.PartyConnection == item.PartyConnection)
                .OrderBy(t => t.Id)
                .FirstOrDefaultAsync(ct));
        }

        var found = oldest.OfType<TransactionRow>().ToList();
        var items = await new ListFacts(new FactsBuilder(flows, registry)).ItemsAsync(context, found, ct);
        var verdicts = items.ToDictionary(i => i.Id, i => VerdictRules.Decide(i.Facts, now, TimeZoneInfo.Utc));
        return
        [
            // One that was freed in this very moment has no verdict: then nobody is named.
            .. cases.Zip(oldest, (item, row) => row is not null && verdicts.TryGetValue(row.Id, out var verdict)
                ? item with { Move = verdict.Move, System = verdict.System }
                : item),
        ];
    }

    private static async Task<LateMoney?> LateAsync(ControlPlaneDbContext context, DateTimeOffset dayEnd, CancellationToken ct)
    {
        var before = dayEnd.ToMicroseconds();
        var rows = await context.Transactions.AsNoTracking()
            .Where(t => t.State == TransactionState.Stuck && t.ShipBy != null && t.ShipBy < before)
            .GroupBy(t => t.Currency)
            .Select(g => new { g.Key, Count = g.Count(), Total = g.Sum(t => t.TotalMinor ?? 0), By = g.Max(t => t.ShipBy)!.Value })
            .ToListAsync(ct);
        return rows.Count == 0
            ? null
            : new(rows.Sum(r => r.Count), Sum(rows.Where(r => Currencies.IsKnown(r.Key)).Select(r => new Money(r.Total, r.Key))), Instant.FromMicroseconds(rows.Max(r => r.By)));
    }

    private static async Task<DayTotals> DayAsync(ControlPlaneDbContext context, DateTimeOffset dayStart, CancellationToken ct)
    {
        var from = dayStart.ToMicroseconds();
        var sums = await context.Traffic.AsNoTracking().Where(t => t.Minute >= from)
            .GroupBy(_ => 1)
            .Select(g => new DayTotals(g.Sum(t => t.Received), g.Sum(t => t.Closed), g.Sum(t => t.Duplicates), g.Sum(t => t.Refused)))
            .FirstOrDefaultAsync(ct);
        return sums ?? new DayTotals(0, 0, 0, 0);
    }

    /// <summary>Per minute, the oldest first; minutes without traffic are left out.</summary>
    private static async Task<IReadOnlyList<TrafficStep>> MinutesAsync(ControlPlaneDbContext context, DateTimeOffset now, CancellationToken ct)
    {
        var from = (Floor(now, ChartStep) - ChartSpan).ToMicroseconds();
        var minutes = await context.Traffic.AsNoTracking().Where(t => t.Minute >= from)
            .GroupBy(t => t.Minute)
            .OrderBy(g => g.Key)
            .Select(g => new { g.Key, Received = g.Sum(t => t.Received), Closed = g.Sum(t => t.Closed), Stuck = g.Sum(t => t.Stuck) })
            .ToListAsync(ct);
        return [.. minutes.Select(m => new TrafficStep(Instant.FromMicroseconds(m.Key), m.Received, m.Closed, m.Stuck))];
    }

    /// <summary>A young installation would see an empty chart for its first minutes: it gets one hour in steps of a minute.</summary>
    private static (TimeSpan Step, IReadOnlyList<TrafficStep> Steps) Steps(IReadOnlyList<TrafficStep> minutes, DateTimeOffset now)
    {
        var young = minutes.Count > 0 && minutes[0].At > now - YoungSpan;
        var (step, span) = young ? (YoungStep, YoungSpan) : (ChartStep, ChartSpan);
        var first = Floor(now, step) - span;
        var steps = Enumerable.Range(0, (int)(span / step) + 1).Select(i => new TrafficStep(first + i * step, 0, 0, 0)).ToArray();
        foreach (var minute in minutes.Where(m => m.At >= first))
        {
            // A node whose clock runs ahead writes a minute that has not begun here yet: it belongs to the last step.
            ref var into = ref steps[Math.Min((int)((minute.At - first) / step), steps.Length - 1)];
            into = Add(into, minute);
        }

        return (step, steps);
    }

    private static TrafficStep Since(IReadOnlyList<TrafficStep> minutes, DateTimeOffset from) =>
        minutes.Where(m => m.At >= from).Aggregate(new TrafficStep(from, 0, 0, 0), Add);

    private static TrafficStep Add(TrafficStep a, TrafficStep b) =>
        a with { Received = a.Received + b.Received, Closed = a.Closed + b.Closed, Stuck = a.Stuck + b.Stuck };

    private static DateTimeOffset Floor(DateTimeOffset at, TimeSpan step) => new(at.UtcTicks - at.UtcTicks % step.Ticks, TimeSpan.Zero);

    private static async Task<(IReadOnlyList<SystemStanding> Systems, SystemStanding Ourselves)> SystemsAsync(
        ControlPlaneDbContext context, List<OpenGroup> open, DateTimeOffset now, CancellationToken ct)
    {
        var connections = await context.Connections.AsNoTracking()
            .OrderBy(c => c.Role).ThenBy(c => c.DisplayName)
            .Select(c => new
            {
                c.Key,
                c.DisplayName,
                c.Role,
                c.Enabled,
                LastTest = context.ConnectionEvents.Where(e => e.Connection == c.Key && (e.Kind == OnboardingDesk.TestFailed || e.Kind == OnboardingDesk.TestPassed)).OrderByDescending(e => e.Id).Select(e => e.Kind).FirstOrDefault(),
                LastMessage = context.Messages.Where(m => m.Connection == c.Key).OrderByDescending(m => m.Id).Select(m => (long?)m.ReceivedAt).FirstOrDefault(),
            })
            .ToListAsync(ct);
        var calls = await ConnectionActivity.CallsSinceAsync(context, now - SystemJudgement.QuietAfter, ct);
        var recent = await ConnectionActivity.CallsSinceAsync(context, now - FlowWindow, ct);
        var feeds = await ConnectionActivity.FeedsAsync(context, ct);
        var queues = await QueueStanding.ReadAsync(context, now, ct);
        var from = (now - FlowWindow).ToMicroseconds();
        var received = await context.Traffic.AsNoTracking().Where(t => t.Minute >= from)
            .GroupBy(t => t.Connection)
            .Select(g => new { g.Key, Received = g.Sum(t => t.Received) })
            .ToDictionaryAsync(g => g.Key, g => g.Received, ct);
        // An order may name only the role that it waits for; the first system of that role stands for it.
        var byRole = connections.GroupBy(c => c.Role).ToDictionary(g => g.Key, g => g.First().Key);
        var atSystem = open.ToLookup(o => o.PartyConnection ?? (o.Party is { } role ? byRole.GetValueOrDefault(role, "") : ""));
        var systems = connections.Select(c =>
        {
            var call = calls.GetValueOrDefault(c.Key);
            var lastMessage = c.LastMessage is { } m ? Instant.FromMicroseconds(m) : (DateTimeOffset?)null;
            var lastAt = call is null || lastMessage > call.LastAt ? lastMessage : call.LastAt;
            var flow = c.Role.Sells() ? received.GetValueOrDefault(c.Key) : recent.GetValueOrDefault(c.Key)?.Calls ?? 0;
            return Standing(c.Key, c.DisplayName, c.Role, c.Enabled, atSystem[c.Key].ToList(), call, flow, lastAt, now, c.Enabled ? queues.GetValueOrDefault(c.Key) : null, feeds.GetValueOrDefault(c.Key)?.Fault is not null || c.LastTest == OnboardingDesk.TestFailed);
        }).ToList();
        var known = connections.Select(c => c.Key).ToHashSet(StringComparer.Ordinal);
        var ours = atSystem.Where(g => !known.Contains(g.Key)).SelectMany(g => g).ToList();
        return (systems, Standing("", "ControlPlane", null, true, ours, null, received.Values.Sum(), now, now));
    }

    private static SystemStanding Standing(
        string key, string name, SystemRole? role, bool enabled, List<OpenGroup> open, CallActivity? calls, int flow, DateTimeOffset? lastAt, DateTimeOffset now, QueueStanding? queue = null, bool unreached = false)
    {
        int Count(TransactionState state) => open.Where(o => o.State == state).Sum(o => o.Count);
        var troubles = open.Where(o => o.State is TransactionState.Stuck or TransactionState.Retrying).ToList();
        var signs = new SystemSigns
        {
            Enabled = enabled,
            Waiting = Count(TransactionState.Waiting),
            Stuck = Count(TransactionState.Stuck),
            Retrying = open.Where(o => o.State == TransactionState.Retrying).GroupBy(o => o.FaultKind ?? FaultKind.Transient).ToDictionary(g => g.Key, g => g.Sum(o => o.Count)),
            Calls = calls?.Calls ?? 0,
            FailedCalls = calls?.Failed ?? 0,
            QueueBroken = queue?.Fault is not null,
            Unreached = unreached,
            LastAt = lastAt,
        };
        return new(
            key, name, role, SystemJudgement.Of(signs, now), signs.Waiting, Count(TransactionState.Retrying), signs.Stuck,
            Math.Round(flow / FlowWindow.TotalMinutes, 1), lastAt, troubles.Count > 0 ? Instant.FromMicroseconds(troubles.Min(t => t.Since)) : queue is { Fault: not null } ? queue.Since : null);
    }

    private static IReadOnlyList<Money> Sum(IEnumerable<Money> amounts) =>
        [.. amounts.GroupBy(a => a.Currency).Select(g => new Money(g.Sum(a => a.MinorUnits), g.Key)).OrderByDescending(a => a.ToDecimal())];

    private sealed record OpenGroup(TransactionState State, SystemRole? Party, string? PartyConnection, FaultKind? FaultKind, int Count, long Since);

    private sealed class Reading
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public HomeView? View { get; set; }
    }
}
