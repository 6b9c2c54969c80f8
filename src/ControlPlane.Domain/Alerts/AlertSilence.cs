namespace ControlPlane.Domain.Alerts;

/// <summary>Somebody knows of it: nobody is told until then. What is null fits all; at least one is given.</summary>
/// <param name="Connection">Key of the connection that the objective is held over, or that is to blame.</param>
/// <param name="Party">Role of a system, or <c>us</c>.</param>
/// <param name="Until">Exclusive.</param>
public sealed record AlertSilence(Guid Id, string? Objective, string? Connection, string? Party, string By, string Reason, DateTimeOffset From, DateTimeOffset Until)
{
    /// <summary>Longer is not a silence but an objective that nobody believes in.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    public bool Covers(AlertSubject subject, DateTimeOffset at) =>
        at >= From && at < Until && (Objective is null || Objective == subject.Objective) && (Connection is null || subject.Connections.Contains(Connection)) && (Party is null || Party == subject.Party);
}

/// <summary>One objective in an incident, as silences see it.</summary>
public sealed record AlertSubject(string Objective, IReadOnlyCollection<string> Connections, string? Party);

/// <summary>Whether an incident is silent, and why: in words for its page.</summary>
public static class AlertQuiet
{
    /// <summary>Only where every objective of the incident is covered: one that nobody silenced is still told. Null = it is told.</summary>
    public static string? Why(IReadOnlyCollection<AlertSubject> subjects, IReadOnlyCollection<AlertSilence> silences, DateTimeOffset at)
    {
        AlertSilence? last = null;
        foreach (var subject in subjects)
        {
            var longest = silences.Where(s => s.Covers(subject, at)).MaxBy(s => s.Until);
            if (longest is null)
                return null;
            if (last is null || longest.Until < last.Until)
                last = longest;
        }

        return last is null ? null : $"Silenced by {last.By} until {last.Until.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {last.Reason}";
    }
}
