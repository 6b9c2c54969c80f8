using System.Text.Json.Nodes;

namespace Connectors.Tests.Sandbox;

/// <summary>Checks a document against a published notification schema.</summary>
internal static class NotificationSchema
{
    /// <summary>As much of JSON Schema as the published notification schemas use: type, required, properties, items, enum.</summary>
    public static IEnumerable<string> Violations(JsonNode schema, JsonNode? value, string path)
    {
        if (schema["type"] is { } type && !Types(type).Contains(TypeOf(value)))
            yield return $"{path} is {TypeOf(value)}";
        if (schema["enum"] is JsonArray allowed && !allowed.Any(a => JsonNode.DeepEquals(a, value)))
            yield return $"{path} is {value}";
        if (value is JsonObject o)
        {
            foreach (var name in schema["required"]?.AsArray() ?? [])
                if (!o.ContainsKey(name!.GetValue<string>()))
                    yield return $"{path}.{name} is missing";
            foreach (var (name, child) in o)
                if (schema["properties"]?[name] is not { } known)
                    yield return $"{path}.{name} is unknown";
                else
                    foreach (var violation in Violations(known, child, $"{path}.{name}"))
                        yield return violation;
        }

        if (value is JsonArray list && schema["items"] is { } items)
            for (var i = 0; i < list.Count; i++)
                foreach (var violation in Violations(items, list[i], $"{path}[{i}]"))
                    yield return violation;
    }

    private static IEnumerable<string> Types(JsonNode type) => type is JsonArray many ? many.Select(t => t!.GetValue<string>()) : [type.GetValue<string>()];

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or System.Text.Json.JsonValueKind.Null => "null",
        System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False => "boolean",
        System.Text.Json.JsonValueKind.Number => "integer",
        var kind => kind.ToString()!.ToLowerInvariant(),
    };
}
