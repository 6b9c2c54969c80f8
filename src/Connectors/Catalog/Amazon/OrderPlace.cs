using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.Amazon;

/// <summary>
/// Where an order stands in a document, and its items: an answer of getOrder or a page of one order, of either version;
/// for v0 also order and items joined, in one object or side by side.
/// </summary>
internal sealed class OrderPlace
{
    private readonly JsonFields _items;
    private readonly string _itemsName;

    private OrderPlace(JsonFields order, bool isLegacy, JsonFields items, string itemsName)
    {
        Order = order;
        IsLegacy = isLegacy;
        _items = items;
        _itemsName = itemsName;
    }

    public JsonFields Order { get; }

    /// <summary>True for the shapes of Orders v0.</summary>
    public bool IsLegacy { get; }

    /// <param name="refusal">Says what the document is instead, when it is no order.</param>
    public static OrderPlace? Find(JsonElement root, out Refusal? refusal)
    {
        refusal = null;
        var refusals = new List<Refusal>();
        if (Member(root, "payload") is { ValueKind: JsonValueKind.Object } payload)
            return InPayload(payload, root, refusals, out refusal);
        if (Member(root, "orders") is { ValueKind: JsonValueKind.Array } orders)
            return OnlyOne(orders, "orders", refusals, out refusal);
        if (Member(root, "order") is { ValueKind: JsonValueKind.Object } order)
            return SideBySide(order, root, refusals, out refusal);
        if (IsNew(root))
            return New(root, "", refusals);
        if (Has(root, "AmazonOrderId"))
            return InPayload(root, root, refusals, out refusal, "");
        refusal = Unknown(root);
        return null;
    }

    /// <summary>Refuses items of another order and a list that goes on elsewhere: a line that is missing would never be shipped.</summary>
    public IReadOnlyList<JsonFields> Items(string orderId)
    {
        if (IsLegacy && _items.Text("AmazonOrderId") is { } theirs && theirs != orderId)
            _items.Refuse("order.items_of_another_order", "AmazonOrderId", "The items belong to another order than the one beside them.");
        if (IsLegacy && _items.Has("NextToken"))
            _items.Refuse("order.items_incomplete", "NextToken", "The items go on on a further page. Read all pages of getOrderItems and join them.");
        var before = Order.Refusals.Count;
        var items = _items.Objects(_itemsName);
        if (items.Count == 0 && Order.Refusals.Count == before)
            RefuseNoLines();
        return items;
    }

    public void RefuseNoLines() =>
        _items.Refuse("order.no_lines", _itemsName, "The order has no lines. Send it with its items; answers of v0 have to be joined with those of getOrderItems.");

    private static OrderPlace? InPayload(JsonElement payload, JsonElement root, List<Refusal> refusals, out Refusal? refusal, string path = "payload")
    {
        refusal = null;
        if (Member(payload, "Orders") is { ValueKind: JsonValueKind.Array } orders)
            return OnlyOne(orders, Join(path, "Orders"), refusals, out refusal);
        if (Has(payload, "AmazonOrderId") && (Has(payload, "OrderStatus") || Has(payload, "PurchaseDate")))
            return Legacy(new(payload, path, refusals), root, new(root, "", refusals));
        refusal = Has(payload, "OrderItems") ? new("order.items_without_order", Join(path, "OrderItems"), "These are the items of an order without the order. Join both documents.")
            : Has(payload, "AmazonOrderId") ? new("document.part_of_order", path, "This is a part of an order, without its status and items. Send the order.")
            : Unknown(payload, path);
        return null;
    }

    /// <summary><c>order</c> is an order of v2026-01-01, or one of v0 whose items stand beside it; both may be whole answers.</summary>
    private static OrderPlace? SideBySide(JsonElement order, JsonElement root, List<Refusal> refusals, out Refusal? refusal)
    {
        refusal = null;
        if (IsNew(order))
            return New(order, "order", refusals);
        var (inner, path) = Member(order, "payload") is { ValueKind: JsonValueKind.Object } payload ? (payload, "order.payload") : (order, "order");
        return InPayload(inner, root, refusals, out refusal, path);
    }

    private static OrderPlace? OnlyOne(JsonElement list, string path, List<Refusal> refusals, out Refusal? refusal)
    {
        var count = list.GetArrayLength();
        var first = count == 1 ? list[0] : default;
        refusal = count != 1
            ? new("order.list_not_single", path, string.Create(CultureInfo.InvariantCulture, $"The document is a list of {count} orders. Send each order by itself."))
            : IsNew(first) || Has(first, "AmazonOrderId") ? null : Unknown(first, $"{path}[0]");
        return refusal is not null ? null
            : IsNew(first) ? New(first, $"{path}[0]", refusals)
            : Legacy(new(first, $"{path}[0]", refusals), first, new(first, $"{path}[0]", refusals));
    }

    /// <summary>Other APIs have an <c>orderId</c>, too.</summary>
    private static bool IsNew(JsonElement element) => Has(element, "orderId") && (Has(element, "orderItems") || Has(element, "createdTime"));

    private static OrderPlace New(JsonElement order, string path, List<Refusal> refusals)
    {
        var fields = new JsonFields(order, path, refusals);
        return new(fields, false, fields, "orderItems");
    }

    /// <summary>The items stand in the order, or beside it: as a list, or as the answer of getOrderItems.</summary>
    private static OrderPlace Legacy(JsonFields order, JsonElement beside, JsonFields besideFields)
    {
        foreach (var name in new[] { "orderItems", "OrderItems" })
            switch (order.Has("OrderItems") ? null : Member(beside, name))
            {
                case { ValueKind: JsonValueKind.Array }:
                    return new(order, true, besideFields, name);
                case { ValueKind: JsonValueKind.Object } answer:
                    var holder = besideFields.Object(name)!;
                    return new(order, true, Member(answer, "payload") is { ValueKind: JsonValueKind.Object } ? holder.Object("payload")! : holder, "OrderItems");
            }

        return new(order, true, order, "OrderItems");
    }

    private static Refusal Unknown(JsonElement element, string path = "") =>
        Has(element, "errors") ? new("amazon.error_answer", Join(path, "errors"), "This is an error that Amazon answered, not an order.")
        : Has(element, "orders") || Has(element, "ordersStatus") || Has(element, "purchaseOrderNumber") ? new("order.vendor_order", path, "This is a purchase order of Amazon to a vendor. This connection takes the orders of sellers.")
        : new("document.not_an_order", path, "The document is neither an order nor a notification of the Selling Partner API.");

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private static bool Has(JsonElement element, string name) => Member(element, name) is not null;

    private static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";
}
