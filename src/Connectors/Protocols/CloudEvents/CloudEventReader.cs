using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.CloudEvents;

/// <summary>
/// Makes of an event the JSON that rows read: its attributes by their names, extensions among them, and <c>data</c>. Data that came as
/// base64 is unwrapped where it says that it is JSON or text, so that rows need not know how it travelled.
/// </summary>
internal static class CloudEventReader
{
    /// <param name="place">Where it stands in its batch; empty for one alone.</param>
    public static FormatDocument Structured(JsonElement entry, string place)
    {
        if (entry.ValueKind != JsonValueKind.Object)
            return new("", place, "null"u8.ToArray(), [new("cloudevents.not_an_event", "", "It is no CloudEvent: a JSON object is expected.")]);
        var refusals = new List<Refusal>();
        var attributes = new List<KeyValuePair<string, JsonElement>>();
        JsonElement? data = null, base64 = null;
        foreach (var member in entry.EnumerateObject())
        {
            if (member.Name == CloudEventNames.Data)
                data = member.Value;
            else if (member.Value.ValueKind == JsonValueKind.Null)
                continue;
            else if (member.Name == CloudEventNames.Base64)
                base64 = member.Value;
            else if (CloudEventRules.Attribute(member.Name, member.Value) is { } wrong)
                refusals.Add(wrong);
            else
                attributes.Add(new(member.Name, member.Value));
        }

        Missing(attributes.Select(a => a.Key), entry, refusals);
        var contentType = Text(attributes, CloudEventNames.ContentType);
        ReadOnlyMemory<byte>? bytes = null;
        if (base64 is { } wrapped)
        {
            if (data is not null)
                refusals.Add(new("cloudevents.data_twice", CloudEventNames.Base64, "The event has both data and data_base64. Allowed: one of them."));
            else if (wrapped.ValueKind == JsonValueKind.String && wrapped.TryGetBytesFromBase64(out var unwrapped))
                bytes = unwrapped;
            else
                refusals.Add(new("cloudevents.data_base64", CloudEventNames.Base64, "The data_base64 is no text in base64."));
        }

        return Document(place, Text(attributes, CloudEventNames.Type) ?? "", refusals, contentType, bytes, writer =>
        {
            foreach (var (name, value) in attributes)
            {
                writer.WritePropertyName(name);
                Raw(writer, value);
            }

            if (data is not { } plain || bytes is not null)
                return;
            writer.WritePropertyName(CloudEventNames.Data);
            Raw(writer, plain);
        });
    }

    /// <summary>Attributes from headers, and the body as data (binary content mode).</summary>
    public static FormatDocument Binary(IReadOnlyDictionary<string, string> attributes, ReadOnlyMemory<byte> body)
    {
        var refusals = new List<Refusal>();
        foreach (var (name, value) in attributes)
            if (!CloudEventNames.IsAttribute(name))
                refusals.Add(new("cloudevents.attribute_name", name, $"'{name}' is no name of an attribute. Allowed: lower-case letters and digits."));
            else if (CloudEventRules.Text(name, value) is { } wrong)
                refusals.Add(wrong);
        foreach (var name in CloudEventNames.Required)
            if (!attributes.ContainsKey(name))
                refusals.Add(Absent(name));
        return Document("", attributes.GetValueOrDefault(CloudEventNames.Type) ?? "", refusals, attributes.GetValueOrDefault(CloudEventNames.ContentType), body.IsEmpty ? null : body, writer =>
        {
            foreach (var (name, value) in attributes)
                writer.WriteString(name, Encoding.UTF8.GetBytes(value));
        });
    }

    private static FormatDocument Document(string place, string type, List<Refusal> refusals, string? contentType, ReadOnlyMemory<byte>? bytes, Action<Utf8JsonWriter> head)
    {
        var buffer = new ArrayBufferWriter<byte>(256 + (bytes?.Length ?? 0));
        using (var writer = new Utf8JsonWriter(buffer, new() { SkipValidation = false }))
        {
            writer.WriteStartObject();
            head(writer);
            if (bytes is { } data)
                Data(writer, data, contentType, refusals);
            writer.WriteEndObject();
        }

        return new(type, place, buffer.WrittenMemory, refusals);
    }

    private static void Data(Utf8JsonWriter writer, ReadOnlyMemory<byte> data, string? contentType, List<Refusal> refusals)
    {
        if (CloudEventRules.IsJson(contentType))
        {
            using var document = StrictJson.Parse(data, out var refusal);
            if (document is null)
            {
                refusals.Add(refusal! with { Field = CloudEventNames.Data });
                return;
            }

            writer.WritePropertyName(CloudEventNames.Data);
            Raw(writer, document.RootElement);
        }
        else if (CloudEventRules.IsText(contentType!) && System.Text.Unicode.Utf8.IsValid(data.Span))
            writer.WriteString(CloudEventNames.Data, Encoding.UTF8.GetString(data.Span));
        else
            writer.WriteBase64String(CloudEventNames.Base64, data.Span);
    }

    private static void Missing(IEnumerable<string> there, JsonElement entry, List<Refusal> refusals)
    {
        var names = there.ToHashSet(StringComparer.Ordinal);
        foreach (var name in CloudEventNames.Required)
            if (!names.Contains(name) && (!entry.TryGetProperty(name, out var given) || given.ValueKind == JsonValueKind.Null))
                refusals.Add(Absent(name));
    }

    private static Refusal Absent(string name) => new("cloudevents.attribute_missing", name, $"The attribute {name} is missing. An event needs {string.Join(", ", CloudEventNames.Required)}.");

    /// <summary>As it came: an escaped half of a character passes the parser and cannot be written anew.</summary>
    private static void Raw(Utf8JsonWriter writer, JsonElement value) => writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);

    private static string? Text(List<KeyValuePair<string, JsonElement>> attributes, string name) =>
        attributes.FirstOrDefault(a => a.Key == name) is { Key: not null } found ? JsonText.String(found.Value) : null;
}
