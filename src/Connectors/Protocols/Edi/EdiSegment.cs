namespace Connectors.Protocols.Edi;

/// <summary>One segment as it stands in the text, without its terminator. Reads without copying.</summary>
/// <param name="binaryAt">Where raw bytes begin that are not split (BIN), or 0.</param>
public readonly ref struct EdiSegment(ReadOnlySpan<byte> raw, EdiSeparators separators, int binaryAt = 0)
{
    public ReadOnlySpan<byte> Raw { get; } = raw;

    public EdiSeparators Separators { get; } = separators;

    /// <summary>What stands before the first separator; EDIFACT may nest explicitly (<c>LIN:1</c>), which is not part of it.</summary>
    public ReadOnlySpan<byte> Tag
    {
        get
        {
            var end = Separators.Component == 0 ? Raw.IndexOf(Separators.Element) : Raw.IndexOfAny(Separators.Element, Separators.Component);
            var tag = end < 0 ? Raw : Raw[..end];
            return Separators.IgnoresLineBreaks && tag.Length < 10 && tag.IndexOfAny((byte)'\r', (byte)'\n') >= 0 ? Whole(tag) : tag;
        }
    }

    public bool Is(ReadOnlySpan<byte> tag)
    {
        if (Raw.StartsWith(tag) && (Raw.Length == tag.Length || Separators.IsSeparator(Raw[tag.Length])))
            return true;
        // A line may be wrapped within a tag.
        return Raw.Length > tag.Length && (IsLineBreak(Raw[1]) || IsLineBreak(Raw[2]) || Raw.Length > 3 && IsLineBreak(Raw[3])) && Separators.IgnoresLineBreaks && Tag.SequenceEqual(tag);
    }

    /// <summary>The tag first, then element 1, 2 and so on.</summary>
    public EdiSplit Elements => new(Raw, Separators.Element, Separators.Release, binaryAt);

    /// <param name="position">From 1; empty when it is not there.</param>
    public ReadOnlySpan<byte> Element(int position)
    {
        foreach (var element in Elements)
            if (position-- == 0)
                return element;
        return default;
    }

    /// <param name="component">From 1; a simple element is its own first component.</param>
    public ReadOnlySpan<byte> Component(int position, int component)
    {
        foreach (var part in Components(Element(position)))
            if (--component == 0)
                return part;
        return default;
    }

    private static bool IsLineBreak(byte value) => value is (byte)'\r' or (byte)'\n';

    private static ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> tag)
    {
        var whole = new List<byte>(tag.Length);
        foreach (var b in tag)
            if (!IsLineBreak(b))
                whole.Add(b);
        return whole.ToArray();
    }

    public EdiSplit Components(ReadOnlySpan<byte> element) => new(element, Separators.Component, Separators.Release);

    public EdiSplit Repeats(ReadOnlySpan<byte> element) => new(element, Separators.Repetition, Separators.Release);
}

/// <summary>Walks over the parts between separators; a released separator is data. An empty text has one empty part.</summary>
public ref struct EdiSplit(ReadOnlySpan<byte> text, byte separator, byte release, int wholeFrom = 0)
{
    private ReadOnlySpan<byte> _rest = text;
    private int _at;
    private bool _done;

    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly EdiSplit GetEnumerator() => this;

    public bool MoveNext()
    {
        if (_done)
            return false;
        var end = wholeFrom > 0 && _at >= wholeFrom ? -1 : End();
        _done = end < 0;
        Current = _done ? _rest : _rest[..end];
        if (!_done)
        {
            _rest = _rest[(end + 1)..];
            _at += end + 1;
        }

        return true;
    }

    private readonly int End()
    {
        if (separator == 0)
            return -1;
        if (release == 0)
            return _rest.IndexOf(separator);
        for (var from = 0; from < _rest.Length;)
        {
            var found = _rest[from..].IndexOfAny(separator, release);
            if (found < 0)
                return -1;
            if (_rest[from + found] == separator)
                return from + found;
            from += found + 2;
        }

        return -1;
    }
}
