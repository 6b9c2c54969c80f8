using System.Net;
using System.Text.Json;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Tests.Api;

namespace ControlPlane.Web.Tests.ExceptionCases;

/// <summary>Cases by API, over the whole product.</summary>
public sealed class CasesApiTests(CasesApiTests.Grouped grouped) : IClassFixture<CasesApiTests.Grouped>
{
    private readonly ProductHost _product = grouped.Product;
    private readonly HttpClient _api = grouped.Product.Client();

    /// <summary>Thirty orders of one cause and one of another, as the engine leaves them.</summary>
    public sealed class Grouped : IAsyncLifetime
    {
        public ProductHost Product { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Product = await ProductHost.StartAsync();
            var at = TimeProvider.System.GetUtcNow().AddMinutes(-3);
            await Product.AddAsync(new Runtime.Connections.ConnectionRow { TenantId = 1, Key = "erp-main", Connector = "business-central", Document = "" });
            await AddAsync([.. Enumerable.Range(1, 30).Select(i => Stuck(i, $"Customer {i} is blocked.", at.AddSeconds(i)))]);
            await AddAsync([Stuck(31, "Article 'BLUE' is not released.", at)]);
        }

        public ValueTask DisposeAsync() => Product.DisposeAsync();

        private async Task AddAsync(TransactionRow[] rows)
        {
            var print = Fingerprint.Of(FaultKind.Data, rows[0].FaultCode!, rows[0].FaultMessage!, null, "erp-main", "createSalesOrder");
            var id = print.CaseId(1);
            foreach (var row in rows)
                row.CaseId = id;
            await Product.AddAsync(
            [
                .. rows,
                new ExceptionCaseRow
                {
                    Id = id, TenantId = 1, Algorithm = print.Version, Fingerprint = print.Value, FaultKind = FaultKind.Data, FaultCode = print.Parts.Code, System = "erp-main", Operation = print.Parts.Operation,
                    Pattern = print.Parts.Pattern, Sample = rows[0].FaultMessage!, FirstSeenAt = rows[0].Since,
                },
                .. rows.Select(r => new ExceptionCaseMemberRow { TransactionId = r.Id, At = r.Since, TenantId = 1, CaseId = id, Algorithm = 1, Flow = r.Flow, FlowVersion = 1, Step = r.Step, Channel = r.Connection, Message = r.FaultMessage! }),
                new AttemptRow { Id = Guid.CreateVersion7(), TenantId = 1, TransactionId = rows[0].Id, Step = rows[0].Step, Connection = "erp-main", Operation = "createSalesOrder", Method = "POST", Path = "/salesOrders", Status = 400, StartedAt = rows[0].Since, FaultKind = FaultKind.Data },
                new ExceptionCaseHourRow { TenantId = 1, CaseId = id, Hour = rows[0].Since - rows[0].Since % 3_600_000_000, NodeId = Guid.CreateVersion7(), Failures = rows.Length },
            ]);
        }
    }

    [Fact]
    public async Task The_list_is_one_row_a_cause_and_a_case_tells_its_orders_page_by_page()
    {
        var cases = await ListAsync("");
        Assert.Equal([30, 1], cases.Select(c => c.GetProperty("stuck").GetInt32()));
        var first = cases[0];
        Assert.Equal(("new", "customer-blocked", "business", "erp-main", "erp.customer_blocked"), (first.Text("state"), first.GetProperty("cause").Text("id"), first.GetProperty("cause").Text("fixer"), first.Text("system"), first.Text("code")));
        Assert.Equal(("3792", "EUR"), (first.GetProperty("atRisk")[0].Text("amount")!.TrimEnd('0').TrimEnd('.'), first.GetProperty("atRisk")[0].Text("currency")));
        var one = await _api.GetAsync($"/api/v1/cases/{first.Text("id")}", HttpStatusCode.OK);
        Assert.Equal(25, one.GetProperty("orders").GetArrayLength());
        // It answered 400, so it is its refusal, not our check.
        Assert.Contains("refused the order: ", one.Text("verdict"), StringComparison.Ordinal);
        var rest = await _api.GetAsync($"/api/v1/cases/{first.Text("id")}?after={one.Text("nextOrder")}", HttpStatusCode.OK);
        Assert.Equal((5, JsonValueKind.Null), (rest.GetProperty("orders").GetArrayLength(), rest.GetProperty("nextOrder").ValueKind));
        Assert.Empty(await ListAsync("?state=muted"));
        Assert.Single(await ListAsync("?q=BLUE"));
        Assert.Empty(await ListAsync("?system=us"));
        Assert.Equal(2, (await ListAsync("?system=erp-main&sort=age")).Count);
    }

    [Fact]
    public async Task What_is_asked_wrongly_is_told_with_what_is_allowed()
    {
        foreach (var (path, said) in new[] { ("?state=angry", "escalating"), ("?sort=colour", "money"), ("?colour=red", "parameter"), ("?cursor=x", "next") })
            Assert.Contains(said, (await _api.GetAsync("/api/v1/cases" + path, HttpStatusCode.BadRequest)).ToString(), StringComparison.Ordinal);
        await _api.GetAsync("/api/v1/cases/nonsense", HttpStatusCode.NotFound);
        await _api.GetAsync($"/api/v1/cases/{Guid.CreateVersion7():D}", HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task A_case_is_muted_merged_parted_and_each_is_taken_back()
    {
        var cases = await ListAsync("");
        var (many, blue) = (cases[0].Text("id")!, cases[1].Text("id")!);
        await PostAsync(many, "mute", new { reason = "known", until = TimeProvider.System.GetUtcNow().AddHours(2) });
        Assert.Equal(many, Assert.Single(await ListAsync("?state=muted")).Text("id"));
        await PostAsync(many, "mute", new { });
        await PostAsync(blue, "merge", new { into = many, reason = "one cause" });
        Assert.Equal(31, Assert.Single(await ListAsync("")).GetProperty("stuck").GetInt32());
        Assert.Equal("case.circle", (await PostAsync(many, "merge", new { into = blue, reason = "r" }, HttpStatusCode.Conflict)).Text("code"));
        await PostAsync(blue, "unmerge", null);
        await PostAsync(many, "split", new { by = "text", value = "Customer 7 ", reason = "another team" });
        var parts = await ListAsync("");
        Assert.Equal([1, 1, 29], parts.Select(p => p.GetProperty("stuck").GetInt32()).Order());
        var part = parts.Single(p => p.Text("id") != many && p.Text("id") != blue);
        await PostAsync(part.Text("id")!, "unsplit", null);
        Assert.Equal(2, (await ListAsync("")).Count);
        await PostAsync(many, "settle", new { with = "flow 13" });
        Assert.Equal("flow 13", (await _api.GetAsync($"/api/v1/cases/{many}", HttpStatusCode.OK)).Text("settledWith"));
    }

    [Theory]
    [InlineData("mute", """{"until":"2001-01-01T00:00:00Z","reason":"r"}""", "future")]
    [InlineData("mute", """{"until":"2101-01-01T00:00:00Z","reason":"r"}""", "30 days")]
    [InlineData("settle", "{}", "1 to 300")]
    [InlineData("merge", """{"reason":""}""", "1 to 300")]
    [InlineData("split", """{"by":"colour","value":"x","reason":"r"}""", "channel, flow, step, text")]
    [InlineData("split", """{"by":"text","value":"","reason":"r"}""", "1 to 120")]
    [InlineData("split", """{"colour":"x"}""", "colour")]
    public async Task A_wrong_decision_is_refused_with_what_is_allowed(string verb, string body, string said)
    {
        var id = (await ListAsync(""))[0].Text("id");
        var answer = await _api.SendAsync(HttpMethod.Post, $"/api/v1/cases/{id}/{verb}", body, null, HttpStatusCode.BadRequest);
        Assert.Contains(said, answer.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_executive_reads_and_decides_nothing_and_another_tenant_sees_nothing()
    {
        var id = (await ListAsync(""))[0].Text("id");
        using var executive = await _product.ClientAsync(PortalRoles.Executive);
        await executive.GetAsync($"/api/v1/cases/{id}", HttpStatusCode.OK);
        using var refused = await executive.SendAsync(HttpMethod.Post, $"/api/v1/cases/{id}/settle", """{"with":"x"}""", null);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var other = await _product.ClientAsync(PortalRoles.Admin, tenantId: 2);
        await other.GetAsync($"/api/v1/cases/{id}", HttpStatusCode.NotFound);
    }

    private async Task<IReadOnlyList<JsonElement>> ListAsync(string query) => (await _api.GetAsync("/api/v1/cases" + query, HttpStatusCode.OK)).Items();

    private Task<JsonElement> PostAsync(string id, string verb, object? body, HttpStatusCode expected = HttpStatusCode.OK) =>
        _api.SendAsync(HttpMethod.Post, $"/api/v1/cases/{id}/{verb}", body is null ? null : JsonSerializer.Serialize(body), null, expected);

    private static TransactionRow Stuck(int n, string message, DateTimeOffset at)
    {
        var row = Api.Given.Transaction("shop", n.ToString(System.Globalization.CultureInfo.InvariantCulture), at, TransactionState.Stuck);
        row.FaultMessage = message;
        return row;
    }
}
