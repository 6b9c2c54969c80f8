using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Transactions;

/// <summary>
/// Where a transaction stands, in whose system, whose move it is and why: the one line that a person reads first.
/// Made by <see cref="VerdictRules"/>. Nobody is named without evidence; "unknown" is an answer.
/// </summary>
public sealed record Verdict
{
    /// <summary>Plain words, complete without the other fields. Times are in the zone that was asked for.</summary>
    public required string Sentence { get; init; }

    /// <summary>The stage that is being worked on or waited for, as the flow names it.</summary>
    public required string Stage { get; init; }

    /// <summary>The system at which it stands; null = here.</summary>
    public VerdictSystem? System { get; init; }

    public required VerdictMove Move { get; init; }

    /// <summary>The person or team to ask: the owner of <see cref="System"/>'s connection. Null when none is named.</summary>
    public string? Owner { get; init; }

    /// <summary>Since when it has been like this: the first of the failures in a row, or the begin of the wait.</summary>
    public required DateTimeOffset Since { get; init; }

    public required TimeSpan Age { get; init; }

    /// <summary>When the awaited event or the next attempt is due; null when nothing is.</summary>
    public DateTimeOffset? DueAt { get; init; }

    /// <summary>Oldest first.</summary>
    public IReadOnlyList<VerdictEvidence> Evidence { get; init; } = [];

    /// <summary>What a person can do; says so when there is nothing to do.</summary>
    public required string NextStep { get; init; }

    public required VerdictConfidence Confidence { get; init; }
}

/// <param name="Key">The connection's key; empty when only the role is known.</param>
/// <param name="DisplayName">As people call it: "WMS Regional".</param>
/// <param name="Owner">Who is asked when it fails; null when nobody is named.</param>
public sealed record VerdictSystem(string Key, string DisplayName, SystemRole Role, string? Owner = null);

/// <param name="System">Key of the connection it happened at; null when it happened here.</param>
/// <param name="AttemptId">The call with its request and answer, where it was one.</param>
public sealed record VerdictEvidence(DateTimeOffset At, string Text, string? System = null, Guid? AttemptId = null);

/// <summary>Whose move it is.</summary>
public enum VerdictMove
{
    /// <summary>It is finished.</summary>
    Nobody,

    /// <summary>Ours: ControlPlane works on it, or somebody here has to act.</summary>
    Us,

    /// <summary>The selling system it came from, unless that is a marketplace.</summary>
    Channel,
    Marketplace,
    Erp,

    /// <summary>Warehouse or 3PL.</summary>
    Warehouse,

    /// <summary>Payment, tax, notification and the like.</summary>
    OtherSystem,

    /// <summary>The facts do not say.</summary>
    Unknown,
}

public enum VerdictConfidence
{
    /// <summary>The facts do not say who has to act, or what happened.</summary>
    Unknown,

    /// <summary>It follows from the state that was recorded; the proof is missing or was not looked at.</summary>
    Likely,

    /// <summary>There is evidence: an answer, a message, a confirmed write.</summary>
    Certain,
}

public static class VerdictMoves
{
    /// <summary>The word in the API: lower-case.</summary>
    public static string Word(this VerdictMove move) => move switch
    {
        VerdictMove.Nobody => "nobody",
        VerdictMove.Us => "us",
        VerdictMove.Channel => "channel",
        VerdictMove.Marketplace => "marketplace",
        VerdictMove.Erp => "erp",
        VerdictMove.Warehouse => "wms",
        VerdictMove.OtherSystem => "other",
        VerdictMove.Unknown => "unknown",
        _ => throw new ArgumentOutOfRangeException(nameof(move)),
    };

    public static VerdictMove Of(SystemRole role) => role switch
    {
        SystemRole.Marketplace => VerdictMove.Marketplace,
        SystemRole.Erp => VerdictMove.Erp,
        SystemRole.Wms or SystemRole.ThreePl => VerdictMove.Warehouse,
        _ when role.Sells() => VerdictMove.Channel,
        _ => VerdictMove.OtherSystem,
    };
}
