using System.Globalization;
using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Persistence.Providers.Sqlite;

namespace ControlPlane.Runtime.Operations;

/// <summary>What a recount did.</summary>
/// <param name="Events">Events of the journal that were looked at.</param>
/// <param name="Minutes">Figures by the minute that were written.</param>
/// <param name="Hours">Figures by the hour that were written.</param>
/// <param name="Failures">Failures that were not kept one by one before.</param>
/// <param name="Took">From lease to commit.</param>
public sealed record OperationsRebuilt(long Events, int Minutes, int Hours, int Failures, TimeSpan Took);

/// <summary>Makes the figures anew from everything that is stored, while the product runs on.</summary>
public interface IOperationsRebuild
{
    /// <summary>Null when somebody else held the figures for half a minute, or took them over: nothing was changed then.</summary>
    Task<OperationsRebuilt?> RunAsync(CancellationToken ct);
}

/// <summary>
/// Reads one moment of the database, without keeping anybody from writing, and puts its figures in place of the old ones in one commit.
/// Notes that are part of that moment are taken out with it; those that came later stay, and are folded afterwards: each event counts
/// once, whenever it came.
/// </summary>
internal sealed class OperationsRebuild(IControlPlaneDb db, OperationsLease lease, TimeProvider clock) : IOperationsRebuild
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(4);

    /// <summary>Called between reading and writing, for tests of what comes in meanwhile.</summary>
    internal Func<Task>? Between { get; set; }

    public async Task<OperationsRebuilt?> RunAsync(CancellationToken ct)
    {
        var (began, owner) = (clock.GetTimestamp(), EntityId.New(clock));
        long? fence;
        for (var tries = 0; (fence = await lease.TakeAsync(owner, ct)) is null; tries++)
        {
            if (tries >= Patience / TimeSpan.FromMilliseconds(200))
                return null;
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, ct);
        }

        try
        {
            var recount = await ReadAsync(owner, fence.Value, ct);
            if (Between is not null)
                await Between();
            return await WriteAsync(recount, owner, fence.Value) ? Done(recount, clock.GetElapsedTime(began)) : null;
        }
        finally
        {
            await lease.GiveBackAsync(owner, fence.Value);
        }
    }

    private async Task<OperationsRecount> ReadAsync(Guid owner, long fence, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        var renewed = clock.GetTimestamp();
        var recount = new OperationsRecount(connection, clock.GetUtcNow(), async () =>
        {
            if (clock.GetElapsedTime(renewed) < RenewEvery)
                return;
            renewed = clock.GetTimestamp();
            await lease.RenewAsync(owner, fence, ct);
        });
        await OperationsSql.ExecuteAsync(connection, OperationsSql.BeginSnapshot(db.Provider));
        try
        {
            await recount.ReadAsync(ct);
        }
        finally
        {
            await OperationsSql.ExecuteAsync(connection, "ROLLBACK");
        }

        return recount;
    }

    private async Task<bool> WriteAsync(OperationsRecount recount, Guid owner, long fence)
    {
        var dialect = CommitWriter.DialectOf(db.Provider);
        var connection = await db.OpenAsync(CancellationToken.None);
        var ours = false;
        try
        {
            await OperationsSql.TransactAsync(dialect, connection, async () =>
            {
                if (!(ours = await lease.HoldAsync(connection, owner, fence, CancellationToken.None)))
                    return false;
                var rates = $"({(short)OperationMeasure.RateRefused}, {(short)OperationMeasure.RateWaited})";
                foreach (var table in new[] { "operations_minutes", "operations_hours" })
                    await OperationsSql.ExecuteAsync(connection, string.Create(CultureInfo.InvariantCulture, $"DELETE FROM {table} WHERE measure NOT IN {rates} OR minute >= {recount.RatesFrom}"));
                if (recount.Missing.Count > 0)
                    foreach (var some in recount.Missing.Chunk(5_000))
                    {
                        var isNew = await dialect.InsertAsync(connection, Tables.OperationFailures, some, CancellationToken.None);
                        foreach (var known in some.Where((_, i) => !isNew[i]))
                            recount.Without(known);
                    }

                foreach (var (tenant, minutes, hours) in recount.Tallies)
                    await OperationsSql.AddAsync(dialect, connection, tenant, minutes, hours, CancellationToken.None);
                await new BatchSql(connection).ForAllAsync("DELETE FROM operations_changes WHERE id IN ({ids})", recount.Notes, CancellationToken.None);
                await OperationsSql.StandAsync(dialect, connection, recount.Standings, CancellationToken.None);
                await new BatchSql(connection).ExecuteAsync("UPDATE operations_folds SET rebuilt_at = @at WHERE id = 1", CancellationToken.None, ("at", clock.GetUtcNow().ToMicroseconds()));
                return true;
            });
            return ours;
        }
        finally
        {
            (dialect as SqliteDialect)?.Forget(connection);
            await connection.DisposeAsync();
        }
    }

    private static OperationsRebuilt Done(OperationsRecount recount, TimeSpan took) =>
        new(recount.Events, recount.Tallies.Sum(t => t.Minutes.Figures.Count), recount.Tallies.Sum(t => t.Hours.Figures.Count), recount.Missing.Count, took);
}
