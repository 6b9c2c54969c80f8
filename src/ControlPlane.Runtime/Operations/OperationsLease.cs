using System.Data.Common;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Operations;

/// <summary>
/// One at a time changes the figures, on all nodes together: whoever folds, or counts everything anew. The fence rises with each holder, and
/// each commit asks for it: a holder that stood still and woke up writes nothing.
/// </summary>
internal sealed class OperationsLease(IControlPlaneDb db, LeaseClock leases)
{
    private const long Length = 20_000_000;

    /// <summary>The fence of the new holder; null while another has it.</summary>
    /// <param name="owner">Another one each time.</param>
    public async Task<long?> TakeAsync(Guid owner, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var now = leases.Now;
        if (await context.OperationFolds.Where(f => f.Id == OperationFoldRow.Only && f.LeaseUntil < now)
                .ExecuteUpdateAsync(s => s.SetProperty(f => f.Owner, owner).SetProperty(f => f.LeaseUntil, now + Length).SetProperty(f => f.Fence, f => f.Fence + 1), ct) == 0)
        {
            if (await context.OperationFolds.AnyAsync(f => f.Id == OperationFoldRow.Only, ct))
                return null;
            context.OperationFolds.Add(new() { Id = OperationFoldRow.Only, Owner = owner, LeaseUntil = now + Length, Fence = 1 });
            try
            {
                await context.SaveChangesAsync(ct);
            }
            catch (DbUpdateException)
            {
                // Another node made the row in this moment.
                return null;
            }
        }

        return await context.OperationFolds.Where(f => f.Id == OperationFoldRow.Only && f.Owner == owner).Select(f => (long?)f.Fence).FirstOrDefaultAsync(ct);
    }

    /// <summary>In the transaction that is open on the connection: keeps the row locked until its end. False when another has it now.</summary>
    public async Task<bool> HoldAsync(DbConnection connection, Guid owner, long fence, CancellationToken ct) =>
        await new BatchSql(connection).ExecuteAsync(
            "UPDATE operations_folds SET lease_until = @until WHERE id = 1 AND owner = @owner AND fence = @fence", ct, ("until", leases.Now + Length), ("owner", owner), ("fence", fence)) > 0;

    public async Task<bool> RenewAsync(Guid owner, long fence, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var until = leases.Now + Length;
        return await context.OperationFolds.Where(f => f.Id == OperationFoldRow.Only && f.Owner == owner && f.Fence == fence).ExecuteUpdateAsync(s => s.SetProperty(f => f.LeaseUntil, until), ct) > 0;
    }

    /// <summary>The next one need not wait.</summary>
    public async Task GiveBackAsync(Guid owner, long fence)
    {
        await using var context = db.CreateContext();
        await context.OperationFolds.Where(f => f.Id == OperationFoldRow.Only && f.Owner == owner && f.Fence == fence).ExecuteUpdateAsync(s => s.SetProperty(f => f.LeaseUntil, 0L), CancellationToken.None);
    }
}
