using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Alerts;

public enum AlertState : short
{
    Firing = 1,

    /// <summary>Somebody has it: the ladder is not climbed any more.</summary>
    Acknowledged = 2,
    Resolved = 3,
}

/// <summary>One pair of windows as it stood.</summary>
/// <param name="Factor">Above it the window burns too fast.</param>
public sealed record AlertWindow(AlertUrgency Urgency, TimeSpan Long, TimeSpan Short, decimal Factor, decimal? LongRate, decimal? ShortRate, bool Firing);

/// <summary>One objective in an incident.</summary>
/// <param name="Pace">Times the pace at which the budget would last; null where a count fired.</param>
/// <param name="Spent">Share of the budget; above 1 once it is overspent; null without data.</param>
/// <param name="EmptyAt">When the budget is used up if it goes on like this; null = not within a year, or not known.</param>
/// <param name="Connections">Keys that it is held over, and of the system to blame.</param>
/// <param name="Parts">Names of the objectives that it is made of; null = it is one itself.</param>
public sealed record AlertObjective(
    string Name, string Title, string Indicator, AlertUrgency Urgency, bool Counted, decimal? Pace, decimal? Spent, DateTimeOffset? EmptyAt, string? Team, string? Runbook, IReadOnlyList<string> Connections, IReadOnlyList<AlertWindow> Windows, DateTimeOffset From, DateTimeOffset To,
    IReadOnlyList<string>? Parts = null);

/// <summary>What is known of an incident at one time; kept as JSON.</summary>
/// <param name="Case">Id of the case that most misses have; null = none stands out.</param>
/// <param name="CaseWords">What the catalogue calls the cause of the case; where it knows none, the message of the case.</param>
/// <param name="Party">Role of the party to blame for most misses; null = none stands out.</param>
/// <param name="System">Key of the connection to blame; null = not known.</param>
/// <param name="Share">Of the misses that have this cause, 0 to 1.</param>
/// <param name="Bad">All misses in the stretch.</param>
public sealed record AlertFacts(
    AlertCauseKind Kind, string Key, Guid? Case, string? CaseWords, string? Party, string? System, decimal Share, long Bad, IReadOnlyList<AlertObjective> Objectives, string? Note = null)
{
    public AlertUrgency Urgency => Objectives.Count == 0 ? AlertUrgency.Page : Objectives.Min(o => o.Urgency);

    public string? Team => Objectives.Select(o => o.Team).FirstOrDefault(t => t is not null);

    public string? Runbook => Objectives.Select(o => o.Runbook).FirstOrDefault(r => r is not null);

    public IReadOnlyCollection<AlertSubject> Subjects => [.. Objectives.Select(o => new AlertSubject(o.Name, o.Connections, Party))];
}

/// <summary>When the rest of a budget is gone at the pace of now.</summary>
public static class AlertForecast
{
    private static readonly TimeSpan Horizon = TimeSpan.FromDays(365);

    /// <param name="left">Share that is left; at or below 0 it is gone now.</param>
    /// <param name="pace">Times the pace at which the whole budget lasts exactly <paramref name="window"/>.</param>
    public static DateTimeOffset? EmptyAt(decimal? left, decimal? pace, TimeSpan window, DateTimeOffset at)
    {
        if (left is not { } rest || (rest > 0 && pace is not > 0))
            return null;
        if (rest <= 0)
            return at;
        var ticks = rest / pace!.Value * window.Ticks;
        return ticks > Horizon.Ticks ? null : at + TimeSpan.FromTicks((long)ticks);
    }
}
