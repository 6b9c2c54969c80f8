using System.Net;
using System.Text.Json;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Web.Tests.Api;

namespace ControlPlane.Web.Tests.Repair;

/// <summary>Mending by API, over the whole product: rights, wrong questions, and that nothing is done twice.</summary>
public sealed class RepairApiTests(RepairApiTests.Stuck stuck) : IClassFixture<RepairApiTests.Stuck>
{
    private readonly ProductHost _product = stuck.Product;
    private readonly HttpClient _api = stuck.Product.Client();

    /// <summary>Orders as the engine leaves them. No system is there to send them to.</summary>
    public sealed class Stuck : IAsyncLifetime
    {
        public ProductHost Product { get; private set; } = null!;

        public List<Guid> Ids { get; } = [];

        public async ValueTask InitializeAsync()
        {
            Product = await ProductHost.StartAsync();
            var at = TimeProvider.System.GetUtcNow().AddMinutes(-3);
            for (var i = 1; i <= 6; i++)
            {
                var row = Api.Given.Transaction("shop", i.ToString(System.Globalization.CultureInfo.InvariantCulture), at.AddSeconds(i), TransactionState.Stuck);
                var order = new CanonicalOrder
                {
                    ExternalId = row.Number, Number = row.Number, PlacedAt = at, Currency = "EUR", TotalMinor = i == 6 ? 600_000 : 12640, ShipTo = new() { Line1 = "Old 1", City = "Köln" },
                    Lines = [new() { ChannelLineRef = "L1", Sku = "TEE", Quantity = 1 }],
                };
                row.TotalMinor = order.TotalMinor;
                var payload = PayloadRows.Make(1, JsonSerializer.SerializeToUtf8Bytes(order, FlowJson.Default.CanonicalOrder), "application/json", TimeProvider.System);
                row.CanonicalPayloadId = payload.Id;
                await Product.AddAsync(payload, row, new WorkItemRow { TransactionId = row.Id, TenantId = 1, Lane = Lane.Orders, Source = "shop", State = WorkState.Dead, Step = "erp-order", Flow = "order-to-shipment", FlowVersion = 1, Variables = JsonSerializer.SerializeToUtf8Bytes(new FlowVariables(), FlowJson.Default.FlowVariables) });
                Ids.Add(row.Id);
            }
        }

        public ValueTask DisposeAsync() => Product.DisposeAsync();
    }

    [Fact]
    public async Task A_field_is_tried_changed_once_and_told_masked()
    {
        var id = stuck.Ids[0];
        var trial = await PostAsync($"/transactions/{id:D}/edit", """{"changes":[{"path":"shipTo.city","value":"Bonn"}],"dryRun":true}""", "edit-dry");
        Assert.Equal((true, 0), (trial.GetProperty("fine").GetBoolean(), trial.GetProperty("refusals").GetArrayLength()));
        var wrong = await PostAsync($"/transactions/{id:D}/edit", """{"changes":[{"path":"totalMinor","value":"1"}],"reason":"other","note":"n"}""", "edit-wrong", HttpStatusCode.UnprocessableEntity);
        Assert.Equal("edit.invalid", wrong.Text("code"));
        const string Body = """{"changes":[{"path":"shipTo.city","value":"Bonn"},{"path":"shipTo.line1","value":"New 2"}],"reason":"wrong-address"}""";
        var done = await PostAsync($"/transactions/{id:D}/edit", Body, "edit-one");
        Assert.Equal(done.ToString(), (await PostAsync($"/transactions/{id:D}/edit", Body, "edit-one")).ToString());
        using var business = await _product.ClientAsync(PortalRoles.Business);
        var edits = await business.GetAsync($"/api/v1/transactions/{id:D}/edits", HttpStatusCode.OK);
        var fields = Assert.Single(edits.EnumerateArray()).GetProperty("fields").EnumerateArray().ToDictionary(f => f.Text("path")!, f => (f.Text("old"), f.Text("new")));
        Assert.Equal(("Köln", "Bonn"), fields["shipTo.city"]);
        Assert.Equal(("•••", "•••"), fields["shipTo.line1"]);
        var seen = await _api.GetAsync($"/api/v1/transactions/{id:D}/edits", HttpStatusCode.OK);
        Assert.Contains("New 2", seen.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Above_a_value_it_is_proposed_and_not_approved_by_its_author()
    {
        using var business = await _product.ClientAsync(PortalRoles.Business);
        var proposed = await business.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{stuck.Ids[5]:D}/edit", """{"changes":[{"path":"shipTo.city","value":"Bonn"}],"reason":"wrong-address"}""", "propose", HttpStatusCode.Accepted);
        Assert.Equal("proposed", proposed.Text("code"));
        var edit = Assert.Single((await _api.GetAsync("/api/v1/edits", HttpStatusCode.OK)).EnumerateArray()).Text("id");
        Assert.Equal("edit.own_change", (await business.SendAsync(HttpMethod.Post, $"/api/v1/edits/{edit}/approve", """{"reason":"fine"}""", "own", HttpStatusCode.Forbidden)).Text("code"));
        Assert.Equal("edit.reason", (await PostAsync($"/edits/{edit}/approve", "{}", "no-reason", HttpStatusCode.BadRequest)).Text("code"));
        await PostAsync($"/edits/{edit}/refuse", """{"reason":"the old one is right"}""", "refuse");
        Assert.Equal("edit.decided", (await PostAsync($"/edits/{edit}/approve", """{"reason":"after all"}""", "late", HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal(0, (await _api.GetAsync("/api/v1/edits", HttpStatusCode.OK)).GetArrayLength());
    }

    [Fact]
    public async Task Changes_of_the_channel_are_read_and_settled_by_script()
    {
        Assert.Equal(0, (await _api.GetAsync($"/api/v1/transactions/{stuck.Ids[0]:D}/changes", HttpStatusCode.OK)).GetArrayLength());
        await _api.GetAsync($"/api/v1/transactions/{EntityId.New(TimeProvider.System):D}/changes", HttpStatusCode.NotFound);
        Assert.Contains("run-on", (await PostAsync($"/transactions/{stuck.Ids[0]:D}/settle-change", """{"outcome":"maybe","reason":"r"}""", "maybe", HttpStatusCode.BadRequest)).ToString(), StringComparison.Ordinal);
        // Nothing was changed: there is nothing to settle.
        Assert.StartsWith("change.", (await PostAsync($"/transactions/{stuck.Ids[0]:D}/settle-change", """{"outcome":"done","reason":"r"}""", "nothing", HttpStatusCode.Conflict)).Text("code"), StringComparison.Ordinal);
        using var executive = await _product.ClientAsync(PortalRoles.Executive);
        await executive.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{stuck.Ids[0]:D}/settle-change", """{"outcome":"done","reason":"r"}""", "no", HttpStatusCode.Forbidden);
    }

    [Theory]
    [InlineData("""{"until":"2001-01-01T00:00:00Z","reason":"r"}""", HttpStatusCode.UnprocessableEntity, "past")]
    [InlineData("""{"event":"stock.arrived","reason":"r"}""", HttpStatusCode.UnprocessableEntity, "cannot come")]
    [InlineData("""{"system":"nobody","reason":"r"}""", HttpStatusCode.UnprocessableEntity, "no such connection")]
    [InlineData("""{"reason":"r"}""", HttpStatusCode.BadRequest, "one of until, event, system and figure")]
    [InlineData("""{"until":"2101-01-01T00:00:00Z","event":"order.updated","reason":"r"}""", HttpStatusCode.BadRequest, "one of until, event, system and figure")]
    [InlineData("""{"figure":{"connection":"nobody","operation":"stockOf","figure":"available","is":"at-least","value":"5"},"reason":"r"}""", HttpStatusCode.UnprocessableEntity, "no connection nobody")]
    [InlineData("""{"figure":{"connection":"nobody","operation":"stockOf","figure":"available","is":"more","value":"5"},"reason":"r"}""", HttpStatusCode.BadRequest, "at-least, at-most or equals")]
    [InlineData("""{"event":"order.updated"}""", HttpStatusCode.BadRequest, "1 to 300")]
    [InlineData("""{"colour":"red"}""", HttpStatusCode.BadRequest, "colour")]
    public async Task A_hold_that_can_never_end_is_refused(string body, HttpStatusCode status, string said) =>
        Assert.Contains(said, (await PostAsync($"/transactions/{stuck.Ids[1]:D}/hold", body, Guid.CreateVersion7().ToString(), status)).ToString(), StringComparison.Ordinal);

    [Fact]
    public async Task It_is_held_listed_and_woken()
    {
        var id = stuck.Ids[2];
        await PostAsync($"/transactions/{id:D}/hold", """{"event":"order.updated","reason":"asked the customer"}""", "hold");
        var held = (await _api.GetAsync("/api/v1/holds", HttpStatusCode.OK)).GetProperty("items").EnumerateArray().Single(h => h.Text("transaction") == id.ToString("D"));
        Assert.Equal(("order.updated", "asked the customer"), (held.Text("event"), held.Text("reason")));
        Assert.Equal("hold.held", (await PostAsync($"/transactions/{id:D}/hold", """{"event":"order.updated","reason":"again"}""", "hold-again", HttpStatusCode.Conflict)).Text("code"));
        await PostAsync($"/transactions/{id:D}/wake", "{}", "wake");
        Assert.DoesNotContain(id.ToString("D"), (await _api.GetAsync("/api/v1/holds", HttpStatusCode.OK)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_discarded_ends_and_each_is_answered_for()
    {
        var ended = await PostAsync("/transactions/discard", $$"""{"ids":["{{stuck.Ids[3]:D}}","{{Guid.CreateVersion7():D}}"],"reason":"test orders"}""", "discard");
        Assert.Equal([true, false], ended.EnumerateArray().Select(e => e.GetProperty("discarded").GetBoolean()));
        Assert.Contains("\"cancelled\"", (await _api.GetAsync($"/api/v1/transactions/{stuck.Ids[3]:D}", HttpStatusCode.OK)).ToString(), StringComparison.Ordinal);
        Assert.Equal("discard.size", (await PostAsync("/transactions/discard", """{"reason":"r"}""", "none", HttpStatusCode.BadRequest)).Text("code"));
        var many = string.Join(',', Enumerable.Range(0, 101).Select(_ => $"\"{Guid.CreateVersion7():D}\""));
        Assert.Equal("discard.confirm", (await PostAsync("/transactions/discard", $$"""{"ids":[{{many}}],"reason":"r"}""", "many", HttpStatusCode.BadRequest)).Text("code"));
    }

    [Fact]
    public async Task Business_releases_what_it_names_and_no_more()
    {
        using var business = await _product.ClientAsync(PortalRoles.Business);
        var wide = await business.SendAsync(HttpMethod.Post, "/api/v1/replays", """{"state":"stuck","reason":"r"}""", "wide", HttpStatusCode.Forbidden);
        Assert.Equal("replay.role", wide.Text("code"));
        var started = await business.SendAsync(HttpMethod.Post, "/api/v1/replays", $$"""{"ids":["{{stuck.Ids[4]:D}}"],"canary":0,"reason":"r"}""", "named", HttpStatusCode.Accepted);
        var items = (await _api.GetAsync($"/api/v1/replays/{started.Text("id")}/items", HttpStatusCode.OK)).Items();
        Assert.Equal(stuck.Ids[4].ToString("D"), Assert.Single(items).Text("transaction"));
        Assert.Contains("stuck-again", (await _api.GetAsync($"/api/v1/replays/{started.Text("id")}/items?state=angry", HttpStatusCode.BadRequest)).ToString(), StringComparison.Ordinal);
        Assert.Equal("replay.ids", (await PostAsync("/replays", """{"ids":[],"reason":"r"}""", "empty", HttpStatusCode.BadRequest)).Text("code"));
        using var executive = await _product.ClientAsync(PortalRoles.Executive);
        using var refused = await executive.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{stuck.Ids[1]:D}/edit", "{}", "x");
        Assert.Equal(HttpStatusCode.Forbidden, refused.StatusCode);
    }

    [Fact]
    public async Task What_no_crosswalk_can_mend_is_told()
    {
        Assert.Equal("repair.nothing_missing", (await PostAsync($"/transactions/{stuck.Ids[1]:D}/missing-value", """{"answer":"x"}""", "missing", HttpStatusCode.Conflict)).Text("code"));
        await PostAsync($"/transactions/{Guid.CreateVersion7():D}/edit", """{"changes":[{"path":"shipTo.city","value":"x"}],"reason":"other","note":"n"}""", "nobody", HttpStatusCode.NotFound);
        using var other = await _product.ClientAsync(PortalRoles.Admin, tenantId: 2);
        await other.SendAsync(HttpMethod.Post, $"/api/v1/transactions/{stuck.Ids[1]:D}/edit", """{"changes":[{"path":"shipTo.city","value":"x"}],"reason":"other","note":"n"}""", "stolen", HttpStatusCode.NotFound);
    }

    private Task<JsonElement> PostAsync(string path, string body, string key, HttpStatusCode expected = HttpStatusCode.OK) => _api.SendAsync(HttpMethod.Post, "/api/v1" + path, body, key, expected);
}
