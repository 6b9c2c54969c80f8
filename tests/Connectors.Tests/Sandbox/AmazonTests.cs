using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Connectors.Tests.Sandbox;

public sealed class AmazonTests
{
    private const string Orders = "/amazon/orders/2026-01-01/orders";

    [Fact]
    public async Task A_refresh_token_buys_an_access_token_for_an_hour()
    {
        await using var rig = await SandboxRig.StartAsync();

        var answer = await LoginAsync(rig);

        Assert.Equal(200, answer.Code);
        Assert.Equal("bearer", answer.Json["token_type"]!.GetValue<string>());
        Assert.Equal(3_600, answer.Json["expires_in"]!.GetValue<int>());
        var token = answer.Json["access_token"]!.GetValue<string>();
        Assert.Equal(404, (await GetAsync(rig, $"{Orders}/000-0000000-0000000", token)).Code);
        rig.Clock.Advance(TimeSpan.FromHours(1));
        var expired = await GetAsync(rig, $"{Orders}/000-0000000-0000000", token);
        Assert.Equal(403, expired.Code);
        Assert.Equal("The access token you provided has expired.", expired.Json["errors"]![0]!["details"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("client_secret", 401, "invalid_client")]
    [InlineData("refresh_token", 400, "invalid_grant")]
    [InlineData("grant_type", 400, "unsupported_grant_type")]
    public async Task A_wrong_login_is_refused_as_Amazon_refuses_it(string wrong, int status, string error)
    {
        await using var rig = await SandboxRig.StartAsync();
        var answer = await rig.FormAsync("/amazon/auth/o2/token", [.. LoginFields(rig).Select(f => f.Name == wrong ? (f.Name, "wrong") : f)]);

        Assert.Equal(status, answer.Code);
        Assert.Equal(error, answer.Json["error"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_new_order_is_told_by_ORDER_CHANGE_signed_by_Standard_Webhooks_without_prices_or_people()
    {
        await using var rig = await SandboxRig.StartAsync();

        var webhook = await OrderAsync(rig);

        Assert.Equal("/in/amazon-de", webhook.Path);
        var signed = Encoding.UTF8.GetBytes($"{webhook.Headers["webhook-id"]}.{webhook.Headers["webhook-timestamp"]}.{Encoding.UTF8.GetString(webhook.Body)}");
        var key = Convert.FromBase64String(rig.Options.Secrets.AmazonWebhookSecret["whsec_".Length..]);
        Assert.Equal("v1," + Convert.ToBase64String(HMACSHA256.HashData(key, signed)), webhook.Headers["webhook-signature"]);
        Assert.Equal(SandboxRig.Noon.ToUnixTimeSeconds().ToString(System.Globalization.CultureInfo.InvariantCulture), webhook.Headers["webhook-timestamp"]);
        Assert.Equal("ORDER_CHANGE", webhook.Json["NotificationType"]!.GetValue<string>());
        var change = webhook.Json["Payload"]!["OrderChangeNotification"]!;
        Assert.Matches(@"^\d{3}-\d{7}-\d{7}$", change["AmazonOrderId"]!.GetValue<string>());
        Assert.Equal("Unshipped", change["Summary"]!["OrderStatus"]!.GetValue<string>());
        Assert.Equal("MFN", change["Summary"]!["FulfillmentType"]!.GetValue<string>());
        Assert.DoesNotContain("amount", Encoding.UTF8.GetString(webhook.Body), StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_notification_has_every_field_that_the_published_schema_requires()
    {
        var schema = JsonNode.Parse(await File.ReadAllBytesAsync(Samples.Find("amazon/selling-partner-api-models/schemas/notifications/OrderChangeNotification.json"), TestContext.Current.CancellationToken))!;
        await using var rig = await SandboxRig.StartAsync();

        var webhook = await OrderAsync(rig);

        Assert.Empty(NotificationSchema.Violations(schema, webhook.Json, "$"));
    }

    [Fact]
    public async Task An_order_shows_what_was_asked_for_and_nothing_more()
    {
        await using var rig = await SandboxRig.StartAsync();
        var id = Id(await OrderAsync(rig));
        var token = await TokenAsync(rig);

        var bare = (await GetAsync(rig, $"{Orders}/{id}", token)).Json["order"]!;
        var full = (await GetAsync(rig, $"{Orders}/{id}?includedData=BUYER,RECIPIENT,PROCEEDS,FULFILLMENT,PACKAGES", token)).Json["order"]!;

        Assert.Equal(["orderId", "createdTime", "lastUpdatedTime", "programs", "salesChannel", "orderItems"], bare.AsObject().Select(p => p.Key));
        Assert.Equal("UNSHIPPED", full["fulfillment"]!["fulfillmentStatus"]!.GetValue<string>());
        Assert.NotEmpty(full["recipient"]!["deliveryAddress"]!["city"]!.GetValue<string>());
        var sum = full["orderItems"]!.AsArray().Sum(i => decimal.Parse(i!["proceeds"]!["proceedsTotal"]!["amount"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(sum, decimal.Parse(full["proceeds"]!["grandTotal"]!["amount"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("EUR", full["proceeds"]!["grandTotal"]!["currencyCode"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_pending_order_has_neither_prices_nor_an_address_until_it_is_released()
    {
        await using var rig = await SandboxRig.StartAsync();
        rig.Turn("amazon", "pending-rate", 100);
        var pending = await OrderAsync(rig);
        var token = await TokenAsync(rig);
        Assert.Equal("Pending", pending.Json["Payload"]!["OrderChangeNotification"]!["Summary"]!["OrderStatus"]!.GetValue<string>());

        var order = (await GetAsync(rig, $"{Orders}/{Id(pending)}?includedData=RECIPIENT,PROCEEDS,FULFILLMENT", token)).Json["order"]!;
        Assert.Null(order["proceeds"]);
        Assert.Null(order["recipient"]);
        Assert.Null(order["orderItems"]![0]!["product"]!["price"]);
        rig.Clock.Advance(TimeSpan.FromSeconds(20));
        var released = await rig.Inbox.NextAsync(TestContext.Current.CancellationToken);

        Assert.Equal(Id(pending), Id(released));
        Assert.Equal("Unshipped", released.Json["Payload"]!["OrderChangeNotification"]!["Summary"]!["OrderStatus"]!.GetValue<string>());
    }

    [Fact]
    public async Task Orders_are_searched_page_by_page_with_tokens_bound_to_their_period()
    {
        await using var rig = await SandboxRig.StartAsync();
        var ids = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            ids.Add(Id(await OrderAsync(rig)));
            rig.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var token = await TokenAsync(rig);
        var seen = new List<string>();
        var next = "";
        do
        {
            var page = await GetAsync(rig, $"{Orders}?lastUpdatedAfter=2026-11-23T12:01:00Z&maxResultsPerPage=2{next}", token);
            seen.AddRange(page.Json["orders"]!.AsArray().Select(o => o!["orderId"]!.GetValue<string>()));
            next = page.Json["pagination"]?["nextToken"] is { } more ? "&paginationToken=" + Uri.EscapeDataString(more.GetValue<string>()) : "";
        }
        while (next.Length > 0);

        Assert.Equal(ids.Skip(1), seen);
        var first = await GetAsync(rig, $"{Orders}?lastUpdatedAfter=2026-11-23T12:01:00Z&maxResultsPerPage=2", token);
        var foreign = Uri.EscapeDataString(first.Json["pagination"]!["nextToken"]!.GetValue<string>());
        Assert.Equal(400, (await GetAsync(rig, $"{Orders}?lastUpdatedAfter=2026-11-23T12:00:00Z&paginationToken={foreign}", token)).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("?createdAfter=2026-11-23T10:00:00Z&lastUpdatedAfter=2026-11-23T10:00:00Z")]
    [InlineData("?createdAfter=yesterday")]
    [InlineData("?createdAfter=2026-11-23T10:00:00Z&createdBefore=2026-11-23T11:59:00Z")]
    [InlineData("?createdAfter=2026-11-23T10:00:00Z&maxResultsPerPage=101")]
    [InlineData("?createdAfter=2026-11-23T10:00:00Z&fulfillmentStatuses=Unshipped")]
    [InlineData("?createdAfter=2026-11-23T10:00:00Z&includedData=EVERYTHING")]
    public async Task A_search_that_breaks_the_models_rules_is_refused(string query)
    {
        await using var rig = await SandboxRig.StartAsync();

        var answer = await GetAsync(rig, Orders + query, await TokenAsync(rig));

        Assert.Equal(400, answer.Code);
        Assert.Equal("InvalidInput", answer.Json["errors"]![0]!["code"]!.GetValue<string>());
    }

    [Fact]
    public async Task Twenty_searches_are_free_then_one_comes_back_every_three_minutes()
    {
        await using var rig = await SandboxRig.StartAsync();
        var token = await TokenAsync(rig);
        const string search = $"{Orders}?createdAfter=2026-11-23T10:00:00Z";

        for (var i = 0; i < 20; i++)
        {
            var answer = await GetAsync(rig, search, token);
            Assert.Equal(200, answer.Code);
            Assert.Equal("0.0056", answer.Header("x-amzn-RateLimit-Limit"));
        }

        var refused = await GetAsync(rig, search, token);
        Assert.Equal(429, refused.Code);
        Assert.Equal("QuotaExceeded", refused.Json["errors"]![0]!["code"]!.GetValue<string>());
        Assert.NotEmpty(refused.Header("x-amzn-RequestId"));
        rig.Clock.Advance(TimeSpan.FromSeconds(178));
        Assert.Equal(429, (await GetAsync(rig, search, token)).Code);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(200, (await GetAsync(rig, search, token)).Code);
        Assert.Equal(429, (await GetAsync(rig, search, token)).Code);
    }

    [Fact]
    public async Task One_order_can_be_read_thirty_times_at_once_then_every_two_seconds()
    {
        await using var rig = await SandboxRig.StartAsync();
        var path = $"{Orders}/{Id(await OrderAsync(rig))}";
        var token = await TokenAsync(rig);

        var codes = new List<int>();
        for (var i = 0; i < 31; i++)
            codes.Add((await GetAsync(rig, path, token)).Code);

        Assert.Equal([.. Enumerable.Repeat(200, 30), 429], codes);
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(200, (await GetAsync(rig, path, token)).Code);
    }

    [Fact]
    public async Task A_confirmed_shipment_is_told_and_the_same_package_again_replaces_instead_of_doubling()
    {
        await using var rig = await SandboxRig.StartAsync();
        var (id, token, items) = await ShippableAsync(rig);

        var first = await ConfirmAsync(rig, id, token, Package("1", items));
        var told = await rig.Inbox.NextAsync(TestContext.Current.CancellationToken);
        var changed = Package("1", items);
        changed["packageDetail"]!["trackingNumber"] = "SECOND";
        var again = await ConfirmAsync(rig, id, token, changed);

        Assert.Equal(204, first.Code);
        Assert.Empty(first.Body);
        Assert.Equal("Shipped", told.Json["Payload"]!["OrderChangeNotification"]!["Summary"]!["OrderStatus"]!.GetValue<string>());
        Assert.Equal(204, again.Code);
        Assert.Equal(1, rig.Effects("amazon", "shipment-confirmation", $"{id}/1"));
        Assert.Equal(0, rig.Statistics("amazon").Duplicates);
        var order = (await GetAsync(rig, $"{Orders}/{id}?includedData=FULFILLMENT,PACKAGES", token)).Json["order"]!;
        Assert.Equal("SHIPPED", order["fulfillment"]!["fulfillmentStatus"]!.GetValue<string>());
        var package = Assert.Single(order["packages"]!.AsArray());
        Assert.Equal("SECOND", package!["trackingNumber"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("orderItemId", "OrderItemId  is invalid")]
    [InlineData("quantity", "Quantity: is invalid")]
    [InlineData("carrierCode", "CarrierCode: is invalid")]
    [InlineData("packageReferenceId", "PackageReferenceId: is invalid, must be a positive numeric value.")]
    [InlineData("packageReferenceId as number", "The input you have submitted is not valid. Please check the fields with invalid type [packageDetail.packageReferenceId].")]
    [InlineData("shipDate", "ShipDate: is invalid")]
    [InlineData("trackingNumber", "packageDetail.trackingNumber is required.")]
    public async Task A_shipment_that_does_not_fit_is_refused_and_changes_nothing(string what, string message)
    {
        await using var rig = await SandboxRig.StartAsync();
        var (id, token, items) = await ShippableAsync(rig);
        var body = Package("1", items);
        var detail = body["packageDetail"]!.AsObject();
        switch (what)
        {
            case "orderItemId": detail["orderItems"]![0]!["orderItemId"] = "1"; break;
            case "quantity": detail["orderItems"]![0]!["quantity"] = 1_000; break;
            case "carrierCode": detail["carrierCode"] = "Pigeon"; break;
            case "packageReferenceId": detail["packageReferenceId"] = "SHP-1"; break;
            case "packageReferenceId as number": detail["packageReferenceId"] = 1; break;
            case "shipDate": detail["shipDate"] = "11/23/2026"; break;
            default: detail.Remove("trackingNumber"); break;
        }

        var answer = await ConfirmAsync(rig, id, token, body);

        Assert.Equal(400, answer.Code);
        Assert.Equal("InvalidInput", answer.Json["errors"]![0]!["code"]!.GetValue<string>());
        Assert.StartsWith(message, answer.Json["errors"]![0]!["message"]!.GetValue<string>(), StringComparison.Ordinal);
        Assert.Equal(0, rig.Statistics("amazon").Effects);
    }

    [Fact]
    public async Task What_is_shipped_in_full_takes_no_further_package()
    {
        await using var rig = await SandboxRig.StartAsync();
        var (id, token, items) = await ShippableAsync(rig);
        await ConfirmAsync(rig, id, token, Package("1", items));

        var answer = await ConfirmAsync(rig, id, token, Package("2", items));

        Assert.Equal(400, answer.Code);
        Assert.Contains("order already fulfilled", answer.Body, StringComparison.Ordinal);
    }

    private static (string Name, string Value)[] LoginFields(SandboxRig rig) =>
    [
        ("grant_type", "refresh_token"),
        ("refresh_token", rig.Options.Secrets.AmazonRefreshToken),
        ("client_id", rig.Options.Secrets.AmazonClientId),
        ("client_secret", rig.Options.Secrets.AmazonClientSecret),
    ];

    private static Task<Answered> LoginAsync(SandboxRig rig) => rig.FormAsync("/amazon/auth/o2/token", LoginFields(rig));

    internal static async Task<string> TokenAsync(SandboxRig rig) => (await LoginAsync(rig)).Json["access_token"]!.GetValue<string>();

    internal static Task<Answered> GetAsync(SandboxRig rig, string path, string token) => rig.SendAsync(HttpMethod.Get, path, null, ("x-amz-access-token", token));

    private static Task<Answered> ConfirmAsync(SandboxRig rig, string id, string token, JsonNode body) =>
        rig.SendAsync(HttpMethod.Post, $"/amazon/orders/v0/orders/{id}/shipmentConfirmation", body, ("x-amz-access-token", token));

    private static async Task<ReceivedWebhook> OrderAsync(SandboxRig rig)
    {
        Assert.Null(rig.Control.PlaceOrders("amazon", 1));
        var webhook = await rig.Inbox.NextAsync(TestContext.Current.CancellationToken);
        await rig.SettledAsync("amazon");
        return webhook;
    }

    private static string Id(ReceivedWebhook webhook) => webhook.Json["Payload"]!["OrderChangeNotification"]!["AmazonOrderId"]!.GetValue<string>();

    private static async Task<(string Id, string Token, JsonArray Items)> ShippableAsync(SandboxRig rig)
    {
        var id = Id(await OrderAsync(rig));
        var token = await TokenAsync(rig);
        var order = (await GetAsync(rig, $"{Orders}/{id}", token)).Json["order"]!;
        return (id, token, new JsonArray([.. order["orderItems"]!.AsArray().Select(i => (JsonNode)new JsonObject { ["orderItemId"] = i!["orderItemId"]!.GetValue<string>(), ["quantity"] = i["quantityOrdered"]!.GetValue<int>() })]));
    }

    private static JsonObject Package(string reference, JsonArray items) => new()
    {
        ["marketplaceId"] = "A1PA6795UKMFR9",
        ["packageDetail"] = new JsonObject
        {
            ["packageReferenceId"] = reference,
            ["carrierCode"] = "DHL",
            ["shippingMethod"] = "Paket",
            ["trackingNumber"] = "00340434123456789012",
            ["shipDate"] = "2026-11-23T12:00:00.000Z",
            ["orderItems"] = items.DeepClone(),
        },
    };
}
