using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Shopify;

public sealed class OrdersFeedTests
{
    private static IFeed Feed => Assert.Single(GivenShopify.Connector.Feeds);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_run_reaches_back_an_hour_and_pages_to_the_end()
    {
        var exchange = new ScriptedExchange()
            .Answers(200, Page("c-1", Order(1, "2026-11-23T09:10:00Z"), Order(2, "2026-11-23T09:20:00Z")))
            .Answers(200, Page(null, Order(3, "2026-11-23T09:30:00Z")));

        var first = await Feed.ReadAsync(GivenShopify.Connection, null, Given.Now, exchange, Ct);
        var second = await Feed.ReadAsync(GivenShopify.Connection, first.Cursor, Given.Now, exchange, Ct);

        Assert.Equal((2, true, 1, false), (first.Documents.Count, first.More, second.Documents.Count, second.More));
        Assert.Equal(("updated_at:>='2026-11-23T09:00:00Z'", null), Asked(exchange, 0));
        Assert.Equal(("updated_at:>='2026-11-23T09:00:00Z'", "c-1"), Asked(exchange, 1));
        Assert.Equal(50, Variables(exchange, 0)["first"]!.GetValue<int>());
        Assert.All(exchange.Sent, s => Assert.False(s.Writes));
    }

    [Fact]
    public async Task The_next_run_begins_five_minutes_before_the_newest_change()
    {
        var exchange = new ScriptedExchange()
            .Answers(200, Page("c-1", Order(2, "2026-11-23T09:30:00Z")))
            .Answers(200, Page(null, Order(1, "2026-11-23T09:10:00Z")))
            .Answers(200, Page(null))
            .Answers(200, Page(null));

        string? cursor = null;
        for (var run = 0; run < 4; run++)
            cursor = (await Feed.ReadAsync(GivenShopify.Connection, cursor, Given.Now, exchange, Ct)).Cursor;

        Assert.Equal(("updated_at:>='2026-11-23T09:25:00Z'", null), Asked(exchange, 2));
        Assert.Equal(("updated_at:>='2026-11-23T09:25:00Z'", null), Asked(exchange, 3)); // A quiet shop moves nothing on.
    }

    [Fact]
    public async Task A_cursor_that_cannot_be_read_starts_anew()
    {
        var exchange = new ScriptedExchange().Answers(200, Page(null)).Answers(200, Page(null)).Answers(200, Page(null));

        foreach (var broken in new[] { "garbage", "{}", """{"since":"soon","page":5}""" })
            await Feed.ReadAsync(GivenShopify.Connection, broken, Given.Now, exchange, Ct);

        Assert.All([0, 1, 2], call => Assert.Equal(("updated_at:>='2026-11-23T09:00:00Z'", null), Asked(exchange, call)));
    }

    [Fact]
    public async Task Every_order_is_one_document_that_the_receiver_reads()
    {
        var sample = JsonNode.Parse(GivenShopify.Sample("order-node.json"))!.AsObject();
        var page = await Feed.ReadAsync(GivenShopify.Connection, null, Given.Now, new ScriptedExchange().Answers(200, Page(null, sample)), Ct);

        var request = new InboundRequest { Topic = Feed.Name, Body = Assert.Single(page.Documents), Polled = true };
        Assert.True(GivenShopify.Receiver.Verify(request, GivenShopify.Connection));
        Assert.Equal("order/6120345678901/created", Assert.IsType<InboundEvent.OrderReceived>(GivenShopify.Receiver.Translate(request, GivenShopify.Connection)).BusinessKey);
    }

    [Fact]
    public async Task An_order_with_many_lines_is_fetched_whole()
    {
        var long1 = Order(1, "2026-11-23T09:10:00Z", lines: [1, 2], next: "l-2");
        var exchange = new ScriptedExchange()
            .Answers(200, Page(null, long1, Order(2, "2026-11-23T09:20:00Z")))
            .Answers(200, One(Order(1, "2026-11-23T09:10:00Z", lines: [3], next: "l-3")))
            .Answers(200, One(Order(1, "2026-11-23T09:10:00Z", lines: [4, 5])));

        var page = await Feed.ReadAsync(GivenShopify.Connection, null, Given.Now, exchange, Ct);

        Assert.Equal(["1", "2", "3", "4", "5"], Read(page.Documents[0]).Lines.Select(l => l.ChannelLineRef));
        Assert.Equal(["1"], Read(page.Documents[1]).Lines.Select(l => l.ChannelLineRef));
        Assert.Equal(("l-2", "l-3"), (Variables(exchange, 1)["after"]!.GetValue<string>(), Variables(exchange, 2)["after"]!.GetValue<string>()));
    }

    [Fact]
    public async Task Lines_that_were_announced_and_do_not_come_stop_the_page()
    {
        var exchange = new ScriptedExchange()
            .Answers(200, Page(null, Order(1, "2026-11-23T09:10:00Z", lines: [1], next: "l-2")))
            .Answers(200, """{"data":{"order":null}}""");

        var stopped = await Assert.ThrowsAsync<ExchangeException>(() => Feed.ReadAsync(GivenShopify.Connection, null, Given.Now, exchange, Ct));

        Assert.Equal((FaultKind.Transient, "shopify.lines_missing"), (stopped.Fault.Kind, stopped.Fault.Code));
    }

    [Fact]
    public async Task A_page_that_costs_too_much_is_asked_for_with_fewer_orders_from_then_on()
    {
        const string TooCostly = """{"errors":[{"message":"Query cost is 2500","extensions":{"code":"MAX_COST_EXCEEDED","cost":2500,"maxCost":1000}}]}""";
        var exchange = new ScriptedExchange().Answers(200, TooCostly).Answers(200, Page("c-1", Order(1, "2026-11-23T09:10:00Z"))).Answers(200, Page(null));

        var first = await Feed.ReadAsync(GivenShopify.Connection, null, Given.Now, exchange, Ct);
        await Feed.ReadAsync(GivenShopify.Connection, first.Cursor, Given.Now, exchange, Ct);

        Assert.Equal([50, 20, 20], Enumerable.Range(0, 3).Select(i => Variables(exchange, i)["first"]!.GetValue<int>()));
    }

    [Fact]
    public async Task Even_one_order_that_costs_too_much_ends_in_a_fault_and_not_in_a_loop()
    {
        var exchange = new ScriptedExchange();
        for (var i = 0; i < 60; i++)
            exchange.Answers(200, """{"errors":[{"message":"x","extensions":{"code":"MAX_COST_EXCEEDED","cost":1001,"maxCost":1000}}]}""");

        var stopped = await Assert.ThrowsAsync<ExchangeException>(() => Feed.ReadAsync(GivenShopify.Connection, null, Given.Now, exchange, Ct));

        Assert.Equal("shopify.query_too_costly", stopped.Fault.Code);
        Assert.InRange(exchange.Sent.Count, 2, 50);
    }

    [Fact]
    public async Task A_throttled_poll_says_how_long_to_wait()
    {
        var exchange = new ScriptedExchange().Answers(200, Encoding.UTF8.GetString(GivenShopify.Sample("error-throttled.json")));

        var stopped = await Assert.ThrowsAsync<ExchangeException>(() => Feed.ReadAsync(GivenShopify.Connection, null, Given.Now, exchange, Ct));

        Assert.Equal((FaultKind.Throttled, TimeSpan.FromSeconds(1.5)), (stopped.Fault.Kind, stopped.Fault.RetryAfter));
    }

    [Fact]
    public async Task One_order_is_fetched_by_its_number_or_is_not_there()
    {
        var exchange = new ScriptedExchange().Answers(200, One(Order(7, "2026-11-23T09:10:00Z"))).Answers(200, """{"data":{"order":null}}""");

        var found = await Feed.ReadOneAsync(GivenShopify.Connection, "7", exchange, Ct);

        Assert.Equal("7", Read(found!.Value).ExternalId);
        Assert.Equal("gid://shopify/Order/7", Variables(exchange, 0)["id"]!.GetValue<string>());
        Assert.Null(await Feed.ReadOneAsync(GivenShopify.Connection, "8", exchange, Ct));
    }

    private static ControlPlane.Domain.Orders.CanonicalOrder Read(ReadOnlyMemory<byte> document) =>
        Assert.IsType<InboundEvent.OrderReceived>(GivenShopify.Receiver.Translate(new() { Topic = "orders-feed", Body = document }, GivenShopify.Connection)).Order;

    private static (string Query, string? Page) Asked(ScriptedExchange exchange, int call) =>
        (Variables(exchange, call)["query"]!.GetValue<string>(), Variables(exchange, call)["page"]?.GetValue<string>());

    private static JsonNode Variables(ScriptedExchange exchange, int call) => JsonNode.Parse(exchange.Body(call))!["variables"]!;

    private static string Page(string? next, params JsonObject[] orders) => new JsonObject
    {
        ["data"] = new JsonObject { ["orders"] = new JsonObject { ["nodes"] = new JsonArray([.. orders]), ["pageInfo"] = Info(next) } },
    }.ToJsonString();

    private static string One(JsonObject order) => new JsonObject { ["data"] = new JsonObject { ["order"] = order } }.ToJsonString();

    private static JsonObject Info(string? next) => new() { ["hasNextPage"] = next is not null, ["endCursor"] = next };

    private static JsonObject Order(int id, string updated, int[]? lines = null, string? next = null) => new()
    {
        ["id"] = $"gid://shopify/Order/{id}",
        ["name"] = $"#{id}",
        ["createdAt"] = "2026-11-23T09:00:00Z",
        ["updatedAt"] = updated,
        ["currencyCode"] = "EUR",
        ["totalPriceSet"] = Money(),
        ["lineItems"] = new JsonObject
        {
            ["nodes"] = new JsonArray([.. (lines ?? [1]).Select(l => (JsonNode)new JsonObject { ["id"] = $"gid://shopify/LineItem/{l}", ["title"] = "A", ["quantity"] = 1, ["originalUnitPriceSet"] = Money() })]),
            ["pageInfo"] = Info(next),
        },
    };

    private static JsonObject Money() => new() { ["shopMoney"] = new JsonObject { ["amount"] = "5.0", ["currencyCode"] = "EUR" } };
}
