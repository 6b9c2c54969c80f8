using System.Collections.Concurrent;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Hangfire;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>
/// Counts orders beside the engine, a bounded piece at a time: new ones, those that changed, and those whose promise has passed since. Nothing is
/// added up over time: a day that an order of it touches is summed anew, so a piece that is done twice, or by two nodes, changes nothing.
/// </summary>
public sealed class ScorecardKeeper
{
    /// <summary>Orders of one piece.</summary>
    public const int MostAtOnce = 1_000;

    private const int MostPieces = 30;

    /// <summary>An order is looked for so long after its id was made: a node may commit late.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMinutes(10);

    /// <summary>What ended is looked at so long: a person may open it again.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromDays(1);

    /// <summary>And so often: that is rare, and they are many.</summary>
    private static readonly TimeSpan SettledEvery = TimeSpan.FromSeconds(30);

    /// <summary>A crowd at the door is waited for so long; the next look is not made meanwhile.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <summary>Orders change most in their first moments: those that came just now wait for the next look, and are mostly counted once.</summary>
    private static readonly TimeSpan Young = TimeSpan.FromSeconds(2);

    private readonly IControlPlaneDb _db;
    private readonly TimeProvider _clock;
    private readonly DoorPressure? _door;
    private readonly ConcurrentDictionary<int, DateTimeOffset> _settledAt = new();

    /// <param name="door">Null = nobody comes to a door here.</param>
    internal ScorecardKeeper(IControlPlaneDb db, TimeProvider clock, DoorPressure? door = null) => (_db, _clock, _door) = (db, clock, door);

    [OneAtATime]
    [AutomaticRetry(Attempts = 0)]
    public async Task KeepAsync(CancellationToken ct)
    {
        if (_door is not null)
            await _door.CalmAsync(Patience, _clock, ct);
        await using var all = _db.CreateContext();
        foreach (var tenant in await all.Connections.IgnoreQueryFilters().Select(c => c.TenantId).Distinct().ToListAsync(ct))
            await KeepAsync(new TenantScope(tenant), MostPieces, ct, Young);
    }

    /// <summary>What there is to count is looked for once, and counted a piece at a time.</summary>
    /// <param name="pieces">At most so many.</param>
    /// <param name="young">Orders that came since are left for the next look.</param>
    /// <returns>False: there is more to count.</returns>
    public async Task<bool> KeepAsync(TenantScope tenant, int pieces, CancellationToken ct, TimeSpan young = default)
    {
        var (now, most) = (_clock.GetUtcNow(), pieces * MostAtOnce);
        List<Guid> fresh, changed;
        await using (var context = _db.CreateContext(tenant))
        {
            fresh = await FreshAsync(context, await context.ScorecardStates.Select(s => s.Reached).FirstOrDefaultAsync(ct), now, young, most, ct);
            changed = await ChangedAsync(context, tenant, now, most - fresh.Count, ct);
        }

        var done = fresh.Count + changed.Count < most;
        foreach (var piece in fresh.Chunk(MostAtOnce))
            await CountAsync(tenant, piece, piece[^1], now, ct);
        foreach (var piece in changed.Chunk(MostAtOnce))
            await CountAsync(tenant, piece, null, now, ct);
        if (done)
            await StateAsync(tenant, state => state.ReadUpTo = (now - young).ToMicroseconds(), ct);
        return done;
    }

    /// <summary>Forgets what was counted, and counts all of it again.</summary>
    public async Task RebuildAsync(TenantScope tenant, CancellationToken ct)
    {
        await using (var context = _db.CreateContext(tenant))
        {
            await context.ScorecardDays.ExecuteDeleteAsync(ct);
            await context.ScorecardOrders.ExecuteDeleteAsync(ct);
            await context.ScorecardStates.ExecuteDeleteAsync(ct);
        }

        while (!await KeepAsync(tenant, MostPieces, ct))
            ct.ThrowIfCancellationRequested();
    }

    private async Task CountAsync(TenantScope tenant, IReadOnlyList<Guid> piece, Guid? reached, DateTimeOffset now, CancellationToken ct)
    {
        await using (var context = _db.CreateContext(tenant))
            await new ScorecardCounter(context, tenant).CountAsync(piece, now, ct);
        if (reached is { } last)
            await StateAsync(tenant, state => state.Reached = last.CompareTo(state.Reached) > 0 ? last : state.Reached, ct);
    }

    private async Task StateAsync(TenantScope tenant, Action<ScorecardStateRow> change, CancellationToken ct)
    {
        await using var context = _db.CreateContext(tenant);
        var state = await context.ScorecardStates.FirstOrDefaultAsync(ct);
        if (state is null)
            context.ScorecardStates.Add(state = new() { TenantId = tenant.TenantId });
        change(state);
        await context.SaveChangesAsync(ct);
    }

    private static async Task<List<Guid>> FreshAsync(ControlPlaneDbContext context, Guid reached, DateTimeOffset now, TimeSpan young, int most, CancellationToken ct)
    {
        // Once the newest is reached, the last minutes are looked through again for what was committed out of order.
        var from = reached == Guid.Empty || EntityId.MadeAt(reached) < now - Late - Late ? reached : Guid.CreateVersion7(EntityId.MadeAt(reached) - Late);
        var orders = context.Transactions.AsNoTracking().Where(t => t.Kind == "order" && t.Id.CompareTo(from) > 0);
        if (young > TimeSpan.Zero)
        {
            var received = (now - young).ToMicroseconds();
            orders = orders.Where(t => t.ReceivedAt < received);
        }

        return await orders.Where(t => !context.ScorecardOrders.Any(o => o.TransactionId == t.Id))
            .OrderBy(t => t.Id).Select(t => t.Id).Take(most).ToListAsync(ct);
    }

    private async Task<List<Guid>> ChangedAsync(ControlPlaneDbContext context, TenantScope tenant, DateTimeOffset now, int most, CancellationToken ct)
    {
        var (instant, settled) = (now.ToMicroseconds(), (now - Settling).ToMicroseconds());
        var open = await context.ScorecardOrders.AsNoTracking().Where(o => o.EndedAt == null)
            .Where(o => (!o.Counts && o.ShipBy < instant) || context.Transactions.Any(t => t.Id == o.TransactionId && t.Revision != o.Revision)).OrderBy(o => o.TransactionId).Select(o => o.TransactionId).Take(most).ToListAsync(ct);
        if (open.Count == most || _settledAt.TryGetValue(tenant.TenantId, out var looked) && now - looked < SettledEvery)
            return open;
        _settledAt[tenant.TenantId] = now;
        var ended = await context.ScorecardOrders.AsNoTracking().Where(o => o.EndedAt > settled && context.Transactions.Any(t => t.Id == o.TransactionId && t.Revision != o.Revision))
            .OrderBy(o => o.TransactionId).Select(o => o.TransactionId).Take(most - open.Count).ToListAsync(ct);
        return [.. open, .. ended];
    }
}
