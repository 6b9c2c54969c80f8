namespace Connectors.Catalog.Shopify;

/// <summary>
/// How the two forms of an order name the same things: the REST document that webhooks carry, and the node of the Admin
/// GraphQL API that the feed brings. One reader reads both, so that webhook and poll cannot come to different orders.
/// </summary>
internal sealed record ShopifyWords
{
    public static ShopifyWords Rest { get; } = new()
    {
        CreatedAt = "created_at",
        ProcessedAt = "processed_at",
        UpdatedAt = "updated_at",
        CancelledAt = "cancelled_at",
        CancelReason = "cancel_reason",
        Currency = "currency",
        Presentment = "presentment_currency",
        OrderNumber = "order_number",
        Confirmation = "confirmation_number",
        PurchaseOrder = "po_number",
        Source = "source_identifier",
        SourceName = "source_name",
        Financial = "financial_status",
        Gateways = "payment_gateway_names",
        TaxesIncluded = "taxes_included",
        Total = new("total_price", "total_price_set"),
        Tax = new("total_tax", "total_tax_set"),
        Discounts = new("total_discounts", "total_discounts_set"),
        Shipping = new("", "total_shipping_price_set"),
        ShopMoney = "shop_money",
        CurrencyCode = "currency_code",
        Lines = "line_items",
        GiftCard = "gift_card",
        RequiresShipping = "requires_shipping",
        UnitPrice = new("price", "price_set"),
        LineDiscount = new("total_discount", "total_discount_set"),
        Allocations = "discount_allocations",
        Allocated = new("amount", "amount_set"),
        TaxLines = "tax_lines",
        TaxAmount = new("price", "price_set"),
        VariantId = "variant_id",
        ProductId = "product_id",
        ShippingLines = "shipping_lines",
        ShippingPrice = new("price", "price_set"),
        ShippingDiscounted = new("discounted_price", "discounted_price_set"),
        IsRemoved = "is_removed",
        ShipTo = "shipping_address",
        BillTo = "billing_address",
        FirstName = "first_name",
        LastName = "last_name",
        ProvinceCode = "province_code",
        CountryCode = "country_code",
    };

    public static ShopifyWords GraphQl { get; } = new()
    {
        CreatedAt = "createdAt",
        ProcessedAt = "processedAt",
        UpdatedAt = "updatedAt",
        CancelledAt = "cancelledAt",
        CancelReason = "cancelReason",
        Currency = "currencyCode",
        Presentment = "presentmentCurrencyCode",
        OrderNumber = "number",
        Confirmation = "confirmationNumber",
        PurchaseOrder = "poNumber",
        Source = "sourceIdentifier",
        SourceName = "sourceName",
        Financial = "displayFinancialStatus",
        Gateways = "paymentGatewayNames",
        TaxesIncluded = "taxesIncluded",
        Total = new("", "totalPriceSet"),
        Tax = new("", "totalTaxSet"),
        Discounts = new("", "totalDiscountsSet"),
        Shipping = new("", "totalShippingPriceSet"),
        ShopMoney = "shopMoney",
        CurrencyCode = "currencyCode",
        Lines = "lineItems",
        GiftCard = "isGiftCard",
        RequiresShipping = "requiresShipping",
        UnitPrice = new("", "originalUnitPriceSet"),
        LineDiscount = new("", "totalDiscountSet"),
        Allocations = "discountAllocations",
        Allocated = new("", "allocatedAmountSet"),
        TaxLines = "taxLines",
        TaxAmount = new("", "priceSet"),
        VariantId = "variant",
        ProductId = "product",
        ShippingLines = "shippingLines",
        ShippingPrice = new("", "originalPriceSet"),
        ShippingDiscounted = new("", "discountedPriceSet"),
        IsRemoved = "isRemoved",
        ShipTo = "shippingAddress",
        BillTo = "billingAddress",
        FirstName = "firstName",
        LastName = "lastName",
        ProvinceCode = "provinceCode",
        CountryCode = "countryCodeV2",
    };

    public required string CreatedAt { get; init; }

    public required string ProcessedAt { get; init; }

    public required string UpdatedAt { get; init; }

    public required string CancelledAt { get; init; }

    public required string CancelReason { get; init; }

    /// <summary>The shop's currency, in which the order is booked.</summary>
    public required string Currency { get; init; }

    /// <summary>The currency that the buyer saw.</summary>
    public required string Presentment { get; init; }

    public required string OrderNumber { get; init; }

    public required string Confirmation { get; init; }

    public required string PurchaseOrder { get; init; }

    public required string Source { get; init; }

    public required string SourceName { get; init; }

    public required string Financial { get; init; }

    public required string Gateways { get; init; }

    public required string TaxesIncluded { get; init; }

    public required ShopifyAmount Total { get; init; }

    public required ShopifyAmount Tax { get; init; }

    public required ShopifyAmount Discounts { get; init; }

    public required ShopifyAmount Shipping { get; init; }

    public required string ShopMoney { get; init; }

    public required string CurrencyCode { get; init; }

    public required string Lines { get; init; }

    public required string GiftCard { get; init; }

    public required string RequiresShipping { get; init; }

    public required ShopifyAmount UnitPrice { get; init; }

    public required ShopifyAmount LineDiscount { get; init; }

    public required string Allocations { get; init; }

    public required ShopifyAmount Allocated { get; init; }

    public required string TaxLines { get; init; }

    public required ShopifyAmount TaxAmount { get; init; }

    public required string VariantId { get; init; }

    public required string ProductId { get; init; }

    public required string ShippingLines { get; init; }

    public required ShopifyAmount ShippingPrice { get; init; }

    public required ShopifyAmount ShippingDiscounted { get; init; }

    public required string IsRemoved { get; init; }

    public required string ShipTo { get; init; }

    public required string BillTo { get; init; }

    public required string FirstName { get; init; }

    public required string LastName { get; init; }

    public required string ProvinceCode { get; init; }

    public required string CountryCode { get; init; }
}

/// <summary>An amount stands plainly, in the shop's currency, or in a set beside the buyer's currency, or both; the set is believed first.</summary>
/// <param name="Plain">Empty where there is only the set.</param>
internal sealed record ShopifyAmount(string Plain, string Set)
{
    public string Place => Plain.Length > 0 ? Plain : Set;
}
