using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Scorecard;

/// <param name="Hour">Of the day in the map's zone, 0 to 23.</param>
/// <param name="Missed">Events that missed.</param>
/// <param name="Total">All of them.</param>
public sealed record HeatCell(int Hour, long Missed, long Total);

/// <param name="Key">Channel.</param>
/// <param name="Cells">All twenty-four, in order.</param>
public sealed record HeatRow(string Key, IReadOnlyList<HeatCell> Cells)
{
    public long Missed => Cells.Sum(c => c.Missed);
}

/// <summary>When of the day misses happen, by channel. An hour that the clocks repeat counts in the same cell.</summary>
public sealed record HeatMap(IReadOnlyList<HeatRow> Rows)
{
    /// <param name="tallies">By channel, an hour or less each.</param>
    public static HeatMap Of(IEnumerable<(string Key, Tally Tally)> tallies, TimeZoneInfo zone)
    {
        var rows = new SortedDictionary<string, (long Missed, long Total)[]>(StringComparer.Ordinal);
        foreach (var (key, tally) in tallies)
        {
            if (!rows.TryGetValue(key, out var cells))
                rows[key] = cells = new (long, long)[24];
            ref var cell = ref cells[TimeZoneInfo.ConvertTime(tally.At, zone).Hour];
            cell = (cell.Missed + tally.Bad, cell.Total + tally.Total);
        }

        return new([.. rows.Select(r => new HeatRow(r.Key, [.. r.Value.Select((c, hour) => new HeatCell(hour, c.Missed, c.Total))]))]);
    }

    /// <summary>The stretches of a period that lie in one hour of the day, newest first: what a cell is made of.</summary>
    public static IReadOnlyList<ObjectivePeriod> Stretches(ObjectivePeriod period, int hour, TimeZoneInfo zone)
    {
        var stretches = new List<ObjectivePeriod>();
        // By quarters, because zones differ by them: an hour of Kathmandu begins at :15 UTC.
        var step = TimeSpan.FromMinutes(15);
        DateTimeOffset? from = null;
        for (var at = period.From; at < period.To; at += step)
        {
            var within = TimeZoneInfo.ConvertTime(at, zone).Hour == hour;
            if (within)
                from ??= at;
            else if (from is { } began)
                (stretches, from) = ([.. stretches, new(began, at)], null);
        }

        if (from is { } last)
            stretches.Add(new(last, period.To));
        stretches.Reverse();
        return stretches;
    }
}
