namespace ControlPlane.Domain.Shared;

/// <summary>
/// Instants are stored as microseconds since 1970-01-01 UTC: one integer type that all databases compare alike
/// (docs/adr/0004). Local time never enters the domain.
/// </summary>
public static class Instant
{
    private const long TicksPerMicrosecond = TimeSpan.TicksPerMillisecond / 1000;

    public static long ToMicroseconds(this DateTimeOffset instant) =>
        (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TicksPerMicrosecond;

    public static DateTimeOffset FromMicroseconds(long microseconds) =>
        new(DateTimeOffset.UnixEpoch.UtcTicks + microseconds * TicksPerMicrosecond, TimeSpan.Zero);
}
