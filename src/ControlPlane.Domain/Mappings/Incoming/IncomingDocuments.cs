using System.Globalization;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Mappings.Incoming;

/// <summary>Canonical documents from mapped values. What is missing or does not fit is refused by its target.</summary>
public static class IncomingDocuments
{
    public static CanonicalOrder? Order(IncomingValues values, List<Refusal> refusals)
    {
        var before = refusals.Count;
        var head = new Reader(values.Head, "", refusals);
        var currency = head.Text("currency");
        if (currency is not null && !Currencies.IsKnown(currency))
            head.Refuse("order.currency_unknown", "currency", "It is no active ISO 4217 code.");
        if (refusals.Count > before || currency is null)
            return null;
        var id = head.Id("externalId");
        var placed = head.Instant("placedAt");
        var order = new CanonicalOrder
        {
            ExternalId = id ?? "",
            Number = head.Id("number") ?? id ?? "",
            PlacedAt = placed?.ToUniversalTime() ?? default,
            SourceOffsetMinutes = placed is { Offset.Ticks: not 0 } ? (int)placed.Value.Offset.TotalMinutes : null,
            UpdatedAt = head.Instant("updatedAt")?.ToUniversalTime(),
            ShipBy = head.Instant("shipBy")?.ToUniversalTime(),
            Status = head.Text("status") switch { "pending" => OrderStatus.Pending, "cancelled" => OrderStatus.Cancelled, _ => OrderStatus.Open },
            Currency = currency,
            TotalMinor = head.Amount("total", currency),
            TaxMinor = head.Amount("tax", currency),
            ShippingMinor = head.Amount("shipping", currency),
            DiscountMinor = head.Amount("discount", currency),
            PricesIncludeTax = head.Text("pricesIncludeTax") == "true",
            ShippingService = head.Text("shippingService"),
            Customer = head.Any("customer.") ? new() { ExternalId = head.Text("customer.externalId"), Name = head.Text("customer.name"), Email = head.Text("customer.email"), Phone = head.Text("customer.phone") } : null,
            ShipTo = Address(head, "shipTo."),
            BillTo = Address(head, "billTo."),
            References = head.Family("references."),
            Extensions = head.Family("extensions."),
            Lines = [.. values.Lines.Select((l, i) => Line(new Reader(l, Place(i), refusals), currency))],
        };
        return refusals.Count > before ? null : order;
    }

    public static Shipment? Shipment(IncomingValues values, List<Refusal> refusals)
    {
        var before = refusals.Count;
        var head = new Reader(values.Head, "", refusals);
        var shipment = new Shipment
        {
            ExternalId = head.Id("externalId") ?? "",
            ShippedAt = head.Instant("shippedAt")?.ToUniversalTime() ?? default,
            Carrier = head.Text("carrier"),
            Service = head.Text("service"),
            TrackingNumber = head.Id("trackingNumber"),
            TrackingUrl = Link(head.Text("trackingUrl")),
            Lines =
            [
                .. values.Lines.Select((l, i) => new Reader(l, Place(i), refusals))
                    .Select(l => new ShipmentLine(l.Id("lines[].channelLineRef") ?? "", l.Text("lines[].sku") ?? "", l.Quantity("lines[].quantity"))),
            ],
        };
        return refusals.Count > before ? null : shipment;
    }

    private static OrderLine Line(Reader line, string currency) => new()
    {
        ChannelLineRef = line.Id("lines[].channelLineRef") ?? "",
        Sku = line.Text("lines[].sku") ?? "",
        Title = line.Text("lines[].title"),
        ChannelProductRef = line.Text("lines[].channelProductRef"),
        Quantity = line.Quantity("lines[].quantity"),
        UnitPriceMinor = line.Amount("lines[].unitPrice", currency),
        TaxMinor = line.Amount("lines[].tax", currency),
        DiscountMinor = line.Amount("lines[].discount", currency),
        RequiresShipping = line.Text("lines[].requiresShipping") != "false",
    };

    private static Address? Address(Reader head, string of) => !head.Any(of) ? null : new()
    {
        Name = head.Text(of + "name"),
        Company = head.Text(of + "company"),
        Line1 = head.Text(of + "line1"),
        Line2 = head.Text(of + "line2"),
        City = head.Text(of + "city"),
        Region = head.Text(of + "region"),
        PostalCode = head.Text(of + "postalCode"),
        CountryCode = head.Text(of + "countryCode"),
        Phone = head.Text(of + "phone"),
    };

    private static string Place(int index) => $"lines[{index.ToString(CultureInfo.InvariantCulture)}]";

    /// <summary>People click on it: anything but a web address is dropped. A shipment is not held up for its link.</summary>
    private static string? Link(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address) && (address.Scheme == Uri.UriSchemeHttps || address.Scheme == Uri.UriSchemeHttp) ? text : null;

    private sealed class Reader(IReadOnlyDictionary<string, string> values, string place, List<Refusal> refusals)
    {
        public string? Text(string target) => values.GetValueOrDefault(target);

        public string? Id(string target)
        {
            var text = Text(target);
            if (text?.Length > Identifier.LongestValue)
                Refuse("mapping.too_long", target, $"The value is longer than {Identifier.LongestValue} characters.");
            return text;
        }

        public DateTimeOffset? Instant(string target) => Text(target) is { } text ? DateTimeOffset.Parse(text, CultureInfo.InvariantCulture) : null;

        public int Quantity(string target)
        {
            if (Text(target) is not { } text)
                return 0;
            if (int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var quantity) && quantity is >= 0 and <= 1_000_000)
                return quantity;
            Refuse("mapping.out_of_range", target, "The value is out of range. Allowed: 0 to 1000000.");
            return 0;
        }

        public long? Amount(string target, string currency)
        {
            if (Text(target) is not { } text)
                return null;
            if (Money.TryParse(text, currency, out var money))
                return money.MinorUnits;
            Refuse("mapping.not_an_amount", target, $"It has more decimals than {currency} has, or is too large. Round it in the mapping (convert: round) if that is right.");
            return null;
        }

        public bool Any(string prefix) => values.Keys.Any(k => k.StartsWith(prefix, StringComparison.Ordinal));

        public IReadOnlyDictionary<string, string> Family(string prefix) =>
            values.Where(v => v.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(v => v.Key[prefix.Length..], v => v.Value, StringComparer.Ordinal);

        public void Refuse(string code, string target, string message) => refusals.Add(new(code, place.Length == 0 ? target : target.Replace("lines[]", place, StringComparison.Ordinal), message));
    }
}
