using Hangfire.Server;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Engine;

/// <summary>Once a second: leases that ran out, deadlines that came, early events that found their transaction.</summary>
internal sealed class Housekeeper(WorkStore store, LanePumps pumps, IOptions<EngineOptions> options, TimeProvider clock, ILogger<Housekeeper> log) : IBackgroundProcess
{
    /// <summary>See <see cref="LanePump.Execute"/>.</summary>
    public void Execute(BackgroundProcessContext context)
    {
#pragma warning disable RS0030
        RunAsync(context.StoppingToken).GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    public async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (await store.SweepAsync(TimeSpan.FromSeconds(options.Value.NodeTimeoutSeconds), ct) + await store.MatchEarlySignalsAsync(ct) > 0)
                    pumps.PokeAll();
                await Task.Delay(TimeSpan.FromSeconds(1), clock, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                HousekeeperLog.Failed(log, e);
                await Task.Delay(TimeSpan.FromSeconds(2), clock, CancellationToken.None);
            }
        }
    }
}

/// <summary>The pumps of this node by lane; empty on a node without the worker role.</summary>
internal sealed class LanePumps(IEnumerable<LanePump> pumps)
{
    private readonly Dictionary<Domain.Flows.Lane, LanePump> _pumps = pumps.ToDictionary(p => p.Lane);

    public IReadOnlyCollection<LanePump> All => _pumps.Values;

    public LanePump? Find(Domain.Flows.Lane lane) => _pumps.GetValueOrDefault(lane);

    public void PokeAll()
    {
        foreach (var pump in _pumps.Values)
            pump.Poke();
    }
}

internal static partial class HousekeeperLog
{
    [LoggerMessage(2301, LogLevel.Error, "Housekeeping failed; it tries again in two seconds")]
    public static partial void Failed(ILogger logger, Exception exception);
}
