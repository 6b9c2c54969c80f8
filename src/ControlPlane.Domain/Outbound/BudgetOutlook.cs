using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Outbound;

/// <summary>Tokens used in one minute.</summary>
public readonly record struct BudgetMinute(DateTimeOffset At, double Used, int Refused, int Waits);

/// <summary>How much of a budget is used, and until when it lasts. Tokens are calls, or points where calls are weighed.</summary>
/// <param name="Now">In the last full minute.</param>
/// <param name="Peak">Of the busiest minute within the time that is looked at.</param>
/// <param name="Refused">Answers 429 within a day.</param>
/// <param name="Waits">Calls within a day that had to wait for a token.</param>
/// <param name="ShortAt">At the pace of the last minute, when it is used up: at once where calls wait for it already; null = it lasts.</param>
/// <param name="ShortAtPeak">At <see cref="BudgetOutlook.PeakFactor"/> times the busiest minute.</param>
public sealed record BudgetOutlook(double Now, double LastHour, double LastDay, double Peak, int Refused, int Waits, DateTimeOffset? ShortAt, DateTimeOffset? ShortAtPeak)
{
    /// <summary>Black Friday against an ordinary day, as retailers plan for it.</summary>
    public const double PeakFactor = 3;

    /// <param name="left">Tokens at this moment.</param>
    /// <param name="minutes">Of the last day, in any order; minutes without a call may be missing.</param>
    public static BudgetOutlook Of(RateBudget budget, double left, IReadOnlyList<BudgetMinute> minutes, DateTimeOffset now)
    {
        // The present minute is not over: as a pace it would always be too low.
        var thisMinute = new DateTimeOffset(now.UtcTicks - now.UtcTicks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
        var pace = minutes.Where(m => m.At == thisMinute.AddMinutes(-1)).Sum(m => m.Used);
        var day = minutes.Where(m => m.At > now.AddDays(-1)).ToList();
        var peak = day.Count == 0 ? 0 : day.Max(m => m.Used);
        // Who waits uses no token: by what was used alone, a budget that everybody waits for would seem to last.
        var waited = minutes.Any(m => m.At >= thisMinute.AddMinutes(-1) && m.Waits > 0);
        DateTimeOffset? Short(double perMinute) => waited ? now : now + BudgetForecast.ShortIn(budget, left, perMinute);
        return new(
            pace, day.Where(m => m.At > now.AddHours(-1)).Sum(m => m.Used), day.Sum(m => m.Used), peak, day.Sum(m => m.Refused), day.Sum(m => m.Waits),
            Short(pace), Short(peak * PeakFactor));
    }
}
