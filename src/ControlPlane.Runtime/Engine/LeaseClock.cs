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

    /// <summary>Microseconds UTC.</summary>
    public long Now => _anchor is var anchor ? anchor.At + (long)clock.GetElapsedTime(anchor.Timestamp).TotalMicroseconds : 0;

    /// <summary>The database says what time it is.</summary>
    public void Set(long databaseNow) => _anchor = new(databaseNow, clock.GetTimestamp());

    private sealed record Anchor(long At, long Timestamp);
}
