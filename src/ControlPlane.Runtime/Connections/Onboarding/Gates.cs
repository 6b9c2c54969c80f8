namespace ControlPlane.Runtime.Connections.Onboarding;

public enum GateState
{
    Passed,

    /// <summary>It stands in the way of going live.</summary>
    Open,

    /// <summary>Somebody said why it need not pass.</summary>
    Waived,

    /// <summary>There is nothing here that it could ask for.</summary>
    NotNeeded,
}

/// <param name="Name">Stable: <c>credentials</c>.</param>
/// <param name="Title">For people.</param>
/// <param name="Evidence">What is known, in words.</param>
/// <param name="At">When the evidence is from; null where it has no time of its own.</param>
/// <param name="Next">What to do; empty when nothing is to be done.</param>
/// <param name="Warning">It passes, and something about it will not last.</param>
public sealed record Gate(string Name, string Title, GateState State, string Evidence, DateTimeOffset? At, string Next, string? Warning = null);

/// <param name="Live">It is live already: the gates only show how it stands.</param>
/// <param name="Since">When its shadow run began; null when it is live or that is not known.</param>
public sealed record OnboardingView(string Key, string Name, bool Live, DateTimeOffset? Since, IReadOnlyList<Gate> Gates, DateTimeOffset ReadAt)
{
    public IReadOnlyList<Gate> Blockers => [.. Gates.Where(g => g.State == GateState.Open)];
}

/// <summary>A reason and who gave it.</summary>
public sealed record Waiver(string Text, DateTimeOffset At);

/// <summary>What is known of a connection that is being brought into service.</summary>
public sealed record OnboardingFacts
{
    public required DateTimeOffset Now { get; init; }

    public bool Calls { get; init; }

    public bool Receives { get; init; }

    /// <summary>Of the last test; null = it was never tested.</summary>
    public (bool Passed, string Text, DateTimeOffset At)? Test { get; init; }

    public DateTimeOffset? ProvenAt { get; init; }

    public DateTimeOffset? RefusedAt { get; init; }

    /// <summary>Words about what expires soonest; null when nothing does within 30 days.</summary>
    public string? Expiring { get; init; }

    public bool Expired { get; init; }

    public DateTimeOffset? WebhookAt { get; init; }

    public DateTimeOffset? QueuedAt { get; init; }

    public DateTimeOffset? PolledAt { get; init; }

    /// <summary>Orders that were understood, of the newest that are looked at.</summary>
    public int Orders { get; init; }

    public int Refused { get; init; }

    public DateTimeOffset? LastOrderAt { get; init; }

    public int Scanned { get; init; }

    public int WithGaps { get; init; }

    public int Budgets { get; init; }

    public string Owner { get; init; } = "";

    public Waiver? Target { get; init; }

    public int TestsPassed { get; init; }

    public IReadOnlyList<string> TestsFailed { get; init; } = [];

    /// <summary>Schemas that are registered for what it sends.</summary>
    public int Schemas { get; init; }

    /// <summary>Of these, the ones without an active version.</summary>
    public IReadOnlyList<string> InactiveSchemas { get; init; } = [];

    public DateTimeOffset? ShadowSince { get; init; }

    public IReadOnlyDictionary<string, Waiver> Waivers { get; init; } = new Dictionary<string, Waiver>();
}
