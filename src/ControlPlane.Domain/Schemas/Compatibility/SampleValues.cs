using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ControlPlane.Domain.Schemas.Compatibility;

/// <summary>Makes values that a schema may accept, small ones first. Whoever uses one asks the schema.</summary>
internal static class SampleValues
{
    private const int MostDepth = 12;

    private static readonly string[] Texts =
        ["x", "", "abc", "A1", "1", "12345", "0.5", "2026-11-01", "2026-11-01T10:00:00Z", "10:00:00", "a@example.com", "https://example.com/x", "EUR", "DE", "+4930123456", "00000000-0000-0000-0000-000000000000", "x y", "ä"];

    /// <summary>A small value that the view accepts; null when none was found. The JSON null is <paramref name="found"/> with a null result.</summary>
    public static JsonNode? Smallest(SchemaView view, out bool found, int depth = 0)
    {
        foreach (var candidate in Of(view, depth))
            if (view.Accepts(Element(candidate)))
            {
                found = true;
                return candidate;
            }

        found = false;
        return null;
    }

    /// <summary>Values at the edges of what the view's keywords say.</summary>
    public static IEnumerable<JsonNode?> Of(SchemaView view, int depth = 0)
    {
        if (depth > MostDepth)
            yield break;
        foreach (var one in view.Cases().Take(16))
        {
            foreach (var value in one.Nodes.SelectMany(n => n.Const is { } only ? [only] : n.Enum ?? []))
                yield return JsonNode.Parse(value.GetRawText());
            if (one.Types.HasFlag(JsonTypes.Object))
                foreach (var value in Objects(one, depth))
                    yield return value;
            if (one.Types.HasFlag(JsonTypes.String))
                foreach (var value in Strings(one))
                    yield return value;
            if ((one.Types & (JsonTypes.Integer | JsonTypes.Number)) != 0)
                foreach (var value in Numbers(one))
                    yield return value;
            if (one.Types.HasFlag(JsonTypes.Array))
                foreach (var value in Lists(one, depth))
                    yield return value;
            if (one.Types.HasFlag(JsonTypes.Boolean))
            {
                yield return true;
                yield return false;
            }

            if (one.Types.HasFlag(JsonTypes.Null))
                yield return null;
        }
    }

    /// <summary>One of each type, for places where a schema says nothing.</summary>
    public static IEnumerable<JsonNode?> Anything() =>
    [
        "x", "", 0, 1, -1, JsonValue.Create(1.5m), JsonValue.Create(0.12345m), 1_000_000, true, null, new JsonArray(), new JsonArray(1), new JsonArray("x", "x"), new JsonArray(0, 1, 2, 3), new JsonObject(), new JsonObject { [SchemaSubset.Unnamed] = 1 },
        new string('x', 300), "2026-11-01",
    ];

    public static JsonElement Element(JsonNode? node) => JsonSerializer.SerializeToElement(node);

    private static IEnumerable<JsonNode?> Objects(SchemaView view, int depth)
    {
        var bare = Object(view, view.Required, depth);
        yield return bare;
        yield return Object(view, view.Required.Concat(view.Named), depth);
        var least = view.Nodes.Max(n => n.MinProperties) ?? 0;
        if (bare.Count < least && least < 100)
        {
            var more = (JsonObject)bare.DeepClone();
            foreach (var name in view.Named.Concat(Enumerable.Range(0, least).Select(i => SchemaSubset.Unnamed + i.ToString(CultureInfo.InvariantCulture))))
                if (more.Count < least && !more.ContainsKey(name) && view.Property(name) is { } property && Smallest(property, out var found, depth + 1) is var value && found)
                    more[name] = value?.DeepClone();
            yield return more;
        }
    }

    private static JsonObject Object(SchemaView view, IEnumerable<string> names, int depth)
    {
        var made = new JsonObject();
        foreach (var name in names)
            if (!made.ContainsKey(name) && view.Property(name) is { } property && Smallest(property, out var found, depth + 1) is var value && found)
                made[name] = value?.DeepClone();
        return made;
    }

    private static IEnumerable<JsonNode?> Lists(SchemaView view, int depth)
    {
        var least = view.Nodes.Max(n => n.MinItems) ?? 0;
        var prefix = view.Nodes.Max(n => n.PrefixItems?.Count) ?? 0;
        foreach (var size in new[] { least, Math.Max(least, 1), prefix, prefix + 1, (view.Nodes.Min(n => n.MaxItems) ?? 0) }.Where(s => s is >= 0 and <= 50).Distinct())
        {
            var list = new JsonArray();
            for (var i = 0; i < size && view.Item(i) is { } item; i++)
            {
                // Distinct ones where the same twice is not allowed.
                var candidates = Of(item, depth + 1).Where(c => item.Accepts(Element(c))).Take(view.Nodes.Any(n => n.UniqueItems) ? size : 1).ToList();
                if (candidates.Count > 0)
                    list.Add(candidates[i % candidates.Count]?.DeepClone());
            }

            yield return list;
        }
    }

    private static IEnumerable<JsonNode?> Strings(SchemaView view)
    {
        foreach (var text in Texts)
            yield return text;
        foreach (var length in view.Nodes.SelectMany(n => new[] { n.MinLength, n.MaxLength, n.MinLength - 1, n.MaxLength + 1 }).OfType<int>().Where(l => l is >= 0 and <= 5_000).Distinct())
            yield return new string('x', length);
        foreach (var pattern in view.Nodes.Where(n => n.Pattern is not null).Select(n => n.Source.GetProperty("pattern").GetString()!))
            yield return PatternSamples.Of(pattern);
    }

    private static IEnumerable<JsonNode?> Numbers(SchemaView view)
    {
        var bounds = view.Nodes.SelectMany(n => new[] { n.Minimum, n.ExclusiveMinimum, n.Maximum, n.ExclusiveMaximum, n.MultipleOf }).OfType<JsonElement>().Where(b => b.TryGetDecimal(out _)).Select(b => b.GetDecimal()).Distinct().ToList();
        foreach (var value in bounds.Where(b => Math.Abs(b) < 1_000_000_000_000m).SelectMany(b => new[] { b, b + 1, b - 1, b + 0.5m, b - 0.5m, b * 2, b / 2, b * 1.5m }).Concat([0m, 1m, 1.5m, -1m, 100m]))
            yield return JsonValue.Create(value);
    }
}
