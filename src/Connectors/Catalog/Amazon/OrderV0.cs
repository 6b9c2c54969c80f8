using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace Connectors.Catalog.Amazon;

/// <summary>The order of Orders v0 with the items of its own call: for relays and archives that still hold it. Amazon removes its reads in March 2027.</summary>
internal static class OrderV0
{
    public static OrderHead Head(JsonFields order) => new(OrderId.Read(order, "AmazonOrderId"), Phase(order), AmazonShips(order));

    public static CanonicalOrder Read(JsonFields order, IReadOnlyList<JsonFields> items, OrderPhase phase, Connection connection)
    {
        var amounts = new Amounts("Amount", "CurrencyCode");
        var extensions = new Dictionary<string, string>(StringComparer.Ordinal);
        var total = amounts.Read(order, "OrderTotal");
        var sums = new Sums();
        var lines = new LineList(extensions);
        foreach (var item in items)
            lines.Add(Line(item, amounts, lines, sums, extensions));
        var marketplace = OrderContext.Marketplace(order.Text("MarketplaceId"), connection);
        extensions.Put("marketplaceId", marketplace);
        extensions.Put("marketplace", order.Text("SalesChannel"));
        extensions.Put("programs", string.Join(',', Programs(order)));
        extensions.Put("deliverBy", order.Text("LatestDeliveryDate"));
        var currency = OrderContext.Currency(amounts, marketplace, connection, order, "OrderTotal");
        var buyer = order.Object("BuyerInfo");
        var id = order.Text("AmazonOrderId") ?? "";
        return new()
        {
            ExternalId = id,
            Number = id,
            PlacedAt = order.Instant("PurchaseDate", required: true) ?? default,
            SourceOffsetMinutes = OrderContext.Offset(order.Text("PurchaseDate")),
            UpdatedAt = order.Instant("LastUpdateDate"),
            Currency = currency,
            TotalMinor = total,
            TaxMinor = sums.Tax,
            ShippingMinor = sums.Shipping,
            DiscountMinor = sums.Discount,
            PricesIncludeTax = new TaxBasis(lines.Price, (Int128)(sums.Shipping ?? 0) + (sums.Other ?? 0), sums.Discount ?? 0, sums.Tax, total).PricesIncludeTax(currency),
            Status = OrderHead.Status(phase),
            Customer = buyer is null ? null : new() { Name = buyer.Text("BuyerName"), Email = buyer.Text("BuyerEmail") },
            ShipTo = PostalAddress.V0.Read(order.Object("ShippingAddress")),
            ShippingService = order.Text("ShipServiceLevel") ?? order.Text("ShipmentServiceLevelCategory"),
            ShipBy = order.Instant("LatestShipDate"),
            Lines = order.Refusals.Count > 0 ? [] : lines.Lines(currency, phase == OrderPhase.PartlyShipped),
            References = References(order, buyer, id),
            Extensions = extensions,
        };
    }

    /// <summary><c>ItemPrice</c> is for all units of the line.</summary>
    private static LineDraft Line(JsonFields item, Amounts amounts, LineList lines, Sums sums, Dictionary<string, string> extensions)
    {
        var reference = item.Text("OrderItemId", required: true) ?? "";
        var tax = amounts.Read(item, "ItemTax");
        var discount = Amounts.Size(amounts.Read(item, "PromotionDiscount"));
        sums.Shipping = Amounts.Plus(sums.Shipping, amounts.Read(item, "ShippingPrice"));
        sums.Tax = Amounts.Plus(sums.Tax, Amounts.Plus(tax, amounts.Read(item, "ShippingTax")));
        sums.Discount = Amounts.Plus(sums.Discount, Amounts.Plus(discount, Amounts.Size(amounts.Read(item, "ShippingDiscount"))));
        sums.Other = Amounts.Plus(sums.Other, amounts.Read(item, "CODFee"));
        if (item.Object("BuyerRequestedCancel")?.Truth("IsBuyerRequestedCancel") == true)
            lines.Note("cancelRequested", reference);
        if (item.Truth("IsGift") == true)
            lines.Note("gifts", reference);
        if (item.Truth("IsTransparency") == true)
            lines.Note("transparency", reference);
        extensions.Put("iossNumber", item.Text("IossNumber"));
        foreach (var promotion in item.Texts("PromotionIds"))
            lines.Note("promotions", promotion);
        return new()
        {
            Ref = reference,
            Sku = item.Text("SellerSKU"),
            Title = item.Text("Title"),
            Asin = item.Text("ASIN"),
            Ordered = item.Integer("QuantityOrdered", 0, OrderV2026.MostUnits),
            Shipped = item.Has("QuantityShipped") ? item.Integer("QuantityShipped", 0, OrderV2026.MostUnits) : 0,
            ItemsPrice = amounts.Read(item, "ItemPrice"),
            Tax = tax,
            Discount = discount,
        };
    }

    /// <summary>InvoiceUnconfirmed is shipped, and waits for the seller's invoice alone.</summary>
    private static OrderPhase? Phase(JsonFields order)
    {
        OrderPhase? phase = order.Text("OrderStatus", required: true) switch
        {
            "Pending" or "PendingAvailability" => OrderPhase.Pending,
            "Unshipped" => OrderPhase.Open,
            "PartiallyShipped" => OrderPhase.PartlyShipped,
            "Shipped" or "InvoiceUnconfirmed" => OrderPhase.Shipped,
            "Canceled" => OrderPhase.Cancelled,
            "Unfulfillable" => OrderPhase.Unfulfillable,
            _ => null,
        };
        if (phase is null && order.Has("OrderStatus"))
            order.Refuse("order.status_unknown", "OrderStatus", "The status is none that Orders v0 defines.");
        return phase;
    }

    private static bool? AmazonShips(JsonFields order)
    {
        switch (order.Text("FulfillmentChannel"))
        {
            case "AFN":
                return true;
            case "MFN":
                return false;
            default:
                order.Refuse("order.fulfilled_by_unknown", "FulfillmentChannel", "The order does not say who ships it: AFN or MFN. Guessing could ship it twice.");
                return null;
        }
    }

    /// <summary>The flags of v0, by the names that v2026-01-01 gives them.</summary>
    private static IEnumerable<string> Programs(JsonFields order)
    {
        if (order.Truth("IsBusinessOrder") == true)
            yield return "AMAZON_BUSINESS";
        if (order.Truth("IsPrime") == true)
            yield return "PRIME";
        if (order.Truth("IsPremiumOrder") == true)
            yield return "PREMIUM";
        if (order.Truth("IsISPU") == true)
            yield return "IN_STORE_PICK_UP";
    }

    private static Dictionary<string, string> References(JsonFields order, JsonFields? buyer, string id)
    {
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        if (order.Text("SellerOrderId") is { } own && own != id)
            references["seller-order-id"] = own;
        references.Put(IdentifierKinds.PurchaseOrder, buyer?.Text("PurchaseOrderNumber"));
        if (order.Text("ReplacedOrderId") is { } replaced && replaced != id)
            references["replaced-order"] = replaced;
        return references;
    }

    private sealed class Sums
    {
        public long? Shipping;
        public long? Tax;
        public long? Discount;
        public long? Other;
    }
}
