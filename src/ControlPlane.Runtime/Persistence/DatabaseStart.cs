using System.Data.Common;
using ControlPlane.Runtime.Persistence.Providers.Sqlite;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Persistence;

/// <summary>Opens the database once before anything else starts, and brings its schema up to date.</summary>
public sealed class DatabaseStart(ControlPlaneDb db) : IDisposable
{
    private SqliteFileGuard? _guard;

    public async Task RunAsync(CancellationToken ct)
    {
        if (db.SqliteFile is { } file && file != ":memory:")
            _guard = SqliteFileGuard.Take(file);
        await using var context = db.CreateContext();
        try
        {
            if (_guard is not null)
                await ForgetAbandonedMigrationLockAsync(context, ct);
            await context.Database.MigrateAsync(ct);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException { InnerException: DbException } or System.Net.Sockets.SocketException)
        {
            var cause = e.GetBaseException().Message;
            throw new StartProblem(
                $"The {db.Provider} database at {db.Address} cannot be used: {cause} Check {DatabaseOptions.Section}:Provider and "
                + $"{DatabaseOptions.Section}:ConnectionString, and that the server runs and lets this account create tables.", e);
        }
    }

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
