using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Alerts;

/// <summary>An objective burns its budget too fast just now.</summary>
/// <param name="At">Outcomes are read up to here, exclusive.</param>
/// <param name="Counted">True: so many bad events, on traffic too low for a rate.</param>
/// <param name="Burns">All pairs, whether they fire or not.</param>
/// <param name="Span">The stretch in which the misses lie that explain it.</param>
public sealed record AlertFinding(string Objective, AlertUrgency Urgency, DateTimeOffset At, bool Counted, IReadOnlyList<BurnReading> Burns, TimeSpan Span)
{
    /// <summary>Times the pace at which the budget would last; null where only a count fired.</summary>
    public decimal? Pace => Burns.Where(b => b.Firing).Max(b => b.LongRate);
}

/// <summary>Whether an objective is an alert. Pure: the same tallies give the same answer, on any node.</summary>
public static class AlertEvaluation
{
    /// <summary>So much of the past has to be at hand.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromHours(72);

    /// <summary>
    /// Up to when outcomes can be judged: an event that started later may still become good, and would count as if it had. Whole minutes, since the
    /// counting's stretches are.
    /// </summary>
    /// <param name="countedUpTo">The journal is counted up to here.</param>
    public static DateTimeOffset JudgedUpTo(Indicator indicator, DateTimeOffset countedUpTo)
    {
        var at = countedUpTo - indicator.Within;
        return new(at.UtcTicks - at.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
    }

    /// <summary>Null: no pair of windows fires, and no count.</summary>
    /// <param name="count">
    /// Holds where traffic is low: where so many bad events are also more than the budget allows for its time. On a busy channel three of ten thousand
    /// are what the objective expects.
    /// </param>
    public static AlertFinding? Of(Objective objective, CountRule? count, IReadOnlyCollection<Tally> tallies, DateTimeOffset at)
    {
        var burns = BurnRate.Read(objective, tallies, at);
        var firing = burns.Where(b => b.Firing).ToList();
        if (firing.Count > 0)
        {
            var urgency = firing.Min(b => b.Rule.Urgency);
            return new(objective.Name, urgency, at, false, burns, firing.Where(b => b.Rule.Urgency == urgency).Min(b => b.Rule.Long));
        }

        return count is not null && count.Fires(tallies, at) && BeyondBudget(objective, tallies, new(at - count.Within, at)) ? new(objective.Name, AlertUrgency.Page, at, true, burns, count.Within) : null;
    }

    /// <summary>Of several as one; null: no pair of windows fires. There is no count: on low traffic the parts count for themselves.</summary>
    public static AlertFinding? Of(string composite, IReadOnlyCollection<CompositeBurnPart> parts)
    {
        var burns = CompositeBurn.Read(parts);
        var firing = burns.Where(b => b.Firing).ToList();
        if (firing.Count == 0)
            return null;
        var urgency = firing.Min(b => b.Rule.Urgency);
        return new(composite, urgency, parts.Min(p => p.At), false, burns, firing.Where(b => b.Rule.Urgency == urgency).Min(b => b.Rule.Long));
    }

    private static bool BeyondBudget(Objective objective, IEnumerable<Tally> tallies, ObjectivePeriod period)
    {
        var within = tallies.Where(t => period.Contains(t.At)).ToList();
        return within.Sum(t => t.Bad) > objective.Allowance * within.Sum(t => t.Total);
    }
}
