using System.Globalization;
using System.Text.RegularExpressions;
using Connectors.Protocols.Formats;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>
/// What a column holds when the document says nothing: text with <c>{number}</c> (of this write), <c>{reference}</c>, <c>{at:yyyyMMdd}</c>
/// (when the document was made, in UTC) and <c>{settings.name}</c>.
/// </summary>
public sealed partial class ColumnValue
{
    public const string Allowed = "{number}, {reference}, {at:pattern} with a pattern such as yyyyMMddHHmmss, {settings.<name>}, and any text";

    private readonly string _text;

    private ColumnValue(string text) => _text = text;

    public static ColumnValue? TryParse(string text)
    {
        foreach (Match match in Placeholder().Matches(text))
            if (!(match.Value is "{number}" or "{reference}" || match.Value.StartsWith("{settings.", StringComparison.Ordinal) && match.Value.Length > 11 || IsTime(match.Value)))
                return null;
        return Placeholder().Replace(text, "").AsSpan().IndexOfAny('{', '}') >= 0 ? null : new(text);
    }

    /// <summary>Null when a value is missing; <paramref name="missing"/> names it.</summary>
    public string? Render(FormatContext context, out string missing)
    {
        var without = "";
        var text = Placeholder().Replace(_text, match => Of(match.Value[1..^1], context) is { Length: > 0 } value ? value : Note(match.Value));
        missing = without;
        return without.Length > 0 ? null : text;

        string Note(string name)
        {
            without = name;
            return "";
        }
    }

    private static string? Of(string name, FormatContext context) => name switch
    {
        "number" => context.Number?.ToString(CultureInfo.InvariantCulture),
        "reference" => context.Reference,
        _ when name.StartsWith("at:", StringComparison.Ordinal) => context.At.UtcDateTime.ToString(name[3..], CultureInfo.InvariantCulture),
        _ => context.Setting(name["settings.".Length..]),
    };

    private static bool IsTime(string placeholder)
    {
        try
        {
            return placeholder.StartsWith("{at:", StringComparison.Ordinal) && placeholder.Length is > 6 and < 40
                && DateTime.UnixEpoch.ToString(placeholder[4..^1], CultureInfo.InvariantCulture).Any(char.IsAsciiDigit);
        }
        catch (FormatException)
        {
            return false;
        }
    }

    [GeneratedRegex(@"\{[^{}]*\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
