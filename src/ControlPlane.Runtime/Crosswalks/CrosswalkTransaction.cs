using System.Data.Common;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Persistence.Providers.Sqlite;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>One database transaction on a connection of its own. An answer of false takes everything back.</summary>
internal static class CrosswalkTransaction
{
    public static async Task<bool> RunAsync(IControlPlaneDb db, Func<BatchSql, ISqlDialect, DbConnection, Task<bool>> act, CancellationToken ct)
    {
        await using var connection = await db.OpenAsync(ct);
        var (dialect, sql) = (CommitWriter.DialectOf(db.Provider), new BatchSql(connection));
        await sql.ExecuteAsync(dialect.BeginStatement, ct);
        try
        {
            var done = await act(sql, dialect, connection);
            // Once it was decided it is brought to its end: a connection goes back to the pool without a transaction.
            await sql.ExecuteAsync(done ? "COMMIT" : "ROLLBACK", CancellationToken.None);
            return done;
        }
        catch
        {
            await sql.ExecuteAsync("ROLLBACK", CancellationToken.None);
            throw;
        }
        finally
        {
            (dialect as SqliteDialect)?.Forget(connection);
        }
    }
}
