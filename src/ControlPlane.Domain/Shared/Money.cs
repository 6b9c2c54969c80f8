using System.Globalization;

namespace ControlPlane.Domain.Shared;

/// <summary>An amount in integer minor units (cents) of one ISO 4217 currency. Never rounded on the way through.</summary>
public readonly record struct Money(long MinorUnits, string Currency)
{
    public static Money Zero(string currency) => new(0, currency);

    /// <summary>Exact decimal text, for example <c>126.40</c>; no currency, invariant culture.</summary>
    public string ToDecimalText() => ToDecimal().ToString("F" + Currencies.MinorDigits(Currency), CultureInfo.InvariantCulture);

    public decimal ToDecimal() => MinorUnits / Scale(Currencies.MinorDigits(Currency));

    public Money Plus(Money other) => Currency == other.Currency
        ? this with { MinorUnits = checked(MinorUnits + other.MinorUnits) }
        : throw new InvalidOperationException($"{Currency} and {other.Currency} do not add up.");

    public override string ToString() => $"{ToDecimalText()} {Currency}";

    /// <summary>
    /// Reads an exact decimal text. Fails (false) on an unknown currency, on text that is no plain decimal number, on
    /// more decimals than the currency has unless they are zeros, and beyond the range of 64-bit minor units.
    /// </summary>
    public static bool TryParse(ReadOnlySpan<char> text, string currency, out Money money)
    {
        money = default;
        if (!Currencies.IsKnown(currency)
            || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount))
            return false;
        return TryFrom(amount, currency, out money);
    }

    /// <summary>As <see cref="TryParse"/>, from a decimal.</summary>
    public static bool TryFrom(decimal amount, string currency, out Money money)
    {
        money = default;
        if (!Currencies.IsKnown(currency) || amount is > 90_000_000_000_000m or < -90_000_000_000_000m)
            return false;
        var minor = amount * Scale(Currencies.MinorDigits(currency));
        if (minor != decimal.Truncate(minor))
            return false;
        money = new Money((long)minor, currency);
        return true;
    }

    private static decimal Scale(int digits) => digits switch { 0 => 1m, 2 => 100m, 3 => 1000m, 4 => 10000m, _ => throw new ArgumentOutOfRangeException(nameof(digits)) };
}
