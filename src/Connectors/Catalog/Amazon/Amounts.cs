using System.Globalization;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.Amazon;

/// <summary>The amounts of one order: exact to the minor unit and all of one currency, or refused.</summary>
/// <param name="amountName">As the version writes it: <c>amount</c> or <c>Amount</c>.</param>
/// <param name="currencyName">Likewise.</param>
internal sealed class Amounts(string amountName, string currencyName)
{
    /// <summary>Of the first amount that was read; null while there was none.</summary>
    public string? Currency { get; private set; }

    /// <summary>In minor units; null when absent or refused.</summary>
    public long? Read(JsonFields? holder, string name)
    {
        if (holder?.Object(name) is not { } money || money.Text(currencyName, required: true) is not { } currency || money.Text(amountName, required: true) is not { } text)
            return null;
        if (!Currencies.IsKnown(currency))
            money.Refuse("order.currency_unknown", currencyName, "The currency is not an active ISO 4217 code.");
        else if (Currency is not null && Currency != currency)
            money.Refuse("order.currency_mixed", currencyName, "The order has amounts of different currencies. All must be of the one of its total.");
        else if (Money.TryParse(text, currency, out var read))
        {
            Currency = currency;
            return read.MinorUnits;
        }
        else
            money.Refuse("order.amount_unreadable", amountName, string.Create(
                CultureInfo.InvariantCulture, $"The amount is not exact in its currency. Allowed: a decimal number with at most {Currencies.MinorDigits(currency)} decimals."));
        return null;
    }

    /// <summary>Null counts as nothing, unless both are. What leaves 64 bits is no order of this world and becomes null.</summary>
    public static long? Plus(long? one, long? other)
    {
        if (one is null || other is null)
            return one ?? other;
        var sum = (Int128)one.Value + other.Value;
        return sum >= long.MinValue && sum <= long.MaxValue ? (long)sum : null;
    }

    /// <summary>Discounts are told as positive amounts by one version and without a sign rule by the other.</summary>
    public static long? Size(long? minor) => minor is { } m && m != long.MinValue ? Math.Abs(m) : null;
}

/// <summary>What the amounts of an order say about tax.</summary>
/// <param name="Charged">Shipping, gift wrap and all else that is charged beside the items.</param>
internal readonly record struct TaxBasis(Int128 Items, Int128 Charged, Int128 Discount, long? Tax, long? Total)
{
    /// <summary>
    /// The items' prices hold the tax when they make up the total without it, and do not when they need it. Where neither
    /// adds up, or there is no tax, the custom of the marketplace decides.
    /// </summary>
    public bool PricesIncludeTax(string currency)
    {
        var sum = Items + Charged - Discount;
        return Tax is > 0 and var tax && Total is { } total
            ? sum == total || sum + tax != total && Marketplaces.PricesIncludeTax(currency)
            : Marketplaces.PricesIncludeTax(currency);
    }
}
