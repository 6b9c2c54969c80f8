using System.Globalization;
using Connectors.Protocols.Http;
using Connectors.Protocols.Http.Webhooks;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace Connectors.Catalog.Shopify;

/// <summary>
/// Reads Shopify's webhooks and what the orders feed brings. Shopify signs the body alone, so that nothing in a header is
/// proven but the signature itself: repeats are told apart by delivery id and business key.
/// </summary>
public sealed class ShopifyReceiver : IReceiver
{
    public const string WebhookSecret = "webhookSecret";
    public const string SignatureHeader = "X-Shopify-Hmac-Sha256";
    public const string WebhookIdHeader = "X-Shopify-Webhook-Id";
    public const string EventIdHeader = "X-Shopify-Event-Id";
    public const string TopicHeader = "X-Shopify-Topic";

    public const string OrdersFeed = "orders-feed";
    private const string Created = "orders/create";
    private const string Updated = "orders/updated";
    private const string Cancelled = "orders/cancelled";

    public bool Verify(InboundRequest request, Connection connection) =>
        request.Polled || HmacSignature.VerifyBase64(request.Body.Span, connection.Secret(WebhookSecret), request.Header(SignatureHeader));

    /// <summary>The docs name both ids for duplicates. The event's own stays when one event is delivered by two subscriptions, but older versions do not send it.</summary>
    public string? DeliveryId(InboundRequest request) =>
        request.Header(WebhookIdHeader) is { Length: > 0 } webhook ? webhook : request.Header(EventIdHeader) is { Length: > 0 } @event ? @event : null;

    /// <summary>The address goes before the header.</summary>
    public string TopicOf(InboundRequest request)
    {
        var topic = request.Topic.Trim('/', ' ');
        if (topic.Length == 0)
            topic = request.Header(TopicHeader)?.Trim() ?? "";
        return topic.ToLowerInvariant();
    }

    public InboundEvent Translate(InboundRequest request, Connection connection)
    {
        var topic = TopicOf(request) is { Length: > 0 } said ? said : Created;
        if (topic is not (Created or Updated or Cancelled or OrdersFeed))
            return new InboundEvent.Ignored(Unneeded(topic));
        using var document = StrictJson.Parse(request.Body, out var refusal);
        if (document is null)
            return new InboundEvent.Refused([refusal!]);
        var refusals = new List<Refusal>();
        if (ShopifyDocument.Order(document.RootElement, refusals) is not { } order)
            return new InboundEvent.Refused(refusals);
        var words = ShopifyDocument.IsNode(order) ? ShopifyWords.GraphQl : ShopifyWords.Rest;
        // The feed is the truth path: a cancellation whose webhook was lost shows in it and nowhere else.
        InboundEvent? @event = topic == Cancelled || topic == OrdersFeed && order.Has(words.CancelledAt) ? CancelledOrder(words, order)
            : topic == Updated ? UpdatedOrder(words, order)
            : CreatedOrder(words, order, refusals);
        return @event is null || refusals.Count > 0 ? new InboundEvent.Refused(refusals) : @event;
    }

    private static InboundEvent.OrderReceived? CreatedOrder(ShopifyWords words, ShopifyFields fields, List<Refusal> refusals) =>
        new ShopifyOrder(words, fields, refusals).Read() is not { } order ? null : new(order) { BusinessKey = $"order/{order.ExternalId}/created" };

    private static InboundEvent.Happened? UpdatedOrder(ShopifyWords words, ShopifyFields order)
    {
        if (About(order) is not { } id)
            return null;
        var at = order.Instant(words.UpdatedAt);
        return new("order.updated", [new(IdentifierKinds.ChannelOrderId, id)])
        {
            BusinessKey = at is null ? null : string.Create(CultureInfo.InvariantCulture, $"order/{id}/updated/{at.Value.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            Summary = "Shopify sent a newer version of the order",
            Order = Whole(words, order),
        };
    }

    /// <summary>Null when it cannot be read as an order: then it only tells that something changed.</summary>
    private static CanonicalOrder? Whole(ShopifyWords words, ShopifyFields fields)
    {
        var refusals = new List<Refusal>();
        return new ShopifyOrder(words, fields.Quietly(refusals), refusals).Read() is { } order && refusals.Count == 0 ? order : null;
    }

    private static InboundEvent.Happened? CancelledOrder(ShopifyWords words, ShopifyFields order)
    {
        if (About(order) is not { } id)
            return null;
        var reason = Reason(order.Text(words.CancelReason)?.ToLowerInvariant());
        return new("order.cancelled", [new(IdentifierKinds.ChannelOrderId, id)])
        {
            BusinessKey = $"order/{id}/cancelled",
            Reason = reason,
            Summary = $"Shopify cancelled the order: {reason}",
        };
    }

    private static string? About(ShopifyFields order)
    {
        if (!order.Has("id"))
            order.Refuse("order.no_id", "id", "The order has no id of its own. Send the channel's order id.");
        return order.Id("id", "Order");
    }

    /// <summary>Shopify's closed list; its words are no sentences.</summary>
    private static string Reason(string? code) => code switch
    {
        "customer" => "the customer changed or cancelled it",
        "fraud" => "it looked fraudulent",
        "inventory" => "the goods were not in stock",
        "declined" => "the payment was declined",
        "staff" => "staff made a mistake",
        _ => "no reason given",
    };

    private static string Unneeded(string topic) => topic switch
    {
        "customers/data_request" or "customers/redact" or "shop/redact" =>
            "Shopify asks for a privacy duty (data request or redaction). Fulfil it within 30 days; no flow does it.",
        "app/uninstalled" => "The app was removed from the shop. Its credentials no longer hold.",
        _ => "Shopify sent an event of a topic that no flow needs. Needed are orders/create, orders/updated and orders/cancelled.",
    };
}
