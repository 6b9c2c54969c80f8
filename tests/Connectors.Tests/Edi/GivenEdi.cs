using System.Globalization;
using System.Text;
using System.Text.Json;
using Connectors.Protocols.Edi;
using Connectors.Protocols.Edifact;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.X12;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Edi;

/// <summary>Small interchanges and formats; tests change what they are about.</summary>
internal static class GivenEdi
{
    public const string Order = "BEG*00*SA*4711**20261122";

    public const string Line = "PO1*1*2*EA*9.25**VN*TEE-M";

    /// <summary>An interchange of one group; each set is its segments without ST and SE.</summary>
    public static string X12(string functionalId, string set, params string[][] sets)
    {
        var text = new StringBuilder("ISA*00*          *00*          *ZZ*ACME           *ZZ*US             *261123*0915*U*00401*000000905*0*P*>~\n");
        text.Append(CultureInfo.InvariantCulture, $"GS*{functionalId}*ACME*US*20261123*0915*905*X*004010~\n");
        for (var i = 0; i < sets.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"ST*{set}*{i + 1:0000}~\n");
            foreach (var segment in sets[i])
                text.Append(segment).Append("~\n");
            text.Append(CultureInfo.InvariantCulture, $"SE*{sets[i].Length + 2}*{i + 1:0000}~\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"GE*{sets.Length}*905~\nIEA*1*000000905~\n").ToString();
    }

    public static string Orders(int count = 1) => X12("PO", "850", [.. Enumerable.Repeat<string[]>([Order, Line, "CTT*1"], count)]);

    public static string Edifact(string set, params string[][] messages)
    {
        var text = new StringBuilder("UNB+UNOC:3+ACME:14+US:14+261123:0915+905++++1'\n");
        for (var i = 0; i < messages.Length; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"UNH+{i + 1}+{set}:D:96A:UN'\n");
            foreach (var segment in messages[i])
                text.Append(segment).Append("'\n");
            text.Append(CultureInfo.InvariantCulture, $"UNT+{messages[i].Length + 2}+{i + 1}'\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"UNZ+{messages.Length}+905'\n").ToString();
    }

    /// <summary>A format as a manifest describes it; <paramref name="more"/> are further keys of the entry.</summary>
    public static IDocumentFormat Format(string type, string more = "", string? ids = null)
    {
        var yaml = $$"""
            kind: Connector
            metadata: { name: partner }
            spec:
              title: Partner
              roles: [b2b]
              formats:
                - name: edi
                  type: {{type}}
                  us: { id: "{{ids ?? "US"}}" }
                  partner: { id: "{{ids ?? "ACME"}}" }
            {{string.Join('\n', more.Split('\n').Select(l => "      " + l))}}
              answers: { method: PUT, path: "/out/{answer.name}.edi" }
              receive:
                signature: { scheme: none, because: It is a test. }
                format: edi
                documents: [{ ignore: It is a test. }]
            """;
        var reading = ManifestReader.Read(yaml, "partner");
        Assert.Empty(reading.Problems);
        return reading.Definition!.Formats["edi"];
    }

    public static IDocumentFormat Of850 { get; } = Format("x12", "schemas: [\"850\"]\nacknowledge: \"997\"");

    public static IDocumentFormat OfOrders { get; } = Format("edifact", "schemas: [ORDERS]\nacknowledge: CONTRL");

    public static FormatReading Read(IDocumentFormat format, string text) => format.Read(Encoding.Latin1.GetBytes(text), Given.Connection(), Given.Now);

    public static JsonElement Json(FormatDocument document) => JsonDocument.Parse(document.Json).RootElement;

    public static string Answer(FormatReading reading) => Encoding.Latin1.GetString(Assert.Single(reading.Answers).Content.Span);

    public static FormatContext Context(long? number = 77, Connection? connection = null) => new(connection ?? Given.Connection(), "SHOPIFY-EU-1001", number, Given.Now);

    public static EdiDialect Dialect(string type) => type == "x12" ? X12Dialect.Instance : EdifactDialect.Instance;
}

/// <summary>Gives as many bytes at a time as it is told.</summary>
internal sealed class Drip(byte[] text, int size) : MemoryStream(text)
{
    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, size)]);

    public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, size));

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => base.ReadAsync(buffer[..Math.Min(buffer.Length, size)], cancellationToken);
}
