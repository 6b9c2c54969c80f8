using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Amazon;

/// <summary>The Order of Orders v2026-01-01. What costs extra must be asked for by <c>includedData</c>; a pending order has neither prices nor people.</summary>
internal static class AmazonOrderDocument
{
    /// <summary>The data sets of the model; all can be asked for, those without content here stay away.</summary>
    public static IReadOnlyList<string> DataSets { get; } =
        ["BUYER", "RECIPIENT", "PROCEEDS", "EXPENSE", "PROMOTION", "CANCELLATION", "FULFILLMENT", "PACKAGES", "TAX", "PAYMENT", "FULFILLMENT_ORDERS"];

    public static JsonObject Of(AmazonOrder order, string marketplaceId, IReadOnlySet<string> sets)
    {
        var body = new JsonObject
        {
            ["orderId"] = order.Id,
            ["createdTime"] = AmazonTime.Text(order.CreatedAt),
            ["lastUpdatedTime"] = AmazonTime.Text(order.UpdatedAt),
            ["programs"] = order.Prime ? new JsonArray("PRIME") : [],
            ["salesChannel"] = new JsonObject { ["channelName"] = "AMAZON", ["marketplaceId"] = marketplaceId, ["marketplaceName"] = "Amazon.de" },
        };
        if (sets.Contains("BUYER") && !order.Pending)
            body["buyer"] = new JsonObject { ["buyerName"] = order.Buyer.Name, ["buyerEmail"] = order.BuyerAlias };
        if (sets.Contains("RECIPIENT") && !order.Pending)
            body["recipient"] = new JsonObject { ["deliveryAddress"] = Address(order.Buyer) };
        if (sets.Contains("PROCEEDS") && !order.Pending)
            body["proceeds"] = Proceeds(order);
        if (sets.Contains("FULFILLMENT"))
            body["fulfillment"] = Fulfillment(order);
        body["orderItems"] = new JsonArray([.. order.Items.Select(i => Item(order, i, sets))]);
        if (sets.Contains("PACKAGES") && order.Packages.Count > 0)
            body["packages"] = new JsonArray([.. order.Packages.Values.Select(Package)]);
        return body;
    }

    private static JsonObject Item(AmazonOrder order, AmazonItem item, IReadOnlySet<string> sets)
    {
        var product = new JsonObject
        {
            ["asin"] = item.Product.Asin,
            ["title"] = $"{item.Product.Title}, {item.Product.Variant}",
            ["sellerSku"] = item.Product.Sku,
            ["condition"] = new JsonObject { ["conditionType"] = "NEW", ["conditionSubtype"] = "NEW" },
        };
        if (!order.Pending)
            product["price"] = new JsonObject { ["unitPrice"] = Money(item.Product.PriceMinor) };
        var body = new JsonObject { ["orderItemId"] = item.Id, ["quantityOrdered"] = item.Quantity, ["programs"] = new JsonArray(), ["product"] = product };
        if (sets.Contains("PROCEEDS") && !order.Pending)
            body["proceeds"] = new JsonObject
            {
                ["proceedsTotal"] = Money(item.TotalMinor),
                ["breakdowns"] = new JsonArray(
                    Breakdown("ITEM", item.TotalMinor - Vat.Within(item.TotalMinor)),
                    Breakdown("TAX", Vat.Within(item.TotalMinor), new JsonArray(new JsonObject { ["subtype"] = "ITEM", ["value"] = Money(Vat.Within(item.TotalMinor)) }))),
            };
        if (sets.Contains("FULFILLMENT"))
            body["fulfillment"] = new JsonObject { ["quantityFulfilled"] = order.ShippedOf(item.Id), ["quantityUnfulfilled"] = item.Quantity - order.ShippedOf(item.Id) };
        return body;
    }

    private static JsonObject Proceeds(AmazonOrder order) => new()
    {
        ["grandTotal"] = Money(order.TotalMinor),
        ["breakdowns"] = new JsonArray(Breakdown("ITEM", order.TotalMinor - order.TaxMinor), Breakdown("TAX", order.TaxMinor)),
    };

    private static JsonObject Fulfillment(AmazonOrder order) => new()
    {
        ["fulfillmentStatus"] = order.Status,
        ["fulfilledBy"] = "MERCHANT",
        ["fulfillmentServiceLevel"] = order.Prime ? "EXPEDITED" : "STANDARD",
        ["shipByWindow"] = Window(order.CreatedAt, order.ShipBy),
        ["deliverByWindow"] = Window(order.ShipBy, order.ShipBy.AddDays(2)),
    };

    private static JsonObject Package(AmazonPackage package) => new()
    {
        ["packageReferenceId"] = package.Reference,
        ["createdTime"] = AmazonTime.Text(package.CreatedAt),
        ["packageStatus"] = new JsonObject { ["status"] = "SHIPPED" },
        ["carrier"] = package.Carrier,
        ["shipTime"] = AmazonTime.Text(package.ShippedAt),
        ["shippingService"] = package.Service,
        ["trackingNumber"] = package.Tracking,
        ["packageItems"] = new JsonArray([.. package.Items.Select(i => new JsonObject { ["orderItemId"] = i.ItemId, ["quantity"] = i.Quantity })]),
    };

    private static JsonObject Address(Person person) => new()
    {
        ["name"] = person.Name,
        ["addressLine1"] = person.Street,
        ["city"] = person.City,
        ["postalCode"] = person.Zip,
        ["countryCode"] = person.CountryCode,
        ["phone"] = person.Phone,
        ["addressType"] = "RESIDENTIAL",
    };

    private static JsonObject Breakdown(string type, long minor, JsonArray? details = null)
    {
        var body = new JsonObject { ["type"] = type, ["subtotal"] = Money(minor) };
        if (details is not null)
            body["detailedBreakdowns"] = details;
        return body;
    }

    private static JsonObject Window(DateTimeOffset from, DateTimeOffset to) => new() { ["earliestDateTime"] = AmazonTime.Text(from), ["latestDateTime"] = AmazonTime.Text(to) };

    private static JsonObject Money(long minor) => new() { ["amount"] = (minor / 100m).ToString("0.00", CultureInfo.InvariantCulture), ["currencyCode"] = "EUR" };
}

/// <summary>ISO 8601 in UTC.</summary>
internal static class AmazonTime
{
    public static string Text(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>Notifications carry milliseconds.</summary>
    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A date and time with its zone; a bare date or an American one is refused.</summary>
    public static bool TryRead(string? text, out DateTimeOffset at) => DateTimeOffset.TryParseExact(
        text,
        ["yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK", "yyyy-MM-dd'T'HH:mmK"],
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal,
        out at);
}
