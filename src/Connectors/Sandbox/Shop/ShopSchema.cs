using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;
using Connectors.Sandbox.Shop.GraphQl;

namespace Connectors.Sandbox.Shop;

/// <summary>
/// The part of the Admin API's schema that is served. Names and kinds are those of version 2026-10; whatever is not listed
/// here is refused as unknown. Longer than usual because it is one table.
/// </summary>
internal static class ShopSchema
{
    private static readonly GraphQlType<Amount> MoneyV2 = new GraphQlType<Amount>("MoneyV2")
        .Scalar("amount", m => ShopMoney.Text(m.Minor))
        .Scalar("currencyCode", _ => ShopMoney.Currency);

    private static readonly GraphQlType<Amount> MoneyBag = new GraphQlType<Amount>("MoneyBag")
        .One("shopMoney", MoneyV2, m => m)
        .One("presentmentMoney", MoneyV2, m => m);

    private static readonly GraphQlType<Person> MailingAddress = new GraphQlType<Person>("MailingAddress")
        .Scalar("name", p => p.Name)
        .Scalar("firstName", p => p.FirstName)
        .Scalar("lastName", p => p.LastName)
        .Scalar("company", _ => null)
        .Scalar("address1", p => p.Street)
        .Scalar("address2", _ => null)
        .Scalar("city", p => p.City)
        .Scalar("zip", p => p.Zip)
        .Scalar("province", _ => null)
        .Scalar("provinceCode", _ => null)
        .Scalar("country", p => p.Country)
        .Scalar("countryCodeV2", p => p.CountryCode)
        .Scalar("phone", p => p.Phone);

    private static readonly GraphQlType<Person> Customer = new GraphQlType<Person>("Customer")
        .Scalar("id", p => ShopIds.Gid("Customer", ShopIds.Customer(p)))
        .Scalar("legacyResourceId", p => Text(ShopIds.Customer(p)))
        .Scalar("displayName", p => p.Name)
        .Scalar("firstName", p => p.FirstName)
        .Scalar("lastName", p => p.LastName)
        .Scalar("email", p => p.Email)
        .Scalar("phone", _ => null);

    private static readonly GraphQlType<Tax> TaxLine = new GraphQlType<Tax>("TaxLine")
        .Scalar("title", _ => "DE MwSt")
        .Scalar("rate", _ => Vat.Rate)
        .Scalar("ratePercentage", _ => Vat.Rate * 100)
        .One("priceSet", MoneyBag, t => new Amount(t.Minor));

    private static readonly GraphQlType<Amount> DiscountAllocation = new GraphQlType<Amount>("DiscountAllocation")
        .One("allocatedAmountSet", MoneyBag, d => d);

    private static readonly GraphQlType<Product> ProductType = new GraphQlType<Product>("Product")
        .Scalar("id", p => ShopIds.Gid("Product", ShopIds.Product(p)))
        .Scalar("title", p => p.Title)
        .Scalar("vendor", p => p.Vendor);

    private static readonly GraphQlType<Product> Variant = new GraphQlType<Product>("ProductVariant")
        .Scalar("id", p => ShopIds.Gid("ProductVariant", ShopIds.Variant(p)))
        .Scalar("title", p => p.Variant)
        .Scalar("sku", p => p.Sku);

    private static readonly GraphQlType<ShopLine> LineItem = new GraphQlType<ShopLine>("LineItem")
        .Scalar("id", l => ShopIds.Gid("LineItem", l.Id))
        .Scalar("name", l => $"{l.Product.Title} - {l.Product.Variant}")
        .Scalar("title", l => l.Product.Title)
        .Scalar("variantTitle", l => l.Product.Variant)
        .Scalar("sku", l => l.Product.Sku)
        .Scalar("vendor", l => l.Product.Vendor)
        .Scalar("quantity", l => l.Quantity)
        .Scalar("currentQuantity", l => l.Quantity)
        .Scalar("unfulfilledQuantity", l => l.Remaining)
        .Scalar("requiresShipping", _ => true)
        .Scalar("taxable", _ => true)
        .Scalar("isGiftCard", _ => false)
        .One("originalUnitPriceSet", MoneyBag, l => new Amount(l.Product.PriceMinor))
        .One("originalTotalSet", MoneyBag, l => new Amount(l.GrossMinor))
        .One("discountedTotalSet", MoneyBag, l => new Amount(l.GrossMinor - l.DiscountMinor))
        .One("totalDiscountSet", MoneyBag, l => new Amount(l.DiscountMinor))
        .Many("discountAllocations", DiscountAllocation, l => l.DiscountMinor == 0 ? [] : [new Amount(l.DiscountMinor)])
        .Many("taxLines", TaxLine, l => [new Tax(l.TaxMinor)])
        .One("product", ProductType, l => l.Product)
        .One("variant", Variant, l => l.Product);

    private static readonly GraphQlType<ShopOrder> ShippingLine = new GraphQlType<ShopOrder>("ShippingLine")
        .Scalar("id", o => ShopIds.Gid("ShippingLine", o.Id - 1_000_000_000_000))
        .Scalar("title", o => o.ShippingTitle)
        .Scalar("code", o => o.ShippingCode)
        .Scalar("carrierIdentifier", _ => null)
        .Scalar("source", _ => "shopify")
        .One("originalPriceSet", MoneyBag, o => new Amount(o.ShippingMinor))
        .One("discountedPriceSet", MoneyBag, o => new Amount(o.ShippingMinor))
        .Many("taxLines", TaxLine, o => [new Tax(Vat.Within(o.ShippingMinor))]);

    private static readonly GraphQlType<ShopTracking> TrackingInfo = new GraphQlType<ShopTracking>("FulfillmentTrackingInfo")
        .Scalar("company", t => t.Company)
        .Scalar("number", t => t.Number)
        .Scalar("url", t => t.Url);

    private static readonly GraphQlType<ShopFulfillmentLine> FulfillmentLineItem = new GraphQlType<ShopFulfillmentLine>("FulfillmentLineItem")
        .Scalar("id", l => ShopIds.Gid("FulfillmentLineItem", l.Id))
        .Scalar("quantity", l => l.Quantity)
        .One("lineItem", LineItem, l => l.Line);

    private static readonly GraphQlType<ShopLine> FulfillmentOrderLineItem = new GraphQlType<ShopLine>("FulfillmentOrderLineItem")
        .Scalar("id", l => ShopIds.Gid("FulfillmentOrderLineItem", l.FulfillmentOrderLineId))
        .Scalar("totalQuantity", l => l.Quantity)
        .Scalar("remainingQuantity", l => l.Remaining)
        .Scalar("sku", l => l.Product.Sku)
        .Scalar("productTitle", l => l.Product.Title)
        .One("lineItem", LineItem, l => l);

    private static readonly GraphQlType<ShopOrder> AssignedLocation = new GraphQlType<ShopOrder>("FulfillmentOrderAssignedLocation")
        .Scalar("name", _ => "Regional warehouse")
        .Scalar("countryCode", _ => "DE");

    private static readonly GraphQlType<ShopUserError> UserError = new GraphQlType<ShopUserError>("UserError")
        .Scalar("field", e => e.Field.Count == 0 ? null : new JsonArray([.. e.Field.Select(f => (JsonNode)f)]))
        .Scalar("message", e => e.Message);

    private static readonly GraphQlType<ShopOrder> Order = new("Order");

    private static readonly GraphQlType<ShopFulfillment> Fulfillment = new GraphQlType<ShopFulfillment>("Fulfillment")
        .Scalar("id", f => ShopIds.Gid("Fulfillment", f.Id))
        .Scalar("legacyResourceId", f => Text(f.Id))
        .Scalar("name", f => f.Name)
        .Scalar("status", _ => "SUCCESS")
        .Scalar("displayStatus", _ => "FULFILLED")
        .Scalar("createdAt", f => ShopTime.GraphQl(f.CreatedAt))
        .Scalar("updatedAt", f => ShopTime.GraphQl(f.UpdatedAt))
        .Scalar("totalQuantity", f => f.Lines.Sum(l => l.Quantity))
        .Many("trackingInfo", TrackingInfo, f => f.Tracking is null ? [] : [f.Tracking])
        .Pages("fulfillmentLineItems", FulfillmentLineItem, f => f.Lines)
        .One("order", Order, f => f.Order);

    private static readonly GraphQlType<ShopOrder> FulfillmentOrder = new GraphQlType<ShopOrder>("FulfillmentOrder")
        .Scalar("id", o => ShopIds.Gid("FulfillmentOrder", o.FulfillmentOrderId))
        .Scalar("status", o => o.Fulfilled ? "CLOSED" : o.Fulfillments.Count > 0 ? "IN_PROGRESS" : "OPEN")
        .Scalar("requestStatus", o => o.Fulfilled ? "CLOSED" : "UNSUBMITTED")
        .Scalar("createdAt", o => ShopTime.GraphQl(o.CreatedAt))
        .Scalar("updatedAt", o => ShopTime.GraphQl(o.UpdatedAt))
        .Scalar("orderId", o => ShopIds.Gid("Order", o.Id))
        .Scalar("orderName", o => o.Name)
        .One("assignedLocation", AssignedLocation, o => o)
        .Pages("lineItems", FulfillmentOrderLineItem, o => o.Lines)
        .One("order", Order, o => o);

    private static readonly GraphQlType<ShopPayload> FulfillmentPayload = new GraphQlType<ShopPayload>("FulfillmentCreatePayload")
        .One("fulfillment", Fulfillment, p => p.Fulfillment)
        .Many("userErrors", UserError, p => p.UserErrors);

    private static readonly GraphQlType<ShopPayload> TrackingPayload = new GraphQlType<ShopPayload>("FulfillmentTrackingInfoUpdatePayload")
        .One("fulfillment", Fulfillment, p => p.Fulfillment)
        .Many("userErrors", UserError, p => p.UserErrors);

    private static readonly GraphQlType<ShopPayload> OrderClosePayload = new GraphQlType<ShopPayload>("OrderClosePayload")
        .One("order", Order, p => p.Order)
        .Many("userErrors", UserError, p => p.UserErrors);

    public static GraphQlType Query { get; } = new GraphQlType<ShopSession>("QueryRoot")
        .Pages("orders", Order, ShopOrderSearch.Page)
        .Ask("order", Order, ["id!"], (s, args) => ShopIds.TryRead(args.Text("id"), "Order", out var id) ? s.Shop.Find(id) : throw new GraphQlRunException("Invalid global id"));

    public static GraphQlType Mutation { get; } = new GraphQlType<ShopSession>("Mutation")
        .Ask("fulfillmentCreate", FulfillmentPayload, ["fulfillment!", "message"], ShopMutations.FulfillmentCreate)
        .Ask("fulfillmentTrackingInfoUpdate", TrackingPayload, ["fulfillmentId!", "trackingInfoInput!", "notifyCustomer"], ShopMutations.TrackingUpdate)
        .Ask("orderClose", OrderClosePayload, ["input!"], ShopMutations.OrderClose);

    // An order and its parts know each other: its fields can only be named when the types of the parts stand.
    static ShopSchema() => Order
        .Scalar("id", o => ShopIds.Gid("Order", o.Id))
        .Scalar("legacyResourceId", o => Text(o.Id))
        .Scalar("name", o => o.Name)
        .Scalar("number", o => o.Number)
        .Scalar("confirmationNumber", o => o.Confirmation)
        .Scalar("confirmed", _ => true)
        .Scalar("email", o => o.Customer.Email)
        .Scalar("phone", _ => null)
        .Scalar("note", o => o.Note)
        .Scalar("poNumber", _ => null)
        .Scalar("tags", o => new JsonArray([.. o.Tags.Select(t => (JsonNode)t)]))
        .Scalar("test", _ => false)
        .Scalar("sourceName", _ => "web")
        .Scalar("customerLocale", _ => "de-DE")
        .Scalar("createdAt", o => ShopTime.GraphQl(o.CreatedAt))
        .Scalar("processedAt", o => ShopTime.GraphQl(o.CreatedAt))
        .Scalar("updatedAt", o => ShopTime.GraphQl(o.UpdatedAt))
        .Scalar("closedAt", o => o.ClosedAt is { } at ? ShopTime.GraphQl(at) : null)
        .Scalar("closed", o => o.ClosedAt is not null)
        .Scalar("cancelledAt", _ => null)
        .Scalar("cancelReason", _ => null)
        .Scalar("currencyCode", _ => ShopMoney.Currency)
        .Scalar("presentmentCurrencyCode", _ => ShopMoney.Currency)
        .Scalar("taxesIncluded", _ => true)
        .Scalar("taxExempt", _ => false)
        .Scalar("fullyPaid", _ => true)
        .Scalar("unpaid", _ => false)
        .Scalar("fulfillable", o => !o.Fulfilled)
        .Scalar("displayFinancialStatus", _ => "PAID")
        .Scalar("displayFulfillmentStatus", o => o.FulfillmentStatus)
        .Scalar("discountCode", o => o.DiscountCode)
        .Scalar("discountCodes", o => o.DiscountCode is null ? [] : new JsonArray(o.DiscountCode))
        .Scalar("paymentGatewayNames", o => new JsonArray(o.Gateway))
        .Scalar("totalWeight", o => o.Lines.Sum(l => l.Product.Grams * l.Quantity).ToString(CultureInfo.InvariantCulture))
        .One("totalPriceSet", MoneyBag, o => new Amount(o.TotalMinor))
        .One("currentTotalPriceSet", MoneyBag, o => new Amount(o.TotalMinor))
        .One("subtotalPriceSet", MoneyBag, o => new Amount(o.SubtotalMinor))
        .One("currentSubtotalPriceSet", MoneyBag, o => new Amount(o.SubtotalMinor))
        .One("totalTaxSet", MoneyBag, o => new Amount(o.TaxMinor))
        .One("currentTotalTaxSet", MoneyBag, o => new Amount(o.TaxMinor))
        .One("totalShippingPriceSet", MoneyBag, o => new Amount(o.ShippingMinor))
        .One("totalDiscountsSet", MoneyBag, o => new Amount(o.DiscountMinor))
        .One("customer", Customer, o => o.Customer)
        .One("shippingAddress", MailingAddress, o => o.Customer)
        .One("billingAddress", MailingAddress, o => o.Customer)
        .One("shippingLine", ShippingLine, o => o)
        .Pages("shippingLines", ShippingLine, o => [o])
        .Many("taxLines", TaxLine, o => [new Tax(o.TaxMinor)])
        .Pages("lineItems", LineItem, o => o.Lines)
        .Pages("fulfillmentOrders", FulfillmentOrder, o => [o])
        .Many("fulfillments", Fulfillment, o => o.Fulfillments);

    private static string Text(long id) => id.ToString(CultureInfo.InvariantCulture);

    private sealed record Amount(long Minor);

    private sealed record Tax(long Minor);
}
