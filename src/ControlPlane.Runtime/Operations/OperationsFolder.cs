using System.Data.Common;
using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Persistence.Providers.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Operations;

/// <summary>
/// Adds what commits noted to minutes and hours. A note is taken out in the commit that adds it, under the lease: after a crash it is either
/// still there, or in the figures.
/// </summary>
internal sealed class OperationsFolder(IControlPlaneDb db, OperationsLease lease, TimeProvider clock)
{
    /// <summary>Notes in one commit: on SQLite the engine waits as long.</summary>
    internal const int Piece = 500;

    private static readonly TransactionState[] Open = [TransactionState.Running, TransactionState.Waiting, TransactionState.Retrying, TransactionState.Stuck];

    /// <summary>Everything that is noted. Notes that were taken out; null when another has the lease.</summary>
    public async Task<int?> FoldAsync(CancellationToken ct)
    {
        // Nothing to add: no lease is taken, and nothing is written.
        await using (var context = db.CreateContext())
            if (!await context.OperationChanges.IgnoreQueryFilters().AnyAsync(ct))
                return 0;
        var owner = EntityId.New(clock);
        if (await lease.TakeAsync(owner, ct) is not { } fence)
            return null;
        var dialect = CommitWriter.DialectOf(db.Provider);
        var connection = await db.OpenAsync(ct);
        try
        {
            for (var folded = 0; ;)
            {
                if (await PieceAsync(dialect, connection, owner, fence, ct) is not { } count)
                    return folded;
                folded += count;
                if (count < Piece)
                    return folded;
            }
        }
        finally
        {
            (dialect as SqliteDialect)?.Forget(connection);
            await connection.DisposeAsync();
            await lease.GiveBackAsync(owner, fence);
        }
    }

    private async Task<int?> PieceAsync(ISqlDialect dialect, DbConnection connection, Guid owner, long fence, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        int? count = null;
        await OperationsSql.TransactAsync(dialect, connection, async () =>
        {
            if (!await lease.HoldAsync(connection, owner, fence, CancellationToken.None))
                return false;
            var sql = new BatchSql(connection);
            var notes = await sql.ReadAsync(
                db.Provider == DatabaseProvider.SqlServer ? $"SELECT TOP ({Piece}) id, tenant_id, body FROM operations_changes ORDER BY id" : $"SELECT id, tenant_id, body FROM operations_changes ORDER BY id LIMIT {Piece}",
                r => (Id: OperationsSql.Id(r, 0), Tenant: r.GetInt32(1), Body: (byte[])r.GetValue(2)), CancellationToken.None);
            foreach (var tenant in notes.GroupBy(n => n.Tenant).OrderBy(t => t.Key))
            {
                var tally = new OperationTally();
                foreach (var note in tenant)
                    OperationChanges.Read(note.Body, tally);
                await OperationsSql.AddAsync(dialect, connection, tenant.Key, tally, tally.ByHour(), CancellationToken.None);
            }

            await sql.ForAllAsync("DELETE FROM operations_changes WHERE id IN ({ids})", notes.Select(n => n.Id), CancellationToken.None);
            count = notes.Count;
            return true;
        });
        return count;
    }

    /// <summary>Notes how many orders are open in this minute; the last of a minute stays. A row without a connection says that it was looked at.</summary>
    public async Task SampleAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var minute = OperationTally.FloorTo(clock.GetUtcNow().ToMicroseconds(), OperationTally.Minute);
        var open = await context.Transactions.IgnoreQueryFilters().Where(t => Open.Contains(t.State)).GroupBy(t => new { t.TenantId, t.Connection, t.Kind })
            .Select(g => new { g.Key.TenantId, g.Key.Connection, g.Key.Kind, Count = g.Count() }).ToListAsync(ct);
        var counts = open.Where(o => o.Kind is not (OperationFolding.Stock or OperationFolding.Settlement)).GroupBy(o => (o.TenantId, o.Connection)).ToDictionary(g => g.Key, g => (long)g.Sum(o => o.Count));
        // What was open a moment ago and is not any more must not stay as it was.
        var before = await context.OperationStandings.IgnoreQueryFilters().Where(s => s.Minute == minute).ToDictionaryAsync(s => (s.TenantId, s.Connection), s => s.Count, ct);
        foreach (var key in before.Keys)
            counts.TryAdd(key, 0);
        foreach (var tenant in counts.Keys.Select(k => k.TenantId).Append(TenantScope.Default.TenantId).Distinct().ToList())
            counts.TryAdd((tenant, ""), 0);
        if (counts.All(c => before.TryGetValue(c.Key, out var count) && count == c.Value))
            return;
        var rows = counts.OrderBy(c => c.Key.TenantId).ThenBy(c => c.Key.Connection, StringComparer.Ordinal).Select(c => new OperationStandingRow { TenantId = c.Key.TenantId, Minute = minute, Connection = c.Key.Connection, Count = c.Value });
        var dialect = CommitWriter.DialectOf(db.Provider);
        var connection = await db.OpenAsync(ct);
        try
        {
            await OperationsSql.TransactAsync(dialect, connection, async () =>
            {
                await OperationsSql.StandAsync(dialect, connection, rows, CancellationToken.None);
                return true;
            });
        }
        finally
        {
            (dialect as SqliteDialect)?.Forget(connection);
            await connection.DisposeAsync();
        }
    }
}
