using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Connectors.Protocols.Formats;

namespace Connectors.Tests.Xml;

/// <summary>
/// Documents that pull in files or addresses, grow when they are read, or wear a parser out. Each against the formats that read XML: none
/// may read anything, all are refused or read as the plain data that they are, and at once.
/// </summary>
public sealed class HostileXmlTests(ITestOutputHelper output) : IDisposable
{
    private readonly TcpListener _trap = new(IPAddress.Loopback, 0);
    private readonly string _bait = Path.Combine(Path.GetTempPath(), $"bait-{Environment.ProcessId}-{Environment.CurrentManagedThreadId}.txt");

    public void Dispose()
    {
        _trap.Dispose();
        File.Delete(_bait);
    }

    [Fact]
    public void Nothing_is_read_and_all_is_refused_at_once()
    {
        _trap.Start();
        File.WriteAllText(_bait, "SECRET-BAIT");
        IDocumentFormat[] formats = [GivenXml.Format("type: xml"), GivenXml.Format("type: xml, split: r.x"), GivenXml.Format("type: soap"), GivenXml.Format("type: idoc")];
        var vectors = Vectors($"http://127.0.0.1:{((IPEndPoint)_trap.LocalEndpoint).Port}/x", new Uri(_bait).AbsoluteUri).ToList();
        Assert.True(vectors.Count >= 40, $"{vectors.Count} vectors");
        var slowest = TimeSpan.Zero;
        foreach (var (name, content, refused) in vectors)
            foreach (var format in formats)
            {
                format.Read(content, Given.Connection());
                // The best of three: what is measured is the reader, not what else runs on the machine.
                var took = TimeSpan.MaxValue;
                FormatReading reading = null!;
                for (var i = 0; i < 3; i++)
                {
                    var from = Stopwatch.GetTimestamp();
                    reading = format.Read(content, Given.Connection());
                    took = Stopwatch.GetElapsedTime(from) is var once && once < took ? once : took;
                }

                slowest = took > slowest ? took : slowest;
                if (took > TimeSpan.FromMilliseconds(10))
                    output.WriteLine($"{name}: {took.TotalMilliseconds:0.00} ms");
                Assert.DoesNotContain("SECRET-BAIT", string.Concat(reading.Documents.Select(d => Encoding.UTF8.GetString(d.Json.Span))), StringComparison.Ordinal);
                if (refused)
                    Assert.True(reading.Refusals.Count > 0 && reading.Documents.Count == 0, $"{name} was not refused");
            }

        Assert.False(_trap.Pending(), "Something asked the network.");
        output.WriteLine($"{vectors.Count} vectors in {formats.Length} formats, the slowest {slowest.TotalMilliseconds:0.00} ms");
        // Generous beside the 10 ms that are aimed at: a parser that expands takes seconds.
        Assert.True(slowest < TimeSpan.FromMilliseconds(500), $"The slowest took {slowest.TotalMilliseconds} ms.");
    }

    private static IEnumerable<(string Name, byte[] Content, bool Refused)> Vectors(string address, string file)
    {
        var dtds = new Dictionary<string, string>
        {
            ["file entity"] = $"<!DOCTYPE r [<!ENTITY x SYSTEM \"{file}\">]><r>&x;</r>",
            ["network entity"] = $"<!DOCTYPE r [<!ENTITY x SYSTEM \"{address}\">]><r>&x;</r>",
            ["public entity"] = $"<!DOCTYPE r [<!ENTITY x PUBLIC \"p\" \"{address}\">]><r>&x;</r>",
            ["parameter entity"] = $"<!DOCTYPE r [<!ENTITY % p SYSTEM \"{address}\"> %p;]><r/>",
            ["parameter entity of a file"] = $"<!DOCTYPE r [<!ENTITY % p SYSTEM \"{file}\"> %p;]><r/>",
            ["nested parameter entities"] = $"<!DOCTYPE r [<!ENTITY % f SYSTEM \"{file}\"><!ENTITY % e \"<!ENTITY &#x25; s SYSTEM '{address}?%f;'>\"> %e; %s;]><r/>",
            ["external subset"] = $"<!DOCTYPE r SYSTEM \"{address}\"><r/>",
            ["public external subset"] = $"<!DOCTYPE r PUBLIC \"-//X//EN\" \"{address}\"><r/>",
            ["external subset of a file"] = $"<!DOCTYPE r SYSTEM \"{file}\"><r/>",
            ["entity in an attribute"] = "<!DOCTYPE r [<!ENTITY x \"y\">]><r a=\"&x;\"/>",
            ["external entity in an attribute"] = $"<!DOCTYPE r [<!ENTITY x SYSTEM \"{file}\">]><r a=\"&x;\"/>",
            ["default attribute"] = "<!DOCTYPE r [<!ATTLIST r a CDATA \"injected\">]><r/>",
            ["notation"] = $"<!DOCTYPE r [<!NOTATION n SYSTEM \"{address}\"><!ENTITY x SYSTEM \"{file}\" NDATA n>]><r/>",
            ["billion laughs"] = Laughs(10, 10),
            ["billion laughs in parameters"] = "<!DOCTYPE r [" + string.Concat(Enumerable.Range(0, 9).Select(i => $"<!ENTITY % p{i + 1} \"{string.Concat(Enumerable.Repeat($"%p{i};", 10))}\">")) + "%p9;]><r/>",
            ["quadratic blowup"] = $"<!DOCTYPE r [<!ENTITY x \"{new string('x', 100_000)}\">]><r>{string.Concat(Enumerable.Repeat("&x;", 20_000))}</r>",
            ["recursive entity"] = "<!DOCTYPE r [<!ENTITY x \"&y;\"><!ENTITY y \"&x;\">]><r>&x;</r>",
            ["empty internal subset"] = "<!DOCTYPE r []><r/>",
            ["doctype alone"] = "<!DOCTYPE r><r/>",
            ["doctype after a comment"] = $"<!-- c --><?p i?><!DOCTYPE r SYSTEM \"{address}\"><r/>",
            ["doctype of small letters"] = "<!doctype r><r/>",
            ["entity outside of a doctype"] = $"<!ENTITY x SYSTEM \"{file}\"><r/>",
            ["element declaration within"] = "<r><!ELEMENT x ANY></r>",
            ["doctype within an element"] = $"<r><!DOCTYPE x SYSTEM \"{address}\"></r>",
            ["conditional section"] = "<r><![INCLUDE[<x/>]]></r>",
        };
        foreach (var (name, text) in dtds)
            yield return (name, Encoding.UTF8.GetBytes(text), true);
        var xxe = dtds["file entity"];
        yield return ("UTF-16 LE with mark", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(xxe)], true);
        yield return ("UTF-16 BE with mark", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(xxe)], true);
        yield return ("UTF-16 LE without mark", Encoding.Unicode.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-16\"?>" + xxe), true);
        yield return ("UTF-16 BE without mark", Encoding.BigEndianUnicode.GetBytes(xxe), true);
        yield return ("UTF-8 with mark", [.. Encoding.UTF8.GetPreamble(), .. Encoding.UTF8.GetBytes(xxe)], true);
        yield return ("declared UTF-7", Encoding.ASCII.GetBytes("<?xml version=\"1.0\" encoding=\"UTF-7\"?>+ADwAIQ-DOCTYPE r SYSTEM +ACI-" + address + "+ACIAPgA8-r/+AD4-"), true);
        yield return ("UTF-7 throughout", Encoding.ASCII.GetBytes("+ADw-?xml version=+ACI-1.0+ACI-?+AD4-+ADw-r/+AD4-"), true);
        yield return ("UTF-32", [.. new UTF32Encoding(true, true).GetPreamble(), .. new UTF32Encoding(true, true).GetBytes(xxe)], true);
        yield return ("windows-1252", Encoding.Latin1.GetBytes("<?xml version=\"1.0\" encoding=\"windows-1252\"?>" + xxe), true);
        yield return ("overlong UTF-8", [(byte)'<', (byte)'r', (byte)'>', 0xC0, 0xBC, (byte)'!', (byte)'D', (byte)'<', (byte)'/', (byte)'r', (byte)'>'], true);
        yield return ("XInclude", Encoding.UTF8.GetBytes($"<r xmlns:xi=\"http://www.w3.org/2001/XInclude\"><x><xi:include href=\"{file}\" parse=\"text\"/></x></r>"), true);
        yield return ("XInclude as root", Encoding.UTF8.GetBytes($"<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"{address}\"/>"), true);
        yield return ("deep nesting", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<r>", 200_000))), true);
        yield return ("deep nesting, closed", Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<x>", 100_000)) + string.Concat(Enumerable.Repeat("</x>", 100_000))), true);
        yield return ("100,000 attributes", Encoding.UTF8.GetBytes($"<r {string.Concat(Enumerable.Range(0, 100_000).Select(i => $"a{i}=\"\" "))}/>"), true);
        yield return ("100,000 namespaces", Encoding.UTF8.GetBytes($"<r {string.Concat(Enumerable.Range(0, 100_000).Select(i => $"xmlns:a{i}=\"u\" "))}/>"), true);
        yield return ("a name of a megabyte", Encoding.UTF8.GetBytes($"<{new string('r', 1 << 20)}/>"), true);
        yield return ("a comment without end", Encoding.UTF8.GetBytes("<r><!--" + new string('-', 1 << 20)), true);
        yield return ("a section without end", Encoding.UTF8.GetBytes("<r><![CDATA[" + new string(']', 1 << 20)), true);
        yield return ("a tag without end", Encoding.UTF8.GetBytes("<r a='" + new string('x', 1 << 20)), true);
        yield return ("SOAP with a doctype", Encoding.UTF8.GetBytes($"<!DOCTYPE r [<!ENTITY x SYSTEM \"{file}\">]><s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><r>&x;</r></s:Body></s:Envelope>"), true);
        yield return ("SOAP with XInclude", Encoding.UTF8.GetBytes($"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"{file}\"/></s:Body></s:Envelope>"), true);
        yield return ("undeclared entity", Encoding.UTF8.GetBytes("<r>&x;</r>"), true);
        // Names of other documents that no reader of ours follows: read as what they are.
        yield return ("schema location", Encoding.UTF8.GetBytes($"<r xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:noNamespaceSchemaLocation=\"{address}\" xsi:schemaLocation=\"urn:x {file}\"><x/></r>"), false);
        yield return ("stylesheet", Encoding.UTF8.GetBytes($"<?xml-stylesheet type=\"text/xsl\" href=\"{address}\"?><r><x/></r>"), false);
        yield return ("xml:base and xlink", Encoding.UTF8.GetBytes($"<r xml:base=\"{file}\" xmlns:l=\"http://www.w3.org/1999/xlink\"><x l:href=\"{address}\"/></r>"), false);
    }

    private static string Laughs(int levels, int times) => "<!DOCTYPE r [<!ENTITY l0 \"lol\">"
        + string.Concat(Enumerable.Range(1, levels).Select(i => $"<!ENTITY l{i} \"{string.Concat(Enumerable.Repeat($"&l{i - 1};", times))}\">")) + $"]><r>&l{levels};</r>";
}
