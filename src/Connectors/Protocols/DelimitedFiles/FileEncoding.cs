using System.Buffers;
using System.Globalization;
using System.Text;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>How the characters of a file are bytes. A byte that means none becomes <see cref="Wrong"/>, so that only its record is refused.</summary>
public sealed class FileEncoding
{
    /// <summary>No character (Unicode, noncharacters): what stands for bytes that cannot be read.</summary>
    public const char Wrong = '\uFFFF';

    private static readonly Dictionary<string, FileEncoding> All = new[]
    {
        Make("utf-8", new UTF8Encoding(false), false), Make("utf-8-mark", new UTF8Encoding(false), true),
        Make("utf-16", new UnicodeEncoding(false, false), true), Make("utf-16be", new UnicodeEncoding(true, false), true), Make("ascii", System.Text.Encoding.ASCII, false),
        Page("windows-1252", 1252), Page("windows-1250", 1250), Page("windows-1251", 1251),
        Page("iso-8859-1", 28591), Page("iso-8859-2", 28592), Page("iso-8859-15", 28605), Page("cp437", 437), Page("cp850", 850), Page("cp852", 852),
    }.ToDictionary(e => e.Name, StringComparer.Ordinal);

    private readonly Encoding _reads;
    private readonly Encoding _writes;
    private readonly bool _mark;

    private FileEncoding(string name, Encoding encoding, bool mark)
    {
        Name = name;
        _mark = mark;
        _reads = (Encoding)encoding.Clone();
        _reads.DecoderFallback = new DecoderReplacementFallback(Wrong.ToString());
        _writes = (Encoding)encoding.Clone();
        _writes.EncoderFallback = EncoderFallback.ExceptionFallback;
    }

    public string Name { get; }

    public static string Allowed => string.Join(", ", All.Keys.Order(StringComparer.Ordinal));

    public static FileEncoding Utf8 => All["utf-8"];

    public static FileEncoding? Find(string name) => All.GetValueOrDefault(name);

    /// <summary>The text without its mark, which may be there or not; <paramref name="hadMark"/> says so.</summary>
    public string Read(ReadOnlySpan<byte> content, out bool hadMark)
    {
        var encoding = _reads;
        // The mark of the other byte order is believed, since it can be nothing else.
        if (encoding is UnicodeEncoding && (content is [0xFE, 0xFF, ..] || content is [0xFF, 0xFE, ..]))
            encoding = content[0] == 0xFE ? All["utf-16be"]._reads : All["utf-16"]._reads;
        var mark = encoding switch
        {
            UTF8Encoding when content is [0xEF, 0xBB, 0xBF, ..] => 3,
            UnicodeEncoding when content is [0xFE, 0xFF, ..] or [0xFF, 0xFE, ..] => 2,
            _ => 0,
        };
        hadMark = mark > 0;
        return encoding.GetString(content[mark..]);
    }

    /// <param name="mark">Null: as this encoding has it.</param>
    public byte[] Write(string text, bool? mark = null)
    {
        var preamble = mark ?? _mark ? _writes is UTF8Encoding ? [0xEF, 0xBB, 0xBF] : _writes is UnicodeEncoding ? _writes.GetBytes("\uFEFF") : [] : Array.Empty<byte>();
        return [.. preamble, .. _writes.GetBytes(text)];
    }

    /// <summary>The first character that it does not have; null when it has all.</summary>
    public Rune? FirstUnknown(string text)
    {
        if (_writes is UTF8Encoding or UnicodeEncoding)
            return HalfCharacter(text) ? Rune.ReplacementChar : null;
        Span<byte> bytes = stackalloc byte[8];
        Span<char> chars = stackalloc char[2];
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.IsAscii)
                continue;
            try
            {
                _writes.GetBytes(chars[..rune.EncodeToUtf16(chars)], bytes);
            }
            catch (EncoderFallbackException)
            {
                return rune;
            }
        }

        return null;
    }

    /// <summary>The text with what it does not have in plain letters: Łódź → Lódz. What has no plain form is left.</summary>
    public string Plain(string text)
    {
        if (FirstUnknown(text) is null)
            return text;
        var plain = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            var one = rune.ToString();
            plain.Append(FirstUnknown(one) is null ? one : Letters.GetValueOrDefault(one) ?? WithoutMarks(one));
        }

        return plain.ToString();
    }

    private static readonly Dictionary<string, string> Letters = new(StringComparer.Ordinal)
    {
        ["Ł"] = "L", ["ł"] = "l", ["Đ"] = "D", ["đ"] = "d", ["Ø"] = "O", ["ø"] = "o", ["Æ"] = "AE", ["æ"] = "ae", ["Œ"] = "OE", ["œ"] = "oe", ["ß"] = "ss", ["ẞ"] = "SS", ["ı"] = "i", ["Þ"] = "Th", ["þ"] = "th",
        ["\u2018"] = "'", ["\u2019"] = "'", ["\u201A"] = "'", ["\u201C"] = "\"", ["\u201D"] = "\"", ["\u201E"] = "\"", ["\u2013"] = "-", ["\u2014"] = "-", ["\u2026"] = "...", ["\u00A0"] = " ", ["\u202F"] = " ", ["€"] = "EUR",
    };

    private static string WithoutMarks(string one) =>
        string.Concat(one.Normalize(NormalizationForm.FormKD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark));

    private static bool HalfCharacter(string text)
    {
        var rest = text.AsSpan();
        while (rest.Length > 0)
        {
            if (Rune.DecodeFromUtf16(rest, out _, out var used) != OperationStatus.Done)
                return true;
            rest = rest[used..];
        }

        return false;
    }

    private static FileEncoding Page(string name, int page) => Make(name, CodePagesEncodingProvider.Instance.GetEncoding(page) ?? System.Text.Encoding.GetEncoding(page), false);

    private static FileEncoding Make(string name, Encoding encoding, bool mark) => new(name, encoding, mark);
}
