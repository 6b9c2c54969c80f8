using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ControlPlane.Domain.Connections;

namespace ControlPlane.Runtime.Mappings;

/// <param name="Field">Path in the document: <c>order.lines[0].sku</c>; <c>outcome</c> when something else became of the message.</param>
public sealed record ExpectationDifference(string Field, string Expected, string Actual);

/// <summary>What became of a message, as text that can be kept and compared: the outcome, the refusals by code and field, the document.</summary>
public static class MappingExpectation
{
    /// <summary>For a message that is refused today and must not be: anything but a refusal is right.</summary>
    public const string Taken = """{"outcome":"taken"}""";

    private const string Nothing = "nothing";

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    public static string Of(InboundEvent meaning) => JsonSerializer.Serialize<object>(meaning switch
    {
        InboundEvent.OrderReceived o => new { outcome = "order", o.Event, o.Order },
        InboundEvent.Happened h => new { outcome = h.Event, h.Correlation, h.Identifiers, h.Outputs, h.Reason, h.Shipment },
        InboundEvent.FetchNeeded f => new { outcome = "fetch", f.Feed, f.ExternalId },
        InboundEvent.Ignored i => new { outcome = "ignored", i.Reason },
        InboundEvent.Refused r => new { outcome = "refused", refusals = r.Refusals.Select(x => new { x.Code, x.Field }) },
        _ => throw new InvalidOperationException($"{meaning.GetType().Name} has no form that could be kept."),
    }, Options);

    /// <summary>The other way round: what would be sent. A document that is not JSON counts by its lines.</summary>
    public static string Of(MappedDocument mapped) => JsonSerializer.Serialize<object>(mapped.Refusals.Count > 0
        ? new { outcome = "refused", refusals = mapped.Refusals.Select(x => new { x.Code, x.Field }) }
        : new { outcome = "sent", mapped.ContentType, body = Body(mapped.Content) }, Options);

    internal static JsonElement Body(ReadOnlyMemory<byte> content)
    {
        if (content.IsEmpty)
            return JsonSerializer.SerializeToElement("");
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(content.Span);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(System.Text.Encoding.UTF8.GetString(content.Span).ReplaceLineEndings("\n").Split('\n'));
        }
    }

    /// <summary>Empty when <paramref name="actual"/> is as expected.</summary>
    public static IReadOnlyList<ExpectationDifference> Compare(string expected, string actual)
    {
        var (was, now) = (Flat(expected), Flat(actual));
        if (was.Count == 1 && was.GetValueOrDefault("outcome") == "taken")
            return now.GetValueOrDefault("outcome") == "refused"
                ? [new("outcome", "taken", string.Join(", ", now.Where(n => n.Key.EndsWith(".code", StringComparison.Ordinal)).Select(n => n.Value).Prepend("refused")))]
                : [];
        return
        [
            .. was.Keys.Union(now.Keys).Where(k => was.GetValueOrDefault(k) != now.GetValueOrDefault(k))
                .OrderBy(k => k == "outcome" ? 0 : 1).ThenBy(k => k, StringComparer.Ordinal)
                .Select(k => new ExpectationDifference(k, was.GetValueOrDefault(k) ?? Nothing, now.GetValueOrDefault(k) ?? Nothing)),
        ];
    }

    private static Dictionary<string, string> Flat(string json)
    {
        var flat = new Dictionary<string, string>(StringComparer.Ordinal);
        using var document = JsonDocument.Parse(json);
        Flatten(document.RootElement, "", flat);
        return flat;
    }

    private static void Flatten(JsonElement at, string path, Dictionary<string, string> into)
    {
        switch (at.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in at.EnumerateObject())
                    Flatten(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}", into);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var entry in at.EnumerateArray())
                    Flatten(entry, $"{path}[{index++}]", into);
                break;
            case JsonValueKind.Null:
                break;
            default:
                into[path] = at.ToString();
                break;
        }
    }
}
