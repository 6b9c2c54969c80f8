using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Silence;
using ControlPlane.Domain.Turns;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Flows;

/// <summary>Reads <c>kind: Flow</c>. Strict: whatever is unknown or impossible is a problem with file, line and key.</summary>
internal static class FlowReader
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    private static readonly Dictionary<string, ConnectivityModel> Models = new()
    {
        ["direct"] = ConnectivityModel.Direct,
        ["hub-and-spoke"] = ConnectivityModel.HubAndSpoke,
        ["event-driven"] = ConnectivityModel.EventDriven,
        ["hybrid"] = ConnectivityModel.Hybrid,
    };

    private static readonly Dictionary<string, Lane> Lanes = Enum.GetValues<Lane>().ToDictionary(l => l.ToString().ToLowerInvariant());

    private static readonly Dictionary<string, SystemRole> Roles = Enum.GetValues<SystemRole>().ToDictionary(r => r.Word());

    private static readonly Dictionary<string, TurnEntity> TurnEntities = new()
    {
        ["customer"] = TurnEntity.Customer,
        ["channel"] = TurnEntity.Channel,
        ["order"] = TurnEntity.Order,
    };

    private static readonly Dictionary<string, TurnPolicy> TurnPolicies = new() { ["in-order"] = TurnPolicy.InOrder, ["newest"] = TurnPolicy.Newest };

    /// <summary>The definition as version 1; the store gives the real number. Worthless when problems were added.</summary>
    public static FlowDefinition Read(string name, StrictYaml spec, bool rules = true)
    {
        var trigger = spec.Child("trigger");
        if (trigger is null)
            spec.Problem("trigger", "This key is required: {event: order.created}.");
        var flow = new FlowDefinition
        {
            Name = name,
            Title = spec.Text("title", name),
            Connectivity = spec.Choice("connectivity", Models, ConnectivityModel.Hybrid, required: false),
            Lane = spec.Choice("lane", Lanes, Lane.Orders, required: false),
            Trigger = new(trigger?.Text("event") ?? "", trigger?.Texts("connections") ?? []),
            Turns = Turns(spec.Child("turns")),
            Steps = [.. spec.Children("steps").Select(Step).OfType<StepDefinition>()],
        };
        trigger?.Done();
        spec.Done();
        foreach (var (step, message) in rules ? FlowRules.Check(flow) : [])
            spec.Problem("steps", step.Length > 0 ? $"Step '{step}': {message}" : message);
        return flow;
    }

    private static TurnRule? Turns(StrictYaml? y)
    {
        if (y is null)
            return null;
        var rule = new TurnRule(
            y.Choice("of", TurnEntities, TurnEntity.Customer, required: true), y.Choice("policy", TurnPolicies, TurnPolicy.InOrder, required: false), y.Text("until", "") is { Length: > 0 } until ? until : null);
        y.Done();
        return rule;
    }

    private static StepDefinition? Step(StrictYaml y)
    {
        var common = (Id: y.Text("id"), Title: y.Text("title", ""), Stage: y.Text("stage", ""), Next: y.Map("next"), Retry: Retry(y.Child("retry")), Expect: Expect(y.Child("expect")));
        StepDefinition? step = y.Text("type") switch
        {
            "validate" => new ValidateStep { Id = common.Id, MostTotalMinor = y.Long("mostTotalMinor") },
            "enrich" => new EnrichStep { Id = common.Id, Enricher = y.Text("enricher"), Settings = y.Map("settings") },
            "map" => new MapStep { Id = common.Id, For = y.Text("for") },
            "call" => new CallStep
            {
                Id = common.Id,
                Connection = y.Text("connection"),
                Operation = y.Text("operation"),
                Optional = y.Flag("optional", false),
                System = y.Choice("system", Roles, SystemRole.Erp, required: false),
                Grace = y.Duration("grace", Second, FlowRules.LongestGrace),
            },
            "confirm" => new ConfirmStep { Id = common.Id, Code = y.Text("code"), Message = y.Text("message") },
            "wait" => new WaitStep
            {
                Id = common.Id,
                Events = y.Texts("events"),
                ImpliedBy = y.Texts("impliedBy"),
                FailedBy = y.Texts("failedBy"),
                Acknowledges = y.Text("acknowledges", "") is { Length: > 0 } acknowledges ? acknowledges : null,
                OnlyPromised = y.Flag("onlyPromised", false),
                Deadline = y.Duration("deadline", Second, Month) ?? TimeSpan.Zero,
                System = y.Choice("system", Roles, SystemRole.Wms, required: false),
            },
            "branch" => new BranchStep { Id = common.Id, Question = y.Text("question") },
            "close" => new CloseStep { Id = common.Id },
            _ => null,
        };
        if (step is null)
        {
            y.Problem("type", "Expected validate, enrich, map, call, confirm, wait, branch or close.");
            return null;
        }

        y.Done();
        return step with { Title = common.Title, Stage = common.Stage, Next = common.Next, Retry = common.Retry, Expect = common.Expect };
    }

    /// <summary><c>{within: 10m}</c>, <c>{before: shipBy - 4h, pickUps: true, openHours: true}</c>.</summary>
    private static ExpectRule? Expect(StrictYaml? y)
    {
        if (y is null)
            return null;
        TimeSpan? before = null;
        if (y.Optional("before") is { } text)
        {
            var parts = text.Split('-', StringSplitOptions.TrimEntries);
            if (parts[0] == "shipBy" && parts.Length == 1)
                before = TimeSpan.Zero;
            else if (parts[0] == "shipBy" && parts.Length == 2 && StrictYaml.TryDuration(parts[1], out var lead))
                before = lead;
            else
                y.Problem("before", "Expected shipBy, or shipBy and a duration, such as shipBy - 4h.");
        }

        var rule = new ExpectRule { Within = y.Duration("within", Second, Month), BeforeShipBy = before, PickUps = y.Flag("pickUps", false), OpenHours = y.Flag("openHours", false) };
        y.Done();
        return rule;
    }

    private static RetryPolicy Retry(StrictYaml? y)
    {
        if (y is null)
            return RetryPolicy.Default;
        var policy = new RetryPolicy(
            y.Number("attempts", RetryPolicy.Default.MostAttempts, 1, 100),
            y.Duration("first", TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)) ?? RetryPolicy.Default.First,
            y.Duration("longest", TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1)) ?? RetryPolicy.Default.Longest);
        if (policy.First > policy.Longest)
            y.Problem("first", "The first wait must not be longer than the longest.");
        y.Done();
        return policy;
    }
}
