using Connectors.Protocols.Edi.Schemas;

namespace Connectors.Protocols.Edi.Reading;

/// <summary>One occurrence of a loop, or the set itself.</summary>
/// <param name="Segment">Index of its first segment; -1 for the set.</param>
internal sealed class LoopNode(SchemaItem? item, IReadOnlyList<SchemaItem> items, int segment, LoopNode? parent)
{
    public SchemaItem? Item => item;

    public IReadOnlyList<SchemaItem> Items => items;

    public int Segment => segment;

    public LoopNode? Parent => parent;

    /// <summary>What was found for each item.</summary>
    public List<(int Segment, LoopNode? Loop)>?[] Found { get; } = new List<(int, LoopNode?)>?[items.Count];

    /// <summary>Segments that the schema does not have here.</summary>
    public List<int>? Other { get; set; }

    /// <summary>The item of the last segment: what follows is looked for from here on.</summary>
    public int Cursor { get; set; }

    public string Path => item is null ? "" : parent?.Path is { Length: > 0 } of ? $"{of}.{item.Name}" : item.Name;
}

/// <summary>
/// Finds the place of each segment in the schema. First onwards in the innermost open loop, then onwards in those around it, so that a
/// repeated first segment begins the loop anew; then backwards in the innermost loop, since partners do not keep to the order within one.
/// What fits nowhere is kept with the loop in which it came.
/// </summary>
internal static class SetMatcher
{
    /// <param name="text">All segments of the set; the first and the last one are head and trailer.</param>
    public static LoopNode Match(SetText text, EdiSchema schema, EdiSet set, int last)
    {
        var root = new LoopNode(null, schema.Items, -1, null);
        var open = root;
        for (var i = 1; i < last; i++)
        {
            var segment = text[i];
            if (!EdiText.IsTag(segment.Tag))
            {
                set.Add(new(EdiFault.SegmentUnknown, segment.Raw.IsEmpty ? "The segment is empty." : "The segment has no tag of two or three capital letters and digits.") { Segment = i + 1, Tag = "???" });
                (open.Other ??= []).Add(i);
                continue;
            }

            open = Place(open, EdiText.Tag(segment.Tag), i, set);
        }

        Missing(root, set, last);
        return root;
    }

    private static LoopNode Place(LoopNode open, string tag, int segment, EdiSet set)
    {
        for (var node = open; node is not null; node = node.Parent)
            for (var at = node.Cursor; at < node.Items.Count; at++)
                if (node.Items[at].Segment == tag && HasRoom(node, at))
                    return Put(node, at, segment);
        for (var at = 0; at < open.Cursor; at++)
            if (open.Items[at].Segment == tag && HasRoom(open, at))
                return Put(open, at, segment);
        // What stands there once cannot be meant for another place, so that it is taken out of order, too.
        for (var node = open.Parent; node is not null; node = node.Parent)
            for (var at = 0; at < node.Cursor; at++)
                if (node.Items[at] is { Many: false } && node.Items[at].Segment == tag && node.Found[at] is null)
                    return Put(node, at, segment);
        for (var node = open; node is not null; node = node.Parent)
            if (node.Items.Where(i => i.Segment == tag).ToList() is [var full] && !HasRoom(node, node.Items.ToList().IndexOf(full)))
            {
                set.Add(new(full.Items is null ? EdiFault.SegmentTooOften : EdiFault.LoopTooOften, $"It stands there more often than {full.Most} {(full.Most == 1 ? "time" : "times")}.") { Segment = segment + 1, Tag = tag, Loop = node.Path });
                break;
            }

        (open.Other ??= []).Add(segment);
        return open;
    }

    private static bool HasRoom(LoopNode node, int at) => (node.Found[at]?.Count ?? 0) < node.Items[at].Most;

    private static LoopNode Put(LoopNode node, int at, int segment)
    {
        node.Cursor = at;
        var item = node.Items[at];
        var loop = item.Items is { } items ? new LoopNode(item, items, segment, node) : null;
        (node.Found[at] ??= []).Add((segment, loop));
        return loop ?? node;
    }

    private static void Missing(LoopNode root, EdiSet set, int last)
    {
        var due = new Stack<LoopNode>([root]);
        while (due.TryPop(out var node))
            for (var at = 0; at < node.Items.Count; at++)
            {
                if (node.Found[at] is null && node.Items[at].Required)
                    set.Add(new(EdiFault.SegmentMissing, $"{node.Items[at].Segment} is required{(node.Path.Length > 0 ? $" in each of {node.Path}" : "")}, and is not there.") { Segment = node.Segment < 0 ? last + 1 : node.Segment + 1, Tag = node.Items[at].Segment, Loop = node.Path });
                foreach (var (_, loop) in node.Found[at] ?? [])
                    if (loop is not null)
                        due.Push(loop);
            }
    }
}
