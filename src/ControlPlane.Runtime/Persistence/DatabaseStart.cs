using System.Data.Common;
using ControlPlane.Runtime.Persistence.Providers.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Storage;

namespace ControlPlane.Runtime.Persistence;

/// <summary>Opens the database once before anything else starts, and brings its schema up to date.</summary>
public sealed class DatabaseStart(ControlPlaneDb db) : IDisposable
{
    private SqliteFileGuard? _guard;

    public async Task RunAsync(CancellationToken ct)
    {
        if (db.SqliteFile is { } file && file != ":memory:")
            _guard = SqliteFileGuard.Take(file);
        CreateIfMissing();
        await using var context = db.CreateContext();
        try
        {
            if (_guard is not null)
                await ForgetAbandonedMigrationLockAsync(context, ct);
            await using var alone = await SchemaLock.TakeAsync(context, db.Provider, ct);
            await NewDatabase.MakeAsync(context, db.Provider, ct);
            await context.Database.MigrateAsync(ct);
        }
        catch (Exception e) when (IsOfDatabase(e))
        {
            throw Problem(e);
        }
    }

    /// <summary>
    /// The first thing that needs a connection calls this: the job storage would wait half a minute for a database that is not there
    /// yet, before anybody came to create it.
    /// </summary>
    /// <exception cref="StartProblem">The server does not answer, or does not let us.</exception>
    public void CreateIfMissing()
    {
        if (db.Provider == DatabaseProvider.Sqlite)
            return;
        using var context = db.CreateContext();
        var creator = context.GetService<IRelationalDatabaseCreator>();
        try
        {
            if (creator.Exists())
                return;
            try
            {
                creator.Create();
            }
            catch (DbException) when (creator.Exists())
            {
                // Another node, started at the same moment, was first.
            }
        }
        catch (Exception e) when (IsOfDatabase(e))
        {
            throw Problem(e);
        }
    }

    private static bool IsOfDatabase(Exception e) => e is DbException or InvalidOperationException { InnerException: DbException } or System.Net.Sockets.SocketException;

    private StartProblem Problem(Exception e) => new(
        $"The {db.Provider} database at {db.Address} cannot be used: {e.GetBaseException().Message} Check {DatabaseOptions.Section}:Provider and "
        + $"{DatabaseOptions.Section}:ConnectionString, and that the server runs and lets this account create tables.", e);

    /// <summary>A process that was killed while it migrated leaves a row behind for which every later start would wait. Holding the file's guard, nobody else migrates.</summary>
    private static async Task ForgetAbandonedMigrationLockAsync(ControlPlaneDbContext context, CancellationToken ct)
    {
        await context.Database.OpenConnectionAsync(ct);
        await using var command = context.Database.GetDbConnection().CreateCommand();
        command.CommandText = "SELECT count(*) FROM sqlite_master WHERE name = '__EFMigrationsLock'";
        if (Convert.ToInt64(await command.ExecuteScalarAsync(ct), System.Globalization.CultureInfo.InvariantCulture) == 0)
            return;
        command.CommandText = "DELETE FROM \"__EFMigrationsLock\"";
        await command.ExecuteNonQueryAsync(ct);
    }

    public void Dispose() => _guard?.Dispose();
}
