using System.Collections.Frozen;
using ControlPlane.Domain.Orders;

namespace ControlPlane.Domain.Mappings;

/// <summary>Which lines a path repeats over.</summary>
public enum LineScope : byte
{
    None,

    /// <summary>All lines of the order.</summary>
    OrderLines,

    /// <summary>The lines that a warehouse picks: those that need shipping.</summary>
    ShippableLines,

    /// <summary>The lines of the shipment at hand.</summary>
    ShipmentLines,
}

public delegate SourceValue SourceReader(in MappingScope scope);

/// <summary>One readable place. <paramref name="Kind"/> is what it holds when it holds something.</summary>
public sealed record SourcePath(string Path, LineScope Lines, SourceKind Kind, SourceReader Read)
{
    /// <summary>As refusals name it: in the words of the canonical order, with the line's index.</summary>
    public string FieldAt(int index)
    {
        var path = Path.StartsWith("order.", StringComparison.Ordinal) ? Path["order.".Length..] : Path;
        return Lines == LineScope.None
            ? path
            : path.Replace("shippableLines[]", "lines[]", StringComparison.Ordinal).Replace("[]", $"[{index}]", StringComparison.Ordinal);
    }
}

/// <summary>Everything that a mapping can read, by name: also the list that the mapping editor offers.</summary>
public static class SourcePaths
{
    private static readonly FrozenDictionary<string, SourcePath> Fixed = Build().ToFrozenDictionary(p => p.Path, StringComparer.Ordinal);

    /// <summary>Families whose last part is free: a step's output, a setting of the connection, what a channel sends beyond the canonical order.</summary>
    public static IReadOnlyList<string> OpenFamilies { get; } = ["outputs.", "settings.", "order.references.", "order.extensions."];

    /// <summary>All paths with a fixed name, in alphabetical order.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Fixed.Keys.Order(StringComparer.Ordinal)];

    public static SourcePath? Find(string path)
    {
        if (Fixed.TryGetValue(path, out var known))
            return known;
        foreach (var family in OpenFamilies)
            if (path.Length > family.Length && path.StartsWith(family, StringComparison.Ordinal))
                return Open(path, family, path[family.Length..]);
        return null;
    }

    /// <summary>What could have been meant: the paths that share the longest beginning, and the open families.</summary>
    public static string Allowed(string path)
    {
        var start = path.LastIndexOfAny(['.', ']']) is var at and >= 0 ? path[..(at + 1)] : "";
        var near = Names.Where(n => n.StartsWith(start, StringComparison.Ordinal) && n.AsSpan(start.Length).IndexOf('.') < 0).ToList();
        return near.Count > 0 && start.Length > 0
            ? $"Allowed here: {string.Join(", ", near)}."
            : $"Allowed: {string.Join(", ", Names)}, and {string.Join(", ", OpenFamilies.Select(f => f + "<name>"))}.";
    }

    private static SourcePath Open(string path, string family, string name) => family switch
    {
        "outputs." => new(path, LineScope.None, SourceKind.Text, (in s) => SourceValue.Of(s.Input.Variables.Outputs.GetValueOrDefault(name))),
        "settings." => new(path, LineScope.None, SourceKind.Text, (in s) => SourceValue.Of(s.Input.Setting(name))),
        "order.references." => new(path, LineScope.None, SourceKind.Text, (in s) => SourceValue.Of(s.Input.Order.References.GetValueOrDefault(name))),
        _ => new(path, LineScope.None, SourceKind.Text, (in s) => SourceValue.Of(s.Input.Order.Extensions.GetValueOrDefault(name))),
    };

    private static IEnumerable<SourcePath> Build() =>
    [
        Text("reference", (in s) => SourceValue.Of(s.Input.Reference)),
        Text("correlationId", (in s) => SourceValue.Of(s.Input.CorrelationId)),
        Text("idempotencyKey", (in s) => SourceValue.Of(s.Input.IdempotencyKey)),
        new("number", LineScope.None, SourceKind.Integer, (in s) => SourceValue.Of(s.Input.Number)),
        Instant("madeAt", (in s) => SourceValue.Of(s.Input.At)),
        Text("connection.key", (in s) => SourceValue.Of(s.Input.Connection.Key)),
        .. Order(), .. Address("order.shipTo", o => o.ShipTo), .. Address("order.billTo", o => o.BillTo),
        .. OrderLines("order.lines[]", LineScope.OrderLines, (in s) => s.Line), Position("order.lines[]", LineScope.OrderLines),
        .. OrderLines("order.shippableLines[]", LineScope.ShippableLines, (in s) => s.Line), Position("order.shippableLines[]", LineScope.ShippableLines),
        .. Shipment(),
        .. OrderLines("shipment.lines[].orderLine", LineScope.ShipmentLines, OrderLineOfShipped),
        new("shipment.lines[].orderLine.position", LineScope.ShipmentLines, SourceKind.Integer, PositionOfShipped),
    ];

    private static IEnumerable<SourcePath> Order() =>
    [
        Text("order.externalId", (in s) => SourceValue.Of(s.Input.Order.ExternalId)),
        Text("order.number", (in s) => SourceValue.Of(s.Input.Order.Number)),
        Instant("order.placedAt", (in s) => SourceValue.Of(s.Input.Order.PlacedAt)),
        Instant("order.updatedAt", (in s) => SourceValue.Of(s.Input.Order.UpdatedAt)),
        Instant("order.shipBy", (in s) => SourceValue.Of(s.Input.Order.ShipBy)),
        Text("order.currency", (in s) => SourceValue.Of(s.Input.Order.Currency)),
        Money("order.total", (in s) => SourceValue.OfMoney(s.Input.Order.TotalMinor, s.Input.Order.Currency)),
        Money("order.tax", (in s) => SourceValue.OfMoney(s.Input.Order.TaxMinor, s.Input.Order.Currency)),
        Money("order.shipping", (in s) => SourceValue.OfMoney(s.Input.Order.ShippingMinor, s.Input.Order.Currency)),
        Money("order.discount", (in s) => SourceValue.OfMoney(s.Input.Order.DiscountMinor, s.Input.Order.Currency)),
        new("order.pricesIncludeTax", LineScope.None, SourceKind.Boolean, (in s) => SourceValue.Of(s.Input.Order.PricesIncludeTax)),
        Text("order.status", (in s) => SourceValue.Of(StatusWord(s.Input.Order.Status))),
        Text("order.shippingService", (in s) => SourceValue.Of(s.Input.Order.ShippingService)),
        new("order.lineCount", LineScope.None, SourceKind.Integer, (in s) => SourceValue.Of(s.Input.Order.Lines.Count)),
        Text("order.customer.externalId", (in s) => SourceValue.Of(s.Input.Order.Customer?.ExternalId)),
        Text("order.customer.email", (in s) => SourceValue.Of(s.Input.Order.Customer?.Email)),
        Text("order.customer.name", (in s) => SourceValue.Of(s.Input.Order.Customer?.Name)),
        Text("order.customer.phone", (in s) => SourceValue.Of(s.Input.Order.Customer?.Phone)),
    ];

    private static IEnumerable<SourcePath> Address(string at, Func<CanonicalOrder, Address?> of) =>
    [
        Text($"{at}.name", (in s) => SourceValue.Of(of(s.Input.Order)?.Name)),
        Text($"{at}.company", (in s) => SourceValue.Of(of(s.Input.Order)?.Company)),
        Text($"{at}.line1", (in s) => SourceValue.Of(of(s.Input.Order)?.Line1)),
        Text($"{at}.line2", (in s) => SourceValue.Of(of(s.Input.Order)?.Line2)),
        Text($"{at}.city", (in s) => SourceValue.Of(of(s.Input.Order)?.City)),
        Text($"{at}.region", (in s) => SourceValue.Of(of(s.Input.Order)?.Region)),
        Text($"{at}.postalCode", (in s) => SourceValue.Of(of(s.Input.Order)?.PostalCode)),
        Text($"{at}.countryCode", (in s) => SourceValue.Of(of(s.Input.Order)?.CountryCode)),
        Text($"{at}.phone", (in s) => SourceValue.Of(of(s.Input.Order)?.Phone)),
    ];

    private delegate OrderLine? LineOf(in MappingScope scope);

    private static IEnumerable<SourcePath> OrderLines(string at, LineScope lines, LineOf of) =>
    [
        new($"{at}.channelLineRef", lines, SourceKind.Text, (in s) => SourceValue.Of(of(in s)?.ChannelLineRef)),
        new($"{at}.sku", lines, SourceKind.Text, (in s) => SourceValue.Of(of(in s)?.Sku)),
        new($"{at}.title", lines, SourceKind.Text, (in s) => SourceValue.Of(of(in s)?.Title)),
        new($"{at}.channelProductRef", lines, SourceKind.Text, (in s) => SourceValue.Of(of(in s)?.ChannelProductRef)),
        new($"{at}.quantity", lines, SourceKind.Integer, (in s) => SourceValue.Of(of(in s)?.Quantity)),
        new($"{at}.unitPrice", lines, SourceKind.Money, (in s) => SourceValue.OfMoney(of(in s)?.UnitPriceMinor, s.Input.Order.Currency)),
        new($"{at}.tax", lines, SourceKind.Money, (in s) => SourceValue.OfMoney(of(in s)?.TaxMinor, s.Input.Order.Currency)),
        new($"{at}.discount", lines, SourceKind.Money, (in s) => SourceValue.OfMoney(of(in s)?.DiscountMinor, s.Input.Order.Currency)),
        new($"{at}.lineTotal", lines, SourceKind.Money, (in s) => SourceValue.OfMoney(LineTotal(of(in s)), s.Input.Order.Currency)),
        new($"{at}.requiresShipping", lines, SourceKind.Boolean, (in s) => SourceValue.Of(of(in s)?.RequiresShipping)),
    ];

    /// <summary>Counted from 1 in the canonical list; gaps where lines without shipping are left out.</summary>
    private static SourcePath Position(string at, LineScope lines) => new($"{at}.position", lines, SourceKind.Integer, (in s) => SourceValue.Of(s.Index + 1));

    private static IEnumerable<SourcePath> Shipment() =>
    [
        Text("shipment.externalId", (in s) => SourceValue.Of(s.Input.Shipment?.ExternalId)),
        Instant("shipment.shippedAt", (in s) => SourceValue.Of(s.Input.Shipment?.ShippedAt)),
        Text("shipment.carrier", (in s) => SourceValue.Of(s.Input.Shipment?.Carrier)),
        Text("shipment.service", (in s) => SourceValue.Of(s.Input.Shipment?.Service)),
        Text("shipment.trackingNumber", (in s) => SourceValue.Of(s.Input.Shipment?.TrackingNumber)),
        Text("shipment.trackingUrl", (in s) => SourceValue.Of(s.Input.Shipment?.TrackingUrl)),
        new("shipment.number", LineScope.None, SourceKind.Integer, (in s) => SourceValue.Of(s.Input.Shipment is null ? (int?)null : s.Input.Variables.Occurrence)),
        new("shipment.lines[].channelLineRef", LineScope.ShipmentLines, SourceKind.Text, (in s) => SourceValue.Of(s.Shipped?.ChannelLineRef)),
        new("shipment.lines[].sku", LineScope.ShipmentLines, SourceKind.Text, (in s) => SourceValue.Of(s.Shipped?.Sku)),
        new("shipment.lines[].quantity", LineScope.ShipmentLines, SourceKind.Integer, (in s) => SourceValue.Of(s.Shipped?.Quantity)),
        Position("shipment.lines[]", LineScope.ShipmentLines),
    ];

    private static SourcePath Text(string path, SourceReader read) => new(path, LineScope.None, SourceKind.Text, read);

    private static SourcePath Money(string path, SourceReader read) => new(path, LineScope.None, SourceKind.Money, read);

    private static SourcePath Instant(string path, SourceReader read) => new(path, LineScope.None, SourceKind.Instant, read);

    /// <summary>Units times price less the line's discount; null while the channel withholds the price, or beyond 64 bits.</summary>
    private static long? LineTotal(OrderLine? line)
    {
        if (line?.UnitPriceMinor is not { } price)
            return null;
        var total = (Int128)price * line.Quantity - (line.DiscountMinor ?? 0);
        return total >= long.MinValue && total <= long.MaxValue ? (long)total : null;
    }

    /// <summary>The order line that a shipped line belongs to: matched by the channel's reference alone, since one SKU can stand on two lines.</summary>
    private static OrderLine? OrderLineOfShipped(in MappingScope scope)
    {
        if (scope.Shipped is not { } shipped)
            return null;
        foreach (var line in scope.Input.Order.Lines)
            if (line.ChannelLineRef == shipped.ChannelLineRef)
                return line;
        return null;
    }

    /// <summary>Counted from 1 in the order, for systems that number the lines of what they were given.</summary>
    private static SourceValue PositionOfShipped(in MappingScope scope)
    {
        if (scope.Shipped is { } shipped)
            for (var i = 0; i < scope.Input.Order.Lines.Count; i++)
                if (scope.Input.Order.Lines[i].ChannelLineRef == shipped.ChannelLineRef)
                    return SourceValue.Of(i + 1);
        return SourceValue.Of((string?)null);
    }

    private static string StatusWord(OrderStatus status) => status switch
    {
        OrderStatus.Open => "open",
        OrderStatus.Pending => "pending",
        OrderStatus.Cancelled => "cancelled",
        _ => "",
    };
}
