using System.Diagnostics;
using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using CsCheck;

namespace Connectors.Tests.Xml;

/// <summary>
/// Samples with wrong bytes, cut, doubled and with hostile pieces put in, through format and rows: read or refused, never thrown, never
/// long. <c>CONTROLPLANE_TEST_FUZZ=100000</c> runs as many for each format: XML, SOAP, IDocs in XML and flat.
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
    public void Documents_with_wrong_bytes_are_read_or_refused_and_never_throw(string partner, string sample, string kind)
    {
        var content = EmbeddedCatalog.Sample(partner, sample);
        var connector = XmlConnectorTests.Connector(partner);
        var connection = XmlConnectorTests.Connection(partner);
        var soap = kind == "soap" ? connector.Definition.Formats["get"] : null;
        var many = long.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_FUZZ"), out var asked) ? (sample.EndsWith(".txt", StringComparison.Ordinal) || kind.Length > 0 ? asked : asked / 2) : 400;
        long read = 0, refused = 0, slowest = 0;
        Gen.Select(Gen.Int[0, 1 << 20], Gen.Int[0, 5], Gen.Int[0, Pieces.Length - 1], Gen.Int[1, 400], Gen.Byte).Sample((at, how, piece, length, value) =>
        {
            var from = Stopwatch.GetTimestamp();
            var body = Mutated(content, at % content.Length, how, Pieces[piece], length, value);
            if (soap is not null)
            {
                _ = soap.Read(body, connection).Refusals.Count > 0 ? Interlocked.Increment(ref refused) : Interlocked.Increment(ref read);
            }
            else
            {
                foreach (var (_, meaning) in GivenXml.Received(connector.Receiver!, connection, GivenXml.Request(body)))
                    _ = meaning is InboundEvent.Refused ? Interlocked.Increment(ref refused) : Interlocked.Increment(ref read);
            }

            var took = (long)Stopwatch.GetElapsedTime(from).TotalMicroseconds;
            for (var seen = slowest; took > seen && Interlocked.CompareExchange(ref slowest, took, seen) != seen; seen = slowest)
            {
            }
        }, iter: many);
        output.WriteLine($"{partner}/{sample}: {many} mutated, {read} documents read, {refused} refused, the slowest {slowest / 1000.0:0.0} ms");
        Assert.True(read > 0 && refused > 0);
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
