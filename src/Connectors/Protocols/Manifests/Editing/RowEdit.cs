using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Connectors.Protocols.Manifests.Editing;

/// <summary>A condition as a form shows it.</summary>
/// <param name="Present">Null = does not matter.</param>
public sealed record ConditionEdit(string At, IReadOnlyList<string> Is, IReadOnlyList<string> Not, bool? Present);

/// <summary>One row as a form shows it; what the form does not know is carried along unchanged.</summary>
public sealed record RowEdit
{
    public string To { get; init; } = "";

    public IReadOnlyList<string> From { get; init; } = [];

    public string? Value { get; init; }

    /// <summary>False: written in quotation marks, so that <c>5</c> is text.</summary>
    public bool ValueIsPlain { get; init; }

    public string? Join { get; init; }

    public string? Expression { get; init; }

    public string? Convert { get; init; }

    public string? Default { get; init; }

    /// <summary><c>refuse</c>, <c>leave-out</c> or <c>write-null</c>; empty = leave-out.</summary>
    public string Missing { get; init; } = "";

    public IReadOnlyList<ConditionEdit> When { get; init; } = [];

    /// <summary>Other keys, as YAML of one line: <c>with</c>, <c>values</c>, and what other parts of the product add.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Others { get; init; } = [];

    /// <summary>In one line of YAML, as the built-in connectors write rows.</summary>
    public string ToYaml()
    {
        var parts = new List<string> { $"to: {Flow.Text(To)}" };
        if (From.Count > 0)
            parts.Add($"from: {(From.Count == 1 ? Flow.Text(From[0]) : Flow.List(From))}");
        if (Value is not null)
            parts.Add($"value: {(ValueIsPlain ? Value : Flow.Quoted(Value))}");
        Add(parts, "join", Join, quoted: true);
        Add(parts, "expression", Expression, quoted: true);
        parts.AddRange(Others.Select(o => $"{o.Key}: {o.Value}"));
        Add(parts, "convert", Convert);
        Add(parts, "default", Default, quoted: true);
        if (Missing == "refuse")
            parts.Add("required: true");
        else if (Missing is { Length: > 0 } and not "leave-out")
            parts.Add($"missing: {Missing}");
        if (When.Count > 0)
            parts.Add($"when: [{string.Join(", ", When.Select(Condition))}]");
        return $"{{ {string.Join(", ", parts)} }}";
    }

    internal static RowEdit Of(YamlMappingNode row)
    {
        string? Text(string key) => row.Children.TryGetValue(key, out var found) && found is YamlScalarNode { Value: { } value } scalar && !Flow.IsNull(scalar) ? value : null;
        var required = Text("required") == "true";
        return new()
        {
            To = Text("to") ?? "",
            From = Flow.Texts(row, "from"),
            Value = Text("value"),
            ValueIsPlain = row.Children.TryGetValue("value", out var constant) && constant is YamlScalarNode { Style: ScalarStyle.Plain },
            Join = Text("join"),
            Expression = Text("expression"),
            Convert = Text("convert"),
            Default = Text("default"),
            Missing = required ? "refuse" : Text("missing") ?? "",
            When = row.Children.TryGetValue("when", out var when) && when is YamlSequenceNode list ? [.. list.Children.OfType<YamlMappingNode>().Select(Condition)] : [],
            Others = [.. row.Children.Where(c => !Known.Contains(((YamlScalarNode)c.Key).Value)).Select(c => KeyValuePair.Create(Flow.Of(c.Key), Flow.Of(c.Value)))],
        };
    }

    private static readonly string[] Known = ["to", "from", "value", "join", "expression", "convert", "default", "required", "missing", "when"];

    private static void Add(List<string> parts, string key, string? value, bool quoted = false)
    {
        if (!string.IsNullOrEmpty(value))
            parts.Add($"{key}: {(quoted && Flow.LooksTyped(value) ? Flow.Quoted(value) : Flow.Text(value))}");
    }

    private static ConditionEdit Condition(YamlMappingNode map) => new(
        Flow.Texts(map, "at").FirstOrDefault(""), Flow.Texts(map, "is"), Flow.Texts(map, "not"), Flow.Texts(map, "present") is [var present] ? present == "true" : null);

    private static string Condition(ConditionEdit condition)
    {
        var text = new StringBuilder($"{{ at: {Flow.Text(condition.At)}");
        if (condition.Is.Count > 0)
            text.Append($", is: {Flow.List(condition.Is)}");
        if (condition.Not.Count > 0)
            text.Append($", not: {Flow.List(condition.Not)}");
        if (condition.Present is { } present)
            text.Append($", present: {(present ? "true" : "false")}");
        return text.Append(" }").ToString();
    }
}
