using System.Buffers;

namespace Connectors.Protocols.Edi;

public enum EdiToken : byte
{
    End,

    /// <summary>UNA.</summary>
    Advice,

    /// <summary>ISA or UNB: from here on its separators hold.</summary>
    Header,
    Segment,

    /// <summary>Bytes that belong to no interchange, or a segment without an end.</summary>
    Unreadable,
}

/// <summary>
/// Walks over the segments of any number of interchanges, in memory or as they stream in. Takes the separators from each interchange,
/// line breaks and indents between segments, and a last segment without terminator. Copies nothing; memory is bounded by the longest
/// segment. What it returned holds until the next call.
/// </summary>
public sealed class EdiReader : IDisposable
{
    public const int MostSegmentLength = 1 << 20;
    private const int FirstBuffer = 1 << 16;

    private readonly EdiDialect _dialect;
    private readonly Stream? _stream;
    private byte[]? _rented;
    private ReadOnlyMemory<byte> _memory;
    private long _before;
    private int _next;
    private int _end;
    private bool _final;
    private bool _inside;
    private EdiSeparators? _advice;
    private (int At, int Length) _gap, _raw, _tail;
    private int _binaryAt;

    public EdiReader(ReadOnlyMemory<byte> text, EdiDialect dialect)
    {
        (_dialect, _memory, _end, _final) = (dialect, text, text.Length, true);
        SkipMark();
    }

    /// <param name="stream">Read to its end; the caller disposes of it.</param>
    public EdiReader(Stream stream, EdiDialect dialect)
    {
        (_dialect, _stream) = (dialect, stream);
        _rented = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        _memory = _rented;
    }

    public static EdiReader Over(in ReadOnlySequence<byte> text, EdiDialect dialect) =>
        text.IsSingleSegment ? new(text.First, dialect) : new(new SequenceStream(text), dialect);

    public EdiSeparators Separators { get; private set; }

    /// <summary>Of the segment, counted from 1 over the whole delivery; UNA does not count.</summary>
    public int Number { get; private set; }

    /// <summary>Bytes before the segment.</summary>
    public long Offset => _before + _raw.At;

    /// <summary>Line breaks and indents before it.</summary>
    public ReadOnlySpan<byte> Gap => _memory.Span.Slice(_gap.At, _gap.Length);

    /// <summary>Without what stands in <see cref="Gap"/> and <see cref="Tail"/>.</summary>
    public ReadOnlySpan<byte> Raw => _memory.Span.Slice(_raw.At, _raw.Length);

    /// <summary>The terminator with what belongs to it; empty when the text ended without one.</summary>
    public ReadOnlySpan<byte> Tail => _memory.Span.Slice(_tail.At, _tail.Length);

    public EdiSegment Segment => new(Raw, Separators, _binaryAt);

    /// <summary>Where within <see cref="Raw"/> bytes begin that are not split; 0 = nowhere.</summary>
    public int BinaryAt => _binaryAt;

    /// <summary>True for <see cref="EdiToken.Unreadable"/> when a segment is longer than <see cref="MostSegmentLength"/>.</summary>
    public bool TooLong { get; private set; }

    public EdiToken Next()
    {
        EdiToken token;
        while (!TryNext(out token))
            Take(_stream!.Read(Room()));
        return token;
    }

    public async ValueTask<EdiToken> NextAsync(CancellationToken ct)
    {
        EdiToken token;
        while (!TryNext(out token))
        {
            Room();
            Take(await _stream!.ReadAsync(_rented.AsMemory(_end), ct));
        }

        return token;
    }

    public void Dispose()
    {
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
        _memory = default;
    }

    /// <summary>False when more bytes are needed.</summary>
    private bool TryNext(out EdiToken token)
    {
        var window = _memory.Span[_next.._end];
        var at = 0;
        while (at < window.Length && IsNoise(window[at]))
            at++;
        (_gap, _raw, _tail, _binaryAt, TooLong, token) = ((_next, at), (_next + at, 0), (_next + at, 0), 0, false, EdiToken.End);
        var rest = window[at..];
        if (rest.Length < 4 && !_final)
            return at > MostSegmentLength && Unreadable(window.Length, out token);
        if (rest.IsEmpty)
        {
            _next = _end;
            return true;
        }

        if (_inside && !_dialect.MayBegin(rest))
            return End(rest, 0, EdiToken.Segment, out token);
        var header = _dialect.MayBegin(rest) ? _dialect.Header(rest, _advice, _final) : default;
        switch (header.Kind)
        {
            case EdiHeaderKind.NeedsMore:
                return false;
            case EdiHeaderKind.Advice:
                (_advice, _raw, _inside) = (header.Separators, (_raw.At, header.Length), false);
                Separators = header.Separators;
                _next = _raw.At + header.Length;
                _tail = (_next, 0);
                token = EdiToken.Advice;
                return true;
            case EdiHeaderKind.Interchange:
                Separators = header.Separators;
                if (!End(rest, header.Length, EdiToken.Header, out token))
                    return false;
                (_advice, _inside) = (null, token == EdiToken.Header);
                return true;
            default:
                return Skip(rest, out token);
        }
    }

    private bool End(ReadOnlySpan<byte> rest, int from, EdiToken kind, out EdiToken token)
    {
        token = kind;
        var binary = from == 0 ? _dialect.Binary(rest, Separators) : default;
        if (binary.To > rest.Length && _final)
            binary = default;
        var end = EndOf(rest, Math.Max(from, Math.Min(binary.To, rest.Length)));
        if (end < 0 && !_final)
            return rest.Length > MostSegmentLength && Skip(rest, out token, tooLong: true);
        if ((end < 0 ? rest.Length : end) > MostSegmentLength)
            return Skip(rest, out token, tooLong: true);
        var length = end < 0 ? Trimmed(rest) : end;
        if (end > 0 && Separators.TerminatorLead != 0 && rest[end - 1] == Separators.TerminatorLead)
            length--;
        var whole = end < 0 ? rest.Length : end + 1;
        _raw.Length = length;
        _tail = (_raw.At + length, whole - length);
        _next = _raw.At + whole;
        _binaryAt = binary.To > 0 && binary.To <= length ? binary.From : 0;
        Number++;
        if (Segment.Is(_dialect.Tags.InterchangeEnd))
            _inside = false;
        return true;
    }

    private int EndOf(ReadOnlySpan<byte> rest, int from)
    {
        var (terminator, release, lead) = (Separators.Terminator, Separators.Release, Separators.TerminatorLead);
        while (from < rest.Length)
        {
            var found = release == 0 ? rest[from..].IndexOf(terminator) : rest[from..].IndexOfAny(terminator, release);
            if (found < 0)
                return -1;
            found += from;
            // The second byte of a terminator of two may be part of other characters, too; a line feed without its CR ends a segment all the same.
            if (rest[found] == terminator && (lead < 0x80 || found > 0 && rest[found - 1] == lead))
                return found;
            from = found + (rest[found] == release && release != 0 ? 2 : 1);
        }

        return -1;
    }

    /// <summary>To where the next interchange may begin. In a stream the bytes in hand are given up, so that endless rubbish takes no memory.</summary>
    private bool Skip(ReadOnlySpan<byte> rest, out EdiToken token, bool tooLong = false)
    {
        var at = 1;
        while (at < rest.Length && !(rest[at] is (byte)'I' or (byte)'U' && !EdiDialect.IsWord(rest[at - 1]) && rest.Length - at >= 4 && _dialect.MayBegin(rest[at..])))
        {
            var step = rest[(at + 1)..].IndexOfAny((byte)'I', (byte)'U');
            at = step < 0 ? rest.Length : at + 1 + step;
        }

        Unreadable(_gap.Length + (at == rest.Length && !_final ? Math.Max(1, rest.Length - 4) : at), out token);
        TooLong = tooLong;
        return true;
    }

    private bool Unreadable(int length, out EdiToken token)
    {
        _raw = (_gap.At + _gap.Length, Math.Max(0, length - _gap.Length));
        _next = _gap.At + length;
        _tail = (_next, 0);
        (_inside, _advice) = (false, null);
        token = EdiToken.Unreadable;
        return true;
    }

    private Span<byte> Room()
    {
        if (_next > 0)
        {
            _rented.AsSpan(_next, _end - _next).CopyTo(_rented);
            _before += _next;
            (_end, _next) = (_end - _next, 0);
        }

        if (_end == _rented!.Length)
        {
            var larger = ArrayPool<byte>.Shared.Rent(_rented.Length * 2);
            _rented.AsSpan(0, _end).CopyTo(larger);
            ArrayPool<byte>.Shared.Return(_rented);
            _memory = _rented = larger;
        }

        return _rented.AsSpan(_end);
    }

    private void Take(int read)
    {
        var first = _before == 0 && _end == 0;
        _end += read;
        _final = read == 0;
        if (first)
            SkipMark();
    }

    /// <summary>A byte order mark is no part of the text. A stream that brings fewer than three bytes at first keeps it, and it is refused as rubbish.</summary>
    private void SkipMark()
    {
        if (_memory.Span[.._end].StartsWith("\uFEFF"u8))
            _next = 3;
    }

    private static int Trimmed(ReadOnlySpan<byte> rest)
    {
        var length = rest.Length;
        while (length > 0 && IsNoise(rest[length - 1]))
            length--;
        return length;
    }

    /// <summary>Blanks, tabs, line breaks, and the NUL and end-of-file marks that old systems pad with.</summary>
    private static bool IsNoise(byte value) => value is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0 or 0x1A;
}
