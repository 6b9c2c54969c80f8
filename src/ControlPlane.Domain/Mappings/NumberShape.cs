using System.Globalization;

namespace ControlPlane.Domain.Mappings;

/// <summary>What happens to a number on the way out: a factor first, then its sign, then its decimals, then how it is written.</summary>
internal sealed class NumberShape
{
    public const string Allowed = "sum, abs, negate, factor:X, decimals:N, decimal-comma";

    /// <summary>Beyond it a number of an order is an error, and arithmetic could overflow.</summary>
    private const decimal Largest = 1_000_000_000_000_000m;

    private decimal _factor = 1;
    private byte? _decimals;
    private bool _abs, _negate;

    /// <summary>Adds up all sources.</summary>
    public bool Sums { get; private set; }

    /// <summary>Written as text, since JSON has no decimal comma.</summary>
    public bool Comma { get; private set; }

    /// <summary>False for a sum that is written as it comes: then amounts keep their currency.</summary>
    public bool Changes => _factor != 1 || _decimals is not null || _abs || _negate || Comma;

    /// <summary>Fixed decimals or a factor leave no whole number.</summary>
    public bool KeepsIntegers => _factor == 1 && _decimals is null && !Comma;

    public bool TryAdd(string word)
    {
        switch (word)
        {
            case "sum":
                return Sums = true;
            case "abs":
                return _abs = true;
            case "negate":
                return _negate = true;
            case "decimal-comma":
                return Comma = true;
        }

        if (word.StartsWith("decimals:", StringComparison.Ordinal) && byte.TryParse(word.AsSpan(9), NumberStyles.None, CultureInfo.InvariantCulture, out var decimals) && decimals <= 8)
        {
            _decimals = decimals;
            return true;
        }

        return TryFactor(word, out _factor);
    }

    /// <summary><c>factor:0.001</c>: grams become kilograms.</summary>
    internal static bool TryFactor(string word, out decimal factor)
    {
        factor = 1;
        return word.StartsWith("factor:", StringComparison.Ordinal)
            && decimal.TryParse(word.AsSpan(7), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out factor) && factor is >= 0.000001m and <= 1_000_000m;
    }

    public long? Apply(long whole) => _abs || _negate ? whole == long.MinValue ? null : _negate ? -whole : Math.Abs(whole) : whole;

    /// <summary>Null when it is too large to be counted with.</summary>
    public decimal? Apply(decimal number)
    {
        if (!Changes)
            return number;
        if (Math.Abs(number) > Largest)
            return null;
        number *= _factor;
        number = _negate ? -number : _abs ? Math.Abs(number) : number;
        // Adding a zero of that scale keeps the decimals: 1.5 with two is 1.50.
        return _decimals is { } digits ? Math.Round(number, digits, MidpointRounding.AwayFromZero) + new decimal(0, 0, 0, false, digits) : number;
    }

    public string Text(decimal number)
    {
        var text = number.ToString(CultureInfo.InvariantCulture);
        return Comma ? text.Replace('.', ',') : text;
    }
}
