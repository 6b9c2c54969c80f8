using System.Text;
using System.Text.Json;
using System.Xml;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Xml;

/// <summary>Writes a whole document. The same JSON gives the same bytes.</summary>
internal static class JsonToXml
{
    public static FormatWriting Write(JsonElement document, XmlShape shape, FormatContext context, string contentType) =>
        Write(shape, context, contentType, (elements, _) =>
        {
            var (name, root) = Root(document, shape.Root);
            elements.Element(name, root, "", declare: true);
        });

    /// <summary>Begins and ends the document, and turns what cannot be written into refusals.</summary>
    public static FormatWriting Write(XmlShape shape, FormatContext context, string contentType, Action<XmlElements, XmlWriter> content)
    {
        using var bytes = new MemoryStream();
        try
        {
            using (var writer = XmlWriter.Create(bytes, Settings(shape)))
            {
                content(new XmlElements(writer, shape, Namespaces(shape, context)), writer);
            }

            return new(bytes.ToArray(), contentType, []);
        }
        catch (XmlRefusedException refused)
        {
            return new(default, contentType, [refused.Refusal]);
        }
        catch (Exception bad) when (bad is XmlException or ArgumentException or InvalidOperationException)
        {
            return new(default, contentType, [new("xml.cannot_write", "", $"The document cannot be written as XML: {bad.Message}")]);
        }
    }

    public static (string Name, JsonElement Root) Root(JsonElement document, string? name)
    {
        if (name is not null)
            return (name, document);
        if (document.ValueKind == JsonValueKind.Object && document.EnumerateObject().ToList() is [{ Value.ValueKind: not JsonValueKind.Array } only])
            return (only.Name, only.Value);
        throw new XmlRefusedException(new("xml.no_root", "", "An XML document has one root. Let all targets of the mapping begin with its name, or name it as root: of the format."));
    }

    private static XmlWriterSettings Settings(XmlShape shape) => new()
    {
        Encoding = shape.Encoding,
        OmitXmlDeclaration = !shape.Declaration,
        Indent = shape.Indent,
        NewLineChars = "\n",
        // A carriage return in a value would come back as a line feed.
        NewLineHandling = NewLineHandling.Entitize,
        CheckCharacters = true,
        CloseOutput = false,
    };

    private static List<KeyValuePair<string, string>> Namespaces(XmlShape shape, FormatContext context)
    {
        var found = new List<KeyValuePair<string, string>>();
        foreach (var (prefix, text) in shape.Namespaces)
            if (text.Text.Render(context.Connection, context.SettingDefaults, PlaceholderUse.Plain, out var missing) is { } space)
                found.Add(new(prefix, space));
            else
                throw new XmlRefusedException(new("mapping.required_missing", missing, $"The namespace of '{prefix}' needs {missing}, which has no value."));
        return found;
    }
}
