using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Connectors.Protocols.Xml;

/// <summary>
/// Writes elements as JSON: an element without attributes and elements is its text; any other an object with <c>@name</c> for
/// attributes, <c>#text</c> for its text, and a member for each name of its elements, a list where the name repeats. Texts stay texts:
/// XML does not say what is a number. Members keep the order in which the document first names them.
/// </summary>
internal sealed class XmlToJson(XmlReading reading)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Characters. Text around elements is told at each level again, so that nesting would multiply it.</summary>
    private const int MostMixedText = 8 << 20;

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private int _mixed;

    /// <summary>An object with the root's name as its one member.</summary>
    /// <exception cref="XmlRefusedException">The JSON would be nested too deep.</exception>
    public byte[] Document(XmlPart root) => Document(writer =>
    {
        writer.WritePropertyName(root.Name);
        Value(writer, root, root.Name, 2);
    });

    /// <summary>An object with what <paramref name="members"/> writes.</summary>
    public byte[] Document(Action<Utf8JsonWriter> members)
    {
        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer, Options);
        writer.WriteStartObject();
        members(writer);
        writer.WriteEndObject();
        writer.Flush();
        return _buffer.WrittenSpan.ToArray();
    }

    public void Value(Utf8JsonWriter writer, XmlPart node, string path, int depth)
    {
        if (depth > XmlLimits.MostJsonDepth)
            throw new XmlRefusedException(new("xml.too_deep", path, $"The document is nested too deep to be worked with, at {path}."));
        var elements = node.HasElements;
        if (node.Attributes is null && !elements)
        {
            if (node.Nil)
                writer.WriteNullValue();
            else
                writer.WriteStringValue(node.InnerText());
            return;
        }

        writer.WriteStartObject();
        foreach (var (name, value) in node.Attributes ?? [])
            writer.WriteString(name, value);
        if (node.Nil)
            writer.WriteString("@xsi:nil", "true");
        else if (!elements && node.InnerText() is { Length: > 0 } text)
            writer.WriteString("#text", text);
        else if (elements && node.Children!.Exists(c => c.Name.Length == 0))
            writer.WriteString("#text", Mixed(node, path));
        if (elements)
            Members(writer, node.Children!, path, depth + 1);
        writer.WriteEndObject();
    }

    /// <summary>What is within an element, where an object for it is already begun.</summary>
    public void Content(Utf8JsonWriter writer, XmlPart node)
    {
        foreach (var (name, value) in node.Attributes ?? [])
            writer.WriteString(name, value);
        if (node.HasElements)
            Members(writer, node.Children!, "", 2);
        else if (node.InnerText() is { Length: > 0 } text)
            writer.WriteString("#text", text);
    }

    private string Mixed(XmlPart node, string path)
    {
        var text = node.InnerText();
        return (_mixed += text.Length) <= MostMixedText ? text
            : throw new XmlRefusedException(new("xml.mixed_too_large", path, $"Text and elements are mixed over too many levels, at {path}."));
    }

    /// <summary>A member for each name.</summary>
    public void Members(Utf8JsonWriter writer, IReadOnlyList<XmlPart> children, string path, int depth)
    {
        var groups = new Dictionary<string, List<XmlPart>>(StringComparer.Ordinal);
        var order = new List<List<XmlPart>>();
        foreach (var child in children)
        {
            if (child.Name.Length == 0)
                continue;
            if (!groups.TryGetValue(child.Name, out var group))
            {
                groups[child.Name] = group = new(1);
                order.Add(group);
            }

            group.Add(child);
        }

        foreach (var group in order)
        {
            var name = group[0].Name;
            var at = path.Length == 0 ? name : $"{path}.{name}";
            writer.WritePropertyName(name);
            if (group.Count == 1 && !reading.Lists.Contains(name) && !reading.Lists.Contains(at))
            {
                Value(writer, group[0], at, depth);
                continue;
            }

            writer.WriteStartArray();
            foreach (var child in group)
                Value(writer, child, at, depth + 1);
            writer.WriteEndArray();
        }
    }
}
