using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Changes;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Changes;

/// <summary>A change or cancellation that races the hand-over: before it, during it, after the pick, after the shipment. Each outcome is told, and none is an accident.</summary>
public sealed class OrderChangeTests
{
    private const string Reference = "SHOP-1001";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Before_the_hand_over_a_cancellation_ends_the_order_and_nobody_is_asked(DatabaseProvider provider)
    {
        await using var rig = await ChangeRig.StartAsync(provider, Ct);
        rig.Engine.Erp.ThenFail(FaultKind.Transient);
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        await rig.CancelAsync();
        await rig.Engine.PassAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Equal("Done: wms NotTold, erp NotTold", await rig.SaidAsync(Ct));
        Assert.Equal(TransactionState.Cancelled, (await rig.OrderAsync(Ct)).State);
        Assert.Empty(rig.Engine.Erp.Done);
        Assert.Equal((0, 0), (rig.Engine.WmsCancel.Calls, rig.Engine.ErpCancel.Calls));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task During_the_hand_over_it_is_handed_over_and_taken_back_everywhere(DatabaseProvider provider)
    {
        await using var rig = await ChangeRig.StartAsync(provider, Ct);
        rig.Engine.Wms.Before = _ => rig.CancelAsync();
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("Done: wms Accepted, erp Accepted", await rig.SaidAsync(Ct));
        Assert.Equal(TransactionState.Cancelled, (await rig.OrderAsync(Ct)).State);
        Assert.Equal((1, 1, 1), (rig.Engine.Wms.Done.Count, rig.Engine.WmsCancel.Done.Count, rig.Engine.ErpCancel.Done.Count));
        Assert.Null(await rig.ReturnAsync(Ct));
    }

    [Fact]
    public async Task A_lost_answer_of_the_hand_over_is_settled_before_the_cancellation_asks_anybody()
    {
        await using var rig = await ChangeRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Engine.Wms.ThenLoseTheAnswer();
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        await rig.CancelAsync();
        await rig.Engine.PassAsync(TimeSpan.FromMinutes(2), Ct);
        Assert.Equal(1, rig.Engine.Wms.LookUps);
        Assert.Equal("Done: wms Accepted, erp Accepted", await rig.SaidAsync(Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task After_the_pick_it_is_too_late_the_order_runs_on_and_a_return_is_begun(DatabaseProvider provider)
    {
        await using var rig = await ChangeRig.StartAsync(provider, Ct);
        rig.Engine.WmsCancel.ThenFail(FaultKind.Data, "wms.cancel_too_late");
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        await rig.CancelAsync();
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("TooLate: wms TooLate, erp Kept", await rig.SaidAsync(Ct));
        Assert.Equal((TransactionState.Waiting, "wms-ack"), ((await rig.OrderAsync(Ct)).State, (await rig.OrderAsync(Ct)).Step));
        Assert.Equal(0, rig.Engine.ErpCancel.Calls);
        var back = (await rig.ReturnAsync(Ct))!;
        Assert.Equal(("#1001-R", TransactionState.Stuck, "return.goods_out"), (back.Number, back.State, back.FaultCode));
        Assert.Equal(back.Id, (await rig.OfAsync(Ct))[0].ReturnId);
        Assert.NotNull(back.CaseId);
        Assert.NotNull(back.WorkRank);

        await rig.Engine.ShippedAsync(Reference, "S1", ("L1", 1), ("L2", 2));
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.OrderAsync(Ct)).State);
        // The goods are back: whoever had them brought says so by a retry.
        await rig.Engine.Commands.RetryNowAsync(1, back.Id, "Ada", "", Domain.Shared.EntityId.New(rig.Engine.Clock), Ct);
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.ReturnAsync(Ct))!.State);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task After_the_shipment_nobody_is_asked_even_when_the_order_is_closed(DatabaseProvider provider)
    {
        await using var rig = await ChangeRig.StartAsync(provider, Ct);
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        await rig.Engine.ShippedAsync(Reference, "S1", ("L1", 1), ("L2", 2));
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.OrderAsync(Ct)).State);
        await rig.CancelAsync();
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("TooLate: wms TooLate, erp Kept", await rig.SaidAsync(Ct));
        Assert.Equal(TransactionState.Closed, (await rig.OrderAsync(Ct)).State);
        Assert.NotNull(await rig.ReturnAsync(Ct));
        Assert.Equal((0, 0), (rig.Engine.WmsCancel.Calls, rig.Engine.ErpCancel.Calls));
    }

    [Fact]
    public async Task A_system_without_an_operation_for_it_makes_it_a_persons_and_the_person_says_what_became_of_it()
    {
        foreach (var (settlement, expected, state) in new[]
        {
            (ChangeSettlement.Done, "Done: erp ByHand", TransactionState.Cancelled),
            (ChangeSettlement.RunOn, "Declined: erp NotOffered", TransactionState.Waiting),
        })
        {
            // A flow that has no warehouse to ask: only the ERP, which offers no way back.
            var flow = EngineRig.OrderToShipment();
            flow = flow with { Steps = [.. flow.Steps.Where(s => s.Id != "wms-order").Select(s => s is CallStep { Id: "erp-order" } c ? c with { Operation = "postShipment" } : s is MapStep m ? m with { For = "erp-order" } : s)] };
            await using var rig = await ChangeRig.StartAsync(DatabaseProvider.Sqlite, Ct, flow);
            await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
            await rig.Engine.DrainAsync(Ct);
            await rig.CancelAsync();
            await rig.Engine.DrainAsync(Ct);
            Assert.Equal("NeedsPerson: erp NotOffered", await rig.SaidAsync(Ct));
            var stuck = await rig.OrderAsync(Ct);
            Assert.Equal((TransactionState.Stuck, ChangeRules.ByHand), (stuck.State, stuck.FaultCode));
            Assert.Contains("The ERP", stuck.FaultMessage, StringComparison.Ordinal);
            // Another attempt changes nothing: a person has to say something.
            await rig.Engine.Commands.RetryNowAsync(1, stuck.Id, "Ada", "", Domain.Shared.EntityId.New(rig.Engine.Clock), Ct);
            await rig.Engine.DrainAsync(Ct);
            Assert.Equal("NeedsPerson: erp NotOffered", await rig.SaidAsync(Ct));
            Assert.True((await rig.SettleAsync(settlement, Ct)).Accepted);
            await rig.Engine.DrainAsync(Ct);
            Assert.Equal(expected, await rig.SaidAsync(Ct));
            Assert.Equal(state, (await rig.OrderAsync(Ct)).State);
            Assert.Equal("nothing_open", state == TransactionState.Waiting ? (await rig.SettleAsync(settlement, Ct)).Code : "nothing_open");
        }
    }

    [Fact]
    public async Task An_erp_that_refuses_after_the_warehouse_gave_it_back_cannot_run_on()
    {
        await using var rig = await ChangeRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Engine.ErpCancel.ThenFail(FaultKind.Data, "erp.refused");
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        await rig.CancelAsync();
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("NeedsPerson: wms Accepted, erp Refused", await rig.SaidAsync(Ct));
        Assert.Equal("gave_back", (await rig.SettleAsync(ChangeSettlement.RunOn, Ct)).Code);
        Assert.Equal("ships_not", (await rig.SettleAsync(ChangeSettlement.TooLate, Ct)).Code);
        Assert.True((await rig.SettleAsync(ChangeSettlement.Done, Ct)).Accepted);
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("Done: wms Accepted, erp ByHand", await rig.SaidAsync(Ct));
        Assert.Equal(1, rig.Engine.WmsCancel.Calls);
    }

    [Fact]
    public async Task A_warehouse_that_is_away_is_asked_again_and_only_once_more()
    {
        await using var rig = await ChangeRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Engine.WmsCancel.ThenFail(FaultKind.Transient);
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        await rig.CancelAsync();
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("Requested: wms Requested, erp Requested", await rig.SaidAsync(Ct));
        Assert.Equal(TransactionState.Retrying, (await rig.OrderAsync(Ct)).State);
        rig.Engine.NewNode();
        await rig.Engine.PassAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Equal("Done: wms Accepted, erp Accepted", await rig.SaidAsync(Ct));
        Assert.Single(rig.Engine.WmsCancel.Done);
    }

    [Fact]
    public async Task A_stuck_order_takes_a_cancellation_without_being_tried_again()
    {
        await using var rig = await ChangeRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Engine.Wms.ThenFail(FaultKind.Data, "wms.address_incomplete");
        rig.Engine.ErpCancel.ThenFail(FaultKind.Transient);
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal(TransactionState.Stuck, (await rig.OrderAsync(Ct)).State);
        await rig.CancelAsync();
        await rig.Engine.DrainAsync(Ct);
        await rig.Engine.PassAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Equal("Done: wms NotTold, erp Accepted", await rig.SaidAsync(Ct));
        Assert.Equal(1, rig.Engine.Wms.Calls);
    }

    [Fact]
    public async Task An_order_that_stays_stuck_after_a_change_that_means_nothing_is_as_it_was()
    {
        await using var rig = await ChangeRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Engine.Wms.ThenFail(FaultKind.Data, "wms.address_incomplete");
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        await rig.ChangeAsync(Orders.Order(1) with { UpdatedAt = Orders.Order(1).PlacedAt.AddMinutes(5) });
        await rig.Engine.DrainAsync(Ct);
        var stuck = await rig.OrderAsync(Ct);
        Assert.Equal((TransactionState.Stuck, "wms.address_incomplete"), (stuck.State, stuck.FaultCode));
        Assert.Equal(WorkState.Dead, (await rig.Engine.RowsAsync<WorkItemRow>(Ct)).Single().State);
        Assert.Equal(1, rig.Engine.Wms.Calls);
        Assert.Empty(await rig.OfAsync(Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Other_content_before_anybody_has_it_is_what_everybody_gets(DatabaseProvider provider)
    {
        await using var rig = await ChangeRig.StartAsync(provider, Ct);
        rig.Engine.Erp.ThenFail(FaultKind.Data, "erp.refused");
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        await rig.ChangeAsync(ChangeRig.Version(minute: 5, quantity: 7));
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("Done: wms NotTold, erp NotTold", await rig.SaidAsync(Ct));
        Assert.Equal(["SKU-1: 1 becomes 7"], (await rig.OfAsync(Ct))[0].Differences);
        Assert.Equal([7], rig.Engine.Erp.DoneOrders.Select(o => o.Lines[0].Quantity));
        Assert.Equal([7], rig.Engine.Wms.DoneOrders.Select(o => o.Lines[0].Quantity));
    }

    [Fact]
    public async Task Other_content_after_the_hand_over_goes_to_the_warehouse_by_its_own_operation_and_to_the_erp_by_hand()
    {
        await using var rig = await ChangeRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        await rig.ChangeAsync(ChangeRig.Version(minute: 5, quantity: 7));
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("NeedsPerson: wms Accepted, erp NotOffered", await rig.SaidAsync(Ct));
        Assert.Equal([7], rig.Engine.WmsChange.DoneOrders.Select(o => o.Lines[0].Quantity));
        await rig.SettleAsync(ChangeSettlement.Done, Ct);
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("Done: wms Accepted, erp ByHand", await rig.SaidAsync(Ct));
        // From now on seven are expected.
        await rig.Engine.ShippedAsync(Reference, "S1", ("L1", 7), ("L2", 2));
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.OrderAsync(Ct)).State);
    }

    [Fact]
    public async Task An_older_version_never_overwrites_a_newer_one_and_a_copy_that_moved_is_not_overwritten()
    {
        await using var rig = await ChangeRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Engine.Erp.ThenFail(FaultKind.Data, "erp.refused");
        await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
        await rig.Engine.DrainAsync(Ct);
        await rig.ChangeAsync(ChangeRig.Version(minute: 9, quantity: 9));
        await rig.Engine.DrainAsync(Ct);
        await rig.ChangeAsync(ChangeRig.Version(minute: 5, quantity: 5));
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal(ChangeState.Outdated, (await rig.OfAsync(Ct))[0].State);
        Assert.Equal(0, rig.Engine.WmsChange.Calls);
        Assert.Equal([9], rig.Engine.Wms.DoneOrders.Select(o => o.Lines[0].Quantity));

        rig.Engine.WmsChange.ThenFail(FaultKind.Conflict, "wms.version_moved");
        await rig.ChangeAsync(ChangeRig.Version(minute: 12, quantity: 12));
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("NeedsPerson: wms Moved, erp Requested", await rig.SaidAsync(Ct));
        Assert.Empty(rig.Engine.WmsChange.Done);
        // Somebody cancels while that is open: the content counts no more, and the cancellation goes everywhere.
        await rig.CancelAsync();
        await rig.Engine.DrainAsync(Ct);
        Assert.Equal("Done: wms Accepted, erp Accepted", await rig.SaidAsync(Ct));
        Assert.Equal([ChangeState.Done, ChangeState.Outdated, ChangeState.Outdated, ChangeState.Done], (await rig.OfAsync(Ct)).Select(c => c.State));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task In_its_time_of_grace_an_order_waits_before_it_is_given_to_the_warehouse(DatabaseProvider provider)
    {
        foreach (var byFlow in new[] { true, false })
        {
            var flow = EngineRig.OrderToShipment();
            if (byFlow)
                flow = flow with { Steps = [.. flow.Steps.Select(s => s is CallStep { Id: "wms-order" } c ? c with { Grace = TimeSpan.FromMinutes(30) } : s)] };
            await using var rig = await ChangeRig.StartAsync(provider, Ct, flow);
            if (!byFlow)
                rig.Engine.ChangeSettings.GraceMinutes["shop"] = 30;
            await rig.Engine.ReceiveAsync("shop", Orders.Order(1));
            await rig.Engine.ReceiveAsync("shop", Orders.Order(2));
            await rig.Engine.DrainAsync(Ct);
            Assert.Equal((2, 0), (rig.Engine.Erp.Done.Count, rig.Engine.Wms.Done.Count));
            Assert.All(await rig.Engine.RowsAsync<Runtime.Transactions.TransactionRow>(Ct), t => Assert.Equal((TransactionState.Waiting, "wms-order"), (t.State, t.Step)));
            await rig.Engine.PassAsync(TimeSpan.FromMinutes(29), Ct);
            Assert.Empty(rig.Engine.Wms.Done);
            await rig.CancelAsync(2);
            await rig.Engine.DrainAsync(Ct);
            Assert.Single(rig.Engine.ErpCancel.Done);
            await rig.Engine.PassAsync(TimeSpan.FromMinutes(1), Ct);
            Assert.Single(rig.Engine.Wms.Done);
            Assert.Equal([1], (await rig.Engine.RowsAsync<OrderChangeRow>(Ct)).Select(c => c.Number));
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(1441)]
    public void A_grace_that_is_no_time_of_a_day_is_refused_with_its_key(int minutes)
    {
        var refused = new ValidateChangeOptions().Validate(null, new() { GraceMinutes = { ["shop"] = minutes } });
        Assert.Contains("ControlPlane:Changes:GraceMinutes:shop", refused.FailureMessage, StringComparison.Ordinal);
        Assert.True(new ValidateChangeOptions().Validate(null, new() { GraceMinutes = { ["shop"] = 1440 } }).Succeeded);
    }
}
