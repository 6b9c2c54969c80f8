using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Scorecard;

/// <summary>Limits of marketplaces as documents of the estate, in place of those that are shipped.</summary>
public sealed class MarketplaceLimitsTests
{
    private const string Own = """
        kind: MarketplaceLimits
        metadata: { name: agreed }
        spec:
          rules:
            - { id: amazon-late-shipment, title: "Amazon: late, as agreed", connector: amazon, metric: late-shipment, limit: "0.2", days: 14, words: "at most a fifth in 14 days", validFrom: "2026-01-01", source: "Our contract of 2026" }
            - { id: amazon-late-shipment, title: "Amazon: late, next year", connector: amazon, metric: late-shipment, limit: "0.1", days: 14, words: "at most a tenth", validFrom: "2027-01-01", source: "Our contract of 2026" }
            - { id: shop-tracking, title: "Shop: without tracking", connector: shop, metric: missing-tracking, limit: "0.01", words: "ours", validFrom: "2026-01-01", source: "Our own rule" }
        """;

    private static readonly TenantScope Us = TenantScope.Default;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_document_stands_in_place_of_the_shipped_rules_with_its_ids_and_going_back_is_a_version(DatabaseProvider provider)
    {
        await using var rig = await ScorecardRig.StartAsync(provider, Ct);
        for (var i = 0; i < 10; i++)
            await rig.OrderAsync(rig.Clock.GetUtcNow().AddDays(-3), ship: i == 0 ? 5000 : 60, promise: 120);
        await rig.Keeper.KeepAsync(Us, 50, Ct);
        var shipped = await rig.Scorecard.RulesAsync(Us, Ct);
        Assert.True((await LineAsync(rig)).Forecast.Breached);
        var outcome = await rig.Estate.PutAsync(Us, new MarketplaceLimitsKind(), "agreed", Own, 0, "Ada", "as agreed", Ct);
        Assert.True(outcome.Accepted, outcome.Message);
        var rules = await rig.Scorecard.RulesAsync(Us, Ct);
        Assert.Equal(shipped.Select(r => r.Id).Append("shop-tracking").Order(), rules.Select(r => r.Id).Order());
        var line = await LineAsync(rig);
        Assert.Equal((0.2m, 14, "Our contract of 2026", false), (line.Rule.Limit, line.Rule.WindowDays, line.Rule.Source, line.Forecast.Breached));
        // The list behind the figure is of the same rule.
        var list = await rig.Scorecard.OrdersAsync(Us, new(ScorecardListKind.MarketplaceBad, ScorecardAsk.Everything with { Scope = new("market") }, Rule: "amazon-late-shipment"), null, 50, Ct);
        Assert.Equal((1L, "at most a fifth in 14 days"), (list.Total, list.Rule!.Words));
        rig.Clock.SetUtcNow(new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero));
        Assert.Equal(0.1m, (await rig.Scorecard.RulesAsync(Us, Ct)).Single(r => r.Id == "amazon-late-shipment").Limit);
        Assert.True((await rig.Estate.RemoveAsync(Us, MarketplaceLimitsKind.Name, "agreed", 1, "Ada", "it ended", Ct)).Accepted);
        Assert.Equal(shipped.Select(r => (r.Id, r.Limit)), (await rig.Scorecard.RulesAsync(Us, Ct)).Select(r => (r.Id, r.Limit)));
    }

    [Fact]
    public async Task Without_the_shipped_ones_only_its_own_hold()
    {
        await using var rig = await ScorecardRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Assert.True((await rig.Estate.PutAsync(Us, new MarketplaceLimitsKind(), "agreed", Own.Replace("spec:\n", "spec:\n  withShipped: false\n", StringComparison.Ordinal), null, "Ada", "ours alone", Ct)).Accepted);
        Assert.Equal(["amazon-late-shipment", "shop-tracking"], (await rig.Scorecard.RulesAsync(Us, Ct)).Select(r => r.Id));
    }

    [Theory]
    [InlineData("limit: \"0.01\"", "limit: \"1.5\"", 7, "limit", "above 0 and at most 1")]
    [InlineData("metric: missing-tracking", "metric: tracking", 7, "metric", "missing-tracking")]
    [InlineData("2027-01-01", "2026-01-01", 0, "rules", "There are two rules amazon-late-shipment from 2026-01-01")]
    [InlineData("source: \"Our own rule\"", "source: s, sauce: s", 7, "sauce", "")]
    [InlineData("name: agreed", "name: As Agreed", 2, "name", "lower-case")]
    [InlineData("2027-01-01", "next year", 6, "validFrom", "Expected a day")]
    public void What_is_wrong_is_told_by_line_and_field(string right, string wrong, int line, string field, string said)
    {
        var reader = new EstateReader(new Estate.References(), null, [new MarketplaceLimitsKind()]);
        Assert.Empty(reader.Read([new("own.yaml", Own)]).Problems);
        var problem = Assert.Single(reader.Read([new("own.yaml", Own.Replace(right, wrong, StringComparison.Ordinal))]).Problems);
        Assert.Equal(line, problem.Line);
        Assert.EndsWith(field, problem.Field, StringComparison.Ordinal);
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
    }

    private static async Task<MarketplaceLine> LineAsync(ScorecardRig rig) =>
        (await rig.Scorecard.ReadAsync(Us, ScorecardAsk.Everything, Ct)).Marketplaces.Single(m => m.Rule.Id == "amazon-late-shipment");
}
