using System.Text;
using System.Text.Json;
using Connectors.Protocols.DelimitedFiles;
using CsCheck;

namespace Connectors.Tests.DelimitedFiles;

/// <summary>Damage of all kinds: never an exception, never without end, and what is read can be written again.</summary>
public sealed class FileFuzzTests(ITestOutputHelper output)
{
    private static readonly int Documents = Mutations.Count(4_000);

    private static readonly (FileFormat Format, byte[] File)[] Delimited =
    [
        (GivenFile.Format("type: delimited\nheader: true\nseparator: \";\""), "no;qty;note\n1;2;\"a;b\"\n2;3;\"x\"\"y\nz\"\n3;4;\r\n"u8.ToArray()),
        (GivenFile.Format("type: delimited\ncolumns: [no, who, sku]\ngroup: { by: no, same: who }"), "1,Kim,a\n1,Kim,b\n2,Lee,\"c\"\n"u8.ToArray()),
        (GivenFile.Format("""
            type: delimited
            encoding: windows-1252
            kind: { column: 1 }
            records:
              - { name: top, is: A, role: header, columns: [k, from] }
              - { name: order, is: H, columns: [k, no, total], states: [{ column: total, sums: line.amount, decimal: comma }] }
              - { name: line, is: L, under: order, min: 1, columns: [k, sku, amount] }
              - { name: end, is: Z, role: footer, columns: [k, count], states: [{ column: count, counts: "*" }] }
            """), Encoding.Latin1.GetBytes("A,shöp\nH,1,\"3,50\"\nL,x,\"1,50\"\nL,y,2\nH,2,1\nL,z,1\nZ,7\n")),
        (GivenFile.Format("type: delimited\nencoding: utf-16\nescape: \"\\\\\"\ncomment: \"#\"\ntrim: true\nragged: true\ncolumns: [a, b]"), Encoding.Unicode.GetBytes("\uFEFF# x\na,\"b\\\"c\"\n d ,e\n")),
    ];

    private static readonly (FileFormat Format, byte[] File)[] Fixed =
    [
        (GivenFile.Format("type: fixed-width\nencoding: cp850\ncolumns: [{ name: sku, at: 1, length: 6 }, { name: qty, at: 7, length: 5, align: right, fill: \"0\" }]"), "TEE-M 00012\nCAP   00001\n"u8.ToArray()),
        (GivenFile.Format("""
            type: fixed-width
            ragged: true
            kind: { at: 1, length: 2 }
            records:
              - { name: top, is: "00", role: header, columns: [{ name: from, at: 3, length: 8 }] }
              - { name: order, is: "10", columns: [{ name: no, at: 3, length: 8, required: true }] }
              - { name: line, is: "2*", under: order, columns: [{ name: sku, at: 3, length: 6 }, { name: qty, at: 9, length: 4, align: right, fill: "0" }] }
              - { name: end, is: "99", role: footer, columns: [{ name: qty, at: 3, length: 6, align: right, fill: "0" }], states: [{ column: qty, sums: line.qty }] }
            """), "00WAREHSE\n10A-1\n20TEE-M 0002\n21CAP   0001\n10A-2\n20X     0001\n99000004\n"u8.ToArray()),
    ];

    [Fact]
    [Trait("kind", Mutations.Kind)]
    public Task Damaged_delimited_files_are_read_or_refused_and_never_throw() => DamageAsync("delimited", Delimited);

    [Fact]
    [Trait("kind", Mutations.Kind)]
    public Task Damaged_fixed_width_files_are_read_or_refused_and_never_throw() => DamageAsync("fixed width", Fixed);

    /// <summary>Any text whatever, by any separator: what the tokens say is what stood there.</summary>
    [Fact]
    public void Whatever_is_read_without_refusal_is_written_back_byte_for_byte() =>
        Gen.Select(Gen.Char["ab,;\"\\\n\r# \t'ä"].Array[0, 60], Gen.Int[0, Delimited.Length - 2]).Sample((chars, which) =>
        {
            var format = Delimited[which].Format;
            var content = which == 2 ? Encoding.Latin1.GetBytes(chars) : Encoding.UTF8.GetBytes(chars);
            var back = FileWriteBack.Write(content, format.Layout, out _);
            Assert.Equal(Convert.ToHexString(content), Convert.ToHexString(back));
        }, iter: Documents);

    /// <summary>A document that was read is written as a record that reads as the same document.</summary>
    [Fact]
    public void What_is_written_reads_as_what_it_was_written_from()
    {
        var format = GivenFile.Format("type: delimited\ncolumns: [a, b, c]");
        var fixedWidth = GivenFile.Format("type: fixed-width\ncolumns: [{ name: a, at: 1, length: 20 }, { name: b, at: 21, length: 20, align: right }, { name: c, at: 41, length: 20 }]");
        Gen.Select(Gen.String[Gen.Char["xyz ,;\"\n=+ä€"], 0, 12], Gen.String[Gen.Char["xyz ,;\"09-."], 0, 12], Gen.String[Gen.Char["xyz"], 1, 12]).Sample((a, b, c) =>
        {
            string Json(params string[] values) => JsonSerializer.Serialize(new Dictionary<string, string>(new[] { "a", "b", "c" }.Zip(values).Where(p => p.Second.Length > 0).Select(p => KeyValuePair.Create(p.First, p.Second))), new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
            Assert.Equal(Json(a, b, c), GivenFile.Json(Assert.Single(format.Read(format.Write(Json(a, b, c)).Content, Given.Connection()).Documents)));
            var (x, y) = (a.Replace("\n", "", StringComparison.Ordinal).Trim(' '), b.Trim(' '));
            Assert.Equal(Json(x, y, c), GivenFile.Json(Assert.Single(fixedWidth.Read(fixedWidth.Write(Json(x, y, c)).Content, Given.Connection()).Documents)));
        }, iter: Math.Min(Documents, 20_000));
    }

    private async Task DamageAsync(string kind, (FileFormat Format, byte[] File)[] originals)
    {
        var (read, refused, whole) = (0, 0, 0);
        await Mutations.RunAsync(output, kind, $"{originals.Length} descriptions", 4_000, (random, i) =>
        {
            var (format, body) = originals[i % originals.Length];
            for (var times = random.Next(1, 4); times > 0; times--)
                body = Damage(body, random);
            return (Format: format, Body: body, Which: i % originals.Length);
        }, document =>
        {
            var reading = document.Format.Read(document.Body, Given.Connection());
            if (reading.Refusals.Count > 0)
            {
                whole++;
                Assert.Empty(reading.Documents);
            }

            foreach (var one in reading.Documents)
            {
                using var json = JsonDocument.Parse(one.Json, new() { AllowDuplicateProperties = false });
                Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
                Assert.DoesNotContain("\\u0000", GivenFile.Json(one), StringComparison.Ordinal);
                _ = one.Refusals.Count == 0 ? read++ : refused++;
            }

            Assert.All(reading.Refusals.Concat(reading.Documents.SelectMany(d => d.Refusals)), r => Assert.True(r.Code.Length is > 5 and <= 60 && r.Message.Length is > 0 and <= 300 && r.Field.Length <= 300, r.ToString()));
        }, document => $"description {document.Which}, {Convert.ToBase64String(document.Body)}");
        Assert.True(read > Documents / 10 && refused > Documents / 20 && whole > Documents / 50, $"{read} read, {refused} refused, {whole} whole files refused"); // Otherwise the damage is of one kind only.
    }

    private static byte[] Damage(byte[] body, Random random)
    {
        if (body.Length < 2)
            return body;
        var at = random.Next(body.Length);
        var to = Math.Min(body.Length, at + random.Next(1, 12));
        return random.Next(9) switch
        {
            0 => body[..at],
            1 => body[at..],
            2 => [.. body[..at], (byte)random.Next(256), .. body[(at + 1)..]],
            3 => [.. body[..at], (byte)(body[at] ^ (1 << random.Next(8))), .. body[(at + 1)..]],
            4 => [.. body[..at], .. "\",;\n\r\\#\0'= "u8.Slice(random.Next(11), 1), .. body[at..]],
            5 => [.. body[..at], .. body[to..]],
            6 => [.. body[..to], .. body[at..to], .. body[to..]],
            7 => [.. body[..at], .. new byte[random.Next(1, 400)], .. body[at..]],
            _ => [.. body, .. body[at..to]],
        };
    }
}
