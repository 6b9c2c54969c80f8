using Connectors.Protocols.Edi;

namespace Connectors.Protocols.Edifact;

/// <summary>UN/EDIFACT (ISO 9735): UNA states the separators where it stands, otherwise they are <c>:+.? '</c>, and <c>*</c> repeats from syntax 4 on.</summary>
public sealed class EdifactDialect : EdiDialect
{
    private const int AdviceLength = 9;

    public static EdifactDialect Instance { get; } = new();

    public override string Name => "EDIFACT";

    public override EdiTags Tags { get; } = new("UNB"u8.ToArray(), "UNZ"u8.ToArray(), "UNG"u8.ToArray(), "UNE"u8.ToArray(), "UNH"u8.ToArray(), "UNT"u8.ToArray());

    public static EdiSeparators Usual { get; } = new() { Component = (byte)':', Element = (byte)'+', DecimalMark = (byte)'.', Release = (byte)'?', Terminator = (byte)'\'' };

    public override bool MayBegin(ReadOnlySpan<byte> text) => text.Length >= 4 && (text.StartsWith("UNA"u8) || text.StartsWith("UNB"u8)) && !IsWord(text[3]);

    public override EdiHeader Header(ReadOnlySpan<byte> text, EdiSeparators? advice, bool final)
    {
        if (text[2] == 'A')
            return text.Length >= AdviceLength ? Advice(text[3..AdviceLength]) : new(final ? EdiHeaderKind.None : EdiHeaderKind.NeedsMore);
        if (advice is { } stated)
            return text[3] == stated.Element ? new(EdiHeaderKind.Interchange, stated) : new(EdiHeaderKind.None);
        if (text[3] != Usual.Element)
            return new(EdiHeaderKind.None);
        if (text.Length < 12 && !final)
            return new(EdiHeaderKind.NeedsMore);
        // UNB+UNOC:4
        var colon = text[..Math.Min(text.Length, 12)].IndexOf((byte)':');
        var fourth = colon > 0 && colon + 1 < text.Length && text[colon + 1] is >= (byte)'4' and <= (byte)'9';
        return new(EdiHeaderKind.Interchange, fourth ? Usual with { Repetition = (byte)'*' } : Usual);
    }

    private static EdiHeader Advice(ReadOnlySpan<byte> text)
    {
        // Separators must differ, or the text could be read in two ways; a blank stands for "not used".
        for (var i = 0; i < text.Length; i++)
            if (IsWord(text[i]) || text[i] != ' ' && text[..i].Contains(text[i]))
                return new(EdiHeaderKind.None);
        if (text[0] == ' ' || text[1] == ' ' || text[5] == ' ')
            return new(EdiHeaderKind.None);
        return new(EdiHeaderKind.Advice, new()
        {
            Component = text[0],
            Element = text[1],
            DecimalMark = text[2] == ' ' ? (byte)'.' : text[2],
            Release = text[3] == ' ' ? (byte)0 : text[3],
            Repetition = text[4] == ' ' ? (byte)0 : text[4],
            Terminator = text[5],
        }, AdviceLength);
    }
}
