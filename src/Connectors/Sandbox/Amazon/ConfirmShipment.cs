using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Amazon;

/// <summary>The body of <c>confirmShipment</c> (Orders v0), checked against the order. Sentences as users of the API quote them.</summary>
internal static class ConfirmShipment
{
    /// <summary>A part of Amazon's list for Germany, enough for the warehouse's carriers.</summary>
    private static readonly string[] Carriers = ["DHL", "DHL eCommerce", "Deutsche Post", "DPD", "GLS", "Hermes", "UPS", "FedEx", "TNT", "PostNL", "Österreichische Post", "Other"];

    public static (AmazonPackage? Package, SandboxAnswer? Refused) Read(JsonObject body, AmazonOrder order, string marketplaceId, DateTimeOffset now)
    {
        if (Text(body, "marketplaceId", out var marketplace) is { } noMarketplace)
            return (null, noMarketplace);
        if (marketplace != marketplaceId)
            return Refuse("MarketplaceId: is invalid, the order was not placed there.");
        if (body["packageDetail"] is not JsonObject detail)
            return (null, AmazonErrors.InvalidType("packageDetail"));
        if (Text(detail, "packageReferenceId", out var reference, "packageDetail.") is { } noReference)
            return (null, noReference);
        if (!reference.All(char.IsAsciiDigit) || !long.TryParse(reference, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            return Refuse("PackageReferenceId: is invalid, must be a positive numeric value.");
        if ((Text(detail, "carrierCode", out var carrier, "packageDetail.") ?? Text(detail, "trackingNumber", out _, "packageDetail.") ?? Text(detail, "shipDate", out _, "packageDetail.")) is { } missing)
            return (null, missing);
        if (!Carriers.Contains(carrier, StringComparer.OrdinalIgnoreCase))
            return Refuse("CarrierCode: is invalid, please use a carrier code from the list of supported carriers or Other.");
        if (carrier == "Other" && detail["carrierName"] is null)
            return Refuse("CarrierName: is required when CarrierCode is Other.");
        if (!AmazonTime.TryRead(detail["shipDate"]!.ToString(), out var shipped) || shipped < order.CreatedAt.AddSeconds(-1) || shipped > now.AddDays(1))
            return Refuse("ShipDate: is invalid, must be an ISO 8601 date and time after the order was placed and not in the future.");
        if (order.Pending)
            return Refuse("The order is Pending and cannot be shipped.");
        var items = Items(detail, order, reference, out var refused);
        return refused is not null
            ? (null, refused)
            : (new(reference, detail["carrierName"]?.ToString() ?? carrier, detail["shippingMethod"]?.ToString(), detail["trackingNumber"]!.ToString(), shipped, now, items), null);
    }

    private static List<AmazonPackageItem> Items(JsonObject detail, AmazonOrder order, string reference, out SandboxAnswer? refused)
    {
        var items = new List<AmazonPackageItem>();
        refused = AmazonErrors.InvalidType("packageDetail.orderItems");
        if (detail["orderItems"] is not JsonArray { Count: > 0 } wanted)
            return items;
        // The parcel that is about to be replaced no longer counts.
        var others = order.Packages.Values.Where(p => p.Reference != reference).SelectMany(p => p.Items).ToList();
        if (!order.Packages.ContainsKey(reference) && order.Shipped == order.Ordered)
        {
            refused = AmazonErrors.Invalid("Failed to create package due to not finding a matching package or order already fulfilled.");
            return items;
        }

        foreach (var node in wanted)
        {
            if (node is not JsonObject item || Text(item, "orderItemId", out var id, "packageDetail.orderItems.") is { } wrong && (refused = wrong) is not null)
                return items;
            var ordered = order.Items.FirstOrDefault(i => i.Id == id);
            if (ordered is null)
            {
                refused = AmazonErrors.Invalid("OrderItemId  is invalid, please obtain the value through the getOrderItems API or Manage Orders page");
                return items;
            }

            if (item["quantity"] is not JsonValue value || !value.TryGetValue<int>(out var quantity))
            {
                refused = AmazonErrors.InvalidType("packageDetail.orderItems.quantity");
                return items;
            }

            var taken = others.Concat(items).Where(i => i.ItemId == id).Sum(i => i.Quantity);
            if (quantity < 1 || taken + quantity > ordered.Quantity)
            {
                refused = AmazonErrors.Invalid("Quantity: is invalid, must be positive and not more than the quantity that is still unshipped.");
                return items;
            }

            items.Add(new(id, quantity));
        }

        refused = null;
        return items;
    }

    private static SandboxAnswer? Text(JsonObject body, string name, out string text, string path = "")
    {
        text = "";
        if (body[name] is null)
            return AmazonErrors.Invalid($"{path}{name} is required.");
        if (body[name] is not JsonValue value || !value.TryGetValue<string>(out var found))
            return AmazonErrors.InvalidType(path + name);
        text = found;
        return found.Length == 0 ? AmazonErrors.Invalid($"{path}{name} is required.") : null;
    }

    private static (AmazonPackage?, SandboxAnswer?) Refuse(string message) => (null, AmazonErrors.Invalid(message));
}
