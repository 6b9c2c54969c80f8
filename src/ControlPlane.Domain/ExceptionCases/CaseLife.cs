namespace ControlPlane.Domain.ExceptionCases;

/// <summary>Where a case is in its life. Decided when it is looked at, from what happened: nothing has to run for it.</summary>
public enum CasePhase
{
    /// <summary>First seen within a day.</summary>
    New,

    /// <summary>Known, and still there.</summary>
    Ongoing,

    /// <summary>Much more in the last two hours than before.</summary>
    Escalating,

    /// <summary>It was over, or quiet for a day, and is back.</summary>
    Regressed,

    /// <summary>No order is stuck for it, and nothing failed in the last hour.</summary>
    Settled,

    /// <summary>A person does not want to hear of it until a time.</summary>
    Muted,
}

/// <param name="Hour">Begin of the hour.</param>
/// <param name="Failures">How many orders came to be stuck in it; at least 1.</param>
public sealed record CaseHour(DateTimeOffset Hour, int Failures);

/// <param name="Stuck">Orders that are stuck for it now.</param>
/// <param name="Hours">Hours in which something failed, oldest first. Quiet hours are left out.</param>
/// <param name="SettledAt">When a person said that the cause is mended.</param>
public sealed record CaseFacts(DateTimeOffset FirstSeen, int Stuck, IReadOnlyList<CaseHour> Hours, DateTimeOffset? MutedUntil, DateTimeOffset? SettledAt);

/// <param name="BackSince">When it came back; only when it did.</param>
public sealed record CaseStanding(CasePhase Phase, DateTimeOffset? BackSince);

/// <summary>The rules of a case's life.</summary>
public static class CaseLife
{
    /// <summary>Quiet for so long and failing again is coming back.</summary>
    public static readonly TimeSpan Quiet = TimeSpan.FromHours(24);

    private static readonly TimeSpan Young = TimeSpan.FromHours(24);

    /// <summary>So long it is news that it is back; then it is ongoing again.</summary>
    private static readonly TimeSpan BackFor = TimeSpan.FromHours(72);

    /// <summary>Fewer are no wave, whatever there was before.</summary>
    private const int LeastWave = 10;

    private const int Growth = 3;

    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);

    public static CaseStanding Decide(CaseFacts facts, DateTimeOffset now)
    {
        var back = BackSince(facts);
        if (facts.MutedUntil > now)
            return new(CasePhase.Muted, back);
        if (facts.Stuck == 0 && (facts.Hours.Count == 0 || facts.Hours[^1].Hour + Hour < now - Hour))
            return new(CasePhase.Settled, back);
        if (Escalates(facts, now))
            return new(CasePhase.Escalating, back);
        if (back is { } at && now - at < BackFor)
            return new(CasePhase.Regressed, back);
        return new(now - facts.FirstSeen < Young ? CasePhase.New : CasePhase.Ongoing, back);
    }

    /// <summary>The begin of the present row of failures when something quiet, or a person's word that it is mended, lies before it.</summary>
    private static DateTimeOffset? BackSince(CaseFacts facts)
    {
        for (var i = facts.Hours.Count - 1; i >= 0; i--)
        {
            var hour = facts.Hours[i].Hour;
            // Within the hour of the word itself nobody can tell which came first.
            if (facts.SettledAt is { } settled && hour > settled && (i == 0 || facts.Hours[i - 1].Hour <= settled))
                return hour;
            if (i > 0 && hour - (facts.Hours[i - 1].Hour + Hour) >= Quiet)
                return hour;
        }

        return null;
    }

    private static bool Escalates(CaseFacts facts, DateTimeOffset now)
    {
        var recent = facts.Hours.Where(h => h.Hour > now - 2 * Hour).Sum(h => h.Failures);
        if (recent < LeastWave)
            return false;
        var before = facts.Hours.Where(h => h.Hour <= now - 2 * Hour && h.Hour > now - Young).ToList();
        var began = facts.FirstSeen > now - Young ? facts.FirstSeen : now - Young;
        var hours = Math.Max(0, (now - 2 * Hour - began).TotalHours);
        // What began within these two hours has no "before" to be compared with: it is new.
        return hours >= 1 && recent / 2.0 > Growth * before.Sum(h => h.Failures) / hours;
    }

    public static string Word(this CasePhase phase) => phase switch
    {
        CasePhase.New => "new",
        CasePhase.Ongoing => "ongoing",
        CasePhase.Escalating => "escalating",
        CasePhase.Regressed => "regressed",
        CasePhase.Settled => "settled",
        CasePhase.Muted => "muted",
        _ => throw new ArgumentOutOfRangeException(nameof(phase)),
    };
}
