namespace ControlPlane.Domain.Transactions;

/// <summary>
/// What can happen to a transaction. The journal is append-only and the single source of trace, dashboards and
/// objectives. The value is stored; do not renumber.
/// </summary>
public enum JournalEventType : short
{
    Received = 1,
    DuplicateReceived = 2,
    ChannelEventReceived = 3,

    /// <summary>The channel has our answer to the delivery that began this; how long that took stands with it. Not of documents that we fetched.</summary>
    Acknowledged = 4,
    Validated = 10,
    Enriched = 11,
    Mapped = 12,
    StepCompleted = 13,
    StepSkipped = 14,
    CallSucceeded = 20,
    CallFailed = 21,
    RetryScheduled = 22,
    OutcomeUnknown = 23,
    OutcomeResolved = 24,
    WaitStarted = 30,
    SignalReceived = 31,
    SignalConsumed = 32,
    WaitOverdue = 33,
    DeadLettered = 40,
    Replayed = 41,
    Held = 42,
    Released = 43,
    Closed = 50,
    Cancelled = 51,
    Superseded = 52,

    /// <summary>Waits for its turn behind an earlier one of the same key, or lets those behind it pass.</summary>
    TurnTaken = 60,
    TurnPassed = 61,

    /// <summary>Who works on it: taken, given back, handed over, told to somebody.</summary>
    OwnershipChanged = 70,

    /// <summary>What a person said about it.</summary>
    Commented = 71,

    /// <summary>A person changed the order, asked for a change that needs a second person, or decided one.</summary>
    Edited = 80,
    EditProposed = 81,
    EditDecided = 82,

    /// <summary>Somebody took the signed bundle of evidence away.</summary>
    EvidenceExported = 90,
}

/// <summary>One transition. Ordered by time, then <paramref name="Sequence"/>, which counts the flow's own events from 1 and is 0 for what came from outside.</summary>
/// <param name="Stage">The stage of the business process it belongs to, as the flow names it.</param>
/// <param name="System">Key of the connection it happened at; null when it happened here.</param>
/// <param name="Summary">A sentence for the timeline: "ERP created SO-88412".</param>
/// <param name="Code">Fault code where something failed.</param>
public sealed record JournalEvent(
    Guid TransactionId,
    int Sequence,
    DateTimeOffset At,
    JournalEventType Type,
    string Step,
    string Stage,
    string? System,
    string Summary,
    string? Code = null,
    int Attempt = 0,
    int DurationMicroseconds = 0,
    Guid? AttemptId = null);
