using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Ownership;

/// <summary>What of a stuck order its owner is decided by: all of it is in memory when a step fails.</summary>
public sealed record StuckFacts
{
    /// <summary>Key of the channel's connection.</summary>
    public required string Channel { get; init; }

    /// <summary>Name of the channel's connector.</summary>
    public string? Connector { get; init; }

    /// <summary>Key of the connection at which it stands; null = here.</summary>
    public string? System { get; init; }

    public required FaultKind Kind { get; init; }

    public required string Code { get; init; }

    public string Step { get; init; } = "";

    public string Stage { get; init; } = "";

    public Money? Total { get; init; }

    /// <summary>Null where the order cannot be read any more: conditions on it do not hold then.</summary>
    public CanonicalOrder? Order { get; init; }
}
