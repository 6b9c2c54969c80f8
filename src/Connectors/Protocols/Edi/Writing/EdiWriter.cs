using System.Buffers;

namespace Connectors.Protocols.Edi.Writing;

/// <summary>
/// Writes segments with the separators of an interchange, byte for byte as they are told: what <see cref="EdiReader"/> found is written
/// back the same. In EDIFACT separators within values are released; X12 has no way to, so that its caller must keep them out.
/// </summary>
/// <param name="lineEnd">Behind each terminator; may be empty.</param>
public sealed class EdiWriter(IBufferWriter<byte> output, EdiSeparators separators, ReadOnlyMemory<byte> lineEnd)
{
    public EdiSeparators Separators => separators;

    public long Length { get; private set; }

    public void Begin(ReadOnlySpan<byte> tag) => Raw(tag);

    public void Element() => Byte(separators.Element);

    public void Component() => Byte(separators.Component);

    public void Repeat() => Byte(separators.Repetition);

    /// <param name="value">Encoded already.</param>
    public void Value(ReadOnlySpan<byte> value)
    {
        if (separators.Release == 0)
        {
            Raw(value);
            return;
        }

        foreach (var b in value)
        {
            if (separators.IsSeparator(b))
                Byte(separators.Release);
            Byte(b);
        }
    }

    public void End()
    {
        if (separators.TerminatorLead != 0)
            Byte(separators.TerminatorLead);
        Byte(separators.Terminator);
        Raw(lineEnd.Span);
    }

    /// <summary>As it is: line breaks and indents, UNA, raw bytes.</summary>
    public void Raw(ReadOnlySpan<byte> bytes)
    {
        output.Write(bytes);
        Length += bytes.Length;
    }

    private void Byte(byte value)
    {
        output.GetSpan(1)[0] = value;
        output.Advance(1);
        Length++;
    }
}
