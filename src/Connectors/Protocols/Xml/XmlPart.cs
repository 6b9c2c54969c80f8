using System.Text;
using System.Xml;
using System.Xml.Schema;

namespace Connectors.Protocols.Xml;

/// <summary>An element as it was read; a piece of text when it has no name.</summary>
internal sealed class XmlPart(string name)
{
    private static readonly string SchemaInstance = XmlSchema.InstanceNamespace;

    public string Name { get; } = name;

    public string Namespace { get; init; } = "";

    public List<(string Name, string Value)>? Attributes { get; set; }

    public List<XmlPart>? Children { get; set; }

    /// <summary>Of a piece of text; of an element that holds nothing but text.</summary>
    public string? Text { get; set; }

    public bool Nil { get; private set; }

    public bool HasElements => Children?.Exists(c => c.Name.Length > 0) == true;

    /// <summary>The text with that of the elements within, in order: what a person would read.</summary>
    public string InnerText()
    {
        if (Children is null)
            return Text ?? "";
        var text = new StringBuilder();
        Append(text);
        return text.ToString();
    }

    public XmlPart? Child(string name) => Children?.Find(c => c.Name == name);

    /// <summary>Reads the element at which the reader stands, up to its end tag.</summary>
    /// <param name="elements">Counts on; beyond the limit the document is refused.</param>
    public static XmlPart Read(XmlReader reader, XmlReading reading, ref int elements)
    {
        SafeXml.RefuseInclusion(reader);
        if (++elements > XmlLimits.MostElements)
            throw new XmlRefusedException(new("xml.too_many_elements", SafeXml.Place(reader), $"The document has more than {XmlLimits.MostElements} elements."));
        // The guard has counted before; what recurses does not rely on it.
        if (reader.Depth > XmlLimits.MostDepth)
            throw new XmlRefusedException(new("xml.too_deep", SafeXml.Place(reader), $"The document is nested more than {XmlLimits.MostDepth} deep."));
        var node = new XmlPart(reading.Name(reader.LocalName, reader.NamespaceURI)) { Namespace = reader.NamespaceURI };
        var empty = reader.IsEmptyElement;
        node.ReadAttributes(reader, reading);
        if (empty)
            return node;
        while (reader.Read() && reader.NodeType != XmlNodeType.EndElement)
            if (reader.NodeType == XmlNodeType.Element)
                node.Add(Read(reader, reading, ref elements));
            else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace)
                node.Add(reading.Trim ? reader.Value.Trim() : reader.Value);
        return node;
    }

    /// <summary>Attributes without namespace keep their names; others give way to them and keep their prefix: <c>type</c> beside <c>xsi:type</c>.</summary>
    public void ReadAttributes(XmlReader reader, XmlReading reading)
    {
        if (reader.AttributeCount == 0)
            return;
        var qualified = false;
        for (var more = reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
            if (reader.NamespaceURI.Length > 0)
                qualified |= reader.Prefix != "xmlns" && reader.Name != "xmlns";
            else
                (Attributes ??= []).Add(("@" + reader.LocalName, reader.Value));
        for (var more = qualified && reader.MoveToFirstAttribute(); more; more = reader.MoveToNextAttribute())
            if (reader.NamespaceURI.Length > 0 && reader.Prefix != "xmlns" && reader.Name != "xmlns")
                ReadQualified(reader, reading);
        reader.MoveToElement();
    }

    private void ReadQualified(XmlReader reader, XmlReading reading)
    {
        var space = reader.NamespaceURI;
        if (space == SchemaInstance && reader.LocalName == "nil")
        {
            Nil = reader.Value.Trim() is "true" or "1";
            return;
        }

        var name = space == SchemaInstance ? "@xsi:" + reader.LocalName
            : reader.Prefix == "xml" ? "@xml:" + reader.LocalName
            : "@" + reading.Name(reader.LocalName, space);
        Attributes ??= [];
        if (Attributes.Exists(a => a.Name == name))
            name = "@" + reader.Prefix + ":" + reader.LocalName;
        if (!Attributes.Exists(a => a.Name == name))
            Attributes.Add((name, reader.Value));
    }

    private void Add(XmlPart child)
    {
        if (Text is not null)
        {
            Children = [new("") { Text = Text }];
            Text = null;
        }

        (Children ??= []).Add(child);
    }

    private void Add(string text)
    {
        if (Children is not null)
            Children.Add(new("") { Text = text });
        else if (Text is null)
            Text = text;
        else
            (Children, Text) = ([new("") { Text = Text }, new("") { Text = text }], null);
    }

    private void Append(StringBuilder text)
    {
        text.Append(Text);
        foreach (var child in Children ?? [])
            child.Append(text);
    }
}
