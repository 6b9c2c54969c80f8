using System.Security.Cryptography;
using System.Text;
using Connectors.Catalog.RegionalWms;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;
using CsCheck;

namespace Connectors.Tests.RegionalWms;

public sealed class RegionalWmsReceiverTests
{
    private const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private static readonly RegionalWmsReceiver Receiver = new();
    private static readonly Connection Connection = Given.Connection("regional-wms", secrets: new Dictionary<string, string> { ["webhookSecret"] = Secret });

    [Fact]
    public void A_signed_webhook_is_believed_and_carries_its_delivery_id()
    {
        var body = EmbeddedCatalog.Sample("RegionalWms", "shipment.confirmed.json");
        var request = Signed(body, "msg_1");

        Assert.True(Receiver.Verify(request, Connection));
        Assert.Equal("msg_1", Receiver.DeliveryId(request));
        Assert.False(Receiver.Verify(Signed(body, "msg_1", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYX"), Connection));
        Assert.False(Receiver.Verify(new() { Body = body, ReceivedAt = Given.Now }, Connection));
        Assert.False(Receiver.Verify(request, Given.Connection("regional-wms")));
    }

    [Fact]
    public void An_acknowledgement_names_the_order_and_the_warehouses_number()
    {
        var happened = Happened(Sample("order.acknowledged.json"));

        Assert.Equal("warehouse.acknowledged", happened.Event);
        Assert.Equal([new(IdentifierKinds.Reference, "SHOPIFY-EU-1001"), new(IdentifierKinds.WmsOrder, "WMS-20331")], happened.Correlation);
        Assert.Equal(new Identifier(IdentifierKinds.WmsOrder, "WMS-20331"), Assert.Single(happened.Identifiers));
        Assert.Equal("WMS-20331", happened.Outputs["wmsOrderId"]);
        Assert.Equal("Warehouse accepted the order as WMS-20331", happened.Summary);
        Assert.Equal("order/SHOPIFY-EU-1001/acknowledged", happened.BusinessKey);
    }

    [Fact]
    public void A_rejection_carries_its_reason()
    {
        var happened = Happened(Sample("order.rejected.json"));

        Assert.Equal("warehouse.rejected", happened.Event);
        Assert.Equal("The address is not served.", happened.Reason);
    }

    [Fact]
    public void A_rejected_line_is_named_by_its_product()
    {
        var happened = Happened(Sample("order.line_rejected.json"));

        Assert.Equal("warehouse.line_rejected", happened.Event);
        Assert.Equal("Warehouse rejected 1 of CAP: damaged_in_pick", happened.Summary);
        Assert.Equal("order/SHOPIFY-EU-1001/line-rejected/L3", happened.BusinessKey);
    }

    [Fact]
    public void A_shipment_carries_lines_by_the_channels_reference_and_its_numbers()
    {
        var happened = Happened(Sample("shipment.confirmed.json"));

        Assert.Equal("shipment.confirmed", happened.Event);
        Assert.Equal("shipment/SHP-771", happened.BusinessKey);
        Assert.Equal([(IdentifierKinds.WmsOrder, "WMS-20331"), (IdentifierKinds.Shipment, "SHP-771"), (IdentifierKinds.Tracking, "00340434161094042557")], happened.Identifiers.Select(i => (i.Kind, i.Value)));
        var shipment = happened.Shipment!;
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero), shipment.ShippedAt);
        Assert.Equal([("L1", "TEE-M", 2), ("L3", "CAP", 1)], shipment.Lines.Select(l => (l.ChannelLineRef, l.Sku, l.Quantity)));
        Assert.Equal("https://track.example.org/00340434161094042557", shipment.TrackingUrl);
    }

    [Theory]
    [InlineData("javascript:alert(1)")]
    [InlineData("track/1")]
    [InlineData("file:///etc/passwd")]
    public void A_link_that_is_no_web_address_is_dropped_and_the_shipment_stays(string link) =>
        Assert.Null(Happened(Sample("shipment.confirmed.json").Replace("https://track.example.org/00340434161094042557", link, StringComparison.Ordinal)).Shipment!.TrackingUrl);

    [Fact]
    public void An_event_that_no_flow_needs_is_kept_and_does_nothing() =>
        Assert.IsType<InboundEvent.Ignored>(Translate("""{"type":"stock.counted","data":{}}"""));

    [Theory]
    [InlineData("{", "", "json.unreadable")]
    [InlineData("[]", "", "json.wrong_type")]
    [InlineData("""{"type":"order.acknowledged"}""", "data", "json.missing")]
    [InlineData("""{"data":{}}""", "type", "json.missing")]
    [InlineData("""{"type":5,"data":{}}""", "type", "json.wrong_type")]
    [InlineData("""{"type":"order.acknowledged","data":{}}""", "data.reference", "warehouse.no_reference")]
    [InlineData("""{"type":"order.acknowledged","data":{"reference":7}}""", "data.reference", "json.wrong_type")]
    [InlineData("""{"type":"order.acknowledged","type":"x","data":{}}""", "", "json.duplicate_name")]
    [InlineData("""{"type":"shipment.confirmed","data":{"reference":"R"}}""", "data.shipment", "json.missing")]
    [InlineData("""{"type":"shipment.confirmed","data":{"reference":"R","shipment":{"shippedAt":"2026-11-23T09:00:00Z","lines":[{"lineRef":"L","sku":"S","quantity":1}]}}}""", "data.shipment.id", "json.missing")]
    [InlineData("""{"type":"shipment.confirmed","data":{"reference":"R","shipment":{"id":"1","shippedAt":"today","lines":[{"lineRef":"L","sku":"S","quantity":1}]}}}""", "data.shipment.shippedAt", "json.not_an_instant")]
    [InlineData("""{"type":"shipment.confirmed","data":{"reference":"R","shipment":{"id":"1","shippedAt":"2026-11-23T09:00:00Z","lines":[]}}}""", "data.shipment.lines", "json.empty")]
    [InlineData("""{"type":"shipment.confirmed","data":{"reference":"R","shipment":{"id":"1","shippedAt":"2026-11-23T09:00:00Z","lines":[{"sku":"S","quantity":1}]}}}""", "data.shipment.lines[0].lineRef", "json.missing")]
    [InlineData("""{"type":"shipment.confirmed","data":{"reference":"R","shipment":{"id":"1","shippedAt":"2026-11-23T09:00:00Z","lines":[{"lineRef":"L","sku":"S","quantity":0}]}}}""", "data.shipment.lines[0].quantity", "json.out_of_range")]
    [InlineData("""{"type":"shipment.confirmed","data":{"reference":"R","shipment":{"id":"1","shippedAt":"2026-11-23T09:00:00Z","lines":[{"lineRef":"L","sku":"S","quantity":"1"}]}}}""", "data.shipment.lines[0].quantity", "json.wrong_type")]
    public void A_document_that_cannot_be_worked_with_is_refused_by_its_field(string body, string field, string code)
    {
        var refused = Assert.IsType<InboundEvent.Refused>(Translate(body));

        Assert.Contains((code, field), refused.Refusals.Select(r => (r.Code, r.Field)));
    }

    [Fact]
    public void Any_damage_to_a_document_is_refused_or_read_but_never_throws() => Gen.Select(Gen.Int[0, 3], Gen.Int[0, 5_000], Gen.Byte).Sample((which, at, value) =>
    {
        var body = Encoding.UTF8.GetBytes(Sample(new[] { "order.acknowledged.json", "order.rejected.json", "order.line_rejected.json", "shipment.confirmed.json" }[which]));
        body[at % body.Length] = value;
        _ = Receiver.Translate(new() { Body = body }, Connection);
    });

    private static string Sample(string file) => Encoding.UTF8.GetString(EmbeddedCatalog.Sample("RegionalWms", file));

    private static InboundEvent Translate(string body) => Receiver.Translate(new() { Body = Encoding.UTF8.GetBytes(body), ReceivedAt = Given.Now }, Connection);

    private static InboundEvent.Happened Happened(string body) => Assert.IsType<InboundEvent.Happened>(Translate(body));

    private static InboundRequest Signed(byte[] body, string id, string key = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    {
        var seconds = Given.Now.ToUnixTimeSeconds();
        var signature = HMACSHA256.HashData(Convert.FromBase64String(key), (byte[])[.. Encoding.UTF8.GetBytes($"{id}.{seconds}."), .. body]);
        return Protocols.WebhookSignatureTests.Request(body, id, seconds.ToString(System.Globalization.CultureInfo.InvariantCulture), "v1," + Convert.ToBase64String(signature), Given.Now);
    }
}
