using ControlPlane.Domain.Ownership;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Ownership;

/// <summary>Whose a stuck order is: decided by the failing step, anew when the rules change, and never against a person.</summary>
public sealed class OwnershipTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly OwnershipSetup Two = new()
    {
        Rules = [OwnershipRig.When("finance", "code", "erp.customer_*"), OwnershipRig.When("export", "country", "US")],
        Fallback = "desk",
        Teams = [OwnershipRig.Team("finance"), OwnershipRig.Team("export"), OwnershipRig.Team("desk")],
    };

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_failing_step_says_whose_it_is(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        // Before anybody decided anything.
        await rig.FailAsync(1);
        Assert.Equal(OwnershipSetup.FirstTeam, (await rig.OrderAsync(1)).Owner);
        await rig.PublishAsync(Two);
        await rig.FailAsync(2);
        await rig.FailAsync(3, "Article is not released.", "erp.article", "US");
        await rig.FailAsync(4, "Article is not released.", "erp.article", "DE");
        Assert.Equal(["finance", "export", "desk"], new[] { await rig.OrderAsync(2), await rig.OrderAsync(3), await rig.OrderAsync(4) }.Select(t => t.Owner));
        // The case is its oldest order's.
        await using var context = rig.Engine.Db.CreateContext();
        Assert.Equal((await rig.OrderAsync(3)).CaseId, (await rig.OrderAsync(4)).CaseId);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_stuck_is_decided_anew_by_a_new_version_but_not_what_a_person_assigned(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        for (var i = 1; i <= 5; i++)
            await rig.FailAsync(i);
        await rig.PublishAsync(Two with { Rules = [] });
        await rig.Claims.AssignAsync(TenantScope.Default, (await rig.OrderAsync(3)).Id, new(null, "export"), OwnershipRig.Op, "they know the customer", rig.Operation(), Ct);
        Assert.Equal(4, await rig.Decider.DecideAsync(Ct));
        Assert.Equal(["desk", "desk", "export", "desk", "desk"], await OwnersAsync(rig));
        await rig.PublishAsync(Two);
        Assert.True((await rig.Store.ReadAsync(TenantScope.Default, Ct)).Deciding);
        rig.Engine.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(4, await rig.Decider.DecideAsync(Ct));
        Assert.Equal(0, await rig.Decider.DecideAsync(Ct));
        Assert.Equal(["finance", "finance", "export", "finance", "finance"], await OwnersAsync(rig));
        // Another node may have decided by the old version until it had seen the new one.
        Assert.True((await rig.Store.ReadAsync(TenantScope.Default, Ct)).Deciding);
        rig.Engine.Clock.Advance(OwnershipDecider.Settles + TimeSpan.FromSeconds(1));
        await rig.Decider.DecideAsync(Ct);
        Assert.False((await rig.Store.ReadAsync(TenantScope.Default, Ct)).Deciding);
        Assert.Contains("moved from the team desk to finance", (await rig.Claims.FindAsync(TenantScope.Default, (await rig.OrderAsync(1)).Id, Ct))!.Events[0].Text, StringComparison.Ordinal);
        // A person's decision outlives the next failure, too.
        rig.Engine.Erp.Script.Enqueue(_ => new Domain.Connections.OperationResult.Failed(new(Domain.Faults.FaultKind.Data, "erp.customer_blocked", "Customer 7 is blocked.")));
        await rig.Engine.Commands.RetryNowAsync(1, (await rig.OrderAsync(3)).Id, "Bo", "again", rig.Operation(), Ct);
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal(("export", true), ((await rig.OrderAsync(3)).Owner, (await rig.OrderAsync(3)).OwnerAssigned));
    }

    [Fact]
    public async Task Orders_that_were_stuck_before_there_were_teams_get_one()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.FailAsync(1);
        await using (var context = rig.Engine.Db.CreateContext())
            await context.Transactions.ExecuteUpdateAsync(s => s.SetProperty(t => t.Owner, (string?)null), Ct);
        Assert.Equal(1, (await rig.Queues.ReadAsync(TenantScope.Default, Ct)).Unowned);
        Assert.Equal(1, await rig.Decider.DecideAsync(Ct));
        Assert.Equal(OwnershipSetup.FirstTeam, (await rig.OrderAsync(1)).Owner);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_preview_says_who_would_have_got_the_last_ones_and_changes_nothing(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        await rig.FailAsync(1);
        await rig.FailAsync(2, "Article is not released.", "erp.article", "US");
        await rig.FailAsync(3, "Article is not released.", "erp.article", "DE");
        // One moved on: it counts with what it failed for.
        await rig.Engine.Commands.RetryNowAsync(1, (await rig.OrderAsync(1)).Id, "Bo", "released", rig.Operation(), Ct);
        await rig.Engine.DrainAsync(Ct);
        var preview = await rig.Store.PreviewAsync(TenantScope.Default, Two with { Fallback = null, Rules = [.. Two.Rules] }, Ct);
        Assert.Equal((3, 3, 1), (preview.Of, preview.Moves, preview.Unowned));
        Assert.Equal([1, 1], preview.ByRule);
        Assert.Equal([("finance", 0, 1), ("export", 0, 1), ("desk", 0, 0), ("operations", 3, 0), (null, 0, 1)], preview.Teams.Select(t => (t.Team, t.Before, t.After)));
        Assert.Equal("#1003", Assert.Single(preview.Nobodys).Number);
        Assert.Equal("fallback", Assert.Single(preview.Problems).Field);
        Assert.False(preview.Moving.Single(o => o.Number == "#1001").StuckNow);
        Assert.Equal("erp.customer_blocked", preview.Moving.Single(o => o.Number == "#1001").Code);
        Assert.Equal(0, (await rig.Store.ReadAsync(TenantScope.Default, Ct)).Version);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_two_who_publish_at_once_one_is_told_who_was_first(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        var both = await Task.WhenAll(
            Task.Run(() => rig.Store.PublishAsync(TenantScope.Default, Two, 0, "Ada", "two teams", Ct), Ct), Task.Run(() => rig.Store.PublishAsync(TenantScope.Default, Two with { Fallback = "finance" }, 0, "Bea", "finance first", Ct), Ct));
        var lost = Assert.Single(both, o => !o.Accepted);
        Assert.Equal("changed_meanwhile", lost.Code);
        Assert.Contains("published version 1", lost.Message, StringComparison.Ordinal);
        Assert.Single(await rig.Store.VersionsAsync(TenantScope.Default, Ct));
    }

    [Fact]
    public async Task Versions_say_who_changed_what_and_can_be_gone_back_to()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Assert.Equal("reason_missing", (await rig.Store.PublishAsync(TenantScope.Default, Two, 0, "Ada", " ", Ct)).Code);
        Assert.Equal("invalid", (await rig.Store.PublishAsync(TenantScope.Default, Two with { Fallback = null }, 0, "Ada", "r", Ct)).Code);
        await rig.PublishAsync(Two);
        await rig.PublishAsync(Two with { Rules = [Two.Rules[0]], Fallback = "finance" });
        Assert.Equal("already_done", (await rig.Store.PublishAsync(TenantScope.Default, Two with { Rules = [Two.Rules[0]], Fallback = "finance" }, 2, "Ada", "r", Ct)).Code);
        Assert.True((await rig.Store.RollBackAsync(TenantScope.Default, 1, 2, "Ada", "too much for finance", Ct)).Accepted);
        Assert.Equal("not_found", (await rig.Store.RollBackAsync(TenantScope.Default, 9, 3, "Ada", "r", Ct)).Code);
        var versions = await rig.Store.VersionsAsync(TenantScope.Default, Ct);
        Assert.Equal([3, 2, 1], versions.Select(v => v.Version));
        Assert.Equal(["rule removed: country is US → export", "what no rule fits: desk → finance"], versions[1].Changes);
        Assert.Equal(["rule added: country is US → export", "what no rule fits: finance → desk"], versions[0].Changes);
        Assert.Empty(await rig.Store.VersionsAsync(new(2), Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_case_given_to_a_team_takes_its_orders_along_today_and_tomorrow(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        await rig.PublishAsync(Two);
        await rig.FailAsync(1);
        var group = (await rig.OrderAsync(1)).CaseId!.Value;
        Assert.Equal("team_unknown", (await rig.Store.AssignCaseAsync(TenantScope.Default, group, "ghosts", "Ada", "r", Ct)).Code);
        Assert.Equal("not_found", (await rig.Store.AssignCaseAsync(TenantScope.Default, Guid.Empty, "desk", "Ada", "r", Ct)).Code);
        Assert.True((await rig.Store.AssignCaseAsync(TenantScope.Default, group, "desk", "Ada", "they wrote to the customer", Ct)).Accepted);
        await rig.FailAsync(2);
        Assert.Equal(["desk", "desk"], await OwnersAsync(rig));
        await rig.Decider.DecideAsync(Ct);
        Assert.Equal(["desk", "desk"], await OwnersAsync(rig));
        Assert.True((await rig.Store.AssignCaseAsync(TenantScope.Default, group, null, "Ada", "over", Ct)).Accepted);
        await rig.Decider.DecideAsync(Ct);
        Assert.Equal(["finance", "finance"], await OwnersAsync(rig));
    }

    [Fact]
    public async Task Members_that_no_account_has_are_named()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.PublishAsync(Two with { Teams = [OwnershipRig.Team("finance", "bo", "nina", "role:business"), Two.Teams[1], Two.Teams[2]] });
        Assert.Equal(["nina"], (await rig.Store.ReadAsync(TenantScope.Default, Ct)).Unknown);
    }

    private static async Task<List<string?>> OwnersAsync(OwnershipRig rig) => [.. (await rig.Engine.RowsAsync<TransactionRow>(Ct)).OrderBy(t => t.Id).Select(t => t.Owner)];
}
