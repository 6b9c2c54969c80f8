using System.Globalization;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Orders;

/// <summary>What makes an order workable, whatever channel it came from. Field names are those of the canonical order.</summary>
public static class OrderRules
{
    public const int MostLines = 10_000;

    public static IEnumerable<Refusal> Check(CanonicalOrder order)
    {
        if (order.ExternalId.Length == 0)
            yield return new("order.no_id", "externalId", "The order has no id of its own. Send the channel's order id.");
        if (!Currencies.IsKnown(order.Currency))
            yield return new("order.currency_unknown", "currency", "The currency is not an active ISO 4217 code.");
        if (order.Lines.Count == 0)
            yield return new("order.no_lines", "lines", "The order has no lines. An order needs at least one line.");
        if (order.Lines.Count > MostLines)
            yield return new("order.too_many_lines", "lines", $"The order has more than {MostLines} lines. Split it.");
        if (order.TotalMinor < 0)
            yield return new("order.total_negative", "total", "The order's total is negative. Send a refund or return instead.");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < order.Lines.Count; i++)
        {
            var line = order.Lines[i];
            if (line.ChannelLineRef.Length == 0)
                yield return new("order.line_no_id", $"lines[{i}].channelLineRef", "The line has no id of its own. A shipment could not be confirmed for it.");
            else if (!seen.Add(line.ChannelLineRef))
                yield return new("order.line_id_twice", $"lines[{i}].channelLineRef", "Two lines carry the same id. Each line needs its own.");
            if (line.Quantity <= 0)
                yield return new("order.quantity_not_positive", $"lines[{i}].quantity", "The quantity is zero or negative. Order at least one unit.");
            if (line.Sku.Length == 0 && string.IsNullOrEmpty(line.Title) && string.IsNullOrEmpty(line.ChannelProductRef))
                yield return new("order.line_no_product", $"lines[{i}].sku", "The line names no product: no SKU, no title, no product id.");
            if (line.UnitPriceMinor < 0)
                yield return new("order.price_negative", $"lines[{i}].unitPrice", "The unit price is negative. Use a discount.");
        }
    }

    /// <summary>Begins the reference of a shipped line by a system that knows an order's lines by their place alone: <c>position:2</c>, counted from 1.</summary>
    public const string ByPosition = "position:";

    /// <summary>The shipment with the channel's references in place of positions. A position that the order does not have stays, and is then unknown.</summary>
    public static Shipment Placed(CanonicalOrder order, Shipment shipment) =>
        shipment.Lines.All(l => !l.ChannelLineRef.StartsWith(ByPosition, StringComparison.Ordinal)) ? shipment : shipment with
        {
            Lines = [.. shipment.Lines.Select(l => Position(l.ChannelLineRef) is { } place && place >= 1 && place <= order.Lines.Count
                && order.Lines.All(o => o.ChannelLineRef != l.ChannelLineRef) ? l with { ChannelLineRef = order.Lines[place - 1].ChannelLineRef } : l)],
        };

    private static int? Position(string reference) =>
        reference.StartsWith(ByPosition, StringComparison.Ordinal) && int.TryParse(reference.AsSpan(ByPosition.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var place) ? place : null;

    /// <summary>Units of each line, by channel line reference, that no shipment holds yet. Lines that need no shipping are left out.</summary>
    public static IReadOnlyDictionary<string, int> Remaining(CanonicalOrder order, IEnumerable<Shipment> shipments)
    {
        var open = order.Lines.Where(l => l.RequiresShipping).ToDictionary(l => l.ChannelLineRef, l => l.Quantity, StringComparer.Ordinal);
        foreach (var line in shipments.SelectMany(s => s.Lines))
            if (open.TryGetValue(line.ChannelLineRef, out var left))
                open[line.ChannelLineRef] = left - line.Quantity;
        return open.Where(p => p.Value > 0).ToDictionary(p => p.Key, p => p.Value, StringComparer.Ordinal);
    }
}
