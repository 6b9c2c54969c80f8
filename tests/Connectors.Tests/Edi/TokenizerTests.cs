using System.Buffers;
using System.Text;
using Connectors.Protocols.Edi;
using Connectors.Protocols.Edifact;
using Connectors.Protocols.X12;
using CsCheck;

namespace Connectors.Tests.Edi;

public sealed class TokenizerTests
{
    private const string Isa = "ISA*00*          *00*          *ZZ*ACME           *ZZ*US             *261123*0915*U*00401*000000905*0*P*>";

    [Theory]
    [InlineData("~", "~")]
    [InlineData("~\n", "~")]
    [InlineData("~\r\n", "~")]
    [InlineData("\n", "\n")]
    [InlineData("\r\n", "\r\n")]
    [InlineData("\r", "\r")]
    [InlineData("\u0085", "\u0085")]
    public void The_segment_terminator_is_what_stands_behind_the_16th_element(string written, string terminator)
    {
        var segments = Segments(Isa + written + "GS*PO*A*B" + written + "IEA*1*000000905" + written, X12Dialect.Instance);
        Assert.Equal([Isa, "GS*PO*A*B", "IEA*1*000000905"], segments.Select(s => s.Raw));
        Assert.All(segments, s => Assert.Equal(terminator, s.Tail));
    }

    [Fact]
    public void A_terminator_of_two_bytes_is_one_character_in_utf8()
    {
        var text = Encoding.UTF8.GetBytes(Isa + "ÖGS*PO*AÄB*COÖIEA*1*000000905Ö");
        using var reader = new EdiReader(text, X12Dialect.Instance);
        Assert.Equal(EdiToken.Header, reader.Next());
        Assert.Equal(EdiToken.Segment, reader.Next());
        Assert.Equal("GS*PO*AÄB*CO", Encoding.UTF8.GetString(reader.Raw));
    }

    [Fact]
    public void The_repetition_separator_counts_from_version_00402_on()
    {
        var old = First(Isa.Replace("*U*", "*^*", StringComparison.Ordinal) + "~", X12Dialect.Instance);
        Assert.Equal(0, old.Repetition);
        Assert.Equal((byte)'^', First(Isa.Replace("*U*00401", "*^*00501", StringComparison.Ordinal) + "~", X12Dialect.Instance).Repetition);
        Assert.Equal((byte)'>', old.Component);
        Assert.Equal((byte)'*', First("UNB+UNOC:4+A+B+261123:0915+1'", EdifactDialect.Instance).Repetition);
        Assert.Equal(0, First("UNB+UNOC:3+A+B+261123:0915+1'", EdifactDialect.Instance).Repetition);
        Assert.Equal((byte)'*', First("UNA:+.?*'UNB+UNOC:3+A+B+261123:0915+1'", EdifactDialect.Instance).Repetition);
    }

    [Fact]
    public void Released_separators_are_data()
    {
        var segments = Segments("UNA:+.? 'UNB+UNOC:3+A+B+261123:0915+1'FTX+AAI+++it?'s ?+ 5?: yes??'UNZ+0+1'", EdifactDialect.Instance);
        Assert.Equal("FTX+AAI+++it?'s ?+ 5?: yes??", segments[2].Raw);
        using var reader = new EdiReader("UNB+UNOC:3+A+B+C+1'FTX+AAI+++it?'s ?+ 5?: yes??'"u8.ToArray(), EdifactDialect.Instance);
        reader.Next();
        reader.Next();
        Assert.Equal("it's + 5: yes?", EdiText.Read(reader.Segment.Element(4), reader.Separators, EdiCharacters.Latin1));
    }

    [Fact]
    public void Raw_bytes_of_a_stated_length_are_not_split()
    {
        var segments = Segments(Isa + "~BIN*9*a~b*c~\nd*~N1*X~IEA*1*000000905~", X12Dialect.Instance);
        Assert.Equal([Isa, "BIN*9*a~b*c~\nd*", "N1*X", "IEA*1*000000905"], segments.Select(s => s.Raw));
        using var reader = new EdiReader(Encoding.ASCII.GetBytes(Isa + "~BIN*9*a~b*c~\nd*~"), X12Dialect.Instance);
        reader.Next();
        reader.Next();
        Assert.Equal("a~b*c~\nd*", Encoding.ASCII.GetString(reader.Segment.Element(2)));
        // A length that leads nowhere is not believed.
        Assert.Equal(["BIN*9*a", "N1*X"], Segments(Isa + "~BIN*9*a~N1*X~", X12Dialect.Instance).Skip(1).Select(s => s.Raw));
    }

    [Fact]
    public void Lines_wrapped_at_80_characters_change_nothing()
    {
        var whole = GivenEdi.Orders().Replace("\n", "", StringComparison.Ordinal);
        var wrapped = string.Join("\r\n", whole.Chunk(80).Select(c => new string(c)));
        var reading = GivenEdi.Read(GivenEdi.Of850, wrapped);
        Assert.Empty(reading.Refusals);
        Assert.Empty(Assert.Single(reading.Documents).Refusals);
        Assert.Equal(GivenEdi.Json(GivenEdi.Read(GivenEdi.Of850, whole).Documents[0]).GetRawText(), GivenEdi.Json(reading.Documents[0]).GetRawText());
    }

    [Fact]
    public void Positions_are_those_of_the_delivery()
    {
        var text = "\n  " + Isa + "~\n\tGS*PO*A~\nST*850*1~";
        using var reader = new EdiReader(Encoding.ASCII.GetBytes(text), X12Dialect.Instance);
        var found = new List<(int, long, string)>();
        while (reader.Next() is not EdiToken.End)
            found.Add((reader.Number, reader.Offset, Encoding.ASCII.GetString(reader.Gap)));
        Assert.Equal([(1, 3L, "\n  "), (2, 3L + Isa.Length + 3, "\n\t"), (3, 3L + Isa.Length + 3 + 8 + 1, "\n")], found);
    }

    [Theory]
    [InlineData("x12"), InlineData("edifact")]
    public void A_stream_in_pieces_of_any_size_gives_the_same_segments(string type)
    {
        var dialect = GivenEdi.Dialect(type);
        var text = type == "x12" ? GivenEdi.Orders(3) + GivenEdi.Orders(2) : GivenEdi.Edifact("ORDERS", ["BGM+220+1'", "FTX+AAI+++a?'b"]) + "UNA|+.! ~UNB+UNOC|3+A+B+1|2+9~UNH+1+ORDERS|D|96A|UN~UNT+2+1~UNZ+1+9~";
        var bytes = Encoding.Latin1.GetBytes(text);
        var expected = Segments(text, dialect);
        for (var size = 1; size < 200; size += size < 12 ? 1 : 17)
        {
            using var reader = new EdiReader(new Drip(bytes, size), dialect);
            Assert.Equal(expected, Segments(reader));
        }

        var first = new Piece(bytes.AsMemory(0, 50));
        var last = first.Add(bytes.AsMemory(50, 7)).Add(bytes.AsMemory(57));
        using var over = EdiReader.Over(new ReadOnlySequence<byte>(first, 0, last, last.Memory.Length), dialect);
        Assert.Equal(expected, Segments(over));
    }

    [Fact]
    public async Task A_stream_is_read_asynchronously_too()
    {
        using var reader = new EdiReader(new Drip(Encoding.Latin1.GetBytes(GivenEdi.Orders(40)), 1000), X12Dialect.Instance);
        var count = 0;
        while (await reader.NextAsync(TestContext.Current.CancellationToken) is not EdiToken.End)
            count++;
        Assert.Equal(4 + 40 * 5, count);
    }

    [Fact]
    public void Endless_rubbish_and_a_segment_without_end_take_no_memory()
    {
        foreach (var begin in new[] { "", Isa + "~GS*PO*" })
        {
            using var reader = new EdiReader(new Endless(Encoding.ASCII.GetBytes(begin), 64 << 20), X12Dialect.Instance);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var unreadable = 0;
            while (reader.Next() is var token and not EdiToken.End)
                unreadable += token == EdiToken.Unreadable ? 1 : 0;
            Assert.True(unreadable > 0);
            Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 16 << 20);
        }
    }

    [Fact]
    public void Whatever_the_bytes_are_every_one_is_accounted_for()
    {
        Gen.Select(Gen.Bool.Select(b => b ? "x12" : "edifact"), Gen.Byte.Array[0, 300], Gen.Int[0, 400]).Sample((type, rubbish, at) =>
        {
            var text = Encoding.Latin1.GetBytes(type == "x12" ? GivenEdi.Orders(2) : GivenEdi.Edifact("ORDERS", ["BGM+220+1"])).ToList();
            text.InsertRange(Math.Min(at, text.Count), rubbish);
            var bytes = text.ToArray();
            using var reader = new EdiReader(bytes, GivenEdi.Dialect(type));
            var seen = bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3L : 0;
            EdiToken token;
            do
            {
                token = reader.Next();
                seen += reader.Gap.Length + reader.Raw.Length + reader.Tail.Length;
            }
            while (token != EdiToken.End);
            Assert.Equal(bytes.Length, seen);
        }, iter: 2_000);
    }

    private static EdiSeparators First(string text, EdiDialect dialect)
    {
        using var reader = new EdiReader(Encoding.Latin1.GetBytes(text), dialect);
        while (reader.Next() != EdiToken.Header)
            Assert.NotEqual(0, reader.Separators.Element);
        return reader.Separators;
    }

    private static List<(string Gap, string Raw, string Tail)> Segments(string text, EdiDialect dialect)
    {
        using var reader = new EdiReader(Encoding.Latin1.GetBytes(text), dialect);
        return Segments(reader);
    }

    private static List<(string Gap, string Raw, string Tail)> Segments(EdiReader reader)
    {
        var found = new List<(string, string, string)>();
        while (reader.Next() is not EdiToken.End)
            found.Add((Encoding.Latin1.GetString(reader.Gap), Encoding.Latin1.GetString(reader.Raw), Encoding.Latin1.GetString(reader.Tail)));
        return found;
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(ReadOnlyMemory<byte> memory) => Memory = memory;

        public Piece Add(ReadOnlyMemory<byte> memory)
        {
            var next = new Piece(memory) { RunningIndex = RunningIndex + Memory.Length };
            Next = next;
            return next;
        }
    }
}

/// <summary>A beginning, and then the letter x for as long as it is told.</summary>
internal sealed class Endless(byte[] begin, long length) : Stream
{
    private long _at;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => length;

    public override long Position { get => _at; set => throw new NotSupportedException(); }

    public override int Read(Span<byte> buffer)
    {
        var count = (int)Math.Min(buffer.Length, length - _at);
        for (var i = 0; i < count; i++)
            buffer[i] = _at + i < begin.Length ? begin[_at + i] : (byte)'x';
        _at += count;
        return count;
    }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
