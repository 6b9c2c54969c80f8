using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Shop;

/// <summary>
/// The body of <c>orders/create</c>: the REST Admin API's order. Names and kinds of the fields are Shopify's; those that
/// need an app or a payment behind them are left out, which keeps a document at about 4 to 6 KB.
/// </summary>
internal static class ShopOrderDocument
{
    public static JsonObject Of(ShopOrder order, string shopDomain) => new()
    {
        ["id"] = order.Id,
        ["admin_graphql_api_id"] = ShopIds.Gid("Order", order.Id),
        ["app_id"] = 580111,
        ["browser_ip"] = null,
        ["buyer_accepts_marketing"] = order.Tags.Contains("newsletter"),
        ["cancel_reason"] = null,
        ["cancelled_at"] = null,
        ["cart_token"] = null,
        ["checkout_token"] = order.Token,
        ["client_details"] = new JsonObject { ["accept_language"] = "de-DE,de;q=0.9", ["browser_ip"] = null, ["user_agent"] = "Mozilla/5.0 (X11; Linux x86_64)" },
        ["closed_at"] = null,
        ["confirmation_number"] = order.Confirmation,
        ["confirmed"] = true,
        ["contact_email"] = order.Customer.Email,
        ["created_at"] = ShopTime.Rest(order.CreatedAt),
        ["currency"] = ShopMoney.Currency,
        ["current_subtotal_price"] = ShopMoney.Text(order.SubtotalMinor),
        ["current_total_discounts"] = ShopMoney.Text(order.DiscountMinor),
        ["current_total_price"] = ShopMoney.Text(order.TotalMinor),
        ["current_total_tax"] = ShopMoney.Text(order.TaxMinor),
        ["customer_locale"] = "de-DE",
        ["discount_codes"] = DiscountCodes(order),
        ["email"] = order.Customer.Email,
        ["estimated_taxes"] = false,
        ["financial_status"] = "paid",
        ["fulfillment_status"] = null,
        ["landing_site"] = "/",
        ["name"] = order.Name,
        ["note"] = order.Note,
        ["note_attributes"] = new JsonArray(),
        ["number"] = order.Number - 1_000,
        ["order_number"] = order.Number,
        ["order_status_url"] = $"https://{shopDomain}/orders/{order.Token}/authenticate",
        ["payment_gateway_names"] = new JsonArray(order.Gateway),
        ["phone"] = null,
        ["po_number"] = null,
        ["presentment_currency"] = ShopMoney.Currency,
        ["processed_at"] = ShopTime.Rest(order.CreatedAt),
        ["reference"] = null,
        ["referring_site"] = "",
        ["source_name"] = "web",
        ["subtotal_price"] = ShopMoney.Text(order.SubtotalMinor),
        ["tags"] = string.Join(", ", order.Tags),
        ["tax_exempt"] = false,
        ["tax_lines"] = new JsonArray(TaxLine(order.TaxMinor)),
        ["taxes_included"] = true,
        ["test"] = false,
        ["token"] = order.Token,
        ["total_discounts"] = ShopMoney.Text(order.DiscountMinor),
        ["total_line_items_price"] = ShopMoney.Text(order.LinesMinor),
        ["total_outstanding"] = "0.00",
        ["total_price"] = ShopMoney.Text(order.TotalMinor),
        ["total_price_set"] = ShopMoney.Set(order.TotalMinor),
        ["total_shipping_price_set"] = ShopMoney.Set(order.ShippingMinor),
        ["total_tax"] = ShopMoney.Text(order.TaxMinor),
        ["total_tip_received"] = "0.00",
        ["total_weight"] = order.Lines.Sum(l => l.Product.Grams * l.Quantity),
        ["updated_at"] = ShopTime.Rest(order.UpdatedAt),
        ["user_id"] = null,
        ["billing_address"] = Address(order.Customer),
        ["customer"] = Customer(order),
        ["discount_applications"] = DiscountApplications(order),
        ["fulfillments"] = new JsonArray(),
        ["line_items"] = new JsonArray([.. order.Lines.Select(l => Line(order, l))]),
        ["refunds"] = new JsonArray(),
        ["shipping_address"] = Address(order.Customer),
        ["shipping_lines"] = new JsonArray(ShippingLine(order)),
    };

    private static JsonObject Line(ShopOrder order, ShopLine line) => new()
    {
        ["id"] = line.Id,
        ["admin_graphql_api_id"] = ShopIds.Gid("LineItem", line.Id),
        ["fulfillable_quantity"] = line.Quantity,
        ["fulfillment_status"] = null,
        ["gift_card"] = false,
        ["grams"] = line.Product.Grams,
        ["name"] = $"{line.Product.Title} - {line.Product.Variant}",
        ["price"] = ShopMoney.Text(line.Product.PriceMinor),
        ["product_id"] = ShopIds.Product(line.Product),
        ["properties"] = new JsonArray(),
        ["quantity"] = line.Quantity,
        ["requires_shipping"] = true,
        ["sku"] = line.Product.Sku,
        ["taxable"] = true,
        ["title"] = line.Product.Title,
        ["total_discount"] = "0.00",
        ["variant_id"] = ShopIds.Variant(line.Product),
        ["variant_title"] = line.Product.Variant,
        ["vendor"] = line.Product.Vendor,
        ["tax_lines"] = new JsonArray(TaxLine(line.TaxMinor)),
        ["discount_allocations"] = line.DiscountMinor == 0
            ? new JsonArray()
            : new JsonArray(new JsonObject { ["amount"] = ShopMoney.Text(line.DiscountMinor), ["discount_application_index"] = 0 }),
    };

    private static JsonObject TaxLine(long minor) => new() { ["price"] = ShopMoney.Text(minor), ["rate"] = Vat.Rate, ["title"] = "DE MwSt" };

    private static JsonArray DiscountCodes(ShopOrder order) => order.DiscountCode is null
        ? []
        : [new JsonObject { ["code"] = order.DiscountCode, ["amount"] = ShopMoney.Text(order.DiscountMinor), ["type"] = "percentage" }];

    private static JsonArray DiscountApplications(ShopOrder order) => order.DiscountCode is null
        ? []
        : [new JsonObject
        {
            ["target_type"] = "line_item",
            ["type"] = "discount_code",
            ["value"] = "10.0",
            ["value_type"] = "percentage",
            ["allocation_method"] = "across",
            ["target_selection"] = "all",
            ["code"] = order.DiscountCode,
        }];

    private static JsonObject ShippingLine(ShopOrder order) => new()
    {
        ["id"] = order.Id - 1_000_000_000_000,
        ["carrier_identifier"] = null,
        ["code"] = order.ShippingCode,
        ["discounted_price"] = ShopMoney.Text(order.ShippingMinor),
        ["phone"] = null,
        ["price"] = ShopMoney.Text(order.ShippingMinor),
        ["source"] = "shopify",
        ["title"] = order.ShippingTitle,
        ["tax_lines"] = new JsonArray(TaxLine(Vat.Within(order.ShippingMinor))),
        ["discount_allocations"] = new JsonArray(),
    };

    private static JsonObject Customer(ShopOrder order) => new()
    {
        ["id"] = ShopIds.Customer(order.Customer),
        ["admin_graphql_api_id"] = ShopIds.Gid("Customer", ShopIds.Customer(order.Customer)),
        ["email"] = order.Customer.Email,
        ["first_name"] = order.Customer.FirstName,
        ["last_name"] = order.Customer.LastName,
        ["state"] = "disabled",
        ["verified_email"] = true,
        ["tax_exempt"] = false,
        ["phone"] = null,
        ["currency"] = ShopMoney.Currency,
        ["tags"] = "",
        ["default_address"] = Address(order.Customer),
    };

    private static JsonObject Address(Person person) => new()
    {
        ["first_name"] = person.FirstName,
        ["last_name"] = person.LastName,
        ["name"] = person.Name,
        ["company"] = null,
        ["address1"] = person.Street,
        ["address2"] = null,
        ["city"] = person.City,
        ["zip"] = person.Zip,
        ["province"] = null,
        ["province_code"] = null,
        ["country"] = person.Country,
        ["country_code"] = person.CountryCode,
        ["phone"] = person.Phone,
    };
}
