namespace ControlPlane.Domain.Flows;

/// <summary>What a flow must be to run without surprises. Pure; each finding names the step.</summary>
public static class FlowRules
{
    private static readonly string[] Questions = ["all-lines-shipped", "order-pending", "fraud-flagged", "needs-shipping"];

    private static readonly string[] Enrichers = ["customer-match", "tax", "fraud-flag"];

    /// <summary>Step id (empty for the whole flow) and what is wrong.</summary>
    public static IEnumerable<(string Step, string Message)> Check(FlowDefinition flow)
    {
        if (flow.Steps.Count == 0)
        {
            yield return ("", "A flow needs at least one step.");
            yield break;
        }

        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var step in flow.Steps)
        {
            if (!ids.Add(step.Id))
                yield return (step.Id, "Two steps have this id.");
            foreach (var problem in CheckStep(flow, step))
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

    private static IEnumerable<string> CheckStep(FlowDefinition flow, StepDefinition step)
    {
        foreach (var (outcome, target) in step.Next)
            if (target != StepDefinition.End && flow.Find(target) is null)
                yield return $"The outcome '{outcome}' leads to '{target}', which is no step.";
        switch (step)
        {
            case MapStep map when flow.Find(map.For) is not CallStep:
                yield return $"It maps for '{map.For}', which is no call step.";
                break;
            case WaitStep { Events.Count: 0 }:
                yield return "It waits for no event.";
                break;
            case WaitStep wait when wait.Deadline < TimeSpan.FromSeconds(1) || wait.Deadline > TimeSpan.FromDays(30):
                yield return "The deadline must be between 1 second and 30 days.";
                break;
            case BranchStep branch when !Questions.Contains(branch.Question):
                yield return $"The question '{branch.Question}' is not known. Known: {string.Join(", ", Questions)}.";
                break;
            case EnrichStep enrich when !Enrichers.Contains(enrich.Enricher):
                yield return $"The enricher '{enrich.Enricher}' is not known. Known: {string.Join(", ", Enrichers)}.";
                break;
        }
    }

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
    private static IEnumerable<StepDefinition?> Edges(FlowDefinition flow, StepDefinition step)
    {
        foreach (var target in step.Next.Values)
            yield return target == StepDefinition.End ? null : flow.Find(target);
        var all = step is BranchStep ? 2 : 1;
        if (step is CloseStep || step.Next.Count < all || (step is not BranchStep && !step.Next.ContainsKey(Outcomes.Done)))
            yield return step is CloseStep ? null : flow.After(step, "\0");
    }
}
