using Hangfire.Server;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>Drives the runs over stored messages, a second's worth at a time.</summary>
internal sealed partial class BackfillRunner(RuleBackfill backfill, TimeProvider clock, ILogger<BackfillRunner> log) : IBackgroundProcess
{
    /// <summary>See <see cref="Engine.LanePump.Execute"/>.</summary>
    public void Execute(BackgroundProcessContext context)
    {
#pragma warning disable RS0030
        RunAsync(context.StoppingToken).GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    private async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await backfill.TickAsync(ct);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(log, e);
                await Task.Delay(TimeSpan.FromSeconds(2), clock, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(2651, LogLevel.Error, "Stored messages could not be looked through for now; it tries again in two seconds")]
    private static partial void Failed(ILogger logger, Exception exception);
}
