using System.Globalization;
using System.Xml;
using Connectors.Protocols.Xml;

namespace Connectors.Protocols.Idoc;

/// <summary>Reads IDocs in XML: a root named after the type, and any number of <c>IDOC</c> in it. Also within a SOAP envelope, as SAP's SOAP endpoint takes and sends them.</summary>
internal static class IdocXmlReader
{
    public static List<IdocFound> Read(XmlReader reader)
    {
        var found = new List<IdocFound>();
        var elements = 0;
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element)
                continue;
            SafeXml.RefuseInclusion(reader);
            if (reader.LocalName != "IDOC")
                continue;
            var place = SafeXml.Place(reader);
            var node = XmlPart.Read(reader, XmlReading.Plain with { Trim = true }, ref elements);
            WithoutMarks(node);
            found.Add(new(node, string.Create(CultureInfo.InvariantCulture, $"IDoc {found.Count + 1}, {place}"), []));
        }

        return found.Count > 0 ? found : throw new XmlRefusedException(new("idoc.no_idoc", "", "The document holds no element IDOC."));
    }

    /// <summary>BEGIN and SEGMENT say that a segment is there, which it is.</summary>
    private static void WithoutMarks(XmlPart node)
    {
        node.Attributes = null;
        node.Children?.RemoveAll(c => c.Name.Length == 0);
        foreach (var child in node.Children ?? [])
            WithoutMarks(child);
    }
}
