using System.Text;
using System.Text.Json;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Tests.Xml;

/// <summary>Formats as a manifest describes them, and what they make of texts.</summary>
internal static class GivenXml
{
    public static IDocumentFormat Format(string yaml) => Manifest(yaml) is { Definition: { } definition, Problems: [] } ? definition.Formats["f"] : throw new InvalidOperationException(string.Join("\n", Manifest(yaml).Problems));

    public static ManifestReading Manifest(string entry, string more = "") => ManifestReader.Read($$"""
        kind: Connector
        metadata: { name: x }
        spec:
          roles: [erp]
          settings: [{ name: version, meaning: Version., default: "2020_2" }]
          formats: [{ name: f, {{entry}} }]
        {{more}}
        """, "x.yaml");

    public static FormatReading Read(this IDocumentFormat format, string text) => format.Read(Encoding.UTF8.GetBytes(text), Given.Connection());

    public static string Json(this IDocumentFormat format, string text)
    {
        var reading = format.Read(text);
        Assert.Empty(reading.Refusals);
        return Encoding.UTF8.GetString(Assert.Single(reading.Documents).Json.Span);
    }

    public static Refusal Refused(this IDocumentFormat format, string text) => Assert.Single(format.Read(text).Refusals);

    public static FormatWriting Written(this IDocumentFormat format, string json, long? number = null)
    {
        using var document = JsonDocument.Parse(json);
        return format.Write(document.RootElement, new(Given.Connection(), "REF-1", number, Given.Now) { SettingDefaults = new Dictionary<string, string> { ["version"] = "2020_2" } });
    }

    public static string Text(this FormatWriting writing)
    {
        Assert.Empty(writing.Refusals);
        return Encoding.UTF8.GetString(writing.Content.Span);
    }

    public static InboundRequest Request(byte[] body, string topic = "", bool polled = false) =>
        new() { Topic = topic, Body = body, ContentType = "application/xml", ReceivedAt = Given.Now, Polled = polled };

    /// <summary>As the ingestion does it: a delivery of one document is translated as it came, of several each for itself.</summary>
    public static IReadOnlyList<(string Place, InboundEvent Meaning)> Received(IReceiver receiver, Connection connection, InboundRequest request) =>
        receiver.Unpack(request, connection) is { } unpacked
            ? unpacked.Refusals.Count > 0
                ? [("", new InboundEvent.Refused(unpacked.Refusals))]
                : [.. unpacked.Parts.Select(p => (p.Place, p.Refusals.Count > 0 ? new InboundEvent.Refused(p.Refusals) : receiver.Translate(p.Request, connection)))]
            : [("", receiver.Translate(request, connection))];
}
