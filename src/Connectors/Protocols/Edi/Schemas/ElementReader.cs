using System.Globalization;
using System.Text.RegularExpressions;

namespace Connectors.Protocols.Edi.Schemas;

/// <summary>
/// Reads one element of a schema: place, type, length and so on, separated by blanks:
/// <c>3 an 1..22 required</c>, <c>1.2</c>, <c>6-25 pairs</c>, <c>1 n2</c>, <c>2 id codes:00|04</c>, <c>1 =S</c>, <c>1 n0 count:LIN</c>, <c>5 repeat</c>.
/// </summary>
internal static partial class ElementReader
{
    public const string Allowed =
        "a place (3, 1.2 for a component, 6-25 pairs), then any of an, id, n0 to n9, r, dt, tm, dtm, 1..22 or ..22 for the length, required, repeat, codes:A|B, =X as default, count:LIN, sum:W0101";

    /// <summary>Null when it cannot be read; <paramref name="problem"/> says why.</summary>
    public static ElementSpec? Read(string name, string text, out string problem)
    {
        problem = "";
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words.Length == 0 || Place().Match(words[0]) is not { Success: true } place)
        {
            problem = $"'{text}' does not begin with a place. Allowed: {Allowed}.";
            return null;
        }

        var spec = new ElementSpec { Name = name, Position = Number(place, 1), Component = Number(place, 2) };
        var last = Number(place, 3);
        if (spec.Position == 0 || last > 0 && last <= spec.Position)
            problem = $"'{words[0]}' is no place. Places count from 1.";
        foreach (var word in words.Skip(1))
            if (Word(spec, word, last) is { } read)
                spec = read;
            else
                problem = $"'{word}' is not understood. Allowed: {Allowed}.";
        if (last > 0 && spec.LastOfPairs == 0)
            problem = $"'{words[0]}' is a run of places; write pairs behind it.";
        return problem.Length > 0 ? null : spec;
    }

    private static ElementSpec? Word(ElementSpec spec, string word, int last) => word switch
    {
        "an" => spec with { Type = ElementType.Text },
        "id" => spec with { Type = ElementType.Id },
        "r" => spec with { Type = ElementType.Decimal },
        "dt" => spec with { Type = ElementType.Date },
        "tm" => spec with { Type = ElementType.Time },
        "dtm" => spec with { Type = ElementType.Moment },
        "required" => spec with { Required = true },
        "repeat" => spec with { Repeats = true },
        "pairs" when last > 0 => spec with { LastOfPairs = last },
        ['n', >= '0' and <= '9'] => spec with { Type = ElementType.Whole, Decimals = word[1] - '0' },
        ['=', ..] when word.Length > 1 => spec with { Default = word[1..] },
        _ when word.StartsWith("codes:", StringComparison.Ordinal) && word.Length > 6 => spec with { Codes = word[6..].Split('|') },
        _ when word.StartsWith("count:", StringComparison.Ordinal) && word.Length > 7 => spec with { Type = ElementType.Whole, Counts = word[6..] },
        _ when word.StartsWith("sum:", StringComparison.Ordinal) && word.Length > 7 => spec with { Type = ElementType.Decimal, Sums = word[4..] },
        _ when Length().Match(word) is { Success: true } length && Number(length, 1) <= Number(length, 2) => spec with { Least = Number(length, 1), Most = Number(length, 2) },
        _ => null,
    };

    private static int Number(Match match, int group) => match.Groups[group].Success && match.Groups[group].Length > 0 ? int.Parse(match.Groups[group].Value, CultureInfo.InvariantCulture) : 0;

    [GeneratedRegex(@"^(\d{1,2})(?:\.(\d{1,2})|-(\d{1,2}))?$")]
    private static partial Regex Place();

    [GeneratedRegex(@"^(\d{0,5})\.\.(\d{1,6})$")]
    private static partial Regex Length();
}
