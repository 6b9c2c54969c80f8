using System.Text;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Shopify;

/// <summary>How Shopify says no, and what it means here.</summary>
public sealed class FaultTests
{
    private static readonly IOperation Confirm = GivenShopify.Connector.Operation("confirmShipment")!;
    private static readonly IOperation Close = GivenShopify.Connector.Operation("closeOrder")!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(401, """{"errors":"[API] Invalid API key or access token (unrecognized login or wrong password)"}""", FaultKind.Authentication, "shopify.token_refused")]
    [InlineData(402, """{"errors":"This shop's plan does not have access to this feature"}""", FaultKind.Authentication, "shopify.shop_frozen")]
    [InlineData(403, """{"errors":"User does not have access"}""", FaultKind.Authentication, "shopify.access_denied")]
    [InlineData(404, """{"errors":"Not Found"}""", FaultKind.Internal, "shopify.no_such_address")]
    [InlineData(423, """{"errors":"This shop is unavailable"}""", FaultKind.Authentication, "shopify.shop_locked")]
    [InlineData(429, """{"errors":"Exceeded 2 calls per second"}""", FaultKind.Throttled, "shopify.throttled")]
    [InlineData(430, "", FaultKind.Authentication, "shopify.call_rejected")]
    [InlineData(400, """{"errors":{"query":"Required parameter missing or invalid"}}""", FaultKind.Data, "http.400")]
    [InlineData(500, """{"errors":"Internal Server Error"}""", FaultKind.Transient, "http.500")]
    [InlineData(502, "<html>Bad gateway</html>", FaultKind.Transient, "http.502")]
    [InlineData(503, """{"errors":"Service Unavailable"}""", FaultKind.Transient, "http.503")]
    [InlineData(504, "", FaultKind.Transient, "http.504")]
    [InlineData(301, "", FaultKind.Internal, "http.301")]
    [InlineData(200, "<html>Enter the store's password</html>", FaultKind.Transient, "http.unexpected_content")]
    [InlineData(200, "", FaultKind.Transient, "http.unreadable_answer")]
    [InlineData(200, "[]", FaultKind.Transient, "http.unreadable_answer")]
    [InlineData(200, """{"data":null}""", FaultKind.Transient, "http.unreadable_answer")]
    [InlineData(200, """{"errors":[{"message":"Access denied for orderClose field.","extensions":{"code":"ACCESS_DENIED"}}],"data":{"orderClose":null}}""", FaultKind.Authentication, "shopify.access_denied")]
    [InlineData(200, """{"errors":[{"message":"x","extensions":{"code":"SHOP_INACTIVE"}}]}""", FaultKind.Authentication, "shopify.shop_inactive")]
    [InlineData(200, """{"errors":[{"message":"Internal error","extensions":{"code":"INTERNAL_SERVER_ERROR"}}]}""", FaultKind.Transient, "shopify.unavailable")]
    [InlineData(200, """{"errors":[{"message":"Field 'closed' doesn't exist on type 'Order'","extensions":{"code":"undefinedField"}}]}""", FaultKind.Internal, "graphql.query_refused")]
    [InlineData(200, """{"errors":[{"message":"Parse error"}]}""", FaultKind.Internal, "graphql.query_refused")]
    [InlineData(200, """{"errors":"strange"}""", FaultKind.Internal, "graphql.query_refused")]
    public async Task A_refusal_is_what_it_is(int status, string body, FaultKind kind, string code)
    {
        var html = body.StartsWith('<');
        var exchange = new ScriptedExchange().Answers(status, body, html ? "text/html" : "application/json");

        var fault = Assert.IsType<OperationResult.Failed>(await Close.ExecuteAsync(Request, default, exchange, Ct)).Fault;

        Assert.Equal((kind, code), (fault.Kind, fault.Code));
        Assert.InRange(fault.Message.Length, 20, 500);
    }

    [Theory]
    [InlineData(500, FaultKind.UnknownOutcome)]
    [InlineData(502, FaultKind.UnknownOutcome)]
    [InlineData(504, FaultKind.UnknownOutcome)]
    [InlineData(503, FaultKind.Transient)]
    [InlineData(429, FaultKind.Throttled)]
    [InlineData(401, FaultKind.Authentication)]
    public async Task Behind_a_server_error_a_fulfilment_may_stand(int status, FaultKind kind)
    {
        var shop = new SmallShop { Places = { new(1, "North", ("L1", 2), ("L3", 1)) } };
        shop.Before = call => call.Writes ? ScriptedExchange.Answer(status) : null;

        Assert.Equal(kind, Assert.IsType<OperationResult.Failed>(await Confirm.ExecuteAsync(Request, default, shop, Ct)).Fault.Kind);
    }

    [Fact]
    public async Task A_shop_that_is_closed_for_a_while_says_how_long()
    {
        var exchange = new ScriptedExchange().Answers(503, """{"errors":"Service Unavailable"}""", "application/json", ("Retry-After", "90"));

        var fault = Assert.IsType<OperationResult.Failed>(await Close.ExecuteAsync(Request, default, exchange, Ct)).Fault;

        Assert.Equal((FaultKind.Maintenance, TimeSpan.FromSeconds(90)), (fault.Kind, fault.RetryAfter));
    }

    [Fact]
    public async Task When_throttled_we_wait_until_the_bucket_holds_what_the_query_needs()
    {
        var exchange = new ScriptedExchange().Answers(200, Encoding.UTF8.GetString(GivenShopify.Sample("error-throttled.json")));

        var fault = Assert.IsType<OperationResult.Failed>(await Close.ExecuteAsync(Request, default, exchange, Ct)).Fault;

        // 202 points asked, 52 there, 100 a second.
        Assert.Equal((FaultKind.Throttled, "shopify.throttled", "THROTTLED", TimeSpan.FromSeconds(1.5)), (fault.Kind, fault.Code, fault.ProviderCode, fault.RetryAfter));
    }

    [Theory]
    [InlineData("""{"requestedQueryCost":10,"throttleStatus":{"currentlyAvailable":999,"restoreRate":50}}""", 0.25)]
    [InlineData("""{"requestedQueryCost":1000000,"throttleStatus":{"currentlyAvailable":0,"restoreRate":1}}""", 60.0)]
    [InlineData("""{"requestedQueryCost":10,"throttleStatus":{"currentlyAvailable":0,"restoreRate":0}}""", null)]
    [InlineData("""{"requestedQueryCost":10}""", null)]
    [InlineData("""5""", null)]
    public async Task A_strange_cost_makes_no_strange_wait(string cost, double? seconds)
    {
        var exchange = new ScriptedExchange().Answers(200, $$$"""{"errors":[{"message":"Throttled","extensions":{"code":"THROTTLED"}}],"extensions":{"cost":{{{cost}}}}}""");

        var fault = Assert.IsType<OperationResult.Failed>(await Close.ExecuteAsync(Request, default, exchange, Ct)).Fault;

        Assert.Equal((FaultKind.Throttled, seconds is { } s ? TimeSpan.FromSeconds(s) : (TimeSpan?)null), (fault.Kind, fault.RetryAfter));
    }

    [Fact]
    public async Task A_query_that_lacks_a_part_is_not_taken_for_the_whole()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"data":{"order":{"id":"gid://shopify/Order/5123","fulfillments":[],"fulfillmentOrders":null}},"errors":[{"message":"Something went wrong"}]}""");

        var fault = Assert.IsType<OperationResult.Failed>(await Confirm.ExecuteAsync(Request, default, exchange, Ct)).Fault;

        Assert.Equal((FaultKind.Internal, "graphql.incomplete"), (fault.Kind, fault.Code));
    }

    [Fact]
    public async Task The_version_of_the_connection_is_asked_for_and_its_token_sent()
    {
        var connection = new Connection
        {
            Key = "shop", Connector = "shopify", Role = SystemRole.Storefront, DisplayName = "Shop", BaseAddress = new("https://shop.example.org"),
            Settings = new Dictionary<string, string> { ["apiVersion"] = "2026-10" }, Secrets = new Dictionary<string, string> { ["webhookSecret"] = "hush", ["accessToken"] = "shpat_1" },
        };
        var shop = new SmallShop();
        await Close.ExecuteAsync(Given.Request(connection: connection), default, shop, Ct);
        var call = Assert.Single(shop.Calls);

        await GivenShopify.Connector.AuthenticateAsync(call, connection, new MemoryTokens(), shop, Ct);

        Assert.Equal(("/admin/api/2026-10/graphql.json", "application/json", "shpat_1"), (call.Path, call.ContentType, call.Headers["X-Shopify-Access-Token"]));
        Assert.Empty(GivenShopify.Connector.Check(connection));
    }

    [Fact]
    public void A_connection_without_its_secrets_is_told_so()
    {
        var problems = GivenShopify.Connector.Check(Given.Connection("shopify")).ToList();

        Assert.Contains(problems, p => p.StartsWith("secrets.webhookSecret", StringComparison.Ordinal));
        Assert.Contains(problems, p => p.StartsWith("secrets.accessToken", StringComparison.Ordinal));
    }

    private static OperationRequest Request => Given.Request(connection: GivenShopify.Connection, shipments: Given.Shipment);
}
