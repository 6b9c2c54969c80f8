using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Outbound;

/// <summary>Held work: nothing is sent, nothing is burned, and it goes on by itself.</summary>
public sealed class GateTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task In_a_declared_window_nothing_is_sent_and_no_attempt_burned(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await DeclareAsync(rig, "erp", TimeSpan.FromHours(4));
        await ReceiveAsync(rig, 1, 40);
        for (var i = 0; i < 24; i++)
            await rig.PassAsync(TimeSpan.FromMinutes(9), Ct);
        Assert.Equal(0, rig.Erp.Calls);
        Assert.All(await rig.RowsAsync<WorkItemRow>(Ct), w => Assert.Equal((WorkState.Held, 0, "erp"), (w.State, w.Attempts, w.HeldBy)));
        Assert.All(await rig.RowsAsync<TransactionRow>(Ct), t => Assert.Equal((TransactionState.Retrying, "held.maintenance", "erp"), (t.State, t.FaultCode, t.PartyConnection)));

        await rig.PassAsync(TimeSpan.FromMinutes(24), Ct);
        Assert.Equal(4, rig.Erp.Calls);
        await rig.PassAsync(TimeSpan.FromSeconds(1), Ct);
        Assert.Equal(12, rig.Erp.Calls);
        for (var i = 0; i < 4; i++)
            await rig.PassAsync(TimeSpan.FromSeconds(1), Ct);
        Assert.Equal(40, rig.Erp.Calls);
        var journal = await rig.RowsAsync<JournalRow>(Ct);
        Assert.Equal((40, 40), (journal.Count(j => j.Type == JournalEventType.Held), journal.Count(j => j.Type == JournalEventType.Released)));
        Assert.All(await rig.RowsAsync<WorkItemRow>(Ct), w => Assert.Equal((WorkState.Waiting, (string?)null), (w.State, w.HeldBy)));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_system_that_is_away_for_four_hours_is_probed_less_than_once_a_minute_and_costs_no_attempt(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var away = true;
        rig.Erp.Before = _ => away ? throw new ExchangeExceptionOf(FaultKind.Transient, "outbound.not_connected").Exception : Task.CompletedTask;
        await ReceiveAsync(rig, 1, 30);
        await rig.DrainAsync(Ct);
        Assert.Equal(Breaker.FewestFailures, rig.Erp.Calls);
        for (var i = 0; i < 4 * 60 * 6; i++)
            await rig.PassAsync(TimeSpan.FromSeconds(10), Ct);
        Assert.InRange(rig.Erp.Calls - Breaker.FewestFailures, 100, 240);
        Assert.All(await rig.RowsAsync<WorkItemRow>(Ct), w => Assert.Equal((WorkState.Held, 0), (w.State, w.Attempts)));
        Assert.DoesNotContain(await rig.RowsAsync<TransactionRow>(Ct), t => t.State == TransactionState.Stuck);

        away = false;
        for (var i = 0; i < 100; i++)
            await rig.PassAsync(TimeSpan.FromSeconds(1), Ct);
        Assert.All(await rig.RowsAsync<TransactionRow>(Ct), t => Assert.Equal("wms-ack", t.Step));
        Assert.Equal(30, rig.Erp.Done.Count);
        Assert.Equal(BreakerState.Closed, (await rig.RowsAsync<BreakerRow>(Ct)).Single().State);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_one_node_finds_out_the_others_obey_and_only_one_sends_the_probe(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        rig.Erp.Before = _ => throw new ExchangeExceptionOf(FaultKind.Transient, "http.502").Exception;
        await ReceiveAsync(rig, 1, 10);
        await rig.DrainAsync(Ct);
        var (calls, first) = (rig.Erp.Calls, rig.Gates);
        rig.NewNode();
        await rig.Gates.RefreshAsync(Ct);
        await ReceiveAsync(rig, 11, 10);
        await rig.DrainAsync(Ct);
        Assert.Equal(calls, rig.Erp.Calls);

        rig.Clock.Advance(TimeSpan.FromSeconds(4));
        var erp = rig.Connections.Find("erp")!;
        var connector = new ScriptedConnector("erp", rig.Erp);
        var asked = new[] { await first.CheckAsync(erp, connector, "createSalesOrder", Ct), await rig.Gates.CheckAsync(erp, connector, "createSalesOrder", Ct) };
        Assert.Single(asked, hold => hold is null);
    }

    [Fact]
    public async Task A_late_answer_of_before_neither_closes_the_breaker_nor_counts_as_a_probe()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var erp = rig.Connections.Find("erp")!;
        var connector = new ScriptedConnector("erp", rig.Erp);
        var before = rig.Clock.GetUtcNow();
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        for (var i = 0; i < 5; i++)
            await rig.Gates.ReportAsync(erp, connector, "createSalesOrder", EntityId.New(rig.Clock), rig.Clock.GetUtcNow(), new Fault(FaultKind.Transient, "http.500", "No."), Ct);
        var opened = rig.Gates.State.Breakers["erp/createSalesOrder"];
        await rig.Gates.ReportAsync(erp, connector, "createSalesOrder", EntityId.New(rig.Clock), before, null, Ct);
        Assert.NotNull(await rig.Gates.ReportAsync(erp, connector, "createSalesOrder", EntityId.New(rig.Clock), before, new Fault(FaultKind.Transient, "http.500", "No."), Ct));
        Assert.Equal((BreakerState.Open, 0, opened.ProbeAt), (rig.Gates.State.Breakers["erp/createSalesOrder"].State, rig.Gates.State.Breakers["erp/createSalesOrder"].Probes, rig.Gates.State.Breakers["erp/createSalesOrder"].ProbeAt));

        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        await rig.Gates.ReportAsync(erp, connector, "createSalesOrder", EntityId.New(rig.Clock), rig.Clock.GetUtcNow(), null, Ct);
        Assert.Equal(BreakerState.Closed, rig.Gates.State.Breakers["erp/createSalesOrder"].State);
    }

    [Fact]
    public async Task One_poisonous_order_becomes_a_dead_letter_and_holds_nobody_else()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Erp.Before = r => r.Order.Number == "#1001" ? throw new ExchangeExceptionOf(FaultKind.Transient, "http.500").Exception : Task.CompletedTask;
        await ReceiveAsync(rig, 1, 1);
        for (var i = 0; i < 40; i++)
            await rig.PassAsync(TimeSpan.FromMinutes(10), Ct);
        Assert.Equal(TransactionState.Stuck, (await rig.TransactionAsync(Ct)).State);
        await ReceiveAsync(rig, 2, 5);
        await rig.DrainAsync(Ct);
        Assert.Equal(5, (await rig.RowsAsync<TransactionRow>(Ct)).Count(t => t.Step == "wms-ack"));
        Assert.Empty(await rig.RowsAsync<BreakerRow>(Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_claim_gives_each_source_its_share(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await ReceiveAsync(rig, 1, 30);
        await ReceiveAsync(rig, 100, 3, "shop-b");
        var claim = await rig.Store.ClaimAsync(Lane.Orders, 10, TimeSpan.FromSeconds(60), Ct);
        Assert.Equal(10, claim.Activations.Count);
        Assert.Equal(3, claim.Activations.Count(a => a.Transaction.Connection == "shop-b"));
        Assert.Equal(["shop"], claim.Backlog);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_work_of_a_node_that_fell_silent_goes_to_the_others(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        if (provider == DatabaseProvider.Sqlite)
            Assert.SkipWhen(true, "The embedded database has one node.");
        await ReceiveAsync(rig, 1, 3);
        Assert.Equal(3, (await rig.Store.ClaimAsync(Lane.Orders, 10, TimeSpan.FromMinutes(10), Ct)).Activations.Count);
        rig.Clock.Advance(TimeSpan.FromSeconds(10));
        rig.NewNode();
        await rig.Store.SweepAsync(TimeSpan.FromSeconds(15), Ct);
        Assert.Empty((await rig.Store.ClaimAsync(Lane.Orders, 10, TimeSpan.FromMinutes(10), Ct)).Activations);
        rig.Clock.Advance(TimeSpan.FromSeconds(6));
        await rig.Store.SweepAsync(TimeSpan.FromSeconds(15), Ct);
        Assert.Equal(3, (await rig.Store.ClaimAsync(Lane.Orders, 10, TimeSpan.FromMinutes(10), Ct)).Activations.Count);
    }

    [Fact]
    public async Task At_shutdown_work_is_given_back_before_its_next_call()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await ReceiveAsync(rig, 1, 1);
        using var stopping = new CancellationTokenSource();
        rig.Erp.Before = _ => stopping.CancelAsync();
        var work = (await rig.Store.ClaimAsync(Lane.Orders, 10, TimeSpan.FromSeconds(60), Ct)).Activations.Single();
        await rig.Executor.RunAsync(work, stopping.Token, Ct);
        Assert.Equal((1, 0), (rig.Erp.Done.Count, rig.Wms.Calls));
        var row = (await rig.RowsAsync<WorkItemRow>(Ct)).Single();
        Assert.Equal((WorkState.Ready, "wms-order", 0), (row.State, row.Step, row.Attempts));
        rig.NewNode();
        await rig.DrainAsync(Ct);
        Assert.Equal((1, "wms-ack"), (rig.Erp.Calls, (await rig.TransactionAsync(Ct)).Step));
    }

    private static async Task ReceiveAsync(EngineRig rig, int from, int count, string connection = "shop")
    {
        for (var i = 0; i < count; i++)
        {
            rig.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await rig.ReceiveAsync(connection, Orders.Order(from + i));
        }
    }

    private static async Task DeclareAsync(EngineRig rig, string connection, TimeSpan length)
    {
        await using var context = rig.Db.CreateContext();
        context.MaintenanceWindows.Add(new()
        {
            Id = EntityId.New(rig.Clock), TenantId = 1, Connection = connection, StartsAt = rig.Clock.GetUtcNow().ToMicroseconds(), EndsAt = (rig.Clock.GetUtcNow() + length).ToMicroseconds(), Reason = "Update",
            DeclaredBy = "ops",
        });
        await context.SaveChangesAsync(Ct);
        await rig.Gates.RefreshAsync(Ct);
    }

    private sealed record ExchangeExceptionOf(FaultKind Kind, string Code)
    {
        public Domain.Connections.ExchangeException Exception => new(new Fault(Kind, Code, "The ERP cannot be reached."));
    }
}
