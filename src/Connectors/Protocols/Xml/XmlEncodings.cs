using System.Text;
using System.Text.Unicode;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Xml;

/// <summary>
/// Which encoding a document is in (XML 1.0, appendix F): a byte order mark, else the first bytes, else its declaration, else UTF-8.
/// Only encodings in which one text has one meaning are read; UTF-7, UTF-32 and EBCDIC have carried attacks past filters and are refused.
/// </summary>
internal static class XmlEncodings
{
    public const string Allowed = "UTF-8, UTF-16, US-ASCII, ISO-8859-1, windows-1252";

    private const int LongestDeclaration = 256;

    public static Encoding Windows1252 { get; } = CodePagesEncodingProvider.Instance.GetEncoding(1252)!;

    /// <summary>By the name of a declaration or a manifest; null when it is not read. Invalid bytes throw.</summary>
    public static Encoding? Named(string name) => name.ToLowerInvariant() switch
    {
        "utf-8" or "utf8" or "us-ascii" or "ascii" => new UTF8Encoding(false, true),
        "utf-16" or "utf-16le" => new UnicodeEncoding(false, true, true),
        "utf-16be" => new UnicodeEncoding(true, true, true),
        "iso-8859-1" or "latin1" or "iso_8859-1" => Encoding.Latin1,
        "windows-1252" or "cp1252" => Windows1252,
        _ => null,
    };

    /// <summary>The document in UTF-8, without byte order mark. Null when it is in none of the encodings, or holds bytes that are no text in it.</summary>
    public static ReadOnlyMemory<byte>? ToUtf8(ReadOnlyMemory<byte> content, out Refusal? refusal)
    {
        refusal = null;
        var bytes = content.Span;
        if (bytes is [0xEF, 0xBB, 0xBF, ..])
            return Checked(content[3..], "UTF-8", out refusal);
        if (bytes is [0xFF, 0xFE, 0, 0, ..] or [0, 0, 0xFE, 0xFF, ..] or [0, 0, 0, (byte)'<', ..] or [(byte)'<', 0, 0, 0, ..])
            return Refuse("UTF-32", out refusal);
        if (bytes is [0x4C, 0x6F, 0xA7, 0x94, ..])
            return Refuse("EBCDIC", out refusal);
        if (bytes is [0xFF, 0xFE, ..])
            return Convert(content[2..], Named("utf-16")!, "UTF-16", out refusal);
        if (bytes is [0xFE, 0xFF, ..])
            return Convert(content[2..], Named("utf-16be")!, "UTF-16", out refusal);
        if (bytes is [(byte)'<', 0, ..])
            return Convert(content, Named("utf-16")!, "UTF-16", out refusal);
        if (bytes is [0, (byte)'<', ..])
            return Convert(content, Named("utf-16be")!, "UTF-16", out refusal);
        var name = Declared(bytes);
        if (name is null)
            return Checked(content, "UTF-8", out refusal);
        return Named(name) switch
        {
            null => Refuse(name, out refusal),
            // A declaration of UTF-16 that can be read byte by byte is wrong, and common: a program wrote it into a text and sent that as UTF-8.
            UTF8Encoding or UnicodeEncoding => Checked(content, "UTF-8", out refusal),
            var other => Convert(content, other, name, out refusal),
        };
    }

    /// <summary>The encoding that the XML declaration names; null when it names none.</summary>
    private static string? Declared(ReadOnlySpan<byte> bytes)
    {
        if (!bytes.StartsWith("<?xml"u8))
            return null;
        var head = bytes[..Math.Min(bytes.Length, LongestDeclaration)];
        var end = head.IndexOf("?>"u8);
        head = end < 0 ? head : head[..end];
        var at = head.IndexOf("encoding"u8);
        if (at < 0)
            return null;
        var rest = head[(at + "encoding"u8.Length)..].TrimStart(" \t\r\n="u8);
        if (rest.Length == 0 || rest[0] is not ((byte)'"' or (byte)'\''))
            return null;
        var close = rest[1..].IndexOf(rest[0]);
        return close < 0 ? null : Encoding.ASCII.GetString(rest.Slice(1, close));
    }

    private static ReadOnlyMemory<byte>? Checked(ReadOnlyMemory<byte> content, string name, out Refusal? refusal)
    {
        refusal = Utf8.IsValid(content.Span) ? null : NoText(name);
        // Written out: null alone would become an empty document here.
        return refusal is null ? content : (ReadOnlyMemory<byte>?)null;
    }

    private static ReadOnlyMemory<byte>? Convert(ReadOnlyMemory<byte> content, Encoding encoding, string name, out Refusal? refusal)
    {
        refusal = null;
        try
        {
            return Encoding.Convert(encoding, Encoding.UTF8, content.ToArray());
        }
        catch (DecoderFallbackException)
        {
            refusal = NoText(name);
            return null;
        }
    }

    private static ReadOnlyMemory<byte>? Refuse(string name, out Refusal? refusal)
    {
        refusal = new("xml.encoding", "", $"The document is in {(name.Length > 40 ? name[..40] : name)}, which is not read. Allowed: {Allowed}.");
        return null;
    }

    private static Refusal NoText(string name) => new("xml.bytes", "", $"The document holds bytes that are no text in {name}. Send it in the encoding that it declares.");
}
