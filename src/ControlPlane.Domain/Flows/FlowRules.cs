using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Flows;

/// <summary>What a flow must be to run without surprises. Pure; each finding names the step.</summary>
public static partial class FlowRules
{
    private static readonly string[] Questions = ["all-lines-shipped", "order-pending", "fraud-flagged", "needs-shipping"];

    private static readonly string[] Enrichers = ["customer-match", "tax", "fraud-flag"];

    /// <summary>An order that waits longer than this is forgotten, not considered.</summary>
    public static readonly TimeSpan LongestGrace = TimeSpan.FromHours(24);

    /// <summary>Step id (empty for the whole flow) and what is wrong.</summary>
    public static IEnumerable<(string Step, string Message)> Check(FlowDefinition flow)
    {
        if (!NameForm().IsMatch(flow.Name))
            yield return ("", $"The name '{flow.Name}' is not allowed. Allowed: 1 to 64 lower-case letters, digits and hyphens.");
        if (!EventForm().IsMatch(flow.Trigger.Event))
            yield return ("", $"The trigger's event '{flow.Trigger.Event}' is not allowed. Allowed: lower-case words with a dot, such as order.created.");
        if (flow.Steps.Count == 0)
        {
            yield return ("", "A flow needs at least one step.");
            yield break;
        }

        if (flow.Turns?.Until is { } until && flow.Find(until) is null)
            yield return ("", $"Turns end after '{until}', which is no step.");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in flow.Steps)
        {
            if (!ids.Add(step.Id))
                yield return (step.Id, "Two steps have this id.");
            foreach (var problem in CheckNames(step).Concat(CheckEdges(flow, step)).Concat(CheckStep(flow, step)).Concat(CheckExpect(step)))
                yield return (step.Id, problem);
        }

        var reached = Reach(flow, flow.Steps[0]);
        foreach (var step in flow.Steps.Where(s => !reached.Contains(s)))
            yield return (step.Id, "No path leads to this step.");
        if (!reached.Any(s => Edges(flow, s).Contains(null)))
            yield return ("", "No path leads to the end of the flow.");
        foreach (var step in flow.Steps.Where(s => s is not WaitStep && LoopsWithoutWaiting(flow, s)))
            yield return (step.Id, "The flow can come back here without ever waiting: it would run in circles.");
    }

    /// <summary>How a step can end; each outcome is an edge.</summary>
    public static IReadOnlyList<string> OutcomesOf(StepDefinition step) => step switch
    {
        CallStep { Optional: true } or EnrichStep { Enricher: "customer-match" } => [Outcomes.Done, Outcomes.Skipped],
        WaitStep { OnlyPromised: true } wait => [.. wait.Events, .. wait.ImpliedBy, Outcomes.Skipped],
        WaitStep wait => [.. wait.Events, .. wait.ImpliedBy],
        BranchStep => [Outcomes.Yes, Outcomes.No],
        CloseStep => [],
        _ => [Outcomes.Done],
    };

    private static IEnumerable<string> CheckNames(StepDefinition step)
    {
        if (!NameForm().IsMatch(step.Id) || step.Id == StepDefinition.End)
            yield return $"The id is not allowed. Allowed: 1 to 64 lower-case letters, digits and hyphens, and not '{StepDefinition.End}'.";
        if (step.Stage.Length > 0 && !NameForm().IsMatch(step.Stage))
            yield return $"The stage '{step.Stage}' is not allowed. Allowed: 1 to 64 lower-case letters, digits and hyphens.";
    }

    private static IEnumerable<string> CheckEdges(FlowDefinition flow, StepDefinition step)
    {
        var possible = OutcomesOf(step);
        foreach (var (outcome, target) in step.Next)
        {
            if (!possible.Contains(outcome))
                yield return possible.Count == 0 ? "Nothing comes after a close step." : $"It never ends with '{outcome}'. Its outcomes: {string.Join(", ", possible)}.";
            if (target != StepDefinition.End && flow.Find(target) is null)
                yield return $"The outcome '{outcome}' leads to '{target}', which is no step.";
        }
    }

    private static IEnumerable<string> CheckStep(FlowDefinition flow, StepDefinition step)
    {
        switch (step)
        {
            case MapStep map when flow.Find(map.For) is not CallStep:
                yield return $"It maps for '{map.For}', which is no call step.";
                break;
            case CallStep call when !IsConnection(call.Connection):
                yield return $"The connection '{call.Connection}' is not allowed. Allowed: the key of a connection, {CallStep.Source}, or role: and a system role, such as role:erp.";
                break;
            case CallStep { Operation: "" }:
                yield return "It names no operation.";
                break;
            case CallStep { Grace: { } grace } call when grace < TimeSpan.FromSeconds(1) || grace > LongestGrace || call.System is not (SystemRole.Wms or SystemRole.ThreePl):
                yield return $"Grace is for calls of a warehouse or 3PL, and from 1 second to {LongestGrace.TotalHours:0} hours.";
                break;
            case ConfirmStep confirm when !EventForm().IsMatch(confirm.Code) || confirm.Message.Length is 0 or > 300:
                yield return "What a person has to confirm needs a code (lower-case words with a dot) and a message of 1 to 300 characters.";
                break;
            case WaitStep { Events.Count: 0 }:
                yield return "It waits for no event.";
                break;
            case WaitStep wait:
                foreach (var problem in CheckWait(flow, wait))
                    yield return problem;
                break;
            case BranchStep branch when !Questions.Contains(branch.Question):
                yield return $"The question '{branch.Question}' is not known. Known: {string.Join(", ", Questions)}.";
                break;
            case EnrichStep enrich when !Enrichers.Contains(enrich.Enricher):
                yield return $"The enricher '{enrich.Enricher}' is not known. Known: {string.Join(", ", Enrichers)}.";
                break;
        }
    }

    private static IEnumerable<string> CheckExpect(StepDefinition step)
    {
        if (step.Expect is not { } expect)
            yield break;
        if (step is not (CallStep or WaitStep))
            yield return "Only what a call or a wait brings can be expected: the other steps take no time.";
        if (expect is { Within: null, BeforeShipBy: null, PickUps: false } && step is not WaitStep)
            yield return "What is expected needs a deadline: within, before or pickUps.";
        if (expect.Within < TimeSpan.FromSeconds(1) || expect.Within > TimeSpan.FromDays(30))
            yield return "What is expected must be due within 1 second to 30 days.";
        if (expect.BeforeShipBy < TimeSpan.Zero || expect.BeforeShipBy > TimeSpan.FromDays(7))
            yield return "The time before the ship-by promise must be between nothing and 7 days.";
    }

    private static IEnumerable<string> CheckWait(FlowDefinition flow, WaitStep wait)
    {
        if (wait.Acknowledges is { } call && flow.Find(call) is not CallStep)
            yield return $"It waits for what acknowledges '{call}', which is no call step.";
        if (wait is { OnlyPromised: true, Acknowledges: null })
            yield return "It waits only where an acknowledgement is promised, and does not say of which call: acknowledges.";
        if (wait.Deadline < TimeSpan.FromSeconds(1) || wait.Deadline > TimeSpan.FromDays(30))
            yield return "The deadline must be between 1 second and 30 days.";
        foreach (var name in wait.Events.Concat(wait.ImpliedBy).Concat(wait.FailedBy).Where(e => !EventForm().IsMatch(e)))
            yield return $"The event '{name}' is not allowed. Allowed: lower-case words with a dot, such as shipment.confirmed.";
        foreach (var name in wait.Events.Concat(wait.ImpliedBy).Concat(wait.FailedBy).GroupBy(e => e).Where(g => g.Count() > 1).Select(g => g.Key))
            yield return $"The event '{name}' is named twice. It can end the wait, imply its end or fail it, once.";
        foreach (var name in wait.ImpliedBy.Where(e => !flow.Steps.OfType<WaitStep>().Any(w => w.Events.Contains(e))))
            yield return $"The event '{name}' implies its end and stays for a later wait, but no step waits for it.";
    }

    private static bool IsConnection(string name) => name.StartsWith("role:", StringComparison.Ordinal) ? SystemRoles.TryParse(name[5..], out _) : NameForm().IsMatch(name);

    private static HashSet<StepDefinition> Reach(FlowDefinition flow, StepDefinition from)
    {
        var reached = new HashSet<StepDefinition>(ReferenceEqualityComparer.Instance);
        var open = new Stack<StepDefinition>([from]);
        while (open.TryPop(out var step))
            if (reached.Add(step))
                foreach (var next in Edges(flow, step))
                    if (next is not null)
                        open.Push(next);
        return reached;
    }

    private static bool LoopsWithoutWaiting(FlowDefinition flow, StepDefinition start)
    {
        var seen = new HashSet<StepDefinition>(ReferenceEqualityComparer.Instance);
        var open = new Stack<StepDefinition>([start]);
        while (open.TryPop(out var step))
            foreach (var next in Edges(flow, step))
            {
                if (next is null or WaitStep)
                    continue;
                if (ReferenceEquals(next, start))
                    return true;
                if (seen.Add(next))
                    open.Push(next);
            }

        return false;
    }

    /// <summary>Every way out of a step; null is the end.</summary>
    private static IEnumerable<StepDefinition?> Edges(FlowDefinition flow, StepDefinition step) =>
        step is CloseStep ? [null] : OutcomesOf(step).Select(outcome => flow.After(step, outcome));

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex NameForm();

    [GeneratedRegex(@"^[a-z0-9_-]+(\.[a-z0-9_-]+)+$")]
    private static partial Regex EventForm();
}
