using ControlPlane.Domain.Crosswalks;

namespace ControlPlane.Domain.Mappings;

/// <summary>How one outgoing document is made from the canonical ones: rows, not a script, so that people can read and edit it.</summary>
/// <param name="Name">Lower-case with hyphens: <c>sales-order</c>.</param>
public sealed record MappingTemplate(string Name, IReadOnlyList<MappingRow> Rows);

/// <summary>One value of the target document: where it goes, where it comes from, and what it becomes on the way.</summary>
public sealed record MappingRow
{
    /// <summary>
    /// Dots nest objects, <c>[]</c> repeats for each line (once per path), <c>[+]</c> is one more item after the lines,
    /// written when all that it requires has a value other than zero, <c>[0]</c> is a fixed place in a list:
    /// <c>shipTo.city</c>, <c>salesOrderLines[].quantity</c>, <c>salesOrderLines[+].unitPrice</c>, <c>parcels[0].weight</c>.
    /// </summary>
    public required string Target { get; init; }

    /// <summary>Paths as <see cref="SourcePaths"/> lists them; the first that has a value wins. Empty when <see cref="Value"/> is given.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>A constant instead of a source.</summary>
    public string? Value { get; init; }

    /// <summary>As <see cref="ValueConversion"/> reads it: <c>money-decimal</c>, <c>date</c>, <c>upper, cut:20</c>; null = as the source is.</summary>
    public string? Convert { get; init; }

    /// <summary>Code equivalences, applied to the text: source value (in any case) → target value. <c>*</c> stands for all others; without it they pass unchanged.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }

    /// <summary>Code equivalences that are kept apart from the mapping, for all who use them; in place of <see cref="Values"/>.</summary>
    public CrosswalkRule? Crosswalk { get; init; }

    /// <summary>Written when no source has a value.</summary>
    public string? Default { get; init; }

    /// <summary>True: without a value the document is refused. False: the target is left out.</summary>
    public bool Required { get; init; }

    /// <summary>Where the row stands in its file, counted from 1; 0 when it has none.</summary>
    public int FileLine { get; init; }
}

/// <summary>What is wrong with a template, for the person who wrote it.</summary>
/// <param name="Row">Counted from 1; 0 = the template as a whole.</param>
/// <param name="FileLine">Counted from 1; 0 when unknown.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record MappingProblem(string Template, int Row, int FileLine, string Message)
{
    public override string ToString() =>
        (FileLine > 0 ? $"line {FileLine}: " : "") + (Row > 0 ? $"mapping {Template}, row {Row}: " : $"mapping {Template}: ") + Message;
}
