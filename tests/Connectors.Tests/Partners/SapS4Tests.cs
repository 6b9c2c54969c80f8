using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Connectors.Protocols.Manifests;
using Connectors.Tests.Peers;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.Partners;

public sealed class SapS4Tests : PartnerCompliance
{
    protected override string Partner => "SapS4";

    protected override string Create => "createSalesOrder";

    protected override string NumberOutput => "erpOrderNumber";

    private protected override async Task<Rig> StartAsync()
    {
        var peer = await new SapPeer().StartAsync<SapPeer>();
        var sample = Encoding.UTF8.GetString(EmbeddedCatalog.Sample(Partner, "outbound-delivery.json"));
        return Build(
            peer, "/sap/opu/odata/sap", new() { ["user"] = "COMM", ["salesOrganization"] = "1010", ["soldToParty"] = "WEB" }, new() { ["password"] = "secret" },
            (n, at) =>
            {
                var record = JsonNode.Parse(sample)!.AsObject();
                record["DeliveryDocument"] = (80001000 + n).ToString(CultureInfo.InvariantCulture);
                peer.Deliveries.Add((80001000 + n + "", at, record));
            },
            between => peer.BetweenPages = between, "outbound-delivery.json", new Identifier("erp-order", "4500001"));
    }

    [Fact]
    public async Task A_lost_session_is_opened_anew_and_the_order_is_written_once()
    {
        await using var rig = await StartAsync();
        var peer = (SapPeer)rig.Peer;
        await rig.WriteAsync(rig.With("FIRST-1"));
        await rig.WriteAsync(rig.With("SECOND-1"));
        Assert.Equal(1, peer.TokensFetched);

        peer.LoseSession();
        Assert.IsType<OperationResult.Confirmed>(await rig.WriteAsync());

        Assert.Equal((2, 1), (peer.TokensFetched, peer.Written(rig.Request.Reference)));
    }

    [Fact]
    public async Task A_403_without_the_token_s_word_is_about_permission_and_is_not_sent_again()
    {
        await using var rig = await StartAsync();
        var exchange = new ScriptedExchange().Answers(403, """{"error":{"code":"/IWFND/CM_MGW/096","message":{"value":"No authorization"}}}""");
        var answer = await exchange.SendAsync(new() { Method = HttpMethod.Post, Path = "/x" }, Ct);
        Assert.False(rig.Connector.RenewCredentials(answer, rig.Connection, new MemoryTokens()));
    }

    [Theory]
    [InlineData(0, true), InlineData(1, true), InlineData(2, false)]
    public async Task A_change_is_made_to_the_version_that_was_read_and_read_again_once(int meddled, bool done)
    {
        await using var rig = await StartAsync();
        var peer = (SapPeer)rig.Peer;
        peer.Meddle = meddled;
        var change = rig.Connector.Operation("changeDeliveryDate")!;
        var request = Given.Request(Given.Order with { ShipBy = Given.Now.AddDays(2) }, rig.Connection, new Dictionary<string, string> { ["erpOrderId"] = "4500001" });
        var mapped = change.Map(request);
        Assert.Empty(mapped.Refusals);

        var result = await change.ExecuteAsync(request, mapped.Content, rig.Exchange, Ct);

        if (done)
            Assert.IsType<OperationResult.Confirmed>(result);
        else
            Assert.Equal((FaultKind.Conflict, "erp.record_changed"), (Assert.IsType<OperationResult.Failed>(result).Fault.Kind, ((OperationResult.Failed)result).Fault.Code));
        Assert.Equal(done ? "2026-11-25T10:00:00" : null, peer.ChangedTo);
    }
}
