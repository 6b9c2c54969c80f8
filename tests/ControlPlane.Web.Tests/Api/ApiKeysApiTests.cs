using System.Net;
using ControlPlane.Runtime.Identity;

namespace ControlPlane.Web.Tests.Api;

public sealed class ApiKeysApiTests(SharedProduct product)
{
    private const string Path = "/api/v1/api-keys";

    private readonly ProductHost _host = product.Host;

    [Fact]
    public async Task A_new_key_is_shown_once_works_and_stops_working_when_revoked()
    {
        using var admin = _host.Client();
        var created = await admin.SendAsync(HttpMethod.Post, Path, """{"name":"Nightly export","role":"operator","expiresInDays":30}""", "make-1", HttpStatusCode.Created);
        var (key, id) = (created.Text("key")!, created.GetProperty("id").GetGuid());
        using var script = _host.Client(key);
        await script.GetAsync("/api/v1/transactions?limit=1", HttpStatusCode.OK);
        var listed = await admin.GetAsync(Path, HttpStatusCode.OK);
        var item = listed.Items().Single(k => k.GetProperty("id").GetGuid() == id);
        Assert.Equal(("Nightly export", "operator", "active", "API key Bootstrap key"), (item.Text("name"), item.Text("role"), item.Text("state"), item.Text("createdBy")));
        Assert.DoesNotContain(key, listed.ToString(), StringComparison.Ordinal);
        Assert.StartsWith(item.Text("prefix")!, key, StringComparison.Ordinal);

        // A repeat makes no second key and does not show the first one again.
        var repeat = await admin.SendAsync(HttpMethod.Post, Path, """{"name":"Nightly export","role":"operator","expiresInDays":30}""", "make-1", HttpStatusCode.Conflict);
        Assert.Equal("idempotency.answer_not_kept", repeat.Text("code"));
        Assert.Single((await admin.GetAsync(Path, HttpStatusCode.OK)).Items(), k => k.Text("name") == "Nightly export");

        await admin.SendAsync(HttpMethod.Delete, $"{Path}/{id}", null, "drop-1", HttpStatusCode.NoContent);
        await admin.SendAsync(HttpMethod.Delete, $"{Path}/{id}", null, "drop-1", HttpStatusCode.NoContent);
        Assert.Equal("request.not_found", (await admin.SendAsync(HttpMethod.Delete, $"{Path}/{id}", null, null, HttpStatusCode.NotFound)).Text("code"));
        Assert.Equal("access.not_signed_in", (await script.GetAsync("/api/v1/transactions", HttpStatusCode.Unauthorized)).Text("code"));
        Assert.Equal("revoked", (await admin.GetAsync(Path, HttpStatusCode.OK)).Items().Single(k => k.GetProperty("id").GetGuid() == id).Text("state"));
    }

    [Fact]
    public async Task Only_administrators_see_and_make_keys()
    {
        foreach (var role in PortalRoles.All.Where(r => r != PortalRoles.Admin))
        {
            using var client = await _host.ClientAsync(role);
            Assert.Equal("access.missing_role", (await client.GetAsync(Path, HttpStatusCode.Forbidden)).Text("code"));
            Assert.Equal("access.missing_role", (await client.SendAsync(HttpMethod.Post, Path, "{}", "x", HttpStatusCode.Forbidden)).Text("code"));
        }
    }

    [Theory]
    [InlineData("{}", "name", "role")]
    [InlineData("""{"name":"x","role":"root"}""", "role")]
    [InlineData("""{"name":"x","role":"admin","expiresInDays":0}""", "expiresInDays")]
    [InlineData("""{"name":"x","role":"admin","expiresInDays":"soon"}""", "expiresInDays")]
    [InlineData("""{"name":"x","role":"admin","rolle":"admin"}""", "rolle")]
    [InlineData("""{"name":"x","role":"admin","role":"admin"}""", "role")]
    [InlineData("[]", "")]
    [InlineData("not json", "")]
    [InlineData("", "")]
    [InlineData("null", "")]
    public async Task A_wrong_body_names_what_is_wrong(string body, params string[] fields)
    {
        using var admin = _host.Client();
        var problem = await admin.SendAsync(HttpMethod.Post, Path, body, $"wrong-{body.GetHashCode()}", HttpStatusCode.BadRequest);
        var errors = problem.GetProperty("errors").EnumerateArray().ToList();
        Assert.Equal(fields, errors.Select(e => e.Text("field")));
        Assert.All(errors, e => Assert.Matches("Allowed|expected", e.Text("message")));
    }
}
