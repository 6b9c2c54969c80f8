namespace ControlPlane.Domain.Objectives;

/// <summary>A part as the burning of the whole is read from it.</summary>
/// <param name="At">Outcomes are judged up to here: parts have limits of their own.</param>
public sealed record CompositeBurnPart(Objective Objective, decimal Weight, IReadOnlyCollection<Tally> Tallies, DateTimeOffset At);

/// <summary>
/// Whether a composite burns its budget too fast. Its budget is the weighted mean of its parts' budgets, so its pace is the weighted mean of their
/// paces: what burns in a light part alone is that part's alert and not this one.
/// </summary>
public static class CompositeBurn
{
    /// <summary>
    /// One reading a pair, of the shortest window among the parts. A part with fewer events in the long window than its minimum says nothing; one without
    /// an event in the short window is left out there, as a composite's standing leaves out what has no data.
    /// </summary>
    public static IReadOnlyList<BurnReading> Read(IReadOnlyCollection<CompositeBurnPart> parts) => parts.Count == 0 ? [] :
        [.. BurnRule.For(parts.Min(p => p.Objective.Window.Nominal)).Select(rule =>
        {
            var known = parts.Where(p => Attainment.Of(p.Objective, p.Tallies, new(p.At - rule.Long, p.At)).Events >= p.Objective.MinimumCount).ToList();
            var (slow, fast) = (Pace(known, rule.Long), Pace(known, rule.Short));
            return new BurnReading(rule, slow, fast, slow > rule.Factor && fast > rule.Factor);
        })];

    private static decimal? Pace(List<CompositeBurnPart> parts, TimeSpan span)
    {
        var rates = parts.Select(p => (p.Weight, Rate: BurnRate.Of(p.Objective, p.Tallies, p.At, span))).Where(r => r.Rate is not null).ToList();
        var weight = rates.Sum(r => r.Weight);
        return weight == 0 ? null : rates.Sum(r => r.Weight * r.Rate!.Value) / weight;
    }
}
