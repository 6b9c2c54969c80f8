using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Transactions.Seeding;

/// <summary>All rows of one transaction.</summary>
public sealed class SeedRows
{
    public required TransactionRow Transaction { get; init; }

    public required WorkItemRow Work { get; init; }

    public List<TransactionIdentifierRow> Identifiers { get; } = [];

    public List<JournalRow> Journal { get; } = [];

    public List<EffectRow> Effects { get; } = [];

    public List<AttemptRow> Attempts { get; } = [];

    public List<PayloadRow> Payloads { get; } = [];

    public List<MessageRow> Messages { get; } = [];

    public List<SignalRow> Signals { get; } = [];
}

/// <summary>Each way in which a transaction can stand.</summary>
public enum SeedCase
{
    Closed,
    ClosedInTwoShipments,
    Cancelled,
    Running,
    WaitingForRelease,
    WaitingForAcknowledgement,
    WaitingForShipment,
    WaitingForSecondShipment,
    RetryingUnavailable,
    RetryingUnreachable,
    RetryingThrottled,
    RetryingMaintenance,
    RetryingConflict,
    RetryingUnknown,
    StuckRefused,
    StuckOwnCheck,
    StuckCredentials,
    StuckDefect,
    StuckOverdue,
    StuckOverdueUnproven,
    StuckUnknown,
    StuckRejected,
    StuckExhausted,
}
