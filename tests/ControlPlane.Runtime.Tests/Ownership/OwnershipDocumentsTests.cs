using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Tests.Ownership;

/// <summary>Teams, calendars and rules as configuration.</summary>
public sealed class OwnershipDocumentsTests
{
    private const string Estate = """
        kind: Team
        metadata: {name: finance}
        spec: {title: Finance, members: [bo, role:business], calendar: office, ladder: [15m team, 1h lead], urgentWithin: 3h, notify: [finance@example.com]}
        ---
        kind: Calendar
        metadata: {name: office}
        spec: {zone: Europe/Berlin, hours: ["Mon-Fri 08:00-18:00"], holidays: ["2026-12-25 Christmas Day"]}
        ---
        kind: OwnershipRules
        metadata: {name: default}
        spec:
          fallback: operations
          rules:
            - {when: {code: "erp.*, credit.*", total: 500 EUR}, team: finance}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task One_apply_is_one_version_and_what_people_change_afterwards_stays()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var documents = new OwnershipDocuments(rig.Engine.Db, rig.Store);
        Assert.All((await documents.PlanAsync(TenantScope.Default, Read(Estate), Ct)).Items, i => Assert.Equal(EstateChange.Create, i.Change));
        var (items, problems) = await documents.ApplyAsync(TenantScope.Default, Read(Estate), "system", "start", Ct);
        Assert.Empty(problems);
        Assert.Equal(["Calendar", "Team", "OwnershipRules"], items.Select(i => i.Kind));
        var now = await rig.Store.ReadAsync(TenantScope.Default, Ct);
        Assert.Equal((1, "start"), (now.Version, (await rig.Store.VersionsAsync(TenantScope.Default, Ct))[0].Reason));
        Assert.Equal("code is erp.* or credit.* and total at least 500 EUR → finance", now.Setup.Rules[0].ToString());
        Assert.Equal(("office", TimeSpan.FromHours(3), "15m team, 1h lead"), (now.Setup.FindTeam("finance")!.Calendar, now.Setup.FindTeam("finance")!.UrgentWithin, string.Join(", ", now.Setup.FindTeam("finance")!.Ladder)));
        await rig.PublishAsync(now.Setup with { Fallback = "finance" });
        // The next start applies the same documents.
        Assert.All((await documents.ApplyAsync(TenantScope.Default, Read(Estate), "system", "start", Ct)).Items, i => Assert.Equal(EstateChange.Unchanged, i.Change));
        Assert.Equal((2, "finance"), ((await rig.Store.ReadAsync(TenantScope.Default, Ct)).Version, (await rig.Store.ReadAsync(TenantScope.Default, Ct)).Setup.Fallback));
        // A changed one is applied, and only that.
        await documents.ApplyAsync(TenantScope.Default, Read(Estate.Replace("15m team", "20m team", StringComparison.Ordinal)), "system", "start", Ct);
        Assert.Equal(("finance", "20m team, 1h lead"), ((await rig.Store.ReadAsync(TenantScope.Default, Ct)).Setup.Fallback, string.Join(", ", (await rig.Store.ReadAsync(TenantScope.Default, Ct)).Setup.FindTeam("finance")!.Ladder)));
    }

    [Fact]
    public async Task What_does_not_fit_is_named_and_nothing_is_applied()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var (items, problems) = await new OwnershipDocuments(rig.Engine.Db, rig.Store).ApplyAsync(TenantScope.Default, Read(Estate.Replace("fallback: operations", "fallback: ghosts", StringComparison.Ordinal)), "system", "start", Ct);
        Assert.Empty(items);
        Assert.Equal("There is no team 'ghosts'.", Assert.Single(problems).Message);
        Assert.Equal(0, (await rig.Store.ReadAsync(TenantScope.Default, Ct)).Version);
    }

    [Theory]
    [InlineData("15m team", "soon team", "cannot be read")]
    [InlineData("title: Finance", "colour: red", "colour")]
    [InlineData("kind: Calendar", "kind: Almanac", "Expected Flow")]
    public void A_mistyped_document_is_refused_with_its_line(string right, string wrong, string said) =>
        Assert.Contains(new EstateReader(new Nothing()).Read([new("team.yaml", Estate.Replace(right, wrong, StringComparison.Ordinal))]).Problems, p => p.ToString().Contains(said, StringComparison.Ordinal) && p.Line > 0);

    private static IReadOnlyList<EstateObject.OfOwnership> Read(string text)
    {
        var (objects, problems) = new EstateReader(new Nothing()).Read([new("team.yaml", text)]);
        Assert.Empty(problems);
        return [.. objects.Cast<EstateObject.OfOwnership>()];
    }

    private sealed class Nothing : IReferenceResolver
    {
        public string? Resolve(string reference) => null;
    }
}
