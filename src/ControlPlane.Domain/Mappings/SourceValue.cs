using System.Globalization;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Mappings;

public enum SourceKind : byte
{
    Missing,
    Text,
    Integer,

    /// <summary>Minor units of a currency.</summary>
    Money,
    Instant,
    Boolean,
}

/// <summary>One value read from a canonical document, without boxing.</summary>
public readonly struct SourceValue
{
    private readonly long _number;
    private readonly string? _text;

    private SourceValue(SourceKind kind, long number, string? text)
    {
        Kind = kind;
        _number = number;
        _text = text;
    }

    public SourceKind Kind { get; }

    public bool IsMissing => Kind == SourceKind.Missing;

    public string Text => _text ?? "";

    public long Integer => _number;

    public bool Boolean => _number != 0;

    public DateTimeOffset Instant => new(_number, TimeSpan.Zero);

    /// <summary>Digits after the point; the caller has checked <see cref="HasKnownCurrency"/>.</summary>
    public byte MinorDigits => (byte)Currencies.MinorDigits(Text);

    public bool HasKnownCurrency => Currencies.IsKnown(Text);

    /// <summary>Keeps the currency's digits: 12640 EUR is <c>126.40</c>, not <c>126.4</c>.</summary>
    public decimal Amount
    {
        get
        {
            var size = (ulong)Math.Abs((decimal)_number);
            return new decimal((int)(size & uint.MaxValue), (int)(size >> 32), 0, _number < 0, MinorDigits);
        }
    }

    /// <summary>Null and empty alike are missing: an empty SKU is no SKU.</summary>
    public static SourceValue Of(string? text) => string.IsNullOrEmpty(text) ? default : new(SourceKind.Text, 0, text);

    public static SourceValue Of(long? number) => number is { } n ? new(SourceKind.Integer, n, null) : default;

    public static SourceValue Of(bool? truth) => truth is { } t ? new(SourceKind.Boolean, t ? 1 : 0, null) : default;

    public static SourceValue Of(DateTimeOffset? instant) => instant is { } i ? new(SourceKind.Instant, i.UtcTicks, null) : default;

    public static SourceValue OfMoney(long? minor, string currency) => minor is { } m ? new(SourceKind.Money, m, currency) : default;

    /// <summary>As it is written where text is wanted; null when the currency is unknown, so that the amount has no decimals to write.</summary>
    public string? ToText() => Kind switch
    {
        SourceKind.Text => Text,
        SourceKind.Integer => Integer.ToString(CultureInfo.InvariantCulture),
        SourceKind.Money => HasKnownCurrency ? Amount.ToString(CultureInfo.InvariantCulture) : null,
        SourceKind.Instant => Instant.ToString(InstantFormat, CultureInfo.InvariantCulture),
        SourceKind.Boolean => Boolean ? "true" : "false",
        _ => "",
    };

    /// <summary>ISO 8601 in UTC; fractions only where there are any.</summary>
    public const string InstantFormat = "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'";
}
