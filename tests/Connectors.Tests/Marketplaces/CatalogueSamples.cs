using Connectors.Catalog.Kafka;
using Connectors.Catalog.RabbitMq;
using Connectors.Catalog.RegionalWms;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Tests.Amazon;
using Connectors.Tests.Shopify;
using Connectors.Tests.Xml;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Marketplaces;

/// <summary>The samples that the connectors of the catalogue ship, each as its system would send it to us.</summary>
internal static class CatalogueSamples
{
    /// <summary>Entries that take no document in by a description of their own: what their samples show instead is read by the test that is named.</summary>
    public static readonly Dictionary<string, string> ReadElsewhere = new()
    {
        ["BusinessCentral"] = "the sales order that its mapping writes (SalesOrderTests)",
        ["GenericFiles"] = "a description that a connection gives it (FileConnectorsTests)",
        ["GenericHttp"] = "descriptions that a connection gives it (GenericHttpTests, SoapTests, LookUpSampleTests)",
    };

    /// <summary>Folders of the catalogue; what a generic start begins from is none.</summary>
    public static IReadOnlyList<string> Partners { get; } =
        [.. EmbeddedCatalog.Names("").Where(n => n.EndsWith("/connector.yaml", StringComparison.Ordinal) && !n.StartsWith("Starts/", StringComparison.Ordinal)).Select(n => n.Split('/')[0])];

    public static IReadOnlyList<string> Of(string partner) => [.. EmbeddedCatalog.Names($"{partner}/samples/").Select(n => n.Split("/samples/")[1])];

    /// <summary>What the connector makes of a sample.</summary>
    public static async Task<IReadOnlyList<InboundEvent>> ReceivedAsync(string partner, string sample)
    {
        var body = EmbeddedCatalog.Sample(partner, sample);
        return partner == "NetSuiteSoap" ? await FedAsync(partner, body) : Received(partner, sample, body);
    }

    /// <summary>The same of one that was changed, for those whose samples are documents.</summary>
    public static IReadOnlyList<InboundEvent> Received(string partner, string sample, byte[] body)
    {
        var (receiver, connection) = Receiver(partner);
        return [.. GivenXml.Received(receiver, connection, Request(partner, sample, body)).Select(r => r.Meaning)];
    }

    /// <summary>Answers that the feed takes apart, rather than documents; what is no answer to the feed's question holds none.</summary>
    private static async Task<IReadOnlyList<InboundEvent>> FedAsync(string partner, byte[] answer)
    {
        var (connector, connection) = (XmlConnectorTests.Connector(partner), XmlConnectorTests.Connection(partner));
        var (feed, exchange) = (connector.Feeds[0], new ScriptedExchange().Answers(200, System.Text.Encoding.UTF8.GetString(answer), "text/xml"));
        try
        {
            var page = await feed.ReadAsync(connection, null, Given.Now, exchange, TestContext.Current.CancellationToken);
            return [.. page.Documents.Select(d => connector.Receiver!.Translate(new() { Topic = feed.Name, Body = d, ContentType = "application/json", ReceivedAt = Given.Now, Polled = true }, connection))];
        }
        catch (ExchangeException e)
        {
            return [new InboundEvent.Refused([new(e.Fault.Code, "", e.Fault.Message)])];
        }
    }

    private static InboundRequest Request(string partner, string sample, byte[] body) => partner switch
    {
        "Shopify" => GivenShopify.Request(body),
        "Kafka" or "RabbitMq" => new() { Body = body, ContentType = "application/json", Queued = true, ReceivedAt = Given.Now },
        "RegionalWms" => new() { Body = body, ContentType = "application/json", ReceivedAt = Given.Now },
        "ShipHero" => new() { Topic = "Shipment Update", Body = body, ContentType = "application/json", ReceivedAt = Given.Now },
        "BigCommerce" when sample == "notification.json" => new() { Body = body, ContentType = "application/json", ReceivedAt = Given.Now },
        "Amazon" when sample.StartsWith("notification", StringComparison.Ordinal) => new() { Topic = "notifications", Body = body, ContentType = "application/json", ReceivedAt = Given.Now },
        _ => Polled(partner, sample, body),
    };

    private static InboundRequest Polled(string partner, string sample, byte[] body)
    {
        var feeds = Definitions.GetOrAdd(partner, EmbeddedCatalog.Load).Feeds;
        return new()
        {
            Topic = feeds.Count > 0 ? feeds[0].Name : "",
            Body = body,
            ContentType = Path.GetExtension(sample) switch { ".json" => "application/json", ".xml" => "application/xml", ".edi" => "application/edi-x12", _ => "text/plain" },
            ReceivedAt = Given.Now,
            Polled = feeds.Count > 0,
        };
    }

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, ConnectorDefinition> Definitions = new();

    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, (IReceiver, Connection)> Receivers = new();

    private static (IReceiver Receiver, Connection Connection) Receiver(string partner) => Receivers.GetOrAdd(partner, static p => p switch
    {
        "Amazon" => (GivenAmazon.Receiver, GivenAmazon.Connection()),
        "Shopify" => (GivenShopify.Receiver, GivenShopify.Connection),
        "RegionalWms" => (new RegionalWmsReceiver(), Given.Connection("regional-wms")),
        "Kafka" => Shaped(new KafkaConnector(TimeProvider.System), Given.Connection("kafka", Settings("brokers=k:9092", "topics=news", "documents=events"))),
        "RabbitMq" => Shaped(new RabbitMqConnector(TimeProvider.System), Given.Connection("rabbitmq", Settings("host=mq", "user=u", "queue=news", "documents=events"), new Dictionary<string, string> { ["password"] = "p" })),
        "NetSuiteSoap" or "SapIdoc" or "PosLog" or "UblPartner" => (XmlConnectorTests.Connector(p).Receiver!, XmlConnectorTests.Connection(p)),
        "EdiThreePl" => (Own(p), Given.Connection(settings: Settings("ourId=OURSHOP", "partnerId=BRIGHTWH"))),
        "EdiTradingPartner" => (Own(p), Given.Connection(settings: Settings("ourId=OURBRAND", "partnerId=BIGMART"))),
        "EdifactTradingPartner" => (Own(p), Given.Connection(settings: Settings("ourId=4098765000006", "partnerId=4012345000009"))),
        _ => (Own(p), Given.Connection()),
    });

    private static IReceiver Own(string partner) => new DeclarativeConnector(EmbeddedCatalog.Load(partner), TimeProvider.System).Receiver!;

    private static (IReceiver, Connection) Shaped(DeclarativeConnector connector, Connection connection) => (connector.For(connection).Receiver!, connection);

    private static Dictionary<string, string> Settings(params string[] all) => all.Select(s => s.Split('=')).ToDictionary(s => s[0], s => s[1]);
}
