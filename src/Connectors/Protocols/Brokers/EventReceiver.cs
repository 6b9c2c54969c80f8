using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using Connectors.Protocols.Http;

namespace Connectors.Protocols.Brokers;

/// <summary>
/// Reads events of our own form, <c>mappings/event.yaml</c>: for systems that have none that another connector knows, and for a
/// second ControlPlane. With a shipment it is news of an order, without one it is the order itself.
/// </summary>
public sealed class EventReceiver : IReceiver
{
    /// <summary>The word in the setting <c>documents</c>.</summary>
    public const string Name = "events";

    public bool Verify(InboundRequest request, Connection connection) => request.Queued;

    /// <summary>The message id stands outside of the document.</summary>
    public string? DeliveryId(InboundRequest request) => null;

    public InboundEvent Translate(InboundRequest request, Connection connection)
    {
        using var document = StrictJson.Parse(request.Body, out var refusal);
        if (document is null)
            return new InboundEvent.Refused([refusal!]);
        var root = JsonFields.Root(document);
        InboundEvent? meaning = root.Object("order", required: true) is not { } order ? null
            : root.Object("shipment") is { } shipment ? Shipped(root, order, shipment)
            : EventOrder.Read(order) is not { } read ? null
            : read.Status == OrderStatus.Cancelled ? Cancelled(read)
            : new InboundEvent.OrderReceived(read) { BusinessKey = $"order/{read.ExternalId}/created" };
        return meaning is null || root.Refusals.Count > 0 ? new InboundEvent.Refused(root.Refusals) : meaning;
    }

    private static InboundEvent.Happened Cancelled(CanonicalOrder order) => new("order.cancelled", [new(IdentifierKinds.ChannelOrderId, order.ExternalId)])
    {
        BusinessKey = $"order/{order.ExternalId}/cancelled",
        Reason = "no reason given",
        Summary = "The order was cancelled",
    };

    private static InboundEvent.Happened Shipped(JsonFields root, JsonFields order, JsonFields fields)
    {
        var shipment = new Shipment
        {
            ExternalId = EventOrder.Short(fields, "id", required: true) ?? "",
            ShippedAt = fields.Instant("shippedAt", required: true) ?? default,
            Carrier = fields.Text("carrier"),
            Service = fields.Text("service"),
            TrackingNumber = EventOrder.Short(fields, "trackingNumber"),
            Lines = [.. fields.Objects("lines", required: true).Select(l => new ShipmentLine(l.Text("lineRef", required: true) ?? "", l.Text("sku", required: true) ?? "", l.Integer("quantity", 1, 1_000_000)))],
        };
        var numbers = new List<Identifier> { new(IdentifierKinds.Shipment, shipment.ExternalId) };
        if (shipment.TrackingNumber is { } tracking)
            numbers.Add(new(IdentifierKinds.Tracking, tracking));
        var about = new List<Identifier>();
        if (EventOrder.Short(root, "reference") is { } reference)
            about.Add(new(IdentifierKinds.Reference, reference));
        if (EventOrder.Short(order, "id") is { } id)
            about.Add(new(IdentifierKinds.ChannelOrderId, id));
        if (about.Count == 0)
            root.Refuse("event.no_order", "reference", "The event names no order. Send our reference, or the order's id.");
        return new("shipment.confirmed", about)
        {
            BusinessKey = $"shipment/{shipment.ExternalId}",
            Shipment = shipment,
            Identifiers = numbers,
            Summary = $"Shipment {shipment.ExternalId} is on its way{(shipment.Carrier is { } carrier ? $" with {carrier}" : "")}",
        };
    }
}
