using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace Connectors.Catalog.Amazon;

/// <summary>The order of Orders v2026-01-01, read with the data sets that <see cref="OrdersFeed"/> asks for.</summary>
internal static class OrderV2026
{
    public static OrderHead Head(JsonFields order)
    {
        var id = OrderId.Read(order, "orderId");
        if (order.Object("fulfillment") is not { } fulfillment)
        {
            order.Refuse("order.no_status", "fulfillment", "The order does not say how it stands. Read it with includedData=FULFILLMENT.");
            return new(id, null, null);
        }

        return new(id, Phase(fulfillment), AmazonShips(fulfillment));
    }

    public static CanonicalOrder Read(JsonFields order, IReadOnlyList<JsonFields> items, OrderPhase phase, Connection connection)
    {
        var amounts = new Amounts("amount", "currencyCode");
        var extensions = new Dictionary<string, string>(StringComparer.Ordinal);
        var proceeds = order.Object("proceeds");
        var total = amounts.Read(proceeds, "grandTotal");
        var sums = Proceeds.Read(proceeds, amounts);
        var ofItems = new Proceeds();
        var lines = new LineList(extensions);
        foreach (var item in items)
            lines.Add(Line(item, amounts, lines, ofItems, extensions));
        if (!sums.HasAny)
            sums = ofItems; // Sandbox answers have breakdowns in the items alone.
        var channel = order.Object("salesChannel");
        var marketplace = OrderContext.Marketplace(channel?.Text("marketplaceId"), connection);
        extensions.Put("marketplaceId", marketplace);
        extensions.Put("marketplace", channel?.Text("marketplaceName"));
        extensions.Put("programs", string.Join(',', order.Texts("programs")));
        var currency = OrderContext.Currency(amounts, marketplace, connection, order, "proceeds.grandTotal");
        var fulfillment = order.Object("fulfillment");
        var recipient = order.Object("recipient");
        var buyer = order.Object("buyer");
        var id = order.Text("orderId") ?? "";
        Delivery(recipient, fulfillment, buyer, extensions);
        return new()
        {
            ExternalId = id,
            Number = id,
            PlacedAt = order.Instant("createdTime", required: true) ?? default,
            SourceOffsetMinutes = OrderContext.Offset(order.Text("createdTime")),
            UpdatedAt = order.Instant("lastUpdatedTime"),
            Currency = currency,
            TotalMinor = total,
            TaxMinor = sums.Tax,
            ShippingMinor = sums.Shipping,
            DiscountMinor = Amounts.Size(sums.Discount),
            PricesIncludeTax = new TaxBasis(lines.Price, (Int128)(sums.Shipping ?? 0) + (sums.Other ?? 0), Amounts.Size(sums.Discount) ?? 0, sums.Tax, total).PricesIncludeTax(currency),
            Status = OrderHead.Status(phase),
            Customer = Customer(buyer),
            ShipTo = PostalAddress.V2026.Read(recipient?.Object("deliveryAddress")),
            ShippingService = fulfillment?.Text("fulfillmentServiceLevel"),
            ShipBy = fulfillment?.Object("shipByWindow")?.Instant("latestDateTime"),
            Lines = order.Refusals.Count > 0 ? [] : lines.Lines(currency, phase == OrderPhase.PartlyShipped),
            References = References(order, buyer, id),
            Extensions = extensions,
        };
    }

    private static LineDraft Line(JsonFields item, Amounts amounts, LineList lines, Proceeds ofItems, Dictionary<string, string> extensions)
    {
        var reference = item.Text("orderItemId", required: true) ?? "";
        var product = item.Object("product", required: true);
        var sums = Proceeds.Read(item.Object("proceeds"), amounts);
        ofItems.Add(sums);
        var fulfillment = item.Object("fulfillment");
        if (item.Object("cancellation")?.Object("cancellationRequest") is not null)
            lines.Note("cancelRequested", reference);
        if (fulfillment?.Object("packing")?.Object("giftOption") is not null)
            lines.Note("gifts", reference);
        if (item.Texts("programs").Contains("TRANSPARENCY"))
            lines.Note("transparency", reference);
        extensions.Put("iossNumber", fulfillment?.Object("shipping")?.Object("internationalShipping")?.Text("iossNumber"));
        foreach (var promotion in item.Object("promotion")?.Objects("breakdowns") ?? [])
            if (promotion.Text("promotionId") is { } promoted)
                lines.Note("promotions", promoted);
        return new()
        {
            Ref = reference,
            Sku = product?.Text("sellerSku"),
            Title = product?.Text("title"),
            Asin = product?.Text("asin"),
            Ordered = item.Integer("quantityOrdered", 0, MostUnits),
            Shipped = fulfillment?.Has("quantityFulfilled") == true ? fulfillment.Integer("quantityFulfilled", 0, MostUnits) : 0,
            UnitPrice = amounts.Read(product?.Object("price"), "unitPrice"),
            ItemsPrice = sums.Item,
            Tax = sums.ItemTax ?? sums.Tax,
            Discount = Amounts.Size(sums.ItemDiscount ?? sums.Discount),
        };
    }

    public const int MostUnits = 1_000_000;

    private static OrderPhase? Phase(JsonFields fulfillment)
    {
        OrderPhase? phase = fulfillment.Text("fulfillmentStatus", required: true) switch
        {
            "PENDING" or "PENDING_AVAILABILITY" => OrderPhase.Pending,
            "UNSHIPPED" => OrderPhase.Open,
            "PARTIALLY_SHIPPED" => OrderPhase.PartlyShipped,
            "SHIPPED" => OrderPhase.Shipped,
            "CANCELLED" => OrderPhase.Cancelled,
            "UNFULFILLABLE" => OrderPhase.Unfulfillable,
            _ => null,
        };
        if (phase is null && fulfillment.Has("fulfillmentStatus"))
            fulfillment.Refuse("order.status_unknown", "fulfillmentStatus", "The status is none that Orders v2026-01-01 defines.");
        return phase;
    }

    private static bool? AmazonShips(JsonFields fulfillment)
    {
        switch (fulfillment.Text("fulfilledBy"))
        {
            case "AMAZON":
                return true;
            case "MERCHANT":
                return false;
            default:
                fulfillment.Refuse("order.fulfilled_by_unknown", "fulfilledBy", "The order does not say who ships it: AMAZON or MERCHANT. Guessing could ship it twice.");
                return null;
        }
    }

    private static Customer? Customer(JsonFields? buyer) =>
        buyer is null ? null : new() { Name = buyer.Text("buyerName"), Email = buyer.Text("buyerEmail") };

    private static void Delivery(JsonFields? recipient, JsonFields? fulfillment, JsonFields? buyer, Dictionary<string, string> extensions)
    {
        extensions.Put("buyerCompany", buyer?.Text("buyerCompanyName"));
        extensions.Put("deliverBy", fulfillment?.Object("deliverByWindow")?.Text("latestDateTime"));
        if (recipient?.Object("deliveryPreference") is not { } wish)
            return;
        extensions.Put("dropOffLocation", wish.Text("dropOffLocation"));
        extensions.Put("deliveryInstruction", wish.Text("addressInstruction"));
    }

    /// <summary>Numbers that people hold; a seller's own number that merely repeats Amazon's is none.</summary>
    private static Dictionary<string, string> References(JsonFields order, JsonFields? buyer, string id)
    {
        var references = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var alias in order.Objects("orderAliases"))
            if (alias.Text("aliasId") is { } other && other != id)
                references.TryAdd(alias.Text("aliasType") == "SELLER_ORDER_ID" ? "seller-order-id" : "order-alias", other);
        references.Put(IdentifierKinds.PurchaseOrder, buyer?.Text("buyerPurchaseOrderNumber"));
        foreach (var associated in order.Objects("associatedOrders"))
            if (associated.Text("orderId") is { } original && original != id)
                references.TryAdd(associated.Text("associationType") == "EXCHANGE_ORIGINAL_ID" ? "exchanged-order" : "replaced-order", original);
        return references;
    }
}
