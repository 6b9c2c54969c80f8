using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using ControlPlane.Runtime.Identity;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Tests.Catalogue;

/// <summary>What was published of a connector stays: by whom, why, what differs, and the way back.</summary>
public sealed class VersionTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static string Version(string title) => OnboardingTests.Document.Replace("title: Bazaar", $"title: {title}", StringComparison.Ordinal);

    [Fact]
    public async Task Each_publishing_is_a_version_and_an_old_one_comes_back_as_a_new_one()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        await PublishAsync(api, Version("Bazaar"), "new marketplace", 1);
        await PublishAsync(api, Version("Bazaar two"), "they asked for it", 2);
        // The same again is no version.
        await PublishAsync(api, Version("Bazaar two"), "again", 2);

        var back = await SendAsync(api, HttpMethod.Post, "/api/v1/connectors/bazaar/roll-back", new { version = 1, reason = "two was wrong" });
        Assert.Equal(3, back.GetProperty("version").GetInt32());
        var list = await SendAsync(api, HttpMethod.Get, "/api/v1/connectors/bazaar/versions");
        Assert.Equal(["3 True Back to version 1: two was wrong", "2 False they asked for it", "1 False new marketplace"],
            list.EnumerateArray().Select(v => $"{v.GetProperty("version")} {v.GetProperty("inService")} {v.GetProperty("reason").GetString()}"));
        Assert.Equal(list[0].GetProperty("digest").GetString(), list[2].GetProperty("digest").GetString());
        Assert.All(list.EnumerateArray(), v => Assert.False(string.IsNullOrEmpty(v.GetProperty("author").GetString())));
        var diff = await SendAsync(api, HttpMethod.Get, "/api/v1/connectors/bazaar/diff/1/2");
        Assert.Equal(["-   title: Bazaar", "+   title: Bazaar two"], diff.GetProperty("lines").EnumerateArray().Select(l => l.GetString()!).Where(l => l[0] is '-' or '+'));
        Assert.Contains("title: Bazaar two", (await SendAsync(api, HttpMethod.Get, "/api/v1/connectors/bazaar/versions/2")).GetProperty("document").GetString(), StringComparison.Ordinal);
        using var none = await api.GetAsync(new Uri("/api/v1/connectors/bazaar/versions/9", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        using var business = await product.ClientAsync(PortalRoles.Business);
        using var forbidden = await business.PostAsJsonAsync("/api/v1/connectors/bazaar/roll-back", new { version = 1, reason = "r" }, Ct);
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
    }

    /// <summary>What came before versions were kept is not lost when the next one is published.</summary>
    [Fact]
    public async Task A_document_from_before_versions_becomes_the_first_one()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        await PublishAsync(api, Version("Bazaar"), "r", 1);
        await using (var context = product.Db.CreateContext())
            await context.ConnectorVersions.ExecuteDeleteAsync(Ct);
        await PublishAsync(api, Version("Bazaar two"), "s", 2);
        Assert.Equal([2, 1], (await SendAsync(api, HttpMethod.Get, "/api/v1/connectors/bazaar/versions")).EnumerateArray().Select(v => v.GetProperty("version").GetInt32()));
    }

    /// <summary>A message, and the timeline, say which version of the mapping made of it what it is.</summary>
    [Fact]
    public async Task A_message_says_by_which_version_it_was_translated()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        await PublishAsync(api, Version("Bazaar"), "r", 1);
        await ConnectAsync(api);
        await WebhookAsync(product, "o-1", "B-1");
        await PublishAsync(api, Version("Bazaar two"), "s", 2);
        await WebhookAsync(product, "o-2", "B-2");
        var messages = await SendAsync(api, HttpMethod.Get, "/api/v1/messages?connection=bazaar-de");
        Assert.Equal([2, 1], messages.GetProperty("items").EnumerateArray().Select(m => m.GetProperty("mappingVersion").GetInt32()));
        await using var context = product.Db.CreateContext();
        Assert.Equal(["Bazaar DE sent order B-1, mapping v1", "Bazaar DE sent order B-2, mapping v2"], await context.Journal.Where(j => j.Sequence == 1).OrderBy(j => j.Summary).Select(j => j.Summary).ToListAsync(Ct));
    }

    [Fact]
    public async Task A_draft_belongs_to_its_writer_and_survives()
    {
        await using var product = await ProductHost.StartAsync();
        using var api = product.Client();
        using var other = await product.ClientAsync(PortalRoles.Admin);
        using (var none = await api.GetAsync(new Uri("/api/v1/connectors/bazaar/draft", UriKind.Relative), Ct))
            Assert.Equal(HttpStatusCode.NotFound, none.StatusCode);
        foreach (var text in new[] { "kind: Connector", "kind: Connector # half a draft: [" })
        {
            using var saved = await api.PutAsJsonAsync("/api/v1/connectors/bazaar/draft", new { document = text }, Ct);
            Assert.Equal(HttpStatusCode.NoContent, saved.StatusCode);
        }

        Assert.Equal("kind: Connector # half a draft: [", (await SendAsync(api, HttpMethod.Get, "/api/v1/connectors/bazaar/draft")).GetProperty("document").GetString());
        using (var others = await other.GetAsync(new Uri("/api/v1/connectors/bazaar/draft", UriKind.Relative), Ct))
            Assert.Equal(HttpStatusCode.NotFound, others.StatusCode);
        using (var dropped = await api.DeleteAsync(new Uri("/api/v1/connectors/bazaar/draft", UriKind.Relative), Ct))
            Assert.Equal(HttpStatusCode.NoContent, dropped.StatusCode);
        using (var gone = await api.GetAsync(new Uri("/api/v1/connectors/bazaar/draft", UriKind.Relative), Ct))
            Assert.Equal(HttpStatusCode.NotFound, gone.StatusCode);
    }

    [Fact]
    public async Task The_schema_of_a_connector_is_served_to_those_who_are_let_in()
    {
        await using var product = await ProductHost.StartAsync();
        using var nobody = product.Client(null);
        using var shut = await nobody.GetAsync(new Uri("/schemas/connector.v1.json", UriKind.Relative), Ct);
        Assert.NotEqual(HttpStatusCode.OK, shut.StatusCode);
        using var somebody = product.Client();
        using var answer = await somebody.GetAsync(new Uri("/schemas/connector.v1.json", UriKind.Relative), Ct);
        Assert.Equal("application/schema+json", answer.Content.Headers.ContentType?.MediaType);
        Assert.Equal("urn:controlplane:connector:v1", JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement.GetProperty("$id").GetString());
    }

    internal static async Task PublishAsync(HttpClient api, string document, string reason, int version, string? waiver = null)
    {
        var outcome = await SendAsync(api, HttpMethod.Put, "/api/v1/connectors/bazaar", new { document, reason, waiver });
        Assert.Equal(version, outcome.GetProperty("version").GetInt32());
    }

    internal static async Task ConnectAsync(HttpClient api)
    {
        using var saved = await api.PutAsJsonAsync("/api/v1/connections/bazaar-de", new
        {
            connector = "bazaar", role = "marketplace", displayName = "Bazaar DE", baseAddress = "http://127.0.0.1:9", allowPrivateNetwork = true,
            settings = new Dictionary<string, string> { ["shop"] = "77" }, secrets = new Dictionary<string, string> { ["token"] = "right", ["hook"] = "s3cret" },
        }, Ct);
        Assert.True(saved.IsSuccessStatusCode, await saved.Content.ReadAsStringAsync(Ct));
    }

    internal static async Task<JsonElement> WebhookAsync(ProductHost product, string id, string number, Func<string, string>? change = null)
    {
        var body = $$"""{"id":"{{id}}","no":"{{number}}","placed":1795424400,"money":"EUR","sum":1999,"customer":{"name":"Mia Öztürk","email":"mia@example.org"},"items":[{"id":1,"article":"TEE-M","pieces":2}]}""";
        body = change?.Invoke(body) ?? body;
        using var client = product.Client(null);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/in/bazaar-de") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("X-Bazaar-Signature", Convert.ToHexStringLower(HMACSHA256.HashData("s3cret"u8, Encoding.UTF8.GetBytes(body))));
        request.Headers.Add("X-Bazaar-Event", "order.placed");
        using var answer = await client.SendAsync(request, Ct);
        return JsonSerializer.Deserialize<JsonElement>(await answer.Content.ReadAsStringAsync(Ct));
    }

    internal static async Task<JsonElement> SendAsync(HttpClient api, HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await api.SendAsync(request, Ct);
        var text = await answer.Content.ReadAsStringAsync(Ct);
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        return text.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(text);
    }
}
