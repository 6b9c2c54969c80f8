using System.Net.Mime;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.RabbitMq;

/// <summary>Reads the messages of a queue as another connector reads its webhooks. The broker let the sender in, so there is no signature.</summary>
/// <param name="documents">Reads what is inside.</param>
public sealed class QueueReceiver(IReceiver documents) : IReceiver
{
    /// <summary>Nothing but the broker brings these: a request from outside is nobody's.</summary>
    public bool Verify(InboundRequest request, Connection connection) => request.Queued;

    /// <summary>The message id is the sender's promise; without it, whatever the documents' own system puts into headers.</summary>
    public string? DeliveryId(InboundRequest request) => request.Header(QueueMessage.IdHeader) is { Length: > 0 } id ? id : documents.DeliveryId(request);

    public InboundEvent Translate(InboundRequest request, Connection connection)
    {
        if (Refuse(request) is { } refusal)
            return new InboundEvent.Refused([refusal]);
        return documents.Translate(request, connection) is var meaning && meaning is InboundEvent.FetchNeeded
            ? new InboundEvent.Refused([new("rabbitmq.fetch_not_possible", "", "The message names a document that would have to be fetched, which a queue cannot do. Put the document itself into the message.")])
            : meaning;
    }

    /// <summary>Senders that say nothing of the content are believed to send JSON: many clients leave it out.</summary>
    private static Refusal? Refuse(InboundRequest request)
    {
        if (request.Body.IsEmpty)
            return new("receive.empty", "", "The message has no body. Send a JSON document.");
        if (request.Header(QueueMessage.EncodingHeader) is { Length: > 0 } encoding && encoding.ToLowerInvariant() is not ("identity" or "utf-8" or "utf8"))
            return new("receive.content_encoding", "", "The body is compressed or in another encoding. Send it as plain UTF-8.");
        return request.ContentType is null || IsJson(request.ContentType) ? null
            : new("receive.content_type", "", "The content type is not taken here. Send application/json in UTF-8.");
    }

    private static bool IsJson(string text)
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
        return (media is "application/json" or "text/json" || media.EndsWith("+json", StringComparison.Ordinal)) && (type.CharSet is null || type.CharSet.Equals("utf-8", StringComparison.OrdinalIgnoreCase));
    }
}
