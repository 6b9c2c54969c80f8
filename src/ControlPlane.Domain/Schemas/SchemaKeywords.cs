using System.Text.Json;
using System.Text.RegularExpressions;

namespace ControlPlane.Domain.Schemas;

/// <summary>Reads the keywords of one schema object. A keyword of the wrong kind is a problem; an unknown one is an annotation.</summary>
internal sealed class SchemaKeywords(SchemaCompiler compiler, SchemaNode node)
{
    public void Read()
    {
        foreach (var member in node.Source.EnumerateObject())
            Read(member.Name, member.Value);
    }

    private void Read(string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "type": node.Types = Types(value); break;
            case "enum": node.Enum = Is(keyword, value, JsonValueKind.Array) ? [.. value.EnumerateArray()] : null; break;
            case "const": node.Const = value; break;
            case "multipleOf": node.MultipleOf = Number(keyword, value); break;
            case "minimum": node.Minimum = Number(keyword, value); break;
            case "exclusiveMinimum": node.ExclusiveMinimum = Number(keyword, value); break;
            case "maximum": node.Maximum = Number(keyword, value); break;
            case "exclusiveMaximum": node.ExclusiveMaximum = Number(keyword, value); break;
            case "minLength": node.MinLength = Count(keyword, value); break;
            case "maxLength": node.MaxLength = Count(keyword, value); break;
            case "pattern": node.Pattern = Text(keyword, value) is { } pattern ? compiler.Pattern(node, keyword, pattern) : null; break;
            case "format": node.Format = Text(keyword, value); break;
            case "required": node.Required = Texts(keyword, value); break;
            case "minProperties": node.MinProperties = Count(keyword, value); break;
            case "maxProperties": node.MaxProperties = Count(keyword, value); break;
            case "minItems": node.MinItems = Count(keyword, value); break;
            case "maxItems": node.MaxItems = Count(keyword, value); break;
            case "minContains": node.MinContains = Count(keyword, value); break;
            case "maxContains": node.MaxContains = Count(keyword, value); break;
            case "uniqueItems": node.UniqueItems = value.ValueKind == JsonValueKind.True; break;
            case "$ref": node.Ref = Text(keyword, value); break;
            case "$dynamicRef": node.DynamicRef = Text(keyword, value); break;
            case "$anchor": Anchor(node.Resource.Anchors, keyword, value); break;
            case "$dynamicAnchor": Anchor(node.Resource.DynamicAnchors, keyword, value); break;
            case "dependentRequired": node.DependentRequired = Is(keyword, value, JsonValueKind.Object) ? value.EnumerateObject().ToDictionary(m => m.Name, m => Texts(keyword, m.Value), StringComparer.Ordinal) : null; break;
            default: ReadSchemas(keyword, value); break;
        }
    }

    private void ReadSchemas(string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "properties": node.Properties = Named(keyword, value); break;
            case "$defs": Named(keyword, value); break;
            case "dependentSchemas": node.DependentSchemas = Named(keyword, value); break;
            case "patternProperties":
                node.PatternProperties = [.. Named(keyword, value).Select(p => (compiler.Pattern(node, keyword, p.Key), p.Value)).Where(p => p.Item1 is not null).Select(p => ((Regex)p.Item1!, p.Value))];
                break;
            case "additionalProperties": node.AdditionalProperties = One(keyword, value); break;
            case "propertyNames": node.PropertyNames = One(keyword, value); break;
            case "unevaluatedProperties": node.UnevaluatedProperties = One(keyword, value); break;
            case "items": node.Items = One(keyword, value); break;
            case "contains": node.Contains = One(keyword, value); break;
            case "unevaluatedItems": node.UnevaluatedItems = One(keyword, value); break;
            case "not": node.Not = One(keyword, value); break;
            case "if": node.If = One(keyword, value); break;
            case "then": node.Then = One(keyword, value); break;
            case "else": node.Else = One(keyword, value); break;
            case "prefixItems": node.PrefixItems = Several(keyword, value); break;
            case "allOf": node.AllOf = Several(keyword, value); break;
            case "anyOf": node.AnyOf = Several(keyword, value); break;
            case "oneOf": node.OneOf = Several(keyword, value); break;
        }
    }

    private void Anchor(Dictionary<string, SchemaNode> anchors, string keyword, JsonElement value)
    {
        if (Text(keyword, value) is { } name)
            anchors[name] = node;
    }

    private SchemaNode One(string keyword, JsonElement value) => compiler.Sub(node, value, node.Rule(keyword));

    private List<SchemaNode>? Several(string keyword, JsonElement value)
    {
        if (!Is(keyword, value, JsonValueKind.Array))
            return null;
        if (value.GetArrayLength() == 0)
            compiler.Problem(node, keyword, "It is empty. At least one schema is needed.");
        return [.. value.EnumerateArray().Select((v, i) => compiler.Sub(node, v, JsonPointers.Append(node.Rule(keyword), i)))];
    }

    private Dictionary<string, SchemaNode> Named(string keyword, JsonElement value)
    {
        var named = new Dictionary<string, SchemaNode>(StringComparer.Ordinal);
        if (Is(keyword, value, JsonValueKind.Object))
            foreach (var member in value.EnumerateObject())
                named[member.Name] = compiler.Sub(node, member.Value, JsonPointers.Append(node.Rule(keyword), member.Name));
        return named;
    }

    private JsonTypes Types(JsonElement value)
    {
        var types = JsonTypes.None;
        foreach (var word in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToList() : [value])
            types |= (word.ValueKind == JsonValueKind.String ? word.GetString() : null) switch
            {
                "null" => JsonTypes.Null,
                "boolean" => JsonTypes.Boolean,
                "integer" => JsonTypes.Integer,
                "number" => JsonTypes.Number | JsonTypes.Integer,
                "string" => JsonTypes.String,
                "array" => JsonTypes.Array,
                "object" => JsonTypes.Object,
                _ => Unknown(word),
            };
        return types;
    }

    private JsonTypes Unknown(JsonElement word)
    {
        compiler.Problem(node, "type", $"'{word}' is no type. Allowed: null, boolean, integer, number, string, array, object.");
        return JsonTypes.None;
    }

    private JsonElement? Number(string keyword, JsonElement value) => Is(keyword, value, JsonValueKind.Number) ? value : null;

    private string? Text(string keyword, JsonElement value) => Is(keyword, value, JsonValueKind.String) ? value.GetString() : null;

    private List<string> Texts(string keyword, JsonElement value) =>
        Is(keyword, value, JsonValueKind.Array) ? [.. value.EnumerateArray().Where(v => Is(keyword, v, JsonValueKind.String)).Select(v => v.GetString()!)] : [];

    private int? Count(string keyword, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Number && JsonValues.IsInteger(value) && value.TryGetDouble(out var count) && count >= 0)
            return count > int.MaxValue ? int.MaxValue : (int)count;
        compiler.Problem(node, keyword, "A whole number from 0 on is expected.");
        return null;
    }

    private bool Is(string keyword, JsonElement value, JsonValueKind kind)
    {
        if (value.ValueKind == kind)
            return true;
        compiler.Problem(node, keyword, $"{kind switch { JsonValueKind.Array => "A list", JsonValueKind.Object => "An object", JsonValueKind.Number => "A number", _ => "A text" }} is expected.");
        return false;
    }
}
