using System.Net;
using System.Text;

namespace ControlPlane.Web.Tests.Api;

/// <summary>Whatever is refused says why in one form (RFC 9457) and what is allowed.</summary>
public sealed class ProblemTests(SharedProduct product)
{
    private readonly ProductHost _host = product.Host;

    [Theory]
    [InlineData("transactions?limit=0", "limit", "1 to 200")]
    [InlineData("transactions?limit=201", "limit", "1 to 200")]
    [InlineData("transactions?limit=many", "limit", "1 to 200")]
    [InlineData("transactions?limit=1&limit=2", "limit", "once")]
    [InlineData("transactions?state=finished", "state", "running, waiting, retrying, stuck, closed, cancelled")]
    [InlineData("transactions?party=erp,wms", "party", "one")]
    [InlineData("transactions?party=pope", "party", "us, storefront")]
    [InlineData("transactions?from=yesterday", "from", "2026-11-23T10:00:00Z")]
    [InlineData("transactions?to=2026-02-30", "to", "2026-11-23T10:00:00Z")]
    [InlineData("transactions?cursor=abc", "cursor", "next")]
    [InlineData("transactions?cursor=AAAAAAAAAAAAAAAAAAAAAAA", "cursor", "next")]
    [InlineData("transactions?sate=closed", "sate", "cursor, from, limit, party, q, stage, state")]
    [InlineData("messages?state=lost", "state", "accepted, ignored, refused, unmatched")]
    [InlineData("messages?transaction=12", "transaction", "an id")]
    [InlineData("messages?cursor=%2F%2F", "cursor", "next")]
    [InlineData("connections?role=shop", "role", "storefront, marketplace")]
    [InlineData("connections?cursor=%C3%A4", "cursor", "next")]
    [InlineData("flows?name=x", "name", "cursor, limit")]
    [InlineData("api-keys?limit=-1", "limit", "1 to 200")]
    [InlineData("messages/019ab2f4-5d6e-7c3a-9b1f-2e4d6c8a0b1c?full=true", "full", "no parameters")]
    public async Task A_wrong_parameter_is_named_with_what_is_allowed(string path, string field, string allowed)
    {
        using var client = _host.Client();
        var problem = await client.GetAsync("/api/v1/" + path, HttpStatusCode.BadRequest);
        var error = Assert.Single(problem.GetProperty("errors").EnumerateArray());
        Assert.Equal(field, error.Text("field"));
        Assert.Contains(allowed, System.Text.RegularExpressions.Regex.Replace(error.Text("message")!, "code, connection, ", ""), StringComparison.Ordinal);
        Assert.StartsWith("request.", problem.Text("code"), StringComparison.Ordinal);
        Assert.NotEqual("", problem.Text("traceId"));
        Assert.Equal("/errors/" + problem.Text("code"), problem.Text("type"));
    }

    [Fact]
    public async Task All_wrong_parameters_are_named_at_once()
    {
        using var client = _host.Client();
        var problem = await client.GetAsync("/api/v1/transactions?limit=x&state=y&from=z&nonsense=1", HttpStatusCode.BadRequest);
        Assert.Equal(["from", "limit", "nonsense", "state"], problem.GetProperty("errors").EnumerateArray().Select(e => e.Text("field")).Order());
    }

    [Theory]
    [InlineData("GET", "/api/v1/nothing", 404, "request.no_such_path")]
    [InlineData("GET", "/api/v2/transactions", 404, "request.no_such_path")]
    [InlineData("GET", "/api/v1/transactions/not-an-id", 404, "request.not_found")]
    [InlineData("GET", "/api/v1/transactions/not-an-id/journal", 404, "request.not_found")]
    [InlineData("GET", "/api/v1/messages/not-an-id", 404, "request.not_found")]
    [InlineData("POST", "/api/v1/transactions", 405, "request.method")]
    [InlineData("DELETE", "/api/v1/connections", 405, "request.method")]
    public async Task What_is_not_there_is_said_as_a_problem(string method, string path, int status, string code)
    {
        using var client = _host.Client();
        var problem = await client.SendAsync(new HttpMethod(method), path, null, null, (HttpStatusCode)status);
        Assert.Equal(code, problem.Text("code"));
        Assert.NotEqual("", problem.Text("traceId"));
    }

    [Theory]
    [InlineData("/api/v1/transactions")]
    [InlineData("/api/v1/nothing")]
    [InlineData("/api/v1/api-keys")]
    [InlineData("/metrics")]
    [InlineData("/openapi/v1.json")]
    public async Task Without_a_key_nothing_is_told(string path)
    {
        foreach (var key in new[] { null, "cp_wrong", "", new string('x', 5000) })
        {
            using var client = _host.Client(key);
            Assert.Equal("access.not_signed_in", (await client.GetAsync(path, HttpStatusCode.Unauthorized)).Text("code"));
        }
    }

    [Fact]
    public async Task A_body_of_another_type_or_size_is_refused()
    {
        using var client = _host.Client();
        using var xml = new HttpRequestMessage(HttpMethod.Post, "/api/v1/api-keys") { Content = new StringContent("<key/>", Encoding.UTF8, "application/xml") };
        xml.Headers.Add("Idempotency-Key", "xml");
        using var first = await client.SendAsync(xml, TestContext.Current.CancellationToken);
        Assert.Equal("request.content_type", (await Json.ReadAsync(first, first.StatusCode)).Text("code"));
        Assert.Equal("request.too_large", (await client.SendAsync(HttpMethod.Post, "/api/v1/api-keys", new string(' ', 70_000), "large", HttpStatusCode.RequestEntityTooLarge)).Text("code"));
    }
}
