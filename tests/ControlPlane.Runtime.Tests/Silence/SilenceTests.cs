using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Silence;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Runtime.Tests.Silence;

/// <summary>What did not happen: told by the engine's own timers at its deadline, and ended by the proof that it happened after all.</summary>
public sealed class SilenceTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    /// <summary>The flow of the rig with the deadlines of the shipped one.</summary>
    internal static FlowDefinition Flow()
    {
        var flow = EngineRig.OrderToShipment();
        return flow with
        {
            Steps = [.. flow.Steps.Select(s => s.Id switch
            {
                "erp-order" => s with { Title = "Post the sales order", Expect = new() { Within = TimeSpan.FromMinutes(10) } } as StepDefinition,
                "wms-order" => s with { Expect = new() { Within = TimeSpan.FromMinutes(10) } },
                "wms-ack" => s with { Expect = new() { OpenHours = true } },
                "shipment" => s with { Expect = new() { BeforeShipBy = TimeSpan.FromHours(4), PickUps = true, OpenHours = true } },
                "erp-shipment" or "channel" => s with { Expect = new() { Within = TimeSpan.FromMinutes(15) } },
                _ => s,
            })],
        };
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_lost_shipment_is_told_at_its_deadline_and_goes_by_the_proof_that_it_came(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct, Flow());
        var shipBy = rig.Clock.GetUtcNow().AddHours(30);
        await rig.ReceiveAsync("shop", Orders.Order(1, lines: 1) with { ShipBy = shipBy });
        await rig.DrainAsync(Ct);
        await rig.EventAsync("warehouse.acknowledged", "SHOP-1001");
        await rig.DrainAsync(Ct);
        var waiting = await rig.TransactionAsync(Ct);
        var by = shipBy.AddHours(-4).ToMicroseconds();
        Assert.Equal((TransactionState.Waiting, by, "shipment.confirmed", by, ExpectationReason.ShipBy), (waiting.State, waiting.DueAt, waiting.Expects, waiting.ExpectsBy, waiting.ExpectsWhy));

        await rig.PassAsync(TimeSpan.FromHours(26) - Second, Ct);
        Assert.Equal(TransactionState.Waiting, (await rig.TransactionAsync(Ct)).State);
        await rig.PassAsync(Second, Ct);
        var stuck = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Stuck, FaultKind.Overdue, "silence.shipment", "wms"), (stuck.State, stuck.FaultKind, stuck.FaultCode, stuck.PartyConnection));
        var @case = Assert.Single(await rig.RowsAsync<ExceptionCaseRow>(Ct));
        Assert.Equal((stuck.CaseId, "silence.shipment", "wait shipment.confirmed"), (@case.Id, @case.FaultCode, @case.Operation));
        // The warehouse confirmed the order: only so it is named.
        var verdict = await VerdictAsync(rig, stuck.Id);
        Assert.Equal(VerdictMove.Warehouse, verdict.Move);
        Assert.Contains("4 h before ship-by", verdict.Sentence, StringComparison.Ordinal);

        await rig.ShippedAsync("SHOP-1001", "S1", ("L1", 1));
        await rig.DrainAsync(Ct);
        var closed = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Closed, null, null, null), (closed.State, closed.CaseId, closed.Expects, closed.ExpectsBy));
        Assert.NotNull(Assert.Single(await rig.RowsAsync<ExceptionCaseMemberRow>(Ct)).LeftAt);
    }

    [Fact]
    public async Task The_last_pick_up_that_meets_ship_by_counts_in_the_zone_of_the_warehouse()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct, Flow());
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        rig.Calendars.Replace([new()
        {
            Name = "dhl", Carrier = "DHL", Connection = "wms", Zone = berlin, ReportedWithin = TimeSpan.FromMinutes(30),
            PickUps = [new([DayOfWeek.Monday, DayOfWeek.Tuesday], new(17, 0), new(15, 0))],
        }]);
        await rig.ReceiveAsync("shop", Orders.Order(1) with { ShipBy = new DateTimeOffset(2026, 11, 25, 22, 0, 0, TimeSpan.Zero) });
        await rig.DrainAsync(Ct);
        await rig.EventAsync("warehouse.acknowledged", "SHOP-1001");
        await rig.DrainAsync(Ct);
        var row = await rig.TransactionAsync(Ct);
        // Tuesday 17:00 in Berlin and half an hour to report it: nobody fetches on Wednesday.
        Assert.Equal((new DateTimeOffset(2026, 11, 24, 16, 30, 0, TimeSpan.Zero).ToMicroseconds(), ExpectationReason.PickUp), (row.ExpectsBy, row.ExpectsWhy));
        Assert.Contains("with the last pick-up that meets ship-by", (await VerdictAsync(rig, row.Id)).Sentence, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_order_without_its_ERP_document_is_an_exception_although_it_is_still_tried(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct, Flow());
        var away = true;
        // Few enough for the breaker to stay closed.
        rig.Erp.Before = _ => Task.CompletedTask;
        await rig.ReceiveAsync("shop", Orders.Order(1));
        var received = rig.Clock.GetUtcNow();
        Assert.Equal(("erp-posted", received.AddMinutes(10).ToMicroseconds()), ((await rig.TransactionAsync(Ct)).Expects, (await rig.TransactionAsync(Ct)).ExpectsBy));
        for (var i = 0; i < 5; i++)
            rig.Erp.ThenFail(FaultKind.Transient, "http.503", i == 3 ? TimeSpan.FromMinutes(9) : TimeSpan.FromSeconds(30));
        await rig.DrainAsync(Ct);
        for (var passed = TimeSpan.Zero; passed < TimeSpan.FromMinutes(10) - Second; passed += Second)
        {
            await rig.PassAsync(Second, Ct);
            if (rig.Erp.Calls == 4 && away)
                away = false;
        }

        Assert.Equal(TransactionState.Retrying, (await rig.TransactionAsync(Ct)).State);
        await rig.PassAsync(Second, Ct);
        var late = await rig.TransactionAsync(Ct);
        // Told at the deadline, with the fault of the last call, and tried on.
        Assert.Equal((TransactionState.Stuck, "http.503", 5), (late.State, late.FaultCode, rig.Erp.Calls));
        Assert.Equal("silence.erp", Assert.Single(await rig.RowsAsync<ExceptionCaseRow>(Ct)).FaultCode);
        Assert.Equal(WorkState.Ready, (await rig.RowsAsync<WorkItemRow>(Ct)).Single().State);
        var verdict = await VerdictAsync(rig, late.Id);
        Assert.StartsWith("ERP posted was due 12:10 UTC", verdict.Sentence, StringComparison.Ordinal);
        Assert.Contains("next try", verdict.Sentence, StringComparison.Ordinal);

        await rig.PassAsync(TimeSpan.FromMinutes(10), Ct);
        var on = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Waiting, "wms-ack", (Guid?)null), (on.State, on.Step, on.CaseId));
        Assert.Single(await rig.RowsAsync<ExceptionCaseMemberRow>(Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Held_orders_are_told_once_without_a_call_and_leave_when_they_are_through(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct, Flow());
        var away = true;
        rig.Erp.Before = _ => away ? throw new ExchangeException(new Fault(FaultKind.Transient, "outbound.not_connected", "Not connected.")) : Task.CompletedTask;
        for (var i = 1; i <= Breaker.FewestFailures + 3; i++)
            await rig.ReceiveAsync("shop", Orders.Order(i));
        await rig.DrainAsync(Ct);
        for (var i = 0; i < 10; i++)
            await rig.PassAsync(TimeSpan.FromMinutes(1) + Second, Ct);
        var calls = rig.Erp.Calls;
        Assert.All(await rig.RowsAsync<TransactionRow>(Ct), t => Assert.Equal(TransactionState.Stuck, t.State));
        Assert.All(await rig.RowsAsync<WorkItemRow>(Ct), w => Assert.True(w.State is WorkState.Held or WorkState.Ready, w.State.ToString()));
        Assert.Equal(("silence.erp", "erp"), Assert.Single((await rig.RowsAsync<ExceptionCaseRow>(Ct)).Select(c => (c.FaultCode, c.System))));
        // Nobody is called because somebody was told: only the breaker's probes go on.
        Assert.InRange(calls, Breaker.FewestFailures, Breaker.FewestFailures + 25);
        for (var i = 0; i < 10; i++)
            await rig.PassAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Equal(Breaker.FewestFailures + 3, (await rig.RowsAsync<ExceptionCaseMemberRow>(Ct)).Count);

        away = false;
        for (var i = 0; i < 30; i++)
            await rig.PassAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.All(await rig.RowsAsync<TransactionRow>(Ct), t => Assert.NotEqual("erp-order", t.Step));
        Assert.All(await rig.RowsAsync<ExceptionCaseMemberRow>(Ct), m => Assert.True(m.LeftAt is not null || m.CaseId != Guid.Empty));
        Assert.DoesNotContain(await rig.RowsAsync<TransactionRow>(Ct), t => t.FaultCode?.StartsWith("held.", StringComparison.Ordinal) == true);
    }

    [Fact]
    public async Task A_declared_window_is_no_silence_but_a_promise_knows_none()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct, Flow());
        var from = rig.Clock.GetUtcNow();
        await using (var context = rig.Db.CreateContext())
        {
            context.MaintenanceWindows.Add(new() { Id = EntityId.New(rig.Clock), TenantId = 1, Connection = "erp", StartsAt = from.ToMicroseconds(), EndsAt = from.AddHours(2).ToMicroseconds(), Reason = "Upgrade", DeclaredBy = "Bo" });
            await context.SaveChangesAsync(Ct);
        }

        await rig.Keeper.TickAsync(Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        for (var i = 0; i < 11; i++)
            await rig.PassAsync(TimeSpan.FromMinutes(10), Ct);
        var held = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Retrying, from.AddHours(2).AddMinutes(10).ToMicroseconds()), (held.State, held.ExpectsBy));
        Assert.Empty(await rig.RowsAsync<ExceptionCaseRow>(Ct));
    }

    [Fact]
    public async Task Nobody_is_named_whose_knowledge_of_the_order_is_not_proven()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct, Flow() with
        {
            Steps = [.. Flow().Steps.Where(s => s.Id is not ("wms-order" or "wms-ack"))],
        });
        await rig.ReceiveAsync("shop", Orders.Order(1) with { ShipBy = rig.Clock.GetUtcNow().AddHours(10) });
        await rig.DrainAsync(Ct);
        await rig.PassAsync(TimeSpan.FromHours(6) + Second, Ct);
        var stuck = await rig.TransactionAsync(Ct);
        Assert.Equal("silence.shipment", stuck.FaultCode);
        Assert.DoesNotContain("warehouse", stuck.FaultMessage, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(VerdictMove.Unknown, (await VerdictAsync(rig, stuck.Id)).Move);
    }

    [Fact]
    public async Task A_wait_for_what_nobody_promised_is_not_needed()
    {
        var flow = Flow();
        var steps = flow.Steps.ToList();
        steps.Insert(steps.FindIndex(s => s.Id == "channel") + 1, new WaitStep
        {
            Id = "notice-ack", Events = ["document.acknowledged"], Acknowledges = "channel", OnlyPromised = true, Deadline = TimeSpan.FromDays(1), System = SystemRole.B2B,
        });
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct, flow with { Steps = steps });
        Assert.Empty(FlowRules.Check(rig.Flow));
        await rig.ReceiveAsync("shop", Orders.Order(1, lines: 1));
        await rig.DrainAsync(Ct);
        await rig.ShippedAsync("SHOP-1001", "S1", ("L1", 1));
        await rig.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.TransactionAsync(Ct)).State);
    }

    private static async Task<Verdict> VerdictAsync(EngineRig rig, Guid id)
    {
        await using var context = rig.Db.CreateContext();
        var detail = await new DetailQuery(context, new FactsBuilder(new FlowsOf(rig.Flow), rig.Connections), rig.Clock).FindAsync(id, Ct);
        return VerdictRules.Decide(detail!.Facts, rig.Clock.GetUtcNow(), TimeZoneInfo.Utc);
    }
}
