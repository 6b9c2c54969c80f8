using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Schemas.Compatibility;
using ControlPlane.Domain.Schemas.Drift;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Schemas;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Schemas;

/// <summary>Versions with a life, promises with proof, and documents that change their shape.</summary>
public sealed class SchemaRegistryTests
{
    private const string Subject = "woocommerce/order.created";
    private const string Open = """{"type":"object","required":["id"],"properties":{"id":{"type":"integer"},"status":{"enum":["open","paid"]}}}""";
    private const string Wider = """{"type":"object","required":["id"],"properties":{"id":{"type":"integer"},"status":{"enum":["open","paid","refunded"]}}}""";
    private const string Narrower = """{"type":"object","required":["id","total"],"properties":{"id":{"type":"integer"},"total":{"type":"number"},"status":{"enum":["open","paid"]}}}""";

    private static readonly TenantScope Tenant = TenantScope.Default;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 11, 2, 8, 0, 0, TimeSpan.Zero)) { AutoAdvanceAmount = TimeSpan.FromMilliseconds(1) };

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_version_lives_from_draft_to_retired_and_every_step_is_told(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var registry = new SchemaRegistry(database.Db, _clock);
        Assert.Equal(1, (await registry.DraftAsync(Tenant, Subject, Open, "Kim", "first", Ct)).Version!.Version);
        // The same again is no new version.
        Assert.Equal(1, (await registry.DraftAsync(Tenant, Subject, Open + "\n", "Kim", "again", Ct)).Version!.Version);
        Assert.True((await registry.ActivateAsync(Tenant, Subject, 1, "Kim", "in service", null, Ct)).Done);
        Assert.True((await registry.DeprecateAsync(Tenant, Subject, 1, _clock.GetUtcNow().AddDays(30), "Kim", "a better one comes", Ct)).Done);
        Assert.True((await registry.RetireAsync(Tenant, Subject, 1, "Kim", "nobody uses it", Ct)).Done);
        var refused = await registry.ActivateAsync(Tenant, Subject, 1, "Kim", "back", null, Ct);
        Assert.Equal("schema.retired", refused.Problems[0].Code);
        var found = (await registry.FindAsync(Tenant, Subject, Ct))!.Value;
        Assert.Equal(["retired", "deprecated", "activated", "drafted"], found.Events.Select(e => e.Action));
        Assert.All(found.Events, e => Assert.Equal("Kim", e.By));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_broken_promise_holds_a_version_up_and_shows_the_document_that_proves_it(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var registry = new SchemaRegistry(database.Db, _clock);
        await registry.DraftAsync(Tenant, Subject, Open, "Kim", "first", Ct);
        await registry.ActivateAsync(Tenant, Subject, 1, "Kim", "in service", null, Ct);
        await registry.DraftAsync(Tenant, Subject, Narrower, "Kim", "total is needed", Ct);

        var held = await registry.ActivateAsync(Tenant, Subject, 2, "Kim", "go", null, Ct);
        Assert.Equal(("schema.incompatible", false), (held.Problems[0].Code, held.Done));
        var finding = Assert.Single(held.Findings).Findings.First(f => f.Keyword == "required");
        Assert.True(finding.Proven);
        Assert.Contains("total", finding.Refusal, StringComparison.Ordinal);
        Assert.Equal(SchemaState.Draft, (await registry.FindAsync(Tenant, Subject, Ct))!.Value.Versions[0].State);

        Assert.True((await registry.ActivateAsync(Tenant, Subject, 2, "Kim", "go", "the shop sends it since May", Ct)).Done);
        Assert.Contains("the shop sends it since May", (await registry.FindAsync(Tenant, Subject, Ct))!.Value.Events[0].Reason, StringComparison.Ordinal);
        await registry.DraftAsync(Tenant, Subject, Wider, "Kim", "wider", Ct);
        // Against the newest: status widened, total no longer needed. Whoever reads by the new one can read all of the old.
        Assert.True((await registry.ActivateAsync(Tenant, Subject, 3, "Kim", "go", null, Ct)).Done);
        await registry.PromiseAsync(Tenant, Subject, CompatibilityMode.FullTransitive, null, null, "Kim", "strict", Ct);
        Assert.Equal([3, 2, 1], (await registry.CheckAsync(Tenant, Subject, """{"type":"string"}""", null, Ct)).Select(f => f.Against));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_cannot_be_read_is_refused_with_its_place_and_changes_nothing(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var registry = new SchemaRegistry(database.Db, _clock);
        var refused = await registry.DraftAsync(Tenant, Subject, """{"type":"objekt","properties":{"a":{"$ref":"#/$defs/none"}}}""", "Kim", "first", Ct);
        Assert.Equal(["/properties/a/$ref", "/type"], refused.Problems.Select(p => p.Field).Order(StringComparer.Ordinal));
        Assert.Equal("schema.subject", (await registry.DraftAsync(Tenant, "../x", Open, "Kim", "x", Ct)).Problems[0].Code);
        Assert.Equal("schema.reason", (await registry.DraftAsync(Tenant, Subject, Open, "Kim", " ", Ct)).Problems[0].Code);
        Assert.Empty(await registry.SubjectsAsync(Tenant, Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_canonical_schemas_are_there_and_the_same_code_makes_no_second_version(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var registry = new SchemaRegistry(database.Db, _clock);
        await registry.ShipAsync(Tenant, Ct);
        await registry.ShipAsync(Tenant, Ct);
        foreach (var (subject, versions) in await registry.OverviewAsync(Tenant, Ct))
            Assert.Equal((1, SchemaState.Active), (versions.Count, versions[0].State));
        Assert.Contains("canonical/order", (await registry.SubjectsAsync(Tenant, Ct)).Select(s => s.Name));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Where_a_schema_is_enforced_what_breaks_it_is_refused_with_field_and_rule(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var registry = new SchemaRegistry(database.Db, _clock);
        var gate = new SchemaGate(database.Db);
        await registry.DraftAsync(Tenant, Subject, Open, "Kim", "first", Ct);
        await registry.ActivateAsync(Tenant, Subject, 1, "Kim", "in service", null, Ct);
        await gate.LoadAsync(Tenant, Ct);
        Assert.Null(gate.Check(Shop, Request("""{"id":"x"}""")));

        await registry.PromiseAsync(Tenant, Subject, null, SchemaUse.Enforce, null, "Kim", "enough is known", Ct);
        await gate.LoadAsync(Tenant, Ct);
        var refusals = gate.Check(Shop, Request("""{"id":"x","status":"lost"}"""))!.Refusals;
        Assert.Equal([("schema.violated", "/id"), ("schema.violated", "/status")], refusals.Select(r => (r.Code, r.Field)));
        Assert.Null(gate.Check(Shop, Request("""{"id":7,"status":"paid"}""")));
        Assert.Null(gate.Check(Shop, Request("no JSON")));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Where_a_schema_is_observed_what_breaks_it_is_counted_once_and_goes_through(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var registry = new SchemaRegistry(database.Db, _clock);
        var watch = new DriftWatch(database.Db, _clock, NullLogger<DriftWatch>.Instance);
        await using (var context = database.Db.CreateContext(Tenant))
        {
            context.Connections.Add(new() { TenantId = Tenant.TenantId, Key = "shop", Connector = "woocommerce", DisplayName = "Shop", Document = "-" });
            await context.SaveChangesAsync(Ct);
        }

        await registry.DraftAsync(Tenant, Subject, Open, "Kim", "first", Ct);
        await registry.ActivateAsync(Tenant, Subject, 1, "Kim", "in service", null, Ct);
        await registry.PromiseAsync(Tenant, Subject, null, SchemaUse.Observe, null, "Kim", "to see", Ct);
        await StoreAsync(database.Db, 10, i => i < 3 ? """{"id":"x"}""" : """{"id":7}""");
        await LookAsync(watch);
        await LookAsync(watch);
        var subject = (await registry.FindAsync(Tenant, Subject, Ct))!.Value.Subject;
        Assert.Equal((10, 3), (subject.Checked, subject.Broken));
        Assert.StartsWith("/id:", subject.BrokenBy, StringComparison.Ordinal);
        Assert.NotNull(subject.BrokenMessage);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_field_that_comes_up_is_found_in_stored_messages_once_with_samples_and_can_be_settled(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var watch = new DriftWatch(database.Db, _clock, NullLogger<DriftWatch>.Instance);
        var desk = new DriftDesk(database.Db, _clock);
        for (var day = 0; day < 9; day++)
        {
            await StoreAsync(database.Db, 60, i => $$"""{"id":{{i}},"status":"{{(i % 3 == 0 ? "open" : "paid")}}"}""");
            Assert.Equal(60, await LookAsync(watch));
            Assert.Equal(0, await watch.LookAsync(Tenant, "shop", Ct));
            _clock.Advance(TimeSpan.FromDays(1));
        }

        Assert.Empty(await desk.ListAsync(Tenant, null, null, null, 10, Ct));
        await StoreAsync(database.Db, 60, i => $$"""{"id":{{i}},"status":"paid","gift":"wrapped in blue paper, please"}""");
        await LookAsync(watch);
        await StoreAsync(database.Db, 60, i => $$"""{"id":{{i}},"status":"paid","gift":"wrapped in red paper, please"}""");
        await LookAsync(watch);
        var finding = Assert.Single(await desk.ListAsync(Tenant, "shop", DriftState.Open, null, 10, Ct));
        Assert.Equal((DriftKind.NewField, "/gift", 5), (finding.Kind, finding.Path, finding.Samples.Count));
        await using (var context = database.Db.CreateContext(Tenant))
            Assert.True(await context.Messages.AnyAsync(m => m.Id == finding.Samples[0], Ct));
        await desk.SettleAsync(Tenant, finding.Id, DriftState.Acknowledged, "Kim", "a new gift service", Ct);
        await LookAsync(watch);
        Assert.Empty(await desk.ListAsync(Tenant, "shop", DriftState.Open, null, 10, Ct));
    }

    private static readonly Connection Shop = new() { Key = "shop", Connector = "woocommerce", Role = SystemRole.Storefront, DisplayName = "Shop" };

    private static InboundRequest Request(string body) => new() { Topic = "order.created", ContentType = "application/json", Body = Encoding.UTF8.GetBytes(body) };

    private async Task<int> LookAsync(DriftWatch watch)
    {
        // What came in the last seconds is left for the next look.
        _clock.Advance(TimeSpan.FromSeconds(30));
        return await watch.LookAsync(Tenant, "shop", Ct);
    }

    private async Task StoreAsync(IControlPlaneDb db, int count, Func<int, string> document)
    {
        await using var context = db.CreateContext(Tenant);
        for (var i = 0; i < count; i++)
        {
            var payload = PayloadRows.Make(Tenant.TenantId, Encoding.UTF8.GetBytes(document(i)), "application/json", _clock);
            context.Payloads.Add(payload);
            var id = EntityId.New(_clock);
            context.Messages.Add(new() { Id = id, TenantId = Tenant.TenantId, Connection = "shop", Topic = "order.created", State = MessageState.Accepted, CorrelationId = id.ToString("N"), ReceivedAt = _clock.GetUtcNow().ToMicroseconds(), PayloadId = payload.Id });
            _clock.Advance(TimeSpan.FromMilliseconds(2));
        }

        await context.SaveChangesAsync(Ct);
    }
}
