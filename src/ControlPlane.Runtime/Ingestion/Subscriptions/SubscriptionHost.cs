using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Outbound;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Ingestion.Subscriptions;

/// <summary>
/// Keeps every subscription of every enabled connection running on this node, follows changes of the configuration, and at
/// the end waits until what was in hand is kept and told to the broker.
/// </summary>
internal sealed class SubscriptionHost(
    IConnectionRegistry connections, IConnectorCatalog connectors, SubscriptionIntake intake, SubscriptionBoard board, Node node, TimeProvider clock, ILogger<SubscriptionHost> log) : BackgroundService
{
    /// <summary>How soon a changed connection is noticed.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    /// <summary>A connection that held for so long was no failure.</summary>
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, Running> _running = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var renewed = clock.GetTimestamp();
        try
        {
            while (!stoppingToken.IsCancellationRequested)
            {
                try
                {
                    await ReconcileAsync(stoppingToken);
                    if (!board.IsEmpty && clock.GetElapsedTime(renewed) >= SubscriptionBoard.Every)
                    {
                        renewed = clock.GetTimestamp();
                        await board.RenewAsync();
                    }
                }
                catch (Exception e) when (e is not OperationCanceledException)
                {
                    SubscriptionHostLog.LookFailed(log, e);
                }

                await Task.Delay(Look, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            await Task.WhenAll(_running.Values.Select(r => r.StopAsync()));
        }
    }

    private async Task ReconcileAsync(CancellationToken stop)
    {
        foreach (var (key, running) in _running.ToList())
            if (!ReferenceEquals(connections.Find(key), running.Connection))
            {
                _running.Remove(key);
                await running.StopAsync();
                if (connections.Find(key) is not { Enabled: true } now || Of(now).Count == 0)
                    await board.RemoveAsync(key, stop);
            }

        foreach (var connection in connections.All)
            if (connection.Enabled && !_running.ContainsKey(connection.Key) && Of(connection) is { Count: > 0 } subscriptions)
            {
                if (_running.Count == 0)
                    await board.ForgetOldAsync(stop);
                var own = CancellationTokenSource.CreateLinkedTokenSource(stop);
                _running[connection.Key] = new(connection, own, Task.WhenAll(subscriptions.Select(s => Task.Run(() => KeepUpAsync(connection, s, own.Token), CancellationToken.None))));
            }
    }

    private IReadOnlyList<ISubscription> Of(Connection connection) => connectors.Find(connection.Connector)?.For(connection).Subscriptions ?? [];

    private async Task KeepUpAsync(Connection connection, ISubscription subscription, CancellationToken stop)
    {
        if (connectors.Find(connection.Connector)!.For(connection).Receiver is not { } receiver)
            throw new InvalidOperationException($"The connector {connection.Connector} has a subscription but cannot read what it brings.");
        for (var failures = 1; !stop.IsCancellationRequested; failures++)
        {
            var subscriber = new Subscriber(connection, receiver, intake, board, new Dialer(connection), node.Name, clock);
            var fault = await RunAsync(connection, subscription, subscriber, stop);
            if (stop.IsCancellationRequested)
                return;
            if (subscriber.ListenedSince is { } since && clock.GetElapsedTime(since) >= Steady)
                failures = 1;
            var person = fault.Kind is FaultKind.Authentication or FaultKind.Internal or FaultKind.Data;
            var pause = ReconnectPause.After(failures, person, Random.Shared.NextDouble());
            SubscriptionHostLog.Ended(log, connection.Key, subscription.Name, fault.Code, failures, (int)Math.Ceiling(pause.TotalSeconds));
            await board.SetAsync(connection, fault);
            await Task.Delay(pause, clock, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<Fault> RunAsync(Connection connection, ISubscription subscription, ISubscriber subscriber, CancellationToken stop)
    {
        try
        {
            await subscription.RunAsync(connection, subscriber, stop);
            return new(FaultKind.Transient, "subscription.ended", $"{connection.DisplayName} ended the subscription. It is opened again by itself.");
        }
        catch (ExchangeException e)
        {
            return e.Fault;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return new(FaultKind.Transient, "subscription.stopped", "Stopped.");
        }
        catch (Exception e)
        {
            SubscriptionHostLog.Defect(log, connection.Key, subscription.Name, e);
            return new(FaultKind.Internal, "subscription.defect", $"The subscription of {connection.DisplayName} has a defect ({e.GetType().Name}). It is opened again by itself; the log has the cause.");
        }
    }

    private sealed record Running(Connection Connection, CancellationTokenSource Own, Task Work)
    {
        public async Task StopAsync()
        {
            await Own.CancelAsync();
            await Work.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            Own.Dispose();
        }
    }
}

internal static partial class SubscriptionHostLog
{
    [LoggerMessage(2411, LogLevel.Warning, "The {Subscription} of {Connection} ended with {Code} ({Failures} in a row); it is opened again within {Seconds} s")]
    public static partial void Ended(ILogger logger, string connection, string subscription, string code, int failures, int seconds);

    [LoggerMessage(2412, LogLevel.Error, "The {Subscription} of {Connection} has a defect")]
    public static partial void Defect(ILogger logger, string connection, string subscription, Exception exception);

    [LoggerMessage(2413, LogLevel.Error, "Looking after the subscriptions failed; it is tried again in a second")]
    public static partial void LookFailed(ILogger logger, Exception exception);

    [LoggerMessage(2414, LogLevel.Information, "Listening to {Connection}")]
    public static partial void Listening(ILogger logger, string connection);
}
