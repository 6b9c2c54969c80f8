using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Connectors.Protocols.Manifests.Editing;

/// <summary>Which way the rows of a list map.</summary>
public enum RowDirection : byte
{
    Order,
    Shipment,
    Outgoing,
}

/// <param name="Path">Where it stands, below <c>spec</c>: <c>receive.documents[0].order</c>, <c>mappings[1]</c>.</param>
/// <param name="Name">For people: the mapping's name, or the topics.</param>
/// <param name="LinesAt">Where an incoming document has its lines; null when it has none, or goes out.</param>
public sealed record RowList(string Path, string Name, RowDirection Direction, string? LinesAt, IReadOnlyList<ListedRow> Rows);

/// <param name="Number">Counted from 1.</param>
/// <param name="FirstLine">In the document, counted from 1; a problem between it and <paramref name="LastLine"/> is the row's.</param>
/// <param name="ByForm">False when it holds comments, which a form would lose: then it is edited as text.</param>
public sealed record ListedRow(int Number, int FirstLine, int LastLine, bool ByForm, RowEdit Edit);

/// <summary>
/// The rows of a connector's document, found in its text and changed in its text: everything else, comments and all, stays byte for byte.
/// The text is the truth; a form is a way to write it. Pure.
/// </summary>
public static class RowLists
{
    /// <summary>Empty when the text is no readable YAML, or has no rows.</summary>
    public static IReadOnlyList<RowList> Of(string yaml) => [.. Find(yaml).Select(l => l.List)];

    /// <summary>The text with one row changed; the same text when there is no such row, or it has to be edited as text.</summary>
    public static string Set(string yaml, string path, int number, RowEdit edit) =>
        Row(yaml, path, number, out var found) is { } row && found!.List.Rows[number - 1].ByForm ? yaml[..Start(row)] + edit.ToYaml() + yaml[End(yaml, row)..] : yaml;

    /// <summary>The text with a row more, at the end of the list.</summary>
    public static string Add(string yaml, string path, RowEdit edit)
    {
        if (Find(yaml).FirstOrDefault(l => l.List.Path == path) is not { } found)
            return yaml;
        if (found.Nodes.Count == 0)
            return yaml[..Start(found.Sequence)] + $"[{edit.ToYaml()}]" + yaml[End(yaml, found.Sequence)..];
        var (last, at) = (found.Nodes[^1], End(yaml, found.Nodes[^1]));
        if (found.Sequence.Style == SequenceStyle.Flow)
            return yaml[..at] + ", " + edit.ToYaml() + yaml[at..];
        // Behind a comment that ends the line of the last row.
        var line = yaml.IndexOf('\n', at) is >= 0 and var end ? end : yaml.Length;
        return yaml[..line] + "\n" + Lead(yaml, Start(last)) + "- " + edit.ToYaml() + yaml[line..];
    }

    /// <summary>The text without a row. The last row of a list stays: a list needs one.</summary>
    public static string Remove(string yaml, string path, int number)
    {
        if (Row(yaml, path, number, out var found) is not { } row || found!.Nodes.Count == 1)
            return yaml;
        if (found.Sequence.Style == SequenceStyle.Flow)
            return number == 1 ? yaml[..Start(row)] + yaml[Start(found.Nodes[1])..] : yaml[..End(yaml, found.Nodes[number - 2])] + yaml[End(yaml, row)..];
        var from = yaml.LastIndexOf('\n', Start(row)) + 1;
        var to = yaml.IndexOf('\n', End(yaml, row));
        return yaml[..from] + (to < 0 ? "" : yaml[(to + 1)..]);
    }

    /// <summary>The text with a row in the place of the one before it (-1) or after it (1).</summary>
    public static string Move(string yaml, string path, int number, int by)
    {
        if (by is not (-1 or 1) || Row(yaml, path, number, out var found) is null || Row(yaml, path, number + by, out _) is null)
            return yaml;
        var (first, second) = (found!.Nodes[Math.Min(number, number + by) - 1], found.Nodes[Math.Max(number, number + by) - 1]);
        return yaml[..Start(first)] + yaml[Start(second)..End(yaml, second)] + yaml[End(yaml, first)..Start(second)] + yaml[Start(first)..End(yaml, first)] + yaml[End(yaml, second)..];
    }

    private static YamlMappingNode? Row(string yaml, string path, int number, out Found? found)
    {
        found = Find(yaml).FirstOrDefault(l => l.List.Path == path);
        return found is not null && number >= 1 && number <= found.Nodes.Count ? found.Nodes[number - 1] : null;
    }

    private static IEnumerable<Found> Find(string yaml)
    {
        // The same guard as for reading: what a person types here must not cost more.
        if (YamlText.Root(yaml) is not YamlMappingNode root || Map(root, "spec") is not { } spec)
            yield break;
        var documents = Map(spec, "receive") is { } receive ? Maps(receive, "documents") : [];
        for (var i = 0; i < documents.Count; i++)
            foreach (var (key, direction) in new[] { ("order", RowDirection.Order), ("shipment", RowDirection.Shipment) })
                if (Map(documents[i], key) is { } mapping && List(yaml, mapping, $"receive.documents[{i}].{key}", string.Join(", ", Flow.Texts(documents[i], "topics")), direction) is { } list)
                    yield return list;
        var mappings = Maps(spec, "mappings");
        for (var i = 0; i < mappings.Count; i++)
            if (List(yaml, mappings[i], $"mappings[{i}]", Flow.Texts(mappings[i], "name").FirstOrDefault(""), RowDirection.Outgoing) is { } list)
                yield return list;
    }

    private static Found? List(string yaml, YamlMappingNode mapping, string path, string name, RowDirection direction)
    {
        if (!mapping.Children.TryGetValue("rows", out var rows) || rows is not YamlSequenceNode sequence || !sequence.Children.All(c => c is YamlMappingNode))
            return null;
        var nodes = sequence.Children.Cast<YamlMappingNode>().ToList();
        var at = Map(mapping, "lines") is { } lines ? Flow.Texts(lines, "at").FirstOrDefault() : null;
        return new(new(path, name, direction, at, [.. nodes.Select((n, i) => new ListedRow(i + 1, (int)n.Start.Line, LineOf(yaml, n), !HasComment(yaml[Start(n)..End(yaml, n)]), RowEdit.Of(n)))]), sequence, nodes);
    }

    private static int LineOf(string yaml, YamlNode node) => (int)node.Start.Line + yaml.AsSpan(Start(node), End(yaml, node) - Start(node)).Count('\n');

    private static int Start(YamlNode node) => (int)node.Start.Index;

    /// <summary>The reader gives where a node begins, and where a value ends; a list or a map ends with its bracket, or in a block with its last value.</summary>
    private static int End(string yaml, YamlNode node)
    {
        var last = node switch
        {
            YamlMappingNode { Children: { Count: > 0 } children } => Math.Max(End(yaml, children[^1].Key), End(yaml, children[^1].Value)),
            YamlSequenceNode { Children: { Count: > 0 } children } => End(yaml, children[^1]),
            YamlScalarNode => (int)node.End.Index,
            _ => Start(node),
        };
        return node switch
        {
            YamlMappingNode { Style: MappingStyle.Flow } => yaml.IndexOf('}', last) + 1,
            YamlSequenceNode { Style: SequenceStyle.Flow } => yaml.IndexOf(']', last) + 1,
            _ => last,
        };
    }

    private static string Lead(string yaml, int at)
    {
        var start = yaml.LastIndexOf('\n', Math.Max(0, at - 1)) + 1;
        var lead = start;
        while (lead < yaml.Length && yaml[lead] == ' ')
            lead++;
        return yaml[start..lead];
    }

    private static bool HasComment(string row) => row.Contains('\n', StringComparison.Ordinal) && row.Split('\n').Any(l => l.TrimStart().StartsWith('#') || l.Contains(" #", StringComparison.Ordinal));

    private static YamlMappingNode? Map(YamlMappingNode map, string key) => map.Children.TryGetValue(key, out var found) ? found as YamlMappingNode : null;

    private static IReadOnlyList<YamlMappingNode> Maps(YamlMappingNode map, string key) =>
        map.Children.TryGetValue(key, out var found) && found is YamlSequenceNode list && list.Children.All(c => c is YamlMappingNode) ? [.. list.Children.Cast<YamlMappingNode>()] : [];

    private sealed record Found(RowList List, YamlSequenceNode Sequence, IReadOnlyList<YamlMappingNode> Nodes);
}
