using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Engine;

/// <summary>The life of an order on a clock that the test owns, on every database.</summary>
public sealed class OrderFlowTests
{
    private const string Reference = "SHOP-1001";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_order_travels_to_the_warehouse_and_back(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        Assert.IsType<ReceiveOutcome.Accepted>(await rig.ReceiveAsync("shop", Orders.Order(1)));
        await rig.DrainAsync(Ct);
        var waiting = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Waiting, "wms-ack", "wms-instructed"), (waiting.State, waiting.Step, waiting.Stage));
        Assert.Equal("wms", waiting.PartyConnection);

        await rig.EventAsync("warehouse.acknowledged", Reference);
        await rig.DrainAsync(Ct);
        Assert.Equal("shipment", (await rig.TransactionAsync(Ct)).Step);

        await rig.ShippedAsync(Reference, "S1", ("L1", 1), ("L2", 2));
        await rig.DrainAsync(Ct);
        var closed = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Closed, "closed"), (closed.State, closed.Stage));
        Assert.NotNull(closed.ClosedAt);
        Assert.Single(rig.Erp.Done);
        Assert.Single(rig.Wms.Done);
        Assert.Single(rig.ErpShipment.Done);
        Assert.Single(rig.Channel.Done);
        Assert.All(await rig.RowsAsync<EffectRow>(Ct), e => Assert.Equal(EffectState.Confirmed, e.State));
        var numbers = (await rig.RowsAsync<TransactionIdentifierRow>(Ct)).Select(i => i.Value).ToHashSet();
        Assert.Superset(new HashSet<string> { "1001", "5001", "SHOP-1001", "SO-5001", "WMS-5001", "S1", "TRK-S1" }, numbers);
    }

    [Theory]
    [InlineData(1, "Order checked: 1 line, complete")]
    [InlineData(2, "Order checked: 2 lines, complete")]
    public async Task The_lines_that_were_checked_are_counted_in_words(int lines, string told)
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1, lines: lines));
        await rig.DrainAsync(Ct);
        Assert.Contains(await rig.RowsAsync<JournalRow>(Ct), j => j.Type == JournalEventType.Validated && j.Summary == told);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task The_same_order_again_is_acknowledged_and_does_nothing(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var first = (ReceiveOutcome.Accepted)await rig.ReceiveAsync("shop", Orders.Order(1), "d-1");
        var sameDelivery = (ReceiveOutcome.Accepted)await rig.ReceiveAsync("shop", Orders.Order(1), "d-1");
        var otherDelivery = (ReceiveOutcome.Accepted)await rig.ReceiveAsync("shop", Orders.Order(1), "d-2");
        var thatDeliveryAgain = (ReceiveOutcome.Accepted)await rig.ReceiveAsync("shop", Orders.Order(1), "d-2");
        foreach (var repeat in new[] { sameDelivery, otherDelivery, thatDeliveryAgain })
            Assert.Equal((first.MessageId, first.CorrelationId, true), (repeat.MessageId, repeat.CorrelationId, repeat.Duplicate));
        await rig.DrainAsync(Ct);
        Assert.Single(rig.Erp.Done);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Twins_at_the_same_moment_become_one_transaction(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 40).Select(i => rig.ReceiveAsync("shop", Orders.Order(i / 4), $"d-{i}")));
        Assert.Equal(10, outcomes.Count(o => o is ReceiveOutcome.Accepted { Duplicate: false }));
        Assert.Equal(10, (await rig.RowsAsync<TransactionRow>(Ct)).Count);
        Assert.Equal(10, (await rig.RowsAsync<WorkItemRow>(Ct)).Count);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_shipment_that_comes_before_the_acknowledgement_is_kept_and_used(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        // The warehouse is so fast that its events are there before our wait is.
        rig.Wms.Before = _ => rig.ShippedAsync(Reference, "S1", ("L1", 1), ("L2", 2));
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.TransactionAsync(Ct)).State);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_event_for_an_order_that_is_not_here_yet_waits_for_it(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await rig.EventAsync("warehouse.acknowledged", Reference);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        Assert.Equal("wms-ack", (await rig.TransactionAsync(Ct)).Step);
        Assert.Equal(1, await rig.Store.MatchEarlySignalsAsync(Ct));
        await rig.DrainAsync(Ct);
        Assert.Equal("shipment", (await rig.TransactionAsync(Ct)).Step);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Two_shipments_of_one_order_are_each_told_to_erp_and_channel(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        await rig.ShippedAsync(Reference, "S1", ("L1", 1), ("L2", 1));
        await rig.DrainAsync(Ct);
        Assert.Equal((TransactionState.Waiting, "shipment"), ((await rig.TransactionAsync(Ct)).State, (await rig.TransactionAsync(Ct)).Step));
        await rig.ShippedAsync(Reference, "S2", ("L2", 1));
        await rig.DrainAsync(Ct);
        Assert.Equal(TransactionState.Closed, (await rig.TransactionAsync(Ct)).State);
        Assert.Equal(2, rig.ErpShipment.Done.Distinct().Count());
        Assert.Equal(2, rig.Channel.Done.Distinct().Count());
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_shipment_that_does_not_fit_the_order_stops_before_anybody_is_told(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        await rig.ShippedAsync(Reference, "S1", ("L9", 1));
        await rig.DrainAsync(Ct);
        var stuck = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Stuck, "shipment.line_unknown"), (stuck.State, stuck.FaultCode));
        Assert.Empty(rig.Channel.Done);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_lost_answer_of_a_blind_write_is_looked_up_and_never_repeated(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        rig.Erp.ThenLoseTheAnswer();
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        var unknown = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Retrying, FaultKind.UnknownOutcome), (unknown.State, unknown.FaultKind));
        Assert.Equal(EffectState.Unknown, (await rig.RowsAsync<EffectRow>(Ct)).Single().State);
        await rig.PassAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Equal("wms-ack", (await rig.TransactionAsync(Ct)).Step);
        Assert.Single(rig.Erp.Done);
        Assert.Equal((1, 1), (rig.Erp.Calls, rig.Erp.LookUps));
        Assert.Contains(await rig.RowsAsync<JournalRow>(Ct), j => j.Type == JournalEventType.OutcomeResolved);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_lost_request_is_sent_again_once_the_target_says_it_has_nothing(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        rig.Erp.ThenLoseTheRequest();
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        await rig.PassAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Single(rig.Erp.Done);
        Assert.Equal((2, 1), (rig.Erp.Calls, rig.Erp.LookUps));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_crash_after_the_call_and_before_its_commit_posts_nothing_twice(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        var claimed = (await rig.Store.ClaimAsync(Domain.Flows.Lane.Orders, 1, TimeSpan.FromSeconds(60), Ct)).Activations;
        rig.Erp.Before = _ => throw new OperationCanceledException("kill -9");
        rig.Erp.Done.Add(IdempotencyKey.For(claimed[0].Work.TransactionId, "erp-order", 0, 0));
        await Assert.ThrowsAsync<OperationCanceledException>(() => rig.Executor.RunAsync(claimed[0], CancellationToken.None, Ct));
        rig.Erp.Before = null;

        rig.NewNode();
        Assert.Equal(0, await rig.DrainAsync(Ct));
        await rig.PassAsync(TimeSpan.FromSeconds(90), Ct);
        Assert.Single(rig.Erp.Done);
        Assert.Equal(1, rig.Erp.LookUps);
        Assert.Equal("wms-ack", (await rig.TransactionAsync(Ct)).Step);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_crash_during_a_write_that_cannot_be_asked_for_is_shown_to_a_person(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct, BookingFlow);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        var claimed = (await rig.Store.ClaimAsync(Domain.Flows.Lane.Orders, 1, TimeSpan.FromSeconds(60), Ct)).Activations;
        rig.Deaf.Before = _ => throw new OperationCanceledException("kill -9");
        await Assert.ThrowsAsync<OperationCanceledException>(() => rig.Executor.RunAsync(claimed[0], CancellationToken.None, Ct));
        rig.Deaf.Before = null;

        rig.NewNode();
        await rig.PassAsync(TimeSpan.FromSeconds(90), Ct);
        var stuck = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Stuck, "effect.cut_short"), (stuck.State, stuck.FaultCode));
        Assert.Equal((EffectState.Unknown, 1), ((await rig.RowsAsync<EffectRow>(Ct)).Single().State, rig.Deaf.Calls));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_write_that_cannot_be_asked_for_is_repeated_when_it_was_never_sent(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct, BookingFlow);
        rig.Deaf.ThenFail(FaultKind.Transient);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        rig.NewNode();
        await rig.PassAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Equal(TransactionState.Closed, (await rig.TransactionAsync(Ct)).State);
        Assert.Single(rig.Deaf.Done);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_node_whose_lease_was_taken_over_cannot_commit(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        var paused = (await rig.Store.ClaimAsync(Domain.Flows.Lane.Orders, 1, TimeSpan.FromSeconds(60), Ct)).Activations.Single();
        var pausedExecutor = rig.Executor;
        rig.NewNode();
        await rig.PassAsync(TimeSpan.FromSeconds(90), Ct);
        Assert.Equal("wms-ack", (await rig.TransactionAsync(Ct)).Step);
        var before = (await rig.RowsAsync<JournalRow>(Ct)).Count;
        await pausedExecutor.RunAsync(paused, CancellationToken.None, Ct);
        Assert.Single(rig.Erp.Done);
        Assert.Equal(before, (await rig.RowsAsync<JournalRow>(Ct)).Count);
        Assert.Equal("wms-ack", (await rig.TransactionAsync(Ct)).Step);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task An_old_and_a_new_hold_on_the_same_work_in_one_batch_are_told_apart(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        async Task<Activation> ClaimAsync()
        {
            rig.Clock.Advance(TimeSpan.FromSeconds(90));
            await rig.Store.SweepAsync(TimeSpan.FromDays(365), Ct);
            return (await rig.Store.ClaimAsync(Lane.Orders, 1, TimeSpan.FromSeconds(60), Ct)).Activations.Single();
        }

        var (old, fresh) = (await ClaimAsync(), await ClaimAsync());
        CommitUnit Sealed(Activation a, string summary)
        {
            a.Journal(JournalEventType.StepCompleted, rig.Flow.Steps[0], summary);
            return a.Seal(WorkState.Ready, "validate", 0, 0);
        }

        CommitUnit[] batch = [Sealed(old, "old"), Sealed(fresh, "fresh")];
        await using (var connection = await rig.Db.OpenAsync(Ct))
            await new BatchCommit(rig.Writer.Dialect, connection).WriteAsync(batch, Ct);
        Assert.Equal([CommitOutcome.Stale, CommitOutcome.Committed], batch.Select(u => u.Outcome));
        Assert.Equal(["fresh"], (await rig.RowsAsync<JournalRow>(Ct)).Where(j => j.Type == JournalEventType.StepCompleted).Select(j => j.Summary));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_transient_fault_is_retried_and_a_refusal_is_a_dead_letter_that_a_person_can_release(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        rig.Erp.ThenFail(FaultKind.Transient, "http.503");
        rig.Erp.ThenFail(FaultKind.Data, "erp.item_blocked");
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        Assert.Equal(TransactionState.Retrying, (await rig.TransactionAsync(Ct)).State);
        await rig.PassAsync(TimeSpan.FromSeconds(5), Ct);
        var stuck = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Stuck, "erp.item_blocked", "erp"), (stuck.State, stuck.FaultCode, stuck.PartyConnection));
        Assert.Equal(WorkState.Dead, (await rig.RowsAsync<WorkItemRow>(Ct)).Single().State);

        var operation = Guid.CreateVersion7();
        Assert.Equal("accepted", (await rig.Commands.RetryNowAsync(1, stuck.Id, "Kim", "item released", operation, Ct)).Code);
        Assert.Equal("already_done", (await rig.Commands.RetryNowAsync(1, stuck.Id, "Kim", "item released", operation, Ct)).Code);
        await rig.DrainAsync(Ct);
        Assert.Equal("wms-ack", (await rig.TransactionAsync(Ct)).Step);
        Assert.Single(rig.Erp.Done);
        Assert.Single(await rig.RowsAsync<JournalRow>(Ct), j => j.Type == JournalEventType.Replayed);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Throttling_and_maintenance_burn_no_attempt(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        for (var i = 0; i < 20; i++)
            rig.Wms.ThenFail(i % 2 == 0 ? FaultKind.Throttled : FaultKind.Maintenance, "http.429", TimeSpan.FromSeconds(30));
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        for (var i = 0; i < 100 && (await rig.TransactionAsync(Ct)).Step != "wms-ack"; i++)
        {
            Assert.Equal(0, (await rig.RowsAsync<WorkItemRow>(Ct)).Single().Attempts);
            await rig.PassAsync(TimeSpan.FromSeconds(31), Ct);
        }

        Assert.Equal(21, rig.Wms.Calls);
        Assert.Equal("wms-ack", (await rig.TransactionAsync(Ct)).Step);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Silence_past_the_deadline_is_told_and_the_late_event_still_frees_it(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        await rig.PassAsync(TimeSpan.FromMinutes(31), Ct);
        var overdue = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Stuck, FaultKind.Overdue, "wms"), (overdue.State, overdue.FaultKind, overdue.PartyConnection));
        await rig.PassAsync(TimeSpan.FromHours(1), Ct);
        Assert.Single(await rig.RowsAsync<JournalRow>(Ct), j => j.Type == JournalEventType.WaitOverdue);
        await rig.EventAsync("warehouse.acknowledged", Reference);
        await rig.DrainAsync(Ct);
        var freed = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Waiting, "shipment", null), (freed.State, freed.Step, freed.FaultCode));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_rejection_by_the_warehouse_says_why(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        await rig.EventAsync("warehouse.rejected", Reference, ",\"reason\":\"address incomplete\"");
        await rig.DrainAsync(Ct);
        var stuck = await rig.TransactionAsync(Ct);
        Assert.Equal((TransactionState.Stuck, "warehouse.rejected"), (stuck.State, stuck.FaultCode));
        Assert.EndsWith("address incomplete", stuck.FaultMessage, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_refused_document_is_kept_with_its_bytes_and_may_be_sent_again(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        const string Body = """{"refuse":"order.no_lines"}""";
        var refused = Assert.IsType<ReceiveOutcome.Refused>(await rig.ReceiveAsync("shop", Body, "d-1"));
        Assert.IsType<ReceiveOutcome.Refused>(await rig.ReceiveAsync("shop", Body, "d-1"));
        var message = (await rig.RowsAsync<MessageRow>(Ct)).Single(m => m.Id == refused.MessageId);
        Assert.Equal((MessageState.Refused, "order.no_lines"), (message.State, message.Code));
        var payload = (await rig.RowsAsync<PayloadRow>(Ct)).Single(p => p.Id == message.PayloadId);
        Assert.Equal(Body, System.Text.Encoding.UTF8.GetString(PayloadRows.Unpack(payload)));
    }

    private static FlowDefinition BookingFlow => new()
    {
        Name = "booking",
        Trigger = new("order.created", []),
        Steps = [new CallStep { Id = "book", Connection = "role:wms", Operation = "bookCarrier" }, new CloseStep { Id = "close", Stage = "closed" }],
    };
}
