namespace Connectors.Sandbox.Faults;

/// <summary>A published rate limit: <paramref name="perSecond"/> tokens are added a second, up to <paramref name="burst"/>; starts full.</summary>
internal sealed class TokenBucket(double perSecond, double burst, TimeProvider clock)
{
    private readonly Lock _gate = new();
    private double _tokens = burst;
    private long _filledAt = clock.GetTimestamp();

    public double PerSecond { get; } = perSecond;

    public double Burst { get; } = burst;

    public bool TryTake(double tokens, out double left)
    {
        lock (_gate)
        {
            Fill();
            var enough = _tokens >= tokens;
            if (enough)
                _tokens -= tokens;
            left = _tokens;
            return enough;
        }
    }

    /// <summary>Gives back what was reserved and not used.</summary>
    public double GiveBack(double tokens)
    {
        lock (_gate)
        {
            Fill();
            _tokens = Math.Min(Burst, _tokens + tokens);
            return _tokens;
        }
    }

    /// <summary>How long until there are so many tokens; zero when there are.</summary>
    public TimeSpan Until(double tokens)
    {
        lock (_gate)
        {
            Fill();
            return _tokens >= tokens ? TimeSpan.Zero : TimeSpan.FromSeconds((tokens - _tokens) / PerSecond);
        }
    }

    private void Fill()
    {
        var now = clock.GetTimestamp();
        _tokens = Math.Min(Burst, _tokens + clock.GetElapsedTime(_filledAt, now).TotalSeconds * PerSecond);
        _filledAt = now;
    }
}
