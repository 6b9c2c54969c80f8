using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Http.Subscriptions;

/// <summary>What a call about subscriptions can name.</summary>
internal sealed record WebhookValues(Connection Connection, IReadOnlyDictionary<string, string> SettingDefaults)
{
    public string? Topic { get; init; }

    public string? Address { get; init; }

    public string? Id { get; init; }

    /// <summary>Id of the destination that stands for the address.</summary>
    public string? Destination { get; init; }

    /// <summary>End of the life that is asked for, RFC 3339.</summary>
    public string? Expires { get; init; }

    public string? Find(string name) => name switch
    {
        "topic" => Topic,
        "address" => Address,
        "id" => Id,
        "destination" => Destination,
        "expires" => Expires,
        _ when name.StartsWith("settings.", StringComparison.Ordinal) => Connection.Setting(name[9..]) ?? SettingDefaults.GetValueOrDefault(name[9..]),
        _ when name.StartsWith("secrets.", StringComparison.Ordinal) => Connection.Secret(name[8..]),
        _ => null,
    };
}

/// <summary>
/// Text with <c>{topic}</c>, <c>{address}</c>, <c>{id}</c>, <c>{destination}</c>, <c>{expires}</c>, <c>{settings.name}</c> or <c>{secrets.name}</c> in it.
/// Whatever else stands in braces stays as it is: a GraphQL query is full of them.
/// </summary>
public sealed partial record WebhookText(string Text)
{
    /// <summary>Null when a value is missing; <paramref name="missing"/> then names it.</summary>
    /// <param name="path">True: values are percent-encoded, so that none can add a segment or a parameter.</param>
    internal string? Render(WebhookValues values, bool path, out string missing)
    {
        var gap = "";
        var text = Placeholder().Replace(Text, match =>
        {
            var value = values.Find(match.Groups[1].Value);
            if (string.IsNullOrEmpty(value) || value is "." or ".." || value.Any(char.IsControl))
                gap = match.Groups[1].Value;
            return value is null ? "" : path ? Uri.EscapeDataString(value) : value;
        });
        missing = gap;
        return gap.Length == 0 ? text : null;
    }

    /// <summary>A copy with every text rendered.</summary>
    internal static JsonNode? Render(JsonNode? node, WebhookValues values, ref string missing)
    {
        switch (node)
        {
            case JsonObject map:
                var copy = new JsonObject();
                foreach (var (name, value) in map)
                    copy[name] = Render(value, values, ref missing);
                return copy;
            case JsonArray list:
                var entries = new JsonArray();
                foreach (var entry in list)
                    entries.Add(Render(entry, values, ref missing));
                return entries;
            case JsonValue text when text.TryGetValue<string>(out var template):
                var rendered = new WebhookText(template).Render(values, path: false, out var gap);
                if (gap.Length > 0)
                    missing = gap;
                return JsonValue.Create(rendered ?? "");
            default:
                return node?.DeepClone();
        }
    }

    [GeneratedRegex(@"\{(topic|address|id|destination|expires|(?:settings|secrets)\.[A-Za-z0-9_-]+)\}", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
