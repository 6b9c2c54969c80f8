using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Connections.Webhooks;

public enum SubscriptionState : short
{
    /// <summary>There, and ours.</summary>
    Active = 1,

    /// <summary>Not there, and could not be made.</summary>
    Missing = 2,
}

/// <summary>One topic that a connection wants to be told of, as the last look found or left it.</summary>
public sealed class WebhookSubscriptionRow : ITenantRow
{
    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public string Topic { get; set; } = "";

    public SubscriptionState State { get; set; }

    public string? ExternalId { get; set; }

    public long? ExpiresAt { get; set; }

    /// <summary>When it was last compared.</summary>
    public long CheckedAt { get; set; }

    /// <summary>When we last made, renewed or missed it.</summary>
    public long ChangedAt { get; set; }

    public string? LastFault { get; set; }
}

/// <summary>Something that changed about a connection, in a sentence.</summary>
public sealed class ConnectionEventRow : ITenantRow
{
    public Guid Id { get; set; }

    public int TenantId { get; set; }

    public string Connection { get; set; } = "";

    public long At { get; set; }

    /// <summary>Stable: <c>webhook.created</c>.</summary>
    public string Kind { get; set; } = "";

    public string Text { get; set; } = "";
}
