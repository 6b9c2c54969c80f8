using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Transactions.Home;

/// <summary>What is broken for the business, since when, how much, and whose move it is: one reading.</summary>
public sealed record HomeView
{
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>False for a new installation: there is nothing to judge yet.</summary>
    public required bool AnyOrders { get; init; }

    public required OpenOrders Open { get; init; }

    public required DayTotals Today { get; init; }

    /// <summary>The cases that hold the most money, the largest first; at most <see cref="HomeQueries.MostCases"/>.</summary>
    public required IReadOnlyList<StuckCase> Cases { get; init; }

    /// <summary>Cases in all, the ones left out included.</summary>
    public required int CaseCount { get; init; }

    public DateTimeOffset? OldestStuckSince { get; init; }

    /// <summary>All that is stuck, per currency.</summary>
    public required IReadOnlyList<Money> StuckMoney { get; init; }

    /// <summary>Null when no stuck order has to leave before the day ends.</summary>
    public LateMoney? Late { get; init; }

    public required IReadOnlyList<SystemStanding> Systems { get; init; }

    /// <summary>Stuck at ourselves: refused by our own checks, or a defect of ours.</summary>
    public required SystemStanding Ourselves { get; init; }

    /// <summary>The oldest step first, without gaps; the last one has only begun. Six hours, or one hour where there is no older traffic.</summary>
    public required IReadOnlyList<TrafficStep> Traffic { get; init; }

    /// <summary>Length of a step: five minutes, or one where there is no older traffic.</summary>
    public required TimeSpan Step { get; init; }

    /// <summary>What happened in the last quarter of an hour: whether orders get through now.</summary>
    public required TrafficStep Present { get; init; }

    /// <summary>Orders closed, over the last five minutes.</summary>
    public required double ClosedPerMinute { get; init; }
}

/// <summary>Orders that are not finished, by state.</summary>
public sealed record OpenOrders(int Running, int Waiting, int Retrying, int Stuck);

/// <summary>Since the viewer's midnight.</summary>
public sealed record DayTotals(int Received, int Closed, int Duplicates, int Refused);

/// <summary>Stuck orders that have the same cause at the same system.</summary>
/// <param name="Code">Fault code; empty where none was given.</param>
/// <param name="Message">The fault of one of them, in business words.</param>
/// <param name="Party">Role of the system at which they stand; null = here.</param>
/// <param name="Move">Whose move it is, by the verdict of the oldest of them: the same that its own page says.</param>
/// <param name="System">The system that the verdict names; null where it names none.</param>
/// <param name="Amounts">What they hold, per currency.</param>
/// <param name="Since">When the oldest got stuck.</param>
/// <param name="ShipBy">The earliest promise of theirs; null when there is none.</param>
public sealed record StuckCase(
    string Code,
    FaultKind? Kind,
    string Message,
    SystemRole? Party,
    string? PartyConnection,
    int Count,
    IReadOnlyList<Money> Amounts,
    DateTimeOffset Since,
    DateTimeOffset? ShipBy,
    VerdictMove Move = VerdictMove.Unknown,
    VerdictSystem? System = null);

/// <summary>Stuck orders whose promise ends today.</summary>
/// <param name="By">The last of those promises.</param>
public sealed record LateMoney(int Count, IReadOnlyList<Money> Amounts, DateTimeOffset By);

public sealed record TrafficStep(DateTimeOffset At, int Received, int Closed, int Stuck);
