namespace ControlPlane.Domain.Objectives;

public enum AlertUrgency
{
    /// <summary>Somebody has to look now.</summary>
    Page,

    /// <summary>Somebody has to look in working hours.</summary>
    Ticket,
}

/// <summary>
/// One pair of windows: it fires when both burn faster than <paramref name="Factor"/> times what the budget allows. The short one ends the alert soon
/// after the burning ends. The method is that of the SRE workbook, chapter "Alerting on SLOs".
/// </summary>
/// <param name="Share">Of the whole budget, spent within <paramref name="Long"/> at that pace.</param>
public sealed record BurnRule(AlertUrgency Urgency, TimeSpan Long, TimeSpan Short, decimal Share, decimal Factor)
{
    private static readonly (AlertUrgency Urgency, int LongHours, int ShortMinutes, decimal OfMonth, decimal OfWeek)[] Pairs =
    [
        (AlertUrgency.Page, 1, 5, 0.02m, 0.08m),
        (AlertUrgency.Page, 6, 30, 0.05m, 0.125m),
        (AlertUrgency.Ticket, 24, 120, 0.10m, 0.20m),
        (AlertUrgency.Ticket, 72, 360, 0.10m, 0.42m),
    ];

    /// <summary>
    /// For a window of 30 days: 14.4, 6, 3 and 1. Other windows by the same shares of their budget; below a fortnight with larger shares, since an hour is
    /// more of a week than of a month. A pair whose long window is longer than half the objective's is left out.
    /// </summary>
    public static IReadOnlyList<BurnRule> For(TimeSpan window) =>
        [.. from pair in Pairs
            let span = TimeSpan.FromHours(pair.LongHours)
            where span <= window / 2
            let share = window < TimeSpan.FromDays(14) ? pair.OfWeek : pair.OfMonth
            select new BurnRule(pair.Urgency, span, TimeSpan.FromMinutes(pair.ShortMinutes), share, share * (decimal)window.Ticks / span.Ticks)];
}

/// <param name="LongRate">Times the pace at which the budget would last exactly; null without an event.</param>
public sealed record BurnReading(BurnRule Rule, decimal? LongRate, decimal? ShortRate, bool Firing);

/// <summary>Whether an objective burns its budget too fast just now.</summary>
public static class BurnRate
{
    /// <summary>Bad units over all units of a stretch, over what is allowed; null where nothing happened.</summary>
    public static decimal? Of(Objective objective, IEnumerable<Tally> tallies, DateTimeOffset now, TimeSpan span)
    {
        var attained = Attainment.Of(objective, tallies, new(now - span, now));
        return attained.Units == 0 ? null : attained.Spent / attained.Units / objective.Allowance;
    }

    /// <summary>
    /// One reading a pair. Where the long window has fewer events than <see cref="Objective.MinimumCount"/> no pair fires: one failure of two would be a
    /// burn of fifty times; <see cref="CountRule"/> watches then.
    /// </summary>
    public static IReadOnlyList<BurnReading> Read(Objective objective, IReadOnlyCollection<Tally> tallies, DateTimeOffset now) =>
        [.. BurnRule.For(objective.Window.Nominal).Select(rule =>
        {
            var enough = Attainment.Of(objective, tallies, new(now - rule.Long, now)).Events >= objective.MinimumCount;
            var (slow, fast) = (Of(objective, tallies, now, rule.Long), Of(objective, tallies, now, rule.Short));
            return new BurnReading(rule, slow, fast, enough && slow > rule.Factor && fast > rule.Factor);
        })];
}

/// <summary>For quiet channels: so many bad events within a time are an alert, whatever their share.</summary>
/// <param name="Bad">At least 1.</param>
public sealed record CountRule(int Bad, TimeSpan Within)
{
    public bool Fires(IEnumerable<Tally> tallies, DateTimeOffset now) => tallies.Where(t => t.At >= now - Within && t.At < now).Sum(t => t.Bad) >= Bad;
}
