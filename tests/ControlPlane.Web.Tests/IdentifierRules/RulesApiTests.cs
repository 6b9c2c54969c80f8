using System.Net;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Tests.Api;

namespace ControlPlane.Web.Tests.IdentifierRules;

/// <summary>Identifier rules by API.</summary>
public sealed class RulesApiTests : IAsyncLifetime
{
    private ProductHost _product = null!;
    private HttpClient _api = null!;

    public async ValueTask InitializeAsync() => _api = (_product = await ProductHost.StartAsync()).Client();

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Fact]
    public async Task A_rule_is_tried_made_changed_and_removed()
    {
        const string Rule = """{"title":"SKU","document":"order","path":"$.lines[*].sku","reason":"service asks"}""";
        Assert.Equal(0, (await _api.SendAsync(HttpMethod.Post, "/api/v1/identifier-rules/sku/trial", Rule, null, HttpStatusCode.OK)).GetProperty("documents").GetInt32());
        var saved = await _api.SendAsync(HttpMethod.Put, "/api/v1/identifier-rules/sku", Rule, "k", HttpStatusCode.OK);
        Assert.Equal(1, saved.GetProperty("revision").GetInt32());
        Assert.Equal("identifier_rule.unchanged", (await _api.SendAsync(HttpMethod.Put, "/api/v1/identifier-rules/sku", Rule, null, HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal("identifier_rule.changed", (await _api.SendAsync(HttpMethod.Put, "/api/v1/identifier-rules/sku", Rule.Replace("\"SKU\"", "\"x\",\"revision\":7", StringComparison.Ordinal), null, HttpStatusCode.Conflict)).Text("code"));
        var run = saved.Text("backfill");
        Assert.Equal("paused", (await _api.SendAsync(HttpMethod.Post, $"/api/v1/identifier-backfills/{run}/pause", null, null, HttpStatusCode.OK)).Text("state"));
        Assert.Equal("cancelled", (await _api.SendAsync(HttpMethod.Post, $"/api/v1/identifier-backfills/{run}/cancel", null, null, HttpStatusCode.OK)).Text("state"));
        await _api.SendAsync(HttpMethod.Post, $"/api/v1/identifier-backfills/{run}/resume", null, null, HttpStatusCode.Conflict);
        await _api.SendAsync(HttpMethod.Post, "/api/v1/identifier-rules/sku/remove", """{"reason":"not wanted"}""", null, HttpStatusCode.OK);
        Assert.Equal(0, (await _api.GetAsync("/api/v1/identifier-rules", HttpStatusCode.OK)).GetProperty("rules").GetArrayLength());
        Assert.Equal(2, (await _api.GetAsync("/api/v1/identifier-rules/sku/history", HttpStatusCode.OK)).GetArrayLength());
    }

    [Theory]
    [InlineData("""{"path":"nowhere","reason":"x"}""", "identifier_rule.path")]
    [InlineData("""{"kind":"reference","path":"$.a","reason":"x"}""", "identifier_rule.kind")]
    [InlineData("""{"path":"$.a"}""", "identifier_rule.reason")]
    [InlineData("""{"path":"$.a","document":"film","reason":"x"}""", "identifier_rule.document")]
    public async Task What_cannot_be_used_is_told(string body, string code) => Assert.Equal(code, (await _api.SendAsync(HttpMethod.Put, "/api/v1/identifier-rules/x", body, null, HttpStatusCode.BadRequest)).Text("code"));

    [Fact]
    public async Task Only_administrators_look_and_change()
    {
        using var business = await _product.ClientAsync(PortalRoles.Business);
        await business.GetAsync("/api/v1/identifier-rules", HttpStatusCode.Forbidden);
    }
}
