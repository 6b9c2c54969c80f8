using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Domain.Mappings;

/// <summary>What a value becomes on the way: at most one type, and shapers for text, in the order written.</summary>
public sealed class ValueConversion
{
    private readonly ValueType _type;
    private readonly TextShaper[] _shapers;
    private readonly long _factor;

    private readonly string _pattern = "";

    private ValueConversion(ValueType type, TextShaper[] shapers, long factor = 1)
    {
        _type = type;
        _shapers = shapers;
        _factor = factor;
    }

    /// <summary>As the source is: text as text, amounts as decimal numbers, instants in ISO 8601.</summary>
    public static ValueConversion AsIs { get; } = new(ValueType.AsIs, []);

    public const string Allowed = "text, integer, times:N, number, money-decimal, money-text, date, datetime, pattern:<form>, unix, unix-ms, boolean, and for text upper, lower, trim, cut:N";

    /// <summary>Reads <c>money-decimal</c> or <c>upper, cut:20</c>. <paramref name="problem"/> says what is wrong and what is allowed.</summary>
    public static bool TryParse(string? text, out ValueConversion conversion, out string problem)
    {
        conversion = AsIs;
        problem = "";
        if (text?.StartsWith("pattern:", StringComparison.Ordinal) == true)
            return TryPattern(text["pattern:".Length..], out conversion, out problem);
        var type = ValueType.AsIs;
        var factor = 1L;
        var shapers = new List<TextShaper>();
        foreach (var word in (text ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (TextShaper.Find(word) is { } shaper)
                shapers.Add(shaper);
            else if (TypeOf(word, ref factor) is { } found && type == ValueType.AsIs)
                type = found;
            else
                problem = TypeOf(word, ref factor) is null ? $"'{word}' is no conversion. Allowed: {Allowed}." : $"'{text}' names two types. One is allowed.";
        }

        if (problem.Length == 0 && shapers.Count > 0 && type is not (ValueType.AsIs or ValueType.Text))
            problem = $"'{text}' shapes text that is no text afterwards. Only upper, lower, trim and cut:N go together, with or without text.";
        if (problem.Length > 0)
            return false;
        conversion = new(shapers.Count > 0 ? ValueType.Text : type, [.. shapers], factor);
        return true;
    }

    /// <summary>An instant in UTC in a form of one's own.</summary>
    private ValueConversion(string pattern)
        : this(ValueType.Pattern, []) => _pattern = pattern;

    private static bool TryPattern(string pattern, out ValueConversion conversion, out string problem)
    {
        conversion = new(pattern);
        problem = "";
        try
        {
            if (pattern.Length is > 1 and <= 30 && DateTimeOffset.UnixEpoch.ToString(pattern, CultureInfo.InvariantCulture).Any(char.IsAsciiDigit))
                return true;
        }
        catch (FormatException)
        {
            // Said below.
        }

        problem = $"'{pattern}' is no form of a time. Allowed: such as pattern:yyyyMMdd.";
        return false;
    }

    /// <summary>Whether a source of this kind can become what is asked; text always may, and is read when it comes.</summary>
    public bool Takes(SourceKind kind) => _type switch
    {
        ValueType.AsIs or ValueType.Text => true,
        ValueType.Integer or ValueType.Number => kind is SourceKind.Text or SourceKind.Integer or SourceKind.Money,
        ValueType.MoneyDecimal or ValueType.MoneyText => kind is SourceKind.Text or SourceKind.Money,
        ValueType.Date or ValueType.DateTime or ValueType.Pattern or ValueType.Unix or ValueType.UnixMs => kind is SourceKind.Text or SourceKind.Instant,
        _ => kind is SourceKind.Text or SourceKind.Boolean,
    };

    /// <summary>True when only text goes in and out, so that a table of values can be applied.</summary>
    public bool YieldsText => _type is ValueType.AsIs or ValueType.Text;

    /// <summary>Writes the value; null when done, otherwise the code of the refusal.</summary>
    public string? Write(Utf8JsonWriter writer, in SourceValue value, MappingTable? table = null)
    {
        if (value.Kind == SourceKind.Money && !value.HasKnownCurrency)
            return MappingRefusals.CurrencyUnknown;
        if (table is not null || _shapers.Length > 0 || _type == ValueType.Text)
        {
            writer.WriteStringValue(Shape(table is null ? value.ToText()! : table.Translate(value.ToText()!)));
            return null;
        }

        return _type switch
        {
            ValueType.AsIs => WriteAsIs(writer, value),
            ValueType.Integer => WriteInteger(writer, value),
            ValueType.Number or ValueType.MoneyDecimal => WriteNumber(writer, value, asText: false),
            ValueType.MoneyText => WriteNumber(writer, value, asText: true),
            ValueType.Date => WriteInstant(writer, value, "yyyy-MM-dd"),
            ValueType.Pattern => WriteInstant(writer, value, _pattern),
            ValueType.DateTime => WriteInstant(writer, value, SourceValue.InstantFormat),
            ValueType.Unix or ValueType.UnixMs => WriteUnix(writer, value),
            _ => WriteBoolean(writer, value),
        };
    }

    private string Shape(string text)
    {
        foreach (var shaper in _shapers)
            text = shaper.Apply(text);
        return text;
    }

    private static string? WriteAsIs(Utf8JsonWriter writer, in SourceValue value)
    {
        switch (value.Kind)
        {
            case SourceKind.Integer:
                writer.WriteNumberValue(value.Integer);
                return null;
            case SourceKind.Money:
                writer.WriteNumberValue(value.Amount);
                return null;
            case SourceKind.Boolean:
                writer.WriteBooleanValue(value.Boolean);
                return null;
            default:
                writer.WriteStringValue(value.ToText());
                return null;
        }
    }

    private string? WriteInteger(Utf8JsonWriter writer, in SourceValue value)
    {
        var number = value.Integer;
        if (value.Kind == SourceKind.Text && !long.TryParse(value.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
            return MappingRefusals.NotAnInteger;
        var product = (Int128)number * _factor;
        if (product > long.MaxValue || product < long.MinValue)
            return MappingRefusals.NotAnInteger;
        writer.WriteNumberValue((long)product);
        return null;
    }

    private static string? WriteNumber(Utf8JsonWriter writer, in SourceValue value, bool asText)
    {
        decimal number;
        if (value.Kind == SourceKind.Money)
            number = value.Amount;
        else if (value.Kind == SourceKind.Integer)
            number = value.Integer;
        else if (!decimal.TryParse(value.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number))
            return MappingRefusals.NotANumber;
        if (asText)
            writer.WriteStringValue(number.ToString(CultureInfo.InvariantCulture));
        else
            writer.WriteNumberValue(number);
        return null;
    }

    private string? WriteUnix(Utf8JsonWriter writer, in SourceValue value)
    {
        if (!TryInstant(in value, out var instant))
            return MappingRefusals.NotADate;
        writer.WriteNumberValue(_type == ValueType.Unix ? instant.ToUnixTimeSeconds() : instant.ToUnixTimeMilliseconds());
        return null;
    }

    private static bool TryInstant(in SourceValue value, out DateTimeOffset instant)
    {
        instant = value.Kind == SourceKind.Instant ? value.Instant : default;
        return value.Kind == SourceKind.Instant
            || DateTimeOffset.TryParse(value.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out instant);
    }

    private static string? WriteInstant(Utf8JsonWriter writer, in SourceValue value, string format)
    {
        if (!TryInstant(in value, out var instant))
            return MappingRefusals.NotADate;
        Span<char> text = stackalloc char[40];
        instant.TryFormat(text, out var length, format, CultureInfo.InvariantCulture);
        writer.WriteStringValue(text[..length]);
        return null;
    }

    private static string? WriteBoolean(Utf8JsonWriter writer, in SourceValue value)
    {
        var truth = value.Boolean;
        if (value.Kind == SourceKind.Text && !bool.TryParse(value.Text, out truth))
            return MappingRefusals.NotABoolean;
        writer.WriteBooleanValue(truth);
        return null;
    }

    private static ValueType? TypeOf(string word, ref long factor) => word switch
    {
        "text" => ValueType.Text,
        "integer" => ValueType.Integer,
        "number" => ValueType.Number,
        "money-decimal" => ValueType.MoneyDecimal,
        "money-text" => ValueType.MoneyText,
        "date" => ValueType.Date,
        "datetime" => ValueType.DateTime,
        "unix" => ValueType.Unix,
        "unix-ms" => ValueType.UnixMs,
        "boolean" => ValueType.Boolean,
        _ => word.StartsWith("times:", StringComparison.Ordinal)
            && long.TryParse(word.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out factor) && factor is > 0 and <= 1_000_000_000 ? ValueType.Integer : null,
    };

    private enum ValueType : byte
    {
        AsIs,
        Text,

        /// <summary>An amount becomes its minor units. Multiplied by N with <c>times:N</c>: other units, line numbers in steps.</summary>
        Integer,
        Number,
        MoneyDecimal,
        MoneyText,

        /// <summary>The date in UTC.</summary>
        Date,
        DateTime,
        Pattern,

        /// <summary>Seconds, or milliseconds, since 1970 as a number.</summary>
        Unix,
        UnixMs,
        Boolean,
    }
}
