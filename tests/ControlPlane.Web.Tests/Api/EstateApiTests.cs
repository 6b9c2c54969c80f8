using System.Net;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Api;

/// <summary>What is configured, as scripts see it.</summary>
public sealed class EstateApiTests(SharedProduct product)
{
    private readonly ProductHost _host = product.Host;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private async Task ApplyAsync(string text)
    {
        var (_, problems) = await _host.Services.GetRequiredService<EstateService>().ApplyAsync(TenantScope.Default, [new("test.yaml", text)], "Kim", "test", Ct);
        Assert.Empty(problems);
    }

    [Fact]
    public async Task Connections_are_listed_with_role_and_state()
    {
        await ApplyAsync("""
            kind: Connection
            metadata: { name: api-wms }
            spec: { connector: regional-wms, role: wms, displayName: API WMS, owner: Warehouse, baseAddress: "http://127.0.0.1:1", secrets: { apiKey: "${secret:TEST_KEY}", webhookSecret: "${secret:TEST_HOOK}" } }
            """);
        await _host.AddAsync(new Runtime.Connections.ConnectionRow { TenantId = 1, Key = "api-broken", Connector = "nobody", Role = SystemRole.Tax, DisplayName = "Broken", Document = "kind: Connection", UpdatedBy = "Kim" });
        using var client = _host.Client();
        var items = (await client.GetAsync("/api/v1/connections", HttpStatusCode.OK)).Items();
        var wms = items.Single(c => c.Text("key") == "api-wms");
        Assert.Equal(("API WMS", "wms", "regional-wms", "quiet", "Warehouse", "Kim"), (wms.Text("name"), wms.Text("role"), wms.Text("connector"), wms.Text("state"), wms.Text("owner"), wms.Text("updatedBy")));
        var broken = items.Single(c => c.Text("key") == "api-broken");
        Assert.Equal("misconfigured", broken.Text("state"));
        Assert.NotEmpty(broken.GetProperty("problems").EnumerateArray());
        Assert.Equal(["api-wms"], (await client.GetAsync("/api/v1/connections?role=wms", HttpStatusCode.OK)).Items().Select(c => c.Text("key")).Where(k => k!.StartsWith("api-", StringComparison.Ordinal)));
        Assert.Equal(["api-broken"], (await client.GetAsync("/api/v1/connections?state=misconfigured", HttpStatusCode.OK)).Items().Select(c => c.Text("key")).Where(k => k!.StartsWith("api-", StringComparison.Ordinal)));
        Assert.DoesNotContain("whsec_", await client.GetStringAsync("/api/v1/connections", Ct), StringComparison.Ordinal);

        var seen = new List<string?>();
        string? cursor = null;
        do
        {
            var page = await client.GetAsync($"/api/v1/connections?limit=1{(cursor is null ? "" : $"&cursor={cursor}")}", HttpStatusCode.OK);
            seen.AddRange(page.Items().Select(c => c.Text("key")));
            cursor = page.Next();
        }
        while (cursor is not null);
        Assert.Equal(seen.Order(StringComparer.Ordinal), seen);
        Assert.Superset(new HashSet<string?> { "api-broken", "api-wms" }, seen.ToHashSet());
    }

    [Fact]
    public async Task A_changed_flow_has_a_new_version_and_the_old_one_stays()
    {
        const string Document = """
            # A note of its author.
            kind: Flow
            metadata: { name: api-flow }
            spec:
              title: API flow
              trigger: { event: api.tested, connections: [api-shop] }
              steps:
                - { id: check, type: validate, stage: validated }
                - { id: close, type: close, stage: closed }
            """;
        await ApplyAsync(Document);
        await ApplyAsync(Document.Replace("title: API flow", "title: API flow, better", StringComparison.Ordinal));
        using var client = _host.Client();
        var flow = (await client.GetAsync("/api/v1/flows", HttpStatusCode.OK)).Items().Single(f => f.Text("name") == "api-flow");
        Assert.Equal((2, "API flow, better", "api.tested", "hybrid", "orders", "Kim", "test"), (flow.GetProperty("version").GetInt32(), flow.Text("title"), flow.Text("event"), flow.Text("connectivity"), flow.Text("lane"), flow.Text("createdBy"), flow.Text("reason")));
        var old = await client.GetAsync("/api/v1/flows/api-flow/1", HttpStatusCode.OK);
        Assert.Equal(("API flow", false), (old.Text("title"), old.GetProperty("newest").GetBoolean()));
        Assert.StartsWith("# A note of its author.", old.Text("document"), StringComparison.Ordinal);
        Assert.Equal(["validate", "close"], old.GetProperty("steps").EnumerateArray().Select(s => s.Text("type")));
        Assert.True((await client.GetAsync("/api/v1/flows/api-flow/2", HttpStatusCode.OK)).GetProperty("newest").GetBoolean());
        Assert.Equal("request.not_found", (await client.GetAsync("/api/v1/flows/api-flow/3", HttpStatusCode.NotFound)).Text("code"));
        Assert.Equal("request.parameter", (await client.GetAsync("/api/v1/flows/api-flow/newest", HttpStatusCode.BadRequest)).Text("code"));
    }
}
