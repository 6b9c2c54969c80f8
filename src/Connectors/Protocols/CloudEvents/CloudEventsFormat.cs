using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.CloudEvents;

/// <summary>CloudEvents 1.0 as JSON, alone, in batches, and with its attributes among the headers. Reference: docs/events.md.</summary>
/// <param name="extensions">Attributes beyond the core that come as headers and are to be kept.</param>
/// <param name="source">Of events that are written.</param>
/// <param name="type">Of events that are written; null = rows write the whole event.</param>
public sealed class CloudEventsFormat(string name, IReadOnlyList<string> extensions, ConnectionText? source, string? type) : IDocumentFormat, IReadsHeaders
{
    /// <summary>A batch of more is refused: it would be a file, and come as one.</summary>
    private const int MostEvents = 10_000;

    /// <summary>The last ones are of data whose event stands in the headers.</summary>
    private static readonly string[] Types = [CloudEventNames.Structured, CloudEventNames.Batch, "text/plain", "text/xml", "application/xml", "application/octet-stream"];

    public string Name => name;

    public IReadOnlyCollection<string> MediaTypes => Types;

    public IReadOnlyCollection<string> ReadsHeaders { get; } = [.. CloudEventNames.Prefixes.SelectMany(p => CloudEventNames.Core.Concat(extensions).Select(a => p + a))];

    public FormatReading Read(ReadOnlyMemory<byte> content, Connection connection)
    {
        using var document = StrictJson.Parse(content, out var refusal);
        return document is null ? FormatReading.Unreadable(refusal!) : Read(document.RootElement);
    }

    public FormatReading Read(InboundRequest request)
    {
        if (Attributes(request) is not { } attributes)
            return Read(request.Body, null!);
        var read = CloudEventReader.Binary(attributes, request.Body);
        return new(false, Summary(read), [read]);
    }

    public string? DeliveryId(InboundRequest request)
    {
        if (Attributes(request) is { } attributes)
            return Join(attributes.GetValueOrDefault(CloudEventNames.Source), attributes.GetValueOrDefault(CloudEventNames.Id));
        using var document = StrictJson.Parse(request.Body, out _);
        return document is { RootElement: { ValueKind: JsonValueKind.Object } root } ? Join(Text(root, CloudEventNames.Source), Text(root, CloudEventNames.Id)) : null;
    }

    public FormatWriting Write(JsonElement document, FormatContext context)
    {
        if (type is null)
        {
            var given = CloudEventReader.Structured(document, "");
            return new(given.Json, CloudEventNames.Structured, given.Refusals);
        }

        var from = source?.Text.Render(context.Connection, context.SettingDefaults, PlaceholderUse.Header, out _);
        var refusals = new List<Refusal>();
        if (from is null || CloudEventRules.Text(CloudEventNames.Source, from) is not null)
            refusals.Add(new("cloudevents.source", "source", "The source of the event is empty, or no reference of a URI. Complete the setting that it is made from."));
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteString(CloudEventNames.SpecVersion, CloudEventNames.Version);
            // The same for every try of one effect, so that readers tell a repeat.
            writer.WriteString(CloudEventNames.Id, context.Key.Length > 0 ? context.Key : context.Reference);
            writer.WriteString(CloudEventNames.Source, from ?? "");
            writer.WriteString(CloudEventNames.Type, type);
            writer.WriteString(CloudEventNames.Subject, context.Reference);
            writer.WriteString(CloudEventNames.Time, context.At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture));
            writer.WriteString(CloudEventNames.ContentType, "application/json");
            writer.WritePropertyName(CloudEventNames.Data);
            document.WriteTo(writer);
            writer.WriteEndObject();
        }

        return new(buffer.WrittenMemory, CloudEventNames.Structured, refusals);
    }

    private static FormatReading Read(JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Array)
        {
            var read = CloudEventReader.Structured(root, "");
            return new(false, Summary(read), [read]);
        }

        var count = root.GetArrayLength();
        if (count > MostEvents)
            return FormatReading.Unreadable(new("cloudevents.too_many", "", string.Create(CultureInfo.InvariantCulture, $"The batch holds {count} events. Allowed: {MostEvents}.")));
        return new(true, string.Create(CultureInfo.InvariantCulture, $"Batch of {count} CloudEvents"),
            [.. root.EnumerateArray().Select((e, i) => CloudEventReader.Structured(e, string.Create(CultureInfo.InvariantCulture, $"Event {i + 1}")))]);
    }

    /// <summary>Null when the event stands in the body.</summary>
    private Dictionary<string, string>? Attributes(InboundRequest request)
    {
        if (request.ContentType?.StartsWith("application/cloudevents", StringComparison.OrdinalIgnoreCase) == true
            || Array.Find(CloudEventNames.Prefixes, p => request.Header(p + CloudEventNames.SpecVersion) is not null) is not { } prefix)
            return null;
        // Of HTTP they are percent-encoded (HTTP binding, 3.1.3.2).
        var encoded = prefix == CloudEventNames.Prefixes[0];
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var attribute in CloudEventNames.Core.Concat(extensions))
            if (request.Header(prefix + attribute) is { } value)
                found[attribute] = encoded ? Uri.UnescapeDataString(value.Trim('"')) : value;
        if (request.ContentType is { Length: > 0 } contentType)
            found[CloudEventNames.ContentType] = contentType;
        return found;
    }

    private static string? Join(string? source, string? id) => source is { Length: > 0 } && id is { Length: > 0 } ? $"{source} {id}" : null;

    private static string? Text(JsonElement root, string attribute) => root.TryGetProperty(attribute, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.String(value) : null;

    private static string Summary(FormatDocument read) => read.Topic.Length > 0 ? $"CloudEvent {read.Topic}" : "CloudEvent";
}
