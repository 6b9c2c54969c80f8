using System.Globalization;
using System.Text.RegularExpressions;

namespace ControlPlane.Domain.Crosswalks;

/// <summary>What is wrong with an entry, for the person who wrote it.</summary>
/// <param name="Field"><c>theirs</c>, <c>ours</c>, <c>factor</c>, <c>from</c>, <c>until</c>, <c>direction</c>, <c>scope</c> or <c>note</c>.</param>
/// <param name="Code">Stable: <c>crosswalk.gtin_check_digit</c>.</param>
public sealed record CrosswalkProblem(string Field, string Code, string Message);

/// <summary>What every entry must be by itself. Whether it fits beside the others is <see cref="CrosswalkNeighbours"/>.</summary>
public static partial class CrosswalkRules
{
    /// <summary>In characters; bounded by the columns that hold the codes.</summary>
    public const int LongestCode = 128;

    public const int LongestNote = 500;

    public const string Wildcard = "*";

    /// <summary>Beyond it a factor is a mistake: the largest real ones turn tonnes into milligrams.</summary>
    public const decimal LargestFactor = 1_000_000_000m;

    public const decimal SmallestFactor = 0.000_000_001m;

    /// <param name="knowsOurs">Whether our code is in the master list; null where none is loaded.</param>
    public static IEnumerable<CrosswalkProblem> Check(CrosswalkTable table, CrosswalkEntry entry, Func<string, bool>? knowsOurs = null)
    {
        foreach (var (field, code) in new[] { ("theirs", entry.Theirs), ("ours", entry.Ours) })
        {
            if (code.Length is 0 or > LongestCode)
                yield return new(field, "crosswalk.code_length", $"A code has 1 to {LongestCode} characters.");
            else if (code != code.Trim() || code.Any(char.IsControl))
                yield return new(field, "crosswalk.code_form", "A code has no space at its ends and no control characters.");
            else if (table.Gtin && Gtin.LooksLikeOne(code) && !Gtin.IsValid(code))
                yield return new(field, "crosswalk.gtin_check_digit", $"'{code}' looks like a GTIN, and its check digit is wrong: {Gtin.CheckDigit(code.AsSpan(0, code.Length - 1))} is expected at the end.");
        }

        foreach (var problem in WildcardProblems(table, entry))
            yield return problem;
        if (entry.Factor is < SmallestFactor or > LargestFactor)
            yield return new("factor", "crosswalk.factor_range", string.Create(CultureInfo.InvariantCulture, $"A factor is above zero: {SmallestFactor:0.#########} to {LargestFactor}."));
        else if (entry.Factor != 1 && !table.Factors)
            yield return new("factor", "crosswalk.no_factors", $"Entries of {table.Name} have no factor. Leave it out, or let the table have factors.");
        else if (entry.Factor != Math.Round(entry.Factor, 12))
            yield return new("factor", "crosswalk.factor_decimals", "A factor has at most 12 decimals.");
        if (entry is { From: { } from, Until: { } until } && from >= until)
            yield return new("until", "crosswalk.dates", "It would end before it begins. The end is the first moment at which it does not count any more.");
        if (entry.Note.Length > LongestNote)
            yield return new("note", "crosswalk.note_length", $"A note has at most {LongestNote} characters.");
        if (knowsOurs is not null && entry.Ours != Wildcard && !knowsOurs(entry.Ours))
            yield return new("ours", "crosswalk.not_in_master", $"'{entry.Ours}' is not in the list of our codes that is loaded for {table.Name}.");
    }

    /// <summary>A plain decimal number with a point, or with a comma where that is said.</summary>
    public static bool TryFactor(string text, bool decimalComma, out decimal factor)
    {
        var written = decimalComma ? text.Replace(".", "", StringComparison.Ordinal).Replace(',', '.') : text;
        factor = 0;
        return NumberForm().IsMatch(written) && decimal.TryParse(written, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out factor);
    }

    private static IEnumerable<CrosswalkProblem> WildcardProblems(CrosswalkTable table, CrosswalkEntry entry)
    {
        var (theirs, ours) = (entry.Theirs == Wildcard, entry.Ours == Wildcard);
        if (!theirs && !ours)
            yield break;
        if (!table.Wildcard)
            yield return new(theirs ? "theirs" : "ours", "crosswalk.no_wildcard", $"* is not allowed in {table.Name}: a code without an entry is to be noticed. Let the table have wildcards if that is right.");
        else if (theirs && !ours && entry.Directions != CrosswalkDirections.ToOurs)
            yield return new("direction", "crosswalk.wildcard_direction", "Every other code of theirs becomes one of ours; the way back would be a guess. The direction is to-ours.");
        else if (ours && !theirs && entry.Directions != CrosswalkDirections.ToTheirs)
            yield return new("direction", "crosswalk.wildcard_direction", "Every other code of ours becomes one of theirs; the way back would be a guess. The direction is to-theirs.");
    }

    [GeneratedRegex(@"^[0-9]{1,16}(\.[0-9]{1,16})?$")]
    private static partial Regex NumberForm();
}
