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
        Assert.Empty(engine.RootElement.GetProperty("turns").EnumerateArray());
        Assert.Equal((true, "web,ingest,worker,scheduler"), (node.GetProperty("alive").GetBoolean(), node.GetProperty("roles").GetString()));
    }

    [Theory]
    [InlineData("""{"reason":""}""", HttpStatusCode.BadRequest, "It changes the order")]
    [InlineData("""{"why":"x"}""", HttpStatusCode.BadRequest, "reason")]
    [InlineData("""{"reason":"the customer waits"}""", HttpStatusCode.NotFound, "transaction")]
    public async Task Passing_needs_a_reason_and_an_order_that_is_there(string body, HttpStatusCode status, string said)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/transactions/{Guid.CreateVersion7()}/pass-turn") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", "pass-" + (int)status + body.Length);
        var answer = await _door.Api.SendAsync(request, Ct);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(said, await answer.Content.ReadAsStringAsync(Ct), StringComparison.Ordinal);
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

    [Fact]
    public async Task Many_are_counted_before_they_are_replayed_and_the_same_key_starts_one()
    {
        await _door.ShopAsync("""{"id":1,"name":"#1","currency":"EUR","total_price":"10.00","created_at":"2026-11-23T10:00:00+01:00","line_items":[{"id":11,"sku":"A","title":"A","quantity":2,"price":"5.00"}]}"""u8.ToArray());
        JsonElement counted = default;
        for (var i = 0; i < 100 && (counted.ValueKind == JsonValueKind.Undefined || counted.GetProperty("total").GetInt32() == 0); i++)
        {
            await Task.Delay(100, Ct);
            counted = (await PostAsync("/api/v1/replays", $"dry-{i}", new { dryRun = true })).Body;
        }

        // No ERP is connected: that is our own configuration, so the order is stuck at once.
        Assert.Equal(("dry-run", 1, "connection.missing"), (counted.GetProperty("state").GetString(), counted.GetProperty("total").GetInt32(), counted.GetProperty("byCode")[0].GetProperty("code").GetString()));
        var first = await PostAsync("/api/v1/replays", "one", new { code = "connection.missing", reason = "ERP connected" });
        var again = await PostAsync("/api/v1/replays", "one", new { code = "connection.missing", reason = "ERP connected" });
        Assert.Equal((HttpStatusCode.Accepted, first.Body.GetProperty("id").GetGuid()), (first.Status, again.Body.GetProperty("id").GetGuid()));
        using var list = JsonDocument.Parse(await _door.Api.GetStringAsync("/api/v1/replays", Ct));
        Assert.Single(list.RootElement.EnumerateArray());
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync($"/api/v1/replays/{Guid.CreateVersion7()}/cancel", "c", new { })).Status);
        Assert.Equal(HttpStatusCode.Conflict, (await PostAsync("/api/v1/replays", "none", new { code = "no.such", reason = "x" })).Status);
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/api/v1/replays", "bad", new { perSecond = 0, canary = 101, state = "closed", version = "old", reason = "x" })).Status);
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> PostAsync(string address, string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        var answer = await _door.Api.SendAsync(request, Ct);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Ct)).RootElement.Clone());
    }

    private async Task<(HttpStatusCode Status, string Text)> DeclareAsync(string key, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/maintenance-windows") { Content = JsonContent.Create(body) };
        request.Headers.Add("Idempotency-Key", key);
        var answer = await _door.Api.SendAsync(request, Ct);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync(Ct));
    }
}
