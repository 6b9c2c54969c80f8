using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.Shopify;

public sealed class ReceiverTests
{
    private static string Created { get; } = Encoding.UTF8.GetString(GivenShopify.Sample("order-created.json"));

    private static string Node { get; } = Encoding.UTF8.GetString(GivenShopify.Sample("order-node.json"));

    [Theory]
    [InlineData(null)]
    [InlineData("orders/create")]
    [InlineData("ORDERS/CREATE")]
    [InlineData("orders-feed")]
    public void A_new_order_carries_the_same_key_by_whatever_way_it_came(string? topic)
    {
        Assert.Equal("order/6120345678901/created", Assert.IsType<InboundEvent.OrderReceived>(GivenShopify.Translate(Created, topic)).BusinessKey);
        Assert.Equal("order/6120345678901/created", Assert.IsType<InboundEvent.OrderReceived>(GivenShopify.Translate(Node, topic)).BusinessKey);
    }

    [Fact]
    public void The_topic_of_the_address_goes_before_the_header()
    {
        var request = new InboundRequest
        {
            Topic = "orders/updated",
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Shopify-Topic"] = "orders/create" },
            Body = GivenShopify.Sample("order-created.json"),
        };

        Assert.Equal("order.updated", Assert.IsType<InboundEvent.Happened>(GivenShopify.Receiver.Translate(request, GivenShopify.Connection)).Event);
    }

    [Theory]
    [InlineData("", "orders/create", "orders/create")]
    [InlineData("", "ORDERS/Cancelled ", "orders/cancelled")]
    [InlineData("orders/updated", "orders/create", "orders/updated")]
    [InlineData("orders-feed", null, "orders-feed")]
    [InlineData("", null, "")]
    public void The_topic_that_is_kept_is_the_one_that_is_read(string address, string? header, string kept)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (header is not null)
            headers["X-Shopify-Topic"] = header;
        Assert.Equal(kept, GivenShopify.Receiver.TopicOf(new() { Topic = address, Headers = headers }));
    }

    [Fact]
    public void Webhook_and_feed_come_to_the_same_order()
    {
        var webhook = Order(Created);
        var feed = Order(Node);

        // REST writes the shop's offset and what buyers entered; GraphQL is asked for neither.
        Assert.Equal((60, 0), (webhook.SourceOffsetMinutes, feed.SourceOffsetMinutes));
        Assert.Equal(["note_attributes", "lines_with_properties"], webhook.Extensions.Keys.Except(feed.Extensions.Keys));
        Assert.Equal(Text(webhook with { SourceOffsetMinutes = 0, Extensions = feed.Extensions }), Text(feed));
    }

    [Fact]
    public void The_whole_order_is_read()
    {
        var order = Order(Created);

        Assert.Equal(("6120345678901", "#1042", "EUR", OrderStatus.Open, true), (order.ExternalId, order.Number, order.Currency, order.Status, order.PricesIncludeTax));
        Assert.Equal((15390L, 2078L, 490L, 600L), (order.TotalMinor, order.TaxMinor, order.ShippingMinor, order.DiscountMinor));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 8, 41, 5, TimeSpan.Zero), order.PlacedAt);
        Assert.Equal(TimeSpan.Zero, order.PlacedAt.Offset);
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 8, 41, 8, TimeSpan.Zero), order.UpdatedAt);
        Assert.Equal(new Customer { ExternalId = "7210000000017", Email = "mia.ozturk@example.org", Name = "Mia Öztürk" }, order.Customer);
        Assert.Equal(
            new Address { Name = "Mia Öztürk", Line1 = "Sveavägen 12", Line2 = "lgh 1102", City = "Stockholm", PostalCode = "111 57", CountryCode = "SE", Phone = "+46700000000" },
            order.ShipTo);
        Assert.Equal("Öztürk Form AB", order.BillTo!.Company);
        Assert.Equal("POSTNORD-STD", order.ShippingService);
        Assert.Equal(
            [
                new OrderLine { ChannelLineRef = "15230000000001", Sku = "MUG-BLUE-2", Title = "Stoneware mug", ChannelProductRef = "45100000000011", Quantity = 3, UnitPriceMinor = 3500, TaxMinor = 1980, DiscountMinor = 600 },
                new OrderLine { ChannelLineRef = "15230000000002", Sku = "", Title = "Gift card", ChannelProductRef = "45100000000077", Quantity = 1, UnitPriceMinor = 5000, TaxMinor = 0, DiscountMinor = 0, RequiresShipping = false },
            ],
            order.Lines);
        Assert.Equal(new Dictionary<string, string> { ["confirmation-number"] = "R7K2M9QXA", [IdentifierKinds.PurchaseOrder] = "PO-2026-118" }, order.References);
    }

    [Fact]
    public void What_buyers_write_is_counted_and_not_copied()
    {
        var extensions = Order(Created).Extensions;

        Assert.Equal(("present", "1", "1", "gift, vip", "SEK"), (extensions["note"], extensions["note_attributes"], extensions["lines_with_properties"], extensions["tags"], extensions["presentment_currency"]));
        Assert.DoesNotContain(extensions.Values, v => v.Contains("neighbours", StringComparison.Ordinal) || v.Contains("M.", StringComparison.Ordinal) || v.Contains('@'));
    }

    [Fact]
    public void An_order_may_be_wrapped_as_REST_answers_wrap_it() =>
        Assert.Equal(Text(Order(Created)), Text(Order($$"""{"order":{{Created}}}""")));

    [Fact]
    public void A_newer_version_is_told_of_the_order_that_it_is_about()
    {
        var happened = Happened(Created, "orders/updated");

        Assert.Equal("order.updated", happened.Event);
        Assert.Equal([new(IdentifierKinds.ChannelOrderId, "6120345678901")], happened.Correlation);
        Assert.Equal("order/6120345678901/updated/2026-11-23T08:41:08Z", happened.BusinessKey);
        Assert.Equal(happened.BusinessKey, Happened(Node, "orders/updated").BusinessKey);
    }

    [Theory]
    [InlineData("customer", "the customer changed or cancelled it")]
    [InlineData("fraud", "it looked fraudulent")]
    [InlineData("inventory", "the goods were not in stock")]
    [InlineData("declined", "the payment was declined")]
    [InlineData("staff", "staff made a mistake")]
    [InlineData("other", "no reason given")]
    public void A_cancellation_says_why(string reason, string words)
    {
        var happened = Happened(With(Created, o => o["cancel_reason"] = reason), "orders/cancelled");

        Assert.Equal(("order.cancelled", words, "order/6120345678901/cancelled"), (happened.Event, happened.Reason, happened.BusinessKey));
        Assert.Equal(words, Happened(With(Node, o => o["cancelReason"] = reason.ToUpperInvariant()), "orders/cancelled").Reason);
    }

    [Fact]
    public void A_cancellation_whose_webhook_was_lost_shows_in_the_feed()
    {
        var cancelled = With(Node, o => o["cancelledAt"] = "2026-11-23T09:00:00Z");

        Assert.Equal("order/6120345678901/cancelled", Happened(cancelled, "orders-feed").BusinessKey);
    }

    [Fact]
    public void An_order_that_comes_cancelled_is_read_as_cancelled() =>
        Assert.Equal(OrderStatus.Cancelled, Order(With(Created, o => o["cancelled_at"] = "2026-11-23T10:00:00+01:00")).Status);

    [Theory]
    [InlineData("orders/paid")]
    [InlineData("products/update")]
    [InlineData("draft_orders/create")]
    [InlineData("customers/redact")]
    [InlineData("app/uninstalled")]
    [InlineData("orders/edited")]
    public void Other_topics_are_kept_with_a_reason_and_do_nothing(string topic)
    {
        var ignored = Assert.IsType<InboundEvent.Ignored>(GivenShopify.Translate(Created, topic));

        Assert.EndsWith(".", ignored.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("orders/updated")]
    [InlineData("orders/cancelled")]
    public void A_change_of_nothing_is_refused(string topic)
    {
        Assert.Equal(("order.no_id", "id"), Refused(With(Created, o => o.Remove("id")), topic));
        Assert.Equal(("shopify.id_invalid", "id"), Refused(With(Created, o => o["id"] = "abc"), topic));
        Assert.Equal(("json.unreadable", ""), Refused("{", topic));
    }

    [Theory]
    [InlineData("""{"orders":[]}""", "shopify.list_of_orders", "orders")]
    [InlineData("""{"draft_order":{"id":1}}""", "shopify.not_an_order", "draft_order")]
    [InlineData("""{"products":[{"id":1}]}""", "shopify.not_an_order", "products")]
    [InlineData("""[]""", "shopify.not_an_order", "")]
    [InlineData("""5""", "shopify.not_an_order", "")]
    [InlineData("""{}""", "shopify.not_an_order", "")]
    [InlineData("""{"order":{}}""", "shopify.not_an_order", "order")]
    [InlineData("""{"order":5}""", "shopify.not_an_order", "")]
    [InlineData("""{"id":1,"order_id":2,"name":"#D1","line_items":[]}""", "shopify.not_an_order", "")]
    [InlineData("""{"id":1,"admin_graphql_api_id":"gid://shopify/DraftOrder/1","name":"#D1","line_items":[]}""", "shopify.not_an_order", "admin_graphql_api_id")]
    [InlineData("""{"id":1,"refund_line_items":[]}""", "shopify.not_an_order", "")]
    [InlineData("""{"id":1,"name":"#4","abandoned_checkout_url":"","line_items":[],"total_price":"1.00"}""", "shopify.not_an_order", "")]
    [InlineData("""{"id":"cart-token","line_items":[],"updated_at":"2026-11-23T10:00:00Z"}""", "shopify.not_an_order", "")]
    public void A_document_that_is_no_order_is_refused_as_such(string body, string code, string field) => Assert.Equal((code, field), Refused(body));

    private static string Text(CanonicalOrder order) => System.Text.Json.JsonSerializer.Serialize(order, ControlPlane.Domain.Flows.FlowJson.Default.CanonicalOrder);

    private static CanonicalOrder Order(string body) => Assert.IsType<InboundEvent.OrderReceived>(GivenShopify.Translate(body)).Order;

    private static InboundEvent.Happened Happened(string body, string topic) => Assert.IsType<InboundEvent.Happened>(GivenShopify.Translate(body, topic));

    private static (string, string) Refused(string body, string? topic = null)
    {
        var refusal = Assert.Single(Assert.IsType<InboundEvent.Refused>(GivenShopify.Translate(body, topic)).Refusals);
        return (refusal.Code, refusal.Field);
    }

    private static string With(string body, Action<JsonObject> change)
    {
        var order = JsonNode.Parse(body)!.AsObject();
        change(order);
        return order.ToJsonString();
    }
}
