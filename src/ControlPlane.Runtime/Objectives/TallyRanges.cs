using System.Globalization;
using ControlPlane.Domain.Objectives;

namespace ControlPlane.Runtime.Objectives;

/// <summary>From which stored sums a period is put together: days within, hours and minutes at its ends, so that few rows are read and none counts twice.</summary>
internal static class TallyRanges
{
    /// <summary>In whole numbers: the last tick of a minute is lost in a double.</summary>
    public static int Minute(DateTimeOffset at) => (int)((at.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMinute);

    /// <summary>Ranges in minutes since 1970, the end exclusive. The minute in which a period begins belongs to it; so does the one in which it ends, unless it ends with its first moment.</summary>
    /// <param name="grain">Minutes that the reader tells apart: sums that span a border of his are not used.</param>
    public static IReadOnlyList<(TallyGrain Grain, int From, int To)> Of(ObjectivePeriod period, int grain)
    {
        var (from, to) = (Minute(period.From), Minute(period.To.AddTicks(-1)) + 1);
        if (to <= from)
            return [];
        if (grain % 60 != 0)
            return [(TallyGrain.Minute, from, to)];
        var ranges = new List<(TallyGrain, int, int)>();
        Split(ranges, TallyGrain.Hour, from, to, (f, t) =>
        {
            if (grain % 1440 == 0)
                Split(ranges, TallyGrain.Day, f, t, (df, dt) => ranges.Add((TallyGrain.Day, df, dt)), TallyGrain.Hour);
            else
                ranges.Add((TallyGrain.Hour, f, t));
        }, TallyGrain.Minute);
        return ranges;
    }

    /// <summary>One statement for all ranges; the columns are grain, at, slice, good and bad.</summary>
    public static string Sql(IEnumerable<int> counters, IReadOnlyList<(TallyGrain Grain, int From, int To)> ranges, IReadOnlyCollection<int>? slices, bool bySlice, string at)
    {
        // Numbers of ours, no text of anybody: they stand in the statement, so that the plan sees how narrow they are.
        var among = slices is null ? "" : $" AND slice_id IN ({string.Join(", ", slices.DefaultIfEmpty(-1))})";
        var slice = bySlice ? "slice_id" : "0";
        return string.Join(" UNION ALL ", counters.SelectMany(counter => ranges.Select(r => string.Create(
            CultureInfo.InvariantCulture, $"SELECT counter_id, {at}, {slice}, SUM(good), SUM(bad) FROM objective_tallies WHERE counter_id = {counter} AND grain = {(short)r.Grain} AND {at} >= {r.From} AND {at} < {r.To}{among} GROUP BY counter_id, {at}{(bySlice ? ", slice_id" : "")}"))));
    }

    private static void Split(List<(TallyGrain, int, int)> ranges, TallyGrain whole, int from, int to, Action<int, int> inner, TallyGrain rest)
    {
        var length = TallySums.Minutes(whole);
        var (first, last) = ((from + length - 1) / length * length, to / length * length);
        if (first >= last)
        {
            ranges.Add((rest, from, to));
            return;
        }

        if (from < first)
            ranges.Add((rest, from, first));
        inner(first, last);
        if (last < to)
            ranges.Add((rest, last, to));
    }
}
