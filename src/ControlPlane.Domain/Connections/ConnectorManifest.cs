using ControlPlane.Domain.Effects;

namespace ControlPlane.Domain.Connections;

/// <summary>What a connector says of itself, as data: the catalogue page, the checks and the engine read it.</summary>
public sealed record ConnectorManifest
{
    /// <summary>Lower-case with hyphens: <c>shopify</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Semantic version.</summary>
    public required string Version { get; init; }

    /// <summary>Number of the published version of its document; null for what is built in.</summary>
    public int? Published { get; init; }

    public required string Title { get; init; }

    public string Description { get; init; } = "";

    public IReadOnlyList<SystemRole> Roles { get; init; } = [];

    public IReadOnlyList<SettingDescriptor> Settings { get; init; } = [];

    public IReadOnlyList<OperationDescriptor> Operations { get; init; } = [];

    /// <summary>Operations that it deliberately lacks → why, for people: "Amazon tells its buyers itself".</summary>
    public IReadOnlyDictionary<string, string> NotOffered { get; init; } = new Dictionary<string, string>();
}

/// <param name="Secret">True: given by reference only, stored encrypted or outside, never shown.</param>
public sealed record SettingDescriptor(string Name, string Meaning, bool Required, bool Secret, string? Default = null);

/// <param name="Budget">The target's published limit for this operation; null = none known.</param>
public sealed record OperationDescriptor(string Name, string Title, WriteKind Write, bool CanLookUp, RateBudget? Budget = null)
{
    /// <summary>True: each write carries a number of its own, which the runtime gives (<see cref="OperationRequest.Number"/>).</summary>
    public bool Numbered { get; init; }

    /// <summary>Of a look-up: what it has to be told, by the names of the outputs from which its request reads it: <c>sku</c>. Empty = it is no look-up that people can ask for.</summary>
    public IReadOnlyList<string> Asks { get; init; } = [];

    /// <summary>Of a look-up: the names of what it answers: <c>available</c>.</summary>
    public IReadOnlyList<string> Figures { get; init; } = [];
}

/// <summary>A token bucket: <paramref name="PerSecond"/> tokens are added a second, up to <paramref name="Burst"/>.</summary>
/// <param name="Pool">Operations that name the same pool draw on one bucket per connection; null = the operation has its own.</param>
/// <param name="Cost">Tokens that a call takes: 1 where calls are counted, points where they are weighed.</param>
/// <param name="Reserve">Share of the burst, 0 to 0.9, that polling leaves to what somebody waits for.</param>
public sealed record RateBudget(double PerSecond, double Burst, string? Pool = null, double Cost = 1, double Reserve = 0.2)
{
    /// <summary>A further limit that the same call counts against, such as one of the account beside one of the operation; null = there is none.</summary>
    public RateBudget? And { get; init; }
}
