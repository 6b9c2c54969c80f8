using System.Text.RegularExpressions;
using Connectors.Protocols.Manifests;

namespace Connectors.Protocols.Edi.Schemas;

/// <summary>Reads a schema from YAML: <c>set</c>, <c>title</c>, <c>functionalId</c>, <c>version</c>, and <c>items</c> of segments and loops.</summary>
internal static partial class SchemaReader
{
    private const int MostDepth = 12;

    /// <summary>Names that reading itself gives.</summary>
    private static readonly string[] Taken = ["interchange", "group", "set", "acknowledgement", "segments", "other", "children"];

    /// <summary>Null when there are problems, all of which are then noted.</summary>
    public static EdiSchema? Read(YamlMap map, string standard)
    {
        var before = map.Problems.Found.Count;
        var set = map.Required("set");
        var items = Items(map, 0);
        if (items.Count == 0)
            map.Problem("items", "It is empty. List the segments of the set, without its head and trailer.");
        var schema = new EdiSchema(standard, set, map.Text("title") ?? set, map.Text("functionalId") ?? "", map.Text("version") ?? "", items);
        map.Done();
        return map.Problems.Found.Count > before ? null : schema;
    }

    private static List<SchemaItem> Items(YamlMap map, int depth)
    {
        var items = new List<SchemaItem>();
        foreach (var entry in map.Maps("items"))
        {
            if (depth > MostDepth)
                entry.Problem("items", $"Loops are nested more than {MostDepth} deep.");
            else
                items.Add(Item(entry, depth));
            if (items.Count > 0 && items.SkipLast(1).Any(i => i.Name == items[^1].Name))
                entry.Problem(entry.Has("as") ? "as" : "loop", $"'{items[^1].Name}' stands there twice.");
            entry.Done();
        }

        return items;
    }

    private static SchemaItem Item(YamlMap map, int depth)
    {
        var segment = map.Required("segment");
        if (segment.Length > 0 && !Tag().IsMatch(segment))
            map.Problem("segment", $"'{segment}' is no segment. Allowed: two or three capital letters and digits.");
        var loop = map.Text("loop");
        var tree = map.Text("tree");
        var written = loop ?? tree ?? map.Required("as");
        var many = loop is not null || tree is not null || written.EndsWith("[]", StringComparison.Ordinal);
        var name = written.EndsWith("[]", StringComparison.Ordinal) ? written[..^2] : written;
        if (!Name().IsMatch(name) || Taken.Contains(name))
            map.Problem(loop is not null ? "loop" : tree is not null ? "tree" : "as", $"'{written}' cannot be a name. Allowed: a small letter, then letters and digits, [] behind for a list; not {string.Join(", ", Taken)}.");
        if (depth > 0 && tree is not null)
            map.Problem("tree", "A tree stands at the first level of a set.");
        var elements = Elements(map);
        var item = new SchemaItem
        {
            Segment = segment,
            Name = name,
            Many = many,
            Most = (int)(map.Number("max", 1, 1_000_000) ?? (many ? 1_000_000 : 1)),
            Required = map.Flag("required"),
            Always = map.Flag("always"),
            Elements = elements,
            ByPosition = ByPosition(elements),
            Rules = Rules(map),
            Items = loop is null && tree is null ? null : Items(map, depth + 1),
            Hierarchy = tree is not null,
            Leaves = map.Map("leaves") is { } leaves ? Leaves(leaves) : null,
        };
        foreach (var inner in item.Items ?? [])
            if (elements.Exists(e => e.Name == inner.Name))
                map.Problem("items", $"'{inner.Name}' is an element of the loop's first segment and one of its items, too.");
        foreach (var value in item.Leaves?.With ?? [])
            if (elements.Exists(e => e.Name == value.Name) || item.Items!.Any(i => i.Name == value.Name))
                map.Problem("leaves", $"'{value.Name}' is the name of an element or item of the level, too.");
        return item;
    }

    private static List<ElementSpec> Elements(YamlMap map)
    {
        var elements = new List<ElementSpec>();
        foreach (var (name, text) in map.Pairs("elements"))
            if (!Name().IsMatch(name) || name is "other" or "children")
                map.Problem("elements", $"'{name}' cannot be a name. Allowed: a small letter, then letters and digits.");
            else if (ElementReader.Read(name, text, out var problem) is not { } element)
                map.Problem("elements", $"{name}: {problem}");
            else if (elements.Exists(e => e.Position == element.Position && (e.Component == element.Component || e.Component == 0 || element.Component == 0)
                || e.LastOfPairs >= element.Position && e.Position <= element.Position))
                map.Problem("elements", $"{name}: Another element stands at the same place.");
            else
                elements.Add(element);
        return elements;
    }

    private static IReadOnlyList<ElementSpec>?[] ByPosition(List<ElementSpec> elements)
    {
        var last = elements.Count == 0 ? 0 : elements.Max(e => Math.Max(e.Position, e.LastOfPairs));
        var places = new IReadOnlyList<ElementSpec>?[last + 1];
        for (var at = 1; at <= last; at++)
            if (elements.Where(e => e.Position == at || e.Position <= at && e.LastOfPairs >= at).OrderBy(e => e.Component).ToList() is { Count: > 0 } here)
                places[at] = here;
        return places;
    }

    private static List<ElementRule> Rules(YamlMap map)
    {
        var rules = new List<ElementRule>();
        foreach (var text in map.Texts("rules"))
            if (ElementRule.TryParse(text) is { } rule)
                rules.Add(rule);
            else
                map.Problem("rules", $"'{text}' is no rule. Allowed: P, R, E, C or L with places of two digits, such as P0304.");
        return rules;
    }

    private static LeafSpec Leaves(YamlMap map)
    {
        var with = new List<LeafValue>();
        foreach (var (name, text) in map.Pairs("with"))
            if (Leaf().Match(text) is { Success: true } m)
                with.Add(new(name, m.Groups[1].Value, m.Groups[2].Value, int.Parse(m.Groups[3].Value, System.Globalization.CultureInfo.InvariantCulture), m.Groups[4].Value));
            else
                map.Problem("with", $"{name}: '{text}' is not understood. Allowed: level, segment and place, such as O.PRF01, and a first element in brackets, such as S.REF02[CN].");
        var leaves = new LeafSpec(map.Required("as"), map.Required("level"), with);
        map.Done();
        return leaves;
    }

    [GeneratedRegex("^[A-Z][A-Z0-9]{1,2}$")]
    private static partial Regex Tag();

    [GeneratedRegex("^[a-z][A-Za-z0-9]{0,39}$")]
    private static partial Regex Name();

    [GeneratedRegex(@"^([A-Z0-9]{1,2})\.([A-Z][A-Z0-9]{1,2})(\d\d)(?:\[([A-Z0-9]{1,3})\])?$")]
    private static partial Regex Leaf();
}
