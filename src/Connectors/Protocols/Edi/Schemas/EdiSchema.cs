namespace Connectors.Protocols.Edi.Schemas;

/// <summary>What a transaction set or message consists of, and how its parts are called in JSON. Both ways: it reads and it writes.</summary>
/// <param name="Standard"><c>x12</c> or <c>edifact</c>.</param>
/// <param name="Set"><c>850</c>, <c>ORDERS</c>.</param>
/// <param name="FunctionalId">GS01 of the group that holds it; empty in EDIFACT.</param>
/// <param name="Version">For what is written, where the format says nothing else: <c>004010</c>, <c>D:96A:UN:EAN008</c>.</param>
public sealed record EdiSchema(string Standard, string Set, string Title, string FunctionalId, string Version, IReadOnlyList<SchemaItem> Items)
{
    /// <summary>Lists that reading makes from a hierarchy, so that writing passes them by.</summary>
    public IReadOnlyList<string> Derived { get; } = [.. Items.Where(i => i.Leaves is not null).Select(i => i.Leaves!.Name)];
}

/// <summary>A segment, or a loop that begins with one.</summary>
public sealed record SchemaItem
{
    public required string Segment { get; init; }

    /// <summary>Of the object or list in JSON: <c>references</c>.</summary>
    public required string Name { get; init; }

    /// <summary>True: always a list in JSON, also with one entry.</summary>
    public bool Many { get; init; }

    public int Most { get; init; } = 1;

    public bool Required { get; init; }

    /// <summary>Written also when the document has nothing for it: UNS, a count.</summary>
    public bool Always { get; init; }

    public IReadOnlyList<ElementSpec> Elements { get; init; } = [];

    public IReadOnlyList<ElementRule> Rules { get; init; } = [];

    /// <summary>What belongs to the loop beside its first segment; null for a segment alone.</summary>
    public IReadOnlyList<SchemaItem>? Items { get; init; }

    /// <summary>True for HL loops, which form a tree by their numbers.</summary>
    public bool Hierarchy { get; init; }

    /// <summary>A flat list beside the tree; null when there is none.</summary>
    public LeafSpec? Leaves { get; init; }

    /// <summary>By position, for reading in one pass.</summary>
    public IReadOnlyList<ElementSpec>?[] ByPosition { get; init; } = [];
}

/// <summary>Which levels of a tree also stand in a flat list, each with values of the levels above it.</summary>
/// <param name="Level">HL03: <c>I</c>.</param>
public sealed record LeafSpec(string Name, string Level, IReadOnlyList<LeafValue> With);

/// <param name="Level">Of the level, itself or above, that has the value.</param>
/// <param name="Qualifier">When given, only a segment whose first element is this.</param>
public sealed record LeafValue(string Name, string Level, string Segment, int Position, string Qualifier);

public enum ElementType : byte
{
    Text,

    /// <summary>A code.</summary>
    Id,

    /// <summary>Digits; with <see cref="ElementSpec.Decimals"/> the point is implied.</summary>
    Whole,
    Decimal,

    /// <summary>YYMMDD or CCYYMMDD.</summary>
    Date,

    /// <summary>HHMM, with seconds and fractions of them.</summary>
    Time,

    /// <summary>A value of DTM, whose form another component states: read as it is; ISO dates are written as CCYYMMDD, with a time as CCYYMMDDHHMM.</summary>
    Moment,
}

/// <summary>One element, component, or run of pairs.</summary>
public sealed record ElementSpec
{
    public required string Name { get; init; }

    /// <summary>From 1.</summary>
    public required int Position { get; init; }

    /// <summary>From 1; 0 for an element without components.</summary>
    public int Component { get; init; }

    /// <summary>Of qualifier and value pairs the last position; 0 otherwise.</summary>
    public int LastOfPairs { get; init; }

    public ElementType Type { get; init; }

    /// <summary>Implied, of <see cref="ElementType.Whole"/>: N2 writes 12.34 as 1234.</summary>
    public int Decimals { get; init; }

    public int Least { get; init; }

    /// <summary>0 = any length.</summary>
    public int Most { get; init; }

    public bool Required { get; init; }

    /// <summary>Empty = any.</summary>
    public IReadOnlyList<string> Codes { get; init; } = [];

    /// <summary>True: a list in JSON of the element's repeats.</summary>
    public bool Repeats { get; init; }

    /// <summary>Written when the document has none.</summary>
    public string? Default { get; init; }

    /// <summary>Tag whose segments are counted when the document has no value; empty = none.</summary>
    public string Counts { get; init; } = "";

    /// <summary>Element whose values are added up when the document has no value: <c>W0101</c>; empty = none.</summary>
    public string Sums { get; init; } = "";
}

/// <summary>A condition between elements, as X12 writes it: P0304 paired, R0203 one of them, E0203 at most one, C0405 the first needs the others, L0304 the first needs one of the others.</summary>
public sealed record ElementRule(char Kind, IReadOnlyList<int> Positions)
{
    public string Text => Kind + string.Concat(Positions.Select(p => p.ToString("00", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Position of the element that is missing or too many; 0 when the rule holds.</summary>
    public int Broken(Func<int, bool> has)
    {
        var first = has(Positions[0]);
        return Kind switch
        {
            'P' when Positions.Any(has) => Positions.FirstOrDefault(p => !has(p)),
            'R' when !Positions.Any(has) => Positions[0],
            'E' when Positions.Count(has) > 1 => Positions.Last(has),
            'C' when first => Positions.Skip(1).FirstOrDefault(p => !has(p)),
            'L' when first && !Positions.Skip(1).Any(has) => Positions[1],
            _ => 0,
        };
    }

    public static ElementRule? TryParse(string text)
    {
        if (text.Length < 5 || text.Length % 2 == 0 || text[0] is not ('P' or 'R' or 'E' or 'C' or 'L') || text.AsSpan(1).ContainsAnyExceptInRange('0', '9'))
            return null;
        var positions = Enumerable.Range(0, text.Length / 2).Select(i => (text[1 + 2 * i] - '0') * 10 + text[2 + 2 * i] - '0').ToList();
        return positions.Contains(0) ? null : new(text[0], positions);
    }
}
