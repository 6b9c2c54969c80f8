using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <param name="Masked">Values that were hidden.</param>
public sealed record MaskedText(string Text, int Masked, PayloadFormat Format);

/// <summary>
/// Hides personal data in a body: names, streets, phone numbers, mail addresses, by closed lists of field names. A hidden
/// value leaves no trace of its length. What cannot be read by fields is searched as text for mail addresses and phone
/// numbers only. Pure.
/// </summary>
public static partial class PayloadMask
{
    public const string Mask = "•••";

    private static readonly JsonWriterOptions Indented = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly JsonReaderOptions Lenient = new() { MaxDepth = 256, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly XmlReaderSettings SafeXml = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreWhitespace = true };

    /// <param name="reveal">True indents only.</param>
    public static MaskedText Apply(string text, bool reveal)
    {
        var start = text.AsSpan().TrimStart();
        if (start.Length > 0 && start[0] is '{' or '[' && Json(text, reveal) is { } json)
            return json;
        if (start.Length > 0 && start[0] == '<' && Xml(text, reveal) is { } xml)
            return xml;
        return reveal ? new(text, 0, PayloadFormat.Text) : Text(text);
    }

    /// <summary>Mail addresses and phone numbers anywhere in a text.</summary>
    public static MaskedText Text(string text)
    {
        var masked = 0;
        var hidden = Mail().Replace(text, _ => Count(ref masked));
        hidden = Phone().Replace(hidden, _ => Count(ref masked));
        return new(hidden, masked, PayloadFormat.Text);
    }

    /// <summary>Null when it is no JSON.</summary>
    private static MaskedText? Json(string text, bool reveal)
    {
        try
        {
            using var buffer = new MemoryStream();
            int masked;
            using (var writer = new Utf8JsonWriter(buffer, Indented))
                masked = new JsonMasker(writer, reveal).Copy(new Utf8JsonReader(Encoding.UTF8.GetBytes(text), Lenient));
            return new(Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length), masked, PayloadFormat.Json);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Null when it is no XML, or one with a DTD.</summary>
    private static MaskedText? Xml(string text, bool reveal)
    {
        try
        {
            var output = new StringBuilder();
            var masked = 0;
            using (var reader = XmlReader.Create(new StringReader(text), SafeXml))
            using (var writer = XmlWriter.Create(output, new XmlWriterSettings { Indent = true, OmitXmlDeclaration = true, ConformanceLevel = ConformanceLevel.Auto }))
                masked = XmlMasker.Copy(reader, writer, reveal);
            return new(output.ToString(), masked, PayloadFormat.Xml);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>Mail addresses only: for values and addresses in which digits mean something.</summary>
    public static string Mails(string value)
    {
        var masked = 0;
        return Free(value, ref masked);
    }

    internal static string Free(string value, ref int masked)
    {
        var count = 0;
        var hidden = Mail().Replace(value, _ => Count(ref count));
        masked += count;
        return hidden;
    }

    private static string Count(ref int masked)
    {
        masked++;
        return Mask;
    }

    [GeneratedRegex(@"[A-Za-z0-9._%+'-]+(@|%40)[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", RegexOptions.NonBacktracking)]
    private static partial Regex Mail();

    /// <summary>With a country code, or a trunk zero and separators: bare digits would hide order numbers.</summary>
    [GeneratedRegex(@"(?<![\w+-])(\+[0-9][0-9 ()./-]{6,}[0-9]|\(?0[0-9]{1,5}\)?[ /-][0-9][0-9 /-]{4,}[0-9])")]
    private static partial Regex Phone();
}
