using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Silence;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Transactions;

/// <summary>One business transaction, with everything that a list or a verdict shows: no join per row. Times in microseconds UTC.</summary>
public sealed class TransactionRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    /// <summary><c>order</c>; later also return, stock, catalogue, settlement.</summary>
    public string Kind { get; set; } = "order";

    public TransactionState State { get; set; }

    /// <summary>The last business stage that was reached.</summary>
    public string Stage { get; set; } = "";

    /// <summary>The step being worked on or waited at.</summary>
    public string Step { get; set; } = "";

    /// <summary>Key of the channel's connection.</summary>
    public string Connection { get; set; } = "";

    public string Flow { get; set; } = "";

    public int FlowVersion { get; set; }

    public string Number { get; set; } = "";

    public string Reference { get; set; } = "";

    public string CorrelationId { get; set; } = "";

    public string Currency { get; set; } = "";

    public long? TotalMinor { get; set; }

    public int LineCount { get; set; }

    public long PlacedAt { get; set; }

    public long ReceivedAt { get; set; }

    public long UpdatedAt { get; set; }

    public long? ClosedAt { get; set; }

    /// <summary>Since when it is in its present state at its present step.</summary>
    public long Since { get; set; }

    /// <summary>When the awaited event or the next attempt is due.</summary>
    public long? DueAt { get; set; }

    /// <summary>What comes next by the flow: the event of a wait, or the stage that is to be reached. Null when nothing has a deadline, and while only a person can go on.</summary>
    public string? Expects { get; set; }

    /// <summary>By when; past it silence is an exception.</summary>
    public long? ExpectsBy { get; set; }

    public ExpectationReason? ExpectsWhy { get; set; }

    /// <summary>The channel's ship-by promise.</summary>
    public long? ShipBy { get; set; }

    /// <summary>Whose move it is: the role of the system; null = ours.</summary>
    public SystemRole? Party { get; set; }

    /// <summary>Key of the connection whose move it is; null = ours.</summary>
    public string? PartyConnection { get; set; }

    public FaultKind? FaultKind { get; set; }

    public string? FaultCode { get; set; }

    public string? FaultMessage { get; set; }

    /// <summary>The exception case for which it is stuck. While it is tried again the last one stays, until it moves on.</summary>
    public Guid? CaseId { get; set; }

    /// <summary>Its place in the worklist, see <see cref="Domain.Worklist.WorkRank"/>; null while it needs nobody.</summary>
    public double? WorkRank { get; set; }

    /// <summary>By when somebody has to act: the earliest of its promise and what its channel's rules say; null = no deadline, or it needs nobody.</summary>
    public long? ActBy { get; set; }

    /// <summary>Key of the team whose it is, decided when it came to be stuck; null = nobody's, or it never was. It stays when it moves on.</summary>
    public string? Owner { get; set; }

    /// <summary>True when a person gave it to that team: rules do not take it away.</summary>
    public bool OwnerAssigned { get; set; }

    /// <summary>Payload of the channel's document, and of the canonical order made of it.</summary>
    public Guid? SourcePayloadId { get; set; }

    public Guid? CanonicalPayloadId { get; set; }

    /// <summary>W3C trace context of the sender, or ours where it sent none: passed on to every system, days later too.</summary>
    public string? TraceParent { get; set; }

    /// <summary>Rises with each change: what a live page compares.</summary>
    public int Revision { get; set; }
}

/// <summary>Finds a transaction by any number: one index seek on (tenant, value).</summary>
public sealed class TransactionIdentifierRow : ITenantRow
{
    public int TenantId { get; set; }

    /// <summary>Normalised, see <see cref="Identifier.Normalize"/>.</summary>
    public string Value { get; set; } = "";

    public Guid TransactionId { get; set; }

    public string Kind { get; set; } = "";

    /// <summary>As its owner wrote it.</summary>
    public string Written { get; set; } = "";

    public IdentifierOrigin Origin { get; set; }
}

/// <summary>Who says that a transaction has a number.</summary>
public enum IdentifierOrigin : short
{
    /// <summary>Receiving, or a step of the flow. Events are matched by these.</summary>
    Flow = 0,

    /// <summary>A rule of this company: for people who search. It comes and goes with the rule.</summary>
    Rule = 1,
}

public sealed class JournalRow : ITenantRow
{
    public Guid TransactionId { get; set; }

    /// <summary>Microseconds UTC; with <see cref="Sequence"/> the order of events.</summary>
    public long At { get; set; }

    /// <summary>Counts the flow's own events from 1; 0 for what came from outside (a person, a duplicate).</summary>
    public int Sequence { get; set; }

    public int TenantId { get; set; }

    public JournalEventType Type { get; set; }

    public string Step { get; set; } = "";

    public string Stage { get; set; } = "";

    public string? System { get; set; }

    public string Summary { get; set; } = "";

    public string? Code { get; set; }

    public int Attempt { get; set; }

    public int DurationMicroseconds { get; set; }

    public Guid? AttemptId { get; set; }

    /// <summary>With which versions, by which policy, by whom: see <see cref="Domain.Transactions.Basis"/>.</summary>
    public string? Basis { get; set; }
}

/// <summary>An outbound write, recorded before and after.</summary>
public sealed class EffectRow : ITenantRow
{
    public Guid TransactionId { get; set; }

    public string Step { get; set; } = "";

    public int Occurrence { get; set; }

    public int Epoch { get; set; }

    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public string Operation { get; set; } = "";

    public WriteKind WriteKind { get; set; }

    public EffectState State { get; set; }

    public string IdempotencyKey { get; set; } = "";

    public int Attempts { get; set; }

    public string Summary { get; set; } = "";

    public long IntendedAt { get; set; }

    public long? ResolvedAt { get; set; }
}

/// <summary>One request to a system and its answer. An attempt of an operation has one or more of them.</summary>
public sealed class AttemptRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public Guid TransactionId { get; set; }

    public string Step { get; set; } = "";

    public int Occurrence { get; set; }

    /// <summary>Which attempt of the step, counted from 1.</summary>
    public int Number { get; set; }

    public string Connection { get; set; } = "";

    public string Operation { get; set; } = "";

    public string Method { get; set; } = "";

    public string Path { get; set; } = "";

    /// <summary>HTTP status; 0 when no answer came.</summary>
    public int Status { get; set; }

    public long StartedAt { get; set; }

    public int DurationMicroseconds { get; set; }

    public FaultKind? FaultKind { get; set; }

    public string? FaultCode { get; set; }

    public string? FaultMessage { get; set; }

    /// <summary>True when it only asked whether an earlier write had arrived.</summary>
    public bool LookUp { get; set; }

    public Guid? RequestPayloadId { get; set; }

    public Guid? AnswerPayloadId { get; set; }
}
