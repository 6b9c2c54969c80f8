using System.Text.Json;

namespace ControlPlane.Domain.Schemas;

/// <summary>The keywords that look at the value itself.</summary>
internal sealed partial class SchemaRun
{
    internal static JsonTypes TypesOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => JsonTypes.Null,
        JsonValueKind.True or JsonValueKind.False => JsonTypes.Boolean,
        JsonValueKind.Number => JsonValues.IsInteger(value) ? JsonTypes.Integer | JsonTypes.Number : JsonTypes.Number,
        JsonValueKind.String => JsonTypes.String,
        JsonValueKind.Array => JsonTypes.Array,
        _ => JsonTypes.Object,
    };

    internal static string Words(JsonTypes types) => types == JsonTypes.All ? "anything" : string.Join(" or ", new[]
    {
        (JsonTypes.Null, "null"), (JsonTypes.Boolean, "true or false"), (JsonTypes.Number, "a number"), (JsonTypes.Integer, "a whole number"), (JsonTypes.String, "a text"),
        (JsonTypes.Array, "a list"), (JsonTypes.Object, "an object"),
    }.Where(t => types.HasFlag(t.Item1) && !(t.Item1 == JsonTypes.Integer && types.HasFlag(JsonTypes.Number))).Select(t => t.Item2));

    private bool CheckValue(SchemaNode node, JsonElement value, string at)
    {
        var holds = (node.Types & TypesOf(value)) != 0 || Wrong(node, "type", at, $"It is {Words(Narrow(TypesOf(value)))}, and {Words(node.Types)} is expected.");
        if (node.Enum is { } allowed)
            holds &= allowed.Any(a => JsonValues.Same(a, value)) || Wrong(node, "enum", at, $"{Shown(value)} is not among what is allowed: {string.Join(", ", allowed.Take(20).Select(Shown))}{(allowed.Count > 20 ? ", …" : "")}.");
        if (node.Const is { } only)
            holds &= JsonValues.Same(only, value) || Wrong(node, "const", at, $"It is {Shown(value)}, and only {Shown(only)} is allowed.");
        return holds & value.ValueKind switch
        {
            JsonValueKind.Number => Number(node, value, at),
            JsonValueKind.String => Text(node, value, at),
            _ => true,
        };
    }

    private static JsonTypes Narrow(JsonTypes types) => types.HasFlag(JsonTypes.Integer) ? JsonTypes.Integer : types;

    private bool Number(SchemaNode node, JsonElement value, string at)
    {
        var holds = true;
        if (node.Minimum is { } least)
            holds &= JsonValues.Compare(value, least) >= 0 || Wrong(node, "minimum", at, $"{value} is less than {least}.");
        if (node.ExclusiveMinimum is { } above)
            holds &= JsonValues.Compare(value, above) > 0 || Wrong(node, "exclusiveMinimum", at, $"{value} is not greater than {above}.");
        if (node.Maximum is { } greatest)
            holds &= JsonValues.Compare(value, greatest) <= 0 || Wrong(node, "maximum", at, $"{value} is greater than {greatest}.");
        if (node.ExclusiveMaximum is { } below)
            holds &= JsonValues.Compare(value, below) < 0 || Wrong(node, "exclusiveMaximum", at, $"{value} is not less than {below}.");
        if (node.MultipleOf is { } step)
            holds &= JsonValues.IsMultiple(value, step) || Wrong(node, "multipleOf", at, $"{value} is no multiple of {step}.");
        return holds;
    }

    private bool Text(SchemaNode node, JsonElement value, string at)
    {
        if (node.MinLength is null && node.MaxLength is null && node.Pattern is null)
            return true;
        string text;
        try
        {
            text = value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Wrong(node, "type", at, "It holds half a character, and is no text.");
        }

        var holds = true;
        if (node.MinLength is { } least)
            holds &= JsonValues.Length(text) >= least || Wrong(node, "minLength", at, $"It has {JsonValues.Length(text)} characters, and at least {least} are needed.");
        if (node.MaxLength is { } most)
            holds &= JsonValues.Length(text) <= most || Wrong(node, "maxLength", at, $"It has {JsonValues.Length(text)} characters, and at most {most} are allowed.");
        if (node.Pattern is { } pattern)
            holds &= Fits(pattern, text) || Wrong(node, "pattern", at, $"It does not have the form {node.Source.GetProperty("pattern")}.");
        return holds;
    }

    private static string Shown(JsonElement value) => value.GetRawText() is { Length: > 60 } text ? text[..60] + "…" : value.GetRawText();
}
