using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Secrets;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Estate;

/// <summary>Configuration comes into service, keeps its versions, and a broken document harms nobody.</summary>
public sealed class EstateServiceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private sealed class Rig(TestDatabase database) : IAsyncDisposable
    {
        public ConnectionRegistry Connections { get; } = new();

        public FlowCatalog Flows { get; } = new();

        public Connectors Connectors { get; } = new();

        public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));

        public EstateStore Store => new(database.Db, Clock);

        public IControlPlaneDb Db => database.Db;

        private EstateService? _service;

        public EstateService Service => _service ??= new(Yaml.Reader, Store, Connections, Flows, Connectors, Connectors, Vault, NullLogger<EstateService>.Instance);

        public SecretVault Vault => field ??= new(database.Db, new Microsoft.AspNetCore.DataProtection.EphemeralDataProtectionProvider(), Clock, NullLogger<SecretVault>.Instance);

        public static async Task<Rig> StartAsync(DatabaseProvider provider) => new(await TestDatabase.CreateAsync(provider, Ct));

        public async Task<(string Changes, string Problems)> ApplyAsync(params string[] documents)
        {
            var (applied, problems) = await Service.ApplyAsync(TenantScope.Default, [.. documents.Select((d, i) => new EstateDocument($"{i}.yaml", d))], "Kim", "because", Ct);
            return (string.Join(' ', applied.Select(a => $"{a.Kind}/{a.Name}:{a.Change}")), string.Join('\n', problems));
        }

        public async ValueTask DisposeAsync()
        {
            _service?.Dispose();
            await database.DisposeAsync();
        }
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_same_content_makes_no_version_and_a_change_makes_one(DatabaseProvider provider)
    {
        await using var rig = await Rig.StartAsync(provider);
        Assert.Equal(("Flow/one:Create Connection/shop-eu:Create", ""), await rig.ApplyAsync(Yaml.Flow, Yaml.Connection));
        var shop = rig.Connections.Find("shop-eu");
        Assert.Equal(("Flow/one:Unchanged Connection/shop-eu:Unchanged", ""), await rig.ApplyAsync("\n" + Yaml.Flow + "\n\n", Yaml.Connection.ReplaceLineEndings("\r\n")));
        Assert.Same(shop, rig.Connections.Find("shop-eu"));

        var better = Yaml.Flow.Replace("title: One", "title: Better", StringComparison.Ordinal);
        Assert.Equal(("Flow/one:Change", ""), await rig.ApplyAsync(better));
        Assert.Equal(("One", "Better", 2), (rig.Flows.Find("one", 1)!.Title, rig.Flows.Find("one", 2)!.Title, rig.Flows.Newest("one")!.Version));
        Assert.Same(shop, rig.Connections.Find("shop-eu"));
        // Back to what it was is a change, too: a third version.
        Assert.Equal(("Flow/one:Change", ""), await rig.ApplyAsync(Yaml.Flow));
        Assert.Equal(3, rig.Flows.Newest("one")!.Version);

        Assert.Equal(("Connection/shop-eu:Change", ""), await rig.ApplyAsync(Yaml.Connection.Replace("Shop EU", "Shop Europe", StringComparison.Ordinal)));
        Assert.Equal("Shop Europe", rig.Connections.Find("shop-eu")!.DisplayName);
        await using var context = rig.Db.CreateContext();
        var row = await context.Connections.SingleAsync(Ct);
        Assert.Equal((2, "Kim", SystemRole.Storefront, true), (row.Revision, row.UpdatedBy, row.Role, row.Enabled));
        Assert.DoesNotContain("t-1", row.Document, StringComparison.Ordinal);
        var versions = await context.FlowVersions.OrderBy(f => f.Version).ToListAsync(Ct);
        Assert.All(versions, v => Assert.Equal(("Kim", "because"), (v.CreatedBy, v.Reason)));
        Assert.Equal(versions[0].Digest, versions[2].Digest);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_broken_document_leaves_what_is_in_service(DatabaseProvider provider)
    {
        await using var rig = await Rig.StartAsync(provider);
        await rig.ApplyAsync(Yaml.Flow, Yaml.Connection);
        var (changes, problems) = await rig.ApplyAsync(
            Yaml.Flow.Replace("type: close", "type: clsoe", StringComparison.Ordinal), Yaml.Connection.Replace("connector: shopify", "connector: nobody", StringComparison.Ordinal),
            Yaml.Connection.Replace("name: shop-eu", "name: shop-us", StringComparison.Ordinal));
        Assert.Equal("Connection/shop-us:Create", changes);
        Assert.Contains("0.yaml, line 8, spec.steps[1].type", problems, StringComparison.Ordinal);
        Assert.Contains("1.yaml, spec.connector: There is no connector 'nobody'. There are: shopify.", problems, StringComparison.Ordinal);
        Assert.Equal(1, rig.Flows.Newest("one")!.Version);
        Assert.Equal("shopify", rig.Connections.Find("shop-eu")!.Connector);
        Assert.NotNull(rig.Connections.Find("shop-us"));
    }

    [Fact]
    public async Task Planning_changes_nothing_and_sees_what_comes_together()
    {
        await using var rig = await Rig.StartAsync(DatabaseProvider.Sqlite);
        const string Connector = "kind: Connector\nmetadata: { name: own-erp }\nspec: { sound: true }\n";
        var connection = Yaml.Connection.Replace("connector: shopify", "connector: own-erp", StringComparison.Ordinal);
        // The connection stands first on purpose.
        EstateDocument[] documents = [new("c.yaml", connection), new("d.yaml", Connector)];
        var (plan, problems) = await rig.Service.PlanAsync(TenantScope.Default, documents, Ct);
        Assert.Empty(problems);
        Assert.Equal(["Connector/own-erp:Create", "Connection/shop-eu:Create"], plan.Select(p => $"{p.Kind}/{p.Name}:{p.Change}"));
        Assert.Null(rig.Connectors.Find("own-erp"));
        Assert.Empty(rig.Connections.All);
        await rig.Service.ApplyAsync(TenantScope.Default, documents, "Kim", "", Ct);
        Assert.NotNull(rig.Connectors.Find("own-erp"));
        Assert.Equal("own-erp", rig.Connections.Find("shop-eu")!.Connector);
        var broken = Connector.Replace("sound: true", "loud: true", StringComparison.Ordinal);
        Assert.Equal("e.yaml, line 3, spec: It is not sound.", Assert.Single((await rig.Service.PlanAsync(TenantScope.Default, [new("e.yaml", broken)], Ct)).Problems).ToString());
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Another_process_takes_up_what_was_applied(DatabaseProvider provider)
    {
        await using var rig = await Rig.StartAsync(provider);
        var other = (Connections: new ConnectionRegistry(), Flows: new FlowCatalog());
        using var service = new EstateService(Yaml.Reader, rig.Store, other.Connections, other.Flows, rig.Connectors, rig.Connectors, rig.Vault, NullLogger<EstateService>.Instance);
        using var watch = new EstateWatch(rig.Db, service, rig.Clock, NullLogger<EstateWatch>.Instance);
        Assert.False(await watch.LookAsync(Ct));
        await rig.ApplyAsync(Yaml.Flow, Yaml.Connection);
        Assert.True(await watch.LookAsync(Ct));
        Assert.False(await watch.LookAsync(Ct));
        Assert.Equal(1, other.Flows.Newest("one")!.Version);
        var shop = other.Connections.Find("shop-eu");
        await rig.ApplyAsync(Yaml.Flow.Replace("One", "Two", StringComparison.Ordinal));
        Assert.True(await watch.LookAsync(Ct));
        Assert.Equal(2, other.Flows.Newest("one")!.Version);
        Assert.Same(shop, other.Connections.Find("shop-eu"));
        await rig.ApplyAsync(Yaml.Connection.Replace("Shop EU", "Shop Europe", StringComparison.Ordinal));
        Assert.True(await watch.LookAsync(Ct));
        Assert.Equal("Shop Europe", other.Connections.Find("shop-eu")!.DisplayName);
    }

    [Fact]
    public async Task A_version_that_was_sound_when_it_was_applied_stays_in_service_under_newer_rules()
    {
        await using var rig = await Rig.StartAsync(DatabaseProvider.Sqlite);
        await using (var context = rig.Db.CreateContext())
        {
            // Its first step cannot be reached by today's rules' standards: no path to the second.
            var old = Yaml.Flow.Replace("type: validate, stage: validated", "type: validate, next: { done: end }", StringComparison.Ordinal);
            Assert.NotEmpty(Yaml.Problems(old));
            context.FlowVersions.Add(new() { Name = "one", Version = 1, Digest = "d", Document = old, CreatedBy = "Kim" });
            await context.SaveChangesAsync(Ct);
        }

        await rig.Service.ReloadAsync(TenantScope.Default, Ct);
        Assert.NotNull(rig.Flows.Find("one", 1));
    }

    [Fact]
    public void The_flow_that_names_the_channel_goes_before_the_one_for_all()
    {
        var catalog = new FlowCatalog();
        Domain.Flows.FlowDefinition Flow(string name, string @event, params string[] connections) => new() { Name = name, Trigger = new(@event, connections), Steps = [] };
        catalog.Replace([Flow("a-all", "order.created"), Flow("z-shop", "order.created", "shop-eu"), Flow("b-stock", "stock.adjusted")]);
        Assert.Equal(("z-shop", "a-all", "b-stock"), (catalog.ForEvent("order.created", "shop-eu")!.Name, catalog.ForEvent("order.created", "shop-us")!.Name, catalog.ForEvent("stock.adjusted", "wms")!.Name));
        Assert.Null(catalog.ForEvent("order.cancelled", "shop-eu"));
    }

    [Fact]
    public void The_first_enabled_connection_of_a_role_is_the_one()
    {
        var registry = new ConnectionRegistry();
        Connection Wms(string key, bool enabled) => new() { Key = key, Connector = "c", Role = SystemRole.Wms, DisplayName = key, Enabled = enabled };
        registry.Replace([Wms("c", true), Wms("b", true), Wms("a", false)]);
        Assert.Equal("b", registry.FindByRole(SystemRole.Wms)!.Key);
        Assert.Null(registry.FindByRole(SystemRole.Erp));
    }
}
