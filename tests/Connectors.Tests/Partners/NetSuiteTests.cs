using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Connectors.Protocols.Manifests;
using Connectors.Tests.Peers;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.Partners;

public sealed class NetSuiteTests : PartnerCompliance
{
    protected override string Partner => "NetSuiteRest";

    protected override string Create => "createSalesOrder";

    protected override string NumberOutput => "erpOrderNumber";

    private protected override async Task<Rig> StartAsync()
    {
        var peer = await new NetSuitePeer().StartAsync<NetSuitePeer>();
        var sample = Encoding.UTF8.GetString(EmbeddedCatalog.Sample(Partner, "item-fulfilment.json"));
        return Build(
            peer, "/services/rest",
            new() { ["tokenAddress"] = new Uri(peer.Address, "/services/rest/auth/oauth2/v1/token").ToString(), ["clientId"] = "client-1", ["certificateId"] = "cert-1", ["customerId"] = "55" },
            new() { ["privateKey"] = peer.Key.ExportPkcs8PrivateKeyPem() },
            (n, at) =>
            {
                var record = JsonNode.Parse(sample)!.AsObject();
                (record["id"], record["tranId"]) = (n.ToString(CultureInfo.InvariantCulture), $"IF{n.ToString(CultureInfo.InvariantCulture)}");
                peer.Fulfilments.Add((n.ToString(CultureInfo.InvariantCulture), at, record));
            },
            between => peer.BetweenPages = between, "item-fulfilment.json", new Identifier("erp-order", "7001"));
    }

    [Fact]
    public async Task A_repeat_replaces_the_lines_and_does_not_add_them()
    {
        await using var rig = await StartAsync();
        var mapped = rig.Operation.Map(rig.Request);
        for (var i = 0; i < 2; i++)
            await rig.Exchange.SendAsync(new() { Method = HttpMethod.Put, Path = "/record/v1/salesOrder/eid:SHOPIFY-EU-1001?replace=item", Body = mapped.Content, ContentType = mapped.ContentType, Writes = true }, Ct);
        Assert.Equal(3, Assert.Single(rig.Peer.Orders).Document["item"]!["items"]!.AsArray().Count);
        Assert.Contains(rig.Peer.Calls, c => c.StartsWith("PUT", StringComparison.Ordinal));

        // As the connector sends it.
        await rig.WriteAsync(rig.With("OTHER-1"));
        Assert.Contains("PUT /services/rest/record/v1/salesOrder/eid:OTHER-1?replace=item", rig.Peer.Calls);
    }

    [Fact]
    public async Task A_customer_is_looked_for_by_mail_and_may_be_missing()
    {
        await using var rig = await StartAsync();
        var find = rig.Connector.Operation("findCustomer")!;
        var exchange = new ScriptedExchange().Answers(200, """{"items":[{"id":"812"}],"totalResults":1}""").Answers(200, """{"items":[],"totalResults":0}""");
        Assert.Equal("812", Assert.IsType<OperationResult.Confirmed>(await find.ExecuteAsync(rig.Request, default, exchange, Ct)).Outputs["customerNumber"]);
        Assert.Empty(Assert.IsType<OperationResult.Confirmed>(await find.ExecuteAsync(rig.Request, default, exchange, Ct)).Outputs);
        Assert.Equal("/record/v1/customer?q=email%20IS%20%22mia%40example.org%22&limit=2", exchange.Sent[0].Path);
    }
}
