using System.Net;
using System.Text.Json;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Tests.Api;

namespace ControlPlane.Web.Tests.Ownership;

/// <summary>Claims, teams and rules by API, over the whole product.</summary>
public sealed class ClaimsApiTests : IAsyncLifetime
{
    private readonly Guid _order = Guid.CreateVersion7();
    private readonly Guid _other = Guid.CreateVersion7();
    private ProductHost _product = null!;
    private HttpClient _api = null!;

    public async ValueTask InitializeAsync()
    {
        _product = await ProductHost.StartAsync();
        _api = _product.Client();
        await _product.AddAsync(Stuck(_order, 1), Stuck(_other, 2));
    }

    public ValueTask DisposeAsync() => _product.DisposeAsync();

    [Fact]
    public async Task An_order_is_taken_given_back_commented_and_handed_on_and_the_journal_tells_it()
    {
        var taken = await PostAsync($"{_order}/claim", "{}");
        Assert.Equal("accepted", taken.Text("code"));
        Assert.NotNull(taken.Text("heldBy"));
        using var other = await _product.ClientAsync(PortalRoles.Business);
        var refused = await other.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{_order}/claim", "{}", Key(), HttpStatusCode.Conflict);
        Assert.Equal("claim.held", refused.Text("code"));
        Assert.Contains("has order #2001 since", refused.Text("detail"), StringComparison.Ordinal);
        Assert.Equal("accepted", (await other.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{_order}/comment", """{"text":"The customer pays tomorrow."}""", Key(), HttpStatusCode.OK)).Text("code"));
        Assert.Equal("accepted", (await other.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{_order}/claim", """{"takeOver":"the first one is ill"}""", Key(), HttpStatusCode.OK)).Text("code"));
        Assert.Equal("claim.not_held", (await PostAsync($"{_order}/release", null, HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal("accepted", (await PostAsync($"{_order}/assign", """{"team":"operations","note":"look at it"}""")).Text("code"));
        var journal = (await _api.GetAsync($"/api/v1/transactions/{_order}/journal", HttpStatusCode.OK)).Items().Select(j => j.Text("summary")!).ToList();
        Assert.Contains(journal, s => s.EndsWith(" took it", StringComparison.Ordinal));
        Assert.Contains(journal, s => s.EndsWith(": The customer pays tomorrow.", StringComparison.Ordinal));
        Assert.Contains(journal, s => s.EndsWith("gave it to the team Operations: look at it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_repeat_with_the_same_key_is_one_command_and_without_a_key_there_is_none()
    {
        var key = Key();
        var first = await _api.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{_order}/claim", "{}", key, HttpStatusCode.OK);
        Assert.Equal(first.ToString(), (await _api.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{_order}/claim", "{}", key, HttpStatusCode.OK)).ToString());
        Assert.Equal("idempotency.key_missing", (await _api.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{_order}/claim", "{}", null, HttpStatusCode.BadRequest)).Text("code"));
    }

    [Theory]
    [InlineData("retry", "{}")]
    [InlineData("pass-turn", "{\"reason\":\"let them go\"}")]
    [InlineData("hold", "{\"reason\":\"later\",\"until\":\"2999-01-01T00:00:00Z\"}")]
    [InlineData("missing-value", "{\"reason\":\"new\",\"to\":\"X\"}")]
    public async Task Who_acts_on_what_another_has_in_hand_is_told_so_first(string act, string body)
    {
        await PostAsync($"{_order}/claim", "{}");
        using var other = await _product.ClientAsync(PortalRoles.Business);
        var refused = await other.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{_order}/{act}", body, Key(), HttpStatusCode.Conflict);
        Assert.Equal("claim.held", refused.Text("code"));
        Assert.EndsWith("Take it over with a reason, then go on.", refused.Text("detail"), StringComparison.Ordinal);
        await other.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{_order}/claim", "{\"takeOver\":\"the customer waits\"}", Key(), HttpStatusCode.OK);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/transactions/{_order}/{act}") { Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", Key());
        using var answer = await other.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.DoesNotContain("claim.held", await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_selection_is_taken_each_by_itself()
    {
        var nobody = Guid.CreateVersion7();
        var answer = await PostAsync("claim", JsonSerializer.Serialize(new { transactions = new[] { _order, _other, nobody } }));
        Assert.Equal((2, 1), (answer.GetProperty("accepted").GetInt32(), answer.GetProperty("refused").GetInt32()));
        Assert.Equal("not_found", answer.GetProperty("items")[2].Text("code"));
        Assert.Equal(2, (await PostAsync("assign", JsonSerializer.Serialize(new { transactions = new[] { _order, _other }, team = "operations", note = "yours" }))).GetProperty("accepted").GetInt32());
        Assert.Contains("1 to 1000", (await PostAsync("claim", """{"transactions":[]}""", HttpStatusCode.BadRequest)).ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("assign", """{"team":"ghosts","note":"n"}""", HttpStatusCode.BadRequest, "operations")]
    [InlineData("assign", """{"person":"ghost","note":"n"}""", HttpStatusCode.BadRequest, "ghost")]
    [InlineData("assign", """{"team":"operations"}""", HttpStatusCode.BadRequest, "1 to 300")]
    [InlineData("comment", """{"text":""}""", HttpStatusCode.BadRequest, "1 to 350")]
    [InlineData("comment", """{"words":"x"}""", HttpStatusCode.BadRequest, "text")]
    [InlineData("release", null, HttpStatusCode.Conflict, "Nobody has order")]
    public async Task A_wrong_wish_is_refused_with_what_is_allowed(string verb, string? body, HttpStatusCode status, string said) =>
        Assert.Contains(said, (await PostAsync($"{_order}/{verb}", body, status)).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task Rules_are_tried_published_and_gone_back_to_by_admins_alone()
    {
        var now = await _api.GetAsync("/api/v1/ownership", HttpStatusCode.OK);
        Assert.Equal((0, "operations"), (now.GetProperty("version").GetInt32(), now.Text("fallback")));
        const string setup = """ "rules":[{"when":[{"field":"code","values":["erp.*"]}],"team":"finance"}],"fallback":"desk","teams":[{"key":"finance","name":"Finance","members":["role:business"]},{"key":"desk","name":"Desk","members":["role:operator"],"ladder":["15m team"],"calendar":"office"}],"calendars":[{"name":"office","zone":"Europe/Berlin","hours":["Mon-Fri 08:00-18:00"]}] """;
        Assert.Equal(0, (await _api.SendAsync(HttpMethod.Post, "/api/v1/ownership/preview", "{" + setup + "}", null, HttpStatusCode.OK)).GetProperty("problems").GetArrayLength());
        Assert.Contains("There is no team", (await _api.SendAsync(HttpMethod.Put, "/api/v1/ownership", """{"basedOn":0,"reason":"r","fallback":"ghosts"}""", null, HttpStatusCode.BadRequest)).ToString(), StringComparison.Ordinal);
        Assert.Equal(1, (await _api.SendAsync(HttpMethod.Put, "/api/v1/ownership", "{\"basedOn\":0,\"reason\":\"two teams\"," + setup + "}", null, HttpStatusCode.OK)).GetProperty("version").GetInt32());
        Assert.Equal("ownership.changed_meanwhile", (await _api.SendAsync(HttpMethod.Put, "/api/v1/ownership", "{\"basedOn\":0,\"reason\":\"two teams\"," + setup + "}", null, HttpStatusCode.Conflict)).Text("code"));
        var teams = await _api.GetAsync("/api/v1/teams", HttpStatusCode.OK);
        Assert.Contains("desk", teams.EnumerateArray().Select(t => t.Text("team")));
        Assert.Equal("two teams", (await _api.GetAsync("/api/v1/ownership/versions", HttpStatusCode.OK))[0].Text("reason"));
        Assert.Equal(2, (await _api.SendAsync(HttpMethod.Post, "/api/v1/ownership/roll-back", """{"version":0,"basedOn":1,"reason":"too early"}""", null, HttpStatusCode.OK)).GetProperty("version").GetInt32());
        using var business = await _product.ClientAsync(PortalRoles.Business);
        await business.GetAsync("/api/v1/ownership", HttpStatusCode.OK);
        using var refused = await business.SendAsync(HttpMethod.Put, "/api/v1/ownership", "{}", null);
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
        using var executive = await _product.ClientAsync(PortalRoles.Executive);
        using var none = await executive.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{_order}/claim", "{}", Key());
        Assert.Equal(HttpStatusCode.Forbidden, none.StatusCode);
    }

    private Task<JsonElement> PostAsync(string path, string? body, HttpStatusCode expected = HttpStatusCode.OK) => _api.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{path}", body, Key(), expected);

    private static string Key() => Guid.CreateVersion7().ToString();

    private static TransactionRow Stuck(Guid id, int n)
    {
        var at = Domain.Shared.Instant.ToMicroseconds(TimeProvider.System.GetUtcNow().AddMinutes(-3));
        return new()
        {
            Id = id, TenantId = 1, State = TransactionState.Stuck, Stage = "mapped", Step = "post-order", Connection = "shopify-eu", Flow = "order-to-shipment", FlowVersion = 1, Number = $"#{2000 + n}", Reference = $"SHOP-{2000 + n}",
            CorrelationId = $"c{n}", Currency = "EUR", TotalMinor = 12640, LineCount = 1, PlacedAt = at, ReceivedAt = at, UpdatedAt = at, Since = at, FaultKind = FaultKind.Data, FaultCode = "erp.customer_blocked", FaultMessage = "Customer 7 is blocked.",
            PartyConnection = "erp-main", Revision = 1,
        };
    }
}
