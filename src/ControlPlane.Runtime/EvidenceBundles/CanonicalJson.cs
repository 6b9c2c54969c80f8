using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace ControlPlane.Runtime.EvidenceBundles;

/// <summary>
/// One text for one document (in the manner of RFC 8785): keys sorted by their UTF-16 code units, no white space, the shortest escapes. Numbers
/// are whole: amounts are texts. So a digest over it is a digest over what it says.
/// </summary>
public static class CanonicalJson
{
    public static byte[] Write(JsonNode node)
    {
        var text = new StringBuilder();
        Write(node, text);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static void Write(JsonNode? node, StringBuilder text)
    {
        switch (node)
        {
            case null:
                text.Append("null");
                break;
            case JsonObject members:
                text.Append('{');
                var first = true;
                foreach (var (name, value) in members.OrderBy(m => m.Key, StringComparer.Ordinal))
                {
                    if (!first)
                        text.Append(',');
                    first = false;
                    Quote(name, text);
                    text.Append(':');
                    Write(value, text);
                }

                text.Append('}');
                break;
            case JsonArray entries:
                text.Append('[');
                for (var i = 0; i < entries.Count; i++)
                {
                    if (i > 0)
                        text.Append(',');
                    Write(entries[i], text);
                }

                text.Append(']');
                break;
            case JsonValue value when value.TryGetValue(out bool flag):
                text.Append(flag ? "true" : "false");
                break;
            case JsonValue value when value.TryGetValue(out string? said):
                Quote(said, text);
                break;
            case JsonValue value when value.TryGetValue(out long number):
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            case JsonValue value when value.TryGetValue(out int number):
                text.Append(number.ToString(CultureInfo.InvariantCulture));
                break;
            default:
                throw new InvalidOperationException("Evidence holds texts, whole numbers, truth values, lists and objects only.");
        }
    }

    private static void Quote(string value, StringBuilder text)
    {
        text.Append('"');
        foreach (var c in value)
            _ = c switch
            {
                '"' => text.Append("\\\""),
                '\\' => text.Append("\\\\"),
                '\b' => text.Append("\\b"),
                '\f' => text.Append("\\f"),
                '\n' => text.Append("\\n"),
                '\r' => text.Append("\\r"),
                '\t' => text.Append("\\t"),
                < ' ' => text.Append(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
                // Half of a pair is no text that UTF-8 could hold.
                _ when char.IsSurrogate(c) => text.Append(c),
                _ => text.Append(c),
            };
        text.Append('"');
    }
}
