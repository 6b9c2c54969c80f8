using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Tests.Receive;

namespace ControlPlane.Web.Tests.Engine;

/// <summary>The engine and its windows by API, over the whole product.</summary>
public sealed class EngineApiTests : IAsyncLifetime
{
    private FrontDoor _door = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _door = await FrontDoor.OpenAsync();

    public ValueTask DisposeAsync() => _door.DisposeAsync();

    [Fact]
    public async Task It_tells_lanes_and_the_node_that_lives()
    {
        using var engine = JsonDocument.Parse(await _door.Api.GetStringAsync("/api/v1/engine", Ct));
        Assert.Equal(["orders", "fulfilment", "inventory", "finance", "catalogue", "polling", "bulk"], engine.RootElement.GetProperty("lanes").EnumerateArray().Select(l => l.GetProperty("lane").GetString()));
        var node = Assert.Single(engine.RootElement.GetProperty("nodes").EnumerateArray());
        Assert.Equal((true, "web,ingest,worker,scheduler"), (node.GetProperty("alive").GetBoolean(), node.GetProperty("roles").GetString()));
    }

    [Fact]
    public async Task A_window_is_declared_once_shown_and_ended()
    {
        var to = TimeProvider.System.GetUtcNow().AddHours(2);
        var first = await DeclareAsync("key-1", new { connection = "shop", to, reason = "update" });
        var again = await DeclareAsync("key-1", new { connection = "shop", to, reason = "update" });
        Assert.Equal((HttpStatusCode.Created, HttpStatusCode.Created), (first.Status, again.Status));
        using var list = JsonDocument.Parse(await _door.Api.GetStringAsync("/api/v1/maintenance-windows", Ct));
        var window = Assert.Single(list.RootElement.EnumerateArray());
        Assert.Equal(("shop", "open", "update"), (window.GetProperty("connection").GetString(), window.GetProperty("state").GetString(), window.GetProperty("reason").GetString()));
        var end = await _door.Api.PostAsync($"/api/v1/maintenance-windows/{window.GetProperty("id").GetGuid()}/end", null, Ct);
        Assert.Equal(HttpStatusCode.OK, end.StatusCode);
        using var engine = JsonDocument.Parse(await _door.Api.GetStringAsync("/api/v1/engine", Ct));
        Assert.Empty(engine.RootElement.GetProperty("windows").EnumerateArray());
    }

    [Theory]
    [InlineData("""{"to":"2030-01-01T00:00:00Z","reason":"x"}""", HttpStatusCode.BadRequest, "connection")]
    [InlineData("""{"connection":"shop","reason":"x"}""", HttpStatusCode.BadRequest, "to")]
    [InlineData("""{"connection":"shop","to":"2030-01-01T00:00:00Z"}""", HttpStatusCode.BadRequest, "reason")]
    [InlineData("""{"connection":"shop","to":"2020-01-01T00:00:00Z","reason":"x"}""", HttpStatusCode.UnprocessableEntity, "future")]
    [InlineData("""{"connection":"shop","to":"2099-01-01T00:00:00Z","reason":"x"}""", HttpStatusCode.UnprocessableEntity, "7 days")]
    [InlineData("""{"connection":"no-such","to":"2030-01-01T00:00:00Z","reason":"x"}""", HttpStatusCode.NotFound, "connection")]
    [InlineData("""{"connection":"shop","until":"2030-01-01T00:00:00Z"}""", HttpStatusCode.BadRequest, "connection, from, to, reason")]
    public async Task A_window_that_makes_no_sense_is_refused_by_name(string body, HttpStatusCode status, string said)
    {
        var (answered, text) = await DeclareAsync("key-" + body.GetHashCode(StringComparison.Ordinal), JsonDocument.Parse(body).RootElement);
        Assert.Equal(status, answered);
        Assert.Contains(said, text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(PortalRoles.Business)]
    [InlineData(PortalRoles.Executive)]
    public async Task Only_operators_and_admins_declare(string role)
    {
        using var client = await _door.Host.ClientAsync(role);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/maintenance-windows") { Content = JsonContent.Create(new { connection = "shop", to = "2030-01-01T00:00:00Z", reason = "x" }) };
        request.Headers.Add("Idempotency-Key", "k");
        Assert.Equal(HttpStatusCode.Forbidden, (await client.SendAsync(request, Ct)).StatusCode);
    }

    private async Task<(HttpStatusCode Status, string Text)> DeclareAsync(string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/maintenance-windows") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        var answer = await _door.Api.SendAsync(request, Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }
}
