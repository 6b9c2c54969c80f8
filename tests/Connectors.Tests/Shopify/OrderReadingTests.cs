using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.Shopify;

/// <summary>What real shops send and what nobody should, field by field.</summary>
public sealed class OrderReadingTests
{
    private const string Least =
        """{"id":1,"name":"#1","currency":"EUR","total_price":"10.00","created_at":"2026-11-23T10:00:00+01:00","line_items":[{"id":11,"title":"A","quantity":2,"price":"5.00"}]}""";

    private const string LeastNode =
        """
        {"id":"gid://shopify/Order/1","name":"#1","currencyCode":"EUR","createdAt":"2026-11-23T09:00:00Z","totalPriceSet":{"shopMoney":{"amount":"10.0","currencyCode":"EUR"}},
        "lineItems":{"edges":[{"node":{"id":"gid://shopify/LineItem/11","title":"A","quantity":2,"originalUnitPriceSet":{"shopMoney":{"amount":"5.0","currencyCode":"EUR"}}}}]}}
        """;

    [Fact]
    public void The_least_that_makes_an_order_is_enough()
    {
        var order = Read(Least);

        Assert.Null(order.Customer);
        Assert.Null(order.ShipTo);
        Assert.Null(order.TaxMinor);
        Assert.Null(order.ShippingMinor);
        Assert.Null(order.ShippingService);
        Assert.Empty(order.References);
        Assert.Empty(order.Extensions);
        Assert.Equal(new OrderLine { ChannelLineRef = "11", Sku = "", Title = "A", Quantity = 2, UnitPriceMinor = 500 }, Assert.Single(order.Lines));
        Assert.Equal(order.Lines, Read(LeastNode).Lines);
    }

    [Theory]
    [InlineData("EUR", "10.00", 1000)]
    [InlineData("EUR", "10", 1000)]
    [InlineData("EUR", "10.5", 1050)]
    [InlineData("EUR", "0.10", 10)]
    [InlineData("EUR", "-0.00", 0)]
    [InlineData("EUR", "10.0000", 1000)]
    [InlineData("JPY", "1200", 1200)]
    [InlineData("JPY", "1200.00", 1200)]
    [InlineData("KWD", "1.234", 1234)]
    [InlineData("KWD", "9007199254740.993", 9_007_199_254_740_993)] // One above what a double holds.
    public void Money_is_exact_in_the_currencys_minor_units(string currency, string amount, long minor)
    {
        Assert.Equal(minor, Read(With(o => (o["currency"], o["total_price"]) = (currency, amount), currency)).TotalMinor);
        Assert.Equal(minor, Read(With(o => (o["currency"], o["total_price"]) = (currency, JsonNode.Parse(amount)), currency)).TotalMinor);
    }

    [Theory]
    [InlineData("\"10.005\"")]
    [InlineData("10.005")]
    [InlineData("\"ten\"")]
    [InlineData("\"1,000.00\"")]
    [InlineData("\"1e2\"")]
    [InlineData("1e2")]
    [InlineData("\"$5\"")]
    [InlineData("\"0.00000000000000000000000000001\"")]
    [InlineData("\"99999999999999999999\"")]
    [InlineData("true")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void Money_that_cannot_be_held_exactly_is_refused(string amount)
    {
        Assert.Equal(("order.amount_unreadable", "total_price"), Refused(With(o => o["total_price"] = JsonNode.Parse(amount))));
        Assert.Equal(("order.amount_unreadable", "line_items[0].price"), Refused(With(o => Line(o)["price"] = JsonNode.Parse(amount))));
        Assert.Equal(("order.amount_unreadable", "line_items[0].tax_lines[1].price"), Refused(With(o => Line(o)["tax_lines"] = new JsonArray(new JsonObject { ["price"] = "1.00" }, new JsonObject { ["price"] = JsonNode.Parse(amount) }))));
    }

    [Fact]
    public void Sums_that_no_number_can_hold_are_refused()
    {
        var lines = new JsonArray([.. Enumerable.Range(0, 200).Select(_ => (JsonNode)new JsonObject { ["price"] = "80000000000000.00" })]);

        Assert.Equal(("order.amount_unreadable", "line_items[0].tax_lines"), Refused(With(o => Line(o)["tax_lines"] = lines)));
    }

    [Fact]
    public void The_shops_money_is_believed_before_the_plain_amount_and_the_buyers_currency_never()
    {
        var set = JsonNode.Parse("""{"shop_money":{"amount":"12.00","currency_code":"EUR"},"presentment_money":{"amount":"137.00","currency_code":"SEK"}}""");

        var order = Read(With(o =>
        {
            o["presentment_currency"] = "SEK";
            o["total_price"] = "137.00";
            o["total_price_set"] = set!.DeepClone();
            Line(o)["price_set"] = set!.DeepClone();
        }));

        Assert.Equal((1200L, 1200L, "EUR"), (order.TotalMinor, order.Lines[0].UnitPriceMinor, order.Currency));
    }

    [Fact]
    public void Shop_money_in_another_currency_than_the_order_is_refused()
    {
        var refused = Refused(With(o => o["total_price_set"] = JsonNode.Parse("""{"shop_money":{"amount":"12.00","currency_code":"USD"}}""")));

        Assert.Equal(("order.currency_mixed", "total_price_set.shop_money.currency_code"), refused);
    }

    [Fact]
    public void Discounts_are_those_allocated_to_the_line_or_else_its_own()
    {
        Assert.Equal(350, Read(With(o => (Line(o)["total_discount"], Line(o)["discount_allocations"]) = ("1.00", JsonNode.Parse("""[{"amount":"3.00"},{"amount":"0.50"}]""")))).Lines[0].DiscountMinor);
        Assert.Equal(100, Read(With(o => (Line(o)["total_discount"], Line(o)["discount_allocations"]) = ("1.00", new JsonArray()))).Lines[0].DiscountMinor);
    }

    [Theory]
    [InlineData(null, null, true)]
    [InlineData(null, true, false)]
    [InlineData(true, true, true)] // A printed gift card goes by post.
    [InlineData(false, false, false)]
    [InlineData(false, null, false)]
    public void A_gift_card_needs_no_shipping_unless_it_says_so(bool? requires, bool? giftCard, bool expected) =>
        Assert.Equal(expected, Read(With(o => (Line(o)["requires_shipping"], Line(o)["gift_card"]) = (requires, giftCard))).Lines[0].RequiresShipping);

    [Theory]
    [InlineData("[]", null)]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    [InlineData("\"engraved\"", null)]
    [InlineData("5", null)]
    [InlineData("""[{"name":"a","value":1},7,null,[[]]]""", "1")]
    [InlineData("""{"name":2}""", "1")]
    public void Properties_of_any_shape_do_no_harm(string properties, string? counted) =>
        Assert.Equal(counted, Read(With(o => Line(o)["properties"] = JsonNode.Parse(properties))).Extensions.GetValueOrDefault("lines_with_properties"));

    [Theory]
    [InlineData("2026-11-23T10:00:00+01:00", 60)]
    [InlineData("2026-11-22T23:00:00-10:00", -600)]
    [InlineData("2026-11-23T14:30:00+05:30", 330)]
    [InlineData("2026-11-23T09:00:00Z", 0)]
    [InlineData("2026-11-23T09:00:00-00:00", 0)]
    [InlineData("2026-11-23T09:00:00.000Z", 0)]
    public void The_instant_is_kept_in_UTC_beside_the_offset_it_was_written_with(string written, int offset)
    {
        var order = Read(With(o => o["created_at"] = written));

        Assert.Equal((new DateTimeOffset(2026, 11, 23, 9, 0, 0, TimeSpan.Zero), (int?)offset), (order.PlacedAt, order.SourceOffsetMinutes));
    }

    [Fact]
    public void An_order_was_placed_when_it_was_processed() =>
        Assert.Equal(new DateTimeOffset(2026, 11, 1, 8, 0, 0, TimeSpan.Zero), Read(With(o => o["processed_at"] = "2026-11-01T09:00:00+01:00")).PlacedAt); // Imported later.

    [Theory]
    [InlineData("yesterday")]
    [InlineData("2026-11-23T10:00:00")]
    [InlineData("2026-11-23")]
    [InlineData("2026-13-23T10:00:00Z")]
    [InlineData("0001-01-01T00:00:00+14:00")]
    public void An_instant_that_is_none_is_refused(string written) => Assert.Equal(("json.not_an_instant", "created_at"), Refused(With(o => o["created_at"] = written)));

    [Fact]
    public void Texts_are_trimmed_and_hold_no_control_characters()
    {
        var order = Read(With(o =>
        {
            (Line(o)["sku"], Line(o)["title"]) = ("  AB-1 \t", "Mug\u0000 \u000b blue\n");
            o["shipping_address"] = new JsonObject { ["address1"] = "Street 1\nBack door", ["city"] = " ", ["country_code"] = "de", ["first_name"] = "Ada", ["zip"] = 1010 };
        }));

        Assert.Equal(("AB-1", "Mug    blue"), (order.Lines[0].Sku, order.Lines[0].Title));
        Assert.Equal(new Address { Name = "Ada", Line1 = "Street 1 Back door", PostalCode = "1010", CountryCode = "DE" }, order.ShipTo);
    }

    [Theory]
    [InlineData("United States", null)]
    [InlineData("USA", null)]
    [InlineData("ÄÖ", null)]
    [InlineData("us", "US")]
    public void A_country_is_a_two_letter_code_or_unknown(string written, string? code) =>
        Assert.Equal(code, Read(With(o => o["shipping_address"] = new JsonObject { ["name"] = "A", ["country_code"] = written })).ShipTo!.CountryCode);

    [Fact]
    public void The_order_is_found_by_every_number_that_people_may_hold()
    {
        var order = Read(With(o => (o["name"], o["order_number"], o["po_number"], o["confirmation_number"], o["source_identifier"], o["reference"]) = ("EN-1042-X", 1042, "PO 7", "XPAV284CT", "POS-3-77", "ref-9")));

        Assert.Equal(
            new Dictionary<string, string>
            {
                [IdentifierKinds.OrderNumber] = "1042", ["confirmation-number"] = "XPAV284CT", [IdentifierKinds.PurchaseOrder] = "PO 7", ["source-identifier"] = "POS-3-77", ["channel-reference"] = "ref-9",
            },
            order.References);
        Assert.DoesNotContain(IdentifierKinds.Reference, order.References.Keys); // That word is ours.
    }

    [Fact]
    public void Without_a_name_the_number_stands_for_it()
    {
        Assert.Equal("#1042", Read(With(o => (o["name"], o["order_number"]) = (null, 1042))).Number);
        Assert.Equal("1", Read(With(o => o["name"] = " ")).Number);
    }

    [Fact]
    public void Shipping_is_what_the_buyer_pays_for_it()
    {
        var lines = JsonNode.Parse("""[{"title":"Express","price":"9.00","discounted_price":"7.00"},{"code":"INS","price":"1.00"},{"code":"OLD","price":"5.00","is_removed":true}]""");
        var free = JsonNode.Parse("""[{"code":"STD","price":"4.90","discounted_price":"4.90","discount_allocations":[{"amount":"4.00"},{"amount":"0.90"}]}]""");
        var set = JsonNode.Parse("""{"shop_money":{"amount":"6.50","currency_code":"EUR"}}""");

        var order = Read(With(o => (o["shipping_lines"], o["total_shipping_price_set"]) = (lines!.DeepClone(), set!.DeepClone())));
        Assert.Equal((800L, "Express, INS"), (order.ShippingMinor, order.ShippingService));
        Assert.Equal(0, Read(With(o => o["shipping_lines"] = free!.DeepClone())).ShippingMinor);
        Assert.Equal(650, Read(With(o => (o["shipping_lines"], o["total_shipping_price_set"]) = (new JsonArray(), set!.DeepClone()))).ShippingMinor);
    }

    [Theory]
    [InlineData("id", null, "order.no_id", "id")]
    [InlineData("id", "\"gid://shopify/DraftOrder/5\"", "shopify.id_invalid", "id")]
    [InlineData("id", "-5", "shopify.id_invalid", "id")]
    [InlineData("id", "1.5", "shopify.id_invalid", "id")]
    [InlineData("currency", null, "order.currency_unknown", "currency")]
    [InlineData("currency", "\"XXQ\"", "order.currency_unknown", "currency")]
    [InlineData("currency", "\"eur\"", "order.currency_unknown", "currency")]
    [InlineData("total_price", null, "order.amount_missing", "total_price")]
    [InlineData("total_price", "\"-1.00\"", "order.total_negative", "total_price")]
    [InlineData("created_at", null, "json.missing", "created_at")]
    [InlineData("line_items", null, "order.no_lines", "line_items")]
    [InlineData("line_items", "[]", "order.no_lines", "line_items")]
    [InlineData("line_items", "{}", "json.wrong_type", "line_items")]
    [InlineData("updated_at", "\"soon\"", "json.not_an_instant", "updated_at")]
    public void An_order_that_cannot_be_worked_is_refused_by_its_field(string field, string? value, string code, string at)
    {
        Assert.Equal((code, at), Refused(With(o => Set(o, field, value))));
        Assert.Contains((code, "order." + at), All($$"""{"order":{{With(o => Set(o, field, value))}}}"""));
    }

    [Theory]
    [InlineData("id", null, "order.line_no_id", "line_items[0].id")]
    [InlineData("quantity", "0", "order.quantity_not_positive", "line_items[0].quantity")]
    [InlineData("quantity", "-3", "order.quantity_not_positive", "line_items[0].quantity")]
    [InlineData("quantity", null, "order.quantity_missing", "line_items[0].quantity")]
    [InlineData("quantity", "1.5", "order.quantity_not_whole", "line_items[0].quantity")]
    [InlineData("quantity", "\"two\"", "order.quantity_not_whole", "line_items[0].quantity")]
    [InlineData("quantity", "{}", "order.quantity_not_whole", "line_items[0].quantity")]
    [InlineData("quantity", "10000000", "json.out_of_range", "line_items[0].quantity")]
    [InlineData("quantity", "1e400", "order.quantity_not_whole", "line_items[0].quantity")]
    [InlineData("price", null, "order.amount_missing", "line_items[0].price")]
    [InlineData("price", "\"-5.00\"", "order.price_negative", "line_items[0].price")]
    [InlineData("title", null, "order.line_no_product", "line_items[0].sku")]
    public void A_line_that_cannot_be_worked_is_refused_by_its_field(string field, string? value, string code, string at) =>
        Assert.Equal((code, at), Refused(With(o => Set(Line(o), field, value))));

    [Fact]
    public void In_a_GraphQL_node_refusals_name_the_nodes_own_fields()
    {
        Assert.Equal(("order.quantity_not_positive", "lineItems.edges[0].node.quantity"), Refused(LeastNode.Replace("\"quantity\":2", "\"quantity\":0", StringComparison.Ordinal)));
        Assert.Equal(("order.price_negative", "lineItems.edges[0].node.originalUnitPriceSet"), Refused(LeastNode.Replace("\"5.0\"", "\"-5.0\"", StringComparison.Ordinal)));
        Assert.Equal(("order.currency_unknown", "currencyCode"), Refused(LeastNode.Replace("EUR", "XXQ", StringComparison.Ordinal)));
        Assert.Equal(("order.no_lines", "lineItems"), Refused(LeastNode[..LeastNode.IndexOf("[{\"node\"", StringComparison.Ordinal)] + "[]}}"));
    }

    [Fact]
    public void Everything_wrong_is_told_at_once_and_each_field_once() =>
        Assert.Equal(
            [("order.currency_unknown", "currency"), ("order.line_no_id", "line_items[1].id"), ("order.quantity_missing", "line_items[0].quantity")],
            All("""{"id":1,"name":"#1","currency":"??","total_price":"1","created_at":"2026-11-23T10:00:00Z","line_items":[{"id":1,"sku":"A","price":"1"},{"sku":"B","quantity":1,"price":"1"}]}""").Order());

    [Fact]
    public void Two_lines_of_one_id_are_refused() =>
        Assert.Equal(("order.line_id_twice", "line_items[1].id"), Refused(With(o => o["line_items"]!.AsArray().Add(Line(o).DeepClone()))));

    [Fact]
    public void A_refusal_does_not_repeat_what_the_field_holds() =>
        Assert.All(
            Assert.IsType<InboundEvent.Refused>(GivenShopify.Translate(With(o => (o["total_price"], o["created_at"], o["id"]) = ("secret", "secret", "secret")))).Refusals,
            r => Assert.DoesNotContain("secret", r.Message, StringComparison.Ordinal));

    private static void Set(JsonObject holder, string field, string? value) => holder[field] = value is null ? null : JsonNode.Parse(value);

    private static JsonObject Line(JsonObject order) => order["line_items"]![0]!.AsObject();

    private static string With(Action<JsonObject> change, string? linesIn = null)
    {
        var order = JsonNode.Parse(Least)!.AsObject();
        if (linesIn is not null)
            Line(order)["price"] = "5";
        change(order);
        return order.ToJsonString();
    }

    private static CanonicalOrder Read(string body) => GivenShopify.Translate(body) switch
    {
        InboundEvent.OrderReceived received => received.Order,
        InboundEvent.Refused refused => throw new Xunit.Sdk.XunitException(string.Join('\n', refused.Refusals)),
        var other => throw new Xunit.Sdk.XunitException(other.ToString()),
    };

    private static (string, string) Refused(string body) => Assert.Single(All(body));

    private static List<(string, string)> All(string body) => [.. Assert.IsType<InboundEvent.Refused>(GivenShopify.Translate(body)).Refusals.Select(r => (r.Code, r.Field))];
}
