using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Engine;

/// <summary>Reads what the engine page and <c>/api/v1/engine</c> show. Counts walk partial indexes of open work only.</summary>
public sealed class EngineQueries
{
    private readonly IControlPlaneDb _db;
    private readonly IConnectionRegistry _connections;
    private readonly IConnectorCatalog _connectors;
    private readonly TargetGates _gates;
    private readonly OutboundGateway _gateway;
    private readonly LanePumps _pumps;
    private readonly Node _node;
    private readonly LeaseClock _leases;
    private readonly EngineOptions _options;
    private readonly TimeProvider _clock;

    internal EngineQueries(
        IControlPlaneDb db, IConnectionRegistry connections, IConnectorCatalog connectors, TargetGates gates, OutboundGateway gateway, LanePumps pumps, Node node, LeaseClock leases,
        IOptions<EngineOptions> options, TimeProvider clock) =>
        (_db, _connections, _connectors, _gates, _gateway, _pumps, _node, _leases, _options, _clock) = (db, connections, connectors, gates, gateway, pumps, node, leases, options.Value, clock);

    public async Task<EngineView> ReadAsync(CancellationToken ct)
    {
        await using var context = _db.CreateContext();
        var now = _clock.GetUtcNow();
        var (received, closed) = await TrafficAsync(context, now, ct);
        var held = await HeldAsync(context, now, ct);
        return new()
        {
            Lanes = await LanesAsync(context, now.ToMicroseconds(), ct),
            Held = held,
            Turns = await TurnsAsync(context, ct),
            Nodes = await NodesAsync(context, ct),
            Breakers = [.. _gates.State.Breakers.Values.OrderBy(b => b.State).ThenByDescending(b => b.OpenedAt).Select(Breaker)],
            Windows = [.. _gates.State.Windows.Where(w => w.EndsAt > now).OrderBy(w => w.StartsAt)],
            Budgets = [.. Budgets(held)],
            ReceivedPerMinute = received,
            ClosedPerMinute = closed,
            ReadAt = now,
        };
    }

    private async Task<IReadOnlyList<LaneStanding>> LanesAsync(ControlPlaneDbContext context, long due, CancellationToken ct)
    {
        // Each count is a range of a partial index; the states stand in the text, so that the index is seen to fit.
        var open = await context.WorkItems.AsNoTracking().Where(w => w.State == WorkState.Ready || w.State == WorkState.Leased || w.State == WorkState.Waiting)
            .GroupBy(w => new { w.State, w.Lane }).Select(g => new { g.Key.State, g.Key.Lane, Count = g.Count() }).ToListAsync(ct);
        var ready = await context.WorkItems.AsNoTracking().Where(w => w.State == WorkState.Ready && w.DueAt <= due)
            .GroupBy(w => w.Lane).Select(g => new { Lane = g.Key, Count = g.Count(), Oldest = g.Min(w => w.DueAt) }).ToListAsync(ct);
        var held = await context.WorkItems.AsNoTracking().Where(w => w.State == WorkState.Held).GroupBy(w => w.Lane).Select(g => new { Lane = g.Key, Count = g.Count() }).ToListAsync(ct);
        var dead = await context.WorkItems.AsNoTracking().Where(w => w.State == WorkState.Dead).GroupBy(w => w.Lane).Select(g => new { Lane = g.Key, Count = g.Count() }).ToListAsync(ct);
        int Count(Lane lane, WorkState state) => open.FirstOrDefault(o => o.Lane == lane && o.State == state)?.Count ?? 0;
        return [.. Enum.GetValues<Lane>().Select(lane =>
        {
            var first = ready.FirstOrDefault(r => r.Lane == lane);
            return new LaneStanding(
                lane, Count(lane, WorkState.Ready), first?.Count ?? 0, Count(lane, WorkState.Leased), Count(lane, WorkState.Waiting), held.FirstOrDefault(h => h.Lane == lane)?.Count ?? 0,
                dead.FirstOrDefault(d => d.Lane == lane)?.Count ?? 0, first is { Oldest: > 0 } ? TimeSpan.FromMicroseconds(due - first.Oldest) : null, _pumps.Find(lane)?.Concurrency ?? 0);
        })];
    }

    private async Task<IReadOnlyList<HeldWork>> HeldAsync(ControlPlaneDbContext context, DateTimeOffset now, CancellationToken ct)
    {
        var groups = await context.WorkItems.AsNoTracking().Where(w => w.State == WorkState.Held && w.HeldBy != Hold.ByPerson).GroupBy(w => w.HeldBy).Select(g => new { Key = g.Key!, Count = g.Count(), Oldest = g.Min(w => w.DueAt) }).ToListAsync(ct);
        return [.. groups.OrderByDescending(g => g.Count).Select(g =>
        {
            var connection = Hold.ConnectionOf(g.Key);
            var name = Name(connection);
            var (text, until) = _gates.State.Window(connection, now) is { } window ? ($"Maintenance: {window.Reason}", window.EndsAt)
                : _gates.State.Breakers.TryGetValue(g.Key, out var breaker) && breaker.State == BreakerState.Open ? ($"Breaker open: {breaker.Message}", Instant.FromMicroseconds(breaker.ProbeAt))
                : ("Being released as fast as it can be taken", (DateTimeOffset?)null);
            return new HeldWork(g.Key, name, g.Count, Instant.FromMicroseconds(g.Oldest), text, until);
        })];
    }

    private static async Task<IReadOnlyList<TurnQueue>> TurnsAsync(ControlPlaneDbContext context, CancellationToken ct)
    {
        // The index holds only those whose order is kept and who are not done.
        var queues = await context.WorkItems.AsNoTracking().Where(w => w.Turn > 0 && w.State == WorkState.Behind)
            .GroupBy(w => w.EntityKey).Select(g => new { Key = g.Key!, Count = g.Count() }).OrderByDescending(g => g.Count).Take(EngineView.MostQueues).ToListAsync(ct);
        var heads = new List<TurnQueue>();
        foreach (var queue in queues)
            if (await context.WorkItems.AsNoTracking().Where(w => w.Turn > 0 && w.EntityKey == queue.Key).OrderBy(w => w.Turn)
                    .Join(context.Transactions.AsNoTracking(), w => w.TransactionId, t => t.Id, (w, t) => new { t.Id, t.Number, t.State, t.Flow, t.Since }).FirstOrDefaultAsync(ct) is { } head)
                heads.Add(new(head.Id, head.Number, head.State, head.Flow, queue.Count, Instant.FromMicroseconds(head.Since)));
        return heads;
    }

    private async Task<IReadOnlyList<NodeStanding>> NodesAsync(ControlPlaneDbContext context, CancellationToken ct)
    {
        var nodes = await context.Nodes.AsNoTracking().OrderByDescending(n => n.StartedAt).Take(50).ToListAsync(ct);
        var leases = await context.WorkItems.AsNoTracking().Where(w => w.State == WorkState.Leased && w.Owner != null).GroupBy(w => w.Owner).Select(g => new { Owner = g.Key!.Value, Count = g.Count() }).ToListAsync(ct);
        var alive = _leases.Now - _options.NodeTimeoutSeconds * 1_000_000L;
        return [.. nodes.Select(n => new NodeStanding(
            n.Id, n.Name, n.Roles, n.Version, Instant.FromMicroseconds(n.StartedAt), Instant.FromMicroseconds(n.SeenAt), n.StoppedAt is { } s ? Instant.FromMicroseconds(s) : null,
            n.StoppedAt is null && n.SeenAt >= alive, n.Id == _node.Id, leases.FirstOrDefault(l => l.Owner == n.Id)?.Count ?? 0)).OrderByDescending(n => n.Alive).ThenByDescending(n => n.StartedAt)];
    }

    private static async Task<(double Received, double Closed)> TrafficAsync(ControlPlaneDbContext context, DateTimeOffset now, CancellationToken ct)
    {
        const int Minutes = 10;
        var minute = now.ToMicroseconds() / 60_000_000 * 60_000_000;
        var from = minute - Minutes * 60_000_000L;
        var rows = await context.Traffic.AsNoTracking().Where(t => t.Minute >= from && t.Minute < minute).GroupBy(_ => 1).Select(g => new { Received = g.Sum(t => t.Received), Closed = g.Sum(t => t.Closed) }).FirstOrDefaultAsync(ct);
        return ((rows?.Received ?? 0) / (double)Minutes, (rows?.Closed ?? 0) / (double)Minutes);
    }

    private BreakerStanding Breaker(BreakerRow b) => new(
        b.Key, Name(Hold.ConnectionOf(b.Key)), b.State == BreakerState.Open, Instant.FromMicroseconds(b.OpenedAt), b.ClosedAt > 0 ? Instant.FromMicroseconds(b.ClosedAt) : null, b.Message,
        b.State == BreakerState.Open ? Instant.FromMicroseconds(b.ProbeAt) : null, b.Probes);

    private IEnumerable<BudgetStanding> Budgets(IReadOnlyList<HeldWork> held)
    {
        foreach (var connection in _connections.All.Where(c => c.Enabled).OrderBy(c => c.DisplayName, StringComparer.Ordinal))
        {
            if (_connectors.Find(connection.Connector)?.For(connection) is not { } connector)
                continue;
            var operations = connector.Manifest.Operations.Select(o => o.Name).Concat(connector.Feeds.Select(f => f.Name)).Where(o => RateGates.Declared(connector, o) is not null);
            foreach (var pool in operations.GroupBy(o => RateGates.KeyOf(connection, connector, o)))
            {
                var gate = _gateway.Rates.Of(connection, connector, pool.First());
                var (budget, left, wait) = (gate.Budget!, gate.Left(), gate.Peek());
                yield return new(
                    connection.DisplayName, pool.Key[(connection.Key.Length + 1)..], budget.PerSecond, budget.Burst, (int)(left * budget.Cost), TimeSpan.FromSeconds(Math.Max(0, (budget.Burst - left * budget.Cost) / budget.PerSecond)),
                    wait > TimeSpan.FromSeconds(budget.Cost / budget.PerSecond) ? wait : null, gate.UsedPerMinute, BudgetForecast.ShortIn(budget, left * budget.Cost, gate.UsedPerMinute), gate.Learned, budget.Reserve, gate.IsShared,
                    held.Where(h => pool.Any(o => h.Key == Hold.KeyOf(connection.Key, o))).Sum(h => h.Count), budget.Pool is not null);
            }
        }
    }

    private string Name(string connection) => _connections.Find(connection)?.DisplayName ?? connection;
}
