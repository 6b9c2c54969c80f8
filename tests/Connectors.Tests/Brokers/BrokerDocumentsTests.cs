using System.Text;
using System.Text.Json;
using Connectors.Catalog.Kafka;
using Connectors.Catalog.RabbitMq;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Brokers;

/// <summary>A broker whose messages nobody has heard of: the connection says what they mean.</summary>
public sealed class BrokerDocumentsTests
{
    private const string Spec = """
        formats:
          - { name: events, type: cloudevents, source: /control, event: com.example.order.created }
        receive:
          format: events
          documents:
            - topics: [com.example.shipped]
              event: warehouse.acknowledged
              correlate: { reference: $.data.ref }
            - topics: [com.example.look]
              ignore: It only says that it is there.
        operations:
          - name: tell
            write: keyed
            request: { method: POST, path: "/orders/{order.number}", mapping: order, format: events, idempotencyHeader: message-id }
            answer: { expect: any }
        mappings:
          - name: order
            rows:
              - { to: number, from: order.number }
        """;

    public static TheoryData<string> Brokers => ["kafka", "rabbitmq"];

    [Theory, MemberData(nameof(Brokers))]
    public void The_connection_says_what_messages_mean(string broker)
    {
        var (connector, connection) = Given(broker, Spec);
        Assert.Empty(connector.Check(connection));
        var shaped = connector.For(connection);
        Assert.Single(shaped.Subscriptions);
        var request = Message("application/cloudevents+json", """{"specversion":"1.0","id":"e-1","source":"/wms","type":"com.example.shipped","data":{"ref":"R-1"}}""");
        Assert.Equal("R-1", Assert.IsType<InboundEvent.Happened>(shaped.Receiver!.Translate(request, connection)).Correlation[0].Value);
        Assert.Equal("/wms e-1", shaped.Receiver.DeliveryId(request));
        Assert.True(shaped.Receiver.Verify(request, connection));
        Assert.False(shaped.Receiver.Verify(new() { Body = request.Body }, connection));
    }

    [Theory, MemberData(nameof(Brokers))]
    public void A_batch_in_one_message_is_taken_event_by_event(string broker)
    {
        var (connector, connection) = Given(broker, Spec);
        var receiver = connector.For(connection).Receiver!;
        var batch = Message("application/cloudevents-batch+json", """[{"specversion":"1.0","id":"e-1","source":"/wms","type":"com.example.shipped","data":{"ref":"R-1"}},{"specversion":"1.0"}]""");
        var unpacked = receiver.Unpack(batch, connection)!;
        Assert.Equal([0, 3], unpacked.Parts.Select(p => p.Refusals.Count));
        Assert.IsType<InboundEvent.Happened>(receiver.Translate(unpacked.Parts[0].Request, connection));
        Assert.Null(receiver.DeliveryId(unpacked.Parts[0].Request));
    }

    [Theory, MemberData(nameof(Brokers))]
    public async Task The_connection_says_what_is_published(string broker)
    {
        var (connector, connection) = Given(broker, Spec);
        var shaped = connector.For(connection);
        Assert.Equal(["tell", "publish"], shaped.Manifest.Operations.Select(o => o.Name));
        var operation = shaped.Operation("tell")!;
        var request = Tests.Given.Request(connection: connection);
        var mapped = operation.Map(request);
        Assert.Empty(mapped.Refusals);
        var exchange = new Sent();
        await operation.ExecuteAsync(request, mapped.Content, exchange, TestContext.Current.CancellationToken);
        Assert.Equal(("/orders/%231001", "application/cloudevents+json", "key-1"), (exchange.Call!.Path, exchange.Call.ContentType, exchange.Call.Headers["message-id"]));
        Assert.Equal("#1001", JsonDocument.Parse(exchange.Call.Body).RootElement.GetProperty("data").GetProperty("number").GetString());
        Assert.NotNull(shaped.Operation("publish"));
    }

    [Theory, MemberData(nameof(Brokers))]
    public void A_format_says_which_content_is_taken(string broker)
    {
        var (connector, connection) = Given(broker, """
            formats: [{ name: note, type: xml }]
            receive: { format: note, documents: [{ event: warehouse.acknowledged, correlate: { reference: $.note.ref } }] }
            """);
        Assert.Empty(connector.Check(connection));
        var receiver = connector.For(connection).Receiver!;
        Assert.Equal("R-1", Assert.IsType<InboundEvent.Happened>(receiver.Translate(Message("application/xml", "<note><ref>R-1</ref></note>"), connection)).Correlation[0].Value);
        Assert.Equal("receive.content_type", Assert.IsType<InboundEvent.Refused>(receiver.Translate(Message("image/png", "<note/>"), connection)).Refusals[0].Code);
    }

    [Theory, MemberData(nameof(Brokers))]
    public void What_is_wrong_with_the_description_is_said_with_its_line(string broker)
    {
        var (connector, connection) = Given(broker, Spec.Replace("warehouse.acknowledged", "Wrong", StringComparison.Ordinal));
        Assert.Contains(connector.Check(connection), p => p.Contains("settings.spec", StringComparison.Ordinal) && p.Contains("'Wrong' is no event", StringComparison.Ordinal));
        Assert.Null(connector.For(connection).Receiver);
        Assert.Empty(connector.For(connection).Subscriptions);
    }

    [Theory, MemberData(nameof(Brokers))]
    public void A_broker_has_no_feeds(string broker)
    {
        var (connector, connection) = Given(broker, Spec.Replace("receive:", "feeds: [{ name: f, path: /x, items: $ }]\nreceive:", StringComparison.Ordinal));
        Assert.Contains(connector.Check(connection), p => p.Contains("settings.spec", StringComparison.Ordinal));
    }

    private static (DeclarativeConnector, Connection) Given(string broker, string spec) => broker == "kafka"
        ? (new KafkaConnector(TimeProvider.System), Tests.Given.Connection("kafka", new Dictionary<string, string> { ["brokers"] = "k:9092", ["topics"] = "news", ["spec"] = spec }))
        : (new RabbitMqConnector(TimeProvider.System), Tests.Given.Connection("rabbitmq", new Dictionary<string, string> { ["host"] = "mq", ["user"] = "u", ["queue"] = "news", ["spec"] = spec }, new Dictionary<string, string> { ["password"] = "p" }));

    private static InboundRequest Message(string contentType, string body) => new() { ContentType = contentType, Body = Encoding.UTF8.GetBytes(body), Queued = true, ReceivedAt = Tests.Given.Now };

    private sealed class Sent : IExchange
    {
        public ExchangeRequest? Call { get; private set; }

        public Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
        {
            Call = request;
            return Task.FromResult(new ExchangeAnswer { Status = 200 });
        }
    }
}
