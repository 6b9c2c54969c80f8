namespace ControlPlane.Domain.Objectives;

/// <param name="Left">Share of the period's budget that is left; below 0 once it is overspent.</param>
public sealed record BurnDownPoint(DateTimeOffset At, decimal Left);

/// <summary>The budget of a calendar period over its days. It only falls: what is spent does not come back because many good events follow.</summary>
public static class BurnDown
{
    /// <summary>
    /// The budget is that of the units which the period is expected to have: known at its beginning, so that the line cannot rise with the number of
    /// events. Where more come than were expected, their budget is granted when the period ends, and not before.
    /// </summary>
    /// <param name="expectedUnits">Of the whole period: what the one before it had, or what slices it has. At least 1.</param>
    /// <param name="step">Between two points.</param>
    /// <param name="now">The line ends here.</param>
    public static IReadOnlyList<BurnDownPoint> Of(Objective objective, IReadOnlyCollection<Tally> tallies, ObjectivePeriod period, long expectedUnits, TimeSpan step, DateTimeOffset now)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(expectedUnits, 1);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(step, TimeSpan.Zero);
        var budget = objective.Allowance * expectedUnits;
        var points = new List<BurnDownPoint> { new(period.From, 1) };
        var end = now < period.To ? now : period.To;
        for (var at = period.From + step; at < end + step; at += step)
        {
            var until = at < end ? at : end;
            var spent = Attainment.Of(objective, tallies, new(period.From, until)).Spent;
            // A slice that looked bad at first can still become good: the line stays where it was.
            points.Add(new(until, Math.Min(points[^1].Left, 1 - spent / budget)));
        }

        return points;
    }
}
