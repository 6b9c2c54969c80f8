using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.Amazon;

public sealed class AmazonReceiverTests
{
    [Fact]
    public void An_order_is_read_with_everything_that_a_flow_needs()
    {
        var received = GivenAmazon.Received(GivenAmazon.Sample("order.json"));
        var order = received.Order;

        Assert.Equal("order/302-1048576-5551234/created", received.BusinessKey);
        Assert.Equal("order.created", received.Event);
        Assert.Equal(("302-1048576-5551234", "302-1048576-5551234", OrderStatus.Open), (order.ExternalId, order.Number, order.Status));
        Assert.Equal((new DateTimeOffset(2026, 11, 23, 9, 12, 31, TimeSpan.Zero), (int?)0), (order.PlacedAt, order.SourceOffsetMinutes));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 9, 41, 2, TimeSpan.Zero), order.UpdatedAt);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 22, 59, 59, TimeSpan.Zero), order.ShipBy);
        Assert.Equal(("EXPEDITED", "EUR"), (order.ShippingService, order.Currency));
        Assert.Equal((6984L, 1115L, 499L, 510L, true), (order.TotalMinor, order.TaxMinor, order.ShippingMinor, order.DiscountMinor, order.PricesIncludeTax));
        Assert.Equal(new Customer { Name = "Lotte Brandt", Email = "k2x9q7w@marketplace.example.com" }, order.Customer);
        Assert.Equal(
            new Address
            {
                Name = "Lotte Brandt", Company = "Brandt Modellbau", Line1 = "Hafenweg 12", Line2 = "Hinterhaus, 2. Stock", City = "Münster", PostalCode = "48155", CountryCode = "DE", Phone = "+49 251 5550100",
            },
            order.ShipTo);
        Assert.Equal(
            new OrderLine
            {
                ChannelLineRef = "60000000010001", Sku = "KNIFE-ALU", Title = "Modelling knife, aluminium", ChannelProductRef = "B0SANDBOX1", Quantity = 2, UnitPriceMinor = 1998, TaxMinor = 557, DiscountMinor = 510,
            },
            order.Lines[0]);
        Assert.Equal(new Dictionary<string, string> { ["seller-order-id"] = "WEB-77120", [IdentifierKinds.PurchaseOrder] = "BM-2026-318" }, order.References);
        Assert.Empty(OrderRules.Check(order));
    }

    [Fact]
    public void A_line_whose_price_does_not_divide_keeps_its_total_beside_the_order()
    {
        var order = GivenAmazon.Order;

        Assert.Equal((3, (long?)null, (long?)479), (order.Lines[1].Quantity, order.Lines[1].UnitPriceMinor, order.Lines[1].TaxMinor));
        Assert.Equal("29.99", order.Extensions["lineTotal.60000000010002"]);
        Assert.DoesNotContain("lineTotal.60000000010001", order.Extensions.Keys);
    }

    [Fact]
    public void What_only_Amazon_knows_stands_beside_the_order_by_its_own_names() => Assert.Equal(
        new Dictionary<string, string>
        {
            ["marketplaceId"] = "A1PA6795UKMFR9", ["marketplace"] = "Amazon.de", ["programs"] = "PRIME,AMAZON_BUSINESS", ["promotions"] = "AUTUMN-10", ["cancelRequested"] = "60000000010002",
            ["gifts"] = "60000000010002", ["buyerCompany"] = "Brandt Modellbau", ["dropOffLocation"] = "Front desk", ["deliverBy"] = "2026-11-26T22:59:59Z", ["lineTotal.60000000010002"] = "29.99",
        },
        GivenAmazon.Order.Extensions);

    [Fact]
    public void A_sellers_number_that_repeats_Amazons_is_no_reference_and_a_replaced_order_is_one()
    {
        var order = GivenAmazon.Received(GivenAmazon.Sample("order.json", d =>
        {
            d["order"]!["orderAliases"]![0]!["aliasId"] = "302-1048576-5551234";
            d["order"]!["associatedOrders"] = new JsonArray(new JsonObject { ["orderId"] = "302-1048000-5550000", ["associationType"] = "REPLACEMENT_ORIGINAL_ID" });
        })).Order;

        Assert.Equal(new Dictionary<string, string> { ["purchase-order"] = "BM-2026-318", ["replaced-order"] = "302-1048000-5550000" }, order.References);
    }

    [Fact]
    public void A_pending_order_is_taken_without_amounts_in_the_currency_of_its_marketplace()
    {
        var received = GivenAmazon.Received(GivenAmazon.Sample("order-pending.json"));

        Assert.Equal("order/302-1048577-5551235/pending", received.BusinessKey);
        Assert.Equal((OrderStatus.Pending, "EUR", (long?)null, (Address?)null), (received.Order.Status, received.Order.Currency, received.Order.TotalMinor, received.Order.ShipTo));
        Assert.Null(Assert.Single(received.Order.Lines).UnitPriceMinor);
        Assert.Empty(OrderRules.Check(received.Order));
    }

    [Fact]
    public void A_pending_order_of_a_marketplace_that_is_not_known_takes_the_connections_currency_or_says_what_is_missing()
    {
        var document = GivenAmazon.Sample("order-pending.json", d => d["order"]!["salesChannel"]!["marketplaceId"] = "A0NEWMARKET");

        Assert.Equal([("order.currency_missing", "order.proceeds.grandTotal")], Refusals(document));
        Assert.Equal("DKK", GivenAmazon.Received(document, GivenAmazon.Connection(("currency", "DKK"))).Order.Currency);
    }

    [Fact]
    public void A_released_order_has_another_key_than_the_pending_one_and_a_cancelled_one_a_third()
    {
        var released = GivenAmazon.Received(Status("UNSHIPPED"));
        var cancelled = GivenAmazon.Received(Status("CANCELLED"));

        Assert.Equal("order/302-1048576-5551234/created", released.BusinessKey);
        Assert.Equal(("order/302-1048576-5551234/cancelled", OrderStatus.Cancelled), (cancelled.BusinessKey, cancelled.Order.Status));
        Assert.Equal(OrderStatus.Pending, GivenAmazon.Received(Status("PENDING_AVAILABILITY")).Order.Status);
    }

    [Fact]
    public void A_cancelled_order_is_told_even_when_none_of_its_units_is_left() => Assert.Empty(GivenAmazon.Received(GivenAmazon.Sample("order.json", d =>
    {
        d["order"]!["fulfillment"]!["fulfillmentStatus"] = "CANCELLED";
        foreach (var item in d["order"]!["orderItems"]!.AsArray())
            item!["quantityOrdered"] = 0;
    })).Order.Lines);

    [Theory]
    [InlineData("fulfilledBy", "AMAZON", "Amazon ships it.")]
    [InlineData("fulfillmentStatus", "SHIPPED", "Amazon has it as shipped: nothing is left to ship.")]
    [InlineData("fulfillmentStatus", "UNFULFILLABLE", "Amazon says that it cannot be fulfilled.")]
    public void An_order_that_leaves_us_nothing_to_ship_is_kept_and_does_nothing(string name, string value, string reason)
    {
        var ignored = Assert.IsType<InboundEvent.Ignored>(GivenAmazon.Translate(GivenAmazon.Sample("order.json", d => d["order"]!["fulfillment"]![name] = value)));

        Assert.Equal(reason, ignored.Reason);
        Assert.Null(ignored.BusinessKey); // A key of its own would hide the order, should it become ours.
    }

    [Fact]
    public void Of_an_order_that_is_partly_shipped_only_the_rest_is_taken()
    {
        var order = GivenAmazon.Received(GivenAmazon.Sample("order.json", d =>
        {
            d["order"]!["fulfillment"]!["fulfillmentStatus"] = "PARTIALLY_SHIPPED";
            d["order"]!["orderItems"]![0]!["fulfillment"]!["quantityFulfilled"] = 2;
            d["order"]!["orderItems"]![1]!["fulfillment"]!["quantityFulfilled"] = 1;
        })).Order;

        Assert.Equal([(2, false), (2, true)], order.Lines.Select(l => (l.Quantity, l.RequiresShipping)));
        Assert.Equal(("2", "1"), (order.Extensions["shippedBefore.60000000010001"], order.Extensions["shippedBefore.60000000010002"]));
        Assert.Equal(["60000000010002"], OrderRules.Remaining(order, []).Keys);
    }

    [Fact]
    public void A_line_that_was_cancelled_on_its_own_is_left_out_and_named()
    {
        var order = GivenAmazon.Received(GivenAmazon.Sample("order.json", d => d["order"]!["orderItems"]![1]!["quantityOrdered"] = 0)).Order;

        Assert.Equal("60000000010001", Assert.Single(order.Lines).ChannelLineRef);
        Assert.Equal("60000000010002", order.Extensions["cancelledItems"]);
    }

    [Fact]
    public void An_order_of_v0_is_read_with_its_items_and_the_price_of_one_unit()
    {
        var received = GivenAmazon.Received(GivenAmazon.Sample("order-v0.json"));
        var order = received.Order;

        Assert.Equal("order/302-1048578-5551236/created", received.BusinessKey);
        Assert.Equal(("USD", 4136L, 237L, 699L, 200L, false), (order.Currency, order.TotalMinor, order.TaxMinor, order.ShippingMinor, order.DiscountMinor, order.PricesIncludeTax));
        Assert.Equal(new DateTimeOffset(2026, 11, 25, 7, 59, 59, TimeSpan.Zero), order.ShipBy);
        Assert.Equal("Std US D2D Dom", order.ShippingService);
        Assert.Equal(new Address { Name = "Owen Castle", Line1 = "77 Sycamore Road", City = "Boise", Region = "ID", PostalCode = "83702", CountryCode = "US" }, order.ShipTo);
        Assert.Equal(
            new OrderLine { ChannelLineRef = "60000000010201", Sku = "GLUE-50", Title = "Wood glue, 50 g", ChannelProductRef = "B0SANDBOX3", Quantity = 4, UnitPriceMinor = 850, TaxMinor = 204, DiscountMinor = 200 },
            Assert.Single(order.Lines));
        Assert.Equal(("WEB-77121", "ATVPDKIKX0DER", "PRIME"), (order.References["seller-order-id"], order.Extensions["marketplaceId"], order.Extensions["programs"]));
    }

    [Theory]
    [InlineData("whole answers")]
    [InlineData("bare order, whole items")]
    [InlineData("bare order, list of items")]
    [InlineData("one object")]
    public void Order_and_items_of_v0_are_joined_however_they_stand_side_by_side(string how)
    {
        var joined = JsonNode.Parse(GivenAmazon.Sample("order-v0.json"))!["payload"]!.AsObject();
        var items = joined["OrderItems"]!.DeepClone();
        joined.Remove("OrderItems");
        var order = joined.DeepClone();
        var answer = new JsonObject { ["AmazonOrderId"] = "302-1048578-5551236", ["OrderItems"] = items.DeepClone() };
        var document = how switch
        {
            "whole answers" => new JsonObject { ["order"] = new JsonObject { ["payload"] = order }, ["orderItems"] = new JsonObject { ["payload"] = answer } },
            "bare order, whole items" => new JsonObject { ["order"] = order, ["orderItems"] = new JsonObject { ["payload"] = answer } },
            "bare order, list of items" => new JsonObject { ["order"] = order, ["orderItems"] = items },
            _ => JsonNode.Parse(GivenAmazon.Sample("order-v0.json"))!["payload"]!.DeepClone().AsObject(),
        };

        Assert.Equal(GivenAmazon.Received(GivenAmazon.Sample("order-v0.json")).Order.Lines, GivenAmazon.Received(document.ToJsonString()).Order.Lines);
    }

    [Theory]
    [InlineData("Canceled", "cancelled")]
    [InlineData("Pending", "pending")]
    [InlineData("PartiallyShipped", "created")]
    public void The_statuses_of_v0_mean_the_same(string status, string step) => Assert.Equal(
        $"order/302-1048578-5551236/{step}", GivenAmazon.Received(GivenAmazon.Sample("order-v0.json", d => d["payload"]!["OrderStatus"] = status)).BusinessKey);

    [Fact]
    public void A_page_of_one_order_is_that_order_and_a_page_of_two_is_refused()
    {
        var order = JsonNode.Parse(GivenAmazon.Sample("order.json"))!["order"]!;

        Assert.Equal("302-1048576-5551234", GivenAmazon.Received(new JsonObject { ["orders"] = new JsonArray(order.DeepClone()) }.ToJsonString()).Order.ExternalId);
        Assert.Equal([("order.list_not_single", "orders")], Refusals(new JsonObject { ["orders"] = new JsonArray(order.DeepClone(), order.DeepClone()) }.ToJsonString()));
        Assert.Equal([("order.list_not_single", "payload.Orders")], Refusals("""{"payload":{"Orders":[]}}"""));
    }

    [Theory]
    [InlineData("{", "json.unreadable", "")]
    [InlineData("[]", "json.wrong_type", "")]
    [InlineData("amazon-order-id,sku\n1,2", "json.unreadable", "")]
    [InlineData("{}", "document.not_an_order", "")]
    [InlineData("""{"errors":[{"code":"InvalidInput","message":"m"}]}""", "amazon.error_answer", "errors")]
    [InlineData("""{"payload":{"purchaseOrderNumber":"P1"}}""", "order.vendor_order", "payload")]
    [InlineData("""{"payload":{"AmazonOrderId":"1","OrderItems":[]}}""", "order.items_without_order", "payload.OrderItems")]
    [InlineData("""{"payload":{"AmazonOrderId":"1","ShippingAddress":{}}}""", "document.part_of_order", "payload")]
    [InlineData("""{"payload":{"AmazonOrderId":"1","PurchaseDate":"2026-11-23T09:00:00Z","OrderStatus":"Unshipped","FulfillmentChannel":"MFN"}}""", "order.no_lines", "payload.OrderItems")]
    [InlineData("""{"order":{"orderId":"1","createdTime":"2026-11-23T09:00:00Z","fulfillment":{"fulfillmentStatus":"UNSHIPPED","fulfilledBy":"MERCHANT"},"orderItems":[]}}""", "order.no_lines", "order.orderItems")]
    [InlineData("""{"order":{"orderId":"1","orderItems":[]}}""", "order.no_status", "order.fulfillment")]
    [InlineData("""{"order":{"orderId":"../../x","orderItems":[],"fulfillment":{"fulfillmentStatus":"UNSHIPPED","fulfilledBy":"MERCHANT"}}}""", "order.id_unreadable", "order.orderId")]
    public void A_document_that_is_no_workable_order_is_refused_by_what_it_is(string body, string code, string field) =>
        Assert.Contains((code, field), Refusals(body));

    [Theory]
    [InlineData("order.fulfillment.fulfillmentStatus", "\"LOST\"", "order.status_unknown")]
    [InlineData("order.fulfillment.fulfillmentStatus", null, "json.missing")]
    [InlineData("order.fulfillment.fulfilledBy", null, "order.fulfilled_by_unknown")]
    [InlineData("order.createdTime", null, "json.missing")]
    [InlineData("order.createdTime", "\"2026-11-23\"", "json.not_an_instant")]
    [InlineData("order.orderItems[0].quantityOrdered", "-1", "json.out_of_range")]
    [InlineData("order.orderItems[1].quantityOrdered", "\"3\"", "json.wrong_type")]
    [InlineData("order.orderItems[0].orderItemId", null, "json.missing")]
    [InlineData("order.orderItems[0].product", null, "json.missing")]
    [InlineData("order.orderItems[0].product.price.unitPrice.amount", "\"19.985\"", "order.amount_unreadable")]
    [InlineData("order.orderItems[0].product.price.unitPrice.amount", "19.98", "json.wrong_type")]
    [InlineData("order.orderItems[0].product.price.unitPrice.currencyCode", "\"USD\"", "order.currency_mixed")]
    [InlineData("order.proceeds.grandTotal.currencyCode", "\"EURO\"", "order.currency_unknown")]
    public void A_wrong_member_is_refused_by_its_path_in_Amazons_document(string path, string? value, string code) => Assert.Contains(
        (code, path),
        Refusals(GivenAmazon.Sample("order.json", document =>
        {
            JsonNode at = document;
            var steps = path.Replace("[", ".[", StringComparison.Ordinal).Split('.');
            foreach (var step in steps[..^1])
                at = step[0] == '[' ? at[step[1] - '0']! : at[step]!;
            if (value is null)
                at.AsObject().Remove(steps[^1]);
            else
                at[steps[^1]] = JsonNode.Parse(value);
        })));

    [Fact]
    public void Items_of_another_order_or_of_the_first_page_alone_are_not_joined()
    {
        var order = JsonNode.Parse(GivenAmazon.Sample("order-v0.json"))!.AsObject();
        var items = new JsonObject { ["payload"] = new JsonObject { ["AmazonOrderId"] = "302-0000000-0000000", ["NextToken"] = "more", ["OrderItems"] = order["payload"]!["OrderItems"]!.DeepClone() } };
        order["payload"]!.AsObject().Remove("OrderItems");

        Assert.Equal(
            [("order.items_of_another_order", "orderItems.payload.AmazonOrderId"), ("order.items_incomplete", "orderItems.payload.NextToken")],
            Refusals(new JsonObject { ["order"] = order, ["orderItems"] = items }.ToJsonString()));
    }

    [Fact]
    public void The_amounts_of_an_order_show_whether_its_prices_hold_the_tax()
    {
        Assert.True(GivenAmazon.Order.PricesIncludeTax);
        Assert.False(GivenAmazon.Received(GivenAmazon.Sample("order.json", d => d["order"]!["proceeds"]!["grandTotal"]!["amount"] = "80.99")).Order.PricesIncludeTax);
        // An order in dollars whose prices make up the total without the tax: the amounts count more than the custom.
        Assert.True(GivenAmazon.Received(GivenAmazon.Sample("order-v0.json", d => d["payload"]!["OrderTotal"]!["Amount"] = "38.99")).Order.PricesIncludeTax);
        // Neither adds up: the custom of the marketplace.
        Assert.True(GivenAmazon.Received(GivenAmazon.Sample("order.json", d => d["order"]!["proceeds"]!["grandTotal"]!["amount"] = "1.00")).Order.PricesIncludeTax);
        Assert.False(GivenAmazon.Received(GivenAmazon.Sample("order-v0.json", d => d["payload"]!["OrderTotal"]!["Amount"] = "1.00")).Order.PricesIncludeTax);
    }

#if DEBUG
    private const int MostMicroseconds = 300; // The compiler's debug code is about three times as slow.
#else
    private const int MostMicroseconds = 100;
#endif

    [Fact]
    public void An_order_takes_less_than_a_hundred_microseconds()
    {
        var request = new InboundRequest { Body = Encoding.UTF8.GetBytes(GivenAmazon.Sample("order.json")), Polled = true };
        var connection = GivenAmazon.Connection();
        // The best of many: a shared machine makes any single one slow.
        var best = TimeSpan.MaxValue;
        for (var i = 0; i < 10_000; i++)
        {
            var from = Stopwatch.GetTimestamp();
            GivenAmazon.Receiver.Translate(request, connection);
            best = TimeSpan.FromTicks(Math.Min(best.Ticks, Stopwatch.GetElapsedTime(from).Ticks));
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{request.Body.Length} bytes: {best.TotalMicroseconds:0.0} µs");
        Assert.True(best < TimeSpan.FromMicroseconds(MostMicroseconds), $"{best.TotalMicroseconds:0.0} µs");
    }

    private static string Status(string status) => GivenAmazon.Sample("order.json", d => d["order"]!["fulfillment"]!["fulfillmentStatus"] = status);

    private static IEnumerable<(string Code, string Field)> Refusals(string body) =>
        Assert.IsType<InboundEvent.Refused>(GivenAmazon.Translate(body)).Refusals.Select(r => (r.Code, r.Field));
}
