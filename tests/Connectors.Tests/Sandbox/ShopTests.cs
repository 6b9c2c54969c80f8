using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Connectors.Tests.Sandbox;

public sealed class ShopTests
{
    [Fact]
    public async Task An_order_is_told_by_a_signed_webhook_in_Shopifys_form()
    {
        await using var rig = await SandboxRig.StartAsync();

        var webhook = await rig.OrderAsync();

        Assert.Equal("/in/shopify-eu", webhook.Path);
        var expected = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(rig.Options.Secrets.ShopWebhookSecret), webhook.Body));
        Assert.Equal(expected, webhook.Headers["X-Shopify-Hmac-Sha256"]);
        Assert.Equal("orders/create", webhook.Headers["X-Shopify-Topic"]);
        Assert.Equal("sandbox-eu.myshopify.com", webhook.Headers["X-Shopify-Shop-Domain"]);
        Assert.True(Guid.TryParse(webhook.Headers["X-Shopify-Webhook-Id"], out _));
        Assert.StartsWith("2026-11-23T12:00:00.", webhook.Headers["X-Shopify-Triggered-At"], StringComparison.Ordinal);
        Assert.Equal("application/json", webhook.Headers["Content-Type"]);
        Assert.Equal("#1001", webhook.Json["name"]!.GetValue<string>());
        Assert.Equal("2026-11-23T13:00:00+01:00", webhook.Json["created_at"]!.GetValue<string>());
    }

    [Fact]
    public async Task Orders_weigh_about_4_to_6_KB_and_their_sums_are_right_to_the_cent()
    {
        await using var rig = await SandboxRig.StartAsync();
        Assert.Null(rig.Control.PlaceOrders("shop", 60));

        var lineCounts = new HashSet<int>();
        for (var i = 0; i < 60; i++)
        {
            var webhook = await rig.Inbox.NextAsync(TestContext.Current.CancellationToken);
            var order = webhook.Json;
            Assert.InRange(webhook.Body.Length, 3_900, 6_700);
            var lines = order["line_items"]!.AsArray();
            lineCounts.Add(lines.Count);
            var goods = lines.Sum(l => Money(l!, "price") * l!["quantity"]!.GetValue<int>());
            Assert.Equal(goods, Money(order, "total_line_items_price"));
            Assert.Equal(lines.Sum(l => l!["discount_allocations"]!.AsArray().Sum(d => Money(d!, "amount"))), Money(order, "total_discounts"));
            Assert.Equal(goods - Money(order, "total_discounts"), Money(order, "subtotal_price"));
            Assert.Equal(Money(order, "subtotal_price") + Money(order["shipping_lines"]![0]!, "price"), Money(order, "total_price"));
            Assert.Equal(lines.Sum(l => Money(l!["tax_lines"]![0]!, "price")) + Money(order["shipping_lines"]![0]!["tax_lines"]![0]!, "price"), Money(order, "total_tax"));
            Assert.Equal("EUR", order["currency"]!.GetValue<string>());
        }

        Assert.True(lineCounts.IsSupersetOf([1, 2, 3]), string.Join(",", lineCounts));
        Assert.True(lineCounts.Max() <= 5);
    }

    [Fact]
    public async Task Without_the_token_the_Admin_API_answers_401()
    {
        await using var rig = await SandboxRig.StartAsync();

        var answer = await rig.GraphQlAsync("{ orders(first: 1) { nodes { id } } }", token: "shpat_wrong");

        Assert.Equal(401, answer.Code);
        Assert.Contains("Invalid API key or access token", answer.Json["errors"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Orders_are_listed_by_update_page_by_page()
    {
        await using var rig = await SandboxRig.StartAsync();
        var names = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            names.Add((await rig.OrderAsync()).Json["name"]!.GetValue<string>());
            rig.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        const string query = """
            query Changed($after: String, $query: String!) {
              orders(first: 2, after: $after, query: $query, sortKey: UPDATED_AT) {
                edges { cursor node { legacyResourceId name updatedAt totalPriceSet { shopMoney { amount currencyCode } } } }
                pageInfo { hasNextPage endCursor }
              }
            }
            """;
        var seen = new List<string>();
        string? cursor = null;
        do
        {
            var answer = await rig.GraphQlAsync(query, new() { ["after"] = cursor, ["query"] = "updated_at:>='2026-11-23T12:01:00Z'" });
            var orders = answer.Json["data"]!["orders"]!;
            seen.AddRange(orders["edges"]!.AsArray().Select(e => e!["node"]!["name"]!.GetValue<string>()));
            cursor = orders["pageInfo"]!["hasNextPage"]!.GetValue<bool>() ? orders["pageInfo"]!["endCursor"]!.GetValue<string>() : null;
        }
        while (cursor is not null);

        Assert.Equal(names.Skip(1), seen);
    }

    [Fact]
    public async Task A_fulfillment_closes_the_fulfillment_order_and_moves_the_order_up_the_list()
    {
        await using var rig = await SandboxRig.StartAsync();
        var gid = (await rig.OrderAsync()).Gid();
        var order = await rig.OrderAsync(gid);
        Assert.Equal("UNFULFILLED", order["displayFulfillmentStatus"]!.GetValue<string>());
        rig.Clock.Advance(TimeSpan.FromMinutes(5));

        var created = (await rig.GraphQlAsync(ShopClient.Fulfill, ShopClient.Shipment(order, "JJD0001"))).Json["data"]!["fulfillmentCreate"]!;

        Assert.Empty(created["userErrors"]!.AsArray());
        Assert.Equal("SUCCESS", created["fulfillment"]!["status"]!.GetValue<string>());
        var after = await rig.OrderAsync(gid);
        Assert.Equal("FULFILLED", after["displayFulfillmentStatus"]!.GetValue<string>());
        Assert.Equal("CLOSED", after["fulfillmentOrders"]!["nodes"]![0]!["status"]!.GetValue<string>());
        Assert.Equal("JJD0001", after["fulfillments"]![0]!["trackingInfo"]![0]!["number"]!.GetValue<string>());
        var changed = await rig.GraphQlAsync("""{ orders(first: 5, query: "updated_at:>2026-11-23T12:04:00Z") { nodes { name } } }""");
        Assert.Single(changed.Json["data"]!["orders"]!["nodes"]!.AsArray());
    }

    [Fact]
    public async Task Too_many_units_an_unknown_line_and_a_closed_order_are_user_errors_with_status_200()
    {
        await using var rig = await SandboxRig.StartAsync();
        var order = await rig.OrderAsync((await rig.OrderAsync()).Gid());

        var tooMany = await rig.GraphQlAsync(ShopClient.Fulfill, ShopClient.Shipment(order, "A", quantityOfFirst: 99));
        var strange = ShopClient.Shipment(order, "B");
        strange["f"]!["lineItemsByFulfillmentOrder"]![0]!["fulfillmentOrderLineItems"]![0]!["id"] = "gid://shopify/FulfillmentOrderLineItem/1";
        var unknown = await rig.GraphQlAsync(ShopClient.Fulfill, strange);
        await rig.GraphQlAsync(ShopClient.Fulfill, ShopClient.Shipment(order, "C"));
        var again = await rig.GraphQlAsync(ShopClient.Fulfill, ShopClient.Shipment(order, "C"));

        Assert.Equal("Invalid fulfillment order line item quantity requested.", Refusal(tooMany));
        Assert.Equal("Fulfillment order line item does not exist.", Refusal(unknown));
        Assert.EndsWith("has an unfulfillable status= closed.", Refusal(again), StringComparison.Ordinal);
        Assert.Equal(200, again.Code);
        Assert.Equal(1, rig.Effects("shop", "fulfillment", "#1001/C"));
    }

    [Fact]
    public async Task Tracking_can_be_changed_and_an_order_closed()
    {
        await using var rig = await SandboxRig.StartAsync();
        var gid = (await rig.OrderAsync()).Gid();
        var created = await rig.GraphQlAsync(ShopClient.Fulfill, ShopClient.Shipment(await rig.OrderAsync(gid), "OLD"));
        var fulfillment = created.Json["data"]!["fulfillmentCreate"]!["fulfillment"]!["id"]!.GetValue<string>();

        await rig.GraphQlAsync(
            "mutation T($id: ID!, $t: FulfillmentTrackingInput!) { fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $t, notifyCustomer: false) { fulfillment { id } userErrors { message } } }",
            new() { ["id"] = fulfillment, ["t"] = new JsonObject { ["number"] = "NEW", ["company"] = "DPD" } });
        var closed = await rig.GraphQlAsync("mutation C($i: OrderCloseInput!) { orderClose(input: $i) { order { closed } userErrors { field message } } }", new() { ["i"] = new JsonObject { ["id"] = gid } });

        Assert.True(closed.Json["data"]!["orderClose"]!["order"]!["closed"]!.GetValue<bool>());
        var order = await rig.OrderAsync(gid);
        Assert.Equal("NEW", order["fulfillments"]![0]!["trackingInfo"]![0]!["number"]!.GetValue<string>());
        Assert.True(order["closed"]!.GetValue<bool>());
    }

    [Theory]
    [InlineData("{ orders(first: 1) { nodes { colour } } }", "Field 'colour' doesn't exist on type 'Order'")]
    [InlineData("{ orders(first: 1, color: 3) { nodes { id } } }", "Field 'orders' doesn't accept argument 'color'")]
    [InlineData("{ orders { nodes { id } } }", "you must provide one of first or last")]
    [InlineData("{ order { id } }", "Field 'order' is missing required arguments: id")]
    [InlineData("{ order(id: \"gid://shopify/Order/1\") }", "Field must have selections")]
    [InlineData("{ order(id: $id) { id } }", "Variable $id is used by anonymous query but not declared")]
    [InlineData("query Q($id: ID!) { order(id: $id) { id } }", "Variable $id of type ID! was provided invalid value")]
    [InlineData("{ orders(first: 1) { nodes { id }", "syntax error, unexpected end of file")]
    [InlineData("{ ...A } fragment A on QueryRoot { ...A }", "Fragments contain a cycle")]
    public async Task A_query_that_the_real_schema_would_refuse_is_refused(string query, string message)
    {
        await using var rig = await SandboxRig.StartAsync();

        var answer = await rig.GraphQlAsync(query);

        Assert.Equal(200, answer.Code);
        Assert.Null(answer.Json["data"]);
        Assert.StartsWith(message, answer.Json["errors"]![0]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Aliases_fragments_and_directives_work()
    {
        await using var rig = await SandboxRig.StartAsync();
        var gid = (await rig.OrderAsync()).Gid();

        var answer = await rig.GraphQlAsync(
            """
            query Q($id: ID!, $withMail: Boolean = false) { mine: order(id: $id) { ...Head ... on Order { currencyCode } email @include(if: $withMail) __typename } }
            fragment Head on Order { name total: totalPriceSet { shopMoney { amount } } }
            """,
            new() { ["id"] = gid });

        var order = answer.Json["data"]!["mine"]!.AsObject();
        Assert.Equal(["name", "total", "currencyCode", "__typename"], order.Select(p => p.Key));
    }

    [Fact]
    public async Task A_bucket_that_is_empty_throttles_until_it_has_filled_up_again()
    {
        await using var rig = await SandboxRig.StartAsync();
        var gid = (await rig.OrderAsync()).Gid();

        Answered answer;
        var calls = 0;
        do
            answer = await rig.GraphQlAsync("mutation C($i: OrderCloseInput!) { orderClose(input: $i) { order { id } userErrors { message } } }", new() { ["i"] = new JsonObject { ["id"] = gid } });
        while (answer.Json["errors"] is null && ++calls < 500);

        Assert.Equal(200, answer.Code);
        Assert.Equal("THROTTLED", answer.Json["errors"]![0]!["extensions"]!["code"]!.GetValue<string>());
        var status = answer.Json["extensions"]!["cost"]!["throttleStatus"]!;
        Assert.Equal(100, status["restoreRate"]!.GetValue<double>());
        Assert.Equal(2_000, status["maximumAvailable"]!.GetValue<double>());
        var cost = answer.Json["extensions"]!["cost"]!["requestedQueryCost"]!.GetValue<int>();
        Assert.True(status["currentlyAvailable"]!.GetValue<double>() < cost);
        Assert.Equal(2_000 / cost, calls);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        var later = await rig.GraphQlAsync("{ orders(first: 1) { nodes { id } } }");
        Assert.Null(later.Json["errors"]);
    }

    [Fact]
    public async Task A_query_above_a_thousand_points_is_refused_whatever_the_bucket_holds()
    {
        await using var rig = await SandboxRig.StartAsync();

        var answer = await rig.GraphQlAsync("{ orders(first: 250) { nodes { lineItems(first: 250) { nodes { product { id } variant { id } } } fulfillmentOrders(first: 250) { nodes { id } } } } }");

        Assert.Equal("MAX_COST_EXCEEDED", answer.Json["errors"]![0]!["extensions"]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task An_unanswered_webhook_comes_again_with_the_same_id_and_body_until_it_is_given_up()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Inbox.Answer = _ => 500;
        Assert.Null(rig.Control.PlaceOrders("shop", 1));
        var first = await rig.Inbox.NextAsync(TestContext.Current.CancellationToken);

        var tries = new List<ReceivedWebhook>();
        for (var i = 0; i < 8; i++)
            tries.Add(await rig.PassAsync(rig.Inbox.NextAsync(TestContext.Current.CancellationToken), TimeSpan.FromMinutes(3)));

        Assert.All(tries, t => Assert.Equal(first.Headers["X-Shopify-Webhook-Id"], t.Headers["X-Shopify-Webhook-Id"]));
        Assert.All(tries, t => Assert.Equal(first.Body, t.Body));
        rig.Clock.Advance(TimeSpan.FromHours(4));
        Assert.True(await rig.Inbox.IsQuietAsync(TestContext.Current.CancellationToken));
        Assert.Equal(1, rig.Statistics("shop").WebhooksGivenUp);
    }

    [Fact]
    public async Task Customers_order_at_the_dialled_rate_by_themselves()
    {
        await using var rig = await SandboxRig.StartAsync(o => o with { OrdersPerMinute = 60 });

        for (var second = 0; second < 120; second++)
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(0.5));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }

        Assert.InRange(rig.Statistics("shop").OrdersPlaced, 35, 75);
        rig.Turn("shop", "order-rate", 0);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        var placed = rig.Statistics("shop").OrdersPlaced;
        rig.Clock.Advance(TimeSpan.FromMinutes(10));
        await Task.Delay(20, TestContext.Current.CancellationToken);
        Assert.Equal(placed, rig.Statistics("shop").OrdersPlaced);
    }

    private static string Refusal(Answered answer) => answer.Json["data"]!["fulfillmentCreate"]!["userErrors"]![0]!["message"]!.GetValue<string>();

    private static decimal Money(JsonNode node, string field) => decimal.Parse(node[field]!.GetValue<string>(), CultureInfo.InvariantCulture);
}
