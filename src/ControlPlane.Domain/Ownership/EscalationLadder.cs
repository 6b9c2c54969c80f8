using ControlPlane.Domain.Shared.Calendars;

namespace ControlPlane.Domain.Ownership;

/// <summary>What of one team waits for one cause: it is told as one thing, however many orders it has.</summary>
/// <param name="UnclaimedSince">Since when the oldest order is stuck that nobody has taken; null when all are taken.</param>
/// <param name="NextDeadline">The nearest deadline among those that nobody has taken.</param>
/// <param name="Fired">Steps that were told already.</param>
public sealed record QueueStanding(DateTimeOffset? UnclaimedSince, DateTimeOffset? NextDeadline, IReadOnlySet<string> Fired);

/// <param name="Name">Once a case: <c>step:1</c>, <c>deadline</c>.</param>
/// <param name="Urgent">At night too.</param>
/// <param name="Waited">Working time.</param>
public sealed record DueEscalation(string Name, EscalationTo To, bool Urgent, TimeSpan Waited);

/// <summary>Which steps of a team's ladder are due now. Pure: the clock is an argument.</summary>
public static class EscalationLadder
{
    public const string Deadline = "deadline";

    public static IReadOnlyList<DueEscalation> Due(Team team, BusinessCalendar calendar, QueueStanding standing, DateTimeOffset now)
    {
        if (standing.UnclaimedSince is not { } since)
            return [];
        var waited = calendar.Between(since, now);
        var due = new List<DueEscalation>();
        var near = team.UrgentWithin > TimeSpan.Zero && standing.NextDeadline is { } deadline && deadline - now <= team.UrgentWithin;
        if (near && !standing.Fired.Contains(Deadline))
            due.Add(new(Deadline, EscalationTo.Lead, true, waited));
        for (var i = 0; i < team.Ladder.Count; i++)
            if (waited >= team.Ladder[i].After && !standing.Fired.Contains(Step(i)))
                due.Add(new(Step(i), team.Ladder[i].To, near, waited));
        return due;
    }

    public static string Step(int index) => $"step:{index + 1}";
}
