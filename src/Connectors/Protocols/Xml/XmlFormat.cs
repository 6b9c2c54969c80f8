using System.Globalization;
using System.Text.Json;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Xml;

/// <summary>XML as JSON and back. Reference: docs/xml-and-soap.md.</summary>
public sealed class XmlFormat(string name, XmlReading reading, XmlShape shape) : IDocumentFormat
{
    private static readonly string[] Types = ["application/xml", "text/xml"];

    public string Name => name;

    public IReadOnlyCollection<string> MediaTypes => Types;

    public string SendsAs => $"application/xml; charset={shape.Encoding.WebName}";

    public FormatReading Read(ReadOnlyMemory<byte> content, Connection connection)
    {
        using var reader = SafeXml.Open(content, reading.Split.Count > 0, out var refusal);
        if (reader is null)
            return FormatReading.Unreadable(refusal!);
        FormatReading? found = null;
        refusal = SafeXml.Guarded(() => found = reading.Split.Count > 0 ? Several(new XmlSplitter(reading).Read(reader, content.Length)) : One(XmlDocuments.Read(reader, reading)));
        return refusal is null ? found! : FormatReading.Unreadable(refusal);
    }

    public FormatWriting Write(JsonElement document, FormatContext context) => JsonToXml.Write(document, shape, context, SendsAs);

    private FormatReading One(XmlPart root) => new(false, $"XML document {root.Name}", [new(root.Name, "", new XmlToJson(reading).Document(root), [])]);

    private static FormatReading Several(List<FormatDocument> documents) =>
        new(true, string.Create(CultureInfo.InvariantCulture, $"XML file with {documents.Count} {(documents.Count == 1 ? "document" : "documents")} {documents[0].Topic}"), documents);
}

internal static class XmlDocuments
{
    /// <summary>The root of a document that is read to its end.</summary>
    public static XmlPart Read(System.Xml.XmlReader reader, XmlReading reading)
    {
        XmlPart? root = null;
        var elements = 0;
        while (reader.Read())
            if (reader.NodeType == System.Xml.XmlNodeType.Element)
                root = XmlPart.Read(reader, reading, ref elements);
        return root ?? throw new XmlRefusedException(new("xml.not_xml", "", "The document holds no element."));
    }
}
