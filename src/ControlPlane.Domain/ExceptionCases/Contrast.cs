namespace ControlPlane.Domain.ExceptionCases;

/// <summary>A property in which the orders of a case differ from the healthy ones.</summary>
/// <param name="Field">What is compared, in words: "channel".</param>
/// <param name="Share">Of the case's orders with this value, 0 to 1.</param>
/// <param name="HealthyShare">Of the healthy orders with it, 0 to 1.</param>
public sealed record Difference(string Field, string Value, double Share, double HealthyShare);

/// <summary>Finds what the failing orders have in common that others have not. Says how much, and nothing of why.</summary>
public static class Contrast
{
    /// <summary>Fewer on either side prove nothing.</summary>
    public const int LeastSample = 5;

    private const double LeastShare = 0.5;

    private const double LeastGap = 0.2;

    /// <param name="sick">One entry an order: its properties by their names.</param>
    /// <returns>At most five, the largest difference first; empty when the samples are too small or alike.</returns>
    public static IReadOnlyList<Difference> Between(IReadOnlyList<IReadOnlyDictionary<string, string>> sick, IReadOnlyList<IReadOnlyDictionary<string, string>> healthy)
    {
        if (sick.Count < LeastSample || healthy.Count < LeastSample)
            return [];
        return
        [
            .. sick.SelectMany(o => o).GroupBy(p => (p.Key, p.Value))
                .Select(g => new Difference(g.Key.Key, g.Key.Value, (double)g.Count() / sick.Count, (double)healthy.Count(o => o.GetValueOrDefault(g.Key.Key) == g.Key.Value) / healthy.Count))
                .Where(d => d.Share >= LeastShare && d.Share - d.HealthyShare >= LeastGap)
                .OrderByDescending(d => d.Share - d.HealthyShare).ThenBy(d => d.Field, StringComparer.Ordinal)
                .Take(5),
        ];
    }
}
