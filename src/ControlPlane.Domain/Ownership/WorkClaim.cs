namespace ControlPlane.Domain.Ownership;

/// <summary>Who has an order. A lease: whoever goes away without a word loses it, and it is back in the queue.</summary>
/// <param name="Person">How the person signs in; null = nobody.</param>
/// <param name="Name">As the person is called.</param>
public sealed record WorkClaim(string? Person, string? Name, DateTimeOffset Since, DateTimeOffset LeaseUntil)
{
    public static readonly TimeSpan DefaultLease = TimeSpan.FromMinutes(30);

    public bool IsHeld(DateTimeOffset now) => Person is not null && LeaseUntil > now;

    public bool IsHeldBy(string person, DateTimeOffset now) => IsHeld(now) && string.Equals(Person, person, StringComparison.OrdinalIgnoreCase);

    /// <summary>Held by somebody, and not by this person.</summary>
    public bool IsHeldByAnother(string person, DateTimeOffset now) => IsHeld(now) && !IsHeldBy(person, now);
}
