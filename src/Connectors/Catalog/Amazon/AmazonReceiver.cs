using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Webhooks;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;

namespace Connectors.Catalog.Amazon;

/// <summary>
/// Reads orders of both versions of the API, and notifications. Amazon posts those to a queue only; a relay takes them
/// from there and signs them as Standard Webhooks.
/// </summary>
public sealed class AmazonReceiver : IReceiver
{
    public const string NotificationSecret = "notificationSecret";

    /// <summary>The topic under which nothing but notifications is expected.</summary>
    public const string NotificationsTopic = "notifications";

    public bool Verify(InboundRequest request, Connection connection) =>
        request.Polled || StandardWebhooks.Verify(request, connection.Secret(NotificationSecret));

    /// <summary>Amazon's own id before the relay's: a relay that restarts sends the same notification under a new one.</summary>
    public string? DeliveryId(InboundRequest request) =>
        request.Polled ? null : Notification.IdOf(request.Body) ?? request.Header(StandardWebhooks.IdHeader);

    public string TopicOf(InboundRequest request) => request.Topic.Length > 0 ? request.Topic : Notification.TypeOf(request.Body) ?? "";

    public InboundEvent Translate(InboundRequest request, Connection connection)
    {
        using var document = StrictJson.Parse(request.Body, out var refusal);
        if (document is null)
            return new InboundEvent.Refused([refusal!]);
        var root = JsonFields.Root(document);
        if (root.Refusals.Count > 0)
            return new InboundEvent.Refused(root.Refusals);
        if (request.Topic == NotificationsTopic || Notification.Is(root))
            return Notification.Read(root);
        return OrderPlace.Find(document.RootElement, out var notAnOrder) is { } place
            ? Order(place, connection)
            : new InboundEvent.Refused([notAnOrder!]);
    }

    private static InboundEvent Order(OrderPlace place, Connection connection)
    {
        var order = place.Order;
        var head = place.IsLegacy ? OrderV0.Head(order) : OrderV2026.Head(order);
        if (order.Refusals.Count > 0 || head is not { Id: { } id, Phase: { } phase, AmazonShips: { } amazonShips })
            return new InboundEvent.Refused(order.Refusals);
        if (amazonShips)
            return new InboundEvent.Ignored("Amazon ships it.");
        if (phase is OrderPhase.Shipped)
            return new InboundEvent.Ignored("Amazon has it as shipped: nothing is left to ship.");
        if (phase is OrderPhase.Unfulfillable)
            return new InboundEvent.Ignored("Amazon says that it cannot be fulfilled.");
        var items = place.Items(id);
        if (order.Refusals.Count > 0)
            return new InboundEvent.Refused(order.Refusals);
        var canonical = place.IsLegacy ? OrderV0.Read(order, items, phase, connection) : OrderV2026.Read(order, items, phase, connection);
        if (canonical.Lines.Count == 0 && phase != OrderPhase.Cancelled && order.Refusals.Count == 0)
            place.RefuseNoLines();
        if (order.Refusals.Count > 0)
            return new InboundEvent.Refused(order.Refusals);
        return new InboundEvent.OrderReceived(canonical) { BusinessKey = $"order/{id}/{Step(canonical.Status)}" };
    }

    /// <summary>Each comes once: pending, then released or cancelled. Later versions of a released order change nothing for us.</summary>
    private static string Step(OrderStatus status) => status switch
    {
        OrderStatus.Pending => "pending",
        OrderStatus.Cancelled => "cancelled",
        _ => "created",
    };
}
