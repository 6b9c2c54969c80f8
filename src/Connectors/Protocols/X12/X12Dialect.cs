using Connectors.Protocols.Edi;

namespace Connectors.Protocols.X12;

/// <summary>
/// ANSI ASC X12: ISA states every separator by its place. By the standard ISA has 106 characters; senders that do not pad it, or whose
/// software wraps lines within it, are read all the same, because its separators are counted rather than its characters.
/// </summary>
public sealed class X12Dialect : EdiDialect
{
    private const int Elements = 16;
    private const int LongestHeader = 512;

    public static X12Dialect Instance { get; } = new();

    public override string Name => "X12";

    public override EdiTags Tags { get; } = new("ISA"u8.ToArray(), "IEA"u8.ToArray(), "GS"u8.ToArray(), "GE"u8.ToArray(), "ST"u8.ToArray(), "SE"u8.ToArray());

    public override bool MayBegin(ReadOnlySpan<byte> text) => text.Length >= 4 && text.StartsWith("ISA"u8) && !IsWord(text[3]) && text[3] is not ((byte)' ' or (byte)'\r' or (byte)'\n');

    public override EdiHeader Header(ReadOnlySpan<byte> text, EdiSeparators? advice, bool final)
    {
        var element = text[3];
        var at = 3;
        ReadOnlySpan<byte> standard = default, version = default;
        for (var count = 1; count < Elements; count++)
        {
            var length = text[(at + 1)..].IndexOf(element);
            if (length < 0 || at > LongestHeader)
                return new(length < 0 && !final && text.Length < LongestHeader ? EdiHeaderKind.NeedsMore : EdiHeaderKind.None);
            if (count == 11)
                standard = text.Slice(at + 1, length);
            else if (count == 12)
                version = text.Slice(at + 1, length);
            at += length + 1;
        }

        // Behind the separator before ISA16: the component separator, then the terminator of one or two bytes.
        if (text.Length < at + 4 && !final)
            return new(EdiHeaderKind.NeedsMore);
        if (text.Length < at + 2 || at > LongestHeader)
            return new(EdiHeaderKind.None);
        var component = text[at + 1];
        if (text.Length == at + 2 || IsWord(text[at + 2]))
            return new(EdiHeaderKind.Interchange, Separators(element, 0, component, 0, standard, version), at + 1);
        var (first, second) = (text[at + 2], text.Length > at + 3 ? text[at + 3] : (byte)0);
        return first == '\r' && second == '\n' || first >= 0xC2 && second is >= 0x80 and < 0xC0
            ? new(EdiHeaderKind.Interchange, Separators(element, component, second, first, standard, version), at + 2)
            : new(EdiHeaderKind.Interchange, Separators(element, component, first, 0, standard, version), at + 2);
    }

    public override (int From, int To) Binary(ReadOnlySpan<byte> text, in EdiSeparators separators)
    {
        if (text.Length < 5 || !text.StartsWith("BIN"u8) || text[3] != separators.Element)
            return default;
        var (length, at) = (0, 4);
        for (; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9' && length < EdiReader.MostSegmentLength; at++)
            length = length * 10 + text[at] - '0';
        if (at == 4 || at >= text.Length || text[at] != separators.Element)
            return default;
        var to = at + 1 + length;
        // A length that does not lead to a terminator is not believed.
        return to < text.Length && text[to] != separators.Terminator && text[to] != separators.TerminatorLead ? default : (at + 1, to);
    }

    /// <summary>ISA11 is the repetition separator from version 00402 on; before, it holds the letter U.</summary>
    private static EdiSeparators Separators(byte element, byte component, byte terminator, byte lead, ReadOnlySpan<byte> standard, ReadOnlySpan<byte> version) => new()
    {
        Element = element,
        Component = component,
        Terminator = terminator,
        TerminatorLead = lead,
        Repetition = standard.Length == 1 && !IsWord(standard[0]) && standard[0] != ' ' && version.SequenceCompareTo("00402"u8) >= 0 ? standard[0] : (byte)0,
        DecimalMark = (byte)'.',
    };
}
