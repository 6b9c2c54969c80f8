using System.Globalization;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace ControlPlane.Runtime.Estate;

/// <summary>
/// Reads a YAML mapping key by key and collects every problem with its line: an unknown key is an error, because a
/// mistyped one would otherwise be silently without effect.
/// </summary>
internal sealed partial class StrictYaml
{
    private readonly YamlMappingNode _node;
    private readonly string _path;
    private readonly ICollection<EstateProblem> _problems;
    private readonly string _source;
    private readonly HashSet<string> _asked = [];

    private StrictYaml(YamlMappingNode node, string path, string source, ICollection<EstateProblem> problems) =>
        (_node, _path, _source, _problems) = (node, path, source, problems);

    public const int MostCharacters = 1_000_000;

    /// <summary>No document of ours needs a third of it; much deeper ones exhaust the stack.</summary>
    public const int MostDepth = 32;

    /// <param name="lists">True: a document may be a list of mappings, each of which is one.</param>
    public static IReadOnlyList<StrictYaml> Documents(string text, string source, ICollection<EstateProblem> problems, bool lists = false)
    {
        var line = 0;
        try
        {
            if (Guard(text, source, ref line) is { } refused)
            {
                problems.Add(refused);
                return [];
            }

            using var reader = new StringReader(text);
            var stream = new YamlStream();
            stream.Load(reader);
            var documents = new List<StrictYaml>();
            foreach (var document in stream.Documents)
                if (document.RootNode is YamlMappingNode root)
                    documents.Add(new(root, "", source, problems));
                else if (lists && document.RootNode is YamlSequenceNode list && list.All(n => n is YamlMappingNode))
                    documents.AddRange(list.Select(n => new StrictYaml((YamlMappingNode)n, "", source, problems)));
                else
                    problems.Add(new(source, (int)document.RootNode.Start.Line, "", "A document is a mapping with kind, metadata and spec."));
            return documents;
        }
        catch (YamlException e)
        {
            problems.Add(new(source, (int)e.Start.Line, "", $"This is not YAML: {e.InnerException?.Message ?? e.Message}"));
            return [];
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // The library's scanner gives up so on some texts; it names no line, but what came before has one.
            problems.Add(new(source, line, "", $"This is not YAML after this line. Look for brackets and quotation marks that are not closed, and for tabs. ({e.Message})"));
            return [];
        }
    }

    /// <summary>Looks at the text as a stream, before it is built into a tree: depth, size, and aliases, which can multiply.</summary>
    private static EstateProblem? Guard(string text, string source, ref int line)
    {
        if (text.Length > MostCharacters)
            return new(source, 0, "", $"The document is longer than {MostCharacters} characters.");
        var parser = new Parser(new StringReader(text));
        var depth = 0;
        while (parser.MoveNext())
        {
            line = (int)parser.Current!.Start.Line;
            if (parser.Current is AnchorAlias)
                return new(source, (int)parser.Current.Start.Line, "", "Aliases (*name) are not allowed. Write the value out.");
            depth += parser.Current!.NestingIncrease;
            if (depth > MostDepth)
                return new(source, (int)parser.Current.Start.Line, "", $"The document is nested more than {MostDepth} deep.");
        }

        return null;
    }

    public int Line => (int)_node.Start.Line;

    /// <summary>As it stands there, for writers.</summary>
    public YamlMappingNode Tree => _node;

    /// <summary>The keys, in their order; asking for them is not asking for their values.</summary>
    public IReadOnlyList<string> Keys => [.. _node.Children.Keys.OfType<YamlScalarNode>().Select(k => k.Value ?? "")];

    public bool Has(string key) => Node(key) is not null;

    public decimal? Decimal(string key) => Node(key) is null ? null
        : Parse(key, 0m, "a number like 0.995", (string t, out decimal v) => decimal.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out v));

    public void Problem(string key, string message) => _problems.Add(new(_source, LineOf(key), Full(key), message));

    public string Text(string key, string? fallback = null)
    {
        if (Node(key) is YamlScalarNode scalar)
            return scalar.Value ?? "";
        if (Node(key) is not null)
            Problem(key, "A text is expected here.");
        else if (fallback is null)
            Problem(key, "This key is required.");
        return fallback ?? "";
    }

    public string? Optional(string key) => Node(key) is null ? null : Text(key, "");

    /// <summary>True when a text stands there, and not a mapping or a list.</summary>
    public bool IsText(string key) => Node(key) is YamlScalarNode;

    public bool Flag(string key, bool fallback) => Parse(key, fallback, "true or false", (string t, out bool v) => bool.TryParse(t, out v));

    public int Number(string key, int fallback, int least, int most) => Parse(
        key, fallback, string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {most}"),
        (string t, out int v) => int.TryParse(t, NumberStyles.Integer, CultureInfo.InvariantCulture, out v) && v >= least && v <= most);

    public long? Long(string key) => Node(key) is null ? null
        : Parse(key, 0L, "a whole number", (string t, out long v) => long.TryParse(t, NumberStyles.Integer, CultureInfo.InvariantCulture, out v));

    /// <summary><c>500ms</c>, <c>30s</c>, <c>15m</c>, <c>24h</c>, <c>2d</c>.</summary>
    public TimeSpan? Duration(string key, TimeSpan least, TimeSpan most)
    {
        if (Node(key) is null)
            return null;
        return Parse(key, least, $"a duration like 30s, 15m or 24h, from {Short(least)} to {Short(most)}", (string t, out TimeSpan v) => TryDuration(t, out v) && v >= least && v <= most);
    }

    public T Choice<T>(string key, IReadOnlyDictionary<string, T> choices, T fallback, bool required)
    {
        if (Node(key) is null)
        {
            if (required)
                Problem(key, $"This key is required: {string.Join(", ", choices.Keys)}.");
            return fallback;
        }

        return Parse(key, fallback, string.Join(", ", choices.Keys), (string t, out T v) => choices.TryGetValue(t, out v!));
    }

    public IReadOnlyList<string> Texts(string key)
    {
        if (Node(key) is not { } node)
            return [];
        if (node is YamlSequenceNode list && list.All(n => n is YamlScalarNode))
            return [.. list.Select(n => ((YamlScalarNode)n).Value ?? "")];
        Problem(key, "A list of texts is expected here: [one, two].");
        return [];
    }

    public IReadOnlyDictionary<string, string> Map(string key)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        if (Node(key) is not { } node)
            return result;
        if (node is not YamlMappingNode mapping || !mapping.Children.All(p => p is { Key: YamlScalarNode, Value: YamlScalarNode }))
        {
            Problem(key, "A mapping of texts is expected here.");
            return result;
        }

        foreach (var (name, value) in mapping.Children)
            result[((YamlScalarNode)name).Value ?? ""] = ((YamlScalarNode)value).Value ?? "";
        return result;
    }

    public StrictYaml? Child(string key)
    {
        if (Node(key) is YamlMappingNode mapping)
            return new(mapping, Full(key), _source, _problems);
        if (Node(key) is not null)
            Problem(key, "A mapping is expected here.");
        return null;
    }

    public IReadOnlyList<StrictYaml> Children(string key)
    {
        if (Node(key) is not { } node)
            return [];
        if (node is YamlSequenceNode list && list.All(n => n is YamlMappingNode))
            return [.. list.Select((n, i) => new StrictYaml((YamlMappingNode)n, $"{Full(key)}[{i}]", _source, _problems))];
        Problem(key, "A list of mappings is expected here.");
        return [];
    }

    /// <summary>Whatever stands under the key, unread: another reader knows it.</summary>
    public void Skip(string key) => _asked.Add(key);

    /// <summary>After everything was asked for: what nobody asked for is a mistake.</summary>
    public void Done(params string[] allowed)
    {
        foreach (var key in _node.Children.Keys.OfType<YamlScalarNode>())
            if (key.Value is { } name && !_asked.Contains(name))
                _problems.Add(new(_source, (int)key.Start.Line, Full(name), $"This key is not known here. Allowed: {string.Join(", ", _asked.Concat(allowed).Order(StringComparer.Ordinal))}."));
    }

    public static bool TryDuration(string text, out TimeSpan value)
    {
        value = default;
        var match = DurationPattern().Match(text);
        if (!match.Success || !double.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) || number > 1_000_000)
            return false;
        value = match.Groups[2].Value switch
        {
            "ms" => TimeSpan.FromMilliseconds(number),
            "s" => TimeSpan.FromSeconds(number),
            "m" => TimeSpan.FromMinutes(number),
            "h" => TimeSpan.FromHours(number),
            _ => TimeSpan.FromDays(number),
        };
        return true;
    }

    private delegate bool Reader<T>(string text, out T value);

    private T Parse<T>(string key, T fallback, string allowed, Reader<T> read)
    {
        if (Node(key) is null)
            return fallback;
        if (Node(key) is YamlScalarNode { Value: { } text } && read(text, out var value))
            return value;
        Problem(key, $"Expected {allowed}.");
        return fallback;
    }

    private YamlNode? Node(string key)
    {
        _asked.Add(key);
        return _node.Children.TryGetValue(new YamlScalarNode(key), out var node) && node is not YamlScalarNode { Value: null or "" or "~" or "null", Style: ScalarStyle.Plain } ? node : null;
    }

    private int LineOf(string key) => _node.Children.FirstOrDefault(p => (p.Key as YamlScalarNode)?.Value == key).Key is { } node ? (int)node.Start.Line : Line;

    private string Full(string key) => _path.Length == 0 ? key : $"{_path}.{key}";

    private static string Short(TimeSpan time) => time.TotalDays >= 1 ? $"{time.TotalDays:0.#}d" : time.TotalHours >= 1 ? $"{time.TotalHours:0.#}h" : time.TotalMinutes >= 1 ? $"{time.TotalMinutes:0.#}m" : $"{time.TotalSeconds:0.#}s";

    [GeneratedRegex(@"^(\d+(?:\.\d+)?)(ms|s|m|h|d)$")]
    private static partial Regex DurationPattern();
}
