using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>One transaction with everything that its page shows, except bodies: those are fetched one by one.</summary>
public sealed record TransactionDetail
{
    public required TransactionListItem Head { get; init; }

    public required string CorrelationId { get; init; }

    public required string Flow { get; init; }

    public required int FlowVersion { get; init; }

    /// <summary>The step being worked on or waited at.</summary>
    public required string Step { get; init; }

    /// <summary>As <see cref="TransactionListItem.Facts"/>, with the evidence looked up.</summary>
    public required VerdictFacts Facts { get; init; }

    /// <summary>In the order of the flow; in the order of events where the flow's version is not known.</summary>
    public required IReadOnlyList<StageStop> Stages { get; init; }

    /// <summary>Oldest first; the newest <see cref="MostRows"/> of them.</summary>
    public required IReadOnlyList<TimelineEntry> Timeline { get; init; }

    /// <summary>Oldest first; the newest <see cref="MostRows"/> of them.</summary>
    public required IReadOnlyList<AttemptItem> Attempts { get; init; }

    public required IReadOnlyList<EffectItem> Effects { get; init; }

    public required IReadOnlyList<IdentifierItem> Identifiers { get; init; }

    public required IReadOnlyList<TransactionDocument> Documents { get; init; }

    /// <summary>What came in about it, oldest first; each may be a part of a file. At most <see cref="MostMessages"/>.</summary>
    public IReadOnlyList<TransactionMessage> Messages { get; init; } = [];

    public const int MostMessages = 100;

    /// <summary>How long each wait of its flow may take, by step; empty where the flow's version is not known.</summary>
    public IReadOnlyDictionary<string, TimeSpan> Deadlines { get; init; } = new Dictionary<string, TimeSpan>();

    /// <summary>W3C trace context that all calls of this transaction carry: the sender's, or ours where it sent none.</summary>
    public string? TraceParent { get; init; }

    /// <summary>Null where it keeps no order with others now.</summary>
    public TurnStanding? Turn { get; init; }

    /// <summary>True when there are older events or attempts than are shown.</summary>
    public bool Cut { get; init; }

    /// <summary>An order that is retried for days has thousands of attempts: the newest tell the story.</summary>
    public const int MostRows = 1_000;

    public Verdict Verdict(DateTimeOffset now, TimeZoneInfo zone) => VerdictRules.Decide(Facts, now, zone);
}

/// <summary>Its place among those of the same key.</summary>
/// <param name="Ahead">The one whose turn it is; null when it is this one's.</param>
/// <param name="Behind">How many wait behind it.</param>
public sealed record TurnStanding((Guid Id, string Number, TransactionState State)? Ahead, int Behind);

/// <summary>A message about the transaction.</summary>
/// <param name="Parent">The delivery that it is a part of; null when it came alone.</param>
/// <param name="In">Name of that delivery: its file.</param>
/// <param name="Place">Where it stands there.</param>
public sealed record TransactionMessage(Guid Id, VerdictSystem System, string Topic, DateTimeOffset At, Guid? Parent, string? In, string? Place);

public enum StopState
{
    Done,

    /// <summary>Not needed: the step was skipped, or the flow went past it.</summary>
    Skipped,

    /// <summary>Being worked on or waited for.</summary>
    Current,

    Ahead,
}

/// <summary>One stop of the stage strip.</summary>
/// <param name="System">Whose stop it is; null = ours.</param>
/// <param name="Times">How often it was reached; more than once with several shipments.</param>
/// <param name="At">When it was first reached.</param>
/// <param name="Took">From the stop before; for the current stop, so far.</param>
/// <param name="Summary">The sentence that reached it: "Business Central created sales order SO-88412".</param>
public sealed record StageStop(string Name, VerdictSystem? System, StopState State, int Times, DateTimeOffset? At, TimeSpan? Took, string? Summary, string? Step);

public sealed record TimelineEntry(
    DateTimeOffset At, int Sequence, JournalEventType Type, string Step, string Stage, VerdictSystem? System, string Summary, string? Code, int Attempt, int DurationMicroseconds, Guid? AttemptId,
    Basis? Basis = null);

/// <summary>One request and its answer.</summary>
/// <param name="Status">HTTP status; 0 when no answer came.</param>
/// <param name="LookUp">True when it only asked whether an earlier write had arrived.</param>
public sealed record AttemptItem(
    Guid Id, string Step, int Occurrence, int Number, VerdictSystem System, string Operation, string Method, string Path, int Status, DateTimeOffset StartedAt, int DurationMicroseconds,
    FaultKind? FaultKind, string? FaultCode, string? FaultMessage, bool LookUp, Guid? RequestPayloadId, Guid? AnswerPayloadId);

public sealed record EffectItem(
    string Step, int Occurrence, int Epoch, VerdictSystem System, string Operation, WriteKind WriteKind, EffectState State, string IdempotencyKey, int Attempts, string Summary,
    DateTimeOffset IntendedAt, DateTimeOffset? ResolvedAt);

public sealed record IdentifierItem(string Kind, string Value);

public enum DocumentKind
{
    /// <summary>As the channel sent it.</summary>
    Source,

    /// <summary>What we made of it.</summary>
    Canonical,

    /// <summary>Sent to a system.</summary>
    Request,

    /// <summary>What the system answered.</summary>
    Answer,

    /// <summary>A later message about the transaction: an acknowledgement, a shipment.</summary>
    Message,
}

/// <param name="System">Who sent or got it; null = ours.</param>
/// <param name="Title">"createSalesOrder, attempt 2, answer 503".</param>
/// <param name="Length">Of the raw bytes; null when the body is gone.</param>
public sealed record TransactionDocument(Guid PayloadId, DocumentKind Kind, VerdictSystem? System, string Title, DateTimeOffset At, string? ContentType, int? Length, Guid? AttemptId = null);

/// <summary>The order's lines with what became of them.</summary>
public sealed record TransactionLine(string ChannelLineRef, string Sku, string? Title, int Ordered, int Shipped, int Remaining, Domain.Shared.Money? UnitPrice, bool RequiresShipping)
{
    public LineState State => !RequiresShipping ? LineState.NothingToShip : Remaining == 0 ? LineState.Shipped : Shipped > 0 ? LineState.PartlyShipped : LineState.Open;
}

public enum LineState
{
    Open,
    PartlyShipped,
    Shipped,
    NothingToShip,
}

public sealed record TransactionLines(IReadOnlyList<TransactionLine> Lines, IReadOnlyList<Domain.Orders.Shipment> Shipments);
