using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Transactions;

/// <summary>Going through the flow again: what was done is recognised, and sent a second time only on purpose.</summary>
public sealed class ReplayTests
{
    private const string Reference = "SHOP-1001";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_closed_order_replayed_from_the_start_sends_nothing_again_and_waits_for_nothing(DatabaseProvider provider)
    {
        await using var rig = await ClosedAsync(provider, shipments: 2);
        var calls = (rig.Erp.Calls, rig.Wms.Calls, rig.ErpShipment.Calls, rig.Channel.Calls);
        var outcome = await ReplayAsync(rig, new(ReplayRequest.Start, false, false));
        Assert.True(outcome.Accepted, outcome.Message);
        await rig.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.TransactionAsync(Ct)).State);
        Assert.Equal(calls, (rig.Erp.Calls, rig.Wms.Calls, rig.ErpShipment.Calls, rig.Channel.Calls));
        var journal = await rig.RowsAsync<JournalRow>(Ct);
        Assert.Contains(journal, j => j.Type == JournalEventType.Replayed && j.Summary == "Bo replayed it from validate on version 1: wrong tax");
        Assert.Equal(6, journal.Count(j => j.Type == JournalEventType.StepSkipped && j.Summary.StartsWith("Not sent again", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_second_sending_happens_only_on_purpose_and_under_new_keys(DatabaseProvider provider)
    {
        await using var rig = await ClosedAsync(provider);
        Assert.True((await ReplayAsync(rig, new("erp-order", false, Reissue: true))).Accepted);
        await rig.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.TransactionAsync(Ct)).State);
        Assert.Equal((2, 2), (rig.Erp.Done.Count, rig.Erp.Done.Distinct().Count()));
        Assert.Equal([0, 1], (await rig.RowsAsync<EffectRow>(Ct)).Where(e => e.Step == "erp-order").Select(e => e.Epoch).Order());
    }

    [Fact]
    public async Task A_dead_letter_goes_on_from_the_step_it_failed_at()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Wms.ThenFail(FaultKind.Data);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        Assert.True((await ReplayAsync(rig, new(null, false, false))).Accepted);
        await rig.DrainAsync(Ct);
        Assert.Equal(("wms-ack", 1, 1), ((await rig.TransactionAsync(Ct)).Step, rig.Erp.Done.Count, rig.Wms.Done.Count));
    }

    [Fact]
    public async Task An_uncertain_write_is_not_repeated_by_a_replay_but_by_a_person_who_looked()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct, Booking);
        rig.Deaf.ThenLoseTheRequest();
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        Assert.Equal("outcome_unknown", (await ReplayAsync(rig, new(null, false, false))).Code);
        Assert.True((await ReplayAsync(rig, new(null, false, Reissue: true))).Accepted);
        await rig.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.TransactionAsync(Ct)).State);
        Assert.Equal([EffectState.Confirmed, EffectState.Skipped], (await rig.RowsAsync<EffectRow>(Ct)).Select(e => e.State).Order());
    }

    [Fact]
    public async Task Fifteen_clicks_are_one_replay()
    {
        await using var rig = await ClosedAsync(DatabaseProvider.Sqlite);
        var operation = EntityId.New(rig.Clock);
        var outcomes = new List<string>();
        for (var i = 0; i < 15; i++)
        {
            outcomes.Add((await ReplayAsync(rig, new(ReplayRequest.Start, false, false), operation)).Code);
            await rig.DrainAsync(Ct);
        }

        Assert.Equal(["accepted", .. Enumerable.Repeat("already_done", 14)], outcomes);
        Assert.Single(await rig.RowsAsync<JournalRow>(Ct), j => j.Type == JournalEventType.Replayed);
    }

    [Fact]
    public async Task What_cannot_be_replayed_is_said()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        Assert.Equal("not_found", (await rig.Commands.ReplayAsync(1, EntityId.New(rig.Clock), new(null, false, false), "Bo", "", EntityId.New(rig.Clock), Ct)).Code);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        Assert.Equal("step_unknown", (await ReplayAsync(rig, new("no-such-step", false, false))).Code);
        Assert.Single((await rig.Store.ClaimAsync(Lane.Orders, 10, TimeSpan.FromMinutes(1), Ct)).Activations);
        Assert.Equal("busy", (await ReplayAsync(rig, new(null, false, false))).Code);
    }

    [Fact]
    public async Task A_node_that_still_has_the_old_work_cannot_commit_after_a_replay()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Wms.ThenFail(FaultKind.Data);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        var before = (await rig.RowsAsync<WorkItemRow>(Ct)).Single().Fence;
        await ReplayAsync(rig, new(ReplayRequest.Start, false, false));
        var after = (await rig.RowsAsync<WorkItemRow>(Ct)).Single();
        Assert.Equal((before + 1, WorkState.Ready, "validate"), (after.Fence, after.State, after.Step));
    }

    private static FlowDefinition Booking => new()
    {
        Name = "booking",
        Trigger = new("order.created", []),
        Steps = [new CallStep { Id = "book", Connection = "role:wms", Operation = "bookCarrier" }, new CloseStep { Id = "close", Stage = "closed" }],
    };

    private static async Task<EngineRig> ClosedAsync(DatabaseProvider provider, int shipments = 1)
    {
        var rig = await EngineRig.StartAsync(provider, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        await rig.EventAsync("warehouse.acknowledged", Reference);
        await rig.DrainAsync(Ct);
        if (shipments == 1)
        {
            await rig.ShippedAsync(Reference, "S1", ("L1", 1), ("L2", 2));
        }
        else
        {
            await rig.ShippedAsync(Reference, "S1", ("L1", 1));
            await rig.DrainAsync(Ct);
            await rig.ShippedAsync(Reference, "S2", ("L2", 2));
        }

        await rig.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.TransactionAsync(Ct)).State);
        return rig;
    }

    private static async Task<CommandOutcome> ReplayAsync(EngineRig rig, ReplayRequest request, Guid? operation = null) =>
        await rig.Commands.ReplayAsync(1, (await rig.TransactionAsync(Ct)).Id, request, "Bo", "wrong tax", operation ?? EntityId.New(rig.Clock), Ct);
}
