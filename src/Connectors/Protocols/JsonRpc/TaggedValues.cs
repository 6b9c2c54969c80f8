using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Calls;

namespace Connectors.Protocols.JsonRpc;

/// <summary>
/// Typed values as Tryton writes them, objects that name their class, become plain ones: a decimal its text, a date and a time ISO 8601 (times
/// are UTC), bytes their base64. What has no known class stays as it is.
/// </summary>
public static class TaggedValues
{
    private const string Tag = "__class__";

    public static JsonElement Plain(JsonElement value)
    {
        if (value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
            return value.Clone();
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, CallDocument.Writing))
            Write(writer, value);
        using var document = JsonDocument.Parse(buffer.WrittenMemory);
        return document.RootElement.Clone();
    }

    private static void Write(Utf8JsonWriter writer, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var entry in value.EnumerateArray())
                    Write(writer, entry);
                writer.WriteEndArray();
                break;
            case JsonValueKind.Object when value.TryGetProperty(Tag, out var tag) && tag.ValueKind == JsonValueKind.String && Text(tag.GetString()!, value) is { } text:
                writer.WriteStringValue(text);
                break;
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject())
                {
                    writer.WritePropertyName(member.Name);
                    Write(writer, member.Value);
                }

                writer.WriteEndObject();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    /// <summary>Null when the object is not what its class says.</summary>
    private static string? Text(string tag, JsonElement value) => tag switch
    {
        "Decimal" => value.TryGetProperty("decimal", out var number) && number.ValueKind == JsonValueKind.String ? number.GetString() : null,
        "bytes" => value.TryGetProperty("base64", out var bytes) && bytes.ValueKind == JsonValueKind.String ? bytes.GetString() : null,
        "date" => Moment(value)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        "datetime" => Moment(value)?.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        _ => null,
    };

    private static DateTime? Moment(JsonElement value)
    {
        try
        {
            return new DateTime(Number("year"), Number("month"), Number("day"), Number("hour"), Number("minute"), Number("second"), DateTimeKind.Utc).AddTicks(Number("microsecond") * 10L);
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }

        int Number(string name) => value.TryGetProperty(name, out var member) && member.ValueKind == JsonValueKind.Number && member.TryGetInt32(out var number) ? number : 0;
    }
}
