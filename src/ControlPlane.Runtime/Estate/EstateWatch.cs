using System.Data.Common;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Estate;

/// <summary>Takes up what another process applied: another node's portal, or the command line beside a running server.</summary>
public sealed partial class EstateWatch(IControlPlaneDb db, EstateService estate, TimeProvider clock, ILogger<EstateWatch> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    private Mark? _seen;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        do
        {
            try
            {
                await LookAsync(stoppingToken);
            }
            catch (Exception e) when (e is DbException or InvalidOperationException or TimeoutException)
            {
                // What is in service stays so; the next look tries again.
                LookFailed(log, e.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    /// <returns>True when something new came into service.</returns>
    public async Task<bool> LookAsync(CancellationToken ct)
    {
        var mark = await ReadAsync(ct);
        if (mark == _seen)
            return false;
        var first = _seen is null;
        await estate.ReloadAsync(TenantScope.Default, ct);
        _seen = mark;
        return !first;
    }

    /// <summary>Six small aggregates over tables of some hundred rows. Revisions only rise, so that a change cannot hide behind a clock.</summary>
    private async Task<Mark> ReadAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext(TenantScope.Default);
        return new(
            await context.Connections.CountAsync(ct), await context.Connections.SumAsync(c => c.Revision, ct), await context.FlowVersions.CountAsync(ct),
            await context.ConnectorDocuments.CountAsync(ct), await context.ConnectorDocuments.SumAsync(c => c.Revision, ct), await context.PenaltyRules.CountAsync(ct));
    }

    private sealed record Mark(int Connections, int ConnectionRevisions, int FlowVersions, int Connectors, int ConnectorRevisions, int PenaltyRules);

    [LoggerMessage(2603, LogLevel.Warning, "Whether the configuration changed could not be read: {Cause}")]
    private static partial void LookFailed(ILogger logger, string cause);
}
