using System.Globalization;
using System.Text;
using System.Xml;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Xml;

/// <summary>
/// The one way in which received XML is read. No DTD, so no entities beyond the five; no resolver, so nothing is fetched from files or the
/// network, whatever the document names; characters, names and namespaces are checked; size, depth and counts are limited before parsing.
/// </summary>
public static class SafeXml
{
    private const string Inclusion = "http://www.w3.org/2001/XInclude";

    private static readonly XmlReaderSettings Settings = new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersFromEntities = 1,
        CheckCharacters = true,
        ConformanceLevel = ConformanceLevel.Document,
        ValidationType = ValidationType.None,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
        CloseInput = true,
    };

    /// <summary>A reader before the root element; null when the document is refused before it is parsed.</summary>
    /// <param name="split">Whether it is read in parts, so that only these are limited in elements.</param>
    public static XmlReader? Open(ReadOnlyMemory<byte> content, bool split, out Refusal? refusal)
    {
        if (XmlEncodings.ToUtf8(content, out refusal) is not { } utf8)
            return null;
        refusal = XmlGuard.Check(utf8.Span, split);
        // Through a text reader: what the document declares about its bytes was decided above, and must not be decided again otherwise.
        return refusal is null ? XmlReader.Create(new StreamReader(new MemorySource(utf8), Encoding.UTF8, false, 32_768), Settings) : null;
    }

    /// <summary>Runs what reads; what the parser does not like becomes a refusal with line and column.</summary>
    public static Refusal? Guarded(Action read)
    {
        try
        {
            read();
            return null;
        }
        catch (XmlException bad)
        {
            return Malformed(bad);
        }
        catch (XmlRefusedException refused)
        {
            return refused.Refusal;
        }
    }

    /// <summary>Elements that would pull in another document are none of ours to follow, and their content must not pass for it.</summary>
    /// <exception cref="XmlRefusedException">It is one.</exception>
    internal static void RefuseInclusion(XmlReader reader)
    {
        if (ReferenceEquals(reader.NamespaceURI, Inclusion) || reader.NamespaceURI == Inclusion)
            throw new XmlRefusedException(new("xml.include", Place(reader), $"The document asks to include another one (XInclude), which is not done. It stands at {Place(reader)}."));
    }

    internal static string Place(XmlReader reader) =>
        reader is IXmlLineInfo info ? string.Create(CultureInfo.InvariantCulture, $"line {info.LineNumber}, column {info.LinePosition}") : "";

    private static Refusal Malformed(XmlException bad)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"line {bad.LineNumber}, column {bad.LinePosition}");
        var why = bad.Message.IndexOf(" Line ", StringComparison.Ordinal) is > 0 and var at ? bad.Message[..at] : bad.Message;
        return new("xml.malformed", place, $"The document is no well-formed XML at {place}: {(why.Length > 200 ? why[..200] : why)}");
    }

    private sealed class MemorySource(ReadOnlyMemory<byte> content) : Stream
    {
        private int _at;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => content.Length;

        public override long Position { get => _at; set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var count = Math.Min(buffer.Length, content.Length - _at);
            content.Span.Slice(_at, count).CopyTo(buffer);
            _at += count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}

/// <summary>Ends the reading of a document from deep within. Never leaves this folder.</summary>
internal sealed class XmlRefusedException(Refusal refusal) : Exception(refusal.Message)
{
    public Refusal Refusal { get; } = refusal;
}
