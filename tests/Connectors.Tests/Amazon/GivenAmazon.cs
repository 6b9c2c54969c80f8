using System.Text;
using System.Text.Json.Nodes;
using Connectors.Catalog.Amazon;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using Microsoft.Extensions.Time.Testing;

namespace Connectors.Tests.Amazon;

/// <summary>The connector, a connection to Amazon.de, and our sample documents.</summary>
internal static class GivenAmazon
{
    public const string RelaySecret = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    public static readonly AmazonConnector Connector = new(new FakeTimeProvider(Given.Now));

    public static IReceiver Receiver => Connector.Receiver!;

    public static IFeed Feed => Connector.Feeds[0];

    public static IOperation Confirm => Connector.Operation("confirmShipment")!;

    public static Connection Connection(params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string> { ["clientId"] = "amzn1.client", ["marketplaceIds"] = "A1PA6795UKMFR9" };
        foreach (var (name, value) in settings)
            all[name] = value;
        return new()
        {
            Key = "amazon-de",
            Connector = "amazon",
            Role = SystemRole.Marketplace,
            DisplayName = "Amazon DE",
            BaseAddress = new("https://sellingpartnerapi-eu.example.com"),
            Settings = all,
            Secrets = new Dictionary<string, string> { ["clientSecret"] = "s3cret", ["refreshToken"] = "Atzr|refresh", ["notificationSecret"] = "whsec_" + RelaySecret },
        };
    }

    public static string Sample(string file) => Encoding.UTF8.GetString(EmbeddedCatalog.Sample("Amazon", file));

    /// <summary>A sample, changed.</summary>
    public static string Sample(string file, Action<JsonObject> change)
    {
        var document = JsonNode.Parse(Sample(file))!.AsObject();
        change(document);
        return document.ToJsonString();
    }

    public static InboundEvent Translate(string body, string topic = "orders-feed", Connection? connection = null) => Receiver.Translate(
        new() { Topic = topic, Body = Encoding.UTF8.GetBytes(body), ReceivedAt = Given.Now, Polled = true }, connection ?? Connection());

    public static InboundEvent.OrderReceived Received(string body, Connection? connection = null) => Assert.IsType<InboundEvent.OrderReceived>(Translate(body, connection: connection));

    public static CanonicalOrder Order => Received(Sample("order.json")).Order;

    public static Shipment Shipment => new()
    {
        ExternalId = "SHP-9001",
        ShippedAt = new(2026, 11, 24, 8, 30, 0, TimeSpan.Zero),
        Carrier = "DHL",
        Service = "Paket",
        TrackingNumber = "00340434161094042557",
        Lines = [new("60000000010001", "KNIFE-ALU", 2), new("60000000010002", "BLADE-10", 1)],
    };

    public static OperationRequest Request(CanonicalOrder? order = null, params Shipment[] shipments) =>
        Given.Request(order ?? Order, Connection(), null, shipments.Length == 0 ? [Shipment] : shipments);
}
