using System.Net.Mime;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Brokers;

/// <summary>Reads a broker's messages as another connector reads its webhooks. The broker let the sender in, so there is no signature.</summary>
/// <param name="documents">Reads what is inside.</param>
/// <param name="protocol">First part of the codes of its own refusals.</param>
public sealed class QueueReceiver(IReceiver documents, string protocol = "rabbitmq") : IReceiver
{
    public IReadOnlyCollection<string> Reads { get; } = [BrokerHeaders.Tombstone, .. documents.Reads];

    public IReadOnlyCollection<string> MediaTypes => documents.MediaTypes;

    /// <summary>Nothing but the broker brings these: a request from outside is nobody's.</summary>
    public bool Verify(InboundRequest request, Connection connection) => request.Queued;

    /// <summary>The message id is the sender's promise; without it, whatever the documents' own system says, and at last the place at the broker.</summary>
    public string? DeliveryId(InboundRequest request) => request.Part ? null
        : request.Header(BrokerHeaders.Id) is { Length: > 0 } id ? id : documents.DeliveryId(request) ?? request.Header(BrokerHeaders.Position);

    public string TopicOf(InboundRequest request) => documents.TopicOf(request);

    public Unpacked? Unpack(InboundRequest request, Connection connection) => request.Part || Refuse(request) is not null ? null : documents.Unpack(request, connection);

    public InboundEvent Translate(InboundRequest request, Connection connection)
    {
        if (request.Body.IsEmpty && request.Header(BrokerHeaders.Tombstone) is not null)
            return new InboundEvent.Ignored("The message has no value: its sender says that what the key names is gone. Nothing here is deleted for that.");
        if (!request.Part && Refuse(request) is { } refusal)
            return new InboundEvent.Refused([refusal]);
        return documents.Translate(request, connection) is var meaning && meaning is InboundEvent.FetchNeeded
            ? new InboundEvent.Refused([new($"{protocol}.fetch_not_possible", "", "The message names a document that would have to be fetched, which a queue cannot do. Put the document itself into the message.")])
            : meaning;
    }

    /// <summary>Senders that say nothing of the content are believed to send JSON: many clients leave it out.</summary>
    private Refusal? Refuse(InboundRequest request)
    {
        if (request.Body.IsEmpty && documents.MediaTypes.Count == 0)
            return new("receive.empty", "", "The message has no body. Send a JSON document.");
        if (request.Header(BrokerHeaders.Encoding) is { Length: > 0 } encoding && encoding.ToLowerInvariant() is not ("identity" or "utf-8" or "utf8"))
            return new("receive.content_encoding", "", "The body is compressed or in another encoding. Send it as plain UTF-8.");
        if (request.ContentType is null || IsTaken(request.ContentType))
            return null;
        return new("receive.content_type", "", documents.MediaTypes.Count == 0
            ? "The content type is not taken here. Send application/json in UTF-8."
            : $"The content type is not taken here. Allowed: application/json, {string.Join(", ", documents.MediaTypes)}.");
    }

    private bool IsTaken(string text)
    {
        ContentType type;
        try
        {
            type = new ContentType(text);
        }
        catch (FormatException)
        {
            return false;
        }

        var media = type.MediaType.ToLowerInvariant();
        return documents.MediaTypes.Contains("*/*") || documents.MediaTypes.Contains(media, StringComparer.OrdinalIgnoreCase)
            || (media is "application/json" or "text/json" || media.EndsWith("+json", StringComparison.Ordinal)) && (type.CharSet is null || type.CharSet.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }
}
