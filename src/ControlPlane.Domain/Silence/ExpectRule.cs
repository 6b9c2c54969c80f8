namespace ControlPlane.Domain.Silence;

/// <summary>By when a step of a flow is expected to be done. The earliest of what is given counts.</summary>
public sealed record ExpectRule
{
    /// <summary>Counted from when the expected thing before it happened, or from the receipt.</summary>
    public TimeSpan? Within { get; init; }

    /// <summary>So long before the ship-by promise; nothing where the order has none.</summary>
    public TimeSpan? BeforeShipBy { get; init; }

    /// <summary>By the last pick-up that still meets the ship-by promise, where a calendar of the warehouse names pick-ups.</summary>
    public bool PickUps { get; init; }

    /// <summary>Times are counted in the open hours of the system, where a calendar names them.</summary>
    public bool OpenHours { get; init; }
}

/// <summary>Why a deadline is what it is. Stored; do not renumber.</summary>
public enum ExpectationReason : short
{
    /// <summary>So long after the thing before it.</summary>
    Within = 1,

    /// <summary>So long before the ship-by promise.</summary>
    ShipBy = 2,

    /// <summary>The last pick-up that meets the ship-by promise, and the time to report it.</summary>
    PickUp = 3,

    /// <summary>The partner's profile promises it.</summary>
    Promise = 4,

    /// <summary>The ship-by promise was near or over when it began: the shortest time counts.</summary>
    Late = 5,
}

/// <param name="By">Past it, silence is an exception.</param>
public readonly record struct Deadline(DateTimeOffset By, ExpectationReason Why);
