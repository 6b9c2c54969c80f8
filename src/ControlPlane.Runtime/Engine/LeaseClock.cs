using ControlPlane.Domain.Shared;

namespace ControlPlane.Runtime.Engine;

/// <summary>
/// The time by which leases are measured. On a database that several nodes share it is the database's, taken with every
/// claim and carried on by the monotonic counter in between, so that a node whose wall clock is wrong or jumps neither
/// holds work too long nor takes what another holds.
/// </summary>
public sealed class LeaseClock(TimeProvider clock)
{
    private volatile Anchor _anchor = new(clock.GetUtcNow().ToMicroseconds(), clock.GetTimestamp());

    private volatile Life? _life;

    private long _lostAt;

    /// <summary>Microseconds UTC.</summary>
    public long Now => _anchor is var anchor ? anchor.At + (long)clock.GetElapsedTime(anchor.Timestamp).TotalMicroseconds : 0;

    /// <summary>The database says what time it is.</summary>
    public void Set(long databaseNow) => _anchor = new(databaseNow, clock.GetTimestamp());

    /// <summary>The others have seen this node alive at <paramref name="at"/>; silence of <paramref name="timeout"/> makes them take its work.</summary>
    public void SignOfLife(long at, TimeSpan timeout)
    {
        // Taken for dead in between: what was in hand then may be in other hands now.
        if (_life is { } before && at - before.At > before.Timeout)
            Interlocked.Exchange(ref _lostAt, at);
        _life = new(at, (long)timeout.TotalMicroseconds);
    }

    /// <summary>
    /// Whether work that the database confirmed as ours at <paramref name="since"/> still is, as far as can be known without
    /// asking: for the moment before something is done that no fence can undo. A process that stood still learns it here.
    /// </summary>
    public bool StillOurs(long since, long leaseUntil)
    {
        var now = Now;
        return now < leaseUntil && since > Interlocked.Read(ref _lostAt) && (_life is not { } life || now - life.At < life.Timeout);
    }

    private sealed record Life(long At, long Timeout);

    private sealed record Anchor(long At, long Timestamp);
}
