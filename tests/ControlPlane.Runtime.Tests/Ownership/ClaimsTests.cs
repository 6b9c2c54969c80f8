using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Ownership;

/// <summary>Who has an order: one person at a time, with a lease, and every change is told in the order's story.</summary>
public sealed class ClaimsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static TenantScope One => TenantScope.Default;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_two_who_take_it_at_once_exactly_one_has_it_and_the_other_is_told_who(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        await rig.FailAsync(1);
        var id = (await rig.OrderAsync(1)).Id;
        for (var round = 0; round < 8; round++)
        {
            // First with no row, later with one that was given back.
            using var gate = new Barrier(2);
            var both = await Task.WhenAll(new[] { OwnershipRig.Bo, OwnershipRig.Li }.Select(person => Task.Run(async () =>
            {
                var claims = rig.NewClaims();
                gate.SignalAndWait(Ct);
                return (person, outcome: await claims.ClaimAsync(One, id, person, "", rig.Operation(), Ct));
            }, Ct)));
            var won = Assert.Single(both, b => b.outcome.Accepted);
            var lost = Assert.Single(both, b => !b.outcome.Accepted);
            Assert.Equal(("held", won.person.Key), (lost.outcome.Code, lost.outcome.Holder?.Person));
            Assert.StartsWith($"{won.person.Name} has order #1001 since 12:00 UTC, until 12:30 UTC.", lost.outcome.Message, StringComparison.Ordinal);
            Assert.Equal(won.person.Key, (await rig.Claims.FindAsync(One, id, Ct))!.Claim?.Person);
            Assert.True((await rig.Claims.ReleaseAsync(One, id, won.person, rig.Operation(), Ct)).Accepted);
        }

        Assert.Equal(16, (await rig.Engine.RowsAsync<WorkEventRow>(Ct)).Count);
        Assert.Equal(16, (await rig.Engine.RowsAsync<JournalRow>(Ct)).Count(j => j.Type == JournalEventType.OwnershipChanged));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Fifteen_clicks_are_one_claim(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        await rig.FailAsync(1);
        var id = (await rig.OrderAsync(1)).Id;
        var operation = rig.Operation();
        var all = await Task.WhenAll(Enumerable.Range(0, 15).Select(_ => Task.Run(() => rig.NewClaims().ClaimAsync(One, id, OwnershipRig.Bo, "", operation, Ct), Ct)));
        Assert.All(all, o => Assert.True(o.Accepted, o.Message));
        Assert.Single(all, o => o.Code == "accepted");
        Assert.Single(await rig.Engine.RowsAsync<WorkEventRow>(Ct));
        // The same click again, after it was given back: it was done.
        await rig.Claims.ReleaseAsync(One, id, OwnershipRig.Bo, rig.Operation(), Ct);
        Assert.Equal("already_done", (await rig.Claims.ClaimAsync(One, id, OwnershipRig.Bo, "", operation, Ct)).Code);
        Assert.Null((await rig.Claims.FindAsync(One, id, Ct))!.Claim);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_lease_that_runs_out_gives_the_order_back_and_one_that_is_renewed_does_not(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        await rig.FailAsync(1);
        var id = (await rig.OrderAsync(1)).Id;
        await rig.Claims.ClaimAsync(One, id, OwnershipRig.Bo, "", rig.Operation(), Ct);
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.True(await rig.Claims.RenewAsync(One, id, "bo", Ct));
        Assert.False(await rig.Claims.RenewAsync(One, id, "li", Ct));
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(29));
        Assert.Equal(0, await rig.Keeper.ExpireAsync(Ct));
        Assert.False((await rig.Claims.MayActAsync(One, id, "li", Ct)).May);
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(1));
        // Free at that moment, whether or not the keeper came by.
        Assert.Null((await rig.Claims.FindAsync(One, id, Ct))!.Claim);
        Assert.True((await rig.Claims.MayActAsync(One, id, "li", Ct)).May);
        Assert.False(await rig.Claims.RenewAsync(One, id, "bo", Ct));
        Assert.Equal(1, await rig.Keeper.ExpireAsync(Ct));
        Assert.Equal(0, await rig.Keeper.ExpireAsync(Ct));
        Assert.Equal("The lease of Bo Lind ran out; it is back in the queue", (await rig.Claims.FindAsync(One, id, Ct))!.Events[0].Text);
        Assert.True((await rig.Claims.ClaimAsync(One, id, OwnershipRig.Li, "", rig.Operation(), Ct)).Accepted);
    }

    [Fact]
    public async Task Acting_on_what_another_has_asks_to_take_it_over_with_a_reason()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.FailAsync(1);
        var id = (await rig.OrderAsync(1)).Id;
        await rig.Claims.ClaimAsync(One, id, OwnershipRig.Bo, "", rig.Operation(), Ct);
        var may = await rig.Claims.MayActAsync(One, id, "li", Ct);
        Assert.Equal((false, "bo"), (may.May, may.Holder?.Person));
        Assert.Contains("Bo Lind has order #1001", may.Message, StringComparison.Ordinal);
        Assert.True((await rig.Claims.ClaimAsync(One, id, OwnershipRig.Li, "Bo is ill", rig.Operation(), Ct)).Accepted);
        Assert.True((await rig.Claims.MayActAsync(One, id, "li", Ct)).May);
        Assert.Equal("not_held", (await rig.Claims.ReleaseAsync(One, id, OwnershipRig.Bo, rig.Operation(), Ct)).Code);
        Assert.Equal("took it over from Bo Lind: Bo is ill", (await rig.Claims.FindAsync(One, id, Ct))!.Events[0].Text);
        var bell = await rig.Bells.OfAsync(One, "bo", Ct);
        Assert.Equal((1, "Li Wan took over order #1001", $"/transactions/{id:D}"), (bell.Unread, bell.Items[0].Title, bell.Items[0].Path));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Handing_over_needs_a_note_and_reaches_a_person_or_a_team(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        await rig.PublishAsync(new() { Fallback = "desk", Teams = [OwnershipRig.Team("desk", "bo", "li"), OwnershipRig.Team("finance", "li") with { Leads = ["li"] }] });
        await rig.FailAsync(1);
        var id = (await rig.OrderAsync(1)).Id;
        Task<ClaimOutcome> Give(Person by, AssignTo to, string note = "call the customer") => rig.Claims.AssignAsync(One, id, to, by, note, rig.Operation(), Ct);
        Assert.Equal("not_allowed", (await Give(OwnershipRig.Bo, new("li", null))).Code);
        await rig.Claims.ClaimAsync(One, id, OwnershipRig.Bo, "", rig.Operation(), Ct);
        Assert.Equal("reason_missing", (await Give(OwnershipRig.Bo, new("li", null), "")).Code);
        Assert.Equal("person_unknown", (await Give(OwnershipRig.Bo, new("nobody", null))).Code);
        // Who may not free an order is not given one.
        Assert.Equal("person_unknown", (await Give(OwnershipRig.Bo, new("eve", null))).Code);
        Assert.Equal("team_unknown", (await Give(OwnershipRig.Bo, new(null, "ghosts"))).Code);
        var given = await Give(OwnershipRig.Bo, new("LI", null));
        Assert.Equal(("accepted", "li"), (given.Code, given.Holder?.Person));
        // Longer than a claim: four hours of the team's working time, from 12:00 on.
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 16, 0, 0, TimeSpan.Zero), given.Holder!.LeaseUntil, TimeSpan.FromSeconds(1));
        Assert.Equal("Bo Lind gave you order #1001", (await rig.Bells.OfAsync(One, "li", Ct)).Items[0].Title);
        await rig.Claims.RenewAsync(One, id, "li", Ct);
        Assert.True((await rig.Claims.FindAsync(One, id, Ct))!.Claim!.LeaseUntil > given.Holder.Since.AddHours(3));
        Assert.Equal("not_allowed", (await Give(OwnershipRig.Bo, new(null, "finance"))).Code);
        Assert.Equal("accepted", (await Give(OwnershipRig.Li, new(null, "finance"))).Code);
        var custody = (await rig.Claims.FindAsync(One, id, Ct))!;
        Assert.Equal(("finance", true, null), (custody.Team?.Key, custody.Assigned, custody.Claim));
        // Its lead hands it out; so do operators.
        Assert.Equal("accepted", (await Give(OwnershipRig.Li, new("bo", null))).Code);
        Assert.Equal("accepted", (await Give(OwnershipRig.Op, new("li", null))).Code);
        Assert.Equal(["gave it to Li Wan: call the customer", "gave it to Bo Lind: call the customer", "gave it to the team Finance: call the customer", "gave it to Li Wan: call the customer", "took it"],
            (await rig.Claims.FindAsync(One, id, Ct))!.Events.Select(e => e.Text));
    }

    [Fact]
    public async Task A_comment_is_kept_in_the_journal_and_takes_nothing_from_anybody()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.FailAsync(1);
        var id = (await rig.OrderAsync(1)).Id;
        await rig.Claims.ClaimAsync(One, id, OwnershipRig.Bo, "", rig.Operation(), Ct);
        Assert.Equal("reason_missing", (await rig.Claims.CommentAsync(One, id, OwnershipRig.Li, "", rig.Operation(), Ct)).Code);
        Assert.True((await rig.Claims.CommentAsync(One, id, OwnershipRig.Li, "The customer pays tomorrow.", rig.Operation(), Ct)).Accepted);
        Assert.Equal("bo", (await rig.Claims.FindAsync(One, id, Ct))!.Claim?.Person);
        Assert.Equal("Li Wan: The customer pays tomorrow.", (await rig.Engine.RowsAsync<JournalRow>(Ct)).Single(j => j.Type == JournalEventType.Commented).Summary);
    }

    [Fact]
    public async Task Who_only_reads_takes_nothing_and_what_is_done_is_taken_by_nobody()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.FailAsync(1);
        var id = (await rig.OrderAsync(1)).Id;
        var eve = new Person("eve", "Eve", ["executive"]);
        var refused = await rig.Claims.ClaimAsync(One, id, eve, "", rig.Operation(), Ct);
        Assert.Equal(("not_allowed", "Working on orders needs the role business, operator or admin."), (refused.Code, refused.Message));
        Assert.Equal("not_found", (await rig.Claims.ClaimAsync(One, Guid.Empty, OwnershipRig.Bo, "", rig.Operation(), Ct)).Code);
        Assert.Equal("not_found", (await rig.Claims.ClaimAsync(new(2), id, OwnershipRig.Bo, "", rig.Operation(), Ct)).Code);
        await using (var context = rig.Engine.Db.CreateContext())
            await context.Transactions.ExecuteUpdateAsync(s => s.SetProperty(t => t.State, TransactionState.Closed), Ct);
        Assert.Equal("finished", (await rig.Claims.ClaimAsync(One, id, OwnershipRig.Bo, "", rig.Operation(), Ct)).Code);
    }

    [Fact]
    public async Task Many_are_taken_each_by_itself()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        for (var i = 1; i <= 4; i++)
            await rig.FailAsync(i);
        var ids = (await rig.Engine.RowsAsync<TransactionRow>(Ct)).OrderBy(t => t.Id).Select(t => t.Id).ToList();
        await rig.Claims.ClaimAsync(One, ids[1], OwnershipRig.Li, "", rig.Operation(), Ct);
        var operation = rig.Operation();
        var items = await rig.Claims.ClaimManyAsync(One, [.. ids, Guid.Empty, ids[0]], OwnershipRig.Bo, operation, Ct);
        Assert.Equal(["accepted", "held", "accepted", "accepted", "not_found"], items.Select(i => i.Outcome.Code));
        // The same click again.
        Assert.Equal(["already_done", "held", "already_done", "already_done", "not_found"], (await rig.Claims.ClaimManyAsync(One, [.. ids, Guid.Empty], OwnershipRig.Bo, operation, Ct)).Select(i => i.Outcome.Code));
        Assert.Equal(4, (await rig.Claims.AssignManyAsync(One, ids, new("li", null), OwnershipRig.Op, "yours today", rig.Operation(), Ct)).Count(i => i.Outcome.Accepted));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => rig.Claims.ClaimManyAsync(One, [.. Enumerable.Range(0, 1_001).Select(_ => Guid.CreateVersion7())], OwnershipRig.Bo, operation, Ct));
    }

    [Fact]
    public async Task Colleagues_are_those_who_may_free_orders()
    {
        await using var rig = await OwnershipRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Assert.Equal(["ada", "bo", "li", "op"], (await rig.Claims.ColleaguesAsync(One, Ct)).Select(c => c.Key));
        Assert.Empty(await rig.Claims.ColleaguesAsync(new(2), Ct));
    }
}
