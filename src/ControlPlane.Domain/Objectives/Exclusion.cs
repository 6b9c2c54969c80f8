namespace ControlPlane.Domain.Objectives;

/// <summary>A stretch of time that a figure is also shown without: an outage of a carrier that everybody knew of. Dated and signed; nothing is ever deleted or reset.</summary>
/// <param name="Objective">Key; null = all.</param>
/// <param name="To">Exclusive.</param>
/// <param name="ApprovedBy">Another than <paramref name="AskedBy"/>.</param>
public sealed record Exclusion(string Name, string? Objective, DateTimeOffset From, DateTimeOffset To, string Reason, string AskedBy, string ApprovedBy)
{
    /// <summary>Those that take something out of a period of an objective, as they begin.</summary>
    public static IReadOnlyList<Exclusion> Touching(Objective objective, ObjectivePeriod period, IEnumerable<Exclusion> exclusions) =>
        [.. exclusions.Where(e => (e.Objective is null || e.Objective == objective.Name) && e.From < period.To && e.To > period.From).OrderBy(e => e.From)];
}

/// <summary>A figure with everything, and without what was excluded: never one alone.</summary>
public sealed record BothWays(Attainment Whole, Attainment Adjusted, IReadOnlyList<Exclusion> Applied)
{
    /// <param name="rest">What was counted outside of <paramref name="applied"/>, read by itself: a stretch of the rollup is longer than an exclusion may be, and cannot be cut here.</param>
    public static BothWays Of(Objective objective, IEnumerable<Tally> tallies, IEnumerable<Tally> rest, ObjectivePeriod period, IReadOnlyList<Exclusion> applied)
    {
        var whole = Attainment.Of(objective, tallies, period);
        return new(whole, applied.Count == 0 ? whole : Attainment.Of(objective, rest, period), applied);
    }
}
