using System.Globalization;
using Connectors.Protocols.Edi.Schemas;

namespace Connectors.Protocols.Edi.Reading;

/// <summary>Whether a value is what its element allows; numbers become plain decimal numbers on the way.</summary>
internal static class ElementCheck
{
    /// <summary>Null when it is. The message begins after the element's name.</summary>
    public static (EdiFault Fault, string Message)? Problem(ref string value, ElementSpec spec, byte decimalMark)
    {
        var digits = spec.Type is ElementType.Whole or ElementType.Decimal ? value.Count(char.IsAsciiDigit) : value.Length;
        if (digits < spec.Least)
            return (EdiFault.ElementTooShort, $"is shorter than {spec.Least} characters.");
        if (spec.Most > 0 && digits > spec.Most)
            return (EdiFault.ElementTooLong, $"is longer than {spec.Most} characters.");
        if (spec.Codes.Count > 0 && !spec.Codes.Contains(value))
            return (EdiFault.ElementCode, $"is none of the codes allowed: {string.Join(", ", spec.Codes)}.");
        return spec.Type switch
        {
            ElementType.Whole => Whole(ref value, spec.Decimals) ? null : (EdiFault.ElementCharacter, spec.Decimals > 0 ? $"must be digits without a point; the last {spec.Decimals} are decimals." : "must be a whole number."),
            ElementType.Decimal => Decimal(ref value, decimalMark) ? null : (EdiFault.ElementCharacter, "must be a number."),
            ElementType.Date => IsDate(value) ? null : (EdiFault.ElementDate, "must be a date, YYMMDD or CCYYMMDD."),
            ElementType.Time => IsTime(value) ? null : (EdiFault.ElementTime, "must be a time, HHMM or HHMMSS, perhaps with fractions."),
            _ => null,
        };
    }

    private static bool Whole(ref string value, int decimals)
    {
        var digits = value.AsSpan(value.StartsWith('-') ? 1 : 0);
        if (digits.Length is 0 or > 25 || digits.ContainsAnyExceptInRange('0', '9'))
            return false;
        if (decimals > 0)
        {
            var padded = digits.ToString().PadLeft(decimals + 1, '0');
            value = $"{(value[0] == '-' ? "-" : "")}{padded[..^decimals]}.{padded[^decimals..]}";
        }

        return true;
    }

    /// <summary>With the decimal mark of the interchange, or a point, which many send whatever they state.</summary>
    private static bool Decimal(ref string value, byte decimalMark)
    {
        var text = decimalMark == '.' ? value : value.Replace((char)decimalMark, '.');
        if (text.Length > 30 || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out _))
            return false;
        value = text;
        return true;
    }

    private static bool IsDate(string value) =>
        value.Length is 6 or 8 && DateTime.TryParseExact(value.Length == 6 ? "20" + value : value, "yyyyMMdd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsTime(string value) =>
        value.Length is 4 or 6 or 7 or 8 && !value.AsSpan().ContainsAnyExceptInRange('0', '9')
        && int.Parse(value.AsSpan(0, 2), CultureInfo.InvariantCulture) < 24 && int.Parse(value.AsSpan(2, 2), CultureInfo.InvariantCulture) < 60
        && (value.Length < 6 || int.Parse(value.AsSpan(4, 2), CultureInfo.InvariantCulture) < 60);
}
