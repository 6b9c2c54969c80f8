using Connectors.Protocols.Http;

namespace Connectors.Catalog.Amazon;

/// <summary>Breakdowns of v2026-01-01, summed by category. A category that does not appear stays null.</summary>
internal sealed class Proceeds
{
    public long? Item { get; private set; }

    public long? Shipping { get; private set; }

    public long? Tax { get; private set; }

    /// <summary>The model gives no rule for its sign.</summary>
    public long? Discount { get; private set; }

    /// <summary>Gift wrap, payment on delivery, tips and what else there may come to be.</summary>
    public long? Other { get; private set; }

    /// <summary>The part of the tax that is on the items, where it is told.</summary>
    public long? ItemTax { get; private set; }

    public long? ItemDiscount { get; private set; }

    public bool HasAny => Item is not null || Shipping is not null || Tax is not null || Discount is not null || Other is not null;

    /// <param name="holder">Of an order or of an item; null when the data set was not asked for.</param>
    public static Proceeds Read(JsonFields? holder, Amounts amounts)
    {
        var sums = new Proceeds();
        foreach (var breakdown in holder?.Objects("breakdowns") ?? [])
        {
            var subtotal = amounts.Read(breakdown, "subtotal");
            switch (breakdown.Text("type"))
            {
                case "ITEM":
                    sums.Item = Amounts.Plus(sums.Item, subtotal);
                    break;
                case "SHIPPING":
                    sums.Shipping = Amounts.Plus(sums.Shipping, subtotal);
                    break;
                case "TAX":
                    sums.Tax = Amounts.Plus(sums.Tax, subtotal);
                    sums.ItemTax = Amounts.Plus(sums.ItemTax, OnItem(breakdown, amounts));
                    break;
                case "DISCOUNT":
                    sums.Discount = Amounts.Plus(sums.Discount, subtotal);
                    sums.ItemDiscount = Amounts.Plus(sums.ItemDiscount, OnItem(breakdown, amounts));
                    break;
                default:
                    sums.Other = Amounts.Plus(sums.Other, subtotal);
                    break;
            }
        }

        return sums;
    }

    public void Add(Proceeds other)
    {
        Item = Amounts.Plus(Item, other.Item);
        Shipping = Amounts.Plus(Shipping, other.Shipping);
        Tax = Amounts.Plus(Tax, other.Tax);
        Discount = Amounts.Plus(Discount, other.Discount);
        Other = Amounts.Plus(Other, other.Other);
    }

    private static long? OnItem(JsonFields breakdown, Amounts amounts)
    {
        long? sum = null;
        foreach (var detail in breakdown.Objects("detailedBreakdowns"))
            if (detail.Text("subtype") == "ITEM")
                sum = Amounts.Plus(sum, amounts.Read(detail, "value"));
        return sum;
    }
}
