using System.Text.Json;
using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Silence;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Silence;

namespace ControlPlane.Runtime.Engine;

/// <summary>What a waiting step makes of the signals that are there.</summary>
internal static class Signals
{
    /// <param name="promise">What the partner promises about what the wait is for; null = the flow's own deadline counts.</param>
    public static StepResult Look(Activation a, WaitStep step, FlowDefinition flow, AcknowledgementPromise? promise, ExpectationClock expectations)
    {
        if (a.Variables.Replay is { } replay && Known(a, step, replay) is { } known)
            return known;
        if (Acknowledgements.CameBefore(a, step))
        {
            a.Journal(JournalEventType.StepCompleted, step, "It was acknowledged already");
            return new StepResult.Ended(step.Events[0]);
        }

        if (step.OnlyPromised && promise is null)
        {
            a.Journal(JournalEventType.StepSkipped, step, "Not needed: nobody promises to acknowledge it");
            return new StepResult.Ended(Outcomes.Skipped);
        }

        foreach (var signal in a.Signals.OrderBy(s => s.ReceivedAt).ThenBy(s => s.Id).ToList())
        {
            if (step.FailedBy.Contains(signal.Event))
                return Refuse(a, step, signal);
            if (step.Events.Contains(signal.Event))
            {
                if (Take(a, step, signal) is { } result)
                    return result;
            }
            else if (step.ImpliedBy.Contains(signal.Event))
            {
                a.Journal(JournalEventType.StepCompleted, step, $"Taken as done: {signal.Event} came first", signal.Connection);
                return new StepResult.Ended(signal.Event);
            }
            else if (!flow.Steps.OfType<WaitStep>().Any(w => w.Events.Contains(signal.Event) || w.FailedBy.Contains(signal.Event)))
            {
                // Nobody in this flow will ask for it: it stands in the trace, and that is all.
                var told = Read(signal);
                a.Journal(JournalEventType.ChannelEventReceived, step, told.Summary, signal.Connection, at: signal.ReceivedAt);
                a.AddFound(told.Found);
                a.Consume(signal);
            }
        }

        var begun = a.Transaction.Step == step.Id && a.Transaction.State is TransactionState.Waiting or TransactionState.Stuck;
        var deadline = begun && a.Transaction.DueAt is { } due ? new Deadline(Instant.FromMicroseconds(due), a.Transaction.ExpectsWhy ?? ExpectationReason.Within)
            : promise is null ? expectations.Of(a, step) : new Deadline(a.Now + promise.Within, ExpectationReason.Promise);
        return new StepResult.Waiting(deadline.By.ToMicroseconds(), deadline.Why, [.. step.Events, .. step.ImpliedBy, .. step.FailedBy, .. new[] { ChangeRules.Cancelled, ChangeRules.Updated }.Where(e => !step.Events.Contains(e) && Changes.ChangeRunner.Takes(flow, step, e))], promise);
    }

    /// <summary>In a replay: the event came already, and will not come again.</summary>
    private static StepResult.Ended? Known(Activation a, WaitStep step, ReplayProgress replay)
    {
        const string Shipped = "shipment.confirmed";
        if (step.Events.Contains(Shipped))
        {
            if (a.Variables.Occurrence >= a.Variables.Shipments.Count)
                return null;
            a.Variables.Occurrence++;
            a.Journal(JournalEventType.StepCompleted, step, $"Shipment {a.Variables.CurrentShipment!.ExternalId} is known already");
            return new(Shipped);
        }

        if (!replay.PassedWaits.Remove(step.Id))
            return null;
        a.Journal(JournalEventType.StepCompleted, step, "The event came already");
        return new(step.Events[0]);
    }

    /// <summary>Null when the signal turned out to be a repeat: look on.</summary>
    private static StepResult? Take(Activation a, WaitStep step, SignalRow signal)
    {
        var body = Read(signal);
        if (Acknowledgements.IsOfAnother(a, step, body.Correlation))
        {
            Acknowledgements.Remember(a, body.Correlation);
            a.Journal(JournalEventType.ChannelEventReceived, step, $"{body.Summary}. It is about {body.Correlation[0].Value}, which is not what is waited for here", signal.Connection, at: signal.ReceivedAt);
            a.Consume(signal);
            return null;
        }

        var newer = body.Order;
        if (newer is not null && a.Variables.Edits is { Count: > 0 } edits)
        {
            // The channel's word and a person's: where both changed the same field, a person decides, and the message waits.
            var merged = FieldEdits.Merge(newer, edits);
            a.Variables.Edits = merged.Edits.Count == 0 ? null : [.. merged.Edits];
            if (merged.Conflicts.Any())
                return new StepResult.Failed(Conflict(merged), false);
            newer = merged.Order;
        }

        if (body.Shipment is { } told)
        {
            var shipment = OrderRules.Placed(a.Order, told);
            if (a.Variables.Shipments.Any(s => s.ExternalId == shipment.ExternalId))
            {
                a.Journal(JournalEventType.DuplicateReceived, step, $"Shipment {shipment.ExternalId} came again and changes nothing", signal.Connection, at: signal.ReceivedAt);
                a.Consume(signal);
                return null;
            }

            if (Misfit(a, shipment) is { } fault)
            {
                a.Consume(signal);
                return new StepResult.Failed(fault, false);
            }

            a.Variables.Shipments.Add(shipment);
            a.Variables.Occurrence = a.Variables.Shipments.Count;
            a.Add([new(IdentifierKinds.Shipment, shipment.ExternalId)]);
            if (shipment.TrackingNumber is { Length: > 0 } tracking)
                a.Add([new(IdentifierKinds.Tracking, tracking)]);
        }

        if (newer is not null)
            a.Replace(newer);
        a.Add(body.Identifiers);
        a.AddFound(body.Found);
        foreach (var (name, value) in body.Outputs)
            a.Variables.Outputs[name] = value;
        a.Journal(JournalEventType.SignalReceived, step, body.Summary, signal.Connection, at: signal.ReceivedAt);
        a.Exit = CaseExit.Proof;
        a.Consume(signal);
        FlowExecutor.Calm(a);
        return new StepResult.Ended(signal.Event);
    }

    internal static Fault Conflict(MergedOrder merged)
    {
        var fields = string.Join(", ", merged.Conflicts.Select(c => c.Path).Take(5));
        return new(FaultKind.Data, "order.edit_conflict", $"The channel sent a newer version that changes what {merged.Conflicts.First().By} had changed by hand: {fields}. Decide which of the two counts.", merged.Conflicts.First().Path);
    }

    private static StepResult.Failed Refuse(Activation a, WaitStep step, SignalRow signal)
    {
        var body = Read(signal);
        a.AddFound(body.Found);
        a.Journal(JournalEventType.SignalReceived, step, body.Summary, signal.Connection, signal.Event, at: signal.ReceivedAt);
        a.Consume(signal);
        return new(new Fault(FaultKind.Data, signal.Event, body.Reason is { Length: > 0 } reason ? $"{body.Summary}: {reason}" : body.Summary), false);
    }

    /// <summary>A shipment must fit the order before anybody is told of it: a channel would refuse it, or close the wrong line.</summary>
    private static Fault? Misfit(Activation a, Shipment shipment)
    {
        if (shipment.Lines.Count == 0)
            return new(FaultKind.Data, "shipment.no_lines", $"The shipment {shipment.ExternalId} names no lines. Ask the warehouse what it shipped.");
        var left = OrderRules.Remaining(a.Order, a.Variables.Shipments);
        foreach (var lines in shipment.Lines.GroupBy(l => l.ChannelLineRef))
        {
            if (a.Order.Lines.All(l => l.ChannelLineRef != lines.Key))
                return new(FaultKind.Data, "shipment.line_unknown", $"The shipment {shipment.ExternalId} has a line that the order does not have: {lines.Key}.", lines.Key);
            if (lines.Sum(l => l.Quantity) is var shipped && shipped > left.GetValueOrDefault(lines.Key))
                return new(FaultKind.Data, "shipment.too_many", $"The shipment {shipment.ExternalId} has {shipped} of line {lines.Key}, of which {left.GetValueOrDefault(lines.Key)} are open.", lines.Key);
        }

        return null;
    }

    private static SignalBody Read(SignalRow signal) => JsonSerializer.Deserialize(signal.Body, SignalJson.Default.SignalBody)!;
}
