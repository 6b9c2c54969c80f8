namespace Connectors.Protocols.Edi;

/// <summary>The characters with which an interchange says where things end, as its own head states them. Zero = there is none.</summary>
public readonly record struct EdiSeparators
{
    public byte Element { get; init; }

    public byte Component { get; init; }

    /// <summary>Between repeats of one element: X12 from version 00402 on, EDIFACT from syntax 4 on or where UNA names it.</summary>
    public byte Repetition { get; init; }

    public byte Terminator { get; init; }

    /// <summary>A byte before the terminator that belongs to it: CR of CRLF, or the first byte of a character that has two in UTF-8.</summary>
    public byte TerminatorLead { get; init; }

    /// <summary>EDIFACT only: takes the meaning from the character behind it.</summary>
    public byte Release { get; init; }

    public byte DecimalMark { get; init; }

    /// <summary>A line break between segments is then no data, wherever it stands: some systems wrap at 80 characters.</summary>
    public bool IgnoresLineBreaks => Terminator is not ((byte)'\r' or (byte)'\n');

    public bool IsSeparator(byte value) => value != 0 && (value == Element || value == Component || value == Repetition || value == Terminator || value == Release);
}
