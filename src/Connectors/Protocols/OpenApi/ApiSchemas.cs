using System.Globalization;
using System.Text.Json.Nodes;

namespace Connectors.Protocols.OpenApi;

/// <summary>A field of an object, as a schema describes it.</summary>
internal sealed record ApiField(string Name, ApiNode Schema, bool Required);

/// <summary>What schemas say: their fields, kinds and examples. Bounded, and safe against references that lead round in a circle.</summary>
internal sealed class ApiSchemas(ApiReferences references)
{
    private const int MostDepth = 8;
    private const int MostFields = 400;

    /// <summary>Compositions of compositions grow by powers.</summary>
    private const int MostSteps = 5_000;

    private int _left;

    public ApiReferences References => references;

    /// <summary>Own fields, and those of what it is composed of; of alternatives the first.</summary>
    public IReadOnlyList<ApiField> Fields(ApiNode? schema)
    {
        _left = MostSteps;
        return Fields(schema, 0, []);
    }

    private List<ApiField> Fields(ApiNode? schema, int depth, HashSet<ApiNode> on)
    {
        var found = new List<ApiField>();
        if (references.Of(schema) is not { } node || depth > MostDepth || --_left < 0 || !on.Add(node))
            return found;
        var required = node["required"]?.Items.Select(i => i.Value).ToHashSet() ?? [];
        void Take(ApiField field)
        {
            if (found.Count < MostFields && found.FindIndex(f => f.Name == field.Name) is var at && at < 0)
                found.Add(field);
            else if (field.Required && found.FindIndex(f => f.Name == field.Name) is var old and >= 0)
                found[old] = found[old] with { Required = true };
        }

        foreach (var (name, field) in node["properties"]?.Fields ?? [])
            Take(new(name, field, required.Contains(name)));
        foreach (var part in (node["allOf"]?.Items ?? []).Concat((node["oneOf"]?.Items ?? []).Take(1)).Concat((node["anyOf"]?.Items ?? []).Take(1)))
            foreach (var field in Fields(part, depth + 1, on))
                Take(field with { Required = field.Required || required.Contains(field.Name) });
        on.Remove(node);
        return found;
    }

    /// <summary><c>object</c>, <c>array</c>, <c>string</c>, <c>integer</c>, <c>number</c>, <c>boolean</c>; <c>object</c> where fields say so, empty where nothing does.</summary>
    public string Kind(ApiNode? schema)
    {
        if (references.Of(schema) is not { } node)
            return "";
        // 3.1 allows a list, of which null is one.
        var type = node.Text("type") ?? node["type"]?.Items.Select(i => i.Value).FirstOrDefault(v => v is not (null or "null"));
        return type ?? (node["items"] is not null ? "array" : Fields(node).Count > 0 ? "object" : node["enum"] is not null ? "string" : "");
    }

    /// <summary>Names of the fields of an object and of what is within it, at most 300.</summary>
    public IReadOnlyCollection<string> Names(ApiNode? schema)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var open = new Queue<(ApiNode? Schema, int Depth)>([(schema, 0)]);
        for (var steps = 0; steps < 100 && names.Count < 300 && open.TryDequeue(out var at); steps++)
            foreach (var field in Fields(Kind(at.Schema) == "array" ? Items(at.Schema) : at.Schema))
                if (names.Add(field.Name) && at.Depth < 4)
                    open.Enqueue((field.Schema, at.Depth + 1));
        return names;
    }

    /// <summary>What a list holds.</summary>
    public ApiNode? Items(ApiNode? schema) => references.Of(references.Of(schema)?["items"]);

    public IReadOnlyList<string> Words(ApiNode? schema) => [.. (references.Of(schema)?["enum"]?.Items ?? []).Select(i => i.Value).OfType<string>()];

    /// <summary>A document as the schema and its examples show it: every field, lists with one entry.</summary>
    public JsonNode? Example(ApiNode? schema)
    {
        var left = MostFields;
        return Example(schema, "", 0, [], ref left);
    }

    private JsonNode? Example(ApiNode? schema, string name, int depth, HashSet<ApiNode> on, ref int left)
    {
        if (references.Of(schema) is not { } node || depth > MostDepth || --left < 0 || !on.Add(node))
            return null;
        try
        {
            if ((node["example"] ?? node["examples"]?.Items.FirstOrDefault() ?? node["const"]) is { } given)
                return Literal(given, 0, ref left);
            switch (Kind(node))
            {
                case "object":
                    var map = new JsonObject();
                    foreach (var field in Fields(node))
                        if (Example(field.Schema, field.Name, depth + 1, on, ref left) is { } value)
                            map[field.Name] = value;
                    return map;
                case "array":
                    return Example(node["items"], name, depth + 1, on, ref left) is { } entry ? new JsonArray(entry) : new JsonArray();
                case "integer":
                    return JsonValue.Create(1);
                case "number":
                    return JsonValue.Create(9.95m);
                case "boolean":
                    return JsonValue.Create(false);
                case "string":
                    return JsonValue.Create(Text(node, name));
                default:
                    return node["default"] is { } standard ? Literal(standard, 0, ref left) : null;
            }
        }
        finally
        {
            on.Remove(node);
        }
    }

    private string Text(ApiNode node, string name)
    {
        if ((Words(node).FirstOrDefault() ?? node.Text("default")) is { } word)
            return word;
        var lower = name.ToLowerInvariant();
        return node.Text("format") switch
        {
            "date-time" => "2026-11-27T09:30:00Z",
            "date" => "2026-11-27",
            "email" => "mia@example.org",
            "uri" or "url" => "https://shop.example.org/1",
            "uuid" => "3f2b1c9e-0000-4000-8000-000000000001",
            _ when lower.Contains("currency", StringComparison.Ordinal) => "EUR",
            _ when lower.Contains("country", StringComparison.Ordinal) => "DE",
            _ when lower.Contains("mail", StringComparison.Ordinal) => "mia@example.org",
            _ when lower.EndsWith("date", StringComparison.Ordinal) || lower.EndsWith("time", StringComparison.Ordinal) || lower.EndsWith("at", StringComparison.Ordinal) && name.EndsWith("At", StringComparison.Ordinal) || lower.EndsWith("_at", StringComparison.Ordinal) => "2026-11-27T09:30:00Z",
            _ when lower.Contains("amount", StringComparison.Ordinal) || lower.Contains("price", StringComparison.Ordinal) || lower.Contains("total", StringComparison.Ordinal) => "9.95",
            _ when lower.Contains("quantity", StringComparison.Ordinal) || lower == "qty" => "1",
            _ => name.Length > 0 ? $"{name}-1" : "text",
        };
    }

    /// <summary>What stands in a description as JSON.</summary>
    public static JsonNode? Literal(ApiNode node)
    {
        var left = 5_000;
        return Literal(node, 0, ref left);
    }

    private static JsonNode? Literal(ApiNode node, int depth, ref int left)
    {
        if (depth > 20 || --left < 0)
            return null;
        if (node.IsMap)
        {
            var map = new JsonObject();
            foreach (var (name, field) in node.Fields)
                map[name] = Literal(field, depth + 1, ref left);
            return map;
        }

        if (node.IsList)
        {
            var list = new JsonArray();
            foreach (var item in node.Items.Take(3))
                list.Add(Literal(item, depth + 1, ref left));
            return list;
        }

        return node switch
        {
            { Value: null } => null,
            { Quoted: true } => JsonValue.Create(node.Value),
            { Value: "true" or "false" } => JsonValue.Create(node.Value == "true"),
            _ when decimal.TryParse(node.Value, NumberStyles.Number & ~NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) => JsonValue.Create(number),
            _ => JsonValue.Create(node.Value),
        };
    }
}
