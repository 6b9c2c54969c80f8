using System.Text;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Xml;

/// <summary>
/// Samples with wrong bytes, cut, doubled and with hostile pieces put in, through format and rows: read or refused, never thrown, never
/// long, nothing kept: XML, SOAP, IDocs in XML and flat.
/// </summary>
public sealed class MutatedXmlTests(ITestOutputHelper output)
{
    private static readonly byte[][] Pieces = [.. new[]
    {
        "<", ">", "</", "/>", "&", "&#0;", "&#xD800;", "]]>", "<![CDATA[", "<!--", "<!DOCTYPE a [", "<?x", "\"", "'", "=", "\0", "\u2028", "xmlns:a=\"\"", "<a:b/>", " xsi:nil=\"true\"", "-", "1e99", "99999999999999999999", "0001-01-01", "9999-12-31T23:59:59",
        "EDI_DC40", "position:0", new string('<', 100), string.Concat(Enumerable.Repeat("<a>", 70)), new string('9', 400),
    }.Select(Encoding.UTF8.GetBytes), [0xFF], [0xFE, 0xFF], [0xC3], [0xED, 0xA0, 0x80]];

    public static TheoryData<string, string, string> Cases => new()
    {
        { "SapIdoc", "desadv.xml", "" }, { "SapIdoc", "desadv.txt", "" }, { "SapIdoc", "orders.xml", "" }, { "PosLog", "transactions.xml", "" }, { "UblPartner", "order.xml", "" },
        { "UblPartner", "despatch-advice.xml", "" }, { "NetSuiteSoap", "fulfilments.xml", "soap" },
    };

    [Theory, MemberData(nameof(Cases))]
    [Trait("kind", Mutations.Kind)]
    public async Task Documents_with_wrong_bytes_are_read_or_refused_and_never_throw(string partner, string sample, string kind)
    {
        var content = EmbeddedCatalog.Sample(partner, sample);
        var connector = XmlConnectorTests.Connector(partner);
        var connection = XmlConnectorTests.Connection(partner);
        var soap = kind == "soap" ? connector.Definition.Formats["get"] : null;
        var (read, refused) = (0, 0);
        var format = soap is not null ? "SOAP" : partner switch { "SapIdoc" => sample.EndsWith(".txt", StringComparison.Ordinal) ? "IDoc, flat" : "IDoc, XML", "PosLog" => "POSLog", _ => "UBL" };
        await Mutations.RunAsync(output, format, $"{partner}/{sample}", 400,
            (random, _) => Mutated(content, random.Next(content.Length), random.Next(6), Pieces[random.Next(Pieces.Length)], random.Next(1, 401), (byte)random.Next(256)),
            body =>
            {
                if (soap is not null)
                    _ = soap.Read(body, connection).Refusals.Count > 0 ? refused++ : read++;
                else
                    foreach (var (_, meaning) in GivenXml.Received(connector.Receiver!, connection, GivenXml.Request(body)))
                        _ = meaning is InboundEvent.Refused ? refused++ : read++;
            }, Convert.ToBase64String);
        Assert.True(read > 0 && refused > 0, $"{read} read, {refused} refused");
    }

    private static byte[] Mutated(byte[] content, int at, int how, byte[] piece, int length, byte value)
    {
        var end = Math.Min(content.Length, at + length);
        switch (how)
        {
            case 0:
                var one = (byte[])content.Clone();
                one[at] = value;
                return one;
            case 1:
                return content[..at];
            case 2:
                return [.. content[..at], .. content[end..]];
            case 3:
                return [.. content[..end], .. content[at..end], .. content[end..]];
            case 4:
                // Into a value, so that the document stays well-formed more often and the rows see it.
                var open = Array.IndexOf(content, (byte)'>', at);
                var close = open < 0 ? -1 : Array.IndexOf(content, (byte)'<', open);
                return close < 0 ? content[..at] : [.. content[..(open + 1)], .. piece, .. content[close..]];
            default:
                return [.. content[..at], .. piece, .. content[at..]];
        }
    }
}
