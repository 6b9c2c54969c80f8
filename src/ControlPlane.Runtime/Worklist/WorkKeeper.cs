using ControlPlane.Domain.Transactions;
using ControlPlane.Domain.Worklist;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Worklist;

/// <summary>
/// Keeps the places of the worklist true beside the engine, a bounded piece at a time: orders that were stuck before there was one,
/// all of them after a change of the rules, and places that were left behind. Safe to run twice, on any node.
/// </summary>
internal sealed class WorkKeeper(IControlPlaneDb db, WorkRanks ranks, TimeProvider clock)
{
    /// <summary>Orders that one piece looks at: the writer of the engine waits as long.</summary>
    public const int MostAtOnce = 200;

    /// <summary>The engine gives places to what fails. Once all have theirs, looking is needed for the unforeseen only.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private readonly Dictionary<int, Guid> _reached = [];
    private PenaltyRules? _rankedBy;
    private DateTimeOffset _lookAgainAt = DateTimeOffset.MinValue;

    public async Task KeepAsync(CancellationToken ct)
    {
        if (clock.GetUtcNow() < _lookAgainAt && ReferenceEquals(_rankedBy, ranks.Rules))
            return;
        if (await BackfillAsync(ct) == 0)
            _lookAgainAt = clock.GetUtcNow() + LookAgain;
    }

    /// <returns>How many orders were looked at, at most <see cref="MostAtOnce"/> a tenant; 0 when all have been.</returns>
    public async Task<int> BackfillAsync(CancellationToken ct)
    {
        if (!ReferenceEquals(_rankedBy, ranks.Rules))
        {
            // A score says something only beside scores of the same rules: everything is gone through again.
            _rankedBy = ranks.Rules;
            _reached.Clear();
        }

        await using var all = db.CreateContext();
        var count = 0;
        foreach (var tenant in await all.Connections.IgnoreQueryFilters().Select(c => c.TenantId).Distinct().ToListAsync(ct))
            count += await PieceAsync(tenant, ct);
        return count;
    }

    private async Task<int> PieceAsync(int tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(tenant));
        var after = _reached.GetValueOrDefault(tenant);
        var rows = await context.Transactions.AsNoTracking().Where(t => t.State == TransactionState.Stuck && t.Id.CompareTo(after) > 0).OrderBy(t => t.Id).Take(MostAtOnce).ToListAsync(ct);
        if (rows.Count == 0)
            // At the end: what has no place now failed on a node of before.
            rows = await context.Transactions.AsNoTracking().Where(t => t.State == TransactionState.Stuck && t.WorkRank == null).OrderBy(t => t.Id).Take(MostAtOnce).ToListAsync(ct);
        else
            _reached[tenant] = rows[^1].Id;
        foreach (var row in rows)
        {
            var (rank, actBy) = (row.WorkRank, row.ActBy);
            ranks.Place(row);
            if (rank is { } before && Math.Abs(before - row.WorkRank!.Value) < 1e-9 && actBy == row.ActBy)
                continue;
            var (id, revision, score, by) = (row.Id, row.Revision, row.WorkRank, row.ActBy);
            // Whoever moved it meanwhile has put it where it belongs.
            await context.Transactions.Where(t => t.Id == id && t.State == TransactionState.Stuck && t.Revision == revision)
                .ExecuteUpdateAsync(s => s.SetProperty(t => t.WorkRank, score).SetProperty(t => t.ActBy, by), ct);
        }

        if (rows.Count == 0)
            await context.Transactions.Where(t => t.WorkRank != null && t.State != TransactionState.Stuck)
                .ExecuteUpdateAsync(s => s.SetProperty(t => t.WorkRank, (double?)null).SetProperty(t => t.ActBy, (long?)null), ct);
        return rows.Count;
    }
}
