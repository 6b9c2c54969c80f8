using System.Text;
using Connectors.Protocols.Edi.Writing;
using Connectors.Protocols.Formats;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;

namespace Connectors.Tests.Edi;

/// <summary>Damaged interchanges: never a crash, never a second, and never more memory than the length explains.</summary>
public sealed class EdiFuzzTests(ITestOutputHelper output)
{
    private static readonly byte[] Sharp = [.. "~*>:^?+'!ISAGSTUNBZLX\r\n \0"u8, 0xFF, 0xC3, 0x85];

    [Theory]
    [InlineData("x12", "EdiThreePl", "945.edi", "856.edi", "997-rejected.edi"), InlineData("x12", "EdiTradingPartner", "850.edi", "860.edi"), InlineData("edifact", "EdifactTradingPartner", "ORDERS.edi", "CONTRL-rejected.edi")]
    [Trait("kind", Mutations.Kind)]
    public async Task Damaged_interchanges_are_read_or_refused(string type, string partner, params string[] samples)
    {
        var connector = new DeclarativeConnector(EmbeddedCatalog.Load(partner), TimeProvider.System);
        var format = connector.Definition.Formats["edi"];
        var texts = samples.Select(s => EmbeddedCatalog.Sample(partner, s)).ToList();
        var (refused, read, count) = (0, 0, Mutations.Count(1_500));
        await Mutations.RunAsync(output, type == "x12" ? "X12" : "EDIFACT", partner, 1_500, (random, _) => Damage(texts[random.Next(texts.Count)], random), text =>
        {
            var reading = format.Read(text, Given.Connection(), Given.Now);
            foreach (var document in reading.Documents.Where(d => d.Refusals.Count == 0).Take(5))
                Assert.NotNull(connector.Receiver!.Translate(new() { Topic = document.Topic, Body = document.Json, ContentType = "application/json", ReceivedAt = Given.Now, Part = true }, Given.Connection()));
            EdiCopy.Copy(text, GivenEdi.Dialect(type));
            read += reading.Documents.Count(d => d.Refusals.Count == 0);
            refused += reading.Refusals.Count + reading.Documents.Count(d => d.Refusals.Count > 0);
            Assert.All(reading.Documents, d => StrictJson.Parse(d.Json, out var wrong)?.Dispose());
        }, Convert.ToBase64String);
        Assert.True(refused > count / 10 && read > 0, $"Damage should be noticed: {read} read, {refused} refused.");
    }

    /// <summary>
    /// Texts whose structure is a trap: many tiny segments, many elements, many levels, one long element, many mistakes. Of a megabyte where many
    /// documents are asked for, as the benchmark does; otherwise of an eighth.
    /// </summary>
    [Fact]
    [Trait("kind", Mutations.Kind)]
    public async Task Traps_are_answered_within_a_second_and_in_bounded_size()
    {
        var part = Mutations.Count(0) > 0 ? 1 : 8;
        string[] Sets(string set, int count) => [.. Enumerable.Range(1, count / part).Select(i => $"ST*850*{i:0000}~{set}~SE*3*{i:0000}")];
        string Message(int i) => $"UNH+{i}+ORDERS:D:96A:UN'BGM+220+{i}+9'UNT+3+{i}'";
        var traps = new Dictionary<string, string>
        {
            ["empty segments"] = GivenEdi.X12("PO", "850", [new string('~', (1 << 20) / part)]),
            ["tiny segments"] = GivenEdi.X12("PO", "850", [string.Join('~', Enumerable.Repeat("A1", 300_000 / part))]),
            ["empty elements"] = GivenEdi.X12("PO", "850", ["PO1" + new string('*', 900_000 / part)]),
            ["tiny elements"] = GivenEdi.X12("PO", "850", ["PO1" + string.Concat(Enumerable.Repeat("*A", 400_000 / part))]),
            ["tiny components"] = GivenEdi.X12("PO", "850", ["REF*" + string.Join('>', Enumerable.Repeat("A", 400_000 / part))]),
            ["one long tag"] = GivenEdi.X12("PO", "850", [new string('A', 2_000) + string.Concat(Enumerable.Repeat("*1", 50_000 / part))]),
            ["lines"] = GivenEdi.X12("PO", "850", [GivenEdi.Order, .. Enumerable.Repeat(GivenEdi.Line, 40_000 / part)]),
            ["levels of levels"] = GivenEdi.X12("SH", "856", ["BSN*00*1*20261123*0915", .. Enumerable.Range(1, 40_000 / part).Select(i => $"HL*{i}*{(i == 1 ? "" : i - 1)}*I")]),
            ["levels below one with much"] = GivenEdi.X12("SH", "856", ["BSN*00*1*20261123*0915", "HL*1**O", .. Enumerable.Repeat("REF*ZZ*1", 20_000 / part), .. Enumerable.Range(2, 20_000 / part).Select(i => $"HL*{i}*1*I")]),
            ["sets"] = GivenEdi.X12("PO", "850", [.. Enumerable.Repeat<string[]>(["A1"], 30_000 / part)]),
            ["sets outside of groups"] = GivenEdi.X12("PO", "850")[..106] + string.Join('~', Sets("A1", 19_000)),
            ["ends of groups without heads"] = GivenEdi.X12("PO", "850")[..106] + string.Concat(Enumerable.Repeat("GE*1*1~", 100_000 / part)) + string.Join('~', Sets("A1", 10_000)),
            ["heads"] = string.Concat(Enumerable.Repeat(GivenEdi.X12("PO", "850")[..106], 9_000 / part)),
            ["almost heads"] = string.Concat(Enumerable.Repeat("ISA*", 250_000 / part)),
            ["messages"] = "UNB+UNOC:3+A:14+B:14+261123:0915+905'" + string.Concat(Enumerable.Range(1, 19_000 / part).Select(Message)) + $"UNZ+{19_000 / part}+905'",
            ["ends without messages"] = "UNB+UNOC:3+A:14+B:14+261123:0915+905'" + string.Concat(Enumerable.Repeat("UNE+1+1'", 100_000 / part)) + string.Concat(Enumerable.Range(1, 8_000 / part).Select(Message)),
            ["interchanges"] = string.Concat(Enumerable.Repeat("UNB+UNOC:3+A:14+B:14+261123:0915+905'", 28_000 / part)),
            ["released characters"] = "UNB+UNOC:3+A:14+B:14+261123:0915+905'UNH+1+ORDERS:D:96A:UN'BGM+" + string.Concat(Enumerable.Repeat("?+", 500_000 / part)) + "'UNT+3+1'UNZ+1+905'",
        };
        var (x12, edifact) = (GivenEdi.Format("x12", "schemas: [\"850\", \"856\"]\nacknowledge: \"997\""), GivenEdi.Format("edifact", "schemas: [ORDERS]\nacknowledge: CONTRL"));
        foreach (var (name, text) in traps)
        {
            var bytes = Encoding.Latin1.GetBytes(text);
            await Mutations.AllAsync(output, "EDI traps", $"{name}, {bytes.Length / 1024} KB", 1, (_, _) => bytes, document =>
            {
                var reading = (document[0] == 'U' ? edifact : x12).Read(document, Given.Connection(), Given.Now);
                var told = reading.Documents.Sum(d => (long)d.Json.Length) + (100L * reading.Documents.Sum(d => (long)d.Refusals.Count));
                Assert.True(told < (120L * document.Length) + (1 << 20), $"{told} bytes are told.");
            }, _ => name);
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
