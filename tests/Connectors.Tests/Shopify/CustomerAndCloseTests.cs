using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Shopify;

public sealed class CustomerAndCloseTests
{
    private static readonly IOperation Notify = GivenShopify.Connector.Operation("notifyCustomer")!;
    private static readonly IOperation Close = GivenShopify.Connector.Operation("closeOrder")!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_customer_is_told_by_the_fulfilment_that_was_recorded()
    {
        var shop = Shop();
        var request = Request(new() { ["channelFulfilmentId"] = "gid://shopify/Fulfillment/901" }, Given.Shipment);

        var confirmed = Assert.IsType<OperationResult.Confirmed>(await Notify.ExecuteAsync(request, Notify.Map(request).Content, shop, Ct));

        Assert.Equal(
            """{"fulfillmentId":"gid://shopify/Fulfillment/901","trackingInfoInput":{"company":"DHL","number":"00340434161094042557"},"notifyCustomer":true}""",
            Assert.Single(shop.Sent)["variables"]!.ToJsonString());
        Assert.Equal("Shopify tells the customer that it is on its way", confirmed.Summary);
    }

    [Fact]
    public async Task A_shipment_that_somebody_recorded_by_hand_is_found_by_its_tracking_number()
    {
        var shop = Shop();

        Assert.IsType<OperationResult.Confirmed>(await Notify.ExecuteAsync(Request([], Given.Shipment), default, shop, Ct));

        Assert.Equal(["Fulfilments", "UpdateTracking"], shop.Operations);
        Assert.Equal("gid://shopify/Fulfillment/901", shop.Sent[1]["variables"]!["fulfillmentId"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_shipment_that_nobody_recorded_cannot_be_told()
    {
        var shop = new SmallShop();

        Assert.Equal((FaultKind.Data, "shopify.no_fulfilment"), Fault(await Notify.ExecuteAsync(Request([], Given.Shipment), default, shop, Ct)));
        Assert.Equal((FaultKind.Internal, "shopify.no_shipment"), Fault(await Notify.ExecuteAsync(Request([]), default, shop, Ct)));
        Assert.Equal("shopify.no_shipment", Assert.Single(Notify.Map(Request([])).Refusals).Code);
    }

    [Fact]
    public async Task A_fulfilment_that_is_gone_is_a_refusal()
    {
        var request = Request(new() { ["channelFulfilmentId"] = "gid://shopify/Fulfillment/5" }, Given.Shipment);

        Assert.Equal((FaultKind.Data, "shopify.notification_refused"), Fault(await Notify.ExecuteAsync(request, Notify.Map(request).Content, Shop(), Ct)));
    }

    [Fact]
    public async Task An_order_is_closed_and_closing_it_again_changes_nothing()
    {
        var shop = Shop();

        var first = Assert.IsType<OperationResult.Confirmed>(await Close.ExecuteAsync(Request([]), Close.Map(Request([])).Content, shop, Ct));
        var again = Assert.IsType<OperationResult.Confirmed>(await Close.ExecuteAsync(Request([]), default, shop, Ct));

        Assert.True(shop.Closed);
        Assert.Equal("The order is closed in Shopify", first.Summary);
        Assert.Equal(first.Summary, again.Summary);
        Assert.Equal("""{"input":{"id":"gid://shopify/Order/5123"}}""", shop.Sent[0]["variables"]!.ToJsonString());
        Assert.Equal("""{"order":"5123"}""", Encoding.UTF8.GetString(Close.Map(Request([])).Content.Span));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refusal_to_close_what_is_closed_is_none(bool closed)
    {
        var shop = Shop();
        shop.Closed = closed;
        shop.Before = call => call.Writes ? SmallShop.Refuses("orderClose", "Order has already been closed") : null;

        var result = await Close.ExecuteAsync(Request([]), default, shop, Ct);

        if (closed)
            Assert.Equal("The order was closed in Shopify already", Assert.IsType<OperationResult.Confirmed>(result).Summary);
        else
            Assert.Equal((FaultKind.Data, "shopify.close_refused"), Fault(result));
    }

    [Fact]
    public async Task An_answer_that_does_not_tell_is_tried_again_since_repeating_does_no_harm()
    {
        var shop = Shop();
        shop.Before = call => call.Writes ? ScriptedExchange.Answer(200, """{"data":{"orderClose":{"order":null,"userErrors":[]},"fulfillmentTrackingInfoUpdate":{"fulfillment":null}}}""") : null;
        var request = Request(new() { ["channelFulfilmentId"] = "gid://shopify/Fulfillment/901" }, Given.Shipment);

        Assert.Equal(FaultKind.Transient, Fault(await Close.ExecuteAsync(request, default, shop, Ct)).Kind);
        Assert.Equal(FaultKind.Transient, Fault(await Notify.ExecuteAsync(request, default, shop, Ct)).Kind);
    }

    [Fact]
    public void What_the_manifest_promises_of_repeats_is_shown() => Assert.Equal(
        [("confirmShipment", WriteKind.Blind, true), ("notifyCustomer", WriteKind.Upsert, false), ("closeOrder", WriteKind.Upsert, false)],
        GivenShopify.Connector.Manifest.Operations.Select(o => (o.Name, o.Write, o.CanLookUp)));

    private static SmallShop Shop() => new() { Fulfilments = { ("gid://shopify/Fulfillment/901", Given.Shipment.TrackingNumber!, "L1x2 L3x1", "SUCCESS") } };

    private static OperationRequest Request(Dictionary<string, string> outputs, params Shipment[] shipments) => Given.Request(connection: GivenShopify.Connection, outputs: outputs, shipments: shipments);

    private static (FaultKind Kind, string Code) Fault(OperationResult result) => Assert.IsType<OperationResult.Failed>(result).Fault is var fault ? (fault.Kind, fault.Code) : default;
}
