using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;

namespace Connectors.Catalog.Amazon;

/// <summary>
/// ORDER_CHANGE names an order and how it stands, without prices and people; the order itself is fetched. Its members
/// begin with capitals, those of newer notification types do not: both are read.
/// </summary>
internal static class Notification
{
    private const string OrderChange = "ORDER_CHANGE";

    public static bool Is(JsonFields root) => root.Has("NotificationType") || root.Has("notificationType");

    /// <summary>Null for any other document.</summary>
    public static string? IdOf(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf("otificationId"u8) < 0)
            return null;
        using var document = StrictJson.Parse(body, out _);
        if (document is null)
            return null;
        var root = JsonFields.Root(document);
        return Object(root, "NotificationMetadata")?.Text("NotificationId") ?? Object(root, "notificationMetadata")?.Text("notificationId");
    }

    /// <summary>Null for any other document.</summary>
    public static string? TypeOf(ReadOnlyMemory<byte> body)
    {
        if (body.Span.IndexOf("otificationType"u8) < 0)
            return null;
        using var document = StrictJson.Parse(body, out _);
        if (document is null)
            return null;
        var root = JsonFields.Root(document);
        return root.Text("NotificationType") ?? root.Text("notificationType");
    }

    public static InboundEvent Read(JsonFields root)
    {
        var type = root.Text(root.Has("notificationType") ? "notificationType" : "NotificationType", required: true);
        if (type is not (null or OrderChange))
            return new InboundEvent.Ignored("Amazon sent a notification of a type that no flow needs.");
        var change = type is null ? null : Change(root);
        var id = change is null ? null : OrderId.Read(change, "AmazonOrderId");
        if (id is null || root.Refusals.Count > 0)
            return new InboundEvent.Refused(root.Refusals);
        // What would be thrown away after it was fetched is not fetched: the budget is thirty orders a minute.
        var summary = Object(change, "Summary");
        return (summary?.Text("FulfillmentType"), summary?.Text("OrderStatus")) switch
        {
            ("AFN", _) => new InboundEvent.Ignored("Amazon ships it."),
            (_, "Shipped") => new InboundEvent.Ignored("Amazon has it as shipped: nothing is left to ship."),
            _ => new InboundEvent.FetchNeeded(OrdersFeed.FeedName, id),
        };
    }

    private static JsonFields? Change(JsonFields root) =>
        root.Object(root.Has("payload") ? "payload" : "Payload", required: true) is { } payload
            ? payload.Object(payload.Has("orderChangeNotification") ? "orderChangeNotification" : "OrderChangeNotification", required: true)
            : null;

    /// <summary>As the other, but what is no object is none: these members only help.</summary>
    private static JsonFields? Object(JsonFields? holder, string name) => holder?.Has(name) == true ? holder.Object(name) : null;
}

/// <summary>Amazon's order id: three groups of digits, or S01 and so on for orders of other channels.</summary>
internal static class OrderId
{
    private const int Longest = 64;

    /// <summary>Goes into addresses and keys, so nothing but letters, digits and hyphens passes.</summary>
    public static string? Read(JsonFields holder, string name)
    {
        if (holder.Text(name, required: true) is not { } id)
            return null;
        if (IsOne(id))
            return id;
        holder.Refuse("order.id_unreadable", name, "The order id is not readable. Allowed: letters, digits and hyphens, at most 64.");
        return null;
    }

    public static bool IsOne(string id) => id.Length is > 0 and <= Longest && id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-');
}
