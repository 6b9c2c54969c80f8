using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Ingestion;

/// <summary>Makes the row that speaks of a received document.</summary>
internal static class MessageRows
{
    /// <summary>Name under which a file's name is kept among the headers.</summary>
    public const string FileName = "File-Name";

    /// <summary>More are not kept: a file in which everything is wrong is wrong for one reason.</summary>
    public const int MostRefusals = 50;

    public static MessageRow Make(TenantScope tenant, Connection connection, IReceiver receiver, InboundRequest request, InboundEvent? meaning, PartOf? of, TimeProvider clock, Guid? given = null)
    {
        var id = given ?? EntityId.New(clock);
        return new()
        {
            Id = id,
            TenantId = tenant.TenantId,
            Connection = connection.Key,
            Topic = TopicOf(receiver, request),
            State = MessageState.Accepted,
            CorrelationId = id.ToString("N"),
            DeliveryId = of is null ? InboxKeys.Short(receiver.DeliveryId(request)) : null,
            BusinessKey = InboxKeys.Short(meaning?.BusinessKey),
            // The parts of a delivery happened one after the other, as they stand there: signals are looked at in this order.
            ReceivedAt = request.ReceivedAt.ToMicroseconds() + (of?.Number ?? 0),
            Headers = KeptHeaders.ToJson(request.Headers, receiver.Reads),
            TraceParent = request.Header("traceparent") is { Length: 55 } trace ? trace : null,
            ParentId = of?.Delivery,
            Part = of?.Number ?? 0,
            Place = PayloadRows.Cut(of?.Place, ColumnLengths.Identifier),
            Arrival = request.Polled ? MessageArrival.Feed : request.Queued ? MessageArrival.Queue : MessageArrival.Webhook,
            OccurredAt = OccurredAt(request, meaning)?.ToMicroseconds(),
            MappingVersion = receiver.MappingVersion,
        };
    }

    public static void Refuse(MessageRow message, IReadOnlyList<Refusal> refusals)
    {
        message.State = MessageState.Refused;
        message.Code = PayloadRows.Cut(refusals[0].Code, ColumnLengths.Code);
        message.Detail = JsonSerializer.Serialize(refusals.Take(MostRefusals), JsonSerializerOptions.Web);
    }

    /// <summary>As the receiver read it. What a sender wrote into a document may be anything: where it is no plain text, the address stays.</summary>
    private static string TopicOf(IReceiver receiver, InboundRequest request) =>
        PayloadRows.Cut(receiver.TopicOf(request) is { Length: > 0 } read && !read.Any(c => char.IsControl(c) || char.IsSurrogate(c)) ? read : request.Topic, ColumnLengths.Key)!;

    /// <summary>By the sender's clock: of the notification itself where its headers carry that, otherwise of what it is about.</summary>
    private static DateTimeOffset? OccurredAt(InboundRequest request, InboundEvent? meaning)
    {
        if (request.Header("X-Shopify-Triggered-At") is { } triggered && DateTimeOffset.TryParse(triggered, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at))
            return at;
        if (request.Header("ce-time") is { } time && DateTimeOffset.TryParse(time, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out at))
            return at;
        return meaning switch
        {
            InboundEvent.OrderReceived { Event: "order.created" } received => received.Order.PlacedAt,
            InboundEvent.Happened { Shipment: { } shipment } => shipment.ShippedAt,
            _ => null,
        };
    }
}
