using System.Globalization;
using System.Text;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Xml;

/// <summary>
/// Looks over a document before it is parsed, at the speed of reading it once: a DTD, too deep nesting, too many attributes or elements
/// are refused here, whatever the parser would make of them. A document that it misreads is not well-formed, which the parser then says.
/// </summary>
internal static class XmlGuard
{
    /// <param name="utf8">Without byte order mark.</param>
    /// <param name="split">The limit of elements then counts for each document, when it is read.</param>
    public static Refusal? Check(ReadOnlySpan<byte> utf8, bool split)
    {
        if (utf8.Length > XmlLimits.MostBytes)
            return new("xml.too_large", "", $"The document is larger than {XmlLimits.MostBytes / (1 << 20)} MB.");
        if (utf8.TrimStart(" \t\r\n"u8) is not [(byte)'<', ..])
            return new("xml.not_xml", "", utf8.IsEmpty ? "The document is empty." : "The document is no XML: it does not begin with <.");
        int depth = 0, elements = 0;
        for (var at = 0; ;)
        {
            var open = utf8[at..].IndexOf((byte)'<');
            if (open < 0)
                return null;
            at += open;
            var rest = utf8[(at + 1)..];
            int length;
            if (rest is [(byte)'!', ..])
            {
                if (!rest.StartsWith("!--"u8) && !rest.StartsWith("![CDATA["u8))
                    return Refuse(utf8, at, "xml.dtd", "The document has a document type declaration. Declarations (<!…) are not read: they can pull in files and grow without end. Send it without.");
                length = rest.StartsWith("!--"u8) ? After(rest, "-->"u8) : After(rest, "]]>"u8);
            }
            else if (rest is [(byte)'?', ..])
            {
                length = After(rest, "?>"u8);
            }
            else if (rest is [(byte)'/', ..])
            {
                depth--;
                length = After(rest, ">"u8);
            }
            else
            {
                length = Tag(rest, out var attributes, out var name, out var empty);
                if (name > XmlLimits.LongestName)
                    return Refuse(utf8, at, "xml.name_too_long", $"A name is longer than {XmlLimits.LongestName} bytes.");
                if (attributes > XmlLimits.MostAttributes)
                    return Refuse(utf8, at, "xml.too_many_attributes", $"An element has more than {XmlLimits.MostAttributes} attributes.");
                if (++elements > XmlLimits.MostElements && !split)
                    return Refuse(utf8, at, "xml.too_many_elements", $"The document has more than {XmlLimits.MostElements} elements. Give the format split:, so that it is read in parts.");
                if (!empty && ++depth > XmlLimits.MostDepth)
                    return Refuse(utf8, at, "xml.too_deep", $"The document is nested more than {XmlLimits.MostDepth} deep.");
            }

            if (length < 0)
                return Refuse(utf8, at, "xml.malformed", "The document is no well-formed XML: what begins with < is not ended.");
            at += 1 + length;
        }
    }

    /// <summary>Bytes of a start tag up to behind its end; -1 when it has none. Stops counting where a limit is passed.</summary>
    private static int Tag(ReadOnlySpan<byte> tag, out int attributes, out int name, out bool empty)
    {
        attributes = 0;
        empty = false;
        name = tag[..Math.Min(tag.Length, XmlLimits.LongestName + 1)].IndexOfAny(" \t\r\n/>"u8);
        if (name < 0)
            name = tag.Length > XmlLimits.LongestName ? int.MaxValue : tag.Length;
        for (var at = 0; ;)
        {
            var next = tag[at..].IndexOfAny((byte)'"', (byte)'\'', (byte)'>');
            if (next < 0)
                return -1;
            at += next;
            if (tag[at] == '>')
            {
                empty = at > 0 && tag[at - 1] == '/';
                return at + 1;
            }

            if (++attributes > XmlLimits.MostAttributes)
                return at;
            var close = tag[(at + 1)..].IndexOf(tag[at]);
            if (close < 0)
                return -1;
            at += close + 2;
        }
    }

    private static int After(ReadOnlySpan<byte> rest, ReadOnlySpan<byte> end) => rest.IndexOf(end) is >= 0 and var at ? at + end.Length : -1;

    private static Refusal Refuse(ReadOnlySpan<byte> utf8, int at, string code, string message)
    {
        var before = utf8[..at];
        var column = Encoding.UTF8.GetCharCount(before[(before.LastIndexOf((byte)'\n') + 1)..]) + 1;
        var place = string.Create(CultureInfo.InvariantCulture, $"line {before.Count((byte)'\n') + 1}, column {column}");
        return new(code, place, $"{message} It stands at {place}.");
    }
}
