using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.Shopify;

public sealed class ConfirmShipmentTests
{
    private static readonly IOperation Operation = GivenShopify.Connector.Operation("confirmShipment")!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_shipment_becomes_a_fulfilment_with_tracking_and_without_a_mail()
    {
        var shop = Shop();

        var confirmed = await ConfirmAsync(shop, Request(Given.Shipment with { TrackingUrl = "https://track.example.org/1", Carrier = "ups" }));

        Assert.Equal(("gid://shopify/Fulfillment/901", "00340434161094042557", "L1x2 L3x1", "SUCCESS"), Assert.Single(shop.Fulfilments));
        Assert.Equal(["Fulfilments", "CreateFulfilment"], shop.Operations);
        var sent = shop.Sent[1]["variables"]!["fulfillment"]!;
        Assert.Equal("""{"company":"UPS","number":"00340434161094042557","url":"https://track.example.org/1"}""", sent["trackingInfo"]!.ToJsonString());
        Assert.False(sent["notifyCustomer"]!.GetValue<bool>());
        Assert.Equal(["notifyCustomer", "trackingInfo", "lineItemsByFulfillmentOrder"], sent.AsObject().Select(p => p.Key));
        Assert.Equal(new Identifier(IdentifierKinds.ChannelFulfilment, "901"), Assert.Single(confirmed.Identifiers));
        Assert.Equal("gid://shopify/Fulfillment/901", confirmed.Outputs["channelFulfilmentId"]);
        Assert.Equal("Shopify recorded the shipment as #1001-F1", confirmed.Summary);
        Assert.Equal([false, true], shop.Calls.Select(c => c.Writes));
        Assert.All(shop.Calls, c => Assert.Equal(("/admin/api/2026-01/graphql.json", "confirmShipment"), (c.Path, c.Operation)));
        Assert.Equal("gid://shopify/Order/5123", shop.Sent[0]["variables"]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task Part_shipments_are_told_apart()
    {
        var shop = Shop();
        var first = Given.Shipment with { ExternalId = "A", TrackingNumber = "T1", Lines = [new("L1", "TEE-M", 1)] };
        var second = Given.Shipment with { ExternalId = "B", TrackingNumber = "T2", Lines = [new("L1", "TEE-M", 1), new("L3", "CAP", 1)] };

        await ConfirmAsync(shop, Request(first));
        await ConfirmAsync(shop, Request(first, second));

        Assert.Equal([("T1", "L1x1"), ("T2", "L1x1 L3x1")], shop.Fulfilments.Select(f => (f.Tracking, f.Lines)));
    }

    [Theory]
    [InlineData("T1")]
    [InlineData(" t1 ")]
    [InlineData(null)]
    public async Task Telling_it_again_tells_nothing_twice(string? tracking)
    {
        var shop = Shop();
        var shipment = Given.Shipment with { TrackingNumber = tracking, Lines = [new("L1", "TEE-M", 1)] };

        await ConfirmAsync(shop, Request(shipment));
        var again = await ConfirmAsync(shop, Request(shipment));

        Assert.Single(shop.Fulfilments);
        Assert.Equal("gid://shopify/Fulfillment/901", again.Outputs["channelFulfilmentId"]);
    }

    [Theory]
    [InlineData("T1")]
    [InlineData(null)]
    public async Task Two_shipments_of_the_same_goods_in_one_parcel_are_both_told(string? tracking)
    {
        var shop = Shop();
        var first = Given.Shipment with { ExternalId = "A", TrackingNumber = tracking, Lines = [new("L1", "TEE-M", 1)] };
        var second = first with { ExternalId = "B" };

        await ConfirmAsync(shop, Request(first));
        Assert.IsType<LookUpResult.NotThere>(await Operation.LookUpAsync(Request(first, second), shop, Ct));
        await ConfirmAsync(shop, Request(first, second));
        await ConfirmAsync(shop, Request(first, second));

        Assert.Equal(["L1x1", "L1x1"], shop.Fulfilments.Select(f => f.Lines));
    }

    [Fact]
    public async Task A_lost_answer_is_found_by_look_up()
    {
        var shop = Shop();
        shop.LoseNext = true;
        Assert.IsType<LookUpResult.NotThere>(await Operation.LookUpAsync(Request(Given.Shipment), shop, Ct));

        await Assert.ThrowsAsync<ExchangeException>(() => Operation.ExecuteAsync(Request(Given.Shipment), Document(Given.Shipment), shop, Ct));

        var found = Assert.IsType<LookUpResult.Found>(await Operation.LookUpAsync(Request(Given.Shipment), shop, Ct));
        Assert.Equal("gid://shopify/Fulfillment/901", found.Result.Outputs["channelFulfilmentId"]);
        Assert.Single(shop.Fulfilments);
    }

    [Fact]
    public async Task A_try_that_arrived_between_our_reading_and_our_writing_is_no_refusal()
    {
        var shop = Shop();
        shop.Before = call =>
        {
            if (!call.Writes)
                return null;
            shop.Before = null;
            _ = shop.SendAsync(call, Ct); // The earlier try, arriving late; the shop is done when it returns.
            return null;
        };

        await ConfirmAsync(shop, Request(Given.Shipment));

        Assert.Single(shop.Fulfilments);
    }

    [Fact]
    public async Task Each_location_gets_a_fulfilment_of_its_own()
    {
        var shop = new SmallShop { Places = { new(1, "North", ("L1", 1)), new(2, "South", ("L1", 1), ("L3", 1)) } };

        await ConfirmAsync(shop, Request(Given.Shipment));

        Assert.Equal(["L1x1", "L1x1 L3x1"], shop.Fulfilments.Select(f => f.Lines).Order());
        Assert.All(shop.Fulfilments, f => Assert.Equal(Given.Shipment.TrackingNumber, f.Tracking));
    }

    [Fact]
    public async Task What_was_told_of_one_location_before_a_failure_is_not_told_again()
    {
        var shop = new SmallShop { Places = { new(1, "North", ("L1", 2)), new(2, "South", ("L3", 1)) } };
        var writes = 0;
        shop.Before = call => call.Writes && ++writes == 2 ? ScriptedExchange.Answer(502, "<html/>", "text/html") : null;

        Assert.Equal(FaultKind.UnknownOutcome, (await FailAsync(shop, Request(Given.Shipment))).Kind);
        Assert.IsType<LookUpResult.NotThere>(await Operation.LookUpAsync(Request(Given.Shipment), shop, Ct));
        await ConfirmAsync(shop, Request(Given.Shipment));

        Assert.Equal(["L1x2", "L3x1"], shop.Fulfilments.Select(f => f.Lines));
    }

    [Fact]
    public async Task A_place_that_holds_a_line_whole_goes_before_two_that_share_it()
    {
        var shop = new SmallShop { Places = { new(1, "North", ("L1", 1)), new(2, "South", ("L1", 2), ("L3", 1)) } };

        await ConfirmAsync(shop, Request(Given.Shipment));

        Assert.Equal("L1x2 L3x1", Assert.Single(shop.Fulfilments).Lines);
    }

    [Fact]
    public async Task A_line_that_Shopify_does_not_have_to_fulfil_is_named()
    {
        var shop = new SmallShop { Places = { new(1, "North", ("L1", 2)) } };

        var fault = await FailAsync(shop, Request(Given.Shipment));

        Assert.Equal((FaultKind.Data, "shopify.line_not_found", "lines[L3]"), (fault.Kind, fault.Code, fault.Field));
        Assert.Empty(shop.Fulfilments);
    }

    [Fact]
    public async Task More_than_is_left_is_not_told()
    {
        var shop = new SmallShop { Places = { new(1, "North", ("L1", 1), ("L3", 1)) } };

        var fault = await FailAsync(shop, Request(Given.Shipment));

        Assert.Equal((FaultKind.Data, "shopify.line_fulfilled_already", "lines[L1]"), (fault.Kind, fault.Code, fault.Field));
        Assert.Empty(shop.Fulfilments);
    }

    [Theory]
    [InlineData("ON_HOLD")]
    [InlineData("SCHEDULED")]
    public async Task A_line_on_hold_is_for_a_person(string status)
    {
        var shop = Shop();
        shop.Places[0].Status = status;

        Assert.Equal("shopify.line_on_hold", (await FailAsync(shop, Request(Given.Shipment))).Code);
    }

    [Fact]
    public async Task A_fulfilment_that_was_cancelled_counts_for_nothing()
    {
        var shop = Shop();
        shop.Fulfilments.Add(("gid://shopify/Fulfillment/1", Given.Shipment.TrackingNumber!, "L1x2 L3x1", "CANCELLED"));

        await ConfirmAsync(shop, Request(Given.Shipment));

        Assert.Equal(2, shop.Fulfilments.Count);
    }

    [Fact]
    public async Task An_order_that_Shopify_does_not_show_is_for_a_person()
    {
        var shop = Shop();
        shop.OrderExists = false;

        Assert.Equal((FaultKind.Data, "shopify.order_not_found"), await FailAsync(shop, Request(Given.Shipment)) is var fault ? (fault.Kind, fault.Code) : default);
        Assert.Equal("shopify.order_not_found", Assert.IsType<LookUpResult.Inconclusive>(await Operation.LookUpAsync(Request(Given.Shipment), shop, Ct)).Fault.Code);
    }

    [Fact]
    public async Task What_Shopify_refuses_with_200_is_a_refusal_with_its_field()
    {
        var shop = Shop();
        shop.Before = call => call.Writes ? SmallShop.Refuses("fulfillmentCreate", "Fulfillment order 1 has an unfulfillable status= closed.") : null;

        var fault = await FailAsync(shop, Request(Given.Shipment));

        Assert.Equal((FaultKind.Data, "shopify.fulfilment_refused", "fulfillment.lines"), (fault.Kind, fault.Code, fault.Field));
        Assert.Equal("Shopify refused it: Fulfillment order 1 has an unfulfillable status= closed.", fault.Message);
    }

    [Theory]
    [InlineData("""{"data":{"fulfillmentCreate":{"fulfillment":null,"userErrors":[]}}}""")]
    [InlineData("""{"data":{"fulfillmentCreate":null}}""")]
    [InlineData("""{"data":{"fulfillmentCreate":null},"errors":[{"message":"Internal error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}""")]
    [InlineData("""<html>sign in</html>""")]
    [InlineData("")]
    public async Task An_answer_that_does_not_tell_leaves_the_outcome_open(string body)
    {
        var shop = Shop();
        shop.Before = call => call.Writes ? ScriptedExchange.Answer(200, body) : null;

        Assert.Equal(FaultKind.UnknownOutcome, (await FailAsync(shop, Request(Given.Shipment))).Kind);
    }

    [Fact]
    public async Task An_error_beside_a_payload_does_not_undo_the_fulfilment()
    {
        var shop = Shop();
        shop.Before = call => call.Writes
            ? ScriptedExchange.Answer(200, """{"data":{"fulfillmentCreate":{"fulfillment":{"id":"gid://shopify/Fulfillment/7","name":null},"userErrors":[]}},"errors":[{"message":"Field name: access denied","extensions":{"code":"ACCESS_DENIED"}}]}""")
            : null;

        Assert.Equal("7", Assert.Single((await ConfirmAsync(shop, Request(Given.Shipment))).Identifiers).Value);
    }

    [Fact]
    public void The_document_names_the_lines_by_the_channels_reference()
    {
        var mapped = Operation.Map(Request(Given.Shipment));

        Assert.Empty(mapped.Refusals);
        Assert.Equal(
            """{"notifyCustomer":false,"trackingInfo":{"company":"DHL","number":"00340434161094042557"},"lines":[{"lineItem":"L1","quantity":2},{"lineItem":"L3","quantity":1}]}""",
            Encoding.UTF8.GetString(mapped.Content.Span));
    }

    [Fact]
    public async Task An_edited_document_is_what_is_sent()
    {
        var shop = Shop();
        var edited = Encoding.UTF8.GetBytes("""{"notifyCustomer":true,"trackingInfo":{"company":"GLS","number":"00340434161094042557"},"lines":[]}""");

        Assert.IsType<OperationResult.Confirmed>(await Operation.ExecuteAsync(Request(Given.Shipment), edited, shop, Ct));

        Assert.Equal("GLS", shop.Sent[1]["variables"]!["fulfillment"]!["trackingInfo"]!["company"]!.GetValue<string>());
    }

    [Fact]
    public void A_shipment_is_checked_beside_its_order_before_anything_is_sent()
    {
        var wrong = Given.Shipment with { Lines = [new("L1", "TEE-M", 3), new("L7", "CAP", 1)] };

        Assert.Equal(
            [("shipment.more_than_ordered", "shipment.lines[0].quantity"), ("shipment.line_unknown", "shipment.lines[1].channelLineRef")],
            Operation.Map(Request(wrong)).Refusals.Select(r => (r.Code, r.Field)));
        Assert.Equal("shopify.no_shipment", Assert.Single(Operation.Map(Request()).Refusals).Code);
        Assert.Contains("shipment.no_lines", Operation.Map(Request(Given.Shipment with { Lines = [] })).Refusals.Select(r => r.Code));
        Assert.Equal(
            "shipment.more_than_ordered",
            Assert.Single(Operation.Map(Request(Given.Shipment, Given.Shipment with { Lines = [new("L1", "TEE-M", 1)] })).Refusals).Code);
    }

    [Fact]
    public async Task Without_a_shipment_nothing_is_asked()
    {
        var shop = Shop();

        Assert.Equal((FaultKind.Internal, "shopify.no_shipment"), await FailAsync(shop, Request()) is var fault ? (fault.Kind, fault.Code) : default);
        Assert.Empty(shop.Calls);
    }

    private static SmallShop Shop() => new() { Places = { new(1, "North", ("L1", 2), ("L3", 1)) } };

    private static OperationRequest Request(params Shipment[] shipments) => Given.Request(connection: GivenShopify.Connection, shipments: shipments);

    private static ReadOnlyMemory<byte> Document(Shipment shipment) => Operation.Map(Request(shipment)).Content;

    private static async Task<OperationResult.Confirmed> ConfirmAsync(SmallShop shop, OperationRequest request)
    {
        var result = await Operation.ExecuteAsync(request, Operation.Map(request).Content, shop, Ct);
        return result as OperationResult.Confirmed ?? throw new Xunit.Sdk.XunitException(result.ToString());
    }

    private static async Task<Fault> FailAsync(SmallShop shop, OperationRequest request) =>
        Assert.IsType<OperationResult.Failed>(await Operation.ExecuteAsync(request, Operation.Map(request).Content, shop, Ct)).Fault;
}
