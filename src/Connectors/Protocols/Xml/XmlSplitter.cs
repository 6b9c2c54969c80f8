using System.Globalization;
using System.Xml;
using Connectors.Protocols.Formats;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Xml;

/// <summary>
/// Reads a file element by element: each that stands at the path becomes a document, in the same shape as the whole would have, with
/// the attributes and elements that stand before it around it. Only one is held at a time.
/// </summary>
internal sealed class XmlSplitter(XmlReading reading)
{
    /// <summary>A small head around many documents; a head that is itself the bulk would multiply with them.</summary>
    private const int HeadAllowance = 16 << 20;

    private readonly XmlToJson _json = new(reading);
    private readonly List<XmlPart> _around = [];
    private readonly List<FormatDocument> _found = [];
    private long _written;

    /// <param name="length">Of the content in bytes.</param>
    public List<FormatDocument> Read(XmlReader reader, int length)
    {
        var path = reading.Split;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.EndElement)
            {
                _around.RemoveAt(_around.Count - 1);
                continue;
            }

            if (reader.NodeType != XmlNodeType.Element)
                continue;
            SafeXml.RefuseInclusion(reader);
            var onPath = reading.Name(reader.LocalName, reader.NamespaceURI) == path[_around.Count];
            if (onPath && _around.Count < path.Count - 1)
            {
                Enter(reader);
                continue;
            }

            var place = SafeXml.Place(reader);
            var elements = 0;
            var node = XmlPart.Read(reader, reading, ref elements);
            if (onPath)
                Add(node, place, length);
            else if (_around.Count > 0)
                (_around[^1].Children ??= []).Add(node);
        }

        return _found.Count > 0 ? _found : throw new XmlRefusedException(new("xml.nothing_to_split", string.Join('.', path), $"The document holds no element {string.Join('.', path)}, by which it is divided."));
    }

    private void Enter(XmlReader reader)
    {
        var around = new XmlPart(reading.Name(reader.LocalName, reader.NamespaceURI)) { Namespace = reader.NamespaceURI };
        var empty = reader.IsEmptyElement;
        around.ReadAttributes(reader, reading);
        if (!empty)
            _around.Add(around);
    }

    private void Add(XmlPart node, string place, int length)
    {
        var name = node.Name;
        for (var i = _around.Count - 1; i >= 0; i--)
            node = new(_around[i].Name) { Attributes = _around[i].Attributes, Children = [.. _around[i].Children ?? [], node] };
        var json = _json.Document(node);
        _written += json.Length;
        if (_written > HeadAllowance + 8L * length)
            throw new XmlRefusedException(new("xml.head_too_large", place, "What stands before the documents of this file is too large to be repeated with each of them."));
        if (_found.Count == XmlLimits.MostDocuments)
            throw new XmlRefusedException(new("xml.too_many_documents", place, $"The file holds more than {XmlLimits.MostDocuments} documents. Divide it."));
        _found.Add(new(name, string.Create(CultureInfo.InvariantCulture, $"{name} {_found.Count + 1}, {place}"), json, []));
    }
}
