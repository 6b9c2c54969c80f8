using System.Security.Cryptography;
using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Protocols;

/// <summary>What a manifest says of documents that come in.</summary>
public sealed class ReceiveTests
{
    private const string Documents = """
            topic: $.type
            deliveryId: $.delivery
            documents:
              - topics: [order]
                at: $.data
                only: [{ at: $.state, not: [draft] }]
                order:
                  lines: { at: "$.lines[]" }
                  rows:
                    - { to: externalId, from: $.id }
                    - { to: placedAt, from: $.at }
                    - { to: currency, value: EUR }
                    - { to: "lines[].channelLineRef", from: "@.id" }
                    - { to: "lines[].quantity", from: "@.qty" }
              - topics: [shipped]
                correlate: { reference: $.data.ref, channel-order-id: $.data.order }
                outputs: { dock: $.data.dock }
                identifiers: { wms-order: $.data.wms }
                at: $
                shipment:
                  lines: { at: "$.data.lines[]" }
                  rows:
                    - { to: externalId, from: $.data.id }
                    - { to: shippedAt, from: $.data.at }
                    - { to: trackingNumber, from: $.data.tracking }
                    - { to: "lines[].channelLineRef", from: "@.id" }
                    - { to: "lines[].quantity", from: "@.qty" }
              - topics: [refused]
                event: warehouse.rejected
                correlate: { reference: $.ref }
                reason: $.why
                summary: The warehouse refused the order
              - topics: [changed]
                fetch: { feed: orders-feed, id: $.id }
              - topics: [ping]
                ignore: It only says that it is there.
        """;

    public static TheoryData<string, string, string> Signatures => new()
    {
        { "{ scheme: hmac, header: X-Sig, secret: s }", "X-Sig", Convert.ToBase64String(HMACSHA256.HashData("key-1"u8, "{}"u8)) },
        { "{ scheme: hmac, header: X-Sig, secret: s, encoding: hex, prefix: \"sha256=\" }", "X-Sig", "sha256=" + Convert.ToHexString(HMACSHA256.HashData("key-2"u8, "{}"u8)) },
        { "{ scheme: hmac, header: X-Sig, secret: s, algorithm: sha512 }", "X-Sig", Convert.ToBase64String(HMACSHA512.HashData("key-1"u8, "{}"u8)) },
        { "{ scheme: hmac, header: X-Sig, secret: s, signed: \"v0:{header.X-Time}:{body}\", timestamp: X-Time }", "X-Sig", Convert.ToBase64String(HMACSHA256.HashData("key-1"u8, Encoding.UTF8.GetBytes($"v0:{Time}:{{}}"))) },
        { "{ scheme: token, header: X-Sig, secret: s, prefix: \"Bearer \" }", "X-Sig", "Bearer key-2" },
        { "{ scheme: basic, user: name, secret: one }", "Authorization", "Basic " + Convert.ToBase64String("shop:key 3"u8) },
    };

    private static string Time => Given.Now.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture);

    [Theory, MemberData(nameof(Signatures))]
    public void A_webhook_is_taken_with_its_signature_and_with_nothing_else(string signature, string header, string value)
    {
        var receiver = Read(signature).Receiver!;
        Assert.True(receiver.Verify(Request("{}", (header, value), ("X-Time", Time)), Connection));
        Assert.False(receiver.Verify(Request("{ }", (header, value + "x"), ("X-Time", Time)), Connection));
        Assert.False(receiver.Verify(Request("{}", (header, ""), ("X-Time", Time)), Connection));
        Assert.False(receiver.Verify(Request("{}", ("X-Time", Time)), Connection));
        Assert.False(receiver.Verify(Request("{}", (header, value), ("X-Time", Time)), Given.Connection()));
        if (signature.Contains("hmac", StringComparison.Ordinal))
            Assert.False(receiver.Verify(Request("{\"changed\":1}", (header, value), ("X-Time", Time)), Connection));
        if (signature.Contains("timestamp", StringComparison.Ordinal))
        {
            Assert.False(receiver.Verify(Request("{}", (header, value), ("X-Time", "1")), Connection));
            Assert.False(receiver.Verify(Request("{}", (header, value)), Connection));
        }
    }

    [Fact]
    public void Each_document_means_what_its_rule_says()
    {
        var order = Assert.IsType<InboundEvent.OrderReceived>(Translate("""{"type":"order","delivery":"d-1","data":{"id":5,"state":"new","at":"2026-11-23T09:00:00Z","lines":[{"id":1,"qty":2}]}}"""));
        Assert.Equal(("5", "order/5/created", "order.created"), (order.Order.ExternalId, order.BusinessKey, order.Event));
        var shipped = Assert.IsType<InboundEvent.Happened>(Translate("""{"type":"shipped","data":{"ref":"R-1","id":"S-9","dock":"D4","wms":"W-3","at":"2026-11-23T09:00:00Z","tracking":"T-1","lines":[{"id":1,"qty":2}]}}"""));
        Assert.Equal(("shipment.confirmed", "shipment/S-9", "reference R-1", "wms-order W-3, shipment S-9, tracking T-1", "D4"),
            (shipped.Event, shipped.BusinessKey, string.Join(", ", shipped.Correlation.Select(c => $"{c.Kind} {c.Value}")), string.Join(", ", shipped.Identifiers.Select(c => $"{c.Kind} {c.Value}")), shipped.Outputs["dock"]));
        var rejected = Assert.IsType<InboundEvent.Happened>(Translate("""{"type":"refused","ref":"R-1","why":"no stock"}"""));
        Assert.Equal(("warehouse.rejected", "no stock", "The warehouse refused the order"), (rejected.Event, rejected.Reason, rejected.Summary));
        Assert.Equal(new InboundEvent.FetchNeeded("orders-feed", "77"), Translate("""{"type":"changed","id":77}"""));
        Assert.Equal("It only says that it is there.", Assert.IsType<InboundEvent.Ignored>(Translate("""{"type":"ping"}""")).Reason);
        Assert.IsType<InboundEvent.Ignored>(Translate("""{"type":"unheard-of"}"""));
        Assert.IsType<InboundEvent.Ignored>(Translate("""{"type":"order","data":{"state":"draft"}}"""));
    }

    [Theory]
    [InlineData("""{"type":"order"}""", "receive.no_document")]
    [InlineData("""{"type":"order","data":{"id":5,"at":"2026-11-23T09:00:00Z","lines":[]}}""", "order.no_lines")]
    [InlineData("""{"type":"order","data":{"id":5,"at":"yesterday","lines":[{"id":1,"qty":1}]}}""", "mapping.not_a_date")]
    [InlineData("""{"type":"shipped","data":{"id":"S-9","at":"2026-11-23T09:00:00Z"}}""", "receive.names_no_order")]
    [InlineData("""{"type":"changed"}""", "receive.no_id")]
    [InlineData("""{"type":"refused","ref":"R-1" """, "json.unreadable")]
    [InlineData("""{"type":"refused","type":"order"}""", "json.duplicate_name")]
    public void What_cannot_be_read_is_refused_with_a_reason(string body, string code) =>
        Assert.Equal(code, Assert.IsType<InboundEvent.Refused>(Translate(body)).Refusals[0].Code);

    [Fact]
    public void A_delivery_is_known_by_the_id_that_the_sender_gives_it()
    {
        var receiver = Read("{ scheme: token, header: X-Sig, secret: s }").Receiver!;
        Assert.Equal("d-7", receiver.DeliveryId(Request("{\"delivery\":\"d-7\"}")));
        Assert.Null(receiver.DeliveryId(Request("{}")));
        Assert.Null(receiver.DeliveryId(Request("no json")));
    }

    [Theory]
    [InlineData("topics: [order]", "topics: [order]\n        fetch: { feed: orders-feed, id: $.x }", "A document is one of four")]
    [InlineData("{ feed: orders-feed, id: $.id }", "{ feed: other-feed, id: $.id }", "There is no feed 'other-feed'. Known: orders-feed.")]
    [InlineData("event: warehouse.rejected", "event: Rejected", "'Rejected' is no event.")]
    [InlineData("{ reference: $.ref }", "{}", "It is empty.")]
    [InlineData("ignore:", "ignored:", "is not understood. Allowed:")]
    [InlineData("ignore:", "code: Not A Code\n        ignore:", "'Not A Code' is not allowed. Allowed: beside ignore:")]
    [InlineData("event: warehouse.rejected", "event: warehouse.rejected\n        code: stock.not_carried_out", "is not allowed. Allowed: beside ignore:")]
    [InlineData("{ to: currency, value: EUR }", "{ to: currrency, value: EUR }", "'currrency' is no part of the order.")]
    [InlineData("deliveryId: $.delivery", "deliveryId: delivery", "Allowed: header:Name, or a path beginning with $.")]
    public void A_wrong_rule_is_named_with_its_line(string was, string wrong, string expected)
    {
        var yaml = Yaml("{ scheme: token, header: X-Sig, secret: s }").Replace(was, wrong, StringComparison.Ordinal);
        var reading = ManifestReader.Read(yaml, "shop.yaml");
        Assert.Null(reading.Definition);
        Assert.Contains(reading.Problems, p => p.Message.Contains(expected, StringComparison.Ordinal) && p.Line > 0);
    }

    [Theory]
    [InlineData("{ scheme: none }", "Say why that is right here.")]
    [InlineData("{ scheme: rot13, secret: s }", "'rot13' is unknown. Allowed: standard-webhooks, hmac, timestamped, public-key, token, basic, none.")]
    [InlineData("{ scheme: hmac, header: X, secret: s, signed: \"{header.X}\" }", "It leaves out {body}")]
    [InlineData("{ scheme: hmac, header: X, secret: s, signed: \"{url}{body}\" }", "'{url}' cannot be read.")]
    [InlineData("{ scheme: hmac, secret: s }", "A value is missing.")]
    public void A_signature_that_proves_nothing_is_no_signature(string signature, string expected) =>
        Assert.Contains(ManifestReader.Read(Yaml(signature), "shop.yaml").Problems, p => p.Message.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Without_its_secret_a_connection_that_does_not_ask_by_itself_is_not_ready()
    {
        var connector = Read("{ scheme: token, header: X-Sig, secret: s }");
        Assert.Contains(connector.Check(Given.Connection()), p => p.StartsWith("secrets.s:", StringComparison.Ordinal));
        Assert.Empty(connector.Check(Connection));
    }

    private static Connection Connection => Given.Connection("shop", new Dictionary<string, string> { ["name"] = "shop" }, new Dictionary<string, string> { ["s"] = "key-1 key-2", ["one"] = "key 3" });

    private static InboundEvent Translate(string body) => Read("{ scheme: token, header: X-Sig, secret: s }").Receiver!.Translate(Request(body), Connection);

    private static InboundRequest Request(string body, params (string Name, string Value)[] headers) => new()
    {
        Body = Encoding.UTF8.GetBytes(body),
        ReceivedAt = Given.Now,
        Headers = headers.ToDictionary(h => h.Name, h => h.Value, StringComparer.OrdinalIgnoreCase),
    };

    private static DeclarativeConnector Read(string signature)
    {
        var reading = ManifestReader.Read(Yaml(signature), "shop.yaml");
        Assert.True(reading.Definition is not null, string.Join("\n", reading.Problems));
        return new(reading.Definition, TimeProvider.System);
    }

    private static string Yaml(string signature) => $$"""
        kind: Connector
        metadata: { name: shop }
        spec:
          title: Shop
          roles: [marketplace]
          feeds:
            - { name: orders-feed, path: "/orders?since={since}", items: "$.orders[]" }
          receive:
            signature: {{signature}}
        {{Documents}}
        """;
}
