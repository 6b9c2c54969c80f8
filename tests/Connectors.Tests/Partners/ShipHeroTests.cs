using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Connectors.Protocols.Manifests;
using Connectors.Tests.Peers;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.Partners;

public sealed class ShipHeroTests : PartnerCompliance
{
    protected override string Partner => "ShipHero";

    protected override string Create => "instructFulfilment";

    protected override string NumberOutput => "wmsOrderId";

    private protected override async Task<Rig> StartAsync()
    {
        var peer = await new ShipHeroPeer().StartAsync<ShipHeroPeer>();
        return Build(
            peer, "", new() { ["tokenAddress"] = new Uri(peer.Address, "/auth/refresh").ToString() }, new() { ["refreshToken"] = "refresh-1", ["webhookSecret"] = "hook-1" },
            (n, at) =>
            {
                var id = n.ToString(CultureInfo.InvariantCulture);
                peer.Shipments.Add((id, JsonNode.Parse($$$"""
                    {"id":"{{{id}}}","created_date":"{{{at.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture)}}}","order":{"id":"T1","partner_order_id":"R-{{{id}}}"},
                     "shipping_labels":[{"carrier":"DHL","shipping_method":"Paket","tracking_number":"T-{{{id}}}"}],
                     "line_items":{"edges":[{"node":{"quantity":1,"line_item":{"sku":"CAP","partner_line_item_id":"L3"} } }] } }
                    """)!.AsObject()));
            },
            between => peer.BetweenPages = between, "shipment-update.json", new Identifier("reference", "SHOPIFY-EU-1001"), topic: "Shipment Update");
    }

    [Fact]
    public async Task A_refusal_with_status_200_is_a_refusal()
    {
        await using var rig = await StartAsync();
        ((ShipHeroPeer)rig.Peer).RefuseNext = true;
        var failed = Assert.IsType<OperationResult.Failed>(await rig.WriteAsync());
        Assert.Equal((FaultKind.Data, "line_items"), (failed.Fault.Kind, failed.Fault.Field));
        Assert.Empty(rig.Peer.Orders);
    }

    [Fact]
    public async Task What_is_left_of_the_credits_is_read_from_the_answer()
    {
        await using var rig = await StartAsync();
        await rig.WriteAsync();
        var answer = await rig.Exchange.SendAsync(new() { Method = HttpMethod.Post, Path = "/graphql", ContentType = "application/json", Body = """{"query":"{ orders(partner_order_id: $r) }","variables":{}}"""u8.ToArray() }, Ct);
        Assert.Equal(new BudgetReading(60, 4004, 3989), rig.Connector.ReadBudget(answer));
        Assert.Null(rig.Connector.ReadBudget(ScriptedExchange.Answer(200, "{}")));
    }

    [Fact]
    public async Task A_webhook_is_believed_with_its_signature_only()
    {
        await using var rig = await StartAsync();
        var body = EmbeddedCatalog.Sample(Partner, "shipment-update.json");
        var signature = Convert.ToBase64String(HMACSHA256.HashData("hook-1"u8, body));
        InboundRequest Of(string header) => new()
        {
            Body = body, ReceivedAt = Given.Now, ContentType = "application/json",
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["x-shiphero-hmac-sha256"] = header, ["X-Shiphero-Message-ID"] = "m-1" },
        };
        Assert.True(rig.Connector.Receiver!.Verify(Of(signature), rig.Connection));
        Assert.False(rig.Connector.Receiver.Verify(Of("A" + signature[1..] is var bent && bent == signature ? "B" + signature[1..] : bent), rig.Connection));
        Assert.Equal("m-1", rig.Connector.Receiver.DeliveryId(Of(signature)));
    }

    [Theory]
    [InlineData("""{"webhook_type":"Order Canceled","partner_order_id":"R1","reason":"no stock"}""", "warehouse.cancelled")]
    [InlineData("""{"webhook_type":"Order Allocated","partner_order_id":"R1"}""", "warehouse.acknowledged")]
    [InlineData("""{"webhook_type":"Inventory Update","inventory":[]}""", null)]
    public async Task Other_webhooks_are_news_or_ignored(string body, string? happened)
    {
        await using var rig = await StartAsync();
        var meaning = rig.Translate(Encoding.UTF8.GetBytes(body), "");
        Assert.Equal(happened, (meaning as InboundEvent.Happened)?.Event);
        if (happened is null)
            Assert.IsType<InboundEvent.Ignored>(meaning);
    }
}
