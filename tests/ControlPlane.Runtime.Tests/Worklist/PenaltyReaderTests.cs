using ControlPlane.Domain.Worklist;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Secrets;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Estate;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Worklist;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Worklist;

/// <summary>Penalty rules as documents: what is shipped, what is wrong with one, and how one of the user overrides.</summary>
public sealed class PenaltyReaderTests
{
    private const string Own = """
        kind: PenaltyRules
        metadata: { name: ours }
        spec:
          urgency: 4h
          weights: { USD: "0.95" }
          rules:
            - id: edi-ship-notice
              title: Big Box charges for a late ship notice
              when: { channel: [big-box] }
              deadline: { from: ship-by, minus: 2h }
              cost: { fixed: "1500", currency: USD }
              probability: "0.9"
              validFrom: "2026-01-01"
              source: routing guide of Big Box, page 12
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void What_is_shipped_is_sound_dated_and_names_its_source()
    {
        var rules = new PenaltyBoard().Rules;
        Assert.All(rules.All, r => Assert.True(r.Source.Length > 10 && r.ValidFrom.Year >= 2000 && r.ReadOn is not null && r.Title.Length > 0 && r.Probability is > 0 and <= 1, r.Id));
        Assert.Equal(2, rules.All.Count(r => r.Id == "walmart-on-time"));
        var order = new WorkFacts("walmart", "walmart-us", "order", "USD", 10_000, new(2025, 3, 1, 0, 0, 0, TimeSpan.Zero), default, default, new(2025, 3, 4, 0, 0, 0, TimeSpan.Zero));
        Assert.Contains("above 95 %", rules.Of(order).Single(s => s.Rule.Id == "walmart-on-time").Rule.Limit, StringComparison.Ordinal);
        Assert.Contains("at least 90 %", rules.Of(order with { PlacedAt = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero) }).Single(s => s.Rule.Id == "walmart-on-time").Rule.Limit, StringComparison.Ordinal);
        Assert.Equal(order.ShipBy!.Value.AddDays(4), rules.Of(order).Single(s => s.Rule.Id == "walmart-auto-cancel").Deadline);
        Assert.Equal(["amazon-cancel", "amazon-late-shipment", "amazon-tracking", "promise-broken", "thirty-days"], rules.Of(order with { Connector = "amazon" }).Select(s => s.Rule.Id).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("urgency: 4h", "urgency: 4 hours", "duration")]
    [InlineData("USD: \"0.95\"", "USX: \"0.95\"", "ISO 4217")]
    [InlineData("channel: [big-box]", "chanel: [big-box]", "not known here")]
    [InlineData("from: ship-by", "from: shipped", "ship-by, placed, received")]
    [InlineData("{ fixed: \"1500\", currency: USD }", "gone", "Expected lost")]
    [InlineData("{ fixed: \"1500\", currency: USD }", "{ share: \"1.2\" }", "0.0001 to 1")]
    [InlineData("{ fixed: \"1500\", currency: USD }", "{ fixed: \"1500.123\", currency: USD }", "no more decimals")]
    [InlineData("probability: \"0.9\"", "probability: \"1.9\"", "from 0 to 1")]
    [InlineData("validFrom: \"2026-01-01\"", "validFrom: \"01/01/2026\"", "Expected a day")]
    [InlineData("source: routing guide of Big Box, page 12", "note: x", "source")]
    [InlineData("when: { channel: [big-box] }", "when: { kind: [parcel] }", "order, return, settlement")]
    [InlineData("when: { channel: [big-box] }", "when: { promise: perhaps }", "true or false")]
    public void What_is_wrong_is_told_with_its_key(string good, string bad, string said)
    {
        Assert.Contains(good, Own, StringComparison.Ordinal);
        var (objects, problems) = Yaml.Reader.Read([new("own.yaml", Own.Replace(good, bad, StringComparison.Ordinal))]);
        Assert.Empty(objects);
        Assert.Contains(problems, p => p.ToString().Contains(said, StringComparison.Ordinal) && p.ToString().Contains("own.yaml, line", StringComparison.Ordinal));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_document_of_the_user_overrides_keeps_its_versions_and_comes_into_service_elsewhere(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var (here, elsewhere) = (new PenaltyBoard(), new PenaltyBoard());
        using var service = Service(database, clock, here);
        using var other = Service(database, clock, elsewhere);
        using var watch = new EstateWatch(database.Db, other, clock, NullLogger<EstateWatch>.Instance);
        await watch.LookAsync(Ct);
        Assert.Equal("Create", await ApplyAsync(service, Own));
        Assert.Equal("Unchanged", await ApplyAsync(service, Own));
        Assert.Equal((TimeSpan.FromHours(4), 0.95, 1.15), (here.Rules.Urgency, here.Rules.WeightOf("USD"), here.Rules.WeightOf("GBP")));
        Assert.True(await watch.LookAsync(Ct));
        var order = new WorkFacts("edi-trading-partner", "big-box", "order", "USD", 10_000, clock.GetUtcNow(), clock.GetUtcNow(), clock.GetUtcNow(), clock.GetUtcNow().AddDays(1));
        var stake = elsewhere.Rules.Of(order).Single(s => s.Rule.Id == "edi-ship-notice");
        Assert.Equal((150_000, order.ShipBy!.Value.AddHours(-2)), (stake.Loss!.Value.MinorUnits, stake.Deadline));
        // Other channels keep what is shipped.
        Assert.Equal(20_000, elsewhere.Rules.Of(order with { Channel = "small-box" }).Single(s => s.Rule.Id == "edi-ship-notice").Loss!.Value.MinorUnits);
        var before = elsewhere.Rules;
        await other.ReloadAsync(TenantScope.Default, Ct);
        Assert.Same(before, elsewhere.Rules);
        Assert.Equal("Change", await ApplyAsync(service, Own.Replace("0.9\"", "0\"", StringComparison.Ordinal)));
        Assert.True(await watch.LookAsync(Ct));
        Assert.DoesNotContain(elsewhere.Rules.Of(order), s => s.Rule.Id == "edi-ship-notice");
        Assert.Equal(2, (await new EstateStore(database.Db, clock).PenaltiesAsync(TenantScope.Default, Ct)).Single().Version);
    }

    private static EstateService Service(TestDatabase database, FakeTimeProvider clock, PenaltyBoard board)
    {
        var connectors = new Engine.CatalogOf();
        return new(Yaml.Reader, new EstateStore(database.Db, clock), new ConnectionRegistry(), new FlowCatalog(), new NoDocuments(), connectors,
            new SecretVault(database.Db, new Microsoft.AspNetCore.DataProtection.EphemeralDataProtectionProvider(), clock, NullLogger<SecretVault>.Instance), NullLogger<EstateService>.Instance, null, board);
    }

    private static async Task<string> ApplyAsync(EstateService service, string document)
    {
        var (applied, problems) = await service.ApplyAsync(TenantScope.Default, [new("own.yaml", document)], "Kim", "our contracts", Ct);
        Assert.Empty(problems);
        return Assert.Single(applied).Change.ToString();
    }

    private sealed class NoDocuments : IConnectorDocuments
    {
        public (Domain.Connections.IConnector? Connector, IReadOnlyList<EstateProblem> Problems) Read(string document, string source, int? version = null) => (null, []);

        public void Use(Domain.Connections.IConnector connector)
        {
        }
    }
}
