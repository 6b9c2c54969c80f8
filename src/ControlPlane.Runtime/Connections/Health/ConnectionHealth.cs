using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Ingestion;

namespace ControlPlane.Runtime.Connections.Health;

/// <param name="Name">Operation or pool.</param>
/// <param name="Burst">Most at once; calls, or points where calls are weighed.</param>
/// <param name="Left">At this moment, as far as this node knows.</param>
/// <param name="ClosedFor">The system asked to be left alone for so long; null when it did not.</param>
/// <param name="Learned">The limits are what the system told; otherwise what its connector declares.</param>
public sealed record BudgetHealth(string Name, double PerSecond, double Burst, double Left, TimeSpan? ClosedFor, bool Learned, bool Weighed, BudgetOutlook Outlook);

/// <param name="State">Null = it was never compared.</param>
public sealed record WebhookHealth(string Topic, SubscriptionState? State, DateTimeOffset? ExpiresAt, DateTimeOffset? CheckedAt, DateTimeOffset? ChangedAt, string? Fault);

/// <summary>What one topic brought within a day.</summary>
/// <param name="MedianLag">From the sender's time to ours, of what was pushed and says when it happened; null when nothing does.</param>
public sealed record TopicTraffic(string Topic, MessageArrival Arrival, int Messages, int Refused, TimeSpan? MedianLag, TimeSpan? LongestLag);

/// <param name="Received">Within a day.</param>
/// <param name="Duplicates">Within a day.</param>
/// <param name="Gaps">Within a day: documents that only the feed brought although a webhook was due; younger than <see cref="ConnectionHealthQueries.Grace"/> are not counted yet.</param>
/// <param name="GapsDue">False: nothing is pushed here, so there are no gaps.</param>
/// <param name="UsualSilence">Longer than this it is seldom silent; null when too little is known.</param>
public sealed record ArrivalHealth(int Received, int Duplicates, int Refused, int Gaps, bool GapsDue, DateTimeOffset? LastAt, TimeSpan? UsualSilence, IReadOnlyList<TopicTraffic> Topics)
{
    public double? DuplicateRate => Received + Duplicates == 0 ? null : (double)Duplicates / (Received + Duplicates);

    public bool IsSilent(DateTimeOffset now) => UsualSilence is { } usual && LastAt is { } last && now - last > usual;
}

/// <param name="Name">As people call it.</param>
/// <param name="What">What is known of it, never its value.</param>
/// <param name="Since">When it was stored or seen.</param>
public sealed record CredentialHealth(string Name, string What, DateTimeOffset? Since, DateTimeOffset? ExpiresAt, ExpiryLevel Level);

/// <param name="CursorAge">How long ago it was last read; null = never.</param>
public sealed record FeedHealth(string Name, DateTimeOffset? PolledAt, DateTimeOffset? NextAt, string? Fault);

public sealed record ConnectionEvent(DateTimeOffset At, string Kind, string Text);

public sealed record RecentMessage(Guid Id, string Topic, MessageState State, MessageArrival Arrival, DateTimeOffset At, Guid? TransactionId, string? File);

/// <summary>Everything that is known of one connection, at one moment.</summary>
public sealed record ConnectionHealth
{
    public required DateTimeOffset ReadAt { get; init; }

    public required ConnectionStanding Standing { get; init; }

    public required string ConnectorTitle { get; init; }

    public required string ConnectorVersion { get; init; }

    /// <summary>It takes messages and starts nothing until it goes live.</summary>
    public bool Onboarding { get; init; }

    /// <summary>Without credentials; null for a connection that only receives.</summary>
    public string? Address { get; init; }

    /// <summary>It has webhooks: the other side sends to an address of ours.</summary>
    public bool Receives { get; init; }

    /// <summary>Its subscriptions cannot be compared, because nothing says where the other side should send.</summary>
    public bool AddressUnknown { get; init; }

    /// <summary>Where the other side sends to; null when the installation does not know its own address.</summary>
    public string? ReceivesAt { get; init; }

    /// <summary>Why it cannot work at all; empty when it can.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    public required IReadOnlyList<BudgetHealth> Budgets { get; init; }

    public required ArrivalHealth Arrivals { get; init; }

    /// <summary>Null when the connector does not say how to subscribe.</summary>
    public IReadOnlyList<WebhookHealth>? Webhooks { get; init; }

    public required IReadOnlyList<CredentialHealth> Credentials { get; init; }

    /// <summary>When our credentials were last accepted; null when that is not known.</summary>
    public DateTimeOffset? ProvenAt { get; init; }

    /// <summary>When they were last refused, if that was after they were last accepted.</summary>
    public DateTimeOffset? RefusedAt { get; init; }

    public required IReadOnlyList<FeedHealth> Feeds { get; init; }

    public required IReadOnlyList<RecentMessage> Messages { get; init; }

    /// <summary>Newest first.</summary>
    public required IReadOnlyList<ConnectionEvent> History { get; init; }
}
