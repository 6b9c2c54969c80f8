using System.Text.Json.Nodes;

namespace Connectors.Sandbox.Amazon;

/// <summary>ORDER_CHANGE as the published schema has it: which order and how it stands, never prices or people. The order itself must be fetched.</summary>
internal static class OrderChangeNotification
{
    public static JsonObject Of(AmazonOrder order, SandboxOptions options, string notificationId, DateTimeOffset now) => new()
    {
        ["NotificationVersion"] = "1.0",
        ["NotificationType"] = "ORDER_CHANGE",
        ["PayloadVersion"] = "1.0",
        ["EventTime"] = AmazonTime.Exact(now),
        ["Payload"] = new JsonObject
        {
            ["OrderChangeNotification"] = new JsonObject
            {
                ["NotificationLevel"] = "OrderLevel",
                ["SellerId"] = options.SellerId,
                ["AmazonOrderId"] = order.Id,
                ["OrderChangeType"] = "OrderStatusChange",
                ["OrderChangeTrigger"] = new JsonObject { ["TimeOfOrderChange"] = AmazonTime.Exact(order.UpdatedAt), ["ChangeReason"] = "Order Status Change" },
                ["Summary"] = Summary(order, options.MarketplaceId),
            },
        },
        ["NotificationMetadata"] = new JsonObject
        {
            ["ApplicationId"] = "amzn1.sp.solution.sandbox",
            ["SubscriptionId"] = "subscription-id-sandbox-order-change",
            ["PublishTime"] = AmazonTime.Exact(now),
            ["NotificationId"] = notificationId,
        },
    };

    private static JsonObject Summary(AmazonOrder order, string marketplaceId) => new()
    {
        ["MarketplaceId"] = marketplaceId,
        ["OrderStatus"] = order.NotificationStatus,
        ["PurchaseDate"] = AmazonTime.Exact(order.CreatedAt),
        ["DestinationPostalCode"] = order.Pending ? null : order.Buyer.Zip,
        ["FulfillmentType"] = "MFN",
        ["OrderType"] = "StandardOrder",
        ["NumberOfItemsShipped"] = order.Shipped,
        ["NumberOfItemsUnshipped"] = order.Ordered - order.Shipped,
        ["EarliestShipDate"] = AmazonTime.Exact(order.CreatedAt),
        ["LatestShipDate"] = AmazonTime.Exact(order.ShipBy),
        ["OrderPrograms"] = order.Prime ? new JsonArray("Prime") : [],
        ["ShippingPrograms"] = new JsonArray(),
        ["OrderItems"] = new JsonArray([.. order.Items.Select(i => new JsonObject
        {
            ["OrderItemId"] = i.Id,
            ["SellerSKU"] = i.Product.Sku,
            ["SupplySourceId"] = null,
            ["OrderItemStatus"] = order.ShippedOf(i.Id) == i.Quantity ? "Shipped" : "Unshipped",
            ["Quantity"] = i.Quantity,
            ["QuantityShipped"] = order.ShippedOf(i.Id),
        })]),
    };
}
