using System.Net;
using System.Net.Http.Json;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Scorecard;

/// <summary>The scorecard and reports by API, over the whole product.</summary>
public sealed class ScorecardApiTests(ScorecardApiTests.Laid laid) : IClassFixture<ScorecardApiTests.Laid>
{
    private readonly HttpClient _api = laid.Product.Client();

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Three open orders past their promise, two in time, and two that are closed.</summary>
    public sealed class Laid : IAsyncLifetime
    {
        public ProductHost Product { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Product = await ProductHost.StartAsync(new Dictionary<string, string?> { ["ControlPlane:Scorecard:Chromium"] = "none" });
            var at = TimeProvider.System.GetUtcNow().AddHours(-5);
            await Product.AddAsync([.. Enumerable.Range(1, 7).Select(i => Row(i, at.AddSeconds(i)))]);
            await Product.Services.GetRequiredService<ScorecardKeeper>().KeepAsync(TenantScope.Default, 5, CancellationToken.None);
        }

        public ValueTask DisposeAsync() => Product.DisposeAsync();

        private static TransactionRow Row(int n, DateTimeOffset at)
        {
            var row = Api.Given.Transaction("shop", n.ToString(System.Globalization.CultureInfo.InvariantCulture), at, n <= 5 ? TransactionState.Waiting : TransactionState.Closed);
            row.ShipBy = at.AddHours(n <= 3 ? 1 : 9).ToMicroseconds();
            return row;
        }
    }

    [Fact]
    public async Task It_says_how_things_stand_and_each_list_has_what_its_figure_says()
    {
        var card = await _api.GetAsync("/api/v1/scorecard", HttpStatusCode.OK);
        Assert.Equal(6, card.GetProperty("capabilities").GetArrayLength());
        // What is promised from the start has too few events to be met or missed.
        Assert.All(card.GetProperty("capabilities").EnumerateArray(), c => Assert.Equal("no-data", c.Text("standing")));
        var late = card.GetProperty("risk").EnumerateArray().Single(r => r.Text("part") == "past-deadline");
        Assert.Equal((3, "379.20", "EUR"), (late.GetProperty("orders").GetInt32(), late.GetProperty("money")[0].Text("amount"), late.GetProperty("money")[0].Text("currency")));
        var first = await _api.GetAsync("/api/v1/scorecard/orders?list=past-deadline&limit=2", HttpStatusCode.OK);
        Assert.Equal(["3", "2"], first.Items().Select(i => i.Text("number")));
        var rest = await _api.GetAsync($"/api/v1/scorecard/orders?list=past-deadline&limit=2&cursor={first.Text("next")}", HttpStatusCode.OK);
        Assert.Equal(["1"], rest.Items().Select(i => i.Text("number")));
        Assert.Null(rest.Text("next"));
        Assert.Equal(0, (await _api.GetAsync("/api/v1/scorecard?channel=other", HttpStatusCode.OK)).GetProperty("riskTotal").GetArrayLength());
    }

    [Theory]
    [InlineData("/api/v1/scorecard?period=1y", "period")]
    [InlineData("/api/v1/scorecard?about=everything", "about")]
    [InlineData("/api/v1/scorecard?zone=Nowhere", "zone")]
    [InlineData("/api/v1/scorecard?from=2026-11-01T00:00Z", "from")]
    [InlineData("/api/v1/scorecard/orders", "list")]
    [InlineData("/api/v1/scorecard/orders?list=all", "list")]
    [InlineData("/api/v1/scorecard/orders?list=to-save", "rule")]
    [InlineData("/api/v1/scorecard/orders?list=misses&hour=24", "hour")]
    [InlineData("/api/v1/scorecard/orders?list=way&end=gone", "end")]
    [InlineData("/api/v1/scorecard/orders?list=way&shipped=perhaps", "shipped")]
    [InlineData("/api/v1/scorecard/orders?list=misses&cursor=zzz", "cursor")]
    [InlineData("/api/v1/scorecard/orders?list=misses&cursor=1~zzz", "cursor")]
    [InlineData("/api/v1/scorecard/orders?list=past-deadline&cursor=1~", "cursor")]
    [InlineData("/api/v1/scorecard/orders?list=misses&channel=bogus", "channel")]
    [InlineData("/api/v1/scorecard/orders?list=misses&party=bogus", "party")]
    [InlineData("/api/v1/objectives/order-ingestion/missed?cursor=zzz", "cursor")]
    [InlineData("/api/v1/objectives/order-ingestion/missed?connection=bogus", "connection")]
    [InlineData("/api/v1/objectives/order-ingestion/missed?party=bogus", "party")]
    public async Task What_cannot_be_meant_is_refused_by_name(string address, string field)
    {
        var problem = await _api.GetAsync(address, HttpStatusCode.BadRequest);
        Assert.Contains(problem.GetProperty("errors").EnumerateArray(), e => e.Text("field") == field);
    }

    [Fact]
    public async Task A_report_is_planned_made_taken_and_checked_by_those_who_may()
    {
        using var executive = await laid.Product.ClientAsync(PortalRoles.Executive);
        var body = new { title = "Board", rhythm = "month", zone = "Europe/Berlin", recipients = Array.Empty<string>() };
        Assert.Equal(HttpStatusCode.Forbidden, (await executive.PutAsJsonAsync("/api/v1/reports/plans/board", body, Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.Unauthorized, (await laid.Product.Client(null).GetAsync("/api/v1/reports", Ct)).StatusCode);
        Assert.False((await _api.PutAsJsonAsync("/api/v1/reports/plans/board", body with { zone = "Nowhere" }, Ct)).IsSuccessStatusCode);
        Assert.True((await _api.PutAsJsonAsync("/api/v1/reports/plans/board", body, Ct)).IsSuccessStatusCode);
        Assert.Equal("board", (await executive.GetAsync("/api/v1/reports/plans", HttpStatusCode.OK))[0].Text("name"));
        Assert.Equal(HttpStatusCode.NotFound, (await _api.PostAsJsonAsync("/api/v1/reports", new { name = "gone" }, Ct)).StatusCode);
        Assert.True((await _api.PostAsJsonAsync("/api/v1/reports", new { name = "board" }, Ct)).IsSuccessStatusCode);
        var made = (await executive.GetAsync("/api/v1/reports", HttpStatusCode.OK)).Items().Single();
        Assert.Contains("no Chromium is set", made.Text("note"), StringComparison.Ordinal);
        var html = await executive.GetAsync($"/api/v1/reports/{made.Text("id")}/html", Ct);
        Assert.Equal("text/html", html.Content.Headers.ContentType!.MediaType);
        Assert.StartsWith("<!doctype html>", await html.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await executive.GetAsync($"/api/v1/reports/{made.Text("id")}/pdf", Ct)).StatusCode);
        Assert.True((await executive.GetAsync($"/api/v1/reports/{made.Text("id")}/check", HttpStatusCode.OK)).GetProperty("same").GetBoolean());
        Assert.Equal(HttpStatusCode.NoContent, (await _api.DeleteAsync("/api/v1/reports/plans/board", Ct)).StatusCode);
    }
}
