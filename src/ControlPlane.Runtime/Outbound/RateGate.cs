using ControlPlane.Domain.Connections;

namespace ControlPlane.Runtime.Outbound;

/// <summary>A token bucket on a clock that tests own: how long until the next call is allowed. Without a budget it only obeys what the target says.</summary>
internal sealed class RateGate(RateBudget? budget, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private double _tokens = budget?.Burst ?? 0;
    private long _last = clock.GetTimestamp();
    private long _closedUntil;

    public RateBudget? Budget => budget;

    /// <summary>Zero and one token less, or how long to wait before asking again.</summary>
    public TimeSpan TryTake()
    {
        lock (_lock)
        {
            var wait = Refill();
            if (wait == TimeSpan.Zero)
                _tokens -= 1;
            return wait;
        }
    }

    /// <summary>As <see cref="TryTake"/>, without taking.</summary>
    public TimeSpan Peek()
    {
        lock (_lock)
            return Refill();
    }

    /// <summary>Calls that would be allowed at this moment.</summary>
    public int Left()
    {
        lock (_lock)
            return Refill() > TimeSpan.Zero ? 0 : budget is null ? int.MaxValue : (int)(_tokens + 1e-9);
    }

    /// <summary>The target said when to come back: nobody calls before.</summary>
    public void CloseFor(TimeSpan wait)
    {
        lock (_lock)
            _closedUntil = Math.Max(_closedUntil, clock.GetTimestamp() + (long)(wait.TotalSeconds * clock.TimestampFrequency));
    }

    private TimeSpan Refill()
    {
        var now = clock.GetTimestamp();
        if (now < _closedUntil)
            return clock.GetElapsedTime(now, _closedUntil);
        if (budget is null)
            return TimeSpan.Zero;
        _tokens = Math.Min(budget.Burst, _tokens + clock.GetElapsedTime(_last, now).TotalSeconds * budget.PerSecond);
        _last = now;
        // A hair's breadth below one is rounding, not a missing token.
        return _tokens >= 1 - 1e-9 ? TimeSpan.Zero : TimeSpan.FromSeconds((1 - _tokens) / budget.PerSecond);
    }
}
