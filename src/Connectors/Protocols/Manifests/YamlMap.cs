using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Protocols.Manifests.Schema;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Connectors.Protocols.Manifests;

/// <summary>Typed access to a YAML mapping. Each wrong or unknown entry becomes a problem with its line and what is allowed.</summary>
public sealed class YamlMap(YamlMappingNode node, string path, ManifestProblems problems)
{
    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);

    public string Path => path;

    public int Line => (int)node.Start.Line;

    public ManifestProblems Problems => problems;

    public bool Has(string key) => Node(key) is not null;

    /// <summary>Whether it is a list of mappings, where a list of values is allowed, too.</summary>
    public bool HoldsMaps(string key) => Node(key) is YamlSequenceNode { Children: [YamlMappingNode, ..] };

    public int LineOf(string key) => Node(key) is { } found ? (int)found.Start.Line : Line;

    public void Problem(string key, string message) => problems.Add(LineOf(key), $"{At(key)}: {message}");

    /// <summary>Null when absent, or not a single value (then a problem is noted).</summary>
    public string? Text(string key)
    {
        Saw(key, ShapeKind.Text);
        switch (Node(key))
        {
            case null:
                return null;
            case YamlScalarNode scalar:
                return IsNull(scalar) ? null : scalar.Value;
            default:
                Problem(key, "One value is expected.");
                return null;
        }
    }

    public string Required(string key)
    {
        var text = Text(key);
        problems.Recorder?.SawRequired(path, key);
        if (string.IsNullOrEmpty(text))
            Problem(key, "A value is missing.");
        return text ?? "";
    }

    /// <summary>A required word of a closed list.</summary>
    public T Choice<T>(string key, T otherwise, params (string Word, T Value)[] choices)
    {
        var text = Text(key);
        problems.Recorder?.SawWords(path, key, choices.Select(c => c.Word));
        if (text is null)
            return otherwise;
        foreach (var (word, value) in choices)
            if (word == text)
                return value;
        Problem(key, $"'{text}' is unknown. Allowed: {string.Join(", ", choices.Select(c => c.Word))}.");
        return otherwise;
    }

    public bool Flag(string key) => Choice(key, false, ("true", true), ("false", false));

    public double? Number(string key, double least, double most)
    {
        var text = Text(key);
        Saw(key, ShapeKind.Number);
        problems.Recorder?.SawRange(path, key, least, most);
        if (text is null)
            return null;
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most)
            return number;
        Problem(key, string.Create(CultureInfo.InvariantCulture, $"'{text}' is not allowed. Allowed: a number from {least} to {most}."));
        return null;
    }

    /// <summary>One value or a list of them; empty when absent.</summary>
    public IReadOnlyList<string> Texts(string key)
    {
        Saw(key, ShapeKind.Texts);
        switch (Node(key))
        {
            case null:
                return [];
            case YamlScalarNode scalar:
                return scalar.Value is { } one && !IsNull(scalar) ? [one] : [];
            case YamlSequenceNode list when list.Children.All(c => c is YamlScalarNode { Value: not null }):
                return [.. list.Children.Select(c => ((YamlScalarNode)c).Value!)];
            default:
                Problem(key, "A value or a list of values is expected.");
                return [];
        }
    }

    /// <summary>HTTP statuses, one or a list.</summary>
    public IReadOnlyList<int> Statuses(string key)
    {
        Saw(key, ShapeKind.Statuses);
        var found = new List<int>();
        foreach (var text in Texts(key))
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 100 and <= 599)
                found.Add(status);
            else
                Problem(key, $"'{text}' is no HTTP status. Allowed: 100 to 599.");
        return found;
    }

    public YamlMap? Map(string key)
    {
        Saw(key, ShapeKind.Map);
        switch (Node(key))
        {
            case null or YamlScalarNode { Value: "" or null }:
                return null;
            case YamlMappingNode map:
                return new(map, At(key), problems);
            default:
                Problem(key, "A mapping of names to values is expected.");
                return null;
        }
    }

    public bool IsMap(string key) => Node(key) is YamlMappingNode;

    /// <summary>A list of mappings; empty when absent.</summary>
    public IReadOnlyList<YamlMap> Maps(string key)
    {
        Saw(key, ShapeKind.Maps);
        switch (Node(key))
        {
            case null or YamlScalarNode { Value: "" or null }:
                return [];
            case YamlSequenceNode list when list.Children.All(c => c is YamlMappingNode):
                return [.. list.Children.Select((c, i) => new YamlMap((YamlMappingNode)c, $"{At(key)}[{i}]", problems))];
            default:
                Problem(key, "A list of mappings is expected.");
                return [];
        }
    }

    /// <summary>Free names to single values, in the order written.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Pairs(string key)
    {
        Saw(key, ShapeKind.Pairs);
        switch (Node(key))
        {
            case null or YamlScalarNode { Value: "" or null }:
                return [];
            case YamlMappingNode map when map.Children.All(c => c.Key is YamlScalarNode { Value: not null } && c.Value is YamlScalarNode { Value: not null }):
                return [.. map.Children.Select(c => KeyValuePair.Create(((YamlScalarNode)c.Key).Value!, ((YamlScalarNode)c.Value).Value!))];
            default:
                Problem(key, "Names with one value each are expected.");
                return [];
        }
    }

    /// <summary>Whatever stands there as JSON; null when absent. Values without quotation marks are numbers and truth values where they look like it.</summary>
    public JsonNode? Json(string key)
    {
        Saw(key, ShapeKind.Any);
        return Node(key) is { } found ? YamlJson.Of(found) : null;
    }

    /// <summary>As it is written, for a body whose shape is the author's own; null when absent.</summary>
    public YamlNode? Tree(string key)
    {
        Saw(key, ShapeKind.Any);
        return Node(key);
    }

    /// <summary>Whether the value is written without quotation marks, so that <c>5</c> means a number.</summary>
    public bool IsPlain(string key) => Node(key) is YamlScalarNode { Style: ScalarStyle.Plain };

    /// <summary>As it stands, for what has a form of its own.</summary>
    public YamlNode? Raw(string key) => Tree(key);

    /// <summary>Call last: whatever was not asked for is not understood, and silence about it would be a trap.</summary>
    public void Done()
    {
        problems.Recorder?.Visit(path);
        foreach (var (key, value) in node.Children)
            if (key is not YamlScalarNode { Value: { } name } || !_asked.Contains(name))
                problems.Add((int)key.Start.Line, $"{At(key.ToString())} is not understood. Allowed: {string.Join(", ", _asked.Order(StringComparer.Ordinal))}.");
    }

    private void Saw(string key, ShapeKind kind) => problems.Recorder?.Saw(path, key, kind);

    private YamlNode? Node(string key)
    {
        _asked.Add(key);
        return node.Children.TryGetValue(new YamlScalarNode(key), out var found) ? found : null;
    }

    private string At(string key) => path.Length == 0 ? key : $"{path}.{key}";

    private static bool IsNull(YamlScalarNode scalar) => scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "null" or "~";
}
