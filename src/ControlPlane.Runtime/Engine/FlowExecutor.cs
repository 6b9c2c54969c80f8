using System.Globalization;
using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Silence;
using ControlPlane.Domain.Transactions;
using ControlPlane.Domain.Turns;
using ControlPlane.Runtime.Changes;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Silence;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Runtime.Worklist;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Engine;

/// <summary>
/// Moves a transaction along its flow until it waits, fails or closes. Consecutive steps run without going back to the
/// queue; before and after every call the position is committed.
/// </summary>
internal sealed class FlowExecutor(
    IFlowCatalog flows, IConnectionRegistry connections, CallRunner calls, CommitWriter writer, Node node, CaseSplits splits, WorkRanks ranks, OwnershipBoard owners, CalendarBoard calendars,
    ChangeRunner changes, TimeProvider clock, ILogger<FlowExecutor> log)
{
    private ExpectationClock Expectations => field ??= new(connections, calendars, Awaited);

    /// <summary>No honest flow takes as many steps between two waits; a loop in a definition ends here.</summary>
    private const int MostSteps = 500;

    /// <param name="stopping">Cancelled when the process is about to end: the work is given back before its next call.</param>
    /// <param name="ct">Cuts off a call under way.</param>
    /// <returns>True when the work is ready again at once: a signal came before its wait.</returns>
    public async Task<bool> RunAsync(Activation a, CancellationToken stopping, CancellationToken ct)
    {
        using var activity = ControlPlaneTelemetry.StartFlow(a.Work.Flow, a.Transaction.Connection, a.Work.TransactionId, a.Transaction.TraceParent);
        var flow = flows.Find(a.Work.Flow, a.Work.FlowVersion);
        var step = flow?.Find(a.Work.Step);
        if (flow is null || step is null)
            return await StopAsync(a, new CloseStep { Id = a.Work.Step }, new Fault(FaultKind.Internal, "flow.missing", $"Version {a.Work.FlowVersion} of the flow {a.Work.Flow} or its step {a.Work.Step} does not exist. Apply it again."), false);
        a.HomeLane = a.Work.Lane == Lane.Bulk && flow.Lane != Lane.Bulk ? flow.Lane : null;
        a.NewestCounts = flow.Turns?.Policy == TurnPolicy.Newest;
        Expectations.Advance(a, flow, step, reached: false);
        for (var i = 0; i < MostSteps; i++)
        {
            if (stopping.IsCancellationRequested && step is CallStep)
            {
                await GiveBackAsync(a);
                return false;
            }

            var result = await changes.LookAsync(a, flow, step, ct) ?? await RunStepAsync(a, flow, step, ct);
            switch (result)
            {
                case StepResult.Ended ended:
                    a.Work.Attempts = 0;
                    if (step.Stage.Length > 0)
                        a.Stage = step.Stage;
                    a.PastTurn |= flow.Turns?.Until == step.Id;
                    if (flow.After(step, ended.Outcome) is not { } next)
                        return await CloseAsync(a, step);
                    Expectations.Advance(a, flow, next, reached: step is WaitStep || step.Expect is not null);
                    step = next;
                    a.Work.Step = step.Id;
                    break;
                case StepResult.Failed failed:
                    activity?.Fail(failed.Fault.Code);
                    return await StopAsync(a, step, failed.Fault, failed.CanLookUp, failed.Hold);
                case StepResult.Held held:
                    return await HoldAsync(a, step, held.Hold);
                case StepResult.Waiting waiting:
                    return await WaitAsync(a, (WaitStep)step, waiting);
                case StepResult.Cancelled cancelled:
                    return await CancelAsync(a, step, cancelled.Reason);
                case StepResult.Paused paused:
                    return await PauseAsync(a, step, paused.Until);
                case StepResult.Elsewhere elsewhere:
                    a.Work.Attempts = 0;
                    step = flow.Find(elsewhere.Step)!;
                    a.Work.Step = step.Id;
                    break;
                case StepResult.Back:
                    await writer.CommitAsync(a.Seal(a.Transaction.State.IsFinal() ? WorkState.Done : WorkState.Dead, step.Id, 0, 0), CancellationToken.None);
                    return false;
                case StepResult.Lost:
                    FlowExecutorLog.LeaseLost(log, a.Work.TransactionId, a.Work.Step);
                    return false;
            }
        }

        return await StopAsync(a, step, new Fault(FaultKind.Internal, "flow.endless", $"The flow {flow.Name} went {MostSteps} steps without waiting. Its definition has a loop."), false);
    }

    private async ValueTask<StepResult> RunStepAsync(Activation a, FlowDefinition flow, StepDefinition step, CancellationToken ct) => step switch
    {
        ValidateStep validate => Validate(a, validate),
        EnrichStep { Enricher: "customer-match" } enrich => await calls.MatchCustomerAsync(a, enrich, ct),
        EnrichStep enrich => Enrich(a, enrich),
        MapStep map => await calls.MapAsync(a, map, (CallStep)flow.Find(map.For)!, ct),
        CallStep call => await calls.CallAsync(a, call, ct),
        WaitStep wait => Signals.Look(a, wait, flow, Promise(a, wait, flow), Expectations),
        ConfirmStep confirm => Confirm(a, confirm),
        BranchStep branch => Branch(a, branch),
        CloseStep => new StepResult.Ended(Outcomes.Done),
        _ => throw new InvalidOperationException($"The step type {step.GetType().Name} has no runner."),
    };

    private static StepResult Validate(Activation a, ValidateStep step)
    {
        if (a.Order.Status == OrderStatus.Cancelled)
            return new StepResult.Cancelled("The channel had cancelled it before it came.");
        var refusals = OrderRules.Check(a.Order).ToList();
        if (step.MostTotalMinor is { } most && a.Order.TotalMinor > most)
            refusals.Add(new("order.total_over_limit", "total", $"The total is over the limit of {new Money(most, a.Order.Currency)} of this flow. Someone has to release it."));
        if (refusals.Count > 0)
            return new StepResult.Failed(new Fault(FaultKind.Data, refusals[0].Code, refusals[0].Message, refusals[0].Field), false);
        a.Journal(JournalEventType.Validated, step, $"Order checked: {(a.Order.Lines.Count == 1 ? "1 line" : $"{a.Order.Lines.Count} lines")}, complete");
        return new StepResult.Ended(Outcomes.Done);
    }

    private static StepResult Enrich(Activation a, EnrichStep step)
    {
        var (summary, outputs) = step.Enricher == "tax" ? Enrichers.Tax(a.Order, step.Settings) : Enrichers.FraudFlag(a.Order, step.Settings);
        foreach (var (name, value) in outputs)
            a.Variables.Outputs[name] = value;
        a.Journal(JournalEventType.Enriched, step, summary);
        return new StepResult.Ended(Outcomes.Done);
    }

    private static StepResult Branch(Activation a, BranchStep step)
    {
        var yes = step.Question switch
        {
            "all-lines-shipped" => OrderRules.Remaining(a.Order, [.. a.Variables.Shipments.Take(a.Variables.Occurrence)]).Count == 0,
            "order-pending" => a.Order.Status == OrderStatus.Pending,
            "fraud-flagged" => a.Variables.Outputs.GetValueOrDefault("fraudFlag") is { Length: > 0 },
            "needs-shipping" => a.Order.Lines.Any(l => l.RequiresShipping),
            _ => throw new InvalidOperationException($"The question {step.Question} is not known."),
        };
        return new StepResult.Ended(yes ? Outcomes.Yes : Outcomes.No);
    }

    /// <summary>The first time it stops; whoever tries it again says that it is done.</summary>
    private static StepResult Confirm(Activation a, ConfirmStep step)
    {
        if (a.Variables.Asked != step.Id)
        {
            a.Variables.Asked = step.Id;
            return new StepResult.Failed(new Fault(FaultKind.Data, step.Code, step.Message), false);
        }

        a.Variables.Asked = null;
        a.Exit = CaseExit.Proof;
        a.Journal(JournalEventType.StepCompleted, step, $"{(step.Title.Length > 0 ? step.Title : step.Id)}: confirmed by a person");
        return new StepResult.Ended(Outcomes.Done);
    }

    private async Task<bool> CloseAsync(Activation a, StepDefinition last)
    {
        a.Enter(TransactionState.Closed, last.Id);
        a.Stage = StageNames.Closed;
        a.Transaction.ClosedAt = a.Now.ToMicroseconds();
        Calm(a);
        ExpectationClock.Set(a.Transaction, null, null);
        foreach (var signal in a.Signals.ToList())
            a.Consume(signal);
        a.Journal(JournalEventType.Closed, last, "Everything is done");
        Count(a).Closed = 1;
        await writer.CommitAsync(a.Seal(WorkState.Done, last.Id, 0, 0), CancellationToken.None);
        return false;
    }

    private async Task<bool> CancelAsync(Activation a, StepDefinition step, string reason)
    {
        a.Enter(TransactionState.Cancelled, step.Id);
        a.Transaction.ClosedAt = a.Now.ToMicroseconds();
        Calm(a);
        ExpectationClock.Set(a.Transaction, null, null);
        a.Journal(JournalEventType.Cancelled, step, reason);
        await writer.CommitAsync(a.Seal(WorkState.Done, step.Id, 0, 0), CancellationToken.None);
        return false;
    }

    private async Task<bool> WaitAsync(Activation a, WaitStep step, StepResult.Waiting waiting)
    {
        var promise = waiting.Promise;
        var overdue = a.Now.ToMicroseconds() >= waiting.DeadlineAt;
        var system = promise?.By ?? Awaited(a, step);
        var fresh = a.Transaction.Step != step.Id || a.Transaction.State is not (TransactionState.Waiting or TransactionState.Stuck);
        a.Enter(overdue ? TransactionState.Stuck : TransactionState.Waiting, step.Id);
        a.Transaction.DueAt = waiting.DeadlineAt;
        ExpectationClock.Set(a.Transaction, step, new(Instant.FromMicroseconds(waiting.DeadlineAt), waiting.Why));
        a.Transaction.Party = step.System;
        a.Transaction.PartyConnection = system?.Key;
        if (overdue && a.Transaction.FaultKind != FaultKind.Overdue)
        {
            var fault = waiting.Why is ExpectationReason.ShipBy or ExpectationReason.PickUp or ExpectationReason.Late && step.Events.Contains(SilenceRules.ShipmentEvent)
                ? SilenceRules.OfShipment()
                : promise is null
                ? new Fault(FaultKind.Overdue, "wait.overdue", $"{system?.DisplayName ?? "The system"} did not report in time: {Awaited(step)}.")
                : new Fault(FaultKind.Overdue, "acknowledgement.overdue", $"{promise.By.DisplayName} promised to acknowledge within {promise.Words} what {step.Acknowledges} sent, and did not. Ask the partner whether the document arrived.");
            Blame(a, fault);
            a.Journal(JournalEventType.WaitOverdue, step, fault.Message, system?.Key, fault.Code, basis: Decided(a, $"deadline of {step.Id}"));
            Join(a, step, fault);
            Count(a).Stuck = 1;
        }
        else if (!overdue)
        {
            Clear(a);
            if (fresh)
                a.Journal(JournalEventType.WaitStarted, step, promise is null ? Awaited(step) : $"{Awaited(step)}, which {promise.By.DisplayName} promised within {promise.Words}", system?.Key);
        }

        // Overdue is not the end: the event may still come and frees it.
        var unit = a.Seal(WorkState.Waiting, step.Id, overdue ? long.MaxValue : waiting.DeadlineAt, 0);
        unit.AwaitedEvents = waiting.Events;
        await writer.CommitAsync(unit, CancellationToken.None);
        return unit.SignalWaiting;
    }

    /// <summary>Waits out the time in which the customer may change it. Whatever the channel says meanwhile wakes it at once.</summary>
    private async Task<bool> PauseAsync(Activation a, StepDefinition step, long until)
    {
        var fresh = a.Transaction.Step != step.Id || a.Transaction.State != TransactionState.Waiting;
        a.Enter(TransactionState.Waiting, step.Id);
        Calm(a);
        a.Transaction.DueAt = until;
        ExpectationClock.Postpone(a, until);
        if (fresh)
            a.Journal(JournalEventType.WaitStarted, step, $"Not given to the warehouse before {Instant.FromMicroseconds(until).UtcDateTime.ToString("HH:mm 'UTC'", CultureInfo.InvariantCulture)}: until then the customer can change it");
        var unit = a.Seal(WorkState.Waiting, step.Id, until, 0);
        unit.AwaitedEvents = [ChangeRules.Cancelled, ChangeRules.Updated];
        await writer.CommitAsync(unit, CancellationToken.None);
        return unit.SignalWaiting;
    }

    private AcknowledgementPromise? Promise(Activation a, WaitStep step, FlowDefinition flow) => step.Acknowledges is { } id && flow.Find(id) is CallStep call ? calls.Promise(a, call) : null;

    /// <summary>
    /// Who is waited for: the channel it came from where the wait is for a channel of that role; else whoever the flow told of the order before the wait;
    /// else the connection of the role.
    /// </summary>
    private Connection? Awaited(Activation a, WaitStep step)
    {
        if (connections.Find(a.Transaction.Connection) is { } channel && channel.Role == step.System)
            return channel;
        CallStep? told = null;
        foreach (var before in flows.Find(a.Work.Flow, a.Work.FlowVersion)?.Steps ?? [])
            if (before.Id == step.Id)
                break;
            else if (before is CallStep call && call.System == step.System)
                told = call;
        return (told is null ? null : calls.Resolve(a, told.Connection)) is { } known && known.Role == step.System ? known : connections.FindByRole(step.System);
    }

    private static string Awaited(WaitStep step) => step.Title.Length > 0 ? step.Title : $"Waiting for {string.Join(" or ", step.Events)}";

    /// <summary>Back to the queue, where any node may take it at once.</summary>
    public Task GiveBackAsync(Activation a) => writer.CommitAsync(a.Seal(WorkState.Ready, a.Work.Step, a.Work.DueAt, 0), CancellationToken.None);

    /// <summary>Its system is not called now. No attempt is burned, and what was tried in vain before is forgotten: it said nothing about this work.</summary>
    private async Task<bool> HoldAsync(Activation a, StepDefinition step, Hold hold)
    {
        var system = connections.Find(Hold.ConnectionOf(hold.Key));
        ExpectationClock.Postpone(a, hold);
        var told = Silence(a, step);
        a.Enter(a.Variables.Silent is null ? TransactionState.Retrying : TransactionState.Stuck, step.Id);
        Blame(a, new Fault(hold.Reason is HoldReason.Maintenance or HoldReason.Breaker ? FaultKind.Maintenance : FaultKind.Throttled, hold.Code, hold.Text));
        a.Transaction.DueAt = hold.Until?.ToMicroseconds();
        a.Transaction.Party = system?.Role;
        a.Transaction.PartyConnection = system?.Key;
        a.Work.Attempts = 0;
        a.Work.AlarmAt = a.Variables.Silent is null ? a.Transaction.ExpectsBy : null;
        // Released and held again by the same: the trace has it already.
        if (a.Work.HeldBy != hold.Key)
            a.Journal(JournalEventType.Held, step, hold.Text, system?.Key, hold.Code, basis: Decided(a, $"hold, {hold.Reason.ToString().ToLowerInvariant()} of {hold.Key}"));
        a.Work.HeldBy = hold.Key;
        Tell(a, step, told);
        await writer.CommitAsync(a.Seal(WorkState.Held, step.Id, a.Work.DueAt, 0), CancellationToken.None);
        return false;
    }

    /// <summary>A step failed: try again later, or hand it to a person.</summary>
    private async Task<bool> StopAsync(Activation a, StepDefinition step, Fault fault, bool canLookUp, Hold? hold = null)
    {
        // The system is away: that is not this work's failure. An unknown outcome is asked for when it is back.
        if (hold is not null && (fault.Kind is FaultKind.Transient or FaultKind.Throttled or FaultKind.Maintenance || (fault.Kind == FaultKind.UnknownOutcome && canLookUp)))
            return await HoldAsync(a, step, hold);
        var attempt = a.Work.Attempts + 1;
        var decision = step.Retry.Decide(fault, attempt, canLookUp, Random.Shared.NextDouble());
        var system = step switch
        {
            CallStep call => calls.Resolve(a, call.Connection),
            WaitStep wait => Awaited(a, wait),
            _ => null,
        };
        Blame(a, fault);
        a.Transaction.Party = system?.Role;
        a.Transaction.PartyConnection = system?.Key;
        var now = a.Now.ToMicroseconds();
        if (decision is RetryDecision.DeadLetter dead)
        {
            a.Enter(TransactionState.Stuck, step.Id);
            a.Transaction.DueAt = null;
            ExpectationClock.Set(a.Transaction, null, null);
            a.Variables.Silent = null;
            a.Work.Attempts = attempt;
            Join(a, step, fault);
            a.Journal(JournalEventType.DeadLettered, step, fault.Code == ChangeRules.ByHand || step is ConfirmStep ? fault.Message : $"{fault.Message} {dead.Reason}", system?.Key, fault.Code, attempt, basis: Decided(a, $"retry {Words(fault.Kind)}, stopped at {attempt} of {step.Retry.MostAttempts}"));
            Count(a).Stuck = 1;
            await writer.CommitAsync(a.Seal(WorkState.Dead, step.Id, 0, 0), CancellationToken.None);
            return false;
        }

        var (after, counts, reason) = decision switch
        {
            RetryDecision.TryAgain again => (again.After, again.CountsAsAttempt, again.Reason),
            // The target may still be finishing what it was sent: give it a moment, then ask.
            _ => (TimeSpan.FromSeconds(Math.Min(30, 1 << Math.Min(attempt, 5))), true, ((RetryDecision.LookUp)decision).Reason),
        };
        if (counts)
            a.Work.Attempts = attempt;
        var dueAt = now + (long)after.TotalMicroseconds;
        var told = Silence(a, step);
        a.Enter(a.Variables.Silent is null ? TransactionState.Retrying : TransactionState.Stuck, step.Id);
        // The last try before somebody is told is at the deadline.
        if (a.Variables.Silent is null && a.Transaction.ExpectsBy is { } by && by > now)
            dueAt = Math.Min(dueAt, by);
        a.Transaction.DueAt = dueAt;
        a.Journal(JournalEventType.RetryScheduled, step, reason, system?.Key, fault.Code, attempt, basis: Decided(a, string.Create(CultureInfo.InvariantCulture, $"retry {Words(fault.Kind)}, {attempt} of {step.Retry.MostAttempts}, after {after.TotalSeconds:0.#} s{(counts ? "" : ", counts as no attempt")}")));
        Tell(a, step, told);
        await writer.CommitAsync(a.Seal(WorkState.Ready, step.Id, dueAt, 0), CancellationToken.None);
        return false;
    }

    /// <summary>
    /// What is to be told when the expected thing did not come by its deadline although it is still tried; null when it is in time, or somebody was
    /// told already. The transaction keeps the fault of its last call, and goes on by itself.
    /// </summary>
    private Fault? Silence(Activation a, StepDefinition step)
    {
        if (a.Variables.Silent is not null || a.Transaction.ExpectsBy is not { } by || by > a.Now.ToMicroseconds()
            || flows.Find(a.Work.Flow, a.Work.FlowVersion) is not { } flow || SilenceRules.Next(flow, step) is not { } expected)
            return null;
        a.Variables.Silent = expected.Id;
        return SilenceRules.OfStep(expected);
    }

    private void Tell(Activation a, StepDefinition step, Fault? silence)
    {
        if (silence is null)
            return;
        a.Journal(JournalEventType.WaitOverdue, step, silence.Message, a.Transaction.PartyConnection, silence.Code);
        Join(a, step, silence);
        Count(a).Stuck = 1;
    }

    /// <summary>Into its case, its place in the worklist and its team's hands: all from what is in memory.</summary>
    private void Join(Activation a, StepDefinition step, Fault fault) =>
        a.Join(step, fault, node.Id, splits.Of(a.Work.TenantId), ranks, group => owners.Decide(a, fault, group, connections.Find(a.Transaction.Connection)));

    /// <summary>For the timeline: which rule decided, and in which version of the flow it stands.</summary>
    private static Basis Decided(Activation a, string policy) => new(Basis.Of(a.Work.Flow, a.Work.FlowVersion), Policy: policy);

    private static string Words(FaultKind kind) => kind switch
    {
        FaultKind.UnknownOutcome => "unknown outcome",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static void Blame(Activation a, Fault fault)
    {
        a.Transaction.FaultKind = fault.Kind;
        a.Transaction.FaultCode = Ingestion.PayloadRows.Cut(fault.Code, Persistence.ColumnLengths.Code);
        a.Transaction.FaultMessage = Ingestion.PayloadRows.Cut(fault.Message, Persistence.ColumnLengths.Summary);
    }

    private static void Clear(Activation a)
    {
        a.Transaction.FaultKind = null;
        a.Transaction.FaultCode = a.Transaction.FaultMessage = null;
    }

    internal static void Calm(Activation a)
    {
        Clear(a);
        a.Transaction.DueAt = null;
        a.Transaction.Party = null;
        a.Transaction.PartyConnection = null;
    }

    private TrafficRow Count(Activation a)
    {
        var minute = TimeSpan.FromMinutes(1).Ticks / 10;
        var now = clock.GetUtcNow().ToMicroseconds();
        var row = a.Pending.Traffic ??= new() { TenantId = a.Work.TenantId, Connection = a.Transaction.Connection, NodeId = node.Id, Minute = now - now % minute };
        return row;
    }
}

internal static partial class FlowExecutorLog
{
    [LoggerMessage(2101, LogLevel.Information, "Another node took over transaction {TransactionId} at step {Step}")]
    public static partial void LeaseLost(ILogger logger, Guid transactionId, string step);
}
