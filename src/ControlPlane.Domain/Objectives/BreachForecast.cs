namespace ControlPlane.Domain.Objectives;

/// <summary>When a budget or a marketplace's threshold will be used up if it goes on as lately.</summary>
public static class BreachForecast
{
    /// <summary>Null: not within the horizon, or nothing is being spent. An instant that has passed means: it is breached already.</summary>
    /// <param name="points">The burn-down, oldest first. The pace is that of the last stretch <paramref name="lately"/>.</param>
    public static DateTimeOffset? EmptyAt(IReadOnlyList<BurnDownPoint> points, TimeSpan lately, TimeSpan horizon)
    {
        if (points.Count < 2)
            return null;
        if (points.FirstOrDefault(p => p.Left <= 0) is { } breached)
            return breached.At;
        var last = points[^1];
        var since = points.Where(p => p.At >= last.At - lately).First();
        if (since.At == last.At)
            since = points[^2];
        var spent = since.Left - last.Left;
        if (spent <= 0)
            return null;
        var ticks = last.Left / spent * (last.At - since.At).Ticks;
        return ticks > horizon.Ticks ? null : last.At + TimeSpan.FromTicks((long)ticks);
    }

    /// <summary>
    /// How many of the events still to come have to be good, so that a ratio of bad ones over a period does not exceed its limit (a marketplace's late
    /// shipments below 4 %): those that may still fail. Negative: so many are too many already, whatever comes.
    /// </summary>
    /// <param name="bad">So far.</param>
    /// <param name="expectedTotal">Of the whole period.</param>
    /// <param name="limit">Share, exclusive.</param>
    public static long MayStillFail(long bad, long expectedTotal, decimal limit) => (long)Math.Ceiling(limit * expectedTotal) - 1 - bad;
}
