namespace ControlPlane.Domain.Operations;

/// <summary>
/// Fixed borders for durations, so that figures of any minutes, channels and nodes add up to the distribution of all of them. A
/// percentile is the upper border of the bucket that holds it, but never more than the longest duration.
/// </summary>
public static class LatencyBuckets
{
    private static readonly long[] Borders =
    [
        100_000, 250_000, 500_000, 1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 30_000_000, 45_000_000, 60_000_000, 90_000_000, 120_000_000, 180_000_000, 300_000_000, 600_000_000, 900_000_000,
        1_800_000_000, 3_600_000_000, 7_200_000_000, 14_400_000_000, 43_200_000_000, 86_400_000_000,
    ];

    /// <summary>The number of the bucket, counted from 1; a duration below zero, by clocks that differ, counts as none.</summary>
    /// <param name="microseconds">The duration.</param>
    public static short Of(long microseconds)
    {
        var found = Array.BinarySearch(Borders, Math.Max(0, microseconds));
        return (short)((found < 0 ? ~found : found) + 1);
    }

    /// <summary>The duration that so many of all do not exceed; null without any.</summary>
    /// <param name="counts">By bucket.</param>
    /// <param name="largest">Longest of all, microseconds.</param>
    /// <param name="share">Above 0, up to 1.</param>
    public static TimeSpan? Percentile(IEnumerable<KeyValuePair<short, long>> counts, long largest, double share)
    {
        var ordered = counts.Where(c => c.Value > 0).OrderBy(c => c.Key).ToList();
        var all = ordered.Sum(c => c.Value);
        if (all == 0)
            return null;
        var wanted = (long)Math.Ceiling(all * share);
        foreach (var (bucket, count) in ordered)
            if ((wanted -= count) <= 0)
                return TimeSpan.FromMicroseconds(Math.Min(bucket - 1 < Borders.Length ? Borders[bucket - 1] : long.MaxValue, largest));
        return TimeSpan.FromMicroseconds(largest);
    }
}
