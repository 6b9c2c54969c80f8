using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Marketplaces;

/// <summary>A purchase order as Walmart writes it. Amounts are the catalogue's, without tax, called dollars; addresses are in the United States.</summary>
internal static class WalmartDocument
{
    private static readonly (string City, string State, string Zip)[] Places = [("Bentonville", "AR", "72712"), ("Austin", "TX", "73301"), ("Portland", "OR", "97201"), ("Albany", "NY", "12203")];

    public static JsonObject Of(MarketOrder order)
    {
        var place = Places[order.Customer.Number % Places.Length];
        return new()
        {
            ["purchaseOrderId"] = order.Id,
            ["customerOrderId"] = (5_571_600_000_000 + order.Number).ToString(CultureInfo.InvariantCulture),
            ["customerEmailId"] = order.Customer.Email,
            ["orderDate"] = order.CreatedAt.ToUnixTimeMilliseconds(),
            ["shippingInfo"] = new JsonObject
            {
                ["phone"] = "5550100",
                ["estimatedDeliveryDate"] = order.CreatedAt.AddDays(5).ToUnixTimeMilliseconds(),
                ["estimatedShipDate"] = order.CreatedAt.AddDays(1).ToUnixTimeMilliseconds(),
                ["methodCode"] = "Standard",
                ["postalAddress"] = new JsonObject
                {
                    ["name"] = order.Customer.Name, ["address1"] = $"{order.Customer.Number} Main Street", ["address2"] = null, ["city"] = place.City, ["state"] = place.State, ["postalCode"] = place.Zip, ["country"] = "USA",
                    ["addressType"] = "RESIDENTIAL",
                },
            },
            ["orderLines"] = new JsonObject { ["orderLine"] = new JsonArray([.. order.Lines.Select((l, i) => Line(order, l, i == 0))]) },
            ["shipNode"] = new JsonObject { ["type"] = "SellerFulfilled" },
        };
    }

    private static JsonObject Line(MarketOrder order, MarketLine line, bool first)
    {
        var unit = line.Product.PriceMinor - Vat.Within(line.Product.PriceMinor);
        var charges = new JsonArray(Charge("PRODUCT", "ItemPrice", unit, Vat.Within(line.Product.PriceMinor) * line.Quantity));
        if (first)
            charges.Add(Charge("SHIPPING", "Shipping", order.ShippingMinor, 0));
        return new()
        {
            ["lineNumber"] = line.Id,
            ["item"] = new JsonObject { ["productName"] = line.Product.Title, ["sku"] = line.Product.Sku },
            ["charges"] = new JsonObject { ["charge"] = charges },
            ["orderLineQuantity"] = Units(line.Quantity),
            ["statusDate"] = order.UpdatedAt.ToUnixTimeMilliseconds(),
            ["orderLineStatuses"] = new JsonObject { ["orderLineStatus"] = new JsonArray([.. Statuses(order, line)]) },
        };
    }

    private static IEnumerable<JsonNode> Statuses(MarketOrder order, MarketLine line)
    {
        if (line.Open > 0)
            yield return new JsonObject { ["status"] = order.State == MarketState.Open ? "Created" : "Acknowledged", ["statusQuantity"] = Units(line.Open) };
        if (line.Cancelled > 0)
            yield return new JsonObject { ["status"] = "Cancelled", ["statusQuantity"] = Units(line.Cancelled), ["cancellationReason"] = "CANCEL_BY_SELLER" };
        foreach (var parcel in order.Parcels)
            foreach (var part in parcel.Lines.Where(l => l.Line == line))
                yield return new JsonObject
                {
                    ["status"] = "Shipped",
                    ["statusQuantity"] = Units(part.Quantity),
                    ["trackingInfo"] = new JsonObject { ["shipDateTime"] = parcel.At.ToUnixTimeMilliseconds(), ["carrierName"] = new JsonObject { ["carrier"] = parcel.Carrier }, ["methodCode"] = "Standard", ["trackingNumber"] = parcel.Tracking },
                };
    }

    private static JsonObject Charge(string type, string name, long minor, long tax) => new()
    {
        ["chargeType"] = type,
        ["chargeName"] = name,
        ["chargeAmount"] = Amount(minor),
        ["tax"] = tax == 0 ? null : new JsonObject { ["taxName"] = "Tax1", ["taxAmount"] = Amount(tax) },
    };

    private static JsonObject Amount(long minor) => new() { ["currency"] = "USD", ["amount"] = minor / 100m };

    private static JsonObject Units(int quantity) => new() { ["unitOfMeasurement"] = "EACH", ["amount"] = quantity.ToString(CultureInfo.InvariantCulture) };
}
