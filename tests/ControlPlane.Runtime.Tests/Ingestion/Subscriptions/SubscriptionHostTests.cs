using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Subscriptions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions.Home;
using Hangfire;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Tests.Ingestion.Subscriptions;

public sealed class SubscriptionHostTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_broken_queue_is_opened_again_and_the_page_says_how_it_stands(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var queue = new ScriptedQueue();
        var registry = new ConnectionRegistry();
        var bus = new Connection { Key = "bus", Connector = "bus", Role = SystemRole.EventBroker, DisplayName = "Event bus" };
        registry.Replace([bus]);
        await using (var context = rig.Db.CreateContext())
        {
            context.Connections.Add(new() { TenantId = TenantScope.Default.TenantId, Key = "bus", Connector = "bus", Role = bus.Role, DisplayName = "Event bus", Document = "x" });
            await context.SaveChangesAsync(Ct);
        }

        var queries = new ConnectionQueries(rig.Db, rig.Clock, registry);
        async Task<ConnectionStanding> StandingAsync() => Assert.Single((await queries.ReadAsync(TenantScope.Default, Ct)).Connections);
        var board = new SubscriptionBoard(rig.Db, rig.Writer, rig.Node, rig.Clock);
        var intake = new SubscriptionIntake(
            rig.Receiver, rig.Writer, board, new DoorPressure(), Options.Create(new ReceiveOptions()), new Lazy<IBackgroundJobClient>(() => throw new InvalidOperationException()), rig.Clock, NullLogger<SubscriptionIntake>.Instance);
        using var host = new SubscriptionHost(registry, new CatalogOf(new ListeningConnector(queue)), intake, board, rig.Node, rig.Clock, NullLogger<SubscriptionHost>.Instance);

        queue.Broken = new(FaultKind.Transient, "rabbitmq.not_connected", "Event bus cannot be reached at mq:5671. Check that the broker runs.");
        await host.StartAsync(Ct);
        await UntilAsync(rig, async () => await StandingAsync() is { Condition: SystemCondition.Failing, Queue: { Nodes: 1, Listening: 0, Fault: { } fault } } && fault.StartsWith("Event bus cannot be reached", StringComparison.Ordinal));
        await UntilAsync(rig, () => Task.FromResult(queue.Runs >= 5));

        queue.Broken = null;
        await UntilAsync(rig, async () => await StandingAsync() is { Condition: SystemCondition.Quiet, Queue: { Nodes: 1, Listening: 1, Fault: null } });
        var runs = queue.Runs;

        // Half an hour on: the note is renewed, nothing was opened anew.
        for (var i = 0; i < 180; i++)
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(10));
            await Task.Delay(2, Ct);
        }

        await UntilAsync(rig, async () => (await StandingAsync()).Queue is { Listening: 1, Fault: null, Waiting: 7 });
        Assert.Equal(runs, queue.Runs);

        // Changed by somebody: the old one is ended before the new one begins.
        registry.Replace([new() { Key = "bus", Connector = "bus", Role = bus.Role, DisplayName = "Event bus", Settings = new Dictionary<string, string> { ["queue"] = "other" } }]);
        await UntilAsync(rig, () => Task.FromResult(queue.Runs == runs + 1 && queue.Running == 1));

        // The end waits for what is in hand.
        var stopping = host.StopAsync(Ct);
        await Task.Delay(50, Ct);
        Assert.False(stopping.IsCompleted);
        queue.Drained.SetResult();
        await stopping;
        Assert.Equal(0, queue.Running);

        // Whoever looks later learns that nobody listens any more.
        rig.Clock.Advance(TimeSpan.FromMinutes(2));
        Assert.Equal((SystemCondition.Failing, QueueStanding.Nobody), ((await StandingAsync()).Condition, (await StandingAsync()).Queue!.Fault));
    }

    [Fact]
    public void A_pause_grows_to_its_longest_and_a_person_is_not_hurried()
    {
        Assert.Equal([1, 2, 4, 8, 15, 15], Enumerable.Range(1, 6).Select(n => ReconnectPause.After(n, person: false, spread: 1).TotalSeconds));
        Assert.Equal(0.5, ReconnectPause.After(1, person: false, spread: 0).TotalSeconds);
        Assert.Equal(ReconnectPause.Longest, ReconnectPause.After(1, person: true, spread: 1));
        Assert.Equal(ReconnectPause.Longest, ReconnectPause.After(int.MaxValue, person: false, spread: 1));
    }

    private static async Task UntilAsync(EngineRig rig, Func<Task<bool>> holds)
    {
        for (var i = 0; i < 400; i++)
        {
            if (await holds())
                return;
            rig.Clock.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(10, Ct);
        }

        Assert.Fail("It did not come about.");
    }

    private sealed class ScriptedQueue : ISubscription
    {
        private int _runs;
        private int _running;

        public Fault? Broken { get; set; }

        public int Runs => Volatile.Read(ref _runs);

        public int Running => Volatile.Read(ref _running);

        public TaskCompletionSource Drained { get; } = new();

        public string Name => "queue";

        public async Task RunAsync(Connection connection, ISubscriber subscriber, CancellationToken stop)
        {
            Interlocked.Increment(ref _runs);
            if (Broken is { } fault)
                throw new ExchangeException(fault);
            Assert.Equal(1, Interlocked.Increment(ref _running));
            subscriber.Listening();
            subscriber.Waiting(7);
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (connection.Setting("queue") is not null)
                await Drained.Task;
            Interlocked.Decrement(ref _running);
        }
    }

    private sealed class ListeningConnector(ScriptedQueue queue) : IConnector
    {
        public ConnectorManifest Manifest { get; } = new() { Name = "bus", Version = "1.0.0", Title = "Bus" };

        public IReceiver Receiver { get; } = new ScriptedReceiver();

        public IOperation? Operation(string name) => null;

        public IReadOnlyList<IFeed> Feeds => [];

        public IReadOnlyList<ISubscription> Subscriptions => [queue];

        public ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) => default;

        public IEnumerable<string> Check(Connection connection) => [];
    }
}
