using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Secrets;
using ControlPlane.Runtime.Identity;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Catalogue;

/// <summary>A shop that nobody has heard of, from nothing to its first order, without code: the steps of docs/onboarding-a-marketplace.md.</summary>
public sealed class OnboardingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public const string Document = """
        kind: Connector
        metadata:
          name: bazaar
        spec:
          title: Bazaar
          roles: [marketplace]
          settings:
            - { name: shop, meaning: Number of the shop., required: true }
            - { name: token, meaning: Token of the API., required: true, secret: true }
            - { name: hook, meaning: Secret of the webhooks., required: true, secret: true }
          authentication: { scheme: bearer, token: "{secrets.token}" }
          feeds:
            - { name: orders-feed, path: "/shops/{settings.shop}/orders?since={since}", items: "$.orders[]" }
          receive:
            signature: { scheme: hmac, header: X-Bazaar-Signature, encoding: hex, secret: hook }
            topic: header:X-Bazaar-Event
            documents:
              - topics: [order.placed, orders-feed]
                order:
                  lines: { at: "$.items[]" }
                  rows:
                    - { to: externalId, from: $.id }
                    - { to: number, from: $.no }
                    - { to: placedAt, from: $.placed, convert: unix }
                    - { to: currency, from: $.money }
                    - { to: total, from: $.sum, convert: minor }
                    - { to: "lines[].channelLineRef", from: "@.id" }
                    - { to: "lines[].sku", from: "@.article" }
                    - { to: "lines[].quantity", from: "@.pieces" }
        """;

    private const string Order = """{"id":"o-1","no":"B-1001","placed":1795424400,"money":"EUR","sum":1999,"items":[{"id":1,"article":"TEE-M","pieces":2}]}""";

    [Fact]
    public async Task From_nothing_to_the_first_order_and_on_to_a_better_mapping()
    {
        await using var shop = await BazaarAsync();
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();

        // The draft is checked, line by line, and tried on a message.
        var wrong = await PostAsync(api, "/api/v1/connectors/check", new { document = Document.Replace("to: total", "to: totl", StringComparison.Ordinal) });
        Assert.False(wrong.GetProperty("sound").GetBoolean());
        Assert.Equal(26, wrong.GetProperty("problems")[0].GetProperty("line").GetInt32());
        var preview = await PostAsync(api, "/api/v1/connectors/preview", new { document = Document, body = Order, headers = new Dictionary<string, string> { ["X-Bazaar-Event"] = "order.placed" } });
        Assert.Equal("order", preview.GetProperty("outcome").GetString());
        Assert.Contains(preview.GetProperty("trace").EnumerateArray(), t => t.GetProperty("target").GetString() == "lines[0].sku" && t.GetProperty("source").GetString() == "line[0].article" && t.GetProperty("row").GetInt32() == 7);

        // It joins the catalogue; a connection is made of it. Its secrets are not shown again.
        using (var published = await api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = Document, reason = "new marketplace" }, Ct))
            Assert.True(published.IsSuccessStatusCode, await published.Content.ReadAsStringAsync(Ct));
        var form = new
        {
            connector = "bazaar", role = "marketplace", displayName = "Bazaar DE", baseAddress = Address(shop), allowPrivateNetwork = true,
            settings = new Dictionary<string, string> { ["shop"] = "77" }, secrets = new Dictionary<string, string> { ["token"] = "right", ["hook"] = "s3cret" },
        };
        using (var saved = await api.PutAsJsonAsync("/api/v1/connections/bazaar-de", form, Ct))
        {
            var text = await saved.Content.ReadAsStringAsync(Ct);
            Assert.True(saved.IsSuccessStatusCode, text);
            Assert.DoesNotContain("s3cret", text, StringComparison.Ordinal);
        }

        await using (var context = product.Db.CreateContext())
        {
            Assert.DoesNotContain("s3cret", (await context.Connections.SingleAsync(c => c.Key == "bazaar-de", Ct)).Document, StringComparison.Ordinal);
            Assert.DoesNotContain("s3cret", Encoding.UTF8.GetString((await context.Secrets.SingleAsync(s => s.Name == "bazaar-de.hook", Ct)).Protected), StringComparison.Ordinal);
        }

        // It is tested, and a wrong token is told as what it is.
        var probe = await PostAsync(api, "/api/v1/connections/bazaar-de/test", null);
        Assert.Equal(["Settings True", "Name True", "Address True", "Port True", "Answer True", "Credentials True", "Feed orders-feed True", "Webhooks "], Steps(probe));
        using (var changed = await api.PutAsJsonAsync("/api/v1/connections/bazaar-de", new { form.connector, form.role, form.displayName, form.baseAddress, form.allowPrivateNetwork, form.settings, secrets = new Dictionary<string, string> { ["token"] = "wrong", ["hook"] = "" } }, Ct))
            Assert.True(changed.IsSuccessStatusCode);
        Assert.Equal(["Settings True", "Name True", "Address True", "Port True", "Answer True", "Credentials False", "Webhooks "], Steps(await PostAsync(api, "/api/v1/connections/bazaar-de/test", null)));

        // The first order comes by a signed webhook.
        Assert.Equal(HttpStatusCode.Unauthorized, (await WebhookAsync(product, Order, "wrong secret")).StatusCode);
        Assert.Equal(HttpStatusCode.Accepted, (await WebhookAsync(product, Order, "s3cret")).StatusCode);
        using var found = JsonDocument.Parse(await api.GetStringAsync("/api/v1/transactions?q=B-1001", Ct));
        Assert.Equal("B-1001", Assert.Single(found.RootElement.GetProperty("items").EnumerateArray()).GetProperty("number").GetString());

        // A better mapping is tried on what came; one that would refuse it is held up until somebody says why.
        var better = Document.Replace("convert: minor", "convert: \"minor, negate\"", StringComparison.Ordinal);
        var report = await PostAsync(api, "/api/v1/connections/bazaar-de/back-test", new { document = better });
        Assert.Equal((1, 1, 0), (report.GetProperty("messages").GetInt32(), report.GetProperty("changed").GetInt32(), report.GetProperty("newlyRefused").GetInt32()));
        Assert.Equal("totalMinor", report.GetProperty("fields")[0].GetProperty("field").GetString());
        Assert.Equal(-3998, report.GetProperty("money")[0].GetProperty("minor").GetInt64());
        var worse = Document.Replace("from: \"@.article\" }", "from: \"@.sku\", required: true }", StringComparison.Ordinal);
        using (var held = await api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = worse, reason = "they renamed it" }, Ct))
        {
            Assert.Equal(HttpStatusCode.Conflict, held.StatusCode);
            Assert.Contains("connector.newly_refused", await held.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        }

        Assert.Equal(HttpStatusCode.Accepted, (await WebhookAsync(product, Order.Replace("o-1", "o-2", StringComparison.Ordinal).Replace("B-1001", "B-1002", StringComparison.Ordinal), "s3cret")).StatusCode);
        using (var waived = await api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = worse, reason = "they renamed it", waiver = "old messages have the old name" }, Ct))
            Assert.True(waived.IsSuccessStatusCode, await waived.Content.ReadAsStringAsync(Ct));
        Assert.Equal(HttpStatusCode.UnprocessableEntity, (await WebhookAsync(product, Order.Replace("o-1", "o-3", StringComparison.Ordinal), "s3cret")).StatusCode);
    }

    [Theory]
    [InlineData("key", "UPPER", "key:")]
    [InlineData("role", "erp", "role: Allowed for Bazaar: marketplace.")]
    [InlineData("baseAddress", "ftp://x", "baseAddress:")]
    [InlineData("baseAddress", "https://${env:HOME}", "References such as ${env:NAME} stand in documents only.")]
    [InlineData("pollEvery", "often", "pollEvery:")]
    [InlineData("displayName", "", "displayName:")]
    [InlineData("connector", "nobody", "There is no connector 'nobody'.")]
    public async Task A_connection_that_is_wrong_is_refused_by_the_name_of_the_field(string field, string value, string expected)
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        using (var published = await api.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = Document, reason = "r" }, Ct))
            Assert.True(published.IsSuccessStatusCode);
        var form = new Dictionary<string, object> { ["connector"] = "bazaar", ["role"] = "marketplace", ["displayName"] = "B", ["key"] = "", [field] = value };
        using var answer = await api.PutAsJsonAsync($"/api/v1/connections/{(field == "key" ? value : "b")}", form, Ct);
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(expected, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement.GetProperty("detail").GetString(), StringComparison.Ordinal);
        Assert.Null(product.Services.GetRequiredService<IConnectionRegistry>().Find("b"));
        Assert.Empty(product.Services.GetRequiredService<SecretVault>().Names);
    }

    [Fact]
    public async Task Only_an_admin_changes_connectors_and_everybody_who_is_signed_in_may_read_them()
    {
        await using var product = await ProductHost.StartAsync();
        using var business = await product.ClientAsync(PortalRoles.Business);
        Assert.Equal(HttpStatusCode.OK, (await business.GetAsync(new Uri("/api/v1/connectors", UriKind.Relative), Ct)).StatusCode);
        using var detail = JsonDocument.Parse(await business.GetStringAsync("/api/v1/connectors/walmart", Ct));
        Assert.Contains("- name: shipping", detail.RootElement.GetProperty("document").GetString(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await business.PutAsJsonAsync("/api/v1/connectors/bazaar", new { document = Document, reason = "r" }, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await business.PostAsync(new Uri("/api/v1/connections/x/test", UriKind.Relative), null, Ct)).StatusCode);
    }

    /// <summary>What the catalogue gives as a beginning is itself a sound document.</summary>
    [Fact]
    public async Task The_document_of_a_built_in_connector_can_be_published_as_it_is()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        using var list = JsonDocument.Parse(await api.GetStringAsync("/api/v1/connectors", Ct));
        var editable = list.RootElement.EnumerateArray().Where(c => c.GetProperty("editable").GetBoolean()).Select(c => c.GetProperty("name").GetString()!).ToList();
        Assert.Equal(["3pl-central", "adobe-commerce", "bigcommerce", "csv-till", "ebay", "edi-3pl", "edi-trading-partner", "edifact-trading-partner", "file-warehouse", "netsuite-rest", "netsuite-soap", "odoo", "poslog", "sap-idoc", "sap-s4", "shiphero", "tryton", "ubl-partner", "walmart", "woocommerce"], editable.Order(StringComparer.Ordinal));
        foreach (var name in editable)
        {
            using var detail = JsonDocument.Parse(await api.GetStringAsync($"/api/v1/connectors/{name}", Ct));
            using var published = await api.PutAsJsonAsync($"/api/v1/connectors/{name}", new { document = detail.RootElement.GetProperty("document").GetString(), reason = "as it is" }, Ct);
            Assert.True(published.IsSuccessStatusCode, name + await published.Content.ReadAsStringAsync(Ct));
        }
    }

    private static IEnumerable<string> Steps(JsonElement probe) => probe.EnumerateArray().Select(s => $"{s.GetProperty("name").GetString()} {(s.GetProperty("ok").ValueKind == JsonValueKind.Null ? "" : s.GetProperty("ok").GetBoolean())}");

    private static async Task<JsonElement> PostAsync(HttpClient api, string path, object? body)
    {
        using var answer = body is null ? await api.PostAsync(new Uri(path, UriKind.Relative), null, Ct) : await api.PostAsJsonAsync(path, body, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, text);
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private static async Task<HttpResponseMessage> WebhookAsync(ProductHost product, string body, string secret)
    {
        using var client = product.Client(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/in/bazaar-de") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Bazaar-Signature", Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body))));
        request.Headers.Add("X-Bazaar-Event", "order.placed");
        return await client.SendAsync(request, Ct);
    }

    /// <summary>The marketplace, over real HTTP.</summary>
    private static async Task<WebApplication> BazaarAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var app = builder.Build();
        app.MapGet("/shops/77/orders", (HttpContext http) => http.Request.Headers.Authorization == "Bearer right" ? Results.Text($"{{\"orders\":[{Order}]}}", "application/json") : Results.Text("{}", "application/json", statusCode: 401));
        await app.StartAsync(Ct);
        return app;
    }

    private static string Address(WebApplication app) => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
}
