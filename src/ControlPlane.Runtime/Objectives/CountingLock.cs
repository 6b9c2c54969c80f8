using System.Data.Common;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Persistence.Providers.Sqlite;

namespace ControlPlane.Runtime.Objectives;

/// <summary>One database transaction of the counting. Its first statement takes the row that all who count take: one at a time, on all nodes.</summary>
internal sealed class CountingLock : IAsyncDisposable
{
    public const int FollowId = 1;

    private bool _done;

    private CountingLock(DbConnection connection, ISqlDialect dialect) => (Connection, Dialect, Sql) = (connection, dialect, new(connection));

    public DbConnection Connection { get; }

    public ISqlDialect Dialect { get; }

    public BatchSql Sql { get; }

    public static async Task<CountingLock> TakeAsync(IControlPlaneDb db, CancellationToken ct)
    {
        var taken = new CountingLock(await db.OpenAsync(ct), CommitWriter.DialectOf(db.Provider));
        try
        {
            await taken.Sql.ExecuteAsync(taken.Dialect.BeginStatement, ct);
            await taken.Sql.ExecuteAsync("UPDATE objective_follow SET revision = revision + 1 WHERE id = 1", ct);
            return taken;
        }
        catch
        {
            await taken.DisposeAsync();
            throw;
        }
    }

    public async Task CommitAsync(CancellationToken ct)
    {
        await Sql.ExecuteAsync("COMMIT", ct);
        _done = true;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_done)
            try
            {
                await Sql.ExecuteAsync("ROLLBACK", CancellationToken.None);
            }
            catch (DbException)
            {
                // The connection is gone, and the transaction with it.
            }

        (Dialect as SqliteDialect)?.Forget(Connection);
        await Connection.DisposeAsync();
    }
}
