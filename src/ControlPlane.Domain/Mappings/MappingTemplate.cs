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

    /// <summary>Puts the values of all sources together with this between them. Sources that repeat give all lines, where the target does not repeat.</summary>
    public string? Join { get; init; }

    /// <summary>JavaScript over the values of <see cref="With"/>, where rows cannot say it. Its result is text; <see cref="Convert"/> makes a number of it.</summary>
    public string? Expression { get; init; }

    /// <summary>Name in the expression → source. Numbers come as numbers, all else as text, nothing as null.</summary>
    public IReadOnlyDictionary<string, string> With { get; init; } = new Dictionary<string, string>();

    /// <summary>The row counts only where all of these hold. Several rows may have one target: the first that counts and has a value is written.</summary>
    public IReadOnlyList<MappingCondition> When { get; init; } = [];

    /// <summary>As <see cref="ValueConversion"/> reads it: <c>money-decimal</c>, <c>date</c>, <c>upper, cut:20</c>; null = as the source is.</summary>
    public string? Convert { get; init; }

    /// <summary>Code equivalences, applied to the text: source value (in any case) → target value. <c>*</c> stands for all others; without it they pass unchanged.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }

    /// <summary>Code equivalences that are kept apart from the mapping, for all who use them; in place of <see cref="Values"/>.</summary>
    public CrosswalkRule? Crosswalk { get; init; }

    /// <summary>Written when no source has a value.</summary>
    public string? Default { get; init; }

    /// <summary>What happens when there is neither a value nor a default.</summary>
    public MissingPolicy Missing { get; init; }

    /// <summary>True: without a value the document is refused. The same as <see cref="MissingPolicy.Refuse"/>.</summary>
    public bool Required { get => Missing == MissingPolicy.Refuse; init => Missing = value ? MissingPolicy.Refuse : Missing; }

    /// <summary>Where the row stands in its file, counted from 1; 0 when it has none.</summary>
    public int FileLine { get; init; }
}

/// <summary>What becomes of a target that has no value.</summary>
public enum MissingPolicy : byte
{
    /// <summary>The target is left out, name and all.</summary>
    LeaveOut,

    /// <summary>The document is refused, and the refusal names the field.</summary>
    Refuse,

    /// <summary>The target is written as <c>null</c>: for systems that clear a field that way.</summary>
    WriteNull,
}

/// <summary>Something about what a mapping reads. Where the source repeats and the row does not, one line is enough for <paramref name="Is"/> and <paramref name="Present"/>.</summary>
/// <param name="At">A path as <see cref="SourcePaths"/> lists them.</param>
/// <param name="Is">The value is one of these, in any case; empty = anything.</param>
/// <param name="Not">The value is none of these; nothing there fits, too.</param>
/// <param name="Present">Whether there is a value; null = does not matter.</param>
public sealed record MappingCondition(string At, IReadOnlyList<string> Is, IReadOnlyList<string> Not, bool? Present, int FileLine = 0);

/// <summary>What is wrong with a template, for the person who wrote it.</summary>
/// <param name="Row">Counted from 1; 0 = the template as a whole.</param>
/// <param name="FileLine">Counted from 1; 0 when unknown.</param>
/// <param name="Message">What is wrong and what is allowed.</param>
public sealed record MappingProblem(string Template, int Row, int FileLine, string Message)
{
    public override string ToString() =>
        (FileLine > 0 ? $"line {FileLine}: " : "") + (Row > 0 ? $"mapping {Template}, row {Row}: " : $"mapping {Template}: ") + Message;
}
