using System.Data.Common;
using System.Globalization;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Telemetry;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Features.Health;

/// <summary>The database answers within three seconds.</summary>
internal sealed class DatabaseCheck(ControlPlaneDb db) : IHealthCheck
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(Patience);
        try
        {
            await using var connection = await db.OpenAsync(limited.Token);
            await using var command = connection.CreateCommand();
            // A table of ours, not just "SELECT 1": a file that was swapped away still answers that.
            command.CommandText = "SELECT count(*) FROM installation_values";
            await command.ExecuteScalarAsync(limited.Token);
            return HealthCheckResult.Healthy($"{db.Provider} answers.");
        }
        catch (Exception e) when (e is DbException or OperationCanceledException or InvalidOperationException or IOException or System.Net.Sockets.SocketException)
        {
            return HealthCheckResult.Unhealthy(e is OperationCanceledException
                ? $"{db.Provider} gives no answer within {Patience.TotalSeconds.ToString(CultureInfo.InvariantCulture)} s."
                : $"{db.Provider} cannot be used ({e.GetBaseException().GetType().Name}). The log has the cause.");
        }
    }
}

/// <summary>The schema is the one that this version was built for. It cannot fall back while the process runs, so a good answer is kept.</summary>
internal sealed class MigrationsCheck(ControlPlaneDb db) : IHealthCheck
{
    private volatile bool _complete;

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (_complete)
            return HealthCheckResult.Healthy("The schema is up to date.");
        try
        {
            await using var database = db.CreateContext();
            var pending = (await database.Database.GetPendingMigrationsAsync(cancellationToken)).Count();
            if (pending > 0)
                return HealthCheckResult.Unhealthy($"{pending} migrations are missing. Run the verb migrate, or start once with an account that may create tables.");
            _complete = true;
            return HealthCheckResult.Healthy("The schema is up to date.");
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            return HealthCheckResult.Unhealthy("The schema cannot be read.");
        }
    }
}

/// <summary>Work that could be done is done. Late work is no reason to take requests elsewhere, so it only degrades.</summary>
internal sealed class WorkCheck(WorkStandings standings, IOptions<HealthOptions> options) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var oldest = (await standings.ReadAsync(cancellationToken)).OldestReady;
            var told = string.Create(CultureInfo.InvariantCulture, $"The oldest ready work is {oldest.TotalSeconds:0} s old.");
            return oldest.TotalSeconds > options.Value.OldestWorkSeconds
                ? HealthCheckResult.Degraded(string.Create(CultureInfo.InvariantCulture, $"{told} More than {options.Value.OldestWorkSeconds} s is late: look whether a worker runs."))
                : HealthCheckResult.Healthy(told);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or System.Net.Sockets.SocketException)
        {
            return HealthCheckResult.Unhealthy("The open work cannot be read.");
        }
    }
}

/// <summary>The SQLite file can grow. A database server looks after its own disk.</summary>
internal sealed class DiskCheck(ControlPlaneDb db, IOptions<HealthOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(Check());

    private HealthCheckResult Check()
    {
        if (db.SqliteFile is not { } file || file == ":memory:")
            return HealthCheckResult.Healthy("The database has its own disk.");
        long free;
        try
        {
            free = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(file))!).AvailableFreeSpace / 1024 / 1024;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return HealthCheckResult.Degraded("The free disk space cannot be read.");
        }

        var least = options.Value.FreeDiskMegabytes;
        var told = string.Create(CultureInfo.InvariantCulture, $"{free} MB are free beside the database.");
        return free < least / 4 ? HealthCheckResult.Unhealthy($"{told} Make room before writes fail.")
            : free < least ? HealthCheckResult.Degraded($"{told} Make room.")
            : HealthCheckResult.Healthy(told);
    }
}
