namespace ControlPlane.Domain.Objectives;

/// <summary>Percentages that people add up.</summary>
public static class Shares
{
    /// <summary>Tenths of a percent for each part, in the order given, which sum to exactly 1,000: the largest remainders are rounded up. All zero where nothing is to be shared.</summary>
    public static IReadOnlyList<int> PerMille(IReadOnlyList<long> parts)
    {
        if (parts.Any(p => p < 0))
            throw new ArgumentOutOfRangeException(nameof(parts), "A part of a whole is not negative.");
        var whole = parts.Aggregate((Int128)0, (sum, p) => sum + p);
        if (whole == 0)
            return [.. parts.Select(_ => 0)];
        var floors = parts.Select(p => (int)((Int128)p * 1000 / whole)).ToArray();
        var missing = 1000 - floors.Sum();
        foreach (var index in Enumerable.Range(0, parts.Count).OrderByDescending(i => (Int128)parts[i] * 1000 % whole).ThenBy(i => i).Take(missing))
            floors[index]++;
        return floors;
    }
}
