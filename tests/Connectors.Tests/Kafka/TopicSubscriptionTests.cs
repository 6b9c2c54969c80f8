using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Kafka;

/// <summary>At brokers over real sockets: what is committed, what comes again, what is said when it does not work.</summary>
public sealed class TopicSubscriptionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_committed_before_it_is_kept_and_what_was_not_comes_again()
    {
        using var cluster = new MockCluster();
        for (var i = 0; i < 3; i++)
            await cluster.SendAsync("order-1", $"{{\"id\":{i}}}", Ct, partition: 0, topic: null, ("type", "orders/create"), ("content-type", "application/json"));
        var connection = cluster.Connection();
        var intake = new Group { Answer = (_, n) => Task.FromResult(n == 1 ? Receipt.Kept : Receipt.NotKept) };
        await using (var run = new Running(connection, intake, Ct))
        {
            await intake.UntilAsync(() => intake.Taken.Count >= 2, Ct);
            // What is behind the one that was not kept waits for it.
            await Task.Delay(300, Ct);
            Assert.Equal(2, intake.Taken.Count);
            await run.StopAsync();
        }

        Assert.Equal(1, cluster.Committed(connection));
        var again = new Group();
        await using var second = new Running(connection, again, Ct);
        await again.UntilAsync(() => again.Taken.Count == 2, Ct);
        await second.StopAsync();
        Assert.Equal(3, cluster.Committed(connection));
        Assert.Equal(["{\"id\":1}", "{\"id\":2}"], again.Taken.Select(t => Encoding.UTF8.GetString(t.Body.Span)));
        var message = again.Taken.First();
        Assert.Equal(("orders/create", "application/json", "order-1", true), (message.Topic, message.ContentType, message.Header("kafka-key"), message.Queued));
        // The same message is the same delivery, whoever reads it.
        Assert.Equal(intake.Taken.Last().Header("broker-position"), message.Header("broker-position"));
        Assert.StartsWith($"{cluster.Topic}/0/1@", MockCluster.Connector.For(connection).Receiver!.DeliveryId(message), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Messages_of_a_partition_keep_their_order_and_partitions_do_not_wait_for_each_other()
    {
        using var cluster = new MockCluster();
        for (var i = 0; i < 20; i++)
            for (var partition = 0; partition < 2; partition++)
                await cluster.SendAsync("k", $"{{\"n\":{i}}}", Ct, partition);
        var blocked = new TaskCompletionSource<Receipt>();
        var intake = new Group();
        intake.Answer = (request, _) => request.Header("broker-position")!.Contains("/0/0@", StringComparison.Ordinal) ? blocked.Task : Task.FromResult(Receipt.Kept);
        await using var run = new Running(cluster.Connection(), intake, Ct);
        await intake.UntilAsync(() => intake.Taken.Count == 21, Ct);
        // One is in hand, and nineteen are behind it.
        await intake.UntilAsync(() => intake.Waits == 20, Ct);
        blocked.SetResult(Receipt.Kept);
        await intake.UntilAsync(() => intake.Taken.Count == 40, Ct);
        await run.StopAsync();
        foreach (var partition in intake.Taken.GroupBy(t => t.Header("broker-position")!.Split('/')[1]))
            Assert.Equal(Enumerable.Range(0, 20).Select(i => $"{{\"n\":{i}}}"), partition.Select(t => Encoding.UTF8.GetString(t.Body.Span)));
    }

    [Fact]
    public async Task A_second_node_takes_a_part_over_and_nothing_is_lost_between_them()
    {
        using var cluster = new MockCluster();
        var connection = cluster.Connection(("inHand", "4"));
        await cluster.SendAsync("k", "{\"n\":0}", Ct, 0);
        var (one, other) = (new Group(), new Group());
        await using var first = new Running(connection, one, Ct);
        await one.UntilAsync(() => one.Taken.Count == 1, Ct);
        for (var i = 1; i < 100; i++)
            await cluster.SendAsync("k", $"{{\"n\":{i}}}", Ct, i % 4);
        await using var second = new Running(connection, other, Ct);
        await other.UntilAsync(() => other.Listened > 0, Ct);
        for (var i = 100; i < 200; i++)
            await cluster.SendAsync("k", $"{{\"n\":{i}}}", Ct, i % 4);
        await one.UntilAsync(() => All() == 200, Ct);
        await first.StopAsync();
        // The one that stays has everything that comes now.
        for (var i = 200; i < 240; i++)
            await cluster.SendAsync("k", $"{{\"n\":{i}}}", Ct, i % 4);
        await other.UntilAsync(() => All() == 240, Ct);
        // While the group is being divided anew the brokers take no offsets: it is committed a second later.
        await other.UntilAsync(() => cluster.Committed(connection) == 240, Ct);
        await second.StopAsync();
        int All() => one.Taken.Concat(other.Taken).Select(t => Encoding.UTF8.GetString(t.Body.Span)).Distinct(StringComparer.Ordinal).Count();
    }

    [Fact]
    public async Task What_is_too_large_is_set_aside_whole_and_the_others_go_on()
    {
        using var cluster = new MockCluster();
        var aside = cluster.Topic + "-aside";
        await cluster.SendAsync("k", "first", Ct, 0, aside);
        await cluster.SendAsync("k", new string('x', 200_000), Ct, 0, null, ("message-id", "m-1"));
        await cluster.SendAsync("k", "{}", Ct, 0);
        var connection = cluster.Connection(("setAside", aside));
        var intake = new Group { Answer = (request, _) => Task.FromResult(request.Body.Length > 100_000 ? Receipt.PartlyKept : Receipt.Kept) };
        await using var run = new Running(connection, intake, Ct);
        await intake.UntilAsync(() => intake.Taken.Count == 2, Ct);
        await run.StopAsync();
        Assert.Equal(2, cluster.Committed(connection));
        var found = new Group();
        await using var looking = new Running(cluster.Connection(("topics", aside), ("group", "look-" + aside)), found, Ct);
        await found.UntilAsync(() => found.Taken.Count == 2, Ct);
        var set = found.Taken.Single(t => t.Body.Length == 200_000);
        Assert.Equal(("m-1", "receive.too_large"), (set.Header("message-id"), set.Header("set-aside-reason")));
        Assert.StartsWith($"{cluster.Topic}/0/0@", set.Header("set-aside-from"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_without_a_value_and_headers_that_are_no_text_keep_nothing_from_being_kept()
    {
        using var cluster = new MockCluster();
        await cluster.SendAsync("gone", null, Ct, 0, null, ("nul", "a\0b"), ("broker-position", "another"), ("long", new string('x', 3_000)), ("plain", "yes"));
        var connection = cluster.Connection();
        var intake = new Group();
        await using var run = new Running(connection, intake, Ct);
        await intake.UntilAsync(() => intake.Taken.Count == 1, Ct);
        var message = intake.Taken.Single();
        Assert.Equal(["broker-position", "broker-tombstone", "kafka-key", "plain"], message.Headers.Keys.Order(StringComparer.Ordinal));
        Assert.StartsWith(cluster.Topic, message.Header("broker-position"), StringComparison.Ordinal);
        Assert.IsType<InboundEvent.Ignored>(MockCluster.Connector.For(connection).Receiver!.Translate(message, connection));
    }

    [Fact]
    public async Task Brokers_that_go_away_end_it_by_name()
    {
        using var cluster = new MockCluster();
        await cluster.SendAsync("k", "{}", Ct, 0);
        var intake = new Group();
        await using var run = new Running(cluster.Connection(), intake, Ct);
        await intake.UntilAsync(() => intake.Taken.Count == 1, Ct);
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_KAFKA") is not { Length: > 0 }, "Brokers that others use are not killed.");
        cluster.Kill();
        var ended = await Assert.ThrowsAsync<ExchangeException>(() => run.Task.WaitAsync(TimeSpan.FromSeconds(40), Ct));
        Assert.Equal((FaultKind.Transient, "kafka.not_connected"), (ended.Fault.Kind, ended.Fault.Code));
    }

    [Fact]
    public async Task Nobody_at_the_address_is_said_with_the_next_step()
    {
        var connection = Given.Connection("kafka", new Dictionary<string, string> { ["brokers"] = "127.0.0.1:9", ["tls"] = "false", ["topics"] = "t", ["documents"] = "shopify" });
        var ended = await Assert.ThrowsAsync<ExchangeException>(() => MockCluster.Connector.For(connection).Subscriptions[0].RunAsync(connection, new Group(), Ct));
        Assert.Equal("kafka.not_connected", ended.Fault.Code);
        Assert.Contains("127.0.0.1:9", ended.Fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Brokers_may_not_name_an_address_that_the_connection_may_not_reach()
    {
        using var cluster = new MockCluster();
        await cluster.SendAsync("k", "{}", Ct, 0);
        var first = cluster.Servers.Split(',')[0];
        // Only the first is allowed; the second is named by it.
        var intake = new Group { Allowed = target => target.Port == int.Parse(first.Split(':')[1], System.Globalization.CultureInfo.InvariantCulture) };
        var connection = cluster.Connection(("brokers", first));
        var ended = await Assert.ThrowsAsync<ExchangeException>(() => MockCluster.Connector.For(connection).Subscriptions[0].RunAsync(connection, intake, Ct));
        Assert.Equal("test.not_allowed", ended.Fault.Code);
        Assert.Empty(intake.Taken);
    }

    /// <summary>Keeps what it is given as long as the test says so; any thread.</summary>
    internal sealed class Group : ISubscriber, IDialer
    {
        private readonly ConcurrentQueue<InboundRequest> _taken = [];
        private int _count;

        public IReadOnlyCollection<InboundRequest> Taken => _taken;

        public Func<InboundRequest, int, Task<Receipt>> Answer { get; set; } = (_, _) => Task.FromResult(Receipt.Kept);

        public Func<IPEndPoint, bool> Allowed { get; init; } = _ => true;

        public int Listened { get; private set; }

        public IDialer Dialer => this;

        public string Node => "test";

        public void Listening() => Listened++;

        public long? Waits { get; private set; }

        public void Waiting(long messages) => Waits = messages;

        public async Task<Receipt> TakeAsync(InboundRequest request, CancellationToken stop)
        {
            _taken.Enqueue(request);
            return await Answer(request, Interlocked.Increment(ref _count));
        }

        public async ValueTask<Socket> ConnectAsync(IPEndPoint target, CancellationToken ct)
        {
            if (!Allowed(target))
                throw new ExchangeException(new(FaultKind.Internal, "test.not_allowed", "Not there."));
            var socket = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await socket.ConnectAsync(target, ct);
            return socket;
        }

        public async Task UntilAsync(Func<bool> holds, CancellationToken ct)
        {
            for (var i = 0; i < 4_800 && !holds(); i++)
                await Task.Delay(25, ct);
            Assert.True(holds(), $"It did not come about within 120 s; {Taken.Count} were taken.");
        }
    }

    private sealed class Running : IAsyncDisposable
    {
        private readonly CancellationTokenSource _stop;

        public Running(Connection connection, Group intake, CancellationToken ct)
        {
            _stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
            Task = System.Threading.Tasks.Task.Run(() => MockCluster.Connector.For(connection).Subscriptions[0].RunAsync(connection, intake, _stop.Token), ct);
        }

        public Task Task { get; }

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
}
