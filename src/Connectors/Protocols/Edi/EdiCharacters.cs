using System.Text;

namespace Connectors.Protocols.Edi;

/// <summary>Which characters the bytes of an interchange stand for, both ways.</summary>
public sealed class EdiCharacters
{
    private readonly Encoding _encoding;

    private EdiCharacters(string name, Encoding encoding) => (Name, _encoding) = (name, encoding);

    public string Name { get; }

    public static EdiCharacters Ascii { get; } = Of("ascii", Encoding.ASCII);

    public static EdiCharacters Latin1 { get; } = Of("latin-1", Encoding.Latin1);

    public static EdiCharacters Utf8 { get; } = Of("utf-8", new UTF8Encoding(false));

    /// <summary>
    /// By the bytes first: what reads as UTF-8 and is no plain ASCII was meant so, whatever the head says. Then by the syntax identifier
    /// of EDIFACT (UNOC = ISO 8859-1 and so on, ISO 9735 table 0001); all else, and X12, is Latin-1.
    /// </summary>
    public static EdiCharacters Detect(ReadOnlySpan<byte> text, string syntax)
    {
        if (System.Text.Unicode.Utf8.IsValid(text))
            return Utf8;
        var part = syntax.ToUpperInvariant() switch
        {
            "UNOD" => 2, "UNOE" => 5, "UNOF" => 7, "UNOG" => 3, "UNOH" => 4, "UNOI" => 6, "UNOJ" => 8, "UNOK" => 9, _ => 1,
        };
        return part == 1 ? Latin1 : Of($"iso-8859-{part}", CodePagesEncodingProvider.Instance.GetEncoding($"iso-8859-{part}") ?? Encoding.Latin1);
    }

    /// <summary>Null when it is no name of ours.</summary>
    public static EdiCharacters? Find(string name) => name switch { "ascii" => Ascii, "latin-1" => Latin1, "utf-8" => Utf8, _ => null };

    public string Read(ReadOnlySpan<byte> bytes) => _encoding.GetString(bytes);

    /// <summary>Null when a character cannot be written.</summary>
    public byte[]? Write(string text)
    {
        try
        {
            return _encoding.GetBytes(text);
        }
        catch (EncoderFallbackException)
        {
            return null;
        }
    }

    private static EdiCharacters Of(string name, Encoding encoding) => new(name, WithFallback(encoding));

    private static Encoding WithFallback(Encoding encoding)
    {
        var copy = (Encoding)encoding.Clone();
        (copy.EncoderFallback, copy.DecoderFallback) = (EncoderFallback.ExceptionFallback, DecoderFallback.ReplacementFallback);
        return copy;
    }
}
