using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Scorecard;

/// <summary>Bad ones and all of a day.</summary>
public readonly record struct DayRate(DateOnly Day, long Bad, long Total);

/// <summary>A marketplace's ratio over the last so many days, and where it goes.</summary>
/// <param name="Rate">Null where nothing counts yet.</param>
/// <param name="Breached">The ratio has reached the limit.</param>
/// <param name="BreachOn">The first day on which it will, if the days to come are as the last seven; null = not within the horizon, or it has already.</param>
/// <param name="MayStillFail">How many more may become bad before it is breached; negative once it is.</param>
public sealed record RateForecast(long Bad, long Total, decimal? Rate, bool Breached, DateOnly? BreachOn, long MayStillFail)
{
    /// <summary>Further than this nobody plans.</summary>
    public const int Horizon = 60;

    private const int Lately = 7;

    /// <param name="days">Any order; days without an order may be left out.</param>
    public static RateForecast Of(IEnumerable<DayRate> days, DateOnly today, int window, decimal limit)
    {
        var by = days.GroupBy(d => d.Day).ToDictionary(g => g.Key, g => (Bad: g.Sum(d => d.Bad), Total: g.Sum(d => d.Total)));
        (decimal Bad, decimal Total) Day(DateOnly day) => by.TryGetValue(day, out var d) ? (d.Bad, d.Total) : (0, 0);
        var within = Enumerable.Range(0, window).Select(i => Day(today.AddDays(-i))).ToList();
        var (bad, total) = (within.Sum(d => d.Bad), within.Sum(d => d.Total));
        var rate = total == 0 ? (decimal?)null : bad / total;
        var breached = rate >= limit;
        return new((long)bad, (long)total, rate, breached, breached || total == 0 ? null : Ahead(Day, bad, total, today, window, limit), BreachForecast.MayStillFail((long)bad, (long)total, limit));
    }

    /// <summary>Each day to come is the mean of the last whole seven; each that leaves the window takes its own with it.</summary>
    private static DateOnly? Ahead(Func<DateOnly, (decimal Bad, decimal Total)> day, decimal bad, decimal total, DateOnly today, int window, decimal limit)
    {
        var lately = Enumerable.Range(1, Lately).Select(i => day(today.AddDays(-i))).ToList();
        var (badly, all) = (lately.Sum(d => d.Bad) / Lately, lately.Sum(d => d.Total) / Lately);
        for (var i = 1; i <= Horizon; i++)
        {
            var leaves = i <= window ? day(today.AddDays(i - window)) : (badly, all);
            (bad, total) = (bad + badly - leaves.Item1, total + all - leaves.Item2);
            if (total > 0 && bad / total >= limit)
                return today.AddDays(i);
        }

        return null;
    }

    /// <summary>How many of those that still wait to be shipped have to be in time, so that it is not breached; all of them once it is.</summary>
    /// <param name="waiting">Promised, not shipped, not late yet.</param>
    public long ToSave(long waiting) => MayStillFail < 0 ? waiting : Math.Max(0, waiting - MayStillFail);
}
