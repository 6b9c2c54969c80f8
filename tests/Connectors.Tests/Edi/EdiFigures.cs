using System.Diagnostics;
using System.Globalization;
using System.Text;
using Connectors.Protocols.Edi;

namespace Connectors.Tests.Edi;

/// <summary>
/// How fast interchanges are read, printed for people; what is asserted is what was read. For figures worth quoting:
/// <c>CONTROLPLANE_EDI_MEGABYTES=1024 dotnet run -c Release --project tests/Connectors.Tests -- -class Connectors.Tests.Edi.EdiFigures -showLiveOutput</c>.
/// </summary>
public sealed class EdiFigures(ITestOutputHelper output)
{
    private static readonly int Megabytes = int.TryParse(Environment.GetEnvironmentVariable("CONTROLPLANE_EDI_MEGABYTES"), out var many) ? many : 8;

    [Theory]
    [InlineData("x12"), InlineData("edifact")]
    public void Every_element_of_a_stream_with_its_envelope_checked(string type)
    {
        var (head, set, tail) = type == "x12"
            ? ("ISA*00*          *00*          *ZZ*ACME           *ZZ*US             *261123*0915*U*00401*000000905*0*P*>~\nGS*PO*ACME*US*20261123*0915*905*X*004010~\n",
                "ST*850*0001~\nBEG*00*SA*4711**20261122~\nREF*DP*038~\nN1*ST*XYZ RETAIL*9*0003947268292~\nN3*31875 SOLON RD~\nN4*SOLON*OH*44139~\n" + string.Concat(Enumerable.Repeat("PO1*1*120*EA*9.25*TE*CB*065322-117*PR*RO*VN*AB3542~\nPID*F****SMALL WIDGET~\nPO4*4*4*EA*PLT94**3*LR*15*CT~\n", 10)) + "CTT*10~\nSE*38*0001~\n", "")
            : ("UNA:+.? '\nUNB+UNOC:3+ACME:14+US:14+261123:0915+905++++1'\n",
                "UNH+1+ORDERS:D:96A:UN:EAN008'\nBGM+220+4711+9'\nDTM+137:20261122:102'\nNAD+BY+5400110000009::9'\nNAD+SU+5013546107732::9+COMPANY ABC'\n" + string.Concat(Enumerable.Repeat("LIN+1++5400111864181:EN'\nPIA+1+8641800:BP'\nIMD+F+++:::WIDGET?'S OF 0.7066 EURO'\nQTY+21:288'\nPRI+AAA:12.80:CT:AAE'\n", 8)) + "UNS+S'\nCNT+2:8'\nUNT+48+1'\n", "");
        var dialect = GivenEdi.Dialect(type);
        using var stream = new Repeating(Encoding.ASCII.GetBytes(head), Encoding.ASCII.GetBytes(set), Encoding.ASCII.GetBytes(tail), (long)Megabytes << 20);
        using var reader = new EdiReader(stream, dialect);
        var envelope = new EdiEnvelopeReader(reader, dialect, EdiCharacters.Latin1);
        GC.Collect();
        using var process = Process.GetCurrentProcess();
        var (before, allocated, from, busy) = (GC.GetTotalMemory(true), GC.GetTotalAllocatedBytes(), Stopwatch.GetTimestamp(), process.TotalProcessorTime);
        var (segments, elements, bad, most) = (0L, 0L, 0L, 0L);
        while (envelope.Next() is var step and not EdiStep.End)
        {
            if (step == EdiStep.SetEnds)
                bad += envelope.Set!.Problems.Exists(p => p.Fault != EdiFault.SetControlRepeated) ? 1 : 0;
            if (step != EdiStep.Segment)
                continue;
            segments++;
            foreach (var element in reader.Segment.Elements)
                foreach (var part in reader.Segment.Components(element))
                    elements += part.Length > 0 ? 1 : 0;
            if (segments % 1_000_000 == 0)
                most = Math.Max(most, GC.GetTotalMemory(false));
        }

        // Time of the processor, so that other work on the machine does not count; alone, it is that of the clock.
        process.Refresh();
        var (seconds, cpu) = (Stopwatch.GetElapsedTime(from).TotalSeconds, (process.TotalProcessorTime - busy).TotalSeconds);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{type}: {stream.Read_ / 1048576.0:0} MB, {segments} segments, {elements} values in {seconds:0.00} s, of the processor {cpu:0.00} s: {stream.Read_ / 1048576.0 / cpu:0} MB/s of one core; allocated {(GC.GetTotalAllocatedBytes() - allocated) / (double)segments:0.0} bytes a segment; heap {before / 1048576.0:0.0} MB before, at most {most / 1048576.0:0.0} MB"));
        Assert.Equal(0, bad);
        Assert.True(segments > Megabytes * 10_000L);
    }

    [Theory]
    [InlineData("x12"), InlineData("edifact")]
    public void Orders_to_json_by_a_schema(string type)
    {
        var format = type == "x12" ? GivenEdi.Of850 : GivenEdi.OfOrders;
        var text = Encoding.Latin1.GetBytes(type == "x12"
            ? GivenEdi.X12("PO", "850", [.. Enumerable.Repeat<string[]>([GivenEdi.Order, "N1*ST*XYZ*9*0003947268292", "N3*31875 SOLON RD", "N4*SOLON*OH*44139", .. Enumerable.Repeat("PO1*1*120*EA*9.25*TE*CB*065322-117*VN*AB3542~PID*F****SMALL WIDGET", 10)], 200)]).Replace("SE*16*", "SE*26*", StringComparison.Ordinal)
            : GivenEdi.Edifact("ORDERS", [.. Enumerable.Repeat<string[]>(["BGM+220+4711", "NAD+BY+1::9", .. Enumerable.Repeat("LIN+1++5400111864181:EN'PIA+1+8641800:BP'QTY+21:288'PRI+AAA:12.80", 10)], 200)]).Replace("UNT+14+", "UNT+44+", StringComparison.Ordinal));
        using var process = Process.GetCurrentProcess();
        var times = new List<double>();
        // The last half counts: what comes before runs as not yet finally compiled.
        for (var i = 0; i < (Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_FIGURES") is { Length: > 0 } ? 100 : 3); i++)
        {
            process.Refresh();
            var busy = process.TotalProcessorTime;
            var reading = format.Read(text, Given.Connection(), Given.Now);
            process.Refresh();
            times.Add((process.TotalProcessorTime - busy).TotalSeconds);
            Assert.Equal(200, reading.Documents.Count(d => d.Refusals.Count == 0));
        }

        var seconds = times.Skip(times.Count / 2).Average();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{type}: {text.Length / 1024} KB, 200 orders of 10 lines to JSON, checked and acknowledged: {seconds * 1000:0} ms of the processor, {text.Length / 1048576.0 / seconds:0.0} MB/s"));
    }

    /// <summary>A head, then the same set again and again until it is long enough.</summary>
    private sealed class Repeating(byte[] head, byte[] set, byte[] tail, long length) : Stream
    {
        private byte[] _now = head;
        private int _at;

        public long Read_ { get; private set; }

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => length;

        public override long Position { get => Read_; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            if (_at == _now.Length)
            {
                if (ReferenceEquals(_now, tail) || Read_ >= length)
                    return 0;
                (_now, _at) = (set, 0);
            }

            var count = Math.Min(buffer.Length, _now.Length - _at);
            _now.AsSpan(_at, count).CopyTo(buffer);
            (_at, Read_) = (_at + count, Read_ + count);
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
}
