using System.Net;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Tests.Api;

namespace ControlPlane.Web.Tests.Reviews;

/// <summary>Reviews, runbooks and governance by API: right and wrong use, rights.</summary>
public sealed class ReviewsApiTests : IAsyncLifetime
{
    private const string Runbook = """{"document":"kind: Runbook\nmetadata: { name: down }\nspec: { title: '=Down', owner: '', text: ask, connections: [x] }","reason":"first"}""";

    private ProductHost _product = null!;
    private HttpClient _api = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _api = (_product = await ProductHost.StartAsync()).Client();

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Fact]
    public async Task A_runbook_comes_onto_the_clock_is_reviewed_and_taken_back()
    {
        Assert.Equal(1, (await _api.SendAsync(HttpMethod.Put, "/api/v1/runbooks/down", Runbook, "a", HttpStatusCode.OK)).GetProperty("version").GetInt32());
        Assert.Equal("=Down", (await _api.GetAsync("/api/v1/runbooks/down", HttpStatusCode.OK)).Text("title"));
        var item = (await _api.GetAsync("/api/v1/reviews?kind=runbook&owner=none", HttpStatusCode.OK)).GetProperty("items")[0];
        Assert.Equal("FREQ=MONTHLY;INTERVAL=6", item.Text("interval"));
        var done = await _api.SendAsync(HttpMethod.Post, "/api/v1/reviews/runbook/down", """{"outcome":"changed","note":"shorter"}""", "b", HttpStatusCode.OK);
        Assert.Equal("changed", (await _api.GetAsync("/api/v1/reviews?kind=runbook", HttpStatusCode.OK)).GetProperty("items")[0].GetProperty("last").Text("outcome"));
        await _api.SendAsync(HttpMethod.Post, "/api/v1/reviews/undo", $$"""{"review":"{{done.Text("id")}}"}""", null, HttpStatusCode.OK);
        Assert.Equal(2, (await _api.GetAsync("/api/v1/reviews/runbook/down/history", HttpStatusCode.OK)).GetArrayLength());
        await _api.SendAsync(HttpMethod.Put, "/api/v1/reviews/runbook/down/interval", """{"rule":"FREQ=DAILY","reason":"it burns"}""", null, HttpStatusCode.OK);
        Assert.Equal("soon", (await _api.GetAsync("/api/v1/reviews?kind=runbook&state=soon", HttpStatusCode.OK)).GetProperty("items")[0].Text("state"));
        using var calendar = await _api.GetAsync(new Uri("/api/v1/reviews.ics?kind=runbook", UriKind.Relative), Ct);
        Assert.Equal("text/calendar", calendar.Content.Headers.ContentType!.MediaType);
        var text = await calendar.Content.ReadAsStringAsync(Ct);
        Assert.Contains("SUMMARY:Review: =Down\r\n", text, StringComparison.Ordinal);
        Assert.Equal(1, text.Split("BEGIN:VEVENT").Length - 1);
        using var csv = await _api.GetAsync(new Uri("/api/v1/reviews/overdue.csv?asOf=2000-01-01", UriKind.Relative), Ct);
        Assert.StartsWith("kind,key,title,owner,due", await csv.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        await _api.SendAsync(HttpMethod.Post, "/api/v1/runbooks/down/remove", """{"reason":"gone"}""", null, HttpStatusCode.OK);
        await _api.GetAsync("/api/v1/runbooks/down", HttpStatusCode.NotFound);
        Assert.Equal(0, (await _api.GetAsync("/api/v1/reviews?kind=runbook", HttpStatusCode.OK)).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("POST", "/api/v1/reviews/film/x", """{"outcome":"kept"}""", 404, "request.not_found")]
    [InlineData("POST", "/api/v1/reviews/runbook/none", """{"outcome":"kept"}""", 404, "request.not_found")]
    [InlineData("POST", "/api/v1/reviews/runbook/none", """{"outcome":"fine"}""", 400, "review.outcome")]
    [InlineData("POST", "/api/v1/reviews/undo", "{}", 400, "review.review")]
    [InlineData("PUT", "/api/v1/runbooks/other", Runbook, 400, "runbook.invalid")]
    [InlineData("PUT", "/api/v1/runbooks/down", """{"document":"a: [","reason":"x"}""", 400, "runbook.invalid")]
    [InlineData("PUT", "/api/v1/governance/rules", """{"document":"kind: GovernanceRules","reason":"x"}""", 400, "governance.invalid")]
    [InlineData("POST", "/api/v1/governance/rules/reset", """{"reason":"x"}""", 404, "request.not_found")]
    public async Task What_cannot_be_used_is_told(string method, string path, string body, int status, string code) =>
        Assert.Equal(code, (await _api.SendAsync(new(method), path, body, null, (HttpStatusCode)status)).Text("code"));

    [Theory]
    [InlineData("/api/v1/reviews?kind=film")]
    [InlineData("/api/v1/reviews?stat=soon")]
    [InlineData("/api/v1/reviews.ics?owner=a&owner=b")]
    [InlineData("/api/v1/reviews/overdue.csv?asOf=yesterday")]
    [InlineData("/api/v1/governance?below=101")]
    public async Task A_filter_that_is_not_known_is_refused(string path) => Assert.StartsWith("request.parameter", (await _api.GetAsync(path, HttpStatusCode.BadRequest)).Text("code"), StringComparison.Ordinal);

    [Fact]
    public async Task Rules_are_changed_by_admins_and_come_with_their_document()
    {
        var rules = await _api.GetAsync("/api/v1/governance/rules", HttpStatusCode.OK);
        Assert.Equal(0, rules.GetProperty("version").GetInt32());
        var changed = rules.Text("document")!.Replace("weight: 10", "weight: 11", StringComparison.Ordinal);
        Assert.Equal(1, (await _api.SendAsync(HttpMethod.Put, "/api/v1/governance/rules", System.Text.Json.JsonSerializer.Serialize(new { document = changed, reason = "owners matter", basedOn = 0 }), null, HttpStatusCode.OK)).GetProperty("version").GetInt32());
        Assert.Equal("governance.changed", (await _api.SendAsync(HttpMethod.Put, "/api/v1/governance/rules", System.Text.Json.JsonSerializer.Serialize(new { document = changed + "\n#", reason = "again", basedOn = 0 }), null, HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal(1, (await _api.GetAsync("/api/v1/governance", HttpStatusCode.OK)).GetProperty("rulesVersion").GetInt32());
        await _api.GetAsync("/api/v1/governance/connections/nobody", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Executives_read_and_change_nothing()
    {
        using var executive = await _product.ClientAsync(PortalRoles.Executive);
        await executive.GetAsync("/api/v1/reviews", HttpStatusCode.OK);
        await executive.GetAsync("/api/v1/governance", HttpStatusCode.OK);
        await executive.SendAsync(HttpMethod.Post, "/api/v1/reviews/runbook/down", """{"outcome":"kept"}""", null, HttpStatusCode.Forbidden);
        await executive.SendAsync(HttpMethod.Put, "/api/v1/runbooks/down", Runbook, null, HttpStatusCode.Forbidden);
        using var business = await _product.ClientAsync(PortalRoles.Business);
        await business.SendAsync(HttpMethod.Put, "/api/v1/reviews/runbook/down/interval", """{"rule":"FREQ=DAILY","reason":"x"}""", null, HttpStatusCode.Forbidden);
        await business.SendAsync(HttpMethod.Put, "/api/v1/governance/rules", """{"document":"x","reason":"x"}""", null, HttpStatusCode.Forbidden);
    }
}
