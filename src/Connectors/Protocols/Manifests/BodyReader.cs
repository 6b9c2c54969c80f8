using Connectors.Protocols.Http.Bodies;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Connectors.Protocols.Manifests;

/// <summary>Reads a JSON body that is written as YAML: plain <c>25</c> and <c>true</c> are number and truth, everything else is text, perhaps with places.</summary>
internal static class BodyReader
{
    private const int MostDepth = 16;

    /// <param name="parse">Compiles a text with places; it notes what is wrong, and returns null then.</param>
    /// <param name="counts">Places that go out as numbers when they stand alone.</param>
    public static BodyTemplate<T>? Read<T>(YamlMap map, string key, Func<string, T?> parse, IReadOnlyCollection<string> counts) where T : class
    {
        if (map.Tree(key) is not { } node)
            return null;
        if (node is YamlMappingNode && Node(map, key, node, parse, counts, 0) is { } root)
            return new(root);
        if (node is not YamlMappingNode)
            map.Problem(key, "A mapping of names to values is expected, as the JSON object that is sent.");
        return null;
    }

    private static BodyNode<T>? Node<T>(YamlMap map, string key, YamlNode node, Func<string, T?> parse, IReadOnlyCollection<string> counts, int depth) where T : class
    {
        if (depth > MostDepth)
        {
            map.Problem(key, $"It is nested more than {MostDepth} deep.");
            return null;
        }

        switch (node)
        {
            case YamlMappingNode members:
                var all = members.Children.Select(c => (Name: (c.Key as YamlScalarNode)?.Value, Value: Node(map, key, c.Value, parse, counts, depth + 1))).ToList();
                return all.TrueForAll(m => m is { Name: not null, Value: not null }) ? new BodyNode<T>.Members([.. all.Select(m => KeyValuePair.Create(m.Name!, m.Value!))]) : null;
            case YamlSequenceNode entries:
                var list = entries.Children.Select(c => Node(map, key, c, parse, counts, depth + 1)).ToList();
                return list.TrueForAll(e => e is not null) ? new BodyNode<T>.Entries(list!) : null;
            case YamlScalarNode { Value: var text, Style: var style }:
                return Scalar(text ?? "", style == ScalarStyle.Plain, parse, counts);
            default:
                map.Problem(key, "Values, lists and mappings are expected.");
                return null;
        }
    }

    private static BodyNode<T>? Scalar<T>(string text, bool plain, Func<string, T?> parse, IReadOnlyCollection<string> counts) where T : class
    {
        if (plain && text is "" or "null" or "~")
            return new BodyNode<T>.Raw("null");
        if (plain && (text is "true" or "false" || decimal.TryParse(text, System.Globalization.NumberStyles.AllowLeadingSign | System.Globalization.NumberStyles.AllowDecimalPoint, System.Globalization.CultureInfo.InvariantCulture, out _)))
            return new BodyNode<T>.Raw(text);
        if (!text.Contains('{', StringComparison.Ordinal))
            return new BodyNode<T>.Raw(System.Text.Json.JsonSerializer.Serialize(text));
        var alone = text[0] == '{' && text.IndexOf('}', StringComparison.Ordinal) == text.Length - 1;
        return parse(text) is { } parsed ? new BodyNode<T>.Text(parsed, alone, alone && counts.Contains(text[1..^1])) : null;
    }
}
