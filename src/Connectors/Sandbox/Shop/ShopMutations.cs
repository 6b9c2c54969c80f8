using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Shop.GraphQl;

namespace Connectors.Sandbox.Shop;

/// <summary>What a mutation returns: the changed object, or why not. Refusals arrive with HTTP 200, as Shopify's do.</summary>
internal sealed record ShopPayload(ShopOrder? Order, ShopFulfillment? Fulfillment, IReadOnlyList<ShopUserError> UserErrors)
{
    public static ShopPayload Refused(string message, params IReadOnlyList<string> field) => new(null, null, [new(field, message)]);
}

/// <param name="Field">Path in the input; empty = null, for the whole.</param>
internal sealed record ShopUserError(IReadOnlyList<string> Field, string Message);

internal static class ShopMutations
{
    public static ShopPayload FulfillmentCreate(ShopSession session, JsonObject args)
    {
        var input = args.Object("fulfillment") ?? [];
        input.Only("FulfillmentInput", "lineItemsByFulfillmentOrder", "notifyCustomer", "originAddress", "trackingInfo");
        var groups = input.Objects("lineItemsByFulfillmentOrder");
        if (groups.Count == 0)
            return ShopPayload.Refused("Line items by fulfillment order can't be blank", "fulfillment", "lineItemsByFulfillmentOrder");
        ShopOrder? order = null;
        var lines = new List<(ShopLine, int)>();
        foreach (var group in groups)
        {
            group.Only("FulfillmentOrderLineItemsInput", "fulfillmentOrderId", "fulfillmentOrderLineItems");
            if (!ShopIds.TryRead(group.Text("fulfillmentOrderId"), "FulfillmentOrder", out var id) || session.Shop.FindByFulfillmentOrder(id) is not { } found)
                return ShopPayload.Refused("Fulfillment order does not exist.", "fulfillment");
            if (order is not null && order != found)
                return ShopPayload.Refused("All fulfillment orders must belong to the same order.", "fulfillment");
            order = found;
            if (found.Fulfilled)
                return ShopPayload.Refused(string.Create(CultureInfo.InvariantCulture, $"Fulfillment order {id} has an unfulfillable status= closed."), "fulfillment");
            if (Lines(found, group.Objects("fulfillmentOrderLineItems"), lines) is { } refused)
                return refused;
        }

        var tracking = Tracking(input.Object("trackingInfo"));
        session.Committed = true;
        return new(order, session.Shop.Fulfill(order!, lines, tracking), []);
    }

    public static ShopPayload TrackingUpdate(ShopSession session, JsonObject args)
    {
        if (!ShopIds.TryRead(args.Text("fulfillmentId"), "Fulfillment", out var id) || session.Shop.FindFulfillment(id) is not { } fulfillment)
            return ShopPayload.Refused("Fulfillment does not exist.", "fulfillmentId");
        var tracking = Tracking(args.Object("trackingInfoInput")) ?? new(null, null, null);
        session.Committed = true;
        session.Shop.Track(fulfillment, tracking);
        return new(fulfillment.Order, fulfillment, []);
    }

    public static ShopPayload OrderClose(ShopSession session, JsonObject args)
    {
        if (!ShopIds.TryRead((args.Object("input") ?? []).Text("id"), "Order", out var id) || session.Shop.Find(id) is not { } order)
            return ShopPayload.Refused("Order does not exist", "id");
        session.Committed |= session.Shop.Close(order);
        return new(order, null, []);
    }

    /// <summary>Adds the wanted lines; without any, all that is left of the fulfillment order.</summary>
    private static ShopPayload? Lines(ShopOrder order, IReadOnlyList<JsonObject> wanted, List<(ShopLine, int)> into)
    {
        if (wanted.Count == 0)
            into.AddRange(order.Lines.Where(l => l.Remaining > 0).Select(l => (l, l.Remaining)));
        foreach (var item in wanted)
        {
            item.Only("FulfillmentOrderLineItemInput", "id", "quantity");
            var line = ShopIds.TryRead(item.Text("id"), "FulfillmentOrderLineItem", out var id) ? order.Lines.FirstOrDefault(l => l.FulfillmentOrderLineId == id) : null;
            if (line is null)
                return ShopPayload.Refused("Fulfillment order line item does not exist.", "fulfillment");
            var quantity = item.Int("quantity") ?? 0;
            if (quantity < 1 || into.Where(l => l.Item1 == line).Sum(l => l.Item2) + quantity > line.Remaining)
                return ShopPayload.Refused("Invalid fulfillment order line item quantity requested.", "fulfillment");
            into.Add((line, quantity));
        }

        return null;
    }

    private static ShopTracking? Tracking(JsonObject? input)
    {
        if (input is null)
            return null;
        input.Only("FulfillmentTrackingInput", "company", "number", "numbers", "url", "urls");
        return new(input.Text("company"), input.Text("number") ?? First(input, "numbers"), input.Text("url") ?? First(input, "urls"));
    }

    private static string? First(JsonObject input, string list) => (input[list] as JsonArray)?.FirstOrDefault()?.ToString();
}
