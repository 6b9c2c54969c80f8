using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Runtime.Tests.Transactions;

/// <summary>Many orders for one cause: looked at first, a few before the others, at a rate, stopped and gone on with.</summary>
public sealed class BulkReplayTests
{
    private static readonly BulkSelection Refused = new(TransactionState.Stuck, "erp.refused", null, null);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_failed_for_one_cause_is_counted_replayed_at_a_rate_and_done(DatabaseProvider provider)
    {
        await using var rig = await StuckAsync(provider, 25);
        var replays = Replays(rig);
        var preview = await replays.PreviewAsync(TenantScope.Default, Refused, Ct);
        Assert.Equal((25, ("erp.refused", 25)), (preview.Count, preview.ByCode.Single()));
        Assert.Equal(0, (await replays.PreviewAsync(TenantScope.Default, Refused with { Code = "other" }, Ct)).Count);
        var id = await StartAsync(rig, perSecond: 10, canary: 0);
        var runner = Runner(rig);
        await runner.TickAsync(Ct);
        Assert.Equal(10, (await replays.FindAsync(TenantScope.Default, id, Ct))!.Sent);
        for (var i = 0; i < 3; i++)
            await runner.TickAsync(Ct);
        var done = (await replays.FindAsync(TenantScope.Default, id, Ct))!;
        Assert.Equal((BulkReplayState.Done, 25, 25, 0), (done.State, done.Total, done.Sent, done.LeftOut));
        await rig.DrainAsync(Ct);
        Assert.All(await rig.RowsAsync<TransactionRow>(Ct), t => Assert.Equal("wms-ack", t.Step));
        Assert.Equal(25, rig.Erp.Done.Count);
    }

    [Fact]
    public async Task When_the_first_ones_fail_again_the_others_wait_for_a_person()
    {
        await using var rig = await StuckAsync(DatabaseProvider.Sqlite, 20);
        for (var i = 0; i < 3; i++)
            rig.Erp.ThenFail(FaultKind.Data, "erp.refused");
        var id = await StartAsync(rig, perSecond: 100, canary: 3);
        var runner = Runner(rig);
        await runner.TickAsync(Ct);
        Assert.Equal(3, (await FindAsync(rig, id)).Sent);
        await rig.DrainAsync(Ct);
        await runner.TickAsync(Ct);
        var paused = await FindAsync(rig, id);
        Assert.Equal((BulkReplayState.Paused, 3), (paused.State, paused.Sent));
        Assert.StartsWith("3 of the first 3 are stuck again", paused.Note, StringComparison.Ordinal);
        await runner.TickAsync(Ct);
        Assert.Equal(3, (await FindAsync(rig, id)).Sent);

        Assert.True((await Replays(rig).ChangeAsync(TenantScope.Default, id, BulkReplayState.Running, "Bo", Ct)).Accepted);
        await runner.TickAsync(Ct);
        Assert.Equal(20, (await FindAsync(rig, id)).Sent);
    }

    [Fact]
    public async Task When_the_first_ones_come_through_the_others_follow()
    {
        await using var rig = await StuckAsync(DatabaseProvider.Sqlite, 20);
        var id = await StartAsync(rig, perSecond: 100, canary: 3);
        var runner = Runner(rig);
        await runner.TickAsync(Ct);
        await runner.TickAsync(Ct);
        Assert.Equal((BulkReplayState.Running, 3), ((await FindAsync(rig, id)).State, (await FindAsync(rig, id)).Sent));
        await rig.DrainAsync(Ct);
        await runner.TickAsync(Ct);
        await runner.TickAsync(Ct);
        Assert.Equal(20, (await FindAsync(rig, id)).Sent);
    }

    [Fact]
    public async Task A_cancelled_one_sends_no_more_and_a_closed_order_is_left_alone_by_nobody_twice()
    {
        await using var rig = await StuckAsync(DatabaseProvider.Sqlite, 20);
        var id = await StartAsync(rig, perSecond: 5, canary: 0);
        var runner = Runner(rig);
        await runner.TickAsync(Ct);
        Assert.True((await Replays(rig).ChangeAsync(TenantScope.Default, id, BulkReplayState.Cancelled, "Bo", Ct)).Accepted);
        await runner.TickAsync(Ct);
        await rig.DrainAsync(Ct);
        Assert.Equal((BulkReplayState.Cancelled, 5, 5), ((await FindAsync(rig, id)).State, (await FindAsync(rig, id)).Sent, rig.Erp.Done.Count));
        Assert.Equal("state", (await Replays(rig).ChangeAsync(TenantScope.Default, id, BulkReplayState.Running, "Bo", Ct)).Code);
    }

    [Fact]
    public async Task Another_node_goes_on_where_one_died_and_repeats_nothing()
    {
        await using var rig = await StuckAsync(DatabaseProvider.Sqlite, 20);
        var id = await StartAsync(rig, perSecond: 8, canary: 0);
        await Runner(rig).TickAsync(Ct);
        await using (var context = rig.Db.CreateContext())
        {
            // It died after sending and before it could note that.
            foreach (var item in context.BulkReplayItems.Where(i => i.ReplayId == id))
                item.State = BulkReplayItemState.Pending;
            await context.SaveChangesAsync(Ct);
        }

        await rig.DrainAsync(Ct);
        rig.NewNode();
        var other = Runner(rig);
        await other.TickAsync(Ct);
        Assert.Equal(8, (await FindAsync(rig, id)).Sent);
        rig.Clock.Advance(TimeSpan.FromSeconds(20));
        for (var i = 0; i < 4; i++)
            await other.TickAsync(Ct);
        await rig.DrainAsync(Ct);
        Assert.Equal(BulkReplayState.Done, (await FindAsync(rig, id)).State);
        Assert.Equal((20, 20), (rig.Erp.Done.Count, rig.Erp.Done.Distinct().Count()));
        Assert.Equal(20, (await rig.RowsAsync<JournalRow>(Ct)).Count(j => j.Type == JournalEventType.Replayed));
    }

    [Fact]
    public async Task The_same_id_starts_one()
    {
        await using var rig = await StuckAsync(DatabaseProvider.Sqlite, 2);
        var id = await StartAsync(rig, 1, 0);
        var again = await Replays(rig).StartAsync(TenantScope.Default, id, new(Refused, null, false, 1, 0, "r"), "Bo", Ct);
        Assert.Equal("already_done", again.Code);
        Assert.Single(await Replays(rig).ListAsync(TenantScope.Default, Ct));
        Assert.Equal("nothing_fits", (await Replays(rig).StartAsync(TenantScope.Default, EntityId.New(rig.Clock), new(Refused with { System = "nobody" }, null, false, 1, 0, "r"), "Bo", Ct)).Code);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task It_stops_by_itself_when_too_many_are_stuck_again(DatabaseProvider provider)
    {
        await using var rig = await StuckAsync(provider, 30);
        for (var i = 0; i < 4; i++)
            rig.Erp.ThenFail(FaultKind.Data, "erp.refused");
        var id = await StartAsync(rig, perSecond: 10, canary: 0);
        var runner = Runner(rig);
        await runner.TickAsync(Ct);
        await rig.DrainAsync(Ct);
        await runner.TickAsync(Ct);
        var stopped = await FindAsync(rig, id);
        Assert.Equal((BulkReplayState.Paused, 10, 6, 4), (stopped.State, stopped.Sent, stopped.Proven, stopped.StuckAgain));
        Assert.StartsWith("Stopped: 4 of the 10 judged so far are stuck again, more than 20 %", stopped.Note, StringComparison.Ordinal);
        var again = (await Replays(rig).ItemsAsync(TenantScope.Default, id, BulkReplayItemState.StuckAgain, null, 3, Ct));
        Assert.Equal((3, "The target said no."), (again.Items.Count, again.Items[0].Outcome));
        Assert.Single((await Replays(rig).ItemsAsync(TenantScope.Default, id, BulkReplayItemState.StuckAgain, again.Next, 3, Ct)).Items);
        // Who resumes has seen it.
        await Replays(rig).ChangeAsync(TenantScope.Default, id, BulkReplayState.Running, "Bo", Ct);
        for (var i = 0; i < 3; i++)
            await runner.TickAsync(Ct);
        Assert.Equal(30, (await FindAsync(rig, id)).Sent);
    }

    [Fact]
    public async Task What_cannot_be_replayed_is_left_out_with_the_reason_and_the_second_of_two_people_is_told()
    {
        await using var rig = await StuckAsync(DatabaseProvider.Sqlite, 5);
        var ids = (await rig.RowsAsync<TransactionRow>(Ct)).Select(t => t.Id).Order().Take(3).ToList();
        var id = EntityId.New(rig.Clock);
        Assert.Equal("too_many_ids", (await Replays(rig).StartAsync(TenantScope.Default, id, new(Refused with { Ids = [.. Enumerable.Range(0, 1001).Select(_ => Guid.CreateVersion7())] }, null, false, 10, 0, "r"), "Bo", Ct)).Code);
        Assert.True((await Replays(rig).StartAsync(TenantScope.Default, id, new(Refused with { Ids = ids }, null, false, 10, 0, "r"), "Bo", Ct)).Accepted);
        await using (var context = rig.Db.CreateContext())
        {
            var cancelled = context.Transactions.Single(t => t.Id == ids[0]);
            cancelled.State = TransactionState.Cancelled;
            await context.SaveChangesAsync(Ct);
        }

        await Runner(rig).TickAsync(Ct);
        var items = (await Replays(rig).ItemsAsync(TenantScope.Default, id, null, null, 50, Ct)).Items;
        Assert.Equal([BulkReplayItemState.LeftOut, BulkReplayItemState.Sent, BulkReplayItemState.Sent], items.Select(i => i.State));
        Assert.Contains("is cancelled", items[0].Outcome, StringComparison.Ordinal);
        Assert.Null(await Replays(rig).CameSinceAsync(TenantScope.Default, id, Ct));
        var other = await StartAsync(rig, 1, 0);
        Assert.True((await Replays(rig).ChangeAsync(TenantScope.Default, other, BulkReplayState.Cancelled, "Ada", Ct)).Accepted);
        Assert.Equal("Ada cancelled it.", (await Replays(rig).ChangeAsync(TenantScope.Default, other, BulkReplayState.Cancelled, "Bo", Ct)).Message);
        Assert.Contains("Last: Ada cancelled it", (await Replays(rig).ChangeAsync(TenantScope.Default, other, BulkReplayState.Running, "Bo", Ct)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_waits_in_the_bulk_lane_and_what_comes_of_it_later_does_not()
    {
        await using var rig = await StuckAsync(DatabaseProvider.Sqlite, 3);
        await StartAsync(rig, perSecond: 10, canary: 0);
        await Runner(rig).TickAsync(Ct);
        Assert.All(await rig.RowsAsync<WorkItemRow>(Ct), w => Assert.Equal((Domain.Flows.Lane.Bulk, WorkState.Ready), (w.Lane, w.State)));
        await rig.DrainAsync(Ct);
        Assert.All(await rig.RowsAsync<WorkItemRow>(Ct), w => Assert.Equal((Domain.Flows.Lane.Orders, WorkState.Waiting), (w.Lane, w.State)));
    }

    private static BulkReplays Replays(EngineRig rig) => new(rig.Db, rig.Clock);

    internal static BulkReplayRunner Runner(EngineRig rig) =>
        new(rig.Db, new(rig.Db, rig.Writer, new LanePumps([]), new FlowsOf(rig.Flow), rig.Clock), new(), rig.Node, new LeaseClock(rig.Clock), rig.Clock, NullLogger<BulkReplayRunner>.Instance);

    private static async Task<BulkReplayRow> FindAsync(EngineRig rig, Guid id) => (await Replays(rig).FindAsync(TenantScope.Default, id, Ct))!;

    private static async Task<Guid> StartAsync(EngineRig rig, int perSecond, int canary)
    {
        var id = EntityId.New(rig.Clock);
        Assert.True((await Replays(rig).StartAsync(TenantScope.Default, id, new(Refused, null, false, perSecond, canary, "tax code added"), "Bo", Ct)).Accepted);
        return id;
    }

    private static async Task<EngineRig> StuckAsync(DatabaseProvider provider, int count)
    {
        var rig = await EngineRig.StartAsync(provider, Ct);
        for (var i = 1; i <= count; i++)
        {
            rig.Erp.ThenFail(FaultKind.Data, "erp.refused");
            rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await rig.ReceiveAsync("shop", Orders.Order(i));
        }

        await rig.DrainAsync(Ct);
        return rig;
    }
}
