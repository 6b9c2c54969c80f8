namespace ControlPlane.Domain.Objectives;

/// <summary>What happened in a stretch of time: events that were good, and all of them. Stretches are as long as the rollup's, a minute or more.</summary>
public readonly record struct Tally(DateTimeOffset At, long Good, long Total)
{
    public long Bad => Total - Good;
}

public enum ObjectiveStanding
{
    /// <summary>Too few events to say: neither met nor missed.</summary>
    NoData,
    Met,
    Missed,
}

/// <summary>How an objective stands in a period. Units are events, or slices where slices count.</summary>
/// <param name="Good">May be a fraction where slices are taken by their ratio.</param>
/// <param name="Events">Events behind it, whatever counts.</param>
public sealed record Attainment(ObjectiveStanding Standing, decimal Good, long Units, long Events, decimal Target)
{
    /// <summary>Null without data.</summary>
    public decimal? Ratio => Units == 0 ? null : Good / Units;

    /// <summary>Units that were allowed to be bad.</summary>
    public decimal Budget => (1 - Target) * Units;

    public decimal Spent => Units - Good;

    /// <summary>Share of the budget that is left: 1 at the beginning, below 0 once it is overspent; null without data.</summary>
    public decimal? Left => Units == 0 ? null : 1 - Spent / Budget;

    /// <param name="tallies">Any order; those outside the period do not count.</param>
    public static Attainment Of(Objective objective, IEnumerable<Tally> tallies, ObjectivePeriod period)
    {
        var within = tallies.Where(t => period.Contains(t.At));
        long events = 0, units = 0;
        var good = 0m;
        if (objective.Method == BudgetingMethod.Occurrences)
        {
            foreach (var tally in within)
                (events, good) = (events + tally.Total, good + tally.Good);
            units = events;
        }
        else
        {
            foreach (var slice in Slices(within, objective.Slice!.Value))
            {
                events += slice.Total;
                units++;
                good += objective.Method == BudgetingMethod.RatioTimeslices ? (decimal)slice.Good / slice.Total : slice.Good >= objective.SliceTarget!.Value * slice.Total ? 1 : 0;
            }
        }

        var standing = events < Math.Max(1, objective.MinimumCount) ? ObjectiveStanding.NoData : good >= objective.Target * units ? ObjectiveStanding.Met : ObjectiveStanding.Missed;
        return new(standing, good, units, events, objective.Target);
    }

    /// <summary>Slices lie on a grid from the epoch, so that every reader cuts alike. A slice without an event says nothing and does not count.</summary>
    private static IEnumerable<Tally> Slices(IEnumerable<Tally> tallies, TimeSpan length) =>
        tallies.Where(t => t.Total > 0).GroupBy(t => t.At.UtcTicks / length.Ticks).Select(g => new Tally(new(g.Key * length.Ticks, TimeSpan.Zero), g.Sum(t => t.Good), g.Sum(t => t.Total)));
}
