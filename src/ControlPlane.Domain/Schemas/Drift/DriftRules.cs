namespace ControlPlane.Domain.Schemas.Drift;

/// <summary>
/// Tells a change of shape from chance. Today's share of documents with a feature is held against the range of the days before, because
/// mornings, weekends and campaigns differ; only what chance makes less often than once in a hundred million times at the edge of that
/// range is a finding. Pure.
/// </summary>
public static class DriftRules
{
    /// <summary>Days that must have been seen before a field or a code can be called new.</summary>
    public const int DaysToLearn = 3;

    /// <summary>Days that must have been seen before a share can be called too high or too low: a whole week, for its weekend.</summary>
    public const int DaysForShares = 8;

    /// <summary>Documents that must have been seen in all.</summary>
    public const int DocumentsToLearn = 200;

    /// <summary>Documents of today that show it.</summary>
    public const int LeastEvidence = 4;

    private const double Chance = 1e-8;

    /// <summary>Of the newest day in the profile. Empty while it is still being learned.</summary>
    public static IReadOnlyList<DriftFinding> Examine(ShapeProfile profile, int day)
    {
        var findings = new List<DriftFinding>();
        foreach (var (feature, days) in profile.Days)
        {
            if (days.Count == 0 || days[^1].Day != day)
                continue;
            var (today, before) = (days[^1], days.GetRange(0, days.Count - 1));
            // A feature that came up today has no days of its own: those of the field, or of the document, count.
            var history = before.Count > 0 ? before : Around(profile, feature, day);
            if (Find(profile, feature, today, history, before.Count > 0) is { } finding)
                findings.Add(finding);
        }

        // A field of a new type is one change, and its absence with the old type is no second one; a new object's fields are told with it.
        return [.. findings.Where(f => !findings.Exists(o => o != f && o.Kind == DriftKind.NewField && f.Path.StartsWith(o.Path + "/", StringComparison.Ordinal)))
            .Where(f => f.Kind is DriftKind.NewField or DriftKind.Vanished || !findings.Exists(o => o.Kind == DriftKind.NewField && o.Path == f.Path))
            .OrderBy(f => f.Path, StringComparer.Ordinal).ThenBy(f => f.Kind)];
    }

    private static DriftFinding? Find(ShapeProfile profile, ShapeFeature feature, ShapeDay today, List<ShapeDay> history, bool known)
    {
        var (days, documents) = (history.Count(d => d.Of > 0), history.Sum(d => d.Of));
        if (days < DaysToLearn || documents < DocumentsToLearn)
            return null;
        var ever = known ? history.Sum(d => d.Held) : 0;
        // Never, or so rarely that it tells nothing: the rule of three bounds how often it can really be.
        var highest = known ? history.Where(d => d.Of >= 20).Select(d => d.Rate).DefaultIfEmpty(0).Max() : 0;
        var most = Math.Max(highest, 3.0 / documents);
        if (today.Held >= LeastEvidence && ever <= documents / 1_000.0 && Above(today, most) < Chance)
            return feature.Kind switch
            {
                ShapeKind.Present => Made(DriftKind.NewField, profile, feature, today, highest),
                ShapeKind.Type => Made(DriftKind.TypeChange, profile, feature, today, highest),
                ShapeKind.Value when !profile.HasFreeValues(feature.Path) && IsClosed(profile, feature.Path, today.Day) => Made(DriftKind.NewValue, profile, feature, today, highest),
                ShapeKind.Empty => Made(DriftKind.NullRate, profile, feature, today, highest),
                _ => null,
            };
        if (days < DaysForShares || today.Of < 30)
            return null;
        if (feature.Kind == ShapeKind.Empty && today.Rate > highest + 0.1 && Above(today, Math.Min(highest + 0.05, 0.99)) < Chance)
            return Made(DriftKind.NullRate, profile, feature, today, highest);
        var lowest = history.Where(d => d.Of >= 20).Select(d => d.Rate).DefaultIfEmpty(0).Min();
        return feature.Kind == ShapeKind.Present && lowest > 0.05 && today.Rate < lowest / 2 && Below(today, lowest * 0.8) < Chance
            ? Made(DriftKind.Vanished, profile, feature, today, lowest)
            : null;
    }

    private static DriftFinding Made(DriftKind kind, ShapeProfile profile, ShapeFeature feature, ShapeDay today, double before) =>
        new(kind, feature.Path, feature.Detail, before, today.Rate, today.Of, profile.Samples(feature));

    /// <summary>Few codes that came up often: another one is news. A field whose codes keep growing has none.</summary>
    private static bool IsClosed(ShapeProfile profile, string path, int day)
    {
        var values = profile.Days.Where(f => f.Key.Path == path && f.Key.Kind == ShapeKind.Value).Select(f => f.Value.Where(d => d.Day < day).Sum(d => d.Held)).Where(h => h > 0).ToList();
        // After Good and Turing: the share of what was never seen is about that of what was seen once.
        return values.Count is > 0 and <= ShapeProfile.MostCodes / 2 && values.Count(h => h == 1) <= 1 + values.Sum() / 500;
    }

    private static List<ShapeDay> Around(ShapeProfile profile, ShapeFeature feature, int day)
    {
        if (feature.Kind != ShapeKind.Present && profile.Days.GetValueOrDefault(new(feature.Path, ShapeKind.Empty)) is { } field)
            return field.FindAll(d => d.Day < day);
        // A new field: its object was seen as often as the field beside it that was asked for most.
        var parent = feature.Path[..feature.Path.LastIndexOf('/')];
        return profile.Days.Where(f => f.Key.Kind == ShapeKind.Present && f.Key.Path != feature.Path && f.Key.Path[..f.Key.Path.LastIndexOf('/')] == parent)
            .Select(f => f.Value.FindAll(d => d.Day < day)).MaxBy(d => d.Sum(x => x.Of)) ?? [];
    }

    /// <summary>How likely so many or more are by chance, at most: Chernoff's bound, which is exact enough this far out.</summary>
    private static double Above(ShapeDay day, double rate) => day.Of == 0 || day.Rate <= rate ? 1 : Math.Exp(-day.Of * Divergence(day.Rate, rate));

    private static double Below(ShapeDay day, double rate) => day.Of == 0 || day.Rate >= rate ? 1 : Math.Exp(-day.Of * Divergence(day.Rate, rate));

    /// <summary>Kullback and Leibler's divergence of two shares.</summary>
    private static double Divergence(double p, double q) => Part(p, q) + Part(1 - p, 1 - q);

    private static double Part(double p, double q) => p <= 0 ? 0 : p * Math.Log(p / q);
}
