using ControlPlane.Domain.Scorecard;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Scorecard;

/// <summary>Who gets which report when, as documents of the estate beside the plans of people.</summary>
public sealed class ReportPlanKindTests
{
    private const string Board = """
        kind: ReportPlan
        metadata: { name: board }
        spec:
          title: For the board
          rhythm: month
          zone: Europe/Berlin
          recipients: [board@example.com]
          channel: shop
        """;

    private static readonly TenantScope Us = TenantScope.Default;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_document_is_planned_made_when_it_is_due_and_stands_in_place_of_a_persons_plan(DatabaseProvider provider)
    {
        await using var rig = await ScorecardRig.StartAsync(provider, Ct);
        var own = new ReportPlan("board", "My own", ReportRhythm.Week, "UTC", null, [], ObjectiveScope.All, true);
        Assert.Empty(await rig.Desk.SaveAsync(Us, own, "Kim", Ct));
        Assert.Empty(await rig.Desk.SaveAsync(Us, own with { Name = "weekly", Enabled = false }, "Kim", Ct));
        var outcome = await rig.Estate.PutAsync(Us, new ReportPlanKind(), "board", Board, 0, "Ada", "the board asked", Ct);
        Assert.True(outcome.Accepted, outcome.Message);
        var plans = await rig.Desk.PlansAsync(Us, Ct);
        Assert.Equal([("board", true, "Ada"), ("weekly", false, "Kim")], plans.Select(p => (p.Plan.Name, p.Document, p.UpdatedBy)));
        Assert.Equal(("For the board", ReportRhythm.Month, "Europe/Berlin", "shop", "board@example.com"), (plans[0].Plan.Title, plans[0].Plan.Rhythm, plans[0].Plan.Zone, plans[0].Plan.Scope.Connection, Assert.Single(plans[0].Plan.Recipients)));
        Assert.Equal("name", Assert.Single(await rig.Desk.SaveAsync(Us, own, "Kim", Ct)).Field);
        // Not for the month in which it came; for the one that it saw end.
        await rig.Desk.MakeDueAsync(Ct);
        Assert.Empty(await rig.Desk.ListAsync(Us, null, 50, Ct));
        rig.Clock.SetUtcNow(new(2026, 12, 2, 7, 0, 0, TimeSpan.Zero));
        await rig.Desk.MakeDueAsync(Ct);
        await rig.Desk.MakeDueAsync(Ct);
        var made = Assert.Single(await rig.Desk.ListAsync(Us, null, 50, Ct));
        Assert.Equal(("board", "For the board", 1, true), (made.Name, made.Title, made.Recipients, made.Sending));
        // Out of service: the person's plan holds again.
        Assert.True((await rig.Estate.RemoveAsync(Us, ReportPlanKind.Name, "board", 1, "Ada", "nobody reads it", Ct)).Accepted);
        Assert.Equal("My own", (await rig.Desk.PlansAsync(Us, Ct))[0].Plan.Title);
    }

    [Theory]
    [InlineData("rhythm: month", "rhythm: daily", 5, "rhythm", "month")]
    [InlineData("rhythm: month", "rhythm: 4-4-5", 5, "retailYear", "first day of one of its years")]
    [InlineData("Europe/Berlin", "Berlin", 6, "zone", "no such time zone")]
    [InlineData("board@example.com", "board", 7, "recipients", "no mail address")]
    [InlineData("channel: shop", "chanel: shop", 8, "chanel", "")]
    [InlineData("name: board", "name: The Board", 2, "name", "lower-case")]
    public void What_is_wrong_is_told_by_line_and_field(string right, string wrong, int line, string field, string said)
    {
        var reader = new EstateReader(new Estate.References(), null, [new ReportPlanKind()]);
        Assert.Empty(reader.Read([new("own.yaml", Board)]).Problems);
        var problem = Assert.Single(reader.Read([new("own.yaml", Board.Replace(right, wrong, StringComparison.Ordinal))]).Problems);
        Assert.EndsWith(field, problem.Field, StringComparison.Ordinal);
        Assert.Contains(said, problem.Message, StringComparison.Ordinal);
        Assert.InRange(problem.Line, line - 1, line + 1);
    }
}
