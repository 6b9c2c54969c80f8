using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace ControlPlane.Runtime.Transactions.Home;

/// <summary>How a system stands, the gravest thing first.</summary>
public enum SystemCondition
{
    /// <summary>Orders are stuck at it.</summary>
    Stuck,

    /// <summary>It says that it is closed for maintenance.</summary>
    Maintenance,

    /// <summary>It limits our calls.</summary>
    Throttled,

    /// <summary>Calls to it fail and are tried again.</summary>
    Failing,

    Working,

    /// <summary>Nothing came from it and nothing went to it for an hour.</summary>
    Quiet,

    /// <summary>Switched off in ControlPlane.</summary>
    Off,
}

/// <summary>One system at one moment.</summary>
/// <param name="Key">The connection's key; empty for ourselves.</param>
/// <param name="PerMinute">What passes: documents in from a channel, calls to the others; over the last five minutes.</param>
/// <param name="LastAt">Its last sign of life; null when there was none in the time looked at.</param>
/// <param name="Since">Since when the oldest of its troubles lasts.</param>
public sealed record SystemStanding(
    string Key,
    string Name,
    SystemRole? Role,
    SystemCondition Condition,
    int Waiting,
    int Retrying,
    int Stuck,
    double PerMinute,
    DateTimeOffset? LastAt,
    DateTimeOffset? Since);

/// <summary>What is known of a system, before it is judged.</summary>
public sealed record SystemSigns
{
    public bool Enabled { get; init; } = true;

    public int Waiting { get; init; }

    public int Stuck { get; init; }

    /// <summary>Orders that are being retried at it, by what went wrong.</summary>
    public IReadOnlyDictionary<FaultKind, int> Retrying { get; init; } = new Dictionary<FaultKind, int>();

    /// <summary>Calls in the last hour, and how many of them failed for a reason of the system's own.</summary>
    public int Calls { get; init; }

    public int FailedCalls { get; init; }

    /// <summary>Its queue is not listened to as it should be.</summary>
    public bool QueueBroken { get; init; }

    /// <summary>One of its feeds could not be read when it was asked last, or its last test failed.</summary>
    public bool Unreached { get; init; }

    public DateTimeOffset? LastAt { get; init; }
}

public static class SystemJudgement
{
    public static readonly TimeSpan QuietAfter = TimeSpan.FromHours(1);

    /// <summary>Fewer failures than this are noise.</summary>
    private const int FewestFailures = 3;

    /// <summary>
    /// The gravest sign decides. A failing share of calls counts from one in five: a single refused document does not make
    /// a system broken, and orders that merely wait for it within their deadline do not either.
    /// </summary>
    public static SystemCondition Of(SystemSigns signs, DateTimeOffset now)
    {
        if (!signs.Enabled)
            return SystemCondition.Off;
        if (signs.Stuck > 0)
            return SystemCondition.Stuck;
        if (signs.Retrying.GetValueOrDefault(FaultKind.Maintenance) > 0)
            return SystemCondition.Maintenance;
        if (signs.Retrying.GetValueOrDefault(FaultKind.Throttled) > 0)
            return SystemCondition.Throttled;
        if (signs.QueueBroken || signs.Retrying.Values.Sum() > 0 || (signs.FailedCalls >= FewestFailures && signs.FailedCalls * 5 >= signs.Calls))
            return SystemCondition.Failing;
        if (signs.LastAt is { } last && now - last < QuietAfter)
            return SystemCondition.Working;
        // It is silent because it cannot be reached: that is no quiet.
        return signs.Unreached || signs.FailedCalls > 0 ? SystemCondition.Failing : SystemCondition.Quiet;
    }
}
