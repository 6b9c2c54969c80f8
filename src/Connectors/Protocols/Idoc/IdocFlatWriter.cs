using System.Globalization;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Xml;

namespace Connectors.Protocols.Idoc;

/// <summary>Writes one flat IDoc: records of fixed places, ended by CR LF. A value that is longer than its field is refused, never cut.</summary>
internal sealed class IdocFlatWriter(IdocSchema schema, string client, string number)
{
    private readonly StringBuilder _text = new();
    private int _segments;

    public string Write(JsonElement idoc)
    {
        Fields(idoc.GetProperty(IdocSchema.ControlName), IdocSchema.Control);
        _text.Append("\r\n");
        Segments(idoc, 0, 1, IdocSchema.ControlName);
        return _text.ToString();
    }

    private void Segments(JsonElement parent, int parentNumber, int level, string path)
    {
        foreach (var member in parent.EnumerateObject())
            if (member.Name == IdocSchema.ControlName || member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array))
                continue;
            else if (member.Value.ValueKind == JsonValueKind.Array)
                foreach (var entry in member.Value.EnumerateArray())
                    Segment(member.Name, entry, parentNumber, level, path);
            else
                Segment(member.Name, member.Value, parentNumber, level, path);
    }

    private void Segment(string name, JsonElement value, int parent, int level, string path)
    {
        if (schema.Find(name) is not { } segment)
            throw new XmlRefusedException(new("idoc.segment_unknown", name, $"The segment {name} is not described. Give it fields under segments: of the format. Known: {string.Join(", ", schema.Names)}."));
        if (value.ValueKind != JsonValueKind.Object)
            throw new XmlRefusedException(new("idoc.not_a_segment", $"{path}.{name}", $"{name} is a segment and has fields; one value stands there."));
        var own = ++_segments;
        _text.Append(segment.Flat.PadRight(30)).Append(client.PadLeft(3)[^3..]).Append(number)
            .Append(CultureInfo.InvariantCulture, $"{own:000000}{parent:000000}{level:00}");
        Fields(value, segment);
        _text.Append("\r\n");
        Segments(value, own, level + 1, $"{path}.{name}");
    }

    private void Fields(JsonElement value, IdocSegment segment)
    {
        foreach (var member in value.EnumerateObject())
            if (member.Value.ValueKind is not (JsonValueKind.Object or JsonValueKind.Array) && segment.Fields.All(f => f.Name != member.Name))
                throw new XmlRefusedException(new("idoc.field_unknown", $"{segment.Name}.{member.Name}", $"The segment {segment.Name} has no field {member.Name}. Known: {string.Join(", ", segment.Fields.Select(f => f.Name))}."));
        foreach (var field in segment.Fields)
        {
            var text = value.TryGetProperty(field.Name, out var found) ? Text(found) : "";
            if (text.Length > field.Length || text.AsSpan().IndexOfAnyInRange('\0', '\u001F') >= 0)
                throw new XmlRefusedException(new("idoc.field_too_long", $"{segment.Name}.{field.Name}", $"The value of {segment.Name}.{field.Name} has {text.Length} characters, or holds control characters. Allowed: {field.Length} characters of text. Cut it in the mapping if that is right."));
            _text.Append(text.PadRight(field.Length));
        }

        // Blanks at the end say nothing, and readers do without them.
        while (_text.Length > 0 && _text[^1] == ' ')
            _text.Length--;
    }

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => Http.JsonText.String(value) ?? "",
        JsonValueKind.Null or JsonValueKind.Object or JsonValueKind.Array => "",
        _ => value.GetRawText(),
    };
}
