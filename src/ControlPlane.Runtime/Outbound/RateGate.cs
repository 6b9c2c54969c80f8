using ControlPlane.Domain.Connections;

namespace ControlPlane.Runtime.Outbound;

/// <summary>A token bucket on a clock that tests own: how long until the next call is allowed.</summary>
internal sealed class RateGate(RateBudget budget, TimeProvider clock)
{
    private readonly Lock _lock = new();
    private double _tokens = budget.Burst;
    private long _last = clock.GetTimestamp();
    private long _closedUntil;

    /// <summary>Zero and one token less, or how long to wait before asking again.</summary>
    public TimeSpan TryTake()
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            if (now < _closedUntil)
                return clock.GetElapsedTime(now, _closedUntil);
            _tokens = Math.Min(budget.Burst, _tokens + clock.GetElapsedTime(_last, now).TotalSeconds * budget.PerSecond);
            _last = now;
            // A hair's breadth below one is rounding, not a missing token.
            if (_tokens >= 1 - 1e-9)
            {
                _tokens -= 1;
                return TimeSpan.Zero;
            }

            return TimeSpan.FromSeconds((1 - _tokens) / budget.PerSecond);
        }
    }

    /// <summary>The target said when to come back: nobody calls before.</summary>
    public void CloseFor(TimeSpan wait)
    {
        lock (_lock)
            _closedUntil = Math.Max(_closedUntil, clock.GetTimestamp() + (long)(wait.TotalSeconds * clock.TimestampFrequency));
    }
}
