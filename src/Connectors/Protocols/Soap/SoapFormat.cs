using System.Text.Json;
using System.Xml;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using Connectors.Protocols.Xml;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Soap;

/// <summary>
/// SOAP: what is written goes into an envelope; of what comes the body is read, its header blocks as <c>#header</c>, and a fault as
/// <c>Fault</c> with the same members in both versions. Both versions are read whichever is written. Reference: docs/xml-and-soap.md.
/// </summary>
/// <param name="unwrap">Whether the body's one element is left out, so that what is in it is the document.</param>
public sealed class SoapFormat(string name, SoapVersion version, string? action, bool credentials, bool unwrap, XmlReading reading, XmlShape shape) : IDocumentFormat
{
    private const string HeaderMember = "#header";

    private static readonly string[] Types = ["text/xml", "application/soap+xml", "application/xml"];

    public string Name => name;

    /// <summary>Whether the envelope has the place where <see cref="EnvelopeAuthentication"/> puts its block.</summary>
    public bool Credentials => credentials;

    public IReadOnlyCollection<string> MediaTypes => Types;

    public string SendsAs => version.ContentType(action);

    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; } =
        version == SoapVersion.V11 ? [new("SOAPAction", $"\"{action}\"")] : [];

    public ErrorSpec Errors => SoapFaults.Errors;

    public FormatReading Read(ReadOnlyMemory<byte> content, Connection connection)
    {
        if (content.Span.TrimStart(" \t\r\n"u8).StartsWith("--"u8))
            return FormatReading.Unreadable(new("soap.multipart", "", "The message is multipart (MTOM or attachments), which is not read. Let the system answer with the envelope alone."));
        using var reader = SafeXml.Open(content, split: false, out var refusal);
        if (reader is null)
            return FormatReading.Unreadable(refusal!);
        FormatReading? found = null;
        refusal = SafeXml.Guarded(() => found = Unwrap(XmlDocuments.Read(reader, reading)));
        return refusal is null ? found! : FormatReading.Unreadable(refusal);
    }

    public FormatWriting Write(JsonElement document, FormatContext context) => JsonToXml.Write(shape, context, SendsAs, (elements, writer) =>
    {
        var (root, body) = Parts(document, out var header);
        writer.WriteStartElement("soap", "Envelope", version.Namespace);
        elements.Declare();
        if (credentials || header is not null)
        {
            writer.WriteStartElement("soap", "Header", version.Namespace);
            if (credentials)
                writer.WriteComment(EnvelopeAuthentication.Place);
            if (header is { } blocks)
                elements.Members(blocks, HeaderMember);
            writer.WriteEndElement();
        }

        writer.WriteStartElement("soap", "Body", version.Namespace);
        elements.Element(root, body, "");
        writer.WriteEndElement();
        writer.WriteEndElement();
    });

    /// <summary>What is below <c>#header</c> apart from the rest.</summary>
    private (string Name, JsonElement Body) Parts(JsonElement document, out JsonElement? header)
    {
        header = document.ValueKind == JsonValueKind.Object && document.TryGetProperty(HeaderMember, out var blocks) ? blocks : null;
        if (header is null)
            return JsonToXml.Root(document, shape.Root);
        var rest = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in document.EnumerateObject())
            if (member.Name != HeaderMember)
                rest[member.Name] = member.Value;
        return JsonToXml.Root(JsonSerializer.SerializeToElement(rest), shape.Root);
    }

    private FormatReading Unwrap(XmlPart envelope)
    {
        if (envelope.Name != "Envelope" || SoapVersion.Of(envelope.Namespace) is null)
            return FormatReading.Unreadable(new Refusal("soap.not_an_envelope", envelope.Name, "The document is no SOAP envelope of version 1.1 or 1.2."));
        if (envelope.Child("Body") is not { } body)
            return FormatReading.Unreadable(new Refusal("soap.no_body", "Envelope", "The envelope has no Body."));
        var content = (body.Children ?? []).Where(c => c.Name.Length > 0).ToList();
        var fault = content is [{ Name: "Fault" } only] && SoapVersion.Of(only.Namespace) is not null ? only : null;
        var json = new XmlToJson(reading);
        var bytes = json.Document(writer =>
        {
            if (envelope.Child("Header") is { HasElements: true } header)
            {
                writer.WritePropertyName(HeaderMember);
                writer.WriteStartObject();
                json.Members(writer, header.Children!, HeaderMember, 3);
                writer.WriteEndObject();
            }

            if (fault is not null)
                SoapFaults.Write(writer, fault, json);
            else if (unwrap && content is [var one])
                json.Content(writer, one);
            else
                json.Members(writer, content, "", 2);
        });
        var topic = content.Count > 0 ? content[0].Name : "";
        return new(false, $"SOAP message {topic}", [new(topic, "", bytes, [])]);
    }
}
