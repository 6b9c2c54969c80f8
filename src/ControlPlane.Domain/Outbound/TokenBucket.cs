using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Outbound;

/// <summary>
/// What is left of a <see cref="RateBudget"/> at one moment. Pure: times are given, in microseconds. The cost of a call is a number of
/// tokens; where calls are counted it is one.
/// </summary>
/// <param name="ClosedUntil">The target said when to come back: nothing is granted before. 0 = it did not.</param>
public readonly record struct TokenBucket(double Tokens, long At, long ClosedUntil)
{
    /// <summary>Below a token by a hair's breadth is rounding, not a missing token.</summary>
    private const double Hair = 1e-9;

    public static TokenBucket Full(RateBudget budget, long now) => new(budget.Burst, now, 0);

    /// <summary>With what was added since; time that runs backwards adds nothing.</summary>
    public TokenBucket Refill(RateBudget budget, long now) =>
        now <= At ? this : this with { Tokens = Math.Min(budget.Burst, Tokens + (now - At) / 1e6 * budget.PerSecond), At = now };

    /// <summary>Takes up to <paramref name="want"/>, but not less than <paramref name="least"/>, and leaves <paramref name="floor"/> untouched.</summary>
    /// <returns>What was granted; when nothing was, how long until it would be.</returns>
    public (TokenBucket Bucket, double Granted, TimeSpan Wait) Take(RateBudget budget, long now, double want, double least, double floor)
    {
        var bucket = Refill(budget, now);
        if (now < ClosedUntil)
            return (bucket, 0, TimeSpan.FromMicroseconds(ClosedUntil - now));
        // A single call may cost more than the reserve leaves: it waits for a full bucket, not for ever.
        var free = bucket.Tokens - Math.Min(floor, Math.Max(0, budget.Burst - least));
        if (free < least - Hair)
            return (bucket, 0, TimeSpan.FromSeconds(Math.Min((Math.Min(least, budget.Burst) - free) / budget.PerSecond, 86_400)));
        var granted = Math.Min(want, free);
        // Whole calls only: a part of one helps nobody.
        if (granted > least)
            granted = Math.Floor(granted / least + Hair) * least;
        return (bucket with { Tokens = bucket.Tokens - granted }, granted, TimeSpan.Zero);
    }

    /// <summary>Unused tokens come back.</summary>
    public TokenBucket GiveBack(RateBudget budget, double tokens) => this with { Tokens = Math.Min(budget.Burst, Tokens + tokens) };

    public TokenBucket CloseUntil(long until) => this with { ClosedUntil = Math.Max(ClosedUntil, until) };

    /// <summary>The target knows better what is left: others may draw on the same budget. It is believed when it says less.</summary>
    public TokenBucket Correct(double left) => left < Tokens ? this with { Tokens = Math.Max(0, left) } : this;
}

/// <summary>What an answer says about the budget; null where it says nothing.</summary>
/// <param name="PerSecond">Tokens a second.</param>
/// <param name="Burst">Most tokens at once.</param>
/// <param name="Left">Tokens left at the moment of the answer.</param>
public sealed record BudgetReading(double? PerSecond, double? Burst, double? Left);

/// <summary>What people ask of a budget.</summary>
public static class BudgetForecast
{
    /// <param name="left">Tokens at this moment.</param>
    /// <param name="usedPerMinute">Pace of the last full minute.</param>
    /// <returns>When it is used up at this pace; null when it never is.</returns>
    public static TimeSpan? ShortIn(RateBudget budget, double left, double usedPerMinute)
    {
        var drain = usedPerMinute / 60 - budget.PerSecond;
        return drain <= 0 ? null : TimeSpan.FromSeconds(Math.Max(0, left) / drain);
    }
}
