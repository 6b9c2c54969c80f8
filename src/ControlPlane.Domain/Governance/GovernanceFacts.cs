using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;

namespace ControlPlane.Domain.Governance;

/// <summary>What is known of one connection, from its specification and from what it did. Null always means "not known yet", never "no".</summary>
public sealed record GovernanceFacts
{
    public required string Connection { get; init; }

    public required string Name { get; init; }

    public required string Connector { get; init; }

    public required SystemRole Role { get; init; }

    /// <summary>Empty = nobody.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Titles of the objectives that cover it; null = this installation keeps none.</summary>
    public IReadOnlyList<string>? Objectives { get; init; }

    /// <summary>Operations that write.</summary>
    public IReadOnlyList<WriteFact> Writes { get; init; } = [];

    /// <summary>Of the keyed writes that were sent lately; null = none was.</summary>
    public KeysFact? Keys { get; init; }

    /// <summary>Steps of flows in service that call it by name or by its role.</summary>
    public IReadOnlyList<StepFact> Steps { get; init; } = [];

    /// <summary>Of the documents that came; null = none was looked at.</summary>
    public PersonalFact? Personal { get; init; }

    /// <summary>True when a mapping reads what it sends.</summary>
    public bool Receives { get; init; }

    public TestsFact Tests { get; init; } = new(0, []);

    /// <summary>What of its certificates and credentials ends first; null = nothing is known that ends.</summary>
    public ExpiryFact? Expiry { get; init; }

    /// <summary>Whether it took a delivery that nobody signed, just now; null = nothing can be delivered to it.</summary>
    public bool? TakesUnsigned { get; init; }

    /// <summary>Titles of the runbooks for it.</summary>
    public IReadOnlyList<string> Runbooks { get; init; } = [];

    /// <summary>Reviews of it and of its mapping; empty = it is not on the clock.</summary>
    public IReadOnlyList<ReviewFact> Reviews { get; init; } = [];

    /// <summary>Failures at it within 30 days.</summary>
    public ExplainedFact Failures { get; init; } = new(0, 0);

    /// <summary>Null = it was not called within 30 days.</summary>
    public CallsFact? Calls { get; init; }
}

public sealed record WriteFact(string Operation, WriteKind Kind, bool CanLookUp);

/// <param name="Sent">Keyed writes that were sent at least once.</param>
/// <param name="WithKey">Of these, those with a key.</param>
/// <param name="Sample">Of how many newest writes of the installation; null = all within 30 days.</param>
public sealed record KeysFact(int Sent, int WithKey, int? Sample = null);

/// <param name="Step">Flow and step.</param>
/// <param name="Attempts">In all, before it is given to a person.</param>
public sealed record StepFact(string Step, int Attempts);

/// <param name="Fields">Places in the documents that were looked at.</param>
/// <param name="Masked">Of these, personal and masked on pages, in exports and in tests.</param>
/// <param name="Doubtful">Look personal by their names, are not masked, and nobody said that they are not personal.</param>
public sealed record PersonalFact(int Fields, int Masked, IReadOnlyList<string> Doubtful);

/// <param name="Red">Names of those that fail.</param>
public sealed record TestsFact(int Kept, IReadOnlyList<string> Red);

public sealed record ExpiryFact(string What, DateTimeOffset At);

/// <param name="DaysOver">0 = not overdue.</param>
public sealed record ReviewFact(string What, DateOnly Due, int DaysOver);

public sealed record ExplainedFact(long Failures, long Explained);

/// <param name="Since">From when on they were counted: within 30 days, later where there were too many.</param>
public sealed record CallsFact(int Calls, int Failed, DateTimeOffset Since);
