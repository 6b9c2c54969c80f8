using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Tests.Api;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Web.Tests.Crosswalks;

/// <summary>Crosswalks as a script sees them, and as they change what becomes of a document.</summary>
public sealed class CrosswalksApiTests
{
    private const string Connector = """
        kind: Connector
        metadata: { name: bazaar }
        spec:
          title: Bazaar
          roles: [marketplace]
          receive:
            signature: { scheme: none, because: a test }
            documents:
              - order:
                  lines: { at: "$.items[]" }
                  rows:
                    - { to: externalId, from: $.id }
                    - { to: placedAt, from: $.placed }
                    - { to: currency, value: EUR }
                    - { to: total, from: $.sum }
                    - { to: shippingService, from: $.service, crosswalk: { table: carrier, onMissing: keep } }
                    - { to: "lines[].channelLineRef", from: position }
                    - { to: "lines[].sku", from: "@.article", crosswalk: sku }
                    - { to: "lines[].quantity", from: "@.pieces", crosswalk: { table: uom, use: quantity, by: "@.unit" } }
        """;

    private const string Connection = """
        kind: Connection
        metadata: { name: bazaar-de }
        spec: { connector: bazaar, role: marketplace, displayName: Bazaar DE }
        """;

    private const string Units = """
        kind: Crosswalk
        metadata: { name: uom }
        spec:
          factors: true
          entries:
            - { theirs: CS, ours: PCE, factor: "12", scope: "connector:bazaar" }
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_missing_code_stops_an_order_shows_as_a_gap_and_is_mended_by_an_entry()
    {
        await using var product = await StartAsync();
        using var api = product.Client();
        var refused = await Json.ReadAsync(await OrderAsync(product, 1), HttpStatusCode.UnprocessableEntity);
        Assert.Contains("crosswalk.missing", refused.GetRawText(), StringComparison.Ordinal);
        Assert.Contains("the crosswalk sku has no entry for 'TEE-M' of Bazaar DE", refused.GetRawText(), StringComparison.Ordinal);
        var gaps = (await api.GetAsync("/api/v1/crosswalks/gaps", HttpStatusCode.OK)).EnumerateArray().ToList();
        Assert.Equal([("carrier", "van", "to-ours"), ("sku", "TEE-M", "to-ours")], gaps.Select(g => (g.Text("table")!, g.Text("code")!, g.Text("direction")!)).Order());
        // The example is the very message that was refused, and it says what is missing.
        var message = await api.GetAsync($"/api/v1/messages/{gaps.Single(g => g.Text("table") == "sku").Text("messageId")}", HttpStatusCode.OK);
        Assert.Contains("crosswalk.missing", message.GetRawText(), StringComparison.Ordinal);

        // Before it was ever mapped, a scan says what it is worth; nothing is counted by it.
        var scan = await api.SendAsync(HttpMethod.Post, "/api/v1/crosswalks/scan", "{}", null, HttpStatusCode.OK);
        Assert.Equal("19.90 EUR", scan.GetProperty("gaps").EnumerateArray().Single(g => g.Text("table") == "sku").GetProperty("money")[0].GetString());
        Assert.Equal(1, (await api.GetAsync("/api/v1/crosswalks/gaps?table=sku", HttpStatusCode.OK))[0].GetProperty("count").GetInt32());

        var added = await ChangeAsync(api, "sku", new { entries = new[] { new { theirs = "TEE-M", ours = "ITEM-1", scope = "connection:bazaar-de" } }, reason = "first order" }, HttpStatusCode.OK);
        Assert.Equal("applied", added.Text("outcome"));
        Assert.Equal(HttpStatusCode.Accepted, (await OrderAsync(product, 2)).StatusCode);
        using var found = JsonDocument.Parse(await api.GetStringAsync("/api/v1/transactions?q=o-2", Ct));
        var id = found.RootElement.GetProperty("items")[0].GetProperty("id").GetString();
        Assert.NotNull(id);
        await using (var context = product.Db.CreateContext())
        {
            var transaction = context.Transactions.Single();
            var order = Encoding.UTF8.GetString(Runtime.Ingestion.PayloadRows.Unpack(context.Payloads.Single(p => p.Id == transaction.CanonicalPayloadId)));
            Assert.Contains("\"ITEM-1\"", order, StringComparison.Ordinal);
            Assert.Contains("\"quantity\":24", order, StringComparison.Ordinal);
        }

        Assert.Equal(["carrier"], (await api.GetAsync("/api/v1/crosswalks/gaps", HttpStatusCode.OK)).EnumerateArray().Select(g => g.Text("table")));
        var entry = (await api.GetAsync("/api/v1/crosswalks/sku/entries", HttpStatusCode.OK)).Items()[0];
        Assert.Equal((1, "ITEM-1"), (entry.GetProperty("hits").GetInt32(), entry.Text("ours")));
        Assert.True((await api.GetAsync("/api/v1/crosswalks/sku/look-up?code=tee-m&connection=bazaar-de", HttpStatusCode.OK)).GetProperty("found").GetBoolean());
        Assert.False((await api.GetAsync("/api/v1/crosswalks/sku/look-up?code=tee-m&connection=bazaar-de&revision=0", HttpStatusCode.OK)).GetProperty("found").GetBoolean());
        Assert.False((await api.GetAsync("/api/v1/crosswalks/sku/look-up?code=tee-m", HttpStatusCode.OK)).GetProperty("found").GetBoolean());
    }

    [Fact]
    public async Task A_file_is_shown_then_applied_then_exported_as_it_was()
    {
        await using var product = await StartAsync();
        using var api = product.Client();
        const string File = "theirs,ours,note\r\nUPS,ups,\"'=1+1\"\r\nDHL,dhl,\r\n";
        async Task<JsonElement> ImportAsync(string query, HttpStatusCode expected, string file = File)
        {
            using var answer = await api.PostAsync("/api/v1/crosswalks/carrier/import" + query, new StringContent(file, Encoding.UTF8, "text/csv"), Ct);
            return await Json.ReadAsync(answer, expected);
        }

        var preview = await ImportAsync("", HttpStatusCode.OK);
        Assert.Equal(("preview", 2), (preview.Text("outcome"), preview.GetProperty("added").GetInt32()));
        Assert.Empty((await api.GetAsync("/api/v1/crosswalks/carrier/entries", HttpStatusCode.OK)).Items());
        Assert.Equal("crosswalk.reason", (await ImportAsync("?dryRun=false", HttpStatusCode.BadRequest)).Text("code"));
        Assert.Equal("crosswalk.digest", (await ImportAsync("?dryRun=false&reason=list&digest=other", HttpStatusCode.Conflict)).Text("code"));
        var bad = await ImportAsync("?dryRun=false&reason=list", HttpStatusCode.UnprocessableEntity, File + "X,,\r\n");
        Assert.Equal(("crosswalk.code_length", 4), (bad.Text("code"), bad.GetProperty("result").GetProperty("steps")[0].GetProperty("line").GetInt32()));
        Assert.Equal(2, (await ImportAsync($"?dryRun=false&reason=list&digest={preview.Text("digest")}", HttpStatusCode.OK)).GetProperty("added").GetInt32());
        Assert.Equal("unchanged", (await ImportAsync("?dryRun=false&reason=list", HttpStatusCode.OK)).Text("outcome"));
        using var export = await api.GetAsync("/api/v1/crosswalks/carrier/export?q=ups", Ct);
        Assert.Equal(("text/csv", "attachment; filename=\"crosswalk-carrier.csv\""), (export.Content.Headers.ContentType!.MediaType, export.Content.Headers.ContentDisposition!.ToString()));
        var text = Encoding.UTF8.GetString(await export.Content.ReadAsByteArrayAsync(Ct));
        Assert.StartsWith("\uFEFFtheirs,ours,direction,factor,scope,from,until,note,state,id\r\nUPS,ups,both,1,global,,,\"'=1+1\",approved,", text, StringComparison.Ordinal);
        Assert.DoesNotContain("DHL", text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await api.GetAsync("/api/v1/crosswalks/nothing/export", Ct)).StatusCode);
    }

    [Fact]
    public async Task Whoever_proposed_a_change_cannot_approve_it()
    {
        await using var product = await StartAsync();
        using var ada = await product.ClientAsync(PortalRoles.Admin);
        using var olga = await product.ClientAsync(PortalRoles.Operator);
        await ada.SendAsync(HttpMethod.Put, "/api/v1/crosswalks/payment-terms", """{"title":"Payment terms","approval":true,"gtin":false,"wildcard":false,"factors":false,"reason":"auditors"}""", null, HttpStatusCode.OK);
        var proposed = await ChangeAsync(ada, "payment-terms", new { entries = new[] { new { theirs = "N30", ours = "30D" } }, reason = "new customer" }, HttpStatusCode.Accepted);
        Assert.Equal("proposed", proposed.Text("outcome"));
        Assert.Empty((await ada.GetAsync("/api/v1/crosswalks/payment-terms/entries", HttpStatusCode.OK)).Items());
        var waiting = Assert.Single((await olga.GetAsync("/api/v1/crosswalks/changes", HttpStatusCode.OK)).EnumerateArray().ToList());
        var decision = JsonSerializer.Serialize(new { digest = waiting.Text("digest"), reason = "looked at it" });
        Assert.Equal("crosswalk.own_change", (await ada.SendAsync(HttpMethod.Post, $"/api/v1/crosswalks/changes/{waiting.Text("id")}/approve", decision, null, HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal("applied", (await olga.SendAsync(HttpMethod.Post, $"/api/v1/crosswalks/changes/{waiting.Text("id")}/approve", decision, null, HttpStatusCode.OK)).Text("outcome"));
        var entry = Assert.Single((await ada.GetAsync("/api/v1/crosswalks/payment-terms/entries", HttpStatusCode.OK)).Items());
        var history = (await ada.GetAsync($"/api/v1/crosswalks/payment-terms/entries/{entry.Text("id")}/history", HttpStatusCode.OK))[0];
        Assert.Equal(("API key test admin", "API key test operator", "new customer"), (history.Text("author"), history.Text("approver"), history.Text("reason")));
        Assert.Equal("payment-terms", (await ada.GetAsync("/api/v1/crosswalks/revisions?limit=1", HttpStatusCode.OK)).Items()[0].Text("table"));
    }

    [Fact]
    public async Task Whoever_switches_the_approval_off_needs_a_second_person_too()
    {
        await using var product = await StartAsync();
        using var ada = await product.ClientAsync(PortalRoles.Admin);
        using var olga = await product.ClientAsync(PortalRoles.Operator);
        async Task<JsonElement> RulesAsync(bool approval, HttpStatusCode expected) => await ada.SendAsync(
            HttpMethod.Put, "/api/v1/crosswalks/payment-terms", $$"""{"title":"Payment terms","approval":{{(approval ? "true" : "false")}},"gtin":false,"wildcard":true,"factors":false,"reason":"quicker"}""", null, expected);
        await RulesAsync(true, HttpStatusCode.OK);
        Assert.Equal("proposed", (await RulesAsync(false, HttpStatusCode.Accepted)).Text("outcome"));

        // Until it is approved nothing is freed from it.
        Assert.Equal("proposed", (await ChangeAsync(ada, "payment-terms", new { entries = new[] { new { theirs = "N30", ours = "30D" } }, reason = "r" }, HttpStatusCode.Accepted)).Text("outcome"));
        var waiting = (await olga.GetAsync("/api/v1/crosswalks/changes", HttpStatusCode.OK)).EnumerateArray().Single(c => c.GetProperty("rules").ValueKind == JsonValueKind.Object);
        Assert.False(waiting.GetProperty("rules").GetProperty("approval").GetBoolean());
        var decision = JsonSerializer.Serialize(new { digest = waiting.Text("digest"), reason = "agreed" });
        var approve = $"/api/v1/crosswalks/changes/{waiting.Text("id")}/approve";
        Assert.Equal("crosswalk.own_change", (await ada.SendAsync(HttpMethod.Post, approve, decision, null, HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal("applied", (await olga.SendAsync(HttpMethod.Post, approve, decision, null, HttpStatusCode.OK)).Text("outcome"));
        Assert.Equal("crosswalk.decided", (await olga.SendAsync(HttpMethod.Post, approve, decision, null, HttpStatusCode.Conflict)).Text("code"));
        Assert.Equal("applied", (await ChangeAsync(ada, "payment-terms", new { entries = new[] { new { theirs = "N60", ours = "60D" } }, reason = "r" }, HttpStatusCode.OK)).Text("outcome"));
        var revision = (await ada.GetAsync("/api/v1/crosswalks/revisions?limit=2", HttpStatusCode.OK)).Items()[1];
        Assert.Equal(("API key test admin", "API key test operator"), (revision.Text("author"), revision.Text("approver")));
    }

    [Fact]
    public async Task What_cannot_be_is_refused_by_its_field_and_others_may_only_read()
    {
        await using var product = await StartAsync();
        using var api = product.Client();
        using var reader = await product.ClientAsync(PortalRoles.Business);
        var wrong = await ChangeAsync(api, "sku", new { entries = new object[] { new { theirs = "A", ours = "B", scope = "nowhere" }, new { theirs = "A", ours = "B", from = "tomorrow" } }, reason = "r" }, HttpStatusCode.BadRequest);
        Assert.Equal(["entries[0].scope", "entries[1].from"], wrong.GetProperty("errors").EnumerateArray().Select(e => e.Text("field")));
        Assert.Equal("crosswalk.gtin_check_digit", (await ChangeAsync(api, "sku", new { entries = new[] { new { theirs = "4006381333932", ours = "B" } }, reason = "r" }, HttpStatusCode.UnprocessableEntity)).Text("code"));
        Assert.Equal("crosswalk.unknown_table", (await ChangeAsync(api, "nothing", new { entries = new[] { new { theirs = "A", ours = "B" } }, reason = "r" }, HttpStatusCode.NotFound)).Text("code"));
        Assert.Equal("idempotency.key_missing", (await api.SendAsync(HttpMethod.Post, "/api/v1/crosswalks/sku/entries", "{}", null, HttpStatusCode.BadRequest)).Text("code"));
        Assert.Equal("request.parameter", (await api.GetAsync("/api/v1/crosswalks/sku/entries?scope=nowhere", HttpStatusCode.BadRequest)).Text("code"));
        Assert.Equal("request.parameter", (await api.GetAsync("/api/v1/crosswalks/sku/look-up", HttpStatusCode.BadRequest)).Text("code"));
        await reader.GetAsync("/api/v1/crosswalks", HttpStatusCode.OK);
        using var forbidden = await reader.SendAsync(HttpMethod.Post, "/api/v1/crosswalks/sku/entries", "{}", "k");
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
    }

    [Fact]
    public async Task A_document_is_applied_when_it_changed_and_what_people_changed_since_stays()
    {
        await using var product = await StartAsync();
        using var api = product.Client();
        var estate = product.Services.GetRequiredService<EstateService>();
        var (again, _) = await estate.ApplyAsync(TenantScope.Default, [new("uom.yaml", Units)], "ada", "again", Ct);
        Assert.Equal(EstateChange.Unchanged, Assert.Single(again).Change);
        await ChangeAsync(api, "uom", new { entries = new[] { new { theirs = "CS", ours = "PCE", factor = 24, scope = "connector:bazaar" } }, reason = "larger cases" }, HttpStatusCode.OK);
        await estate.ApplyAsync(TenantScope.Default, [new("uom.yaml", Units)], "ada", "again", Ct);
        Assert.Equal(24, (await api.GetAsync("/api/v1/crosswalks/uom/look-up?code=CS&connection=bazaar-de", HttpStatusCode.OK)).GetProperty("factor").GetInt32());
        var newer = Units.Replace("  factors: true", "  factors: true\n  complete: true", StringComparison.Ordinal).Replace("CS", "BOX", StringComparison.Ordinal);
        var (plan, _) = await estate.PlanAsync(TenantScope.Default, [new("uom.yaml", newer)], Ct);
        Assert.Contains("factor: \"24\"", Assert.Single(plan).Before, StringComparison.Ordinal);
        await estate.ApplyAsync(TenantScope.Default, [new("uom.yaml", newer)], "ada", "boxes", Ct);
        Assert.Equal(["BOX"], (await api.GetAsync("/api/v1/crosswalks/uom/entries", HttpStatusCode.OK)).Items().Select(i => i.Text("theirs")));
        var (none, problems) = await estate.ApplyAsync(TenantScope.Default, [new("uom.yaml", newer.Replace("factor: \"12\"", "factor: none", StringComparison.Ordinal))], "ada", "wrong", Ct);
        Assert.Empty(none);
        Assert.Contains(problems, p => p.Line == 7 && p.Field == "spec.entries[0].factor");
    }

    private static async Task<ProductHost> StartAsync()
    {
        var product = await ProductHost.StartAsync();
        var (_, problems) = await product.Services.GetRequiredService<EstateService>().ApplyAsync(TenantScope.Default, [new("connector.yaml", Connector), new("connection.yaml", Connection), new("uom.yaml", Units)], "tests", "start", Ct);
        Assert.Empty(problems);
        return product;
    }

    private static Task<HttpResponseMessage> OrderAsync(ProductHost product, int number) => product.Client(null).PostAsync("/in/bazaar-de", new StringContent(
        $$"""{"id":"o-{{number}}","placed":"2026-11-23T09:30:00Z","sum":"19.90","service":"van","items":[{"article":"TEE-M","pieces":2,"unit":"cs"}]}""", Encoding.UTF8, "application/json"), Ct);

    private static async Task<JsonElement> ChangeAsync(HttpClient client, string table, object body, HttpStatusCode expected) =>
        await client.SendAsync(HttpMethod.Post, $"/api/v1/crosswalks/{table}/entries", JsonSerializer.Serialize(body), Guid.CreateVersion7().ToString("N"), expected);
}
