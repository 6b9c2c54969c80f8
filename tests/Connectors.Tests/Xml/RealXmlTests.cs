using System.Globalization;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Formats;
using Connectors.Tests.Marketplaces;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Xml;

/// <summary>What becomes of every XML document of real systems that we have: parsed or refused with its place, written back, and what the connector makes of it.</summary>
public sealed class RealXmlTests
{
    [Fact]
    public void Every_document_is_read_or_refused_as_approved()
    {
        var text = new StringBuilder();
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Samples.Find("pos/poslog/SMALL.xml"))!, "..", ".."));
        foreach (var folder in new[] { "netsuite-soap", "sap", "ubl", "pos", "wms-3pl", "flat-files", "erp-other" })
            foreach (var file in Directory.EnumerateFiles(Path.Combine(root, folder), "*.*", SearchOption.AllDirectories).Where(IsXml).Order(StringComparer.Ordinal))
                Outcome(text, folder, Path.GetRelativePath(root, file).Replace('\\', '/'), File.ReadAllBytes(file));
        foreach (var (name, idoc) in Idocs(Directory.EnumerateFiles(Path.Combine(root, "sap"), "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)))
            Outcome(text, "sap-idoc", name, Encoding.UTF8.GetBytes(idoc));
        Approved.Check("xml-real-documents", text.ToString());
    }

    private static void Outcome(StringBuilder text, string folder, string name, byte[] content)
    {
        var format = GivenXml.Format(folder == "netsuite-soap" ? "type: soap" : "type: xml");
        var reading = format.Read(content, Given.Connection());
        text.Append(CultureInfo.InvariantCulture, $"{name}: ");
        if (reading.Refusals.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"refused, {reading.Refusals[0].Code} at {reading.Refusals[0].Field}: {reading.Refusals[0].Message}\n");
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"{reading.Documents[0].Topic}, {RoundTrip(format, reading.Documents[0])}");
        if (Reader(folder) is var (partner, polled))
            foreach (var (place, meaning) in GivenXml.Received(XmlConnectorTests.Connector(partner).Receiver!, XmlConnectorTests.Connection(partner), GivenXml.Request(content, polled ? "fulfilments-feed" : "", polled)))
                text.Append(CultureInfo.InvariantCulture, $"\n    {(place.Length > 0 ? place + ": " : "")}{Of(meaning)}");
        text.Append('\n');
    }

    private static (string Partner, bool Polled)? Reader(string folder) => folder switch { "sap-idoc" => ("SapIdoc", false), "pos" => ("PosLog", false), "ubl" => ("UblPartner", false), _ => null };

    /// <summary>XML to JSON to XML to JSON: the two JSONs are equal, or it is said why not.</summary>
    private static string RoundTrip(IDocumentFormat format, FormatDocument document)
    {
        using var json = JsonDocument.Parse(document.Json);
        if (format.Name == "f" && json.RootElement.TryGetProperty("Fault", out _))
            return "a fault";
        var rest = json.RootElement.TryGetProperty("#header", out _) ? " (without its header blocks)" : "";
        var body = json.RootElement.EnumerateObject().Single(m => m.Name != "#header");
        var one = $"{{{JsonSerializer.Serialize(body.Name)}:{body.Value.GetRawText()}}}";
        var written = GivenXml.Format("type: xml").Written(one);
        if (written.Refusals.Count > 0)
            return $"not written back: {written.Refusals[0].Message}";
        using var again = JsonDocument.Parse(GivenXml.Format("type: xml").Json(Encoding.UTF8.GetString(written.Content.Span)));
        using var first = JsonDocument.Parse(one);
        return JsonElement.DeepEquals(first.RootElement, again.RootElement) ? "written back and read the same" + rest : "read otherwise when written back: it mixes text and elements";
    }

    internal static string Of(InboundEvent meaning) => meaning is InboundEvent.Happened { Shipment: { } s }
        ? RealDocumentTests.Of(meaning) + string.Create(CultureInfo.InvariantCulture, $"; {s.ShippedAt:yyyy-MM-dd HH:mm} {string.Join(", ", s.Lines.Select(l => $"{l.ChannelLineRef} {l.Sku} x{l.Quantity}"))}")
        : meaning is InboundEvent.OrderReceived { Order.Extensions: { Count: > 0 } extensions }
            ? RealDocumentTests.Of(meaning) + "; " + string.Join(", ", extensions.Where(e => e.Key != "note").Select(e => $"{e.Key} {e.Value}"))
            : RealDocumentTests.Of(meaning) + (meaning is InboundEvent.Refused r ? ": " + r.Refusals[0].Message : "");

    private static bool IsXml(string file) => Path.GetExtension(file) is ".xml" or ".edmx" or ".xsd";

    /// <summary>IDocs that stand as texts in a collection of requests.</summary>
    private static IEnumerable<(string Name, string Idoc)> Idocs(IEnumerable<string> files)
    {
        var seen = new HashSet<string>();
        foreach (var file in files)
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(file));
            var number = 0;
            foreach (var text in Texts(document.RootElement).Where(t => t.Contains("<IDOC ", StringComparison.Ordinal)))
                if (seen.Add(text))
                    yield return ($"{Path.GetFileName(file)}[{number++}]", text);
        }
    }

    private static IEnumerable<string> Texts(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Texts),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(p => Texts(p.Value)),
        _ => [],
    };
}
