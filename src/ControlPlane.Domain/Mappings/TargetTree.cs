using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Domain.Mappings;

/// <param name="Index">Null: no list. Otherwise a fixed place, or one of the constants of <see cref="TargetPath"/>.</param>
internal readonly record struct TargetSegment(string Name, int? Index);

internal static class TargetPath
{
    /// <summary>Written <c>[]</c>.</summary>
    public const int EachLine = -1;

    /// <summary>Written <c>[+]</c>: one more item behind those of the lines.</summary>
    public const int AfterLines = -2;

    private const int MostDepth = 12;
    private const int MostPlaces = 50;

    public static bool TryParse(string text, out TargetSegment[] path, out string problem)
    {
        path = [.. text.Split('.').Select(Segment)];
        problem = path.Any(s => s.Name.Length == 0)
            ? $"The target '{text}' is not readable. Allowed: names joined by dots, each with [] for each line, [+] for one more item after the lines, or [0] to [{MostPlaces - 1}] behind it."
            : path.Length > MostDepth ? $"The target '{text}' is more than {MostDepth} deep."
            : path.Count(s => s.Index < 0) > 1 ? $"The target '{text}' repeats twice. One [] is allowed."
            : "";
        return problem.Length == 0;
    }

    private static TargetSegment Segment(string part)
    {
        var open = part.IndexOf('[', StringComparison.Ordinal);
        if (open < 0)
            return new(part, null);
        if (part[^1] != ']')
            return new("", null);
        var inside = part.AsSpan(open + 1, part.Length - open - 2);
        if (inside.Length == 0)
            return new(part[..open], EachLine);
        if (inside is "+")
            return new(part[..open], AfterLines);
        return int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place < MostPlaces ? new(part[..open], place) : new("", null);
    }
}

/// <summary>The target document while it is put together; members keep the order in which rows first name them.</summary>
internal sealed class TargetTree
{
    private readonly List<(string Name, TargetTree Node)> _members = [];
    private readonly SortedList<int, TargetTree> _places = [];
    private TargetTree? _each;
    private TargetTree? _after;
    private LineScope _lines;
    private readonly List<ValueNode> _values = [];

    public string? Add(TargetSegment[] path, LineScope lines, ValueNode value)
    {
        var at = this;
        foreach (var segment in path)
        {
            at = at.Member(segment.Name);
            if (segment.Index == TargetPath.EachLine)
            {
                if (at._lines != LineScope.None && lines != LineScope.None && at._lines != lines)
                    return $"'{segment.Name}[]' repeats over two different kinds of lines. Use one of order.lines[], order.shippableLines[] and shipment.lines[] for all its rows.";
                at._lines = lines == LineScope.None ? at._lines : lines;
                at = at._each ??= new();
            }
            else if (segment.Index == TargetPath.AfterLines)
            {
                at = at._after ??= new();
            }
            else if (segment.Index is { } place)
            {
                at = at._places.TryGetValue(place, out var there) ? there : at._places[place] = new();
            }
        }

        if (at._values is [.., { Always: true }])
            return "Another row has the same target already. Give the earlier one a condition (when:), or leave one of them out.";
        at._values.Add(value);
        return null;
    }

    public IEnumerable<string> Problems(string path)
    {
        var shapes = (_members.Count > 0 ? 1 : 0) + (_places.Count > 0 ? 1 : 0) + (_each is null ? 0 : 1) + (_values.Count > 0 ? 1 : 0);
        if (shapes > 1)
            yield return $"'{path}' is used both as a value and as something that holds values, or as two kinds of list. One use is allowed.";
        if (_after is not null && _each is null)
            yield return $"'{path}[+]' comes after lines that are not there. Give '{path}[]' rows, or use places: '{path}[0]'.";
        if (_each is not null && _lines == LineScope.None)
            yield return $"'{path}[]' repeats over nothing. At least one of its rows must read from order.lines[], order.shippableLines[] or shipment.lines[].";
        for (var i = 0; i < _places.Count; i++)
            if (_places.Keys[i] != i)
            {
                yield return $"'{path}[{_places.Keys[i]}]' leaves places before it empty. Places count from 0 without gaps.";
                break;
            }

        foreach (var problem in Children(path).SelectMany(c => c.Node.Problems(c.Path)))
            yield return problem;
    }

    public ObjectNode BuildObject() => new([.. _members.Select(m => (JsonEncodedText.Encode(m.Name, CompiledMapping.Encoder), m.Node.Build()))]);

    private TargetNode Build() =>
        _values.Count == 1 ? _values[0]
        : _values.Count > 1 ? new ChoiceNode([.. _values])
        : _each is not null ? new LinesNode(_lines, _each.Build(), _after?.Build())
        : _places.Count > 0 ? new ListNode([.. _places.Values.Select(p => p.Build())])
        : BuildObject();

    private IEnumerable<(string Path, TargetTree Node)> Children(string path)
    {
        var prefix = path.Length == 0 ? "" : path + ".";
        foreach (var (name, node) in _members)
            yield return (prefix + name, node);
        foreach (var (place, node) in _places)
            yield return ($"{path}[{place}]", node);
        if (_each is not null)
            yield return ($"{path}[]", _each);
        if (_after is not null)
            yield return ($"{path}[+]", _after);
    }

    private TargetTree Member(string name)
    {
        foreach (var (known, node) in _members)
            if (known == name)
                return node;
        var added = new TargetTree();
        _members.Add((name, added));
        return added;
    }
}
