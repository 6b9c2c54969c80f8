using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <summary>
/// Keeps ownership true beside the engine, a bounded piece at a time: decides what is stuck by a new version, gives back what a lease ran out
/// of, climbs the ladders, forgets what is old. Safe to run twice, on any node.
/// </summary>
internal sealed class OwnershipKeeper(IControlPlaneDb db, OwnershipBoard board, OwnershipDecider decider, Escalator escalator, ClaimWriter writer, TimeProvider clock)
{
    /// <summary>How long notifications are kept. What happened to an order stays as long as the order.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private const int MostAtOnce = 200;

    public async Task KeepAsync(CancellationToken ct)
    {
        await board.RefreshAsync(ct);
        await decider.DecideAsync(ct);
        await ExpireAsync(ct);
        await escalator.ClimbAsync(ct);
    }

    /// <summary>Leases that ran out: the order is back in the queue, and its story says so.</summary>
    public async Task<int> ExpireAsync(CancellationToken ct)
    {
        await using var all = db.CreateContext();
        var now = clock.GetUtcNow();
        var before = now.ToMicroseconds();
        var rows = await all.WorkClaims.IgnoreQueryFilters().AsNoTracking().Where(c => c.Person != null && c.LeaseUntil <= before).OrderBy(c => c.LeaseUntil).Take(MostAtOnce).Select(c => new { c.TransactionId, c.TenantId }).ToListAsync(ct);
        foreach (var row in rows)
            await writer.WriteAsync(new(row.TenantId), row.TransactionId, "", EntityId.New(clock), (_, order, claim) => Task.FromResult<(ClaimChange?, ClaimOutcome?)>(
                // Renewed since it was read.
                claim is null || claim.IsHeld(now)
                    ? (null, new(false, "held", "", claim))
                    : (new(WorkEventKind.Expired, order.State == TransactionState.Stuck ? $"The lease of {claim.Name} ran out; it is back in the queue" : $"The lease of {claim.Name} ended", "", null), null)), ct);
        return rows.Count;
    }

    public async Task SweepAsync(CancellationToken ct)
    {
        await using var all = db.CreateContext();
        var before = (clock.GetUtcNow() - Kept).ToMicroseconds();
        await all.Notifications.IgnoreQueryFilters().Where(n => n.At < before).ExecuteDeleteAsync(ct);
    }
}
