using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Governance;
using ControlPlane.Domain.Reviews;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Governance;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Tests.Reviews;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Governance;

/// <summary>Scores from what connections say and did, on each database; rules as data.</summary>
public sealed class GovernanceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Without_traffic_nothing_is_claimed_of_behaviour(DatabaseProvider provider)
    {
        await using var rig = await ReviewRig.StartAsync(provider, Ct);
        var report = await rig.Governance.ReadAsync(TenantScope.Default, Ct);
        Assert.Equal(["erp", "shop", "shop-b", "wms"], report.Scores.Select(s => s.Connection).Order(StringComparer.Ordinal));
        Assert.Equal(0, report.Rules.Version);
        var erp = Of(report, "erp");
        foreach (var rule in new[] { "keys-sent", "explained", "errors", "certificates", "personal-data", "objective" })
            Assert.Equal(GovernanceVerdict.NotJudged, Line(erp, rule).Verdict);
        Assert.Equal(GovernanceVerdict.Fails, Line(erp, "owner").Verdict);
        Assert.Contains("Blind: createSalesOrder", Line(erp, "writes-repeatable").Evidence, StringComparison.Ordinal);
        Assert.Equal(GovernanceVerdict.Holds, Line(erp, "review").Verdict);
        Assert.Equal(erp.Lines.Where(l => l.Judgement.Verdict == GovernanceVerdict.Holds).Sum(l => l.Rule.Weight), erp.Held);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Behaviour_is_judged_by_what_was_recorded(DatabaseProvider provider)
    {
        await using var rig = await ReviewRig.StartAsync(provider, Ct);
        var engine = rig.Engine;
        await engine.ReceiveAsync("shop", Orders.Order(1));
        await engine.DrainAsync(Ct);
        engine.Erp.Script.Enqueue(_ => new OperationResult.Failed(new Fault(FaultKind.Data, "erp.customer_blocked", "Customer 7 is blocked.")));
        await engine.ReceiveAsync("shop", Orders.Order(2));
        await engine.DrainAsync(Ct);
        await new Runtime.ExceptionCases.CaseKeeper(engine.Db, engine.Splits, new FlowsOf(engine.Flow), engine.Node, engine.Clock).KeepAsync(Ct);
        await using (var context = engine.Db.CreateContext())
        {
            context.ConnectionFacts.Add(new() { TenantId = 1, Connection = "wms", Name = ConnectionFactRow.ServerCertificate, Value = "CN=wms", At = engine.Clock.GetUtcNow().ToMicroseconds(), ExpiresAt = engine.Clock.GetUtcNow().AddDays(12).ToMicroseconds() });
            await context.SaveChangesAsync(Ct);
        }

        await rig.Versions.PutAsync(TenantScope.Default, new RunbookKind(), "wms-down", "kind: Runbook\nmetadata: { name: wms-down }\nspec: { title: WMS down, text: ask, connections: [wms] }", 0, "Ada", "first", Ct);
        rig.Objectives = new(
            new Reviewable(ReviewKind.Objective, "a", "Orders in", "ops", engine.Clock.GetUtcNow(), "version 1", "/objectives", []) { Everywhere = true },
            new Reviewable(ReviewKind.Objective, "b", "Shipments", "ops", engine.Clock.GetUtcNow(), "version 1", "/objectives", ["wms"]));
        var report = await rig.Governance.ReadAsync(TenantScope.Default, Ct);
        var (wms, erp) = (Of(report, "wms"), Of(report, "erp"));
        Assert.Equal("1 of 1 keyed writes carried their key, within 30 days.", Line(wms, "keys-sent").Evidence);
        Assert.Equal("The system's certificate ends on 2026-12-05 UTC, in 12 days.", Line(wms, "certificates").Evidence);
        Assert.Equal(GovernanceVerdict.Fails, Line(wms, "certificates").Verdict);
        Assert.Equal("Runbook: WMS down.", Line(wms, "runbook").Evidence);
        Assert.Equal("Covered by: Orders in, Shipments.", Line(wms, "objective").Evidence);
        Assert.Equal("Covered by: Orders in.", Line(erp, "objective").Evidence);
        Assert.Equal("1 of 1 failures of orders within 30 days are explained.", Line(erp, "explained").Evidence);
        // A key that was not sent is seen.
        await using (var context = engine.Db.CreateContext())
            await context.Effects.Where(e => e.Connection == "wms").ExecuteUpdateAsync(s => s.SetProperty(e => e.IdempotencyKey, ""), Ct);
        Assert.Equal(("0 of 1 keyed writes carried their key, within 30 days.", GovernanceVerdict.Fails), (Line(Of(await rig.Governance.ReadAsync(TenantScope.Default, Ct), "wms"), "keys-sent").Evidence, Line(Of(await rig.Governance.ReadAsync(TenantScope.Default, Ct), "wms"), "keys-sent").Verdict));
        // A review that is not done shows where it counts.
        engine.Clock.Advance(TimeSpan.FromDays(400));
        Assert.Equal("The warehouse is 35 days overdue.", Line(Of(await rig.Governance.ReadAsync(TenantScope.Default, Ct), "wms"), "review").Evidence);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_score_a_day_is_kept_and_written_over_within_the_day(DatabaseProvider provider)
    {
        await using var rig = await ReviewRig.StartAsync(provider, Ct);
        await rig.Governance.KeepAsync(Ct);
        var before = (await rig.Governance.TrendAsync(TenantScope.Default, Ct))["wms"].Single();
        await rig.Versions.PutAsync(TenantScope.Default, new RunbookKind(), "wms-down", "kind: Runbook\nmetadata: { name: wms-down }\nspec: { title: WMS down, text: ask, connections: [wms] }", 0, "Ada", "first", Ct);
        await rig.Governance.KeepAsync(Ct);
        await rig.Governance.KeepAsync(Ct);
        var after = (await rig.Governance.TrendAsync(TenantScope.Default, Ct))["wms"].Single();
        Assert.Equal((new DateOnly(2026, 11, 23), before.Held + 6), (after.Day, after.Held));
        rig.Engine.Clock.Advance(TimeSpan.FromDays(1));
        await rig.Governance.KeepAsync(Ct);
        Assert.Equal([new DateOnly(2026, 11, 23), new DateOnly(2026, 11, 24)], (await rig.Governance.TrendAsync(TenantScope.Default, Ct))["wms"].Select(d => d.Day));
        // What no trend shows is forgotten.
        rig.Engine.Clock.Advance(TimeSpan.FromDays(400));
        await rig.Governance.KeepAsync(Ct);
        await using var context = rig.Engine.Db.CreateContext();
        Assert.Equal(4, await context.GovernanceDays.CountAsync(Ct));
    }

    [Fact]
    public async Task Rules_are_data_and_count_at_once_with_their_version()
    {
        await using var rig = await ReviewRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var board = rig.Governance;
        Assert.Equal(0, (await board.ReadAsync(TenantScope.Default, Ct)).Rules.Version);
        const string Only = "kind: GovernanceRules\nmetadata: { name: governance }\nspec:\n  dated: 2027-01-01\n  levels: [{ letter: fine, word: all of it, least: 0 }]\n  rules: [{ id: r, title: R, check: review-current, weight: 3, why: w, mend: m }]";
        Assert.True((await rig.Versions.PutAsync(TenantScope.Default, new GovernanceRuleKind(), "governance", Only, null, "Ada", "less", Ct)).Accepted);
        var report = await board.ReadAsync(TenantScope.Default, Ct);
        Assert.Equal((1, 100, "fine", 3), (report.Rules.Version, Of(report, "erp").Score, Of(report, "erp").Level!.Letter, Of(report, "erp").Applied));
        Assert.Equal(100, report.Apis.Single(a => a.Connector == "shop").Score);
        Assert.Equal(["shop", "shop-b"], report.Apis.Single(a => a.Connector == "shop").Connections);
        await rig.Versions.RemoveAsync(TenantScope.Default, GovernanceRuleKind.KindName, "governance", null, "Ada", "back", Ct);
        Assert.Equal(0, (await board.RulesAsync(TenantScope.Default, Ct)).Version);
    }

    [Theory]
    [InlineData("check: owner-set", "check: owner", "spec.rules[0].check", "Expected owner-set, objective-set")]
    [InlineData("weight: 10", "weight: 0", "spec.rules[0].weight", "a whole number from 1 to 100")]
    [InlineData("      weight: 10\n", "", "spec.rules[0].weight", "This key is required")]
    [InlineData("check: owner-set", "check: owner-set\n      limit: 3", "spec.rules[0].limit", "has no limit")]
    [InlineData("limit: 30", "limit: 400", "spec.rules[7].limit", "Expected 1 to 365: days left at least.")]
    [InlineData("- id: objective", "- id: owner", "spec.rules[1].id", "two rules owner")]
    [InlineData("id: owner\n", "id: Owner!\n", "spec.rules[0].id", "lower-case")]
    [InlineData("dated: 2026-11-29", "dated: yesterday", "spec.dated", "2026-11-29")]
    [InlineData("word: unattended, least: 0", "word: unattended, least: 1", "spec.levels", "from 0 on")]
    [InlineData("name: governance", "name: mine", "metadata.name", "governance")]
    [InlineData("      mend: Write spec.owner", "      mand: Write spec.owner", "spec.rules[0].mand", "Allowed: check")]
    [InlineData("check: owner-set", "check: owner-set\n      roles: [films]", "spec.rules[0].roles", "storefront")]
    public void A_rule_that_cannot_be_is_refused_with_line_field_and_what_is_allowed(string right, string wrong, string field, string allowed)
    {
        var text = GovernanceRuleKind.Shipped().Text.ReplaceLineEndings("\n");
        var at = text.IndexOf(right, StringComparison.Ordinal);
        Assert.True(at > 0, right);
        var problems = new GovernanceRuleKind().Check(new("governance.yaml", text[..at] + wrong + text[(at + right.Length)..]));
        var problem = Assert.Single(problems, p => p.Field == field);
        Assert.Contains(allowed, problem.Message, StringComparison.Ordinal);
        Assert.Equal("governance.yaml", problem.Source);
        Assert.InRange(problem.Line, 1, 200);
    }

    [Fact]
    public void The_shipped_rules_judge_by_every_check_there_is() =>
        Assert.Equal(Enum.GetValues<GovernanceCheck>(), GovernanceRuleKind.Shipped().Rules.Rules.Select(r => r.Check).Order());

    [Fact]
    public void Fields_that_look_personal_are_named_unless_they_are_masked_or_said_not_to_be()
    {
        var fact = Runtime.Governance.PersonalFields.Judge(["/order/id", "/customer/firstName", "/customer/name", "/product/name", "/buyerFax", "/shop_phone", "/lines/*/sku", "/mailbox", "/emailed"], new HashSet<string> { "shop_phone" });
        Assert.Equal((9, 2), (fact.Fields, fact.Masked));
        Assert.Equal(["/buyerFax"], fact.Doubtful);
    }

    private static GovernanceScore Of(GovernanceReport report, string connection) => report.Scores.Single(s => s.Connection == connection);

    private static GovernanceJudgement Line(GovernanceScore score, string rule) => score.Lines.Single(l => l.Rule.Id == rule).Judgement;
}
