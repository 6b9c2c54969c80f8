using System.Text;

namespace ControlPlane.Domain.Schemas;

/// <summary>Makes an ECMA-262 pattern mean the same here: the classes <c>\d</c>, <c>\w</c>, <c>\s</c> differ, and so does the end of a text.</summary>
internal static class SchemaPatterns
{
    private const string EcmaSpace = @"\t\n\v\f\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff";

    public static string Adapt(string pattern)
    {
        var adapted = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                i++;
                adapted.Append(Escape(pattern, ref i, inClass));
                continue;
            }

            if (c == '[')
                inClass = true;
            else if (c == ']')
                inClass = false;
            // Here, $ would also match before a last line break.
            adapted.Append(c == '$' && !inClass ? "\\z" : c.ToString());
        }

        return adapted.ToString();
    }

    private static string Escape(string pattern, ref int i, bool inClass) => pattern[i] switch
    {
        'd' => inClass ? "0-9" : "[0-9]",
        'D' => "[^0-9]",
        'w' => inClass ? "a-zA-Z0-9_" : "[a-zA-Z0-9_]",
        'W' => "[^a-zA-Z0-9_]",
        's' => inClass ? EcmaSpace : $"[{EcmaSpace}]",
        'S' => inClass ? "\\S" : $"[^{EcmaSpace}]",
        'p' or 'P' => Category(pattern, ref i),
        'u' when i + 1 < pattern.Length && pattern[i + 1] == '{' => CodePoint(pattern, ref i),
        var other => "\\" + other,
    };

    /// <summary>Long names of ECMA's general categories, for those in use.</summary>
    private static string Category(string pattern, ref int i)
    {
        var close = pattern.IndexOf('}', i);
        if (i + 1 >= pattern.Length || pattern[i + 1] != '{' || close < 0)
            return "\\" + pattern[i];
        var (sign, name) = (pattern[i], pattern[(i + 2)..close]);
        i = close;
        var known = name switch { "Letter" => "L", "Number" => "N", "Punctuation" => "P", "Symbol" => "S", "Separator" => "Z", "Uppercase_Letter" => "Lu", "Lowercase_Letter" => "Ll", "digit" or "Decimal_Number" => "Nd", _ => name };
        return "\\" + sign + "{" + known + "}";
    }

    private static string CodePoint(string pattern, ref int i)
    {
        var close = pattern.IndexOf('}', i);
        if (close < 0 || !int.TryParse(pattern.AsSpan(i + 2, close - i - 2), System.Globalization.NumberStyles.HexNumber, null, out var point) || point > 0x10FFFF || point is >= 0xD800 and <= 0xDFFF)
            return "\\u";
        i = close;
        return System.Text.RegularExpressions.Regex.Escape(char.ConvertFromUtf32(point));
    }
}
