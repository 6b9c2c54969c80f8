using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Domain.Mappings;

/// <summary>What a value becomes on the way: at most one type, and shapers for text, in the order written.</summary>
public sealed class ValueConversion
{
    private readonly ValueType _type;
    private readonly TextShaper[] _shapers;
    private readonly NumberShape? _number;
    private readonly InstantShape? _instant;
    private readonly long _times;

    private ValueConversion(ValueType type, TextShaper[] shapers, NumberShape? number, InstantShape? instant, long times)
    {
        _type = type;
        _shapers = shapers;
        _number = number;
        _instant = instant;
        _times = times;
    }

    /// <summary>As the source is: text as text, amounts as decimal numbers, instants in ISO 8601.</summary>
    public static ValueConversion AsIs { get; } = new(ValueType.AsIs, [], null, null, 1);

    public const string Allowed =
        "text, integer, times:N, number, money-decimal, money-text, date, datetime, unix, unix-ms, boolean; for text upper, lower, trim, cut:N; for numbers " + NumberShape.Allowed + "; for instants " + InstantShape.Allowed;

    /// <summary>Adds up the values of all sources.</summary>
    public bool Sums => _number?.Sums == true;

    /// <summary>Reads <c>money-decimal</c> or <c>upper, cut:20</c>. <paramref name="problem"/> says what is wrong and what is allowed.</summary>
    public static bool TryParse(string? text, out ValueConversion conversion, out string problem)
    {
        conversion = AsIs;
        problem = "";
        if (string.IsNullOrWhiteSpace(text))
            return true;
        var type = ValueType.AsIs;
        var times = 1L;
        var shapers = new List<TextShaper>();
        var (number, instant) = ((NumberShape?)null, (InstantShape?)null);
        foreach (var word in Words(text))
            if (TextShaper.Find(word) is { } shaper)
                shapers.Add(shaper);
            else if ((number ?? new()) is var numbers && numbers.TryAdd(word))
                number = numbers;
            else if ((instant ?? new()) is var instants && instants.TryAdd(word))
                instant = instants;
            else if (TypeOf(word, ref times) is { } found && type == ValueType.AsIs)
                type = found;
            else
                problem = TypeOf(word, ref times) is null ? $"'{word}' is no conversion. Allowed: {Allowed}." : $"'{text}' names two types. One is allowed.";
        if (problem.Length == 0)
            problem = Misfit(text, type, shapers.Count > 0, number, instant);
        if (problem.Length > 0)
            return false;
        conversion = new(shapers.Count > 0 ? ValueType.Text : instant is not null && type == ValueType.AsIs ? ValueType.DateTime : type, [.. shapers], number, instant, times);
        return true;
    }

    /// <summary>A pattern comes last, since it may hold commas itself.</summary>
    private static IEnumerable<string> Words(string text)
    {
        var pattern = text.IndexOf("pattern:", StringComparison.Ordinal);
        var words = (pattern < 0 ? text : text[..pattern]).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return pattern < 0 ? words : words.Append(text[pattern..].Trim());
    }

    private static string Misfit(string text, ValueType type, bool shaped, NumberShape? number, InstantShape? instant) =>
        shaped && (type is not (ValueType.AsIs or ValueType.Text) || number is not null || instant is not null)
            ? $"'{text}' shapes text that is no text afterwards. Only upper, lower, trim and cut:N go together, with or without text."
        : number is not null && instant is not null ? $"'{text}' is about a number and an instant. One of them is allowed."
        : number is not null && !(type is ValueType.AsIs or ValueType.Text or ValueType.Number or ValueType.MoneyDecimal or ValueType.MoneyText || (type == ValueType.Integer && number.KeepsIntegers))
            ? $"'{text}' does not fit together. {NumberShape.Allowed} go with number, money-decimal, money-text and text; sum, abs and negate with integer, too."
        : instant is not null && !(type is ValueType.AsIs or ValueType.Date or ValueType.DateTime)
            ? $"'{text}' does not fit together. {InstantShape.Allowed} go with date, with datetime, or alone."
        : "";

    /// <summary>Whether a source of this kind can become what is asked; text always may, and is read when it comes.</summary>
    public bool Takes(SourceKind kind) => _number is not null ? kind is SourceKind.Text or SourceKind.Integer or SourceKind.Money : _type switch
    {
        ValueType.AsIs or ValueType.Text => true,
        ValueType.Integer or ValueType.Number => kind is SourceKind.Text or SourceKind.Integer or SourceKind.Money,
        ValueType.MoneyDecimal or ValueType.MoneyText => kind is SourceKind.Text or SourceKind.Money,
        ValueType.Date or ValueType.DateTime or ValueType.Unix or ValueType.UnixMs => kind is SourceKind.Text or SourceKind.Instant,
        _ => kind is SourceKind.Text or SourceKind.Boolean,
    };

    /// <summary>True when only text goes in and out, so that a table of values can be applied.</summary>
    public bool YieldsText => _type is ValueType.AsIs or ValueType.Text && _number is null;

    /// <summary>Amounts of one currency stay an amount, whole numbers a whole number. Null when a part is no number, or the sum is too large.</summary>
    internal SourceValue? Sum(IReadOnlyList<SourceValue> parts)
    {
        if (parts.All(p => p.Kind == parts[0].Kind) && parts[0].Kind is SourceKind.Money or SourceKind.Integer)
        {
            Int128 whole = 0;
            foreach (var part in parts)
                whole += part.Integer;
            if (whole > long.MaxValue || whole < long.MinValue || parts.Any(p => p.Text != parts[0].Text))
                return null;
            return parts[0].Kind == SourceKind.Money ? SourceValue.OfMoney((long)whole, parts[0].Text) : SourceValue.Of((long)whole);
        }

        var sum = 0m;
        foreach (var part in parts)
        {
            if (Number(part) is not { } one || Math.Abs(one) > 1_000_000_000_000_000m)
                return null;
            sum += one;
        }

        return SourceValue.Of(sum.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Writes the value; null when done, otherwise the code of the refusal.</summary>
    public string? Write(Utf8JsonWriter writer, in SourceValue value, MappingTable? table = null)
    {
        if (value.Kind == SourceKind.Money && !value.HasKnownCurrency)
            return MappingRefusals.CurrencyUnknown;
        if (_number is not null && _type != ValueType.Integer)
            return WriteNumber(writer, value, asText: _number.Comma || _type is ValueType.MoneyText or ValueType.Text);
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
        if (_number is not null)
        {
            if (_number.Apply(number) is not { } signed)
                return MappingRefusals.NotAnInteger;
            number = signed;
        }

        var product = (Int128)number * _times;
        if (product > long.MaxValue || product < long.MinValue)
            return MappingRefusals.NotAnInteger;
        writer.WriteNumberValue((long)product);
        return null;
    }

    private string? WriteNumber(Utf8JsonWriter writer, in SourceValue value, bool asText)
    {
        if (Number(in value) is not { } number)
            return MappingRefusals.NotANumber;
        if (_number is not null)
        {
            if (_number.Apply(number) is not { } shaped)
                return MappingRefusals.NotANumber;
            number = shaped;
        }

        if (asText)
            writer.WriteStringValue(_number?.Text(number) ?? number.ToString(CultureInfo.InvariantCulture));
        else
            writer.WriteNumberValue(number);
        return null;
    }

    private static decimal? Number(in SourceValue value) => value.Kind switch
    {
        SourceKind.Money => value.HasKnownCurrency ? value.Amount : null,
        SourceKind.Integer => value.Integer,
        _ => decimal.TryParse(value.Text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null,
    };

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

    private string? WriteInstant(Utf8JsonWriter writer, in SourceValue value, string format)
    {
        if (!TryInstant(in value, out var instant))
            return MappingRefusals.NotADate;
        if (_instant is not null)
        {
            writer.WriteStringValue(_type == ValueType.Date ? _instant.Date(instant) : _instant.DateTime(instant));
            return null;
        }

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

    private static ValueType? TypeOf(string word, ref long times) => word switch
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
            && long.TryParse(word.AsSpan(6), NumberStyles.None, CultureInfo.InvariantCulture, out times) && times is > 0 and <= 1_000_000_000 ? ValueType.Integer : null,
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

        /// <summary>The date, in UTC unless <see cref="InstantShape"/> names a zone.</summary>
        Date,
        DateTime,

        /// <summary>Seconds, or milliseconds, since 1970 as a number.</summary>
        Unix,
        UnixMs,
        Boolean,
    }
}
