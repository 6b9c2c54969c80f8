namespace ControlPlane.Domain.Connections;

public enum ExpiryLevel
{
    /// <summary>More than 30 days, or it does not expire.</summary>
    Fine,

    /// <summary>30 days or less: plan the renewal.</summary>
    Soon,

    /// <summary>7 days or less.</summary>
    Near,

    /// <summary>A day or less.</summary>
    Urgent,

    Expired,
}

/// <param name="At">When it expires, or expired.</param>
public sealed record ExpiryNotice(ExpiryLevel Level, DateTimeOffset At);

/// <summary>How urgent the renewal of a credential or certificate is. Pure.</summary>
public static class Expiry
{
    public static ExpiryLevel Of(DateTimeOffset? expiresAt, DateTimeOffset now) => (expiresAt - now) switch
    {
        null => ExpiryLevel.Fine,
        { Ticks: <= 0 } => ExpiryLevel.Expired,
        { TotalDays: <= 1 } => ExpiryLevel.Urgent,
        { TotalDays: <= 7 } => ExpiryLevel.Near,
        { TotalDays: <= 30 } => ExpiryLevel.Soon,
        _ => ExpiryLevel.Fine,
    };
}
