using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Silence;

namespace ControlPlane.Domain.Transactions;

/// <summary>What is known of one transaction, gathered for <see cref="VerdictRules"/>. What is not known is left out, never guessed.</summary>
public sealed record VerdictFacts
{
    public required TransactionState State { get; init; }

    /// <summary>The stage being worked on, or the last one reached where the flow is not known.</summary>
    public required string Stage { get; init; }

    /// <summary>The step being worked on, in words: "Post the sales order". Empty when not known.</summary>
    public string StepTitle { get; init; } = "";

    /// <summary>The channel it came from.</summary>
    public required VerdictSystem Channel { get; init; }

    /// <summary>The system that the engine noted for the present step; null = ours.</summary>
    public VerdictSystem? Party { get; init; }

    public required DateTimeOffset ReceivedAt { get; init; }

    /// <summary>Since when it is in its present state at its present step.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Begin of the present row of failed calls; null when there is none or it was not looked at.</summary>
    public DateTimeOffset? FailingSince { get; init; }

    public DateTimeOffset? DueAt { get; init; }

    /// <summary>What comes next by the flow, and by when; null when nothing has a deadline.</summary>
    public VerdictExpectation? Expected { get; init; }

    public DateTimeOffset? ClosedAt { get; init; }

    public FaultKind? FaultKind { get; init; }

    public string? FaultCode { get; init; }

    public string? FaultMessage { get; init; }

    /// <summary>Failed attempts of the present step so far.</summary>
    public int Attempts { get; init; }

    /// <summary>Attempts in all before it is given up; null when not known.</summary>
    public int? MostAttempts { get; init; }

    /// <summary>Event names that end the present wait: <c>shipment.confirmed</c>.</summary>
    public IReadOnlyList<string> AwaitedEvents { get; init; } = [];

    /// <summary>The last call of the present step.</summary>
    public VerdictCall? LastCall { get; init; }

    /// <summary>
    /// Where <see cref="LastCall"/> was not looked at (in lists): the highest HTTP status that came back at the present step,
    /// 0 when none did, null when not known.
    /// </summary>
    public int? AnsweredStatus { get; init; }

    /// <summary>The last thing that <see cref="Party"/> said by itself; of the message that refused, where one did.</summary>
    public VerdictNote? LastHeard { get; init; }

    /// <summary>The last write that <see cref="Party"/> confirmed: the proof that it knows of the transaction.</summary>
    public VerdictNote? PartyTold { get; init; }

    /// <summary>A write was sent, its answer was lost, and that is not settled yet.</summary>
    public bool OutcomeOpen { get; init; }

    /// <summary>Why it was cancelled, as the journal says.</summary>
    public string? ClosingReason { get; init; }
}

/// <param name="What">The event of a wait (<c>shipment.confirmed</c>), or the stage to be reached (<c>erp-posted</c>).</param>
/// <param name="System">Who brings it; null = we do, or the flow does not say.</param>
/// <param name="ShipBy">The promise that the deadline was made from, where it was.</param>
public sealed record VerdictExpectation(string What, VerdictSystem? System, DateTimeOffset By, ExpectationReason Why, DateTimeOffset? ShipBy = null);

/// <param name="Status">HTTP status; 0 when no answer came.</param>
/// <param name="What">Method and path, or the operation: "POST /salesOrders".</param>
public sealed record VerdictCall(
    DateTimeOffset At, string System, string What, int Status, int DurationMicroseconds, FaultKind? FaultKind = null, string? FaultCode = null, Guid? AttemptId = null);

/// <param name="Code">Fault code, where it was a refusal.</param>
public sealed record VerdictNote(DateTimeOffset At, string System, string Text, string? Code = null);
