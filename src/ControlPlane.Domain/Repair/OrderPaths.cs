using System.Text.Json;
using System.Text.Json.Nodes;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;

namespace ControlPlane.Domain.Repair;

/// <summary>
/// Fields of the canonical order by path: <c>shipTo.line1</c>, <c>references.purchaseOrder</c>, <c>lines[L1].sku</c>. A line is named by the
/// channel's own reference, which a newer version of the order keeps, not by its place. Pure.
/// </summary>
public static class OrderPaths
{
    public const int LongestPath = 200;

    /// <summary>The path of a policy for the path of an order: <c>lines[L1].sku</c> is <c>lines[].sku</c>.</summary>
    public static string Pattern(string path)
    {
        var open = path.IndexOf('[', StringComparison.Ordinal);
        var close = path.LastIndexOf(']');
        return open < 0 || close < open ? path : path[..(open + 1)] + path[close..];
    }

    /// <summary>All paths of an order that a policy's path stands for.</summary>
    public static IEnumerable<string> Expand(CanonicalOrder order, string pattern) =>
        pattern.StartsWith("lines[].", StringComparison.Ordinal) ? order.Lines.Select(l => $"lines[{l.ChannelLineRef}].{pattern[8..]}") : [pattern];

    /// <summary>As text; null when the order has no value there.</summary>
    public static string? Read(CanonicalOrder order, string path) => Read(Json(order), path);

    /// <summary>The order with other values; empty text takes a value away.</summary>
    /// <exception cref="ArgumentException">The order has no such field, or the value does not fit it.</exception>
    public static CanonicalOrder Write(CanonicalOrder order, IEnumerable<(string Path, string? Value)> values)
    {
        var json = Json(order);
        foreach (var (path, value) in values)
            Write(json, path, value);
        try
        {
            return json.Deserialize(FlowJson.Default.CanonicalOrder)!;
        }
        catch (JsonException e)
        {
            throw new ArgumentException("A value does not fit its field.", nameof(values), e);
        }
    }

    private static JsonObject Json(CanonicalOrder order) => JsonSerializer.SerializeToNode(order, FlowJson.Default.CanonicalOrder)!.AsObject();

    private static string? Read(JsonObject root, string path)
    {
        JsonNode? at = root;
        foreach (var part in Parts(path))
            at = Step(at, part);
        return at is JsonValue value ? value.ToString() : null;
    }

    private static void Write(JsonObject root, string path, string? value)
    {
        var parts = Parts(path);
        JsonNode at = root;
        foreach (var part in parts.Take(parts.Count - 1))
            at = Step(at, part) ?? (part.StartsWith('[') ? throw new ArgumentException($"The order has no {path}.", nameof(path)) : Add(at.AsObject(), part));
        var last = parts[^1];
        if (at is not JsonObject holder || last.Length == 0 || last.StartsWith('['))
            throw new ArgumentException($"The order has no {path}.", nameof(path));
        if (string.IsNullOrEmpty(value))
            holder.Remove(last);
        else
            holder[last] = holder[last] is JsonValue old && old.GetValueKind() == JsonValueKind.Number && long.TryParse(value, System.Globalization.CultureInfo.InvariantCulture, out var number)
                ? JsonValue.Create(number)
                : JsonValue.Create(value);
    }

    private static JsonObject Add(JsonObject holder, string name)
    {
        var made = new JsonObject();
        holder[name] = made;
        return made;
    }

    private static JsonNode? Step(JsonNode? at, string part) => at switch
    {
        JsonObject holder when !part.StartsWith('[') => holder[part],
        JsonArray list when part.StartsWith('[') => list.FirstOrDefault(l => l?["channelLineRef"]?.ToString() == part[1..]),
        _ => null,
    };

    /// <summary><c>lines[L1].sku</c> is lines, [L1 and sku.</summary>
    private static List<string> Parts(string path)
    {
        var open = path.IndexOf('[', StringComparison.Ordinal);
        var close = path.LastIndexOf(']');
        return open < 0 || close < open
            ? [.. path.Split('.')]
            : [.. path[..open].Split('.'), "[" + path[(open + 1)..close], .. path[(close + 1)..].TrimStart('.').Split('.')];
    }
}
