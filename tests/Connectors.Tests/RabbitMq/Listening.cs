using ControlPlane.Domain.Connections;

namespace Connectors.Tests.RabbitMq;

/// <summary>A subscription at work.</summary>
public sealed class Listening : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop;

    private Listening(CancellationTokenSource stop, Task task) => (_stop, Task) = (stop, task);

    public Task Task { get; }

    public bool Ended => Task.IsCompleted;

    public static ISubscription Of(Connection connection) => Assert.Single(Broker.Connector.For(connection).Subscriptions);

    public static async Task<Listening> StartAsync(Connection connection, Intake intake, CancellationToken ct)
    {
        var before = intake.Listened;
        var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var task = System.Threading.Tasks.Task.Run(() => Of(connection).RunAsync(connection, intake, stop.Token), ct);
        await Intake.UntilAsync(() => task.IsCompleted ? throw new InvalidOperationException("It ended.", task.Exception) : System.Threading.Tasks.Task.FromResult(intake.Listened > before), "it listens", ct);
        return new(stop, task);
    }

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await Task;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }
}
