using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using RabbitMQ.Client;

namespace Connectors.Tests.RabbitMq;

/// <summary>At a real broker: what is acknowledged, what comes again, what is said when it does not work.</summary>
public sealed class QueueSubscriptionTests
{
    private static readonly byte[] Body = Encoding.UTF8.GetBytes("""{"id":1}""");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_message_is_the_brokers_until_it_is_kept()
    {
        await using var broker = await Broker.StartAsync(Ct);
        using var intake = new Intake();
        var commit = new TaskCompletionSource<Receipt>();
        intake.Answer = (_, _) => commit.Task;
        await using var run = await Listening.StartAsync(broker.Connection(), intake, Ct);
        await broker.SendAsync(Body, Ct, "m-1", p => p.Type = "orders/create");
        await Intake.UntilAsync(() => Task.FromResult(intake.Count == 1), "it arrives", Ct);

        // The line breaks while it is being kept: the acknowledgement cannot arrive, and the broker keeps it too.
        intake.Break();
        commit.SetResult(Receipt.Kept);
        await Assert.ThrowsAsync<ExchangeException>(() => run.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct));
        await Intake.UntilAsync(async () => await broker.ReadyAsync(Ct) == 1, "the broker has it back", Ct);

        intake.Answer = (_, _) => Task.FromResult(Receipt.Kept);
        await using var again = await Listening.StartAsync(broker.Connection(), intake, Ct);
        await Intake.UntilAsync(() => Task.FromResult(intake.Count == 2), "it comes again", Ct);
        await again.StopAsync();
        Assert.Equal(0, await broker.ReadyAsync(Ct));
        var message = intake.Taken[1];
        Assert.Equal(("orders/create", "application/json", "m-1", true), (message.Topic, message.ContentType, message.Header("message-id"), message.Queued));
        Assert.Equal(Body, message.Body.ToArray());
    }

    [Fact]
    public async Task At_the_end_what_is_in_hand_is_finished_and_the_rest_goes_back()
    {
        await using var broker = await Broker.StartAsync(Ct);
        using var intake = new Intake();
        var commit = new TaskCompletionSource<Receipt>();
        // The first is being committed, the others wait for room.
        intake.Answer = async (_, stop) =>
        {
            if (intake.Count == 1)
                return await commit.Task;
            await Task.Delay(Timeout.Infinite, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return Receipt.NotKept;
        };
        await using var run = await Listening.StartAsync(broker.Connection(("prefetch", "4")), intake, Ct);
        await broker.SendAsync(Body, Ct);
        await Intake.UntilAsync(() => Task.FromResult(intake.Count == 1), "the first is in hand", Ct);
        for (var i = 0; i < 9; i++)
            await broker.SendAsync(Body, Ct);
        await Intake.UntilAsync(() => Task.FromResult(intake.Count == 4), "as many as it prefetches are in hand", Ct);
        Assert.Equal(6, await broker.ReadyAsync(Ct));

        var stopping = run.StopAsync();
        await Task.Delay(200, Ct);
        Assert.False(stopping.IsCompleted);
        commit.SetResult(Receipt.Kept);
        await stopping;

        await Intake.UntilAsync(async () => await broker.ReadyAsync(Ct) == 9, "nine are back and one is done", Ct);
    }

    [Fact]
    public async Task How_many_wait_is_told()
    {
        await using var broker = await Broker.StartAsync(Ct);
        using var intake = new Intake();
        var commit = new TaskCompletionSource<Receipt>();
        intake.Answer = (_, _) => commit.Task;
        for (var i = 0; i < 10; i++)
            await broker.SendAsync(Body, Ct, $"m-{i}");
        await using var run = await Listening.StartAsync(broker.Connection(("prefetch", "2")), intake, Ct);
        // Those in hand are no longer waiting; the first count may come before the broker has handed them over.
        await Intake.UntilAsync(() => Task.FromResult(intake.Waits is 8 or 10), "it is told", Ct);
        commit.SetResult(Receipt.Kept);
    }

    [Fact]
    public async Task Several_nodes_share_a_queue()
    {
        await using var broker = await Broker.StartAsync(Ct);
        using var one = new Intake();
        using var other = new Intake();
        await using var first = await Listening.StartAsync(broker.Connection(("prefetch", "2")), one, Ct);
        await using var second = await Listening.StartAsync(broker.Connection(("prefetch", "2")), other, Ct);
        for (var i = 0; i < 100; i++)
            await broker.SendAsync(Body, Ct, $"m-{i}");
        await Intake.UntilAsync(() => Task.FromResult(one.Count + other.Count == 100), "all have come, each to one of them", Ct);
        // How many each one gets is the broker's affair and the moment's; nobody gets them all.
        Assert.All([one, other], i => Assert.InRange(i.Count, 1, 99));
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_set_aside_by_the_broker_and_does_not_come_again()
    {
        await using var broker = await Broker.StartAsync(Ct);
        var aside = broker.Queue + "-aside";
        var strict = broker.Queue + "-strict";
        await broker.Channel.QueueDeclareAsync(aside, true, false, false, cancellationToken: Ct);
        await broker.Channel.QueueDeclareAsync(strict, true, false, false, new Dictionary<string, object?> { ["x-dead-letter-exchange"] = "", ["x-dead-letter-routing-key"] = aside }, cancellationToken: Ct);
        using var intake = new Intake { Answer = (_, _) => Task.FromResult(Receipt.PartlyKept) };
        await using var run = await Listening.StartAsync(broker.Connection(("queue", strict)), intake, Ct);
        var large = new byte[20 * 1024 * 1024];
        await broker.Channel.BasicPublishAsync("", strict, true, new BasicProperties(), large, Ct);
        await Intake.UntilAsync(async () => await broker.Channel.MessageCountAsync(aside, Ct) == 1, "the dead letters have it", Ct);
        Assert.Equal(1, intake.Count);
        Assert.Equal(large.Length, intake.Taken[0].Body.Length);
        Assert.False(run.Ended);
        await run.StopAsync();
        await broker.Channel.QueueDeleteAsync(aside, cancellationToken: Ct);
        await broker.Channel.QueueDeleteAsync(strict, cancellationToken: Ct);
    }

    [Theory]
    [InlineData("password", "wrong", FaultKind.Authentication, "rabbitmq.login_refused", "secrets.password")]
    [InlineData("queue", "no-such-queue", FaultKind.Internal, "rabbitmq.no_queue", "Create it there")]
    [InlineData("virtualHost", "no-such-host", FaultKind.Internal, "rabbitmq.no_virtual_host", "settings.virtualHost")]
    [InlineData("port", "9", FaultKind.Transient, "rabbitmq.not_connected", "127.0.0.1:9")]
    [InlineData("tls", "true", FaultKind.Internal, "rabbitmq.tls", "TLS port")]
    public async Task What_does_not_work_is_said_with_the_next_step(string setting, string value, FaultKind kind, string code, string says)
    {
        await using var broker = await Broker.StartAsync(Ct);
        using var intake = new Intake();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var connection = broker.Connection((setting, value));
        var ended = await Assert.ThrowsAsync<ExchangeException>(() => Listening.Of(connection).RunAsync(connection, intake, stop.Token));
        Assert.Equal((kind, code), (ended.Fault.Kind, ended.Fault.Code));
        Assert.Contains(says, ended.Fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, intake.Listened);
    }

    [Fact]
    public async Task A_queue_that_is_deleted_ends_it_by_name()
    {
        await using var broker = await Broker.StartAsync(Ct);
        using var intake = new Intake();
        await using var run = await Listening.StartAsync(broker.Connection(), intake, Ct);
        await broker.Channel.QueueDeleteAsync(broker.Queue, cancellationToken: Ct);
        Assert.Equal("rabbitmq.no_queue", (await Assert.ThrowsAsync<ExchangeException>(() => run.Task.WaitAsync(TimeSpan.FromSeconds(10), Ct))).Fault.Code);
    }

    [Fact]
    public async Task A_poisonous_header_keeps_nothing_from_being_kept()
    {
        await using var broker = await Broker.StartAsync(Ct);
        using var intake = new Intake();
        await using var run = await Listening.StartAsync(broker.Connection(), intake, Ct);
        await broker.SendAsync(Body, Ct, "id\0with\u0001nul", p =>
        {
            p.Type = "orders\0/create";
            p.ContentType = "appli\0cation/json";
            p.Headers = new Dictionary<string, object?>
            {
                ["message-id"] = "another",
                ["nested"] = new Dictionary<string, object?> { ["a"] = new List<object?> { 1, "x" } },
                ["long"] = new string('x', 100_000),
                ["nul"] = "a\0b",
                ["bytes"] = new byte[] { 0xff, 0xfe, 0x00 },
                ["number"] = 5L,
                ["nothing"] = null,
                ["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
            };
        });
        await Intake.UntilAsync(() => Task.FromResult(intake.Count == 1), "it arrives", Ct);
        var message = intake.Taken[0];
        Assert.Equal("id%00with%01nul", message.Header("message-id"));
        Assert.Equal(["content-type", "message-id", "number", "traceparent"], message.Headers.Keys.Where(k => k != "x-dotnet-pub-seq-no").Order(StringComparer.Ordinal));
        Assert.DoesNotContain(message.Headers.Values.Append(message.Topic).Append(message.ContentType!), v => v.Any(char.IsControl));
    }
}
