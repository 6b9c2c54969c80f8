using System.Globalization;
using System.Text.RegularExpressions;

namespace Connectors.Tests.Conformance;

/// <summary>Counts what the approved outcomes say: each was read and approved by a person, and is compared by a test of its own.</summary>
public static partial class ApprovedFigures
{
    /// <summary>What, how much of it, and which file says so; only what is there.</summary>
    public static IEnumerable<(string What, string Figure, string File)> All(string root)
    {
        var here = Path.Combine(root, "tests", "Connectors.Tests", "Approved");
        foreach (var (what, name) in new[] { ("X12 interchanges", "edi-x12-outcomes"), ("EDIFACT interchanges", "edi-edifact-outcomes") })
            if (Lines(here, name) is { } lines)
                yield return (what, Say(
                    $"{lines.Count(l => l == "  written back: the same bytes")} of {lines.Count(l => l.StartsWith("  written back:", StringComparison.Ordinal))} written back to the same bytes; "
                    + $"documents in them: {lines.Count(l => Read().IsMatch(l))} read, {lines.Count(l => Refused().IsMatch(l))} refused with segment and reason"), name);
        if (Lines(here, "real-files") is { } files)
            yield return ("Delimited and fixed-width files", Say($"{Top(files, l => l.Contains("written back byte for byte", StringComparison.Ordinal))} of {Top(files)} written back byte for byte"), "real-files");
        if (Lines(here, "xml-real-documents") is { } xml)
            yield return ("XML, SOAP and IDoc documents", Say(
                $"{Top(xml, l => l.Contains("written back and read the same", StringComparison.Ordinal))} of {Top(xml)} written back and read the same; {Top(xml, l => l.EndsWith(", a fault", StringComparison.Ordinal))} are faults, which are only read; "
                + $"{Top(xml, l => l.Contains("xml.", StringComparison.Ordinal))} refused with line and column"), "xml-real-documents");
        yield return ("Files beside them that are no documents", Say($"{File.ReadAllLines(Path.Combine(here, "no-documents.txt")).Count(l => !l.StartsWith('#'))}, each with the reason; any other file is in a table of outcomes (`SampleOutcomeTests`)"), "no-documents.txt");
        if (Lines(here, "amazon-sandbox") is { } amazon)
            yield return ("Amazon's published request and answer pairs, over HTTP", Say($"{amazon.Last(l => l.Length > 0)}"), "amazon-sandbox");
        var domain = Path.Combine(root, "tests", "ControlPlane.Domain.Tests", "Approved");
        if (Lines(domain, "json-schema-2020-12") is { } schema)
            foreach (var line in schema.Where(l => Counted().IsMatch(l)))
                yield return ($"JSON Schema 2020-12, {line.Split(':')[0]} cases", line.Split(": ")[1], "json-schema-2020-12");
    }

    /// <summary>Cases of JSON Schema that are not answered as the suite says, as its own test lists them.</summary>
    public static IReadOnlyList<string> SchemaNot(string root) =>
        [.. (Lines(Path.Combine(root, "tests", "ControlPlane.Domain.Tests", "Approved"), "json-schema-2020-12") ?? []).Where(l => l.StartsWith("  not: ", StringComparison.Ordinal)).Select(l => l["  not: ".Length..])];

    private static int Top(string[] lines, Func<string, bool>? holds = null) => lines.Count(l => l.Length > 0 && l[0] != ' ' && (holds is null || holds(l)));

    private static string Say(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Say(string text) => text;

    private static string[]? Lines(string folder, string name) =>
        Path.Combine(folder, name + ".approved.txt") is var file && File.Exists(file) ? File.ReadAllText(file).ReplaceLineEndings("\n").Split('\n') : null;

    [GeneratedRegex(@"^  [^ ].*: read$")]
    private static partial Regex Read();

    [GeneratedRegex(@"^  [^ ].*: refused$|^   \(.*: refused$")]
    private static partial Regex Refused();

    [GeneratedRegex(@"^[a-z]+: \d+ of \d+$")]
    private static partial Regex Counted();
}
