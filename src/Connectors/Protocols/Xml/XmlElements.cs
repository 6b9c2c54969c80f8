using System.Text.Json;
using System.Xml;
using System.Xml.Schema;

namespace Connectors.Protocols.Xml;

/// <summary>
/// Writes JSON as elements: <c>@name</c> is an attribute, <c>#text</c> the text, a list repeats its element, null is <c>xsi:nil</c>.
/// <c>prefix:name</c> stands in the namespace that the manifest gives the prefix; <c>xsi:</c> and <c>xml:</c> are always there.
/// </summary>
internal sealed class XmlElements(XmlWriter writer, XmlShape shape, IReadOnlyList<KeyValuePair<string, string>> namespaces)
{
    /// <summary>Declared where an element of ours begins that all others stand in.</summary>
    public void Declare()
    {
        foreach (var (prefix, space) in namespaces)
            if (prefix.Length > 0)
                writer.WriteAttributeString("xmlns", prefix, null, space);
    }

    /// <exception cref="XmlRefusedException">The JSON cannot be said in XML, or a name is none.</exception>
    public void Element(string name, JsonElement value, string path, bool declare = false)
    {
        var (prefix, local, space) = Resolve(name, path, attribute: false);
        writer.WriteStartElement(prefix, local, space);
        if (declare)
            Declare();
        Content(value, path);
        writer.WriteEndElement();
    }

    /// <summary>Members of an object as elements, where they stand in one that is already begun.</summary>
    public void Members(JsonElement value, string path)
    {
        foreach (var member in Ordered(value, path))
        {
            if (member.Name.StartsWith('@') || member.Name == "#text")
                continue;
            var at = path.Length == 0 ? member.Name : $"{path}.{member.Name}";
            if (member.Value.ValueKind != JsonValueKind.Array)
            {
                Element(member.Name, member.Value, at);
                continue;
            }

            foreach (var entry in member.Value.EnumerateArray())
                if (entry.ValueKind == JsonValueKind.Array)
                    throw Cannot(at, "a list stands directly within a list");
                else
                    Element(member.Name, entry, at);
        }
    }

    private void Content(JsonElement value, string path)
    {
        if (value.ValueKind == JsonValueKind.Null)
        {
            writer.WriteAttributeString("xsi", "nil", XmlSchema.InstanceNamespace, "true");
            return;
        }

        if (value.ValueKind != JsonValueKind.Object)
        {
            Text(value, path);
            return;
        }

        foreach (var member in value.EnumerateObject())
            if (member.Name.StartsWith('@'))
                Attribute(member, path);
        if (value.TryGetProperty("#text", out var text))
            Text(text, path + ".#text");
        Members(value, path);
    }

    private void Attribute(JsonProperty member, string path)
    {
        var at = $"{path}.{member.Name}";
        if (member.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            throw Cannot(at, "an attribute holds one value");
        if (member.Value.ValueKind == JsonValueKind.Null)
            return;
        var (prefix, local, space) = Resolve(member.Name[1..], at, attribute: true);
        writer.WriteStartAttribute(prefix, local, space);
        Text(member.Value, at);
        writer.WriteEndAttribute();
    }

    private void Text(JsonElement value, string path)
    {
        if (value.ValueKind is JsonValueKind.Object or JsonValueKind.Array)
            throw Cannot(path, "text is one value");
        if (value.ValueKind == JsonValueKind.Null)
            return;
        var text = value.ValueKind == JsonValueKind.String ? Http.JsonText.String(value) : value.GetRawText();
        if (text is null || text.AsSpan().IndexOfAnyInRange('\0', '\u001F') >= 0 && text.Any(c => !XmlConvert.IsXmlChar(c) && !char.IsSurrogate(c)) || text.Any(c => c is '\uFFFE' or '\uFFFF'))
            throw new XmlRefusedException(new("xml.character", path, $"The text at {path} holds a character that XML cannot carry, such as a control character. Take it out in the mapping."));
        writer.WriteString(text);
    }

    private (string Prefix, string Local, string? Space) Resolve(string name, string path, bool attribute)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        var (prefix, local) = colon < 0 ? ("", name) : (name[..colon], name[(colon + 1)..]);
        if (local.Length == 0 || !XmlConvert.IsStartNCNameChar(local[0]) || !local.All(XmlConvert.IsNCNameChar))
            throw new XmlRefusedException(new("xml.name", path, $"'{name}' at {path} is no name in XML. Allowed: letters, digits, '.', '-' and '_', not beginning with a digit, perhaps with a prefix and ':' before."));
        if (prefix == "xsi")
            return (prefix, local, XmlSchema.InstanceNamespace);
        if (prefix == "xml")
            return (prefix, local, "http://www.w3.org/XML/1998/namespace");
        foreach (var (known, space) in namespaces)
            if (known == prefix && (prefix.Length > 0 || !attribute))
                return (prefix, local, space);
        return prefix.Length == 0 ? ("", local, null)
            : throw new XmlRefusedException(new("xml.prefix_unknown", path, $"The prefix '{prefix}' at {path} is not known. Give it a namespace under namespaces: of the format. Known: {string.Join(", ", namespaces.Select(n => n.Key).Where(k => k.Length > 0).Append("xsi").Append("xml"))}."));
    }

    private IEnumerable<JsonProperty> Ordered(JsonElement value, string path)
    {
        if (value.ValueKind != JsonValueKind.Object)
            throw Cannot(path, "it has no members");
        var members = value.EnumerateObject();
        if (!shape.Order.TryGetValue(path, out var order))
            return members;
        var places = order.Select((n, i) => (n, i)).ToDictionary(p => p.n, p => p.i, StringComparer.Ordinal);
        return members.OrderBy(m => places.GetValueOrDefault(m.Name, int.MaxValue));
    }

    private static XmlRefusedException Cannot(string path, string why) =>
        new(new("xml.shape", path, $"What the mapping wrote at {(path.Length == 0 ? "the root" : path)} cannot be said in XML: {why}."));
}
