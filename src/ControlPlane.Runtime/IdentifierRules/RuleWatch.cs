using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>Takes up what another node changed.</summary>
internal sealed partial class RuleWatch(RuleBoard board, TimeProvider clock, ILogger<RuleWatch> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            try
            {
                await board.RefreshAsync(stoppingToken);
            }
            catch (Exception e) when (e is DbException or InvalidOperationException or TimeoutException)
            {
                // The rules that are known go on; the next look tries again.
                Failed(log, e.GetBaseException().Message);
            }
    }

    [LoggerMessage(2650, LogLevel.Warning, "Identifier rules could not be read: {Cause}")]
    private static partial void Failed(ILogger logger, string cause);
}
