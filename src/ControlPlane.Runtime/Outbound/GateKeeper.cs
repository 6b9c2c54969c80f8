using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using Hangfire.Server;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Outbound;

/// <summary>
/// Once a second: reads what other nodes and people changed about the gates, notices systems that fell silent, and lets
/// held work go as fast as its system can take it.
/// </summary>
internal sealed class GateKeeper(
    TargetGates gates, OutboundGateway gateway, WorkStore store, LanePumps pumps, NodeCount nodes, IConnectionRegistry connections, IConnectorCatalog connectors, TimeProvider clock, ILogger<GateKeeper> log)
    : IBackgroundProcess
{
    /// <summary>All places taken and no answer for so long: the system is not slow, it is stuck.</summary>
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(10);

    /// <summary>In one second and for one key; the statement stays short and the queue of the lane too.</summary>
    private const int MostAtOnce = 2000;

    /// <summary>See <see cref="LanePump.Execute"/>.</summary>
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
                await TickAsync(ct);
                await Task.Delay(TimeSpan.FromSeconds(1), clock, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                GateKeeperLog.Failed(log, e);
                await Task.Delay(TimeSpan.FromSeconds(2), clock, CancellationToken.None);
            }
        }
    }

    public async Task TickAsync(CancellationToken ct)
    {
        await gates.RefreshAsync(ct);
        await gateway.Rates.TickAsync(ct);
        foreach (var connection in connections.All)
            if (gateway.Standing(connection).Silence is { } silence && silence >= LongestSilence)
                await gates.StalledAsync(connection, gateway.LastOperation(connection), silence, ct);
        var released = 0;
        foreach (var (key, count) in await store.HeldAsync(ct))
            // What a person put aside waits for what he said, not for a gate.
            if (key != Hold.ByPerson && Quota(key) is > 0 and var quota)
                released += await store.ReleaseAsync(key, Math.Min(count, quota), ct);
        if (released > 0)
            pumps.PokeAll();
    }

    /// <summary>How much held work of a key may go in the coming second, on this node.</summary>
    private int Quota(string key)
    {
        var now = clock.GetUtcNow();
        var state = gates.State;
        if (connections.Find(Hold.ConnectionOf(key)) is not { } connection)
            // The connection is gone: the flow says so to a person.
            return MostAtOnce;
        if (state.Window(connection.Key, now) is not null)
            return 0;
        var quota = MostAtOnce;
        foreach (var ended in state.Windows.Where(w => w.Connection == connection.Key && w.EndsAt <= now))
            quota = Math.Min(quota, Breaker.Ramp(now - ended.EndsAt));
        if (state.Breakers.TryGetValue(key, out var breaker))
        {
            if (breaker.State == BreakerState.Open)
                return breaker.ProbeAt <= now.ToMicroseconds() ? 1 : 0;
            quota = Math.Min(quota, Breaker.Ramp(now - Instant.FromMicroseconds(breaker.ClosedAt)));
        }

        var operation = key.Length > connection.Key.Length ? key[(connection.Key.Length + 1)..] : "";
        if (operation.Length > 0 && connectors.Find(connection.Connector)?.For(connection) is { } connector)
            quota = Math.Min(quota, gateway.BudgetLeft(connection, connector, operation));
        if (gateway.IsCongested(connection))
            quota = Math.Min(quota, Math.Max(0, connection.MaxConcurrency - gateway.Standing(connection).Running));
        return (quota + nodes.Workers - 1) / nodes.Workers;
    }
}

internal static partial class GateKeeperLog
{
    [LoggerMessage(2811, LogLevel.Error, "Looking after held work failed; it tries again in two seconds")]
    public static partial void Failed(ILogger logger, Exception exception);
}
