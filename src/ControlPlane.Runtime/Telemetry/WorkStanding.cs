using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Telemetry;

/// <summary>How much is open, as the tables say.</summary>
/// <param name="OldestReady">Age of the oldest work that could be done now; zero when there is none.</param>
/// <param name="Stuck">By the role whose move it is; null = ours.</param>
public sealed record WorkStanding(
    IReadOnlyList<(Lane Lane, WorkState State, int Count)> Work, TimeSpan OldestReady, IReadOnlyList<(SystemRole? Party, int Count)> Stuck);

/// <summary>Reads the standing for metrics and health, at most once in five seconds however often it is asked.</summary>
public sealed class WorkStandings(IControlPlaneDb db, TimeProvider clock) : IDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(5);

    /// <summary>Woken work has no due time. So many of it are remembered, oldest transactions first, to know how long they lie there.</summary>
    private const int MostRemembered = 200;

    private static readonly WorkState[] Open = [WorkState.Ready, WorkState.Leased, WorkState.Waiting];

    private readonly SemaphoreSlim _one = new(1, 1);
    private Dictionary<Guid, DateTimeOffset> _firstSeen = [];
    private (DateTimeOffset At, WorkStanding Standing)? _last;

    public async Task<WorkStanding> ReadAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            var now = clock.GetUtcNow();
            if (_last is { } last && now - last.At < Fresh)
                return last.Standing;
            var standing = await QueryAsync(now, ct);
            _last = (now, standing);
            return standing;
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<WorkStanding> QueryAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        // The whole installation: these numbers name no order and no tenant.
        var items = context.WorkItems.IgnoreQueryFilters().AsNoTracking();
        var work = await items.Where(w => EF.Constant(Open).Contains(w.State)).GroupBy(w => new { w.Lane, w.State })
            .Select(g => new { g.Key.Lane, g.Key.State, Count = g.Count() }).ToListAsync(ct);
        var due = now.ToMicroseconds();
        var ready = items.Where(w => EF.Constant(Open).Contains(w.State) && w.State == WorkState.Ready);
        var oldest = await ready.Where(w => w.DueAt > 0 && w.DueAt <= due).MinAsync(w => (long?)w.DueAt, ct);
        var woken = await ready.Where(w => w.DueAt == 0).OrderBy(w => w.TransactionId).Select(w => w.TransactionId).Take(MostRemembered).ToListAsync(ct);
        var stuck = await context.Transactions.IgnoreQueryFilters().Where(t => t.State == TransactionState.Stuck).GroupBy(t => t.Party)
            .Select(g => new { Party = g.Key, Count = g.Count() }).ToListAsync(ct);
        _firstSeen = woken.ToDictionary(id => id, id => _firstSeen.GetValueOrDefault(id, now));
        var since = _firstSeen.Values.Append(oldest is { } o ? Instant.FromMicroseconds(o) : now).Min();
        return new([.. work.Select(w => (w.Lane, w.State, w.Count))], now - since, [.. stuck.Select(s => (s.Party, s.Count))]);
    }

    public void Dispose() => _one.Dispose();
}
