namespace Connectors.Protocols.Edi;

public enum EdiHeaderKind : byte
{
    /// <summary>No interchange begins here.</summary>
    None,
    NeedsMore,

    /// <summary>EDIFACT's UNA: it states the separators, and the head follows.</summary>
    Advice,
    Interchange,
}

/// <param name="Length">Bytes that belong to it whatever they are; the terminator is looked for behind them.</param>
public readonly record struct EdiHeader(EdiHeaderKind Kind, EdiSeparators Separators = default, int Length = 0);

/// <summary>What tells X12 and EDIFACT apart for a tokenizer and for the envelope. Stateless.</summary>
public abstract class EdiDialect
{
    public abstract string Name { get; }

    /// <summary>Whether an interchange may begin here; four bytes are enough to tell.</summary>
    public abstract bool MayBegin(ReadOnlySpan<byte> text);

    /// <param name="advice">What UNA stated just before; null when there was none.</param>
    public abstract EdiHeader Header(ReadOnlySpan<byte> text, EdiSeparators? advice, bool final);

    /// <summary>Tags of head and trailer of interchange, group and set.</summary>
    public abstract EdiTags Tags { get; }

    /// <summary>Where raw bytes of a stated length begin in the segment that starts here, and where they end; (0, 0) for all others.</summary>
    public virtual (int From, int To) Binary(ReadOnlySpan<byte> text, in EdiSeparators separators) => default;

    internal static bool IsWord(byte value) => value is >= (byte)'0' and <= (byte)'9' or >= (byte)'A' and <= (byte)'Z' or >= (byte)'a' and <= (byte)'z';
}

public sealed record EdiTags(byte[] Interchange, byte[] InterchangeEnd, byte[] Group, byte[] GroupEnd, byte[] Set, byte[] SetEnd);
