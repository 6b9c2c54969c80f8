using System.Globalization;
using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Tests.Marketplaces;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Xml;

/// <summary>The connectors of the catalogue that speak XML: what they make of our samples, and what they send.</summary>
public sealed class XmlConnectorTests
{
    public static TheoryData<string> Partners => ["NetSuiteSoap", "SapIdoc", "PosLog", "UblPartner"];

    [Fact]
    public void Our_samples_are_read_as_approved()
    {
        var text = new StringBuilder();
        foreach (var (partner, sample) in new[] { ("SapIdoc", "ordrsp.xml"), ("SapIdoc", "desadv.xml"), ("SapIdoc", "desadv.txt"), ("SapIdoc", "orders.xml"), ("PosLog", "transactions.xml"), ("UblPartner", "order.xml"), ("UblPartner", "despatch-advice.xml") })
            foreach (var (place, meaning) in GivenXml.Received(Connector(partner).Receiver!, Connection(partner), GivenXml.Request(EmbeddedCatalog.Sample(partner, sample))))
                text.Append(CultureInfo.InvariantCulture, $"{partner}/{sample}{(place.Length > 0 ? " " + place : "")}: {RealXmlTests.Of(meaning)}\n");
        Approved.Check("xml-connectors-samples", text.ToString());
    }

    [Theory, InlineData("NetSuiteSoap"), InlineData("SapIdoc"), InlineData("UblPartner")]
    public void What_is_sent_out_is_as_approved(string partner)
    {
        var connector = Connector(partner);
        var text = new StringBuilder();
        foreach (var operation in connector.Manifest.Operations)
        {
            var request = Given.Request(connection: Connection(partner), outputs: new Dictionary<string, string> { ["erpOrderId"] = "88412" }, shipments: Given.Shipment);
            var numbered = new OperationRequest
            {
                Connection = request.Connection, TransactionId = request.TransactionId, Reference = request.Reference, CorrelationId = request.CorrelationId, IdempotencyKey = request.IdempotencyKey,
                Order = request.Order, Variables = request.Variables, Number = 905, At = Given.Now,
            };
            var mapped = connector.Operation(operation.Name)!.Map(numbered);
            Assert.Empty(mapped.Refusals);
            text.Append(CultureInfo.InvariantCulture, $"{operation.Name} ({mapped.ContentType}):\n{Encoding.UTF8.GetString(mapped.Content.Span).Replace("><", ">\n<", StringComparison.Ordinal)}\n\n");
        }

        Approved.Check($"xml-connector-out-{partner}", text.ToString());
    }

    [Theory, MemberData(nameof(Partners))]
    public void A_connector_can_be_opened_as_one_document_and_lacks_nothing(string partner)
    {
        var connector = Connector(partner);
        Assert.Empty(ManifestReader.Read(EmbeddedCatalog.Document(connector.Manifest.Name)!, "copy.yaml").Problems);
        Assert.Empty(connector.Check(Connection(partner)));
        Assert.NotEmpty(connector.Check(Given.Connection(connector.Manifest.Name)));
    }

    [Fact]
    public void A_despatch_advice_of_ours_is_read_by_the_partner_as_the_shipment_that_it_tells()
    {
        var connector = Connector("UblPartner");
        var sent = connector.Operation("confirmShipment")!.Map(Given.Request(connection: Connection("UblPartner"), order: Given.Order with { ExternalId = "PO-1" }, shipments: Given.Shipment));
        var told = Assert.IsType<InboundEvent.Happened>(connector.Receiver!.Translate(GivenXml.Request(sent.Content.ToArray()), Connection("UblPartner")));
        Assert.Equal(Given.Shipment.Lines, told.Shipment!.Lines);
        Assert.Equal((Given.Shipment.ExternalId, Given.Shipment.TrackingNumber, Given.Shipment.Carrier), (told.Shipment.ExternalId, told.Shipment.TrackingNumber, told.Shipment.Carrier));
    }

    [Fact]
    public void A_system_that_knows_lines_by_their_place_alone_ships_the_right_ones()
    {
        var meaning = GivenXml.Received(Connector("SapIdoc").Receiver!, Connection("SapIdoc"), GivenXml.Request(EmbeddedCatalog.Sample("SapIdoc", "desadv.xml")))[0].Meaning;
        var shipment = Assert.IsType<InboundEvent.Happened>(meaning).Shipment!;
        Assert.Equal(["position:1", "position:3"], shipment.Lines.Select(l => l.ChannelLineRef));
        Assert.Equal(["L1", "L3"], OrderRules.Placed(Given.Order, shipment).Lines.Select(l => l.ChannelLineRef));
        Assert.Equal(["position:9"], OrderRules.Placed(Given.Order, shipment with { Lines = [new("position:9", "X", 1)] }).Lines.Select(l => l.ChannelLineRef));
        Assert.Equal(Given.Shipment.Lines, OrderRules.Placed(Given.Order, Given.Shipment).Lines);
    }

    [Fact]
    public void A_local_time_needs_a_zone_that_exists()
    {
        var till = Connection("PosLog", ("timeZone", "Europe/Nowhere"));
        var refused = Assert.IsType<InboundEvent.Refused>(GivenXml.Received(Connector("PosLog").Receiver!, till, GivenXml.Request(EmbeddedCatalog.Sample("PosLog", "transactions.xml")))[1].Meaning);
        Assert.Equal("mapping.zone_unknown", Assert.Single(refused.Refusals).Code);
        var order = Assert.IsType<InboundEvent.OrderReceived>(GivenXml.Received(Connector("PosLog").Receiver!, Connection("PosLog", ("timeZone", "America/New_York")), GivenXml.Request(EmbeddedCatalog.Sample("PosLog", "transactions.xml")))[1].Meaning).Order;
        Assert.Equal(new(2026, 11, 23, 14, 15, 2, TimeSpan.Zero), order.PlacedAt);
    }

    internal static DeclarativeConnector Connector(string partner) => new(EmbeddedCatalog.Load(partner), TimeProvider.System);

    internal static Connection Connection(string partner, params (string Name, string Value)[] settings)
    {
        var all = new Dictionary<string, string>
        {
            ["account"] = "1234567_SB1", ["consumerKey"] = "ck", ["token"] = "tk", ["customerId"] = partner == "UblPartner" ? "4012345000009" : "12",
            ["user"] = "u", ["client"] = "100", ["partner"] = "CONTROLPL", ["receiverPort"] = "SAPS4P", ["receiver"] = "S4PCLNT100", ["salesOrganisation"] = "1000", ["distributionChannel"] = "10", ["soldTo"] = "0000100001",
            ["supplierId"] = "4098765000005", ["supplierName"] = "Our Shop GmbH", ["customerName"] = "Buchhaus Nord GmbH",
        };
        foreach (var (name, value) in settings)
            all[name] = value;
        return Given.Connection(EmbeddedCatalog.Load(partner).Manifest.Name, all, new Dictionary<string, string> { ["consumerSecret"] = "cs", ["tokenSecret"] = "ts", ["password"] = "pw", ["inboundPassword"] = "in" });
    }
}
