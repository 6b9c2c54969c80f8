using System.Net;
using System.Text.Json;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Tests.Api;

namespace ControlPlane.Web.Tests.ExceptionCases;

/// <summary>The catalogue of causes by API, over the whole product.</summary>
public sealed class CausesApiTests : IAsyncLifetime
{
    private const string Entry = """{"title":"The debtor is on the blacklist","what":"Finance does not want to sell to it.","fixer":"systemOwner","steps":["Ask finance."],"when":{"code":["erp.*"],"text":["on the blacklist"],"kind":["data"]},"reason":"known since May"}""";

    private ProductHost _product = null!;
    private HttpClient _api = null!;

    public async ValueTask InitializeAsync()
    {
        _product = await ProductHost.StartAsync();
        _api = _product.Client();
        var at = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < 2; i++)
        {
            var print = Fingerprint.Of(FaultKind.Data, "erp.refused", i == 0 ? "Debtor 7 is on the blacklist." : "Nobody knows.", null, null, "createSalesOrder");
            var hour = at.ToUnixTimeMilliseconds() * 1000 / 3_600_000_000 * 3_600_000_000;
            await _product.AddAsync(
                new ExceptionCaseRow { Id = print.CaseId(1), TenantId = 1, Algorithm = 1, Fingerprint = print.Value, FaultKind = FaultKind.Data, FaultCode = "erp.refused", Operation = "createSalesOrder", Pattern = print.Parts.Pattern, Sample = i == 0 ? "Debtor 7 is on the blacklist." : "Nobody knows.", FirstSeenAt = hour },
                new ExceptionCaseHourRow { TenantId = 1, CaseId = print.CaseId(1), Hour = hour, NodeId = Guid.CreateVersion7(), Failures = 9 - i });
        }
    }

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Fact]
    public async Task An_entry_is_tried_published_compared_and_taken_back()
    {
        Assert.Equal((0, 17, 2), Coverage(await _api.GetAsync("/api/v1/causes/coverage", HttpStatusCode.OK)));
        var first = (await _api.GetAsync("/api/v1/causes/unexplained", HttpStatusCode.OK)).Items()[0];
        Assert.Equal(("Debtor 7 is on the blacklist.", "order-refused", 9), (first.Text("message"), first.Text("general"), first.GetProperty("failures").GetInt32()));
        var trial = await _api.SendAsync(HttpMethod.Post, "/api/v1/causes/trial", Entry, null, HttpStatusCode.OK);
        Assert.Equal((1, "order-refused"), (trial.GetProperty("gains").GetArrayLength(), trial.GetProperty("gains")[0].Text("before")));
        // It has no id yet, and the trial says so without failing.
        Assert.Equal("id", trial.GetProperty("problems")[0].Text("field"));

        Assert.Equal(1, (await _api.SendAsync(HttpMethod.Put, "/api/v1/causes/blacklist", Entry, "k-1", HttpStatusCode.OK)).GetProperty("version").GetInt32());
        // The same again, as a script repeats it after a lost answer.
        Assert.Equal(1, (await _api.SendAsync(HttpMethod.Put, "/api/v1/causes/blacklist", Entry, "k-1", HttpStatusCode.OK)).GetProperty("version").GetInt32());
        Assert.Equal(("own", "systemOwner", 9), await OriginAsync("blacklist"));
        Assert.Equal((9, 17, 1), Coverage(await _api.GetAsync("/api/v1/causes/coverage", HttpStatusCode.OK)));
        Assert.Equal("override", (await OverrideAsync("customer-blocked")).Item1);
        Assert.Contains("+     - id: customer-blocked", (await _api.GetAsync("/api/v1/causes/diff/1/2", HttpStatusCode.OK)).GetProperty("lines").EnumerateArray().Select(l => l.GetString()));
        await _api.SendAsync(HttpMethod.Post, "/api/v1/causes/customer-blocked/remove", """{"reason":"the shipped one is better"}""", null, HttpStatusCode.OK);
        Assert.Equal("shipped", (await OriginAsync("customer-blocked")).Item1);
        Assert.Equal(4, (await _api.SendAsync(HttpMethod.Post, "/api/v1/causes/roll-back", """{"version":2,"reason":"no"}""", null, HttpStatusCode.OK)).GetProperty("version").GetInt32());
        Assert.Equal([4, 3, 2, 1], (await _api.GetAsync("/api/v1/causes/versions", HttpStatusCode.OK)).EnumerateArray().Select(v => v.GetProperty("version").GetInt32()));
        Assert.Contains("kind: CauseCatalogue", (await _api.GetAsync("/api/v1/causes/versions/4", HttpStatusCode.OK)).Text("document"), StringComparison.Ordinal);
        Assert.Equal(2, (await _api.GetAsync("/api/v1/causes?origin=own,override", HttpStatusCode.OK)).Items().Count);
    }

    [Theory]
    [InlineData("{}", "fixer")]
    [InlineData("""{"title":"Short","what":"Too wide for anything.","fixer":"business","steps":["x"],"when":{"code":["*"]},"reason":"r"}""", "after at least two")]
    [InlineData("""{"title":"Without a reason","what":"It has to be said why.","fixer":"business","steps":["x"],"when":{"code":["a.b"]}}""", "1 to 300")]
    [InlineData("""{"colour":"red"}""", "colour")]
    public async Task A_wrong_entry_is_refused_with_what_is_allowed(string body, string said) =>
        Assert.Contains(said, (await _api.SendAsync(HttpMethod.Put, "/api/v1/causes/mine", body, null, HttpStatusCode.BadRequest)).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task A_change_on_an_old_version_is_told_who_was_first()
    {
        await _api.SendAsync(HttpMethod.Put, "/api/v1/causes/blacklist", Entry, null, HttpStatusCode.OK);
        var answer = await _api.SendAsync(HttpMethod.Put, "/api/v1/causes/another", Entry.Insert(1, "\"basedOn\":0,"), null, HttpStatusCode.Conflict);
        Assert.Equal("cause.overtaken", answer.Text("code"));
        await _api.GetAsync("/api/v1/causes/nothing", HttpStatusCode.NotFound);
        await _api.GetAsync("/api/v1/causes?origin=red", HttpStatusCode.BadRequest);
        await _api.SendAsync(HttpMethod.Post, "/api/v1/causes/nothing/remove", """{"reason":"r"}""", null, HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Business_reads_and_does_not_change_and_another_tenant_sees_no_own_entry()
    {
        await _api.SendAsync(HttpMethod.Put, "/api/v1/causes/blacklist", Entry, null, HttpStatusCode.OK);
        using var business = await _product.ClientAsync(PortalRoles.Business);
        await business.GetAsync("/api/v1/causes/blacklist", HttpStatusCode.OK);
        using var refused = await business.SendAsync(HttpMethod.Put, "/api/v1/causes/blacklist", Entry, null);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        Assert.Contains("admin", await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
        using var other = await _product.ClientAsync(PortalRoles.Admin, tenantId: 2);
        await other.GetAsync("/api/v1/causes/blacklist", HttpStatusCode.NotFound);
        Assert.Equal(0, (await other.GetAsync("/api/v1/causes/coverage", HttpStatusCode.OK)).GetProperty("failures").GetInt32());
    }

    private async Task<(string?, string?, int)> OriginAsync(string id)
    {
        var entry = await _api.GetAsync($"/api/v1/causes/{id}", HttpStatusCode.OK);
        return (entry.Text("origin"), entry.Text("fixer"), entry.GetProperty("failures").GetInt32());
    }

    private async Task<(string?, string?, int)> OverrideAsync(string id)
    {
        await _api.SendAsync(HttpMethod.Put, $"/api/v1/causes/{id}", Entry, null, HttpStatusCode.OK);
        return await OriginAsync(id);
    }

    private static (int, int, int) Coverage(JsonElement answer) => (answer.GetProperty("failuresExplained").GetInt32(), answer.GetProperty("failures").GetInt32(), answer.GetProperty("unexplained").GetInt32());
}
