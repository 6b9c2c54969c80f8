namespace ControlPlane.Domain.Outbound;

/// <summary>Why work is not sent to a system now. Held work burns no attempt. The value is stored; do not renumber.</summary>
public enum HoldReason : short
{
    /// <summary>A declared maintenance window is open.</summary>
    Maintenance = 1,

    /// <summary>The system failed too often; its breaker is open and one probe at a time finds out when it is back.</summary>
    Breaker = 2,

    /// <summary>All places for calls at this system are taken by calls that do not end.</summary>
    Congestion = 3,

    /// <summary>The rate budget is used up.</summary>
    Budget = 4,

    /// <summary>An earlier transaction of the same key is not done yet.</summary>
    Order = 5,
}

/// <param name="Key">What holds it, and what it is released by: a connection's key, with an operation after a slash where only that is held, or <c>key:</c> and the key whose order is kept.</param>
/// <param name="Until">When it is expected to go on; null when nobody knows.</param>
/// <param name="Text">One sentence for people.</param>
public sealed record Hold(HoldReason Reason, string Key, DateTimeOffset? Until, string Text)
{
    /// <summary>
    /// Code of the failure behind it; null where there was none, as with a window or our own budget. It tells a system that said that it cannot work
    /// from one of which nothing is heard.
    /// </summary>
    public string? Because { get; init; }

    /// <summary>Stable code: <c>held.maintenance</c>.</summary>
    public string Code => Reason switch
    {
        HoldReason.Maintenance => "held.maintenance",
        HoldReason.Breaker when Because?.StartsWith("outbound.", StringComparison.Ordinal) == true => "held.unreachable",
        HoldReason.Breaker => "held.breaker",
        HoldReason.Congestion => "held.congestion",
        HoldReason.Budget when Because is not null => "held.throttled",
        HoldReason.Budget => "held.budget",
        HoldReason.Order => "held.order",
        _ => throw new ArgumentOutOfRangeException(nameof(Reason)),
    };

    /// <summary>Holds what a person put aside: no gate lets it go. No connection has such a key.</summary>
    public const string ByPerson = "~person";

    public static string KeyOf(string connection, string operation) => $"{connection}/{operation}";

    /// <summary>The connection in a key, whether one operation is held or all.</summary>
    public static string ConnectionOf(string key) => key.IndexOf('/', StringComparison.Ordinal) is > 0 and var at ? key[..at] : key;
}
