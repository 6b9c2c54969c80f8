using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Telemetry;
using Hangfire.Server;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Objectives;

/// <summary>Counts, beside the engine: follows the journal every few seconds, and counts new versions in between. On every worker; the database lets one at a time.</summary>
internal sealed partial class ObjectiveCounting(ObjectiveBoard board, ObjectiveCounters counters, JournalFollower follower, Recounter recounter, IConnectionRegistry connections, DoorPressure door, TimeProvider clock, ILogger<ObjectiveCounting> log) : IBackgroundProcess
{
    /// <summary>A figure is as old as this and one pass at most.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(4);

    /// <summary>Batches of a recount between two passes; the pause after each leaves half of the time to others.</summary>
    private const int MostSteps = 20;

    private readonly HashSet<(string Indicator, string Connection)> _declared = [];

    /// <summary>See <see cref="Engine.LanePump.Execute"/>.</summary>
    public void Execute(BackgroundProcessContext context)
    {
#pragma warning disable RS0030
        RunAsync(context.StoppingToken).GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    /// <summary>Everything there is to do now, bounded; for tests and the command line, too.</summary>
    public async Task<bool> TickAsync(CancellationToken ct)
    {
        await board.RefreshAsync(ct);
        await counters.TakeUpAsync(ct);
        Declare();
        var more = await follower.FollowAsync(ct);
        for (var i = 0; i < MostSteps; i++)
        {
            var began = clock.GetTimestamp();
            if (!await recounter.StepAsync(ct))
                return more;
            await Task.Delay(Min(clock.GetElapsedTime(began), TimeSpan.FromSeconds(1)), clock, ct);
        }

        return true;
    }

    /// <summary>Before the first event: see <see cref="ObjectiveEvents.Declare"/>. For the systems that orders come from, since readings are told by the channel.</summary>
    private void Declare()
    {
        foreach (var tenant in board.Tenants)
            foreach (var indicator in board.Of(tenant).Newest(ObjectiveDocumentKind.Indicator))
                foreach (var channel in connections.All.Where(c => c.Role.Sells()))
                    if (_declared.Add((indicator.Definition.Name, channel.Key)))
                        ObjectiveEvents.Declare(indicator.Definition.Name, channel.Key);
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                if (await TickAsync(ct))
                    continue;
                await Task.Delay(Every, clock, ct);
                // Acknowledgements go first, but a figure stays younger than ten seconds: who is behind already does not wait.
                await door.CalmAsync(Every, clock, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(log, e);
                await Task.Delay(Every, clock, CancellationToken.None);
            }
        }
    }

    [LoggerMessage(2752, LogLevel.Error, "Objectives could not be counted for now; it tries again in seconds, and nothing is lost")]
    private static partial void Failed(ILogger logger, Exception exception);
}
