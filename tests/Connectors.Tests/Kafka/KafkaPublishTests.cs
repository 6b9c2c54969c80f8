using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Kafka;

public sealed class KafkaPublishTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_is_published_under_its_id_and_reads_as_an_event_of_our_own()
    {
        using var cluster = new MockCluster();
        await cluster.SendAsync("k", "{}", Ct, 0);
        var connection = cluster.Connection(("documents", "events"));
        var connector = MockCluster.Connector.For(connection);
        var operation = connector.Operation("publish")!;
        var request = Given.Request(connection: connection);
        var mapped = operation.Map(request);
        Assert.Empty(mapped.Refusals);
        await using var transport = connector.OpenTransport(connection, new TopicSubscriptionTests.Group())!;
        var result = Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, mapped.Content, new Over(transport), Ct));
        Assert.Equal($"The brokers have it: {cluster.Topic}", result.Summary);

        var intake = new TopicSubscriptionTests.Group();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var run = connector.Subscriptions[0].RunAsync(connection, intake, stop.Token);
        await intake.UntilAsync(() => intake.Taken.Count == 2, Ct);
        await stop.CancelAsync();
        await run;
        var message = intake.Taken.Single(t => t.Header("message-id") is not null);
        Assert.Equal(("key-1", "corr-1", "5123", "application/json"), (message.Header("message-id"), message.Header("correlation-id"), message.Header("kafka-key"), message.ContentType?.Split(';')[0]));
        Assert.Null(message.Header("accept"));
        Assert.Equal("key-1", connector.Receiver!.DeliveryId(message));
        Assert.Equal("5123", Assert.IsType<InboundEvent.OrderReceived>(connector.Receiver.Translate(message, connection)).Order.ExternalId);
    }

    [Fact]
    public async Task Brokers_that_are_away_are_said_to_be_and_nothing_is_known_to_be_sent()
    {
        using var cluster = new MockCluster();
        await cluster.SendAsync("k", "{}", Ct, 0);
        var connection = cluster.Connection();
        var connector = MockCluster.Connector.For(connection);
        await using var transport = connector.OpenTransport(connection, new TopicSubscriptionTests.Group())!;
        Assert.Equal(200, (await transport.SendAsync(Call(cluster.Topic), Ct)).Status);
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_KAFKA") is not { Length: > 0 }, "Brokers that others use are not killed.");
        cluster.Kill();
        var lost = await Assert.ThrowsAsync<ExchangeException>(() => transport.SendAsync(Call(cluster.Topic), Ct));
        // Either it never left, or nobody knows: never "it was not taken".
        Assert.Contains(lost.Fault.Code, new[] { "kafka.not_connected", "kafka.confirm_lost" });
        Assert.Equal(lost.Fault.Code == "kafka.confirm_lost" ? FaultKind.UnknownOutcome : FaultKind.Transient, lost.Fault.Kind);
    }

    [Fact]
    public void A_connection_without_a_topic_to_publish_to_is_told_before_anything_is_sent()
    {
        var connection = Given.Connection("kafka", new Dictionary<string, string> { ["brokers"] = "k:9092", ["topics"] = "orders", ["documents"] = "shopify" });
        Assert.Contains("settings.publishTo", MockCluster.Connector.For(connection).Operation("publish")!.Map(Given.Request(connection: connection)).Refusals[0].Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("brokers", "nobody", "'nobody' is no address")]
    [InlineData("brokers", "", "settings.brokers: A value is missing")]
    [InlineData("mechanism", "gssapi", "settings.mechanism: Allowed")]
    [InlineData("mechanism", "plain", "Plain would send the password")]
    [InlineData("mechanism", "scram-sha-512", "secrets.password: A value is missing")]
    [InlineData("start", "middle", "settings.start: Allowed: earliest, latest.")]
    [InlineData("inHand", "0", "Allowed: 1 to 1000.")]
    [InlineData("topics", "^orders.*", "is no name of a topic")]
    [InlineData("documents", "walmart", "settings.documents: It says how")]
    [InlineData("spec", "receive: { documents: [{ event: Wrong }] }", "settings.spec")]
    public void A_wrong_setting_is_said_with_what_is_allowed(string setting, string value, string says)
    {
        var settings = new Dictionary<string, string> { ["brokers"] = "k:9092", ["tls"] = "false", ["topics"] = "orders", ["documents"] = "shopify" };
        Assert.Empty(MockCluster.Connector.Check(Given.Connection("kafka", settings)));
        settings[setting] = value;
        Assert.Contains(MockCluster.Connector.Check(Given.Connection("kafka", settings)), p => p.Contains(says, StringComparison.Ordinal));
    }

    private static ExchangeRequest Call(string topic) => new() { Method = HttpMethod.Post, Path = $"/{topic}/k", Body = "{}"u8.ToArray(), ContentType = "application/json", Writes = true };

    private sealed class Over(ITransport transport) : IExchange
    {
        public Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct) => transport.SendAsync(request, ct);
    }
}
