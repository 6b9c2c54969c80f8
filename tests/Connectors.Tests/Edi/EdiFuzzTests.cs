using System.Diagnostics;
using System.Globalization;
using System.Text;
using Connectors.Protocols.Edi.Writing;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;

namespace Connectors.Tests.Edi;

/// <summary>
/// Damaged interchanges: never a crash, never a second, and never more memory than the length explains. The full count runs with
/// <c>CONTROLPLANE_TEST_FUZZ=100000</c>.
/// </summary>
public sealed class EdiFuzzTests(ITestOutputHelper output)
{
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_FUZZ"), out var many) ? many : 1_500;

    private static readonly byte[] Sharp = [.. "~*>:^?+'!ISAGSTUNBZLX\r\n \0"u8, 0xFF, 0xC3, 0x85];

    [Theory]
    [InlineData("x12", "EdiThreePl", "945.edi", "856.edi", "997-rejected.edi"), InlineData("x12", "EdiTradingPartner", "850.edi", "860.edi"), InlineData("edifact", "EdifactTradingPartner", "ORDERS.edi", "CONTRL-rejected.edi")]
    public void Damaged_interchanges_are_read_or_refused(string type, string partner, params string[] samples)
    {
        var connector = new DeclarativeConnector(EmbeddedCatalog.Load(partner), TimeProvider.System);
        var format = connector.Definition.Formats["edi"];
        var texts = samples.Select(s => EmbeddedCatalog.Sample(partner, s)).ToList();
        var random = new Random(905);
        var (worst, refused, read) = (TimeSpan.Zero, 0, 0);
        var memory = GC.GetTotalMemory(forceFullCollection: true);
        for (var i = 0; i < Count; i++)
        {
            var text = Damage(texts[random.Next(texts.Count)], random);
            var from = Stopwatch.GetTimestamp();
            var reading = format.Read(text, Given.Connection(), Given.Now);
            foreach (var document in reading.Documents.Where(d => d.Refusals.Count == 0).Take(5))
                Assert.NotNull(connector.Receiver!.Translate(new() { Topic = document.Topic, Body = document.Json, ContentType = "application/json", ReceivedAt = Given.Now, Part = true }, Given.Connection()));
            EdiCopy.Copy(text, GivenEdi.Dialect(type));
            var took = Stopwatch.GetElapsedTime(from);
            worst = took > worst ? took : worst;
            read += reading.Documents.Count(d => d.Refusals.Count == 0);
            refused += reading.Refusals.Count + reading.Documents.Count(d => d.Refusals.Count > 0);
            Assert.All(reading.Documents, d => StrictJson.Parse(d.Json, out var wrong)?.Dispose());
        }

        var grown = GC.GetTotalMemory(forceFullCollection: true) - memory;
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type} {partner}: {Count} damaged interchanges, {read} documents read, {refused} refusals, slowest {worst.TotalMilliseconds:0.0} ms, memory grown by {grown / 1024} KB"));
        Assert.True(refused > Count / 10, "Damage should be noticed.");
        Assert.True(grown < 32 << 20, $"Memory grew by {grown} bytes.");
    }

    /// <summary>Texts whose structure is a trap: many tiny segments, many elements, many levels, one long element.</summary>
    [Fact]
    public void Traps_of_a_megabyte_are_answered_in_bounded_time_and_size()
    {
        var traps = new Dictionary<string, string>
        {
            ["empty segments"] = GivenEdi.X12("PO", "850", [new string('~', 1 << 20)]),
            ["tiny segments"] = GivenEdi.X12("PO", "850", [string.Join('~', Enumerable.Repeat("A1", 300_000))]),
            ["empty elements"] = GivenEdi.X12("PO", "850", ["PO1" + new string('*', 900_000)]),
            ["tiny elements"] = GivenEdi.X12("PO", "850", ["PO1" + string.Concat(Enumerable.Repeat("*A", 400_000))]),
            ["tiny components"] = GivenEdi.X12("PO", "850", ["REF*" + string.Join('>', Enumerable.Repeat("A", 400_000))]),
            ["one long tag"] = GivenEdi.X12("PO", "850", [new string('A', 2_000) + string.Concat(Enumerable.Repeat("*1", 50_000))]),
            ["lines"] = GivenEdi.X12("PO", "850", [GivenEdi.Order, .. Enumerable.Repeat(GivenEdi.Line, 40_000)]),
            ["levels of levels"] = GivenEdi.X12("SH", "856", ["BSN*00*1*20261123*0915", .. Enumerable.Range(1, 40_000).Select(i => $"HL*{i}*{(i == 1 ? "" : i - 1)}*I")]),
            ["levels below one with much"] = GivenEdi.X12("SH", "856", ["BSN*00*1*20261123*0915", "HL*1**O", .. Enumerable.Repeat("REF*ZZ*1", 20_000), .. Enumerable.Range(2, 20_000).Select(i => $"HL*{i}*1*I")]),
            ["sets"] = GivenEdi.X12("PO", "850", [.. Enumerable.Repeat<string[]>(["A1"], 30_000)]),
            ["heads"] = string.Concat(Enumerable.Repeat(GivenEdi.X12("PO", "850")[..106], 9_000)),
            ["almost heads"] = string.Concat(Enumerable.Repeat("ISA*", 250_000)),
        };
        var format = GivenEdi.Format("x12", "schemas: [\"850\", \"856\"]\nacknowledge: \"997\"");
        foreach (var (name, text) in traps)
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            var from = Stopwatch.GetTimestamp();
            var reading = format.Read(bytes, Given.Connection(), Given.Now);
            var json = reading.Documents.Sum(d => (long)d.Json.Length);
            output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name}: {bytes.Length / 1024} KB in {Stopwatch.GetElapsedTime(from).TotalMilliseconds:0} ms, {reading.Documents.Count} documents, {json / 1024} KB of JSON"));
            Assert.True(json < 40L * bytes.Length + 1024, name);
            Assert.True(Stopwatch.GetElapsedTime(from) < TimeSpan.FromSeconds(30), name);
        }
    }

    private static byte[] Damage(byte[] text, Random random)
    {
        var bytes = text.ToList();
        for (var times = random.Next(1, 5); times > 0 && bytes.Count > 4; times--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(6))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes[at] = Sharp[random.Next(Sharp.Length)];
                    break;
                case 2:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 3:
                    bytes.InsertRange(at, bytes.GetRange(random.Next(bytes.Count / 2), Math.Min(60, bytes.Count / 2)));
                    break;
                case 4:
                    bytes.Insert(at, Sharp[random.Next(Sharp.Length)]);
                    break;
                default:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
            }
        }

        return [.. bytes];
    }
}
