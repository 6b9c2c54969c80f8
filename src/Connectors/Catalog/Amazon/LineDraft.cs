using System.Globalization;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.Amazon;

/// <summary>A line as either version tells it, before the price of one unit is known.</summary>
internal sealed class LineDraft
{
    public required string Ref { get; init; }

    public string? Sku { get; init; }

    public string? Title { get; init; }

    public string? Asin { get; init; }

    /// <summary>Zero for a line that was cancelled on its own.</summary>
    public int Ordered { get; init; }

    public int Shipped { get; init; }

    public long? UnitPrice { get; init; }

    /// <summary>For all units, without shipping and tax beside it.</summary>
    public long? ItemsPrice { get; init; }

    public long? Tax { get; init; }

    public long? Discount { get; init; }

    public long? Unit => UnitPrice ?? (ItemsPrice is { } all && Ordered > 0 && all % Ordered == 0 ? all / Ordered : null);

    public Int128 Price => ItemsPrice is { } all && UnitPrice is null ? all : (Int128)(Unit ?? 0) * Ordered;
}

/// <summary>The lines of an order, and what of them the canonical line has no place for.</summary>
internal sealed class LineList(Dictionary<string, string> extensions)
{
    private readonly List<LineDraft> _drafts = [];

    public void Add(LineDraft draft) => _drafts.Add(draft);

    public Int128 Price
    {
        get
        {
            Int128 sum = 0;
            foreach (var draft in _drafts)
                sum += draft.Price;
            return sum;
        }
    }

    /// <summary>
    /// Of an order that is partly shipped only the rest is taken: whoever shipped the other part did so without us, and no
    /// unit must leave twice. Lines that were cancelled on their own are left out.
    /// </summary>
    public IReadOnlyList<OrderLine> Lines(string currency, bool partlyShipped)
    {
        var lines = new List<OrderLine>(_drafts.Count);
        foreach (var draft in _drafts)
        {
            if (draft.Ordered == 0)
            {
                Note("cancelledItems", draft.Ref);
                continue;
            }

            if (draft is { Unit: null, ItemsPrice: { } all })
                extensions[$"lineTotal.{draft.Ref}"] = new Money(all, currency).ToDecimalText();
            var left = partlyShipped ? draft.Ordered - draft.Shipped : draft.Ordered;
            if (left != draft.Ordered)
                extensions[$"shippedBefore.{draft.Ref}"] = (draft.Ordered - Math.Max(0, left)).ToString(CultureInfo.InvariantCulture);
            lines.Add(new()
            {
                ChannelLineRef = draft.Ref,
                Sku = draft.Sku ?? "",
                Title = draft.Title,
                ChannelProductRef = draft.Asin,
                Quantity = left > 0 ? left : draft.Ordered,
                UnitPriceMinor = draft.Unit,
                TaxMinor = draft.Tax,
                DiscountMinor = draft.Discount,
                RequiresShipping = left > 0,
            });
        }

        return lines;
    }

    /// <summary>Adds to a list, once.</summary>
    public void Note(string name, string value)
    {
        if (!extensions.TryGetValue(name, out var before))
            extensions[name] = value;
        else if (!before.Split(',').Contains(value))
            extensions[name] = $"{before},{value}";
    }
}
