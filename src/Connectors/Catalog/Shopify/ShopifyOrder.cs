using System.Globalization;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.Shopify;

/// <summary>Reads an order, in either form, as the canonical one. All that is wrong with it is refused at once, in Shopify's own paths.</summary>
internal sealed class ShopifyOrder(ShopifyWords words, ShopifyFields order, List<Refusal> refusals)
{
    /// <summary>Of a sum: far from the end of 64 bits, whatever is added next.</summary>
    private const long MostMinor = 1_000_000_000_000_000_000;

    /// <summary>Null when the document is refused.</summary>
    public CanonicalOrder? Read()
    {
        var code = order.Text(words.Currency);
        var currency = Currencies.IsKnown(code) ? code : null;
        var placed = PlacedAt();
        var id = order.Id("id", "Order") ?? "";
        var read = new CanonicalOrder
        {
            ExternalId = id,
            Number = Number(id),
            PlacedAt = placed.ToUniversalTime(),
            SourceOffsetMinutes = (int)placed.Offset.TotalMinutes,
            UpdatedAt = order.Instant(words.UpdatedAt)?.ToUniversalTime(),
            Currency = code ?? "",
            TotalMinor = order.RequiredAmount(words.Total, words, currency),
            TaxMinor = order.Amount(words.Tax, words, currency),
            DiscountMinor = order.Amount(words.Discounts, words, currency),
            PricesIncludeTax = order.Flag(words.TaxesIncluded) ?? false,
            Status = order.Has(words.CancelledAt) ? OrderStatus.Cancelled : OrderStatus.Open,
            Customer = ShopifyPeople.Customer(order, words),
            ShipTo = ShopifyPeople.Address(order.Object(words.ShipTo), words),
            BillTo = ShopifyPeople.Address(order.Object(words.BillTo), words),
            Lines = Lines(currency, out var custom),
            References = ShopifyExtras.References(order, words),
            Extensions = ShopifyExtras.Extensions(order, words, custom),
        };
        var shipping = Shipping(currency, out var service);
        read = read with { ShippingMinor = shipping, ShippingService = service };
        var seen = refusals.Select(r => r.Field).ToHashSet(StringComparer.Ordinal);
        foreach (var refusal in OrderRules.Check(read))
            if (Translated(refusal) is var ours && !seen.Contains(ours.Field))
                refusals.Add(ours);
        return refusals.Count == 0 ? read : null;
    }

    private DateTimeOffset PlacedAt()
    {
        var name = order.Has(words.ProcessedAt) ? words.ProcessedAt : words.CreatedAt;
        if (!order.Has(name))
            order.Refuse("json.missing", words.CreatedAt, "The order does not say when it was placed.");
        return order.Instant(name) ?? default;
    }

    /// <summary>Shops choose prefix and suffix of the name; without one, the number or at last the id stands for it.</summary>
    private string Number(string id) => order.Key("name") ?? (order.Key(words.OrderNumber) is { } number ? "#" + number : id);

    /// <param name="custom">How many lines carry properties: engraving and the like, which only a person can read.</param>
    private List<OrderLine> Lines(string? currency, out int custom)
    {
        custom = 0;
        var entries = order.List(words.Lines);
        var lines = new List<OrderLine>(entries.Count);
        foreach (var line in entries)
        {
            lines.Add(Line(line, currency));
            custom += line.Count("properties") > 0 || line.Count("customAttributes") > 0 ? 1 : 0;
        }

        return lines;
    }

    private OrderLine Line(ShopifyFields line, string? currency) => new()
    {
        ChannelLineRef = line.Id("id", "LineItem") ?? "",
        Sku = line.Key("sku") ?? "",
        Title = line.Text("title") ?? line.Text("name"),
        ChannelProductRef = line.Reference(words.VariantId, "ProductVariant") ?? line.Reference(words.ProductId, "Product"),
        Quantity = line.Exists ? line.Quantity("quantity") : 0,
        UnitPriceMinor = line.Exists ? line.RequiredAmount(words.UnitPrice, words, currency) : null,
        TaxMinor = line.Has(words.TaxLines) ? Sum(line, words.TaxLines, words.TaxAmount, currency) : null,
        DiscountMinor = Discount(line, currency),
        // Printed gift cards are sent by post and say so; all others have nothing to pick.
        RequiresShipping = line.Flag(words.RequiresShipping) ?? line.Flag(words.GiftCard) != true,
    };

    /// <summary>What of all discounts falls on this line. Orders from before allocations carry only those of the line itself.</summary>
    private long? Discount(ShopifyFields line, string? currency) =>
        line.Count(words.Allocations) > 0
            ? Sum(line, words.Allocations, words.Allocated, currency)
            : line.Amount(words.LineDiscount, words, currency) ?? (line.IsList(words.Allocations) ? 0 : null);

    private long Sum(ShopifyFields holder, string list, ShopifyAmount amount, string? currency)
    {
        var sum = 0L;
        foreach (var entry in holder.List(list))
            sum = Plus(sum, entry.Amount(amount, words, currency) ?? 0);
        return Held(sum, holder, list);
    }

    /// <summary>Stays at the limit once it is passed.</summary>
    private static long Plus(long sum, long amount) => Math.Abs(sum) > MostMinor ? sum : sum + amount;

    private static long Held(long sum, ShopifyFields holder, string list)
    {
        if (Math.Abs(sum) > MostMinor)
            holder.Refuse("order.amount_unreadable", list, "The amounts add up to more than can be held exactly.");
        return sum;
    }

    /// <summary>
    /// What the buyer pays for shipping: by line, since the order's own sum stands before discounts. The code is what
    /// carriers and warehouses know; a rate typed in by hand has only its title.
    /// </summary>
    private long? Shipping(string? currency, out string? service)
    {
        long? sum = null;
        var services = new List<string>();
        foreach (var line in order.List(words.ShippingLines))
        {
            if (line.Flag(words.IsRemoved) == true)
                continue;
            if ((line.Text("code") ?? line.Text("title")) is { } name && !services.Contains(name))
                services.Add(name);
            if (ShippingPrice(line, currency) is { } price)
                sum = Plus(sum ?? 0, price);
        }

        Held(sum ?? 0, order, words.ShippingLines);
        service = services.Count == 0 ? null : string.Join(", ", services);
        return sum ?? order.Amount(words.Shipping, words, currency);
    }

    /// <summary>REST's discounted price leaves out discounts of the whole order, and the allocations hold them all.</summary>
    private long? ShippingPrice(ShopifyFields line, string? currency)
    {
        var price = line.Amount(words.ShippingPrice, words, currency);
        return price is not null && line.Count(words.Allocations) > 0
            ? price - Sum(line, words.Allocations, words.Allocated, currency)
            : line.Amount(words.ShippingDiscounted, words, currency) ?? price;
    }

    /// <summary>A rule of the canonical order in the words of the document that came.</summary>
    private Refusal Translated(Refusal refusal)
    {
        var field = refusal.Field switch
        {
            "externalId" => order.At("id"),
            "currency" => order.At(words.Currency),
            "total" => order.At(words.Total.Place),
            "lines" => order.At(words.Lines),
            _ => null,
        };
        if (field is null && refusal.Field.StartsWith("lines[", StringComparison.Ordinal) && refusal.Field.IndexOf(']', StringComparison.Ordinal) is var close and > 0
            && int.TryParse(refusal.Field.AsSpan(6, close - 6), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            field = order.List(words.Lines)[index].At(refusal.Field[(close + 2)..] switch
            {
                "channelLineRef" => "id",
                "unitPrice" => words.UnitPrice.Place,
                var same => same,
            });
        return refusal with { Field = field ?? refusal.Field };
    }
}
