using System.Data.Common;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>Takes up what another node changed, and writes down each minute what was used and what was missed.</summary>
public sealed partial class CrosswalkWatch(CrosswalkLoader loader, CrosswalkCounts counts, TimeProvider clock, ILogger<CrosswalkWatch> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(5);

    public static readonly TimeSpan CountsEvery = TimeSpan.FromMinutes(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var written = clock.GetUtcNow();
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            await TryAsync(loader.RefreshAsync, stoppingToken);
            if (clock.GetUtcNow() - written < CountsEvery)
                continue;
            await TryAsync(counts.FlushAsync, stoppingToken);
            written = clock.GetUtcNow();
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(counts.FlushAsync, cancellationToken);
    }

    private async Task TryAsync<T>(Func<CancellationToken, Task<T>> act, CancellationToken ct)
    {
        try
        {
            await act(ct);
        }
        catch (Exception e) when (e is DbException or InvalidOperationException or TimeoutException || (e is OperationCanceledException && !ct.IsCancellationRequested))
        {
            // What is in service stays so; the next look tries again.
            Failed(log, e.GetBaseException().Message);
        }
    }

    [LoggerMessage(2620, LogLevel.Warning, "Crosswalks could not be read or counted: {Cause}")]
    private static partial void Failed(ILogger logger, string cause);
}
