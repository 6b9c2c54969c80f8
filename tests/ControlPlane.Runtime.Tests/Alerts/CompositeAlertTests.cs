using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Alerts;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Alerts;

/// <summary>A composite alerts as an objective does, and is no second incident beside its parts.</summary>
public sealed class CompositeAlertTests
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(30);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task It_burns_with_its_part_in_one_incident_and_a_miss_counts_once(DatabaseProvider provider)
    {
        await using var rig = await StartAsync(provider, weightOfClean: 2);
        await rig.GoOnAsync(TimeSpan.FromMinutes(40), Look, Ct);
        Assert.Equal("party:erp", Assert.Single(await rig.RowsAsync<AlertIncidentRow>(Ct)).Key);
        var facts = Assert.Single((await rig.Incidents.ListAsync(TenantScope.Default, new(), null, 50, Ct)).Items).Facts;
        Assert.Equal(["ingestion", "selling"], facts.Objectives.Select(o => o.Name));
        var (part, whole) = (facts.Objectives[0], facts.Objectives[1]);
        Assert.Equal(["ingestion", "shipping"], whole.Parts!);
        Assert.Null(part.Parts);
        Assert.Equal("operations", whole.Team);
        Assert.Equal(Math.Round(part.Pace!.Value * 3 / 5, 6), Math.Round(whole.Pace!.Value, 6));
        Assert.Equal(Math.Round(part.Spent!.Value * 3 / 5, 6), Math.Round(whole.Spent!.Value, 6));
        // What the composite misses its part misses.
        Assert.InRange(facts.Bad, 1, 40 * 31);
        Assert.Equal("2 objectives burn their budgets: the ERP is to blame", AlertWords.Title(facts));
        Assert.StartsWith("100 % of ", AlertWords.Cause(facts), StringComparison.Ordinal);
        Assert.EndsWith(" are due to it.", AlertWords.Cause(facts), StringComparison.Ordinal);
        Assert.Contains("Selling works", AlertWords.Budget(whole), StringComparison.Ordinal);
        // Filtered by its name it is found, and it is over with what it is made of.
        Assert.Single((await rig.Incidents.ListAsync(TenantScope.Default, new() { Objective = "selling" }, null, 50, Ct)).Items);
        await rig.GoOnAsync(TimeSpan.FromHours(8), TimeSpan.FromMinutes(5), Ct);
        Assert.Equal(AlertState.Resolved, Assert.Single(await rig.RowsAsync<AlertIncidentRow>(Ct)).State);
    }

    [Fact]
    public async Task A_part_that_weighs_little_alerts_alone()
    {
        await using var rig = await StartAsync(DatabaseProvider.Sqlite, weightOfClean: 3_000);
        await rig.GoOnAsync(TimeSpan.FromMinutes(20), Look, Ct);
        Assert.Equal(["ingestion"], Assert.Single((await rig.Incidents.ListAsync(TenantScope.Default, new(), null, 50, Ct)).Items).Facts.Objectives.Select(o => o.Name));
    }

    [Fact]
    public async Task A_silence_of_the_part_alone_does_not_silence_the_whole()
    {
        await using var rig = await StartAsync(DatabaseProvider.Sqlite, weightOfClean: 2);
        var silenced = await rig.Incidents.SilenceAsync(TenantScope.Default, Guid.CreateVersion7(), new("ingestion", null, null, TimeSpan.FromHours(4), "known"), "op", Ct);
        Assert.True(silenced.Accepted, silenced.Message);
        await rig.GoOnAsync(TimeSpan.FromMinutes(20), Look, Ct);
        Assert.NotNull(Assert.Single(await rig.RowsAsync<AlertIncidentRow>(Ct)).ToldAt);
    }

    /// <summary>Two days of clean traffic; then, for half an hour, no order comes to the ERP.</summary>
    private static async Task<AlertRig> StartAsync(DatabaseProvider provider, decimal weightOfClean)
    {
        var rig = await AlertRig.StartAsync(provider, Ct);
        rig.Objective("ingestion");
        rig.Objective("shipping");
        rig.Figures.Composites.Add(new("selling", [new("ingestion", 3), new("shipping", weightOfClean)]) { Title = "Selling works" });
        var start = rig.Clock.GetUtcNow();
        for (var minute = -2880; minute < 60; minute++)
        {
            rig.Figures.Add("shipping", start.AddMinutes(minute), 40, 0);
            rig.Figures.Add("ingestion", start.AddMinutes(minute), minute is < 0 or >= 30 ? 40 : 0, minute is < 0 or >= 30 ? 0 : 40, party: "erp");
        }

        return rig;
    }
}
