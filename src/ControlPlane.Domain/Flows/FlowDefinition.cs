using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Silence;
using ControlPlane.Domain.Turns;

namespace ControlPlane.Domain.Flows;

/// <summary>How the systems of a flow are coupled; each flow declares it.</summary>
public enum ConnectivityModel
{
    Direct,
    HubAndSpoke,
    EventDriven,
    Hybrid,
}

/// <summary>A segment of the workload with its own concurrency. Ordered by priority: the last sheds first.</summary>
public enum Lane : short
{
    Orders = 1,
    Fulfilment = 2,
    Inventory = 3,
    Finance = 4,
    Catalogue = 5,
    Polling = 6,
    Bulk = 7,
}

/// <summary>
/// A named, versioned path of a business exchange: steps in a chart, connected by outcomes. Immutable; a transaction is
/// pinned to the version it began on.
/// </summary>
public sealed record FlowDefinition
{
    public required string Name { get; init; }

    /// <summary>Counts from 1; given by the store when a changed document is applied.</summary>
    public int Version { get; init; } = 1;

    public string Title { get; init; } = "";

    public ConnectivityModel Connectivity { get; init; } = ConnectivityModel.Hybrid;

    public Lane Lane { get; init; } = Lane.Orders;

    /// <summary>Which events start it: <c>order.created</c>; empty connections = any.</summary>
    public required FlowTrigger Trigger { get; init; }

    /// <summary>What is kept in order; null = all transactions run side by side.</summary>
    public TurnRule? Turns { get; init; }

    /// <summary>In order: a step without a fitting <see cref="StepDefinition.Next"/> goes to the one below it; past the last one the flow closes.</summary>
    public required IReadOnlyList<StepDefinition> Steps { get; init; }

    public StepDefinition? Find(string id) => Steps.FirstOrDefault(s => s.Id == id);

    /// <summary>Where to go after a step ended with an outcome; null when the flow is at its end.</summary>
    public StepDefinition? After(StepDefinition step, string outcome)
    {
        if (step is CloseStep)
            return null;
        if (step.Next.TryGetValue(outcome, out var target))
            return target == StepDefinition.End ? null : Find(target);
        for (var i = 0; i < Steps.Count - 1; i++)
            if (Steps[i].Id == step.Id)
                return Steps[i + 1];
        return null;
    }

    /// <summary>The business stages in the order in which the steps name them, without repeats: the stops of the stage strip.</summary>
    public IReadOnlyList<FlowStage> Stages()
    {
        var stages = new List<FlowStage> { new(StageNames.Received, null, null) };
        foreach (var step in Steps)
            if (step.Stage.Length > 0 && stages.All(s => s.Name != step.Stage))
                stages.Add(new(step.Stage, step.Role, step.Id));
        return stages;
    }
}

/// <param name="Role">Whose move the stage is; null = ours. <c>Storefront</c> stands for "the channel it came from".</param>
public sealed record FlowStage(string Name, SystemRole? Role, string? StepId);

public static class StageNames
{
    public const string Received = "received";
    public const string Closed = "closed";
}

public sealed record FlowTrigger(string Event, IReadOnlyList<string> Connections)
{
    public bool Fits(string @event, string connection) => Event == @event && (Connections.Count == 0 || Connections.Contains(connection));
}

/// <summary>The closed list of what a step can be. A connector or a user adds settings, never code.</summary>
public abstract record StepDefinition
{
    public const string End = "end";

    /// <summary>Unique in the flow, lower-case with hyphens.</summary>
    public required string Id { get; init; }

    public string Title { get; init; } = "";

    /// <summary>The business stage that is reached when the step is done; empty when it marks none.</summary>
    public string Stage { get; init; } = "";

    /// <summary>Outcome → step id, or <see cref="End"/>. Without an entry the next step in the list follows.</summary>
    public IReadOnlyDictionary<string, string> Next { get; init; } = new Dictionary<string, string>();

    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>By when it is expected to be done, counted from the expected thing before it; null = nobody is told when it takes long.</summary>
    public ExpectRule? Expect { get; init; }

    /// <summary>Whose system the step touches; null = ours.</summary>
    public virtual SystemRole? Role => null;
}

public static class Outcomes
{
    public const string Done = "done";
    public const string Skipped = "skipped";
    public const string Yes = "yes";
    public const string No = "no";
}

/// <summary>Checks the order against <see cref="Orders.OrderRules"/> and its own limits; a refusal makes it stuck.</summary>
public sealed record ValidateStep : StepDefinition
{
    /// <summary>Orders above this total (minor units) are refused for a person to look at; null = no limit.</summary>
    public long? MostTotalMinor { get; init; }
}

/// <summary>Adds what the channel did not send.</summary>
public sealed record EnrichStep : StepDefinition
{
    /// <summary><c>customer-match</c>, <c>tax</c> or <c>fraud-flag</c>.</summary>
    public required string Enricher { get; init; }

    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}

/// <summary>Makes the document that a later call sends; keeps it for the side-by-side view.</summary>
public sealed record MapStep : StepDefinition
{
    /// <summary>Id of the call step whose document it makes.</summary>
    public required string For { get; init; }
}

/// <summary>One operation at one system, recorded as an effect.</summary>
public sealed record CallStep : StepDefinition
{
    /// <summary>A connection's key, or <c>source</c> for the channel that the transaction came from.</summary>
    public required string Connection { get; init; }

    public const string Source = "source";

    public required string Operation { get; init; }

    /// <summary>True: a connector that does not offer the operation makes the step end as <c>skipped</c>, with the manifest's reason.</summary>
    public bool Optional { get; init; }

    public SystemRole System { get; init; } = SystemRole.Erp;

    /// <summary>For so long after the receipt an order is not given to whoever ships, so that the customer can still change it; null = it goes at once.</summary>
    public TimeSpan? Grace { get; init; }

    public override SystemRole? Role => System;
}

/// <summary>Stops until a person has done something outside and says so by a retry.</summary>
public sealed record ConfirmStep : StepDefinition
{
    /// <summary>Fault code that it is stuck with: lower-case words with a dot.</summary>
    public required string Code { get; init; }

    /// <summary>What is to be done, a sentence.</summary>
    public required string Message { get; init; }
}

/// <summary>Waits for one of several events of this transaction; each event is an outcome.</summary>
public sealed record WaitStep : StepDefinition
{
    /// <summary>Event names that end the wait, and are consumed by it.</summary>
    public required IReadOnlyList<string> Events { get; init; }

    /// <summary>Events that also end the wait but stay for a later one: a shipment implies the acknowledgement.</summary>
    public IReadOnlyList<string> ImpliedBy { get; init; } = [];

    /// <summary>Events that make the transaction stuck, with the sender's reason.</summary>
    public IReadOnlyList<string> FailedBy { get; init; } = [];

    /// <summary>
    /// Id of the call step whose document the events acknowledge; null = they stand for themselves. Then what the partner's profile promises
    /// goes before <see cref="Deadline"/>, and an acknowledgement of another document does not end the wait.
    /// </summary>
    public string? Acknowledges { get; init; }

    /// <summary>Skipped where whoever takes the document of <see cref="Acknowledges"/> promises nothing about acknowledging it.</summary>
    public bool OnlyPromised { get; init; }

    /// <summary>How long the event may take where neither a promise nor <see cref="StepDefinition.Expect"/> says it; past it the transaction is stuck and says whose move it is.</summary>
    public required TimeSpan Deadline { get; init; }

    public SystemRole System { get; init; } = SystemRole.Wms;

    public override SystemRole? Role => System;
}

/// <summary>Asks a question of a closed list; outcomes <c>yes</c> and <c>no</c>.</summary>
public sealed record BranchStep : StepDefinition
{
    /// <summary><c>all-lines-shipped</c>, <c>order-pending</c>, <c>fraud-flagged</c> or <c>needs-shipping</c>.</summary>
    public required string Question { get; init; }
}

/// <summary>Ends the transaction as closed.</summary>
public sealed record CloseStep : StepDefinition;
