using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Xml;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Idoc;

/// <summary>
/// IDocs of SAP, in XML and flat, as the same JSON: segments by name, with their fields and segments within. Both are read whichever is
/// written. Each IDoc of a file is a document, whose topic is its message type: <c>ORDERS</c>, <c>DESADV</c>. Reference: docs/xml-and-soap.md.
/// </summary>
/// <param name="flat">Whether flat files are written.</param>
public sealed class IdocFormat(string name, IdocSchema schema, bool flat, Encoding encoding) : IDocumentFormat
{
    private static readonly string[] XmlTypes = ["application/xml", "text/xml", "text/plain"];
    private static readonly string[] FlatTypes = ["text/plain", "application/xml", "text/xml"];

    public string Name => name;

    public IReadOnlyCollection<string> MediaTypes => flat ? FlatTypes : XmlTypes;

    public string SendsAs => flat ? $"text/plain; charset={encoding.WebName}" : "application/xml; charset=utf-8";

    public FormatReading Read(ReadOnlyMemory<byte> content, Connection connection)
    {
        List<IdocFound>? found = null;
        Refusal? refusal;
        if (LooksFlat(content.Span))
        {
            try
            {
                var text = encoding.GetString(content.Span);
                refusal = SafeXml.Guarded(() => found = new IdocFlatReader(schema).Read(text));
            }
            catch (DecoderFallbackException)
            {
                refusal = new("idoc.bytes", "", $"The file holds bytes that are no text in {encoding.WebName}. Name its encoding in the format.");
            }
        }
        else
        {
            using var reader = SafeXml.Open(content, split: false, out refusal);
            if (reader is not null)
                refusal = SafeXml.Guarded(() => found = IdocXmlReader.Read(reader));
        }

        if (refusal is not null || found is null)
            return FormatReading.Unreadable(refusal ?? new("idoc.no_idoc", "", "The document holds no IDoc."));
        FormatReading? reading = null;
        refusal = SafeXml.Guarded(() => reading = new(found.Count > 1, string.Create(CultureInfo.InvariantCulture, $"{found.Count} {(found.Count == 1 ? "IDoc" : "IDocs")}"), [.. found.Select(Document)]));
        return reading ?? FormatReading.Unreadable(refusal!);
    }

    public FormatWriting Write(JsonElement document, FormatContext context)
    {
        FormatWriting? written = null;
        var refusal = SafeXml.Guarded(() => written = Write(Completed(document, context), context));
        return written ?? new(default, SendsAs, [refusal!]);
    }

    private FormatWriting Write(JsonObject idoc, FormatContext context)
    {
        var control = (JsonObject)idoc[IdocSchema.ControlName]!;
        if (!flat)
            return JsonToXml.Write(JsonSerializer.SerializeToElement(Marked(control["IDOCTYP"]!.ToString(), idoc)), new(), context, SendsAs);
        var text = new IdocFlatWriter(schema, Text(control, "MANDT") ?? "", (Text(control, "DOCNUM") ?? "").PadLeft(16, '0')).Write(JsonSerializer.SerializeToElement(idoc));
        try
        {
            return new(encoding.GetBytes(text), SendsAs, []);
        }
        catch (EncoderFallbackException)
        {
            return new(default, SendsAs, [new("idoc.encoding", "", $"A value has characters that {encoding.WebName} has not.")]);
        }
    }

    /// <summary>With what the control record needs and no mapping can know: number, date and time of its making.</summary>
    private static JsonObject Completed(JsonElement document, FormatContext context)
    {
        if (document.ValueKind != JsonValueKind.Object || JsonNode.Parse(document.GetRawText()) is not JsonObject idoc || idoc[IdocSchema.ControlName] is not JsonObject control || Text(control, "IDOCTYP") is null)
            throw new XmlRefusedException(new("idoc.no_control_record", IdocSchema.ControlName, "The mapping must write EDI_DC40.IDOCTYP, such as ORDERS05."));
        control.TryAdd("TABNAM", IdocSchema.ControlName);
        control.TryAdd("DIRECT", "2");
        if (context.Number is { } number)
            control.TryAdd("DOCNUM", number.ToString("D16", CultureInfo.InvariantCulture));
        control.TryAdd("CREDAT", context.At.UtcDateTime.ToString("yyyyMMdd", CultureInfo.InvariantCulture));
        control.TryAdd("CRETIM", context.At.UtcDateTime.ToString("HHmmss", CultureInfo.InvariantCulture));
        var whole = new JsonObject { [IdocSchema.ControlName] = Sorted(control) };
        foreach (var (member, value) in idoc.ToList())
            if (member != IdocSchema.ControlName)
            {
                idoc.Remove(member);
                whole[member] = value;
            }

        return whole;
    }

    /// <summary>In the order of the record: SAP's own reader of XML goes by it.</summary>
    private static JsonObject Sorted(JsonObject control)
    {
        var sorted = new JsonObject();
        foreach (var field in IdocSchema.Control.Fields)
            if (control[field.Name] is { } value)
            {
                control.Remove(field.Name);
                sorted[field.Name] = value;
            }

        return control.Count == 0 ? sorted
            : throw new XmlRefusedException(new("idoc.field_unknown", $"{IdocSchema.ControlName}.{control.First().Key}", $"The control record has no field {control.First().Key}. Known: {string.Join(", ", IdocSchema.Control.Fields.Select(f => f.Name))}."));
    }

    private static JsonObject Marked(string type, JsonObject idoc)
    {
        var body = new JsonObject { ["@BEGIN"] = "1" };
        foreach (var (member, value) in idoc.ToList())
        {
            idoc.Remove(member);
            body[member] = Segment(value);
        }

        return new JsonObject { [type] = new JsonObject { ["IDOC"] = body } };
    }

    /// <summary>Objects are segments and carry their mark; values are fields.</summary>
    private static JsonNode? Segment(JsonNode? value)
    {
        if (value is JsonArray list)
            return new JsonArray([.. list.ToList().Select(e => { list.Remove(e); return Segment(e); })]);
        if (value is not JsonObject segment)
            return value;
        var marked = new JsonObject { ["@SEGMENT"] = "1" };
        foreach (var (member, inner) in segment.ToList())
        {
            segment.Remove(member);
            marked[member] = Segment(inner);
        }

        return marked;
    }

    private static string? Text(JsonObject of, string member) => of[member] is JsonValue value && value.ToString() is { Length: > 0 } text ? text : null;

    private static FormatDocument Document(IdocFound found)
    {
        var json = new XmlToJson(XmlReading.Plain);
        var content = json.Document(writer => json.Members(writer, found.Idoc.Children ?? [], "", 2));
        var control = found.Idoc.Child(IdocSchema.ControlName);
        var refusals = control is null ? [.. found.Refusals, new("idoc.no_control_record", "IDOC", $"The IDoc has no {IdocSchema.ControlName}.")] : found.Refusals;
        return new(control?.Child("MESTYP")?.InnerText() ?? "", found.Place, content, refusals);
    }

    private static bool LooksFlat(ReadOnlySpan<byte> content) => content.TrimStart("\uFEFF \r\n"u8).StartsWith("EDI_DC"u8);
}
