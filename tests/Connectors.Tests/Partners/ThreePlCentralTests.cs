using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Connectors.Protocols.Manifests;
using Connectors.Tests.Peers;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.Partners;

public sealed class ThreePlCentralTests : PartnerCompliance
{
    protected override string Partner => "ThreePlCentral";

    protected override string Create => "instructFulfilment";

    protected override string NumberOutput => "wmsOrderId";

    private protected override async Task<Rig> StartAsync()
    {
        var peer = await new ExtensivPeer().StartAsync<ExtensivPeer>();
        var sample = Encoding.UTF8.GetString(EmbeddedCatalog.Sample(Partner, "shipped-order.json"));
        return Build(
            peer, "", new() { ["tokenAddress"] = new Uri(peer.Address, "/AuthServer/api/Token").ToString(), ["clientId"] = "client-1", ["userLogin"] = "5", ["customerId"] = "7", ["facilityId"] = "2" }, new() { ["clientSecret"] = "secret-1" },
            (n, at) =>
            {
                var record = JsonNode.Parse(sample)!.AsObject();
                (record["readOnly"]!["orderId"], record["readOnly"]!["processDate"]) = (n, at.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
                peer.Shipped.Add((n.ToString(CultureInfo.InvariantCulture), at, record));
            },
            between => peer.BetweenPages = between, "shipped-order.json", new Identifier("reference", "SHOPIFY-EU-1001"));
    }

    [Fact]
    public async Task A_cancellation_is_for_the_version_that_was_read_and_read_again_once()
    {
        await using var rig = await StartAsync();
        var peer = (ExtensivPeer)rig.Peer;
        peer.Meddle = 1;
        var cancel = rig.Connector.Operation("cancelFulfilment")!;
        var request = Given.Request(null, rig.Connection, new Dictionary<string, string> { ["wmsOrderId"] = "51001" });
        Assert.IsType<OperationResult.Confirmed>(await cancel.ExecuteAsync(request, cancel.Map(request).Content, rig.Exchange, Ct));
        Assert.Equal(["51001"], peer.Cancelled);
    }
}
