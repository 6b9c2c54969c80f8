namespace ControlPlane.Domain.Objectives;

/// <param name="Weight">Above 0; only the proportions count.</param>
public sealed record CompositePart(string Objective, decimal Weight);

/// <summary>Several objectives as one figure: "selling at the marketplaces works".</summary>
public sealed record Composite(string Name, IReadOnlyList<CompositePart> Parts)
{
    /// <summary>As people call it; empty = by its name.</summary>
    public string Title { get; init; } = "";

    /// <summary>The weighted mean of the shares of budget that are left. Parts without data are left out, and named; null when none has any.</summary>
    public CompositeStanding Of(IReadOnlyDictionary<string, Attainment> standings)
    {
        var known = Parts.Where(p => standings.TryGetValue(p.Objective, out var s) && s.Standing != ObjectiveStanding.NoData).ToList();
        var weight = known.Sum(p => p.Weight);
        return new(
            weight == 0 ? null : known.Sum(p => p.Weight * standings[p.Objective].Left!.Value) / weight,
            weight == 0 ? null : known.Sum(p => p.Weight * standings[p.Objective].Ratio!.Value) / weight,
            [.. Parts.Where(p => !known.Contains(p)).Select(p => p.Objective)]);
    }
}

/// <param name="Silent">Parts without data.</param>
public sealed record CompositeStanding(decimal? Left, decimal? Ratio, IReadOnlyList<string> Silent);
