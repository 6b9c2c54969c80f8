using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using RabbitMQ.Client;

namespace Connectors.Tests.RabbitMq;

/// <summary>At a real broker: a message is confirmed, or it is said what became of it.</summary>
public sealed class PublishTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_confirmed_lies_in_the_queue_persistent_and_under_the_idempotency_key()
    {
        await using var broker = await Broker.StartAsync(Ct);
        await broker.Channel.QueueBindAsync(broker.Queue, "amq.topic", "order.SHOPIFY-EU-1001", cancellationToken: Ct);
        using var dialer = new TestDialer();
        var connection = broker.Connection(("routingKey", "order.{reference}"));
        var (result, _) = await PublishAsync(connection, dialer);

        Assert.Equal("Event bus has it: amq.topic, order.SHOPIFY-EU-1001", Assert.IsType<OperationResult.Confirmed>(result).Summary);
        var message = Assert.IsType<BasicGetResult>(await broker.Channel.BasicGetAsync(broker.Queue, autoAck: true, Ct));
        var said = message.BasicProperties;
        Assert.Equal((true, "key-1", "corr-1", "order", "application/json", "controlplane"), (said.Persistent, said.MessageId, said.CorrelationId, said.Type, said.ContentType, said.AppId));
        Assert.Equal("00-trace", Encoding.UTF8.GetString((byte[])said.Headers!["traceparent"]!));
        using var document = JsonDocument.Parse(message.Body);
        Assert.Equal("#1001", document.RootElement.GetProperty("order").GetProperty("number").GetString());
        Assert.Equal("126.40", document.RootElement.GetProperty("order").GetProperty("total").GetString());
    }

    [Theory]
    [InlineData("routingKey", "nobody-listens", FaultKind.Internal, "rabbitmq.unroutable")]
    [InlineData("exchange", "no-such-exchange", FaultKind.Internal, "rabbitmq.no_exchange")]
    [InlineData("exchange", "amq.rabbitmq.trace", FaultKind.Authentication, "rabbitmq.not_allowed")]
    public async Task What_the_broker_refuses_is_a_fault_that_names_the_next_step(string setting, string value, FaultKind kind, string code)
    {
        await using var broker = await Broker.StartAsync(Ct);
        using var dialer = new TestDialer();
        var (result, _) = await PublishAsync(broker.Connection((setting, value)), dialer);
        var fault = Assert.IsType<OperationResult.Failed>(result).Fault;
        Assert.Equal((kind, code), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task A_full_queue_that_rejects_is_tried_again_later()
    {
        await using var broker = await Broker.StartAsync(Ct);
        var full = broker.Queue + "-full";
        await broker.Channel.QueueDeclareAsync(full, true, false, false, new Dictionary<string, object?> { ["x-max-length"] = 0, ["x-overflow"] = "reject-publish" }, cancellationToken: Ct);
        await broker.Channel.QueueBindAsync(full, "amq.topic", full, cancellationToken: Ct);
        using var dialer = new TestDialer();
        var (result, _) = await PublishAsync(broker.Connection(("routingKey", full)), dialer);
        await broker.Channel.QueueDeleteAsync(full, cancellationToken: Ct);
        Assert.Equal((FaultKind.Transient, "rabbitmq.not_taken"), (Assert.IsType<OperationResult.Failed>(result).Fault.Kind, ((OperationResult.Failed)result).Fault.Code));
    }

    [Fact]
    public async Task A_lost_confirmation_leaves_the_outcome_unknown_and_the_repeat_has_the_same_id()
    {
        await using var broker = await Broker.StartAsync(Ct);
        await broker.Channel.QueueBindAsync(broker.Queue, "amq.topic", broker.Queue, cancellationToken: Ct);
        using var dialer = new TestDialer();
        var connection = broker.Connection();
        await using var transport = Broker.Connector.For(connection).OpenTransport(connection, dialer)!;
        Assert.IsType<OperationResult.Confirmed>((await PublishAsync(connection, dialer, transport)).Result);

        dialer.Deaf = true;
        var lost = await Assert.ThrowsAsync<ExchangeException>(() => PublishAsync(connection, dialer, transport));
        Assert.Equal((FaultKind.UnknownOutcome, "rabbitmq.confirm_lost"), (lost.Fault.Kind, lost.Fault.Code));

        dialer.Deaf = false;
        Assert.IsType<OperationResult.Confirmed>((await PublishAsync(connection, dialer, transport)).Result);
        await Intake.UntilAsync(async () => await broker.ReadyAsync(Ct) == 3, "the broker had it all the time", Ct);
        for (var i = 0; i < 3; i++)
            Assert.Equal("key-1", (await broker.Channel.BasicGetAsync(broker.Queue, true, Ct))!.BasicProperties.MessageId);
    }

    [Fact]
    public async Task Many_at_once_are_each_confirmed()
    {
        await using var broker = await Broker.StartAsync(Ct);
        await broker.Channel.QueueBindAsync(broker.Queue, "amq.topic", broker.Queue, cancellationToken: Ct);
        using var dialer = new TestDialer();
        var connection = broker.Connection();
        await using var transport = Broker.Connector.For(connection).OpenTransport(connection, dialer)!;
        var results = await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => PublishAsync(connection, dialer, transport)));
        Assert.All(results, r => Assert.IsType<OperationResult.Confirmed>(r.Result));
        await Intake.UntilAsync(async () => await broker.ReadyAsync(Ct) == 200, "all are there", Ct);
    }

    [Fact]
    public async Task A_broker_that_is_not_there_was_sent_nothing()
    {
        await using var broker = await Broker.StartAsync(Ct);
        using var dialer = new TestDialer();
        var thrown = await Assert.ThrowsAsync<ExchangeException>(() => PublishAsync(broker.Connection(("port", "9")), dialer));
        Assert.Equal((FaultKind.Transient, "rabbitmq.not_connected"), (thrown.Fault.Kind, thrown.Fault.Code));
    }

    private static async Task<(OperationResult Result, ExchangeRequest Sent)> PublishAsync(Connection connection, TestDialer dialer, ITransport? transport = null)
    {
        var shaped = Broker.Connector.For(connection);
        var operation = shaped.Operation("publish")!;
        Assert.Equal((WriteKind.Keyed, false), (operation.Descriptor.Write, operation.Descriptor.CanLookUp));
        var request = Given.Request(connection: connection);
        var mapped = operation.Map(request);
        Assert.Empty(mapped.Refusals);
        var own = transport is null ? shaped.OpenTransport(connection, dialer)! : null;
        var exchange = new Over(transport ?? own!);
        try
        {
            return (await operation.ExecuteAsync(request, mapped.Content, exchange, Ct), exchange.Sent!);
        }
        finally
        {
            if (own is not null)
                await own.DisposeAsync();
        }
    }

    private sealed class Over(ITransport transport) : IExchange
    {
        public ExchangeRequest? Sent { get; private set; }

        public Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
        {
            Sent = request;
            request.Headers["traceparent"] = "00-trace";
            return transport.SendAsync(request, ct);
        }
    }
}
