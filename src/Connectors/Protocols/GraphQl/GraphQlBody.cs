using System.Buffers;
using System.Text.Json;

namespace Connectors.Protocols.GraphQl;

/// <summary>A query or mutation with its variables, as GraphQL over HTTP sends it.</summary>
public static class GraphQlBody
{
    /// <param name="variables">A JSON object; empty = there are none.</param>
    public static byte[] Write(string document, ReadOnlySpan<byte> variables)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString("query", document);
            writer.WritePropertyName("variables");
            if (variables.IsEmpty)
                writer.WriteRawValue("{}");
            else
                writer.WriteRawValue(variables);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>
    /// A mutation that returned its payload was done, whatever failed beside it. Where there is no data at all, nothing was.
    /// </summary>
    public static bool HasData(JsonElement root) =>
        root.ValueKind == JsonValueKind.Object && root.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Object
        && data.EnumerateObject().Any(p => p.Value.ValueKind != JsonValueKind.Null);
}
