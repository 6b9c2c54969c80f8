using System.Text.Json;
using Connectors.Protocols.Edi.Schemas;

namespace Connectors.Protocols.Edi.Reading;

/// <summary>
/// HL loops as the tree that their numbers make (HL01 own number, HL02 the one above, HL03 level), and the wanted level also as a flat
/// list, each entry with values of the levels above it: a shipment's items with their order's number and their carton's label.
/// </summary>
internal sealed class HierarchyJson(SetText text, EdiSet set, Utf8JsonWriter json, SetJson content, ElementJson elements)
{
    private const int MostDepth = 12;
    private const int LongestValue = 80;

    /// <summary>A level may have many segments and many levels below it that ask for one of them.</summary>
    private readonly Dictionary<(LoopNode, LeafValue), string?> _found = [];

    public void Write(SchemaItem item, IReadOnlyList<LoopNode> loops)
    {
        var (parents, children, depth) = Tree(loops);
        json.WriteStartArray(item.Name);
        for (var i = 0; i < loops.Count; i++)
            if (parents[i] < 0)
                Level(item, loops, children, i);
        json.WriteEndArray();
        if (item.Leaves is not { } leaves)
            return;
        json.WriteStartArray(leaves.Name);
        for (var i = 0; i < loops.Count; i++)
            if (LevelOf(loops[i]) == leaves.Level)
                Leaf(item, leaves, loops, parents, i);
        json.WriteEndArray();
    }

    private (int[] Parents, List<int>?[] Children, int[] Depth) Tree(IReadOnlyList<LoopNode> loops)
    {
        var byNumber = new Dictionary<string, int>(StringComparer.Ordinal);
        var (parents, children, depth) = (new int[loops.Count], new List<int>?[loops.Count], new int[loops.Count]);
        for (var i = 0; i < loops.Count; i++)
        {
            var segment = text[loops[i].Segment];
            var place = new EdiProblem(EdiFault.ElementCode, "") { Segment = loops[i].Segment + 1, Tag = "HL", Loop = loops[i].Path };
            var (number, above) = (text.Read(segment.Element(1)).Trim(), text.Read(segment.Element(2)).Trim());
            parents[i] = -1;
            if (above.Length > 0 && !byNumber.TryGetValue(above, out parents[i]))
            {
                parents[i] = -1;
                set.Add(place with { Element = 2, Message = "The level above is none of those before it." });
            }
            else if (parents[i] >= 0 && (depth[i] = depth[parents[i]] + 1) > MostDepth)
            {
                (parents[i], depth[i]) = (-1, 0);
                set.Add(place with { Element = 2, Message = $"Levels are nested more than {MostDepth} deep." });
            }

            if (!byNumber.TryAdd(number, i))
                set.Add(place with { Element = 1, Message = "Another level has the same number." });
            if (parents[i] >= 0)
                (children[parents[i]] ??= []).Add(i);
        }

        return (parents, children, depth);
    }

    private void Level(SchemaItem item, IReadOnlyList<LoopNode> loops, List<int>?[] children, int at)
    {
        json.WriteStartObject();
        elements.Write(loops[at].Segment, item, loops[at].Path);
        content.Items(loops[at]);
        if (children[at] is { } below)
        {
            json.WriteStartArray("children");
            foreach (var child in below)
                Level(item, loops, children, child);
            json.WriteEndArray();
        }

        json.WriteEndObject();
    }

    private void Leaf(SchemaItem item, LeafSpec leaves, IReadOnlyList<LoopNode> loops, int[] parents, int at)
    {
        json.WriteStartObject();
        var known = set.Problems.Count;
        elements.Write(loops[at].Segment, item, loops[at].Path);
        content.Items(loops[at]);
        // What is wrong with it was noted when it was written within the tree.
        set.Problems.RemoveRange(known, set.Problems.Count - known);
        foreach (var value in leaves.With)
            for (var up = at; up >= 0; up = parents[up])
                if (LevelOf(loops[up]) == value.Level && Cached(loops[up], value) is { Length: > 0 } found)
                {
                    json.WriteString(value.Name, found);
                    break;
                }

        json.WriteEndObject();
    }

    private string? Cached(LoopNode loop, LeafValue value) =>
        _found.TryGetValue((loop, value), out var known) ? known : _found[(loop, value)] = Find(loop, value);

    /// <summary>Cut, since each entry repeats it.</summary>
    private string? Find(LoopNode loop, LeafValue value)
    {
        foreach (var found in loop.Found)
            foreach (var (index, _) in found ?? [])
                if (text[index] is var segment && EdiText.Tag(segment.Tag) == value.Segment && (value.Qualifier.Length == 0 || text.Read(segment.Element(1)) == value.Qualifier)
                    && EdiText.Label(segment.Component(value.Position, 1), text.Separators, text.Characters) is { Length: > 0 } label)
                    return label.Length <= LongestValue ? label : label[..LongestValue];
        return null;
    }

    private string LevelOf(LoopNode loop) => EdiText.Label(text[loop.Segment].Element(3), text.Separators, text.Characters);
}
