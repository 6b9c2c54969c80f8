using System.Text;
using Connectors.Catalog.Amazon;
using Connectors.Catalog.RabbitMq;
using Connectors.Catalog.Shopify;
using Connectors.Tests.Shopify;
using Connectors.Protocols.Brokers;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.RabbitMq;

public sealed class QueueReceiverTests
{
    private static readonly QueueReceiver Receiver = new(GivenShopify.Receiver);

    [Fact]
    public void A_shops_order_means_the_same_in_a_queue_as_at_the_door()
    {
        var body = Order;
        var queued = Assert.IsType<InboundEvent.OrderReceived>(Receiver.Translate(Message(body), GivenShopify.Connection));
        var posted = Assert.IsType<InboundEvent.OrderReceived>(GivenShopify.Receiver.Translate(GivenShopify.Signed(body), GivenShopify.Connection));
        Assert.Equal((posted.BusinessKey, posted.Order.Number), (queued.BusinessKey, queued.Order.Number));
    }

    [Theory]
    [InlineData("", "application/json", null, "receive.empty")]
    [InlineData("{}", "application/xml", null, "receive.content_type")]
    [InlineData("{}", "application/json; charset=utf-16", null, "receive.content_type")]
    [InlineData("{}", "no type at all", null, "receive.content_type")]
    [InlineData("{}", "application/json", "gzip", "receive.content_encoding")]
    [InlineData("<order/>", null, null, "json.unreadable")]
    [InlineData("{\"id\":1,\"id\":2}", "application/json", "utf-8", "json.duplicate_name")]
    public void What_cannot_be_read_is_refused_with_a_stable_code(string body, string? type, string? encoding, string code)
    {
        var refused = Assert.IsType<InboundEvent.Refused>(Receiver.Translate(Message(Encoding.UTF8.GetBytes(body), type, encoding), GivenShopify.Connection));
        Assert.Equal(code, refused.Refusals[0].Code);
    }

    [Fact]
    public void A_notification_that_would_have_to_be_fetched_is_refused()
    {
        var receiver = new QueueReceiver(new Fetches());
        Assert.Equal("rabbitmq.fetch_not_possible", Assert.IsType<InboundEvent.Refused>(receiver.Translate(Message("{}"u8.ToArray()), GivenShopify.Connection)).Refusals[0].Code);
    }

    [Fact]
    public void The_message_id_tells_repeats_apart_and_else_the_documents_own_id()
    {
        Assert.Equal("m-1", Receiver.DeliveryId(With(("message-id", "m-1"), ("X-Shopify-Webhook-Id", "w-1"))));
        Assert.Equal("w-1", Receiver.DeliveryId(With(("X-Shopify-Webhook-Id", "w-1"))));
        Assert.Null(Receiver.DeliveryId(With()));
    }

    [Fact]
    public void From_outside_nobody_gets_in()
    {
        Assert.True(Receiver.Verify(Message("{}"u8.ToArray()), GivenShopify.Connection));
        Assert.False(Receiver.Verify(new InboundRequest { Body = "{}"u8.ToArray() }, GivenShopify.Connection));
        Assert.Null(Broker.Connector.Receiver);
    }

    [Fact]
    public void Settings_are_checked_with_what_is_allowed()
    {
        var connector = new RabbitMqConnector(TimeProvider.System, new ShopifyConnector(TimeProvider.System), new AmazonConnector(TimeProvider.System));
        string[] Problems(params (string, string)[] settings) => [.. connector.Check(new Connection
        {
            Key = "bus", Connector = "rabbitmq", Role = ControlPlane.Domain.Connections.SystemRole.EventBroker, DisplayName = "Bus",
            Settings = settings.ToDictionary(s => s.Item1, s => s.Item2), Secrets = new Dictionary<string, string> { ["password"] = "p" },
        })];
        Assert.Empty(Problems(("host", "mq"), ("user", "u"), ("queue", "orders"), ("documents", "shopify")));
        Assert.Empty(Problems(("host", "mq"), ("user", "u"), ("exchange", "amq.topic"), ("routingKey", "order.{order.number}")));
        Assert.Equal(["settings.queue: Neither queue nor exchange is set. Set queue to take messages in, exchange to publish, or both."], Problems(("host", "mq"), ("user", "u")));
        Assert.Equal(
            [
                "settings.port: It is no port. Allowed: 1 to 65535.",
                "settings.tls: Allowed: true, false.",
                "settings.prefetch: It is no such number. Allowed: 1 to 256.",
                "settings.documents: It says how the messages of the queue are read. Allowed: amazon, events, shopify.",
                "settings.routingKey: A value is missing. What is published needs a routing key.",
            ],
            Problems(("host", "mq"), ("user", "u"), ("queue", "orders"), ("documents", "xml"), ("port", "70000"), ("tls", "maybe"), ("prefetch", "0"), ("exchange", "amq.topic")));
    }

    [Fact]
    public void Publishing_needs_what_the_routing_key_names()
    {
        var connection = Given.Connection("rabbitmq", new Dictionary<string, string> { ["exchange"] = "amq.topic", ["routingKey"] = "{outputs.erpOrderId}" });
        var refusals = Broker.Connector.Operation("publish")!.Map(Given.Request(connection: connection)).Refusals;
        Assert.Equal("outputs.erpOrderId", Assert.Single(refusals).Field);
        Assert.Equal("rabbitmq.exchange_not_set", Assert.Single(Broker.Connector.Operation("publish")!.Map(Given.Request(connection: Given.Connection("rabbitmq"))).Refusals).Code);
    }

    [Fact]
    public void A_shipment_is_published_with_its_lines()
    {
        var connection = Given.Connection("rabbitmq", new Dictionary<string, string> { ["exchange"] = "amq.topic", ["routingKey"] = "k" });
        var mapped = Broker.Connector.Operation("publish")!.Map(Given.Request(connection: connection, shipments: Given.Shipment));
        Assert.Empty(mapped.Refusals);
        Assert.Contains("\"shipment\":{\"id\":\"SHP-1\"", Encoding.UTF8.GetString(mapped.Content.Span), StringComparison.Ordinal);
        Assert.Contains("\"lines\":[{\"lineRef\":\"L1\",\"sku\":\"TEE-M\",\"quantity\":2},{\"lineRef\":\"L3\"", Encoding.UTF8.GetString(mapped.Content.Span), StringComparison.Ordinal);
    }

    private static byte[] Order => GivenShopify.Sample(OrderSample);

    private const string OrderSample = "order-created.json";

    private static InboundRequest Message(byte[] body, string? type = "application/json", string? encoding = null)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (encoding is not null)
            headers["content-encoding"] = encoding;
        return new() { Body = body, ContentType = type, Headers = headers, ReceivedAt = Given.Now, Queued = true };
    }

    private static InboundRequest With(params (string Name, string Value)[] headers) =>
        new() { Queued = true, Headers = headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase) };

    private sealed class Fetches : IReceiver
    {
        public bool Verify(InboundRequest request, Connection connection) => true;

        public string? DeliveryId(InboundRequest request) => null;

        public InboundEvent Translate(InboundRequest request, Connection connection) => new InboundEvent.FetchNeeded("orders-feed", "1");
    }
}
