using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Manifests;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Connectors.Protocols.Calls;

/// <summary>Reads the document of a call: YAML as it shall become JSON, with <c>{source}</c> in its texts.</summary>
internal sealed class DocumentReader(CallNames names, bool tagged, ManifestProblems problems)
{
    private static readonly string[] Lines = ["order.lines", "order.shippableLines", "shipment.lines"];

    public CallDocument Read(YamlNode node, int depth = 0)
    {
        if (depth > 32)
            return Nothing(node, "The document is nested more than 32 deep.");
        return node switch
        {
            YamlScalarNode scalar => Scalar(scalar),
            YamlSequenceNode list => new ListDocument([.. list.Children.Select(c => Entry(c, depth + 1))]),
            YamlMappingNode map when Has(map, "expression") => Expression(map),
            YamlMappingNode map => new ObjectDocument([.. map.Children.Select(c => (Text(c.Key), Read(c.Value, depth + 1)))]),
            _ => Nothing(node, "A value, a list or a mapping is expected."),
        };
    }

    public CallText Text(YamlNode node) => node is YamlScalarNode { Value: { } text } ? Text(text, Line(node)) : Text("", Line(node));

    public CallText Text(string text, int line)
    {
        if (CallText.TryParse(text, names, tagged, out var problem) is { } parsed)
            return parsed;
        problems.Add(line, problem);
        return CallText.TryParse("", names, tagged, out _)!;
    }

    /// <summary>Null with a problem noted.</summary>
    public CallSource? Source(string text, int line)
    {
        var source = CallSource.TryParse(text, names, out var problem);
        if (source is null)
            problems.Add(line, problem);
        return source;
    }

    public CallConditions Conditions(IEnumerable<YamlMap> entries)
    {
        var read = new List<(CallSource, IReadOnlyList<string>, IReadOnlyList<string>, bool?)>();
        foreach (var entry in entries)
        {
            var (@is, not, present) = (entry.Texts("is"), entry.Texts("not"), entry.Has("present") ? entry.Flag("present") : (bool?)null);
            if (@is.Count == 0 && not.Count == 0 && present is null)
                entry.Problem("is", "A condition needs is, not or present.");
            if (Source(entry.Required("at"), entry.LineOf("at")) is { } source)
                read.Add((source, @is, not, present));
            entry.Done();
        }

        return new([.. read]);
    }

    /// <summary><c>expression</c> and <c>with</c> of a mapping.</summary>
    public CallExpression? Expression(YamlMap map)
    {
        var with = new List<KeyValuePair<string, CallSource>>();
        foreach (var (name, text) in map.Pairs("with"))
            if (Source(text, map.LineOf("with")) is { } source)
                with.Add(new(name, source));
        var written = map.Required("expression");
        if (Expressions.Expressions.Instance.Compile(written, [.. with.Select(w => w.Key)], out var problem) is { } compiled)
            return new(written, compiled, with);
        map.Problem("expression", problem);
        return null;
    }

    /// <summary>Lines, or a path into an answer, that something repeats over; and a reader for what it repeats.</summary>
    public (string Lines, CallSource? Of, DocumentReader Within) Each(string text, int line)
    {
        if (Lines.Contains(text) && names.Mapping)
            return (text, null, new(names with { Line = text }, tagged, problems));
        var source = Source(text, line);
        if (source is { Entries: null })
            problems.Add(line, $"'{text}' holds no entries. Allowed: {string.Join(", ", Lines)}, or a path into an answer with [].");
        return ("", source?.Entries is null ? null : source, new(names with { Item = true }, tagged, problems));
    }

    private CallDocument Entry(YamlNode node, int depth)
    {
        if (node is not YamlMappingNode map || !Has(map, "item"))
            return Read(node, depth);
        var entry = new YamlMap(map, "", problems);
        var (lines, of, within) = entry.Text("each") is { } each ? Each(each, entry.LineOf("each")) : ("", null, this);
        var when = within.Conditions(entry.Maps("when"));
        if (!entry.Has("each") && !entry.Has("when"))
            entry.Problem("item", "It stands behind each:, which says for what, or when:, which says under which conditions.");
        var item = within.Read(entry.Raw("item")!, depth + 1);
        entry.Done();
        return new EachDocument(lines, of, when, item);
    }

    private CallDocument Expression(YamlMappingNode node)
    {
        var map = new YamlMap(node, "", problems);
        CallConversion? conversion = null;
        if (map.Text("convert") is { } convert && (conversion = CallConversion.TryParse(convert, tagged, out var problem)) is null)
            map.Problem("convert", problem);
        var expression = Expression(map);
        map.Done();
        return expression is null ? new ListDocument([]) : new ExpressionDocument(expression, conversion);
    }

    private CallDocument Scalar(YamlScalarNode scalar)
    {
        var text = scalar.Value ?? "";
        if (text.Contains('{', StringComparison.Ordinal))
            return new TextDocument(Text(text, Line(scalar)));
        object? value = scalar.Style != ScalarStyle.Plain ? text
            : text is "" or "null" or "~" ? null
            : text is "true" or "false" ? text == "true"
            : text is not ['0', >= '0' and <= '9', ..] && decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number
            : text;
        return new LiteralDocument(JsonSerializer.SerializeToElement(value));
    }

    private ListDocument Nothing(YamlNode node, string problem)
    {
        problems.Add(Line(node), problem);
        return new([]);
    }

    private static bool Has(YamlMappingNode map, string key) => map.Children.ContainsKey(new YamlScalarNode(key));

    private static int Line(YamlNode node) => (int)node.Start.Line;
}
