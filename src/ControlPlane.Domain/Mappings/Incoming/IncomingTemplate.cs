using ControlPlane.Domain.Crosswalks;

namespace ControlPlane.Domain.Mappings.Incoming;

/// <summary>What a received document becomes.</summary>
public enum IncomingKind : byte
{
    Order,
    Shipment,
}

/// <summary>How a received JSON document becomes a canonical one: rows, not a script, so that people can read and edit it.</summary>
/// <param name="Name">As problems name it: <c>order</c>.</param>
/// <param name="Lines">Where its lines stand; null when no row has a target in <c>lines[]</c>.</param>
public sealed record IncomingTemplate(string Name, IncomingKind Kind, IncomingLines? Lines, IReadOnlyList<IncomingRow> Rows);

/// <param name="At">Path of the lines: <c>$.line_items[]</c>; may run through several lists.</param>
/// <param name="Only">All must hold for a line, or it is left out: the invisible half of a bundle, a cancelled line.</param>
public sealed record IncomingLines(string At, IReadOnlyList<IncomingCondition> Only, int FileLine = 0);

/// <summary>Something about a document or a line. Where the path leads to several places, one is enough for <paramref name="Is"/> and <paramref name="Present"/>.</summary>
/// <param name="Is">The value is one of these, in any case; empty = anything.</param>
/// <param name="Not">The value is none of these; nothing there fits, too.</param>
/// <param name="Present">Whether something stands there; null = does not matter.</param>
public sealed record IncomingCondition(string At, IReadOnlyList<string> Is, IReadOnlyList<string> Not, bool? Present, int FileLine = 0);

/// <summary>One value of the canonical document.</summary>
public sealed record IncomingRow
{
    /// <summary>One of <see cref="IncomingTargets"/>: <c>number</c>, <c>shipTo.city</c>, <c>lines[].sku</c>, <c>references.invoice</c>.</summary>
    public required string Target { get; init; }

    /// <summary>
    /// Paths as <see cref="DocumentPath"/> reads them, or <c>position</c> (of the line, from 1), <c>receivedAt</c>, <c>settings.name</c>; the first that has a value wins.
    /// </summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>A constant instead of a source.</summary>
    public string? Value { get; init; }

    /// <summary>Puts the values of all sources together with this between them: first and last name.</summary>
    public string? Join { get; init; }

    /// <summary>JavaScript over the values of <see cref="With"/>, where rows cannot say it: <c>cost / quantity</c>.</summary>
    public string? Expression { get; init; }

    /// <summary>Name in the expression → source. Numbers come as numbers, all else as text, nothing as null.</summary>
    public IReadOnlyDictionary<string, string> With { get; init; } = new Dictionary<string, string>();

    /// <summary>As <see cref="IncomingConversion"/> reads it: <c>minor</c>, <c>unix</c>, <c>upper, cut:20</c>, <c>local:Europe/Berlin</c>.</summary>
    public string? Convert { get; init; }

    /// <summary>Code equivalences, as <see cref="MappingRow.Values"/>.</summary>
    public IReadOnlyDictionary<string, string>? Values { get; init; }

    /// <summary>Code equivalences that are kept apart from the mapping, as <see cref="MappingRow.Crosswalk"/>.</summary>
    public CrosswalkRule? Crosswalk { get; init; }

    public string? Default { get; init; }

    /// <summary>True: without a value the document is refused.</summary>
    public bool Required { get; init; }

    /// <summary>The row counts only where all of these hold.</summary>
    public IReadOnlyList<IncomingCondition> When { get; init; } = [];

    public int FileLine { get; init; }
}

/// <summary>Compiles expressions. Implemented where a JavaScript engine may be used; this assembly has none.</summary>
public interface IExpressionCompiler
{
    /// <summary>Null when it cannot be read; <paramref name="problem"/> says why.</summary>
    IExpression? Compile(string text, IReadOnlyCollection<string> names, out string problem);
}

/// <summary>Pure, bounded in time and memory, safe from any thread.</summary>
public interface IExpression
{
    /// <summary>Null when the result is nothing. <paramref name="problem"/> is empty unless it failed.</summary>
    string? Evaluate(IReadOnlyList<KeyValuePair<string, string?>> values, out string problem);
}

/// <summary>Where a value of the document came from, or why it has none.</summary>
/// <param name="Target">With the line's index: <c>lines[2].sku</c>.</param>
/// <param name="Row">Counted from 1.</param>
/// <param name="Source">The path that had the value, with the line's index; <c>default</c>, <c>value</c> or <c>expression</c>.</param>
public sealed record MappedValue(string Target, int Row, string Source, string Text)
{
    /// <summary>Why there is no value, in words; null when there is one.</summary>
    public string? Gap { get; init; }

    /// <summary>The crosswalk entry that it went through: table, scope and revision; null when it went through none.</summary>
    public string? Crosswalk { get; init; }
}
