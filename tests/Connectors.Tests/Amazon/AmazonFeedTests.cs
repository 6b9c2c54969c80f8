using System.Text;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Amazon;

public sealed class AmazonFeedTests
{
    private const string Data = "includedData=BUYER,RECIPIENT,PROCEEDS,PROMOTION,CANCELLATION,FULFILLMENT";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_first_poll_reaches_a_day_back_and_asks_only_for_what_can_concern_us()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"orders":[]}""");

        var page = await GivenAmazon.Feed.ReadAsync(GivenAmazon.Connection(("marketplaceIds", "A1PA6795UKMFR9, APJ6JRA9NG5V4")), null, Given.Now, exchange, Ct);

        var call = Assert.Single(exchange.Sent);
        Assert.Equal(
            "/orders/2026-01-01/orders?lastUpdatedAfter=2026-11-22T10%3A00%3A00Z&marketplaceIds=A1PA6795UKMFR9,APJ6JRA9NG5V4&fulfilledBy=MERCHANT"
            + $"&fulfillmentStatuses=PENDING_AVAILABILITY,PENDING,UNSHIPPED,PARTIALLY_SHIPPED,CANCELLED&maxResultsPerPage=100&{Data}",
            call.Path);
        Assert.Equal(("orders-feed", false, HttpMethod.Get), (call.Operation, call.Writes, call.Method));
        Assert.Equal(("2026-11-23T09:55:00Z", false), (page.Cursor, page.More));
        Assert.Equal(new RateBudget(0.0056, 20), GivenAmazon.Feed.Budget);
    }

    [Fact]
    public async Task Pages_follow_with_their_token_and_the_next_walk_begins_five_minutes_before_the_first_page()
    {
        var first = Page("""{"nextToken":"t|1="}""", "2026-11-23T09:58:00Z", "A", "B");
        var exchange = new ScriptedExchange().Answers(200, first).Answers(200, Page(null, "2026-11-23T10:03:00Z", "C"));

        var one = await GivenAmazon.Feed.ReadAsync(GivenAmazon.Connection(), "2026-11-23T09:00:00Z", Given.Now, exchange, Ct);
        var two = await GivenAmazon.Feed.ReadAsync(GivenAmazon.Connection(), one.Cursor, Given.Now.AddMinutes(5), exchange, Ct);

        Assert.True(one.More);
        Assert.Equal(["""{"orderId":"A"}""", """{"orderId":"B"}"""], one.Documents.Select(d => Encoding.UTF8.GetString(d.Span)));
        Assert.EndsWith("&paginationToken=t%7C1%3D", exchange.Sent[1].Path, StringComparison.Ordinal);
        Assert.Equal(exchange.Sent[0].Path + "&paginationToken=t%7C1%3D", exchange.Sent[1].Path);
        Assert.Equal((false, "2026-11-23T09:53:00Z"), (two.More, two.Cursor));
    }

    [Fact]
    public async Task The_cursor_never_goes_back_and_trusts_no_time_that_is_still_to_come()
    {
        var exchange = new ScriptedExchange().Answers(200, Page(null, "2026-11-23T09:58:00Z")).Answers(200, Page(null, "2030-01-01T00:00:00Z")).Answers(200, Page(null, "soon"));

        Assert.Equal("2026-11-23T09:57:00Z", (await GivenAmazon.Feed.ReadAsync(GivenAmazon.Connection(), "2026-11-23T09:57:00Z", Given.Now, exchange, Ct)).Cursor);
        Assert.Equal("2026-11-23T09:55:00Z", (await GivenAmazon.Feed.ReadAsync(GivenAmazon.Connection(), "2026-11-23T09:00:00Z", Given.Now, exchange, Ct)).Cursor);
        Assert.Equal("2026-11-23T09:55:00Z", (await GivenAmazon.Feed.ReadAsync(GivenAmazon.Connection(), "2026-11-23T09:00:00Z", Given.Now, exchange, Ct)).Cursor);
    }

    [Fact]
    public async Task A_page_token_that_expired_begins_the_walk_anew()
    {
        var exchange = new ScriptedExchange().Answers(400, """{"errors":[{"code":"InvalidInput","message":"The paginationToken is invalid."}]}""");

        var page = await GivenAmazon.Feed.ReadAsync(GivenAmazon.Connection(), "2026-11-23T09:00:00Z|2026-11-23T09:58:00Z|old", Given.Now, exchange, Ct);

        Assert.Equal((0, "2026-11-23T09:00:00Z", false), (page.Documents.Count, page.Cursor, page.More));
    }

    [Theory]
    [InlineData(429, """{"errors":[{"code":"QuotaExceeded","message":"m"}]}""", FaultKind.Throttled, "amazon.throttled", 178.57)]
    [InlineData(400, """{"errors":[{"code":"InvalidInput","message":"marketplaceIds holds no marketplace of this seller."}]}""", FaultKind.Data, "amazon.invalid_input", 0)]
    [InlineData(500, """{"errors":[{"code":"InternalFailure","message":"m"}]}""", FaultKind.Transient, "amazon.unavailable", 0)]
    [InlineData(502, "<html>Bad gateway</html>", FaultKind.Transient, "http.502", 0)]
    [InlineData(200, "<html>Sign in</html>", FaultKind.Transient, "http.unexpected_content", 0)]
    [InlineData(200, "[]", FaultKind.Transient, "http.unreadable_answer", 0)]
    [InlineData(200, """{"payload":{}}""", FaultKind.Internal, "amazon.orders_unreadable", 0)]
    public async Task A_page_that_does_not_come_is_told_in_Amazons_terms_and_leaves_the_cursor(int status, string body, FaultKind kind, string code, double waits)
    {
        var exchange = new ScriptedExchange().Answers(status, body, body[0] == '<' ? "text/html" : "application/json", ("x-amzn-RateLimit-Limit", "0.0056"));

        var thrown = await Assert.ThrowsAsync<ExchangeException>(() => GivenAmazon.Feed.ReadAsync(GivenAmazon.Connection(), "2026-11-23T09:00:00Z", Given.Now, exchange, Ct));

        Assert.Equal((kind, code), (thrown.Fault.Kind, thrown.Fault.Code));
        Assert.Equal(waits, Math.Round(thrown.Fault.RetryAfter?.TotalSeconds ?? 0, 2));
    }

    [Fact]
    public async Task One_order_is_read_whole_on_a_budget_of_its_own_and_none_when_Amazon_knows_none()
    {
        var exchange = new ScriptedExchange().Answers(200, GivenAmazon.Sample("order.json")).Answers(404, """{"errors":[{"code":"NotFound","message":"m"}]}""");

        var found = await GivenAmazon.Feed.ReadOneAsync(GivenAmazon.Connection(), "302-1048576-5551234", exchange, Ct);
        var missing = await GivenAmazon.Feed.ReadOneAsync(GivenAmazon.Connection(), "302-0000000-0000000", exchange, Ct);

        Assert.Equal("302-1048576-5551234", GivenAmazon.Received(Encoding.UTF8.GetString(found!.Value.Span)).Order.ExternalId);
        Assert.Null(missing);
        Assert.Equal(($"/orders/2026-01-01/orders/302-1048576-5551234?{Data}", "getOrder"), (exchange.Sent[0].Path, exchange.Sent[0].Operation));
        Assert.Equal(new RateBudget(0.5, 30), GivenAmazon.Connector.Manifest.Operations.Single(o => o.Name == "getOrder").Budget);
        Assert.Null(await GivenAmazon.Feed.ReadOneAsync(GivenAmazon.Connection(), "../secrets", exchange, Ct));
        Assert.Equal(0, exchange.Left);
    }

    [Fact]
    public async Task Each_document_of_a_page_is_what_the_receiver_reads()
    {
        var order = JsonNode.Parse(GivenAmazon.Sample("order.json"))!["order"]!.DeepClone();
        var exchange = new ScriptedExchange().Answers(200, new JsonObject { ["orders"] = new JsonArray(order) }.ToJsonString());

        var page = await GivenAmazon.Feed.ReadAsync(GivenAmazon.Connection(), null, Given.Now, exchange, Ct);

        Assert.Equal(GivenAmazon.Order.Lines, GivenAmazon.Received(Encoding.UTF8.GetString(page.Documents[0].Span)).Order.Lines);
    }

    private static string Page(string? pagination, string until, params string[] ids) =>
        $$"""{"orders":[{{string.Join(',', ids.Select(i => $$"""{"orderId":"{{i}}"}"""))}}]{{(pagination is null ? "" : $",\"pagination\":{pagination}")}},"lastUpdatedBefore":"{{until}}"}""";
}
