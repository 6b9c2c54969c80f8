namespace ControlPlane.Domain.Objectives;

/// <summary>A stretch of time that a figure is also shown without: an outage of a carrier that everybody knew of. Dated and signed; nothing is ever deleted or reset.</summary>
/// <param name="Objective">Key; null = all.</param>
/// <param name="To">Exclusive.</param>
/// <param name="ApprovedBy">Another than <paramref name="AskedBy"/>.</param>
public sealed record Exclusion(string Name, string? Objective, DateTimeOffset From, DateTimeOffset To, string Reason, string AskedBy, string ApprovedBy)
{
    public bool Covers(string objective, DateTimeOffset at) => (Objective is null || Objective == objective) && at >= From && at < To;
}

/// <summary>A figure with everything, and without what was excluded: never one alone.</summary>
public sealed record BothWays(Attainment Whole, Attainment Adjusted, IReadOnlyList<Exclusion> Applied)
{
    public static BothWays Of(Objective objective, IReadOnlyCollection<Tally> tallies, ObjectivePeriod period, IEnumerable<Exclusion> exclusions)
    {
        var within = exclusions.Where(e => (e.Objective is null || e.Objective == objective.Name) && e.From < period.To && e.To > period.From).OrderBy(e => e.From).ToList();
        return new(
            Attainment.Of(objective, tallies, period),
            Attainment.Of(objective, tallies.Where(t => !within.Exists(e => e.Covers(objective.Name, t.At))), period),
            within);
    }
}
