using ControlPlane.Domain.Shared;

namespace ControlPlane.Web.Features.Api.Transactions;

/// <param name="Key">The connection's key; empty when only the role is known.</param>
public sealed record SystemItem(string Key, string Name, string Role);

/// <param name="Amount">Exact decimal text: <c>126.40</c>.</param>
public sealed record AmountItem(string Amount, string Currency);

/// <summary>Where it stands, in whose system, whose move it is and why.</summary>
/// <param name="Stage">The stage that is being worked on or waited for.</param>
/// <param name="System">Null = ControlPlane itself.</param>
/// <param name="Move">nobody, us, channel, marketplace, erp, wms, other or unknown.</param>
/// <param name="Owner">Who is asked when the system fails.</param>
/// <param name="AgeSeconds">Since when it has been like this.</param>
/// <param name="Confidence">unknown, likely or certain.</param>
/// <param name="Evidence">Oldest first. Only with a single transaction.</param>
public sealed record VerdictItem(
    string Sentence, string Stage, SystemItem? System, string Move, string? Owner, DateTimeOffset Since, long AgeSeconds, DateTimeOffset? DueAt, string Confidence, string NextStep, IReadOnlyList<EvidenceItem>? Evidence);

/// <summary>What comes next by the flow. Past <paramref name="By"/> its absence is an exception.</summary>
/// <param name="Event">The awaited event (shipment.confirmed), or the stage to be reached (erp-posted).</param>
/// <param name="System">Who brings it; null = ControlPlane itself.</param>
/// <param name="Because">within, ship-by, pick-up, promise or late.</param>
public sealed record ExpectationItem(string Event, SystemItem? System, DateTimeOffset By, string Because);

public sealed record EvidenceItem(DateTimeOffset At, string Text, string? System, Guid? AttemptId);

/// <param name="Kind">transient, throttled, maintenance, authentication, data, conflict, unknown-outcome, overdue or internal.</param>
public sealed record FaultItem(string Kind, string Code, string? Message);

/// <param name="Number">What people quote.</param>
/// <param name="Reference">Ours; ERP and warehouse carry it.</param>
/// <param name="Connection">Key of the channel it came from.</param>
/// <param name="State">running, waiting, retrying, stuck, closed or cancelled.</param>
/// <param name="Stage">The last stage reached.</param>
/// <param name="Total">Null while the channel withholds it.</param>
public sealed record TransactionItem(
    Guid Id, string Kind, string Number, string Reference, string Connection, string State, string Stage, AmountItem? Total, int LineCount, DateTimeOffset PlacedAt, DateTimeOffset ReceivedAt, DateTimeOffset UpdatedAt,
    DateTimeOffset? ClosedAt, DateTimeOffset? ShipBy, FaultItem? Fault, VerdictItem Verdict, ExpectationItem? Expects);

/// <param name="State">done, skipped, current or ahead.</param>
/// <param name="Times">How often it was reached: once a shipment for some.</param>
/// <param name="TookMilliseconds">From the stop before; for the current one, so far.</param>
public sealed record StageItem(string Name, string State, SystemItem? System, int Times, DateTimeOffset? At, long? TookMilliseconds, string? Summary);

/// <param name="Path">Without its query, which may hold what a person typed.</param>
/// <param name="Status">HTTP status; 0 when no answer came.</param>
/// <param name="LookUp">True when it only asked whether an earlier write had arrived.</param>
public sealed record AttemptAnswer(
    Guid Id, string Step, int Occurrence, int Number, string Connection, string Operation, string Method, string Path, int Status, DateTimeOffset StartedAt, double DurationMilliseconds, bool LookUp, FaultItem? Fault);

/// <param name="WriteKind">keyed, upsert or blind.</param>
/// <param name="State">intended, confirmed, refused, unknown or skipped.</param>
public sealed record EffectAnswer(string Step, int Occurrence, string Connection, string Operation, string WriteKind, string State, string IdempotencyKey, int Attempts, string Summary, DateTimeOffset IntendedAt, DateTimeOffset? ResolvedAt);

public sealed record IdentifierAnswer(string Kind, string Value);

/// <param name="State">open, partly-shipped, shipped or nothing-to-ship.</param>
public sealed record LineAnswer(string LineRef, string Sku, string? Title, int Ordered, int Shipped, int Remaining, AmountItem? UnitPrice, string State);

/// <param name="Stages">In the order of the flow.</param>
/// <param name="Attempts">Oldest first; the newest thousand.</param>
/// <param name="Lines">Empty when the order is not kept any more.</param>
public sealed record TransactionAnswer(
    Guid Id, string Kind, string Number, string Reference, string CorrelationId, string Connection, string State, string Stage, string Flow, int FlowVersion, string Step, AmountItem? Total, int LineCount,
    DateTimeOffset PlacedAt, DateTimeOffset ReceivedAt, DateTimeOffset UpdatedAt, DateTimeOffset? ClosedAt, DateTimeOffset? ShipBy, FaultItem? Fault, VerdictItem Verdict, ExpectationItem? Expects, IReadOnlyList<StageItem> Stages,
    IReadOnlyList<AttemptAnswer> Attempts, IReadOnlyList<IdentifierAnswer> Identifiers, IReadOnlyList<EffectAnswer> Effects, IReadOnlyList<LineAnswer> Lines);

/// <param name="Type">received, validated, call-succeeded, …</param>
/// <param name="System">Key of the connection it happened at; null = here.</param>
public sealed record JournalItem(
    DateTimeOffset At, int Sequence, string Type, string Step, string Stage, string? System, string Summary, string? Code, int Attempt, double DurationMilliseconds, Guid? AttemptId);

/// <param name="Reason">Why, for the journal; at most 300 characters.</param>
public sealed record RetryRequest(string? Reason);

/// <param name="From">Id of a step of the flow, or <c>start</c>; left out: the step where it stands.</param>
/// <param name="Version"><c>pinned</c> (default) or <c>newest</c>.</param>
/// <param name="Reissue">True sends confirmed and uncertain writes once more under new keys.</param>
/// <param name="Reason">Why, for the journal; at most 300 characters. Required with <paramref name="Reissue"/>.</param>
public sealed record ReplayBody(string? From, string? Version, bool? Reissue, string? Reason);

/// <param name="Code"><c>accepted</c> or <c>already_done</c>.</param>
public sealed record CommandAnswerItem(string Code, string Message);
