using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using Connectors.Protocols.Http;

namespace Connectors.Protocols.Brokers;

/// <summary>The order within an event, field by field. What is missing or wrong is refused by its path.</summary>
internal static class EventOrder
{
    public static CanonicalOrder? Read(JsonFields order)
    {
        var currency = order.Text("currency", required: true);
        if (currency is not null && !Currencies.IsKnown(currency))
            order.Refuse("order.currency_unknown", "currency", "It is no active ISO 4217 code. Send three capital letters, such as EUR.");
        if (Short(order, "id", required: true) is not { } id || Short(order, "number", required: true) is not { } number || !Currencies.IsKnown(currency))
            return null;
        return new()
        {
            ExternalId = id,
            Number = number,
            PlacedAt = order.Instant("placedAt", required: true) ?? default,
            UpdatedAt = order.Instant("updatedAt"),
            ShipBy = order.Instant("shipBy"),
            Status = Status(order),
            Currency = currency!,
            TotalMinor = Amount(order, "total", currency!),
            TaxMinor = Amount(order, "tax", currency!),
            ShippingMinor = Amount(order, "shipping", currency!),
            DiscountMinor = Amount(order, "discount", currency!),
            PricesIncludeTax = order.Truth("pricesIncludeTax") ?? false,
            ShippingService = order.Text("shippingService"),
            Customer = order.Object("customer") is { } customer
                ? new() { ExternalId = customer.Text("id"), Name = customer.Text("name"), Email = customer.Text("email"), Phone = customer.Text("phone") }
                : null,
            ShipTo = order.Object("shipTo") is { } to ? Address(to) : null,
            Lines = [.. order.Objects("lines", required: true).Select(l => Line(l, currency!))],
        };
    }

    /// <summary>A value that becomes an identifier, whose length the index bounds.</summary>
    public static string? Short(JsonFields fields, string name, bool required = false)
    {
        var text = fields.Text(name, required);
        if (text?.Length > Identifier.LongestValue)
            fields.Refuse("json.too_long", name, $"The value is longer than {Identifier.LongestValue} characters.");
        return text;
    }

    private static OrderLine Line(JsonFields line, string currency) => new()
    {
        ChannelLineRef = line.Text("lineRef", required: true) ?? "",
        Sku = line.Text("sku", required: true) ?? "",
        Title = line.Text("title"),
        Quantity = line.Integer("quantity", 1, 1_000_000),
        UnitPriceMinor = Amount(line, "unitPrice", currency),
        TaxMinor = Amount(line, "tax", currency),
        DiscountMinor = Amount(line, "discount", currency),
        RequiresShipping = line.Truth("requiresShipping") ?? true,
    };

    private static Address Address(JsonFields to) => new()
    {
        Name = to.Text("name"),
        Company = to.Text("company"),
        Line1 = to.Text("line1"),
        Line2 = to.Text("line2"),
        City = to.Text("city"),
        Region = to.Text("region"),
        PostalCode = to.Text("postalCode"),
        CountryCode = to.Text("countryCode"),
    };

    private static OrderStatus Status(JsonFields order)
    {
        switch (order.Text("status")?.ToLowerInvariant())
        {
            case null or "open":
                return OrderStatus.Open;
            case "pending":
                return OrderStatus.Pending;
            case "cancelled":
                return OrderStatus.Cancelled;
            default:
                order.Refuse("order.status_unknown", "status", "The status is not known. Allowed: open, pending, cancelled.");
                return OrderStatus.Open;
        }
    }

    /// <summary>As text: a number of JSON would have gone through somebody's floating point.</summary>
    private static long? Amount(JsonFields fields, string name, string currency)
    {
        if (fields.Text(name) is not { } text)
            return null;
        if (Money.TryParse(text, currency, out var money))
            return money.MinorUnits;
        fields.Refuse("order.amount", name, "It is no amount of the order's currency. Send a decimal text with a point, such as 126.40.");
        return null;
    }
}
