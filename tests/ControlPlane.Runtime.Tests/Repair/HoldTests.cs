using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Repair;

/// <summary>Orders that a person puts aside: nothing is sent until what they wait for comes.</summary>
public sealed class HoldTests
{
    private static readonly TenantScope Tenant = TenantScope.Default;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Until_its_time_nothing_is_sent_and_then_it_goes_on_by_itself(DatabaseProvider provider)
    {
        await using var rig = await RepairRig.StartAsync(provider, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        var until = rig.Engine.Clock.GetUtcNow().AddHours(2);
        var operation = rig.Operation();
        Assert.True((await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.At(until), "waits for the credit note", RepairRig.Bo, operation, Ct)).Accepted);
        Assert.Equal("already_done", (await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.At(until), "waits for the credit note", RepairRig.Bo, operation, Ct)).Code);
        Assert.Equal("held", (await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.At(until), "again", RepairRig.Ada, rig.Operation(), Ct)).Code);
        var held = await rig.OfAsync(stuck.Id, Ct);
        Assert.Equal((TransactionState.Retrying, HoldConditions.FaultCode), (held.State, held.FaultCode));
        var item = Assert.Single((await rig.Holds.ListAsync(Tenant, Ct)).Items);
        Assert.Equal(("Bo", "waits for the credit note", until), (item.By, item.Reason, item.Condition.Until));
        await rig.Engine.PassAsync(TimeSpan.FromMinutes(119), Ct);
        Assert.Equal(0, await rig.Keeper.TickAsync(Ct));
        Assert.Empty(rig.Engine.Erp.Done);
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, await rig.Keeper.TickAsync(Ct));
        await rig.Engine.DrainAsync(Ct);
        Assert.Single(rig.Engine.Erp.Done);
        Assert.Contains("The time that it was held until has come; it goes on by itself", await rig.JournalAsync(stuck.Id, Ct));
        Assert.Empty((await rig.Holds.ListAsync(Tenant, Ct)).Items);
        // What it was stuck for is left by proof.
        Assert.Null((await rig.OfAsync(stuck.Id, Ct)).CaseId);
    }

    [Fact]
    public async Task What_can_never_come_is_refused_before_anything_is_saved()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        foreach (var condition in new[] { HoldCondition.At(rig.Engine.Clock.GetUtcNow()), HoldCondition.OnEvent("stock.arrived"), HoldCondition.OnSystem("nobody"), HoldCondition.OnSystem("erp") })
            Assert.Equal("condition", (await rig.Holds.HoldAsync(Tenant, stuck.Id, condition, "r", RepairRig.Bo, rig.Operation(), Ct)).Code);
        Assert.Equal("reason_missing", (await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnEvent("order.updated"), "", RepairRig.Bo, rig.Operation(), Ct)).Code);
        Assert.Empty(await rig.Engine.RowsAsync<OrderHoldRow>(Ct));
        Assert.Equal(TransactionState.Stuck, (await rig.OfAsync(stuck.Id, Ct)).State);
    }

    [Fact]
    public async Task An_event_whose_step_was_not_begun_is_neither_offered_nor_taken()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        // Stuck at the ERP: the warehouse knows nothing of it.
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        Assert.Equal(["order.updated", "order.cancelled"], (await rig.Holds.ChoicesAsync(Tenant, stuck.Id, Ct))!.Events);
        var refused = await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnEvent("warehouse.acknowledged"), "r", RepairRig.Bo, rig.Operation(), Ct);
        Assert.Equal("condition", refused.Code);
        Assert.Contains("cannot come yet", refused.Message, StringComparison.Ordinal);
        await rig.Engine.Commands.RetryNowAsync(1, stuck.Id, "Ada", "", rig.Operation(), Ct);
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal(["warehouse.acknowledged", "warehouse.rejected", "shipment.confirmed", "order.updated", "order.cancelled"], (await rig.Holds.ChoicesAsync(Tenant, stuck.Id, Ct))!.Events);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_event_about_the_order_wakes_it(DatabaseProvider provider)
    {
        await using var rig = await RepairRig.StartAsync(provider, Ct);
        await rig.Engine.ReceiveAsync("shop", Engine.Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        var waiting = await rig.Engine.TransactionAsync(Ct);
        Assert.True((await rig.Holds.HoldAsync(Tenant, waiting.Id, HoldCondition.OnEvent("warehouse.acknowledged"), "asked the customer", RepairRig.Bo, rig.Operation(), Ct)).Accepted);
        await rig.Engine.PassAsync(TimeSpan.FromHours(2), Ct);
        Assert.Equal(0, await rig.Keeper.TickAsync(Ct));
        Assert.Equal(TransactionState.Retrying, (await rig.Engine.TransactionAsync(Ct)).State);
        await rig.Engine.EventAsync("warehouse.acknowledged", "SHOP-1001");
        Assert.Equal(0, await rig.Engine.DrainAsync(Ct));
        Assert.Equal(1, await rig.Keeper.TickAsync(Ct));
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("shipment", (await rig.Engine.TransactionAsync(Ct)).Step);
    }

    [Fact]
    public async Task A_system_that_is_open_again_wakes_it()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        var now = rig.Engine.Clock.GetUtcNow();
        await using (var context = rig.Engine.Db.CreateContext())
        {
            context.MaintenanceWindows.Add(new() { Id = rig.Operation(), TenantId = 1, Connection = "erp", StartsAt = Domain.Shared.Instant.ToMicroseconds(now.AddMinutes(-1)), EndsAt = Domain.Shared.Instant.ToMicroseconds(now.AddHours(1)), Reason = "update", DeclaredBy = "Ada" });
            await context.SaveChangesAsync(Ct);
        }

        await rig.Engine.Gates.RefreshAsync(Ct);
        Assert.Equal(("erp", "The ERP"), Assert.Single((await rig.Holds.ChoicesAsync(Tenant, stuck.Id, Ct))!.Closed));
        Assert.True((await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnSystem("erp"), "after the update", RepairRig.Bo, rig.Operation(), Ct)).Accepted);
        Assert.Equal(0, await rig.Keeper.TickAsync(Ct));
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(1, await rig.Keeper.TickAsync(Ct));
        Assert.Contains("The ERP can be called again; it goes on by itself", await rig.JournalAsync(stuck.Id, Ct));
    }

    [Fact]
    public async Task It_is_woken_by_hand_and_no_replay_of_many_sweeps_it_in()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnEvent("order.updated"), "r", RepairRig.Bo, rig.Operation(), Ct);
        Assert.Equal(0, (await new BulkReplays(rig.Engine.Db, rig.Engine.Clock).PreviewAsync(Tenant, new(TransactionState.Retrying, null, null, null), Ct)).Count);
        Assert.True((await rig.Holds.WakeAsync(Tenant, stuck.Id, "it was a mistake", RepairRig.Ada, rig.Operation(), Ct)).Accepted);
        Assert.Equal("not_held", (await rig.Holds.WakeAsync(Tenant, stuck.Id, "", RepairRig.Bo, rig.Operation(), Ct)).Code);
        Assert.Contains("Ada woke it: it was a mistake", await rig.JournalAsync(stuck.Id, Ct));
        await rig.Engine.DrainAsync(Ct);
        Assert.Single(rig.Engine.Erp.Done);
    }

    [Fact]
    public async Task A_hold_whose_order_moved_on_ends()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnEvent("order.updated"), "r", RepairRig.Bo, rig.Operation(), Ct);
        await rig.Engine.Commands.RetryNowAsync(1, stuck.Id, "Ada", "", rig.Operation(), Ct);
        await rig.Engine.DrainAsync(Ct);
        rig.Engine.Clock.Advance(TimeSpan.FromSeconds(11));
        await rig.Keeper.TickAsync(Ct);
        Assert.NotNull(Assert.Single(await rig.Engine.RowsAsync<OrderHoldRow>(Ct)).EndedAt);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_hold_that_is_taken_back_leaves_the_order_as_it_was_and_sends_nothing(DatabaseProvider provider)
    {
        await using var rig = await RepairRig.StartAsync(provider, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        var hold = rig.Operation();
        Assert.True((await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnEvent("order.updated"), "r", RepairRig.Bo, hold, Ct)).Accepted);
        Assert.Equal("too_late", (await rig.Holds.UndoAsync(Tenant, stuck.Id, rig.Operation(), RepairRig.Bo, rig.Operation(), Ct)).Code);
        var undo = rig.Operation();
        Assert.Equal("accepted", (await rig.Holds.UndoAsync(Tenant, stuck.Id, hold, RepairRig.Bo, undo, Ct)).Code);
        var back = await rig.OfAsync(stuck.Id, Ct);
        Assert.Equal((stuck.State, stuck.FaultCode, stuck.FaultMessage, stuck.CaseId, stuck.WorkRank, stuck.Since, stuck.PartyConnection), (back.State, back.FaultCode, back.FaultMessage, back.CaseId, back.WorkRank, back.Since, back.PartyConnection));
        Assert.Contains("Bo took the hold back; it is as it was", await rig.JournalAsync(stuck.Id, Ct));
        Assert.Equal(0, await rig.Engine.DrainAsync(Ct));
        Assert.Empty((await rig.Holds.ListAsync(Tenant, Ct)).Items);
        Assert.NotEqual("accepted", (await rig.Holds.UndoAsync(Tenant, stuck.Id, hold, RepairRig.Bo, rig.Operation(), Ct)).Code);
        // Later it is told what to do instead.
        hold = rig.Operation();
        await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnEvent("order.updated"), "r", RepairRig.Bo, hold, Ct);
        rig.Engine.Clock.Advance(IHolds.UndoFor + TimeSpan.FromSeconds(1));
        Assert.Contains("Wake it instead", (await rig.Holds.UndoAsync(Tenant, stuck.Id, hold, RepairRig.Bo, rig.Operation(), Ct)).Message, StringComparison.Ordinal);
        Assert.Single((await rig.Holds.ListAsync(Tenant, Ct)).Items);
    }
}
