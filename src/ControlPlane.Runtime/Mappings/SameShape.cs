using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Runtime.Mappings;

/// <summary>
/// Replaces personal data by values of the same shape: letters by letters, digits by digits, all else as it is. The same value always
/// becomes the same other one, so that what belongs together still does; which one depends on a key of the installation, so that
/// nobody can go back by trying names. The fields are those that are masked on the pages (<see cref="PersonalFields"/>); identifiers,
/// cities, postal codes and countries stay.
/// </summary>
/// <param name="seedOf">A keyed hash of a text, hex.</param>
public sealed partial class SameShape(Func<string, string> seedOf)
{
    private static readonly JsonReaderOptions Lenient = new() { MaxDepth = 256, CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    private static readonly XmlReaderSettings SafeXml = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null };

    /// <summary>What cannot be read by fields is searched for mail addresses and phone numbers.</summary>
    public byte[] Apply(ReadOnlyMemory<byte> body)
    {
        var start = body.Span.TrimStart("\uFEFF \t\r\n"u8);
        if (start is [(byte)'{' or (byte)'[', ..] && Json(body.Span[^start.Length..]) is { } json)
            return json;
        if (start is [(byte)'<', ..] && Xml(body) is { } xml)
            return xml;
        return Text(body.Span);
    }

    /// <summary>The same length, the same kinds of characters.</summary>
    public string Of(string value)
    {
        var stream = new Stream(seedOf(value));
        var text = new StringBuilder(value.Length);
        foreach (var c in value)
            text.Append(c switch
            {
                '0' => '0',
                >= '1' and <= '9' => (char)('1' + stream.Next(9)),
                _ when char.IsUpper(c) => (char)('A' + stream.Next(26)),
                _ when char.IsLetter(c) => (char)('a' + stream.Next(26)),
                _ when char.IsSurrogate(c) => 'x',
                _ => c,
            });
        return text.ToString();
    }

    private byte[]? Json(ReadOnlySpan<byte> body)
    {
        try
        {
            using var buffer = new MemoryStream();
            using (var writer = new Utf8JsonWriter(buffer, Compact))
                new JsonMasker(writer, reveal: false) { Replace = Of, ReplaceMails = Mails }.Copy(new Utf8JsonReader(body, Lenient));
            return buffer.ToArray();
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private byte[]? Xml(ReadOnlyMemory<byte> body)
    {
        try
        {
            using var buffer = new MemoryStream();
            using (var reader = XmlReader.Create(new MemoryStream(body.ToArray()), SafeXml))
            using (var writer = XmlWriter.Create(buffer, new XmlWriterSettings { Encoding = new UTF8Encoding(false), ConformanceLevel = ConformanceLevel.Auto }))
                XmlMasker.Copy(reader, writer, reveal: false, Of, Mails);
            return buffer.ToArray();
        }
        catch (XmlException)
        {
            return null;
        }
    }

    /// <summary>One byte a character, so that whatever the encoding is, all other bytes stay.</summary>
    private byte[] Text(ReadOnlySpan<byte> body) => Encoding.Latin1.GetBytes(Phone().Replace(PlainMail().Replace(Encoding.Latin1.GetString(body), m => Of(m.Value)), m => m.Groups[1].Value + Of(m.Groups[2].Value)));

    private string Mails(string text) => Mail().Replace(text, m => Of(m.Value));

    [GeneratedRegex(@"[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", RegexOptions.NonBacktracking)]
    private static partial Regex Mail();

    /// <summary>Without what parts elements and ends segments in EDI.</summary>
    [GeneratedRegex(@"[A-Za-z0-9._%-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", RegexOptions.NonBacktracking)]
    private static partial Regex PlainMail();

    /// <summary>With a country code, and not behind a letter or a digit: there a plus parts the elements of EDIFACT. Bare digits are order numbers as often.</summary>
    [GeneratedRegex(@"(^|\W)(\+[0-9][0-9 ()/-]{6,18}[0-9])", RegexOptions.NonBacktracking)]
    private static partial Regex Phone();

    /// <summary>Numbers that follow from a seed.</summary>
    private sealed class Stream(string seed)
    {
        private byte[] _block = [];
        private int _at, _round;

        public int Next(int below)
        {
            if (_at == _block.Length)
                (_block, _at) = (SHA256.HashData(Encoding.UTF8.GetBytes($"{seed}/{_round++}")), 0);
            return _block[_at++] % below;
        }
    }
}
