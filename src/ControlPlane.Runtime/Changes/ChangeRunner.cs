using System.Text.Json;
using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Changes;

/// <summary>
/// Carries out what the channel changes after an order began, in the hands of whoever works on the order: under its fence no hand-over runs
/// beside it, so that a change is before it or after it, never in between. Each answer is committed before the next system is asked.
/// </summary>
internal sealed class ChangeRunner(ToldSystems told, CallRunner calls, LateReturns returns, IOptions<ChangeOptions> options)
{
    /// <summary>True when an event is taken here and not by a step of the flow that still comes.</summary>
    public static bool Takes(FlowDefinition flow, StepDefinition step, string name) =>
        name == ChangeRules.Cancelled || (name == ChangeRules.Updated && !flow.Steps.SkipWhile(s => s.Id != step.Id).OfType<WaitStep>().Any(w => w.Events.Contains(name)));

    /// <returns>Null when the step may run now.</returns>
    public async Task<StepResult?> LookAsync(Activation a, FlowDefinition flow, StepDefinition step, CancellationToken ct)
    {
        // Woken for the change alone: what it was stuck for has not gone away.
        var dead = a.Transaction is { State: TransactionState.Stuck } && a.Variables.Silent is null && a.Work.Attempts > 0;
        var ended = a.Transaction.State.IsFinal();
        // Whoever does not want the order any more wants no other content of it either.
        if (a.Variables.Change is { Kind: ChangeKind.Content } content && a.Signals.Exists(s => s.Event == ChangeRules.Cancelled) && a.Signals.Find(s => s.Id == content.Signal) is { } over)
            Outdated(a, step, over, JsonSerializer.Deserialize(over.Body, SignalJson.Default.SignalBody)!, content);
        while (a.Signals.Where(s => Takes(flow, step, s.Event)).OrderBy(s => s.ReceivedAt).ThenBy(s => s.Id).FirstOrDefault(s => a.Variables.Change is not { } open || s.Id == open.Signal) is { } signal)
        {
            if (!dead && step is CallStep && ToldSystems.IsUnderWay(a, step.Id))
                return null;
            if (await CarryOutAsync(a, flow, step, signal, ended, ct) is { } result)
                return result;
        }

        return ended || dead ? new StepResult.Back() : Grace(a, step);
    }

    private StepResult.Paused? Grace(Activation a, StepDefinition step) =>
        step is CallStep { System: Domain.Connections.SystemRole.Wms or Domain.Connections.SystemRole.ThreePl } call && a.Variables.Occurrence == 0 && ChangeRules.Tells(call.Operation)
            && options.Value.GraceOf(a.Transaction.Connection, call) is { } grace && a.Transaction.ReceivedAt + (long)grace.TotalMicroseconds is var until && until > a.Now.ToMicroseconds()
            && !a.OpenEffects.ContainsKey((step.Id, 0)) ? new(until) : null;

    /// <returns>Null when the change is over and the order goes on where it was.</returns>
    private async Task<StepResult?> CarryOutAsync(Activation a, FlowDefinition flow, StepDefinition step, SignalRow signal, bool ended, CancellationToken ct)
    {
        var body = JsonSerializer.Deserialize(signal.Body, SignalJson.Default.SignalBody)!;
        var newer = signal.Event == ChangeRules.Cancelled ? null : body.Order;
        if (a.Transaction.State is TransactionState.Cancelled or TransactionState.Superseded || (signal.Event == ChangeRules.Updated && (newer is null || ended)))
            return Told(a, step, signal, body.Summary);
        if (newer is not null)
        {
            if (ChangeRules.IsOlder(newer, a.Variables.NewestSeen ?? a.Order.UpdatedAt))
                return Outdated(a, step, signal, body);
            if (a.Variables.Edits is { Count: > 0 } edits)
            {
                var merged = FieldEdits.Merge(newer, edits);
                a.Variables.Edits = merged.Edits.Count == 0 ? null : [.. merged.Edits];
                if (merged.Conflicts.Any())
                    return new StepResult.Failed(Signals.Conflict(merged), false);
                newer = merged.Order;
            }

            if (a.Variables.Change is null && ChangeRules.Differences(a.Order, newer).Count == 0)
            {
                a.Variables.NewestSeen = newer.UpdatedAt ?? a.Variables.NewestSeen;
                return Told(a, step, signal, $"{body.Summary}; it says nothing else about what a system was told");
            }
        }

        var change = a.Variables.Change ?? await BeginAsync(a, flow, step, signal, body, newer, ct);
        if (change.Base != a.Variables.Version && change.Kind == ChangeKind.Content && !change.Systems.Any(s => s.Answer is SystemAnswer.Accepted or SystemAnswer.ByHand))
            return Outdated(a, step, signal, body, change);
        while (true)
        {
            Keep(a, change, ChangeState.Requested, "");
            switch (ChangeRules.Next(change, a.Now))
            {
                case ChangeStep.Ask ask:
                    var (answered, instead) = await AskAsync(a, change, ask.System, newer, ct);
                    if (instead is not null)
                        return instead;
                    change = change.Put(answered!);
                    break;
                case ChangeStep.Person person:
                    var what = $"{(change.Kind == ChangeKind.Cancellation ? "The channel cancelled the order" : $"The channel changed the order ({string.Join(", ", change.Differences)})")}. {person.What} See to it there, then say so under Changes.";
                    Keep(a, change, ChangeState.NeedsPerson, person.What);
                    return new StepResult.Failed(new Fault(FaultKind.Data, ChangeRules.ByHand, what), false);
                case ChangeStep.End end:
                    return End(a, flow, step, signal, end, newer);
            }
        }
    }

    private async Task<OpenChange> BeginAsync(Activation a, FlowDefinition flow, StepDefinition step, SignalRow signal, SignalBody body, Domain.Orders.CanonicalOrder? newer, CancellationToken ct)
    {
        var kind = newer is null ? ChangeKind.Cancellation : ChangeKind.Content;
        var change = new OpenChange
        {
            Id = EntityId.Derived(signal.Id, a.Work.TransactionId),
            Number = ++a.Variables.Changes,
            Kind = kind,
            Signal = signal.Id,
            Base = a.Variables.Version,
            RequestedAt = Instant.FromMicroseconds(signal.ReceivedAt),
            Summary = body.Summary,
            Differences = newer is null ? [] : ChangeRules.Differences(a.Order, newer),
            Systems = await told.OfAsync(a, flow, kind, ct),
        };
        a.Variables.NewestSeen = newer?.UpdatedAt ?? a.Variables.NewestSeen;
        a.Journal(JournalEventType.ChannelEventReceived, step, newer is null ? body.Summary : $"{body.Summary}: {string.Join(", ", change.Differences)}", signal.Connection, at: signal.ReceivedAt);
        a.AddFound(body.Found);
        return change;
    }

    /// <summary>One system is asked by its own operation, recorded as every other call is.</summary>
    private async Task<(SystemChange? Answered, StepResult? Instead)> AskAsync(Activation a, OpenChange change, SystemChange system, Domain.Orders.CanonicalOrder? newer, CancellationToken ct)
    {
        var call = new CallStep { Id = Persistence.ColumnLengths.Key is var most && $"change-{change.Number}-{system.Connection}" is var id && id.Length > most ? id[..most] : id, Connection = system.Connection, Operation = system.Operation, System = system.Role };
        if (calls.WhyNot(a, call) is { } why)
            return (system.With(SystemAnswer.NotOffered, why, a.Now), null);
        a.Proposed = newer;
        try
        {
            switch (await calls.CallAsync(a, call, ct))
            {
                case StepResult.Ended:
                    (a.Variables.Told ??= new(StringComparer.Ordinal))[system.Connection] = change.Base + 1;
                    return (system.With(SystemAnswer.Accepted, change.Kind == ChangeKind.Cancellation ? "Took the cancellation" : "Took the change", a.Now), null);
                case StepResult.Failed failed when ChangeRules.AnswerOf(change.Kind, failed.Fault) is { } answer:
                    return (system.With(answer, failed.Fault.Message, a.Now), null);
                case var other:
                    return (null, other);
            }
        }
        finally
        {
            a.Proposed = null;
        }
    }

    private StepResult? End(Activation a, FlowDefinition flow, StepDefinition step, SignalRow signal, ChangeStep.End end, Domain.Orders.CanonicalOrder? newer)
    {
        var change = end.Change;
        var back = end.State == ChangeState.TooLate ? returns.Begin(a, change) : null;
        var words = ChangeWords.Outcome(end.State, change, back?.Number);
        a.Variables.Change = null;
        a.Consume(signal);
        a.Pending.Changes[change.Id] = ChangeRows.Row(a, change, end.State, words, back?.Id, a.Now);
        if (end.State == ChangeState.Done && change.Kind == ChangeKind.Cancellation)
            return new StepResult.Cancelled(words);
        a.Journal(JournalEventType.StepCompleted, step, words);
        if (end.State != ChangeState.Done || newer is null)
            return null;
        a.Replace(newer);
        a.Variables.Version++;
        // Nobody has it yet: it is checked and completed anew. Otherwise it goes on where it stands, with the new version.
        return new StepResult.Elsewhere(change.Systems.Any(s => s.Answer is SystemAnswer.Accepted or SystemAnswer.ByHand) ? step.Id : flow.Steps[0].Id);
    }

    private static StepResult? Told(Activation a, StepDefinition step, SignalRow signal, string summary)
    {
        a.Journal(JournalEventType.ChannelEventReceived, step, summary, signal.Connection, at: signal.ReceivedAt);
        a.Consume(signal);
        return null;
    }

    private static StepResult? Outdated(Activation a, StepDefinition step, SignalRow signal, SignalBody body, OpenChange? change = null)
    {
        var moved = change is not null;
        change ??= new() { Id = EntityId.Derived(signal.Id, a.Work.TransactionId), Number = ++a.Variables.Changes, Kind = ChangeKind.Content, Signal = signal.Id, Base = a.Variables.Version, RequestedAt = Instant.FromMicroseconds(signal.ReceivedAt), Summary = body.Summary };
        change = change with { Systems = [.. change.Systems.Select(s => s.Answer is SystemAnswer.Accepted or SystemAnswer.ByHand or SystemAnswer.NotTold ? s : s.With(SystemAnswer.Moved, "Not changed: the order is another version by now", a.Now))] };
        var words = moved ? "The change was made on a version that is not the newest any more; nothing of it was done. Have the channel send the order again." : "An older version than the one known; nothing of it was done.";
        a.Variables.Change = null;
        a.Pending.Changes[change.Id] = ChangeRows.Row(a, change, ChangeState.Outdated, words, null, a.Now);
        return Told(a, step, signal, words);
    }

    private static void Keep(Activation a, OpenChange change, ChangeState state, string outcome)
    {
        a.Variables.Change = change;
        a.Pending.Changes[change.Id] = ChangeRows.Row(a, change, state, outcome, null, null);
    }
}
