using System.Text.Json;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.Shopify;

/// <summary>Tells what a document is. Shopify's documents carry no type, and many of them look like an order from afar.</summary>
internal static class ShopifyDocument
{
    /// <summary>Members that an order never has, and what has them.</summary>
    private static readonly (string Member, string Kind)[] Foreign =
    [
        ("abandoned_checkout_url", "an abandoned checkout"), ("invoice_url", "a draft order"), ("invoice_sent_at", "a draft order"),
        ("refund_line_items", "a refund"), ("tracking_numbers", "a fulfilment"), ("order_id", "a part of an order"),
        ("variants", "a product"), ("orders_count", "a customer"), ("gift_card_id", "a gift card"),
    ];

    /// <summary>Any of these makes a document an order that may lack what it needs; without one it is something else.</summary>
    private static readonly string[] Own = ["order_number", "financial_status", "displayFinancialStatus", "total_price", "totalPriceSet", "legacyResourceId"];

    /// <summary>The order within the document: itself, or what stands under <c>order</c>. Null when there is none, which is then refused.</summary>
    public static ShopifyFields? Order(JsonElement root, List<Refusal> refusals)
    {
        if (root.ValueKind != JsonValueKind.Object)
        {
            refusals.Add(new("shopify.not_an_order", "", "The document is no object. Send one order as a JSON object."));
            return null;
        }

        var outer = new ShopifyFields(root, "", refusals);
        if (outer.IsObject("order") && !outer.Has("id"))
            return Checked(outer.Object("order"), "order", refusals);
        if (outer.IsList("orders"))
        {
            refusals.Add(new("shopify.list_of_orders", "orders", "The document is a list of orders. Send each order alone."));
            return null;
        }

        return Wrapped(root) is { } name ? Refuse(name, $"The document is wrapped as {name}, which is no order.", refusals) : Checked(outer, "", refusals);
    }

    /// <summary>GraphQL writes ids as gid and names in camel case.</summary>
    public static bool IsNode(ShopifyFields order) => order.Has("currencyCode") || order.Has("createdAt") || order.Has("lineItems");

    private static ShopifyFields? Checked(ShopifyFields order, string at, List<Refusal> refusals)
    {
        foreach (var (member, kind) in Foreign)
            if (order.Names(member))
                return Refuse(at, $"The document is {kind}, not an order.", refusals);
        if (order.Text("admin_graphql_api_id") is { } gid && !gid.StartsWith("gid://shopify/Order/", StringComparison.Ordinal))
            return Refuse(order.At("admin_graphql_api_id"), "The document is of another kind than an order.", refusals);
        foreach (var member in Own)
            if (order.Names(member))
                return order;
        return order.Has("name") && (order.Has("line_items") || order.Has("lineItems"))
            ? order
            : Refuse(at, "The document is no order: it has neither a number, nor a total, nor lines under a name.", refusals);
    }

    /// <summary>REST wraps one document under its name: <c>{"draft_order":{…}}</c>.</summary>
    private static string? Wrapped(JsonElement root)
    {
        using var members = root.EnumerateObject();
        if (!members.MoveNext())
            return null;
        var only = members.Current;
        return !members.MoveNext() && only.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array && only.Name.Length <= 40 && only.Name.All(c => char.IsAsciiLetterLower(c) || c == '_')
            ? only.Name
            : null;
    }

    private static ShopifyFields? Refuse(string field, string message, List<Refusal> refusals)
    {
        refusals.Add(new("shopify.not_an_order", field, message));
        return null;
    }
}
