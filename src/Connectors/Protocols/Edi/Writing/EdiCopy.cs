using System.Buffers;

namespace Connectors.Protocols.Edi.Writing;

/// <summary>
/// Writes back what was read, value by value: each is taken apart to its components and put together again. Byte for byte the same,
/// except where a character was released that needs no release.
/// </summary>
public static class EdiCopy
{
    public static byte[] Copy(ReadOnlyMemory<byte> text, EdiDialect dialect)
    {
        var output = new ArrayBufferWriter<byte>(Math.Max(16, text.Length));
        using var reader = new EdiReader(text, dialect);
        if (text.Span.StartsWith("\uFEFF"u8))
            output.Write("\uFEFF"u8);
        while (true)
        {
            var token = reader.Next();
            var writer = new EdiWriter(output, reader.Separators, default);
            writer.Raw(reader.Gap);
            if (token == EdiToken.End)
                return output.WrittenSpan.ToArray();
            // ISA states its separators as data, so its elements are not taken apart; UNA likewise.
            if (token == EdiToken.Segment || token == EdiToken.Header && !reader.Raw.StartsWith("ISA"u8))
                Segment(reader, writer);
            else
                writer.Raw(reader.Raw);
            writer.Raw(reader.Tail);
        }
    }

    private static void Segment(EdiReader reader, EdiWriter writer)
    {
        var segment = reader.Segment;
        var first = true;
        foreach (var element in segment.Elements)
        {
            if (!first)
                writer.Element();
            var firstRepeat = true;
            foreach (var repeat in segment.Repeats(element))
            {
                if (!firstRepeat)
                    writer.Repeat();
                var firstPart = true;
                foreach (var part in segment.Components(repeat))
                {
                    if (!firstPart)
                        writer.Component();
                    writer.Value(Unreleased(part, reader.Separators.Release));
                    firstPart = false;
                }

                firstRepeat = false;
            }

            first = false;
        }
    }

    private static ReadOnlySpan<byte> Unreleased(ReadOnlySpan<byte> part, byte release)
    {
        if (release == 0 || !part.Contains(release))
            return part;
        var clean = new List<byte>(part.Length);
        for (var i = 0; i < part.Length; i++)
            clean.Add(part[i] == release && i + 1 < part.Length ? part[++i] : part[i]);
        return clean.ToArray();
    }
}
