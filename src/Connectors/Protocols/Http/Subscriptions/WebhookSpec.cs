using System.Text.Json.Nodes;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Http.Subscriptions;

/// <summary>How a system's webhooks are subscribed to, as its manifest describes it.</summary>
public sealed record WebhookSpec
{
    public required IReadOnlyList<WebhookText> Topics { get; init; }

    public string? Feed { get; init; }

    public TimeSpan? Lifetime { get; init; }

    public string? Handshake { get; init; }

    public required WebhookListSpec List { get; init; }

    public required WebhookCall Create { get; init; }

    public WebhookCall? Renew { get; init; }

    public required WebhookCall Delete { get; init; }
}

/// <param name="Items">The list of subscriptions in the answer.</param>
/// <param name="Id">Within one of them, as the other paths.</param>
/// <param name="Active">Null: what is listed is active.</param>
/// <param name="ActiveIs">Values that mean active.</param>
public sealed record WebhookListSpec(WebhookCall Call, DocumentPath Items, DocumentPath Id, DocumentPath Topic, DocumentPath Address, DocumentPath? Active, IReadOnlyList<string> ActiveIs, DocumentPath? ExpiresAt);

/// <param name="Body">Null = none. Texts in it may hold placeholders.</param>
/// <param name="Failed">Something there makes a failure of an answer with a success status.</param>
public sealed record WebhookCall(HttpMethod Method, WebhookText Path, JsonNode? Body, string ContentType, IReadOnlyList<KeyValuePair<string, WebhookText>> Headers, DocumentPath? Failed);
