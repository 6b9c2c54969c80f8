using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Ownership;

/// <summary>Takes up what another node published: rules decide on every node, so every node looks.</summary>
public sealed class OwnershipWatch(OwnershipBoard board, TimeProvider clock, ILogger<OwnershipWatch> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>Before work begins: the first order that fails has its owner already.</summary>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        await LookAsync(cancellationToken);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await LookAsync(stoppingToken);
    }

    private async Task LookAsync(CancellationToken ct)
    {
        try
        {
            await board.RefreshAsync(ct);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or TimeoutException or System.Text.Json.JsonException)
        {
            // What is in service stays so; the next look tries again.
            OwnershipLog.LookFailed(log, e.GetBaseException().Message);
        }
    }
}
