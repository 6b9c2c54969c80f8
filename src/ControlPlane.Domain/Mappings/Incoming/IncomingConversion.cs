using System.Globalization;

namespace ControlPlane.Domain.Mappings.Incoming;

/// <summary>What a received text means, where its own form does not say it: words of a row's <c>convert</c>, in the order written.</summary>
public sealed class IncomingConversion
{
    public const string Allowed =
        "for text upper, lower, trim, cut:N; for amounts and quantities sum, abs, negate, factor:X, decimal-comma; for amounts minor, round; for instants unix, unix-ms, local:<zone>, local:settings.<name>, pattern:<form>";

    private readonly List<TextShaper> _shapers = [];
    private bool _abs, _negate, _comma, _minor, _round, _unix, _unixMs;
    private decimal _factor = 1;
    private TimeZoneInfo? _zone;
    private string? _pattern;

    public bool Sums { get; private set; }

    /// <summary>Name of the connection's setting that holds the zone of <c>local:settings.timeZone</c>; null when the mapping says it itself.</summary>
    public string? ZoneSetting { get; private set; }

    public static bool TryParse(string? text, IncomingType type, out IncomingConversion conversion, out string problem)
    {
        conversion = new();
        problem = "";
        // A pattern comes last, since it may hold commas itself.
        var pattern = (text ?? "").IndexOf("pattern:", StringComparison.Ordinal);
        var words = (pattern < 0 ? text ?? "" : text![..pattern]).Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        foreach (var word in pattern < 0 ? words : [.. words, text![pattern..].Trim()])
            if (!conversion.Add(word, type))
            {
                problem = $"'{word}' is no conversion to {Word(type)}. Allowed: {Allowed}.";
                return false;
            }

        return true;
    }

    /// <summary>Text as text, amounts and quantities as plain decimal numbers, instants in ISO 8601 UTC. Null when it does not fit.</summary>
    /// <param name="zone">What <see cref="ZoneSetting"/> names.</param>
    public string? Apply(string text, IncomingType type, int minorDigits, TimeZoneInfo? zone = null) => type switch
    {
        IncomingType.Amount => Number(text) is { } amount ? Plain(Amount(amount, minorDigits)) : null,
        IncomingType.Quantity => Number(text) * _factor is { } quantity && quantity == decimal.Truncate(quantity) ? Plain(Sign(quantity)) : null,
        IncomingType.Instant => Instant(text, zone ?? _zone)?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture),
        IncomingType.Truth => text.ToLowerInvariant() switch { "true" or "1" or "yes" or "y" => "true", "false" or "0" or "no" or "n" => "false", _ => null },
        IncomingType.Status => text.ToLowerInvariant() is "open" or "pending" or "cancelled" ? text.ToLowerInvariant() : null,
        IncomingType.Currency => text.Trim().ToUpperInvariant(),
        _ => _shapers.Aggregate(text, (t, shaper) => shaper.Apply(t)),
    };

    /// <summary>A plain number; an exponent is read, since JSON allows it. Null for anything else.</summary>
    public decimal? Number(string text)
    {
        if (_comma)
            text = text.Replace(".", "", StringComparison.Ordinal).Replace(',', '.');
        return decimal.TryParse(text.AsSpan().Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) < 1_000_000_000_000_000m ? number : null;
    }

    internal string Write(decimal number) => _comma ? Plain(number).Replace('.', ',') : Plain(number);

    private decimal Amount(decimal amount, int minorDigits)
    {
        if (_minor)
            for (var i = 0; i < minorDigits; i++)
                amount /= 10;
        amount *= _factor;
        return Sign(_round ? Math.Round(amount, minorDigits, MidpointRounding.AwayFromZero) : amount);
    }

    private decimal Sign(decimal number) => _negate ? -number : _abs ? Math.Abs(number) : number;

    private DateTimeOffset? Instant(string text, TimeZoneInfo? zone)
    {
        if (_unix || _unixMs)
            return Number(text) is { } count && (_unix ? count : count / 1000) is >= 0 and < 253_402_300_800m
                ? DateTimeOffset.UnixEpoch.AddTicks((long)(count * (_unix ? TimeSpan.TicksPerSecond : TimeSpan.TicksPerMillisecond))) : null;
        if (zone is not null)
            return DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var local) && _pattern is null
                || _pattern is not null && DateTime.TryParseExact(text, _pattern, CultureInfo.InvariantCulture, DateTimeStyles.None, out local)
                ? At(DateTime.SpecifyKind(local, DateTimeKind.Unspecified), zone) : null;
        if (_pattern is not null)
            return DateTimeOffset.TryParseExact(text, _pattern, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var exact) ? exact : null;
        return SaysOffset(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant) ? instant : null;
    }

    /// <summary>Without an offset it would be anybody's guess which instant is meant.</summary>
    private static bool SaysOffset(string text) =>
        text.Length >= 17 && text.Length <= 40 && (text[^1] is 'Z' or 'z' || text[^6] is '+' or '-' || text[^5] is '+' or '-' && text.Contains('T', StringComparison.Ordinal));

    /// <summary>An hour that the clocks skip counts as the one after; of an hour that comes twice the first is meant.</summary>
    private static DateTimeOffset? At(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsInvalidTime(local))
            local = local.AddHours(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return local.Ticks - offset.Ticks is < 0 or > 3_155_378_975_999_999_999 ? null : new DateTimeOffset(local, offset);
    }

    private bool Add(string word, IncomingType type)
    {
        var number = type is IncomingType.Amount or IncomingType.Quantity;
        switch (word)
        {
            case "sum" when number: return Sums = true;
            case "abs" when number: return _abs = true;
            case "negate" when number: return _negate = true;
            case "decimal-comma" when number: return _comma = true;
            case "minor" when type == IncomingType.Amount: return _minor = true;
            case "round" when type == IncomingType.Amount: return _round = true;
            case "unix" when type == IncomingType.Instant: return _unix = true;
            case "unix-ms" when type == IncomingType.Instant: return _unixMs = true;
        }

        if (number && word.StartsWith("factor:", StringComparison.Ordinal))
            return NumberShape.TryFactor(word, out _factor);
        if (type == IncomingType.Instant && word.StartsWith("local:settings.", StringComparison.Ordinal))
            return (ZoneSetting = word["local:settings.".Length..]).Length > 0;
        if (type == IncomingType.Instant && word.StartsWith("local:", StringComparison.Ordinal))
            return TimeZoneInfo.TryFindSystemTimeZoneById(word["local:".Length..], out _zone);
        if (type == IncomingType.Instant && word.StartsWith("pattern:", StringComparison.Ordinal))
            return (_pattern = word["pattern:".Length..]).Length > 3;
        if (type is not (IncomingType.Text or IncomingType.Id) || TextShaper.Find(word) is not { } shaper)
            return false;
        _shapers.Add(shaper);
        return true;
    }

    private static string Plain(decimal number) => number.ToString("0.############################", CultureInfo.InvariantCulture);

    internal static string Word(IncomingType type) => type switch
    {
        IncomingType.Amount => "an amount",
        IncomingType.Instant => "an instant",
        IncomingType.Truth => "true or false",
        IncomingType.Quantity => "a whole number",
        IncomingType.Status => "a status (open, pending, cancelled)",
        IncomingType.Currency => "a currency",
        _ => "text",
    };
}
