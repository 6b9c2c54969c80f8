using System.Text.Json.Nodes;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Http.Subscriptions;

/// <summary>How a system's webhooks are subscribed to, as its manifest describes it.</summary>
public sealed record WebhookSpec
{
    public required IReadOnlyList<WebhookText> Topics { get; init; }

    public string? Feed { get; init; }

    /// <summary>Where notices go when not to our door; null = to our door. One whose settings are not given leaves nothing wanted.</summary>
    public WebhookText? Address { get; init; }

    public bool OnePerTopic { get; init; }

    /// <summary>What has to be there before a subscription can name it; null where a subscription names the address itself.</summary>
    public WebhookDestinationSpec? Destination { get; init; }

    public TimeSpan? Lifetime { get; init; }

    public string? Handshake { get; init; }

    public required WebhookListSpec List { get; init; }

    public required WebhookCall Create { get; init; }

    /// <summary>The secret in the answer to <see cref="Create"/>, where the system chooses it.</summary>
    public DocumentPath? Secret { get; init; }

    public WebhookCall? Renew { get; init; }

    public WebhookCall? Enable { get; init; }

    public required WebhookCall Delete { get; init; }
}

/// <summary>How things that a system knows by an id and that hold an address are listed. Paths but <see cref="Items"/> are within one of them.</summary>
public record WebhookItemsSpec
{
    public required WebhookCall Call { get; init; }

    /// <summary>The list in the answer.</summary>
    public required DocumentPath Items { get; init; }

    public required DocumentPath Id { get; init; }

    /// <summary>The address; of a subscription where there are destinations, the id of one.</summary>
    public required DocumentPath Address { get; init; }

    public WebhookState? Active { get; init; }
}

/// <summary>How the subscriptions that are there are read.</summary>
public sealed record WebhookListSpec : WebhookItemsSpec
{
    /// <summary>Null: it is asked once for each topic.</summary>
    public DocumentPath? Topic { get; init; }

    public DocumentPath? ExpiresAt { get; init; }

    /// <summary>Statuses that say that there is none.</summary>
    public IReadOnlyList<int> None { get; init; } = [];

    /// <summary>Only those that hold this value there count; the others are somebody else's.</summary>
    public (DocumentPath At, WebhookText Is)? Only { get; init; }
}

/// <summary>An address that the system knows by an id of its own.</summary>
public sealed record WebhookDestinationSpec
{
    public required WebhookItemsSpec List { get; init; }

    public required WebhookCall Create { get; init; }

    public WebhookCall? Enable { get; init; }
}

/// <param name="Is">Values that mean active.</param>
public sealed record WebhookState(DocumentPath At, IReadOnlyList<string> Is);

/// <param name="Body">Null = none. Texts in it may hold placeholders.</param>
/// <param name="ByApplication">In the name of the application, not of the account.</param>
/// <param name="Failed">Something there makes a failure of an answer with a success status.</param>
public sealed record WebhookCall(HttpMethod Method, WebhookText Path, JsonNode? Body, string ContentType, IReadOnlyList<KeyValuePair<string, WebhookText>> Headers, DocumentPath? Failed, bool ByApplication = false);
