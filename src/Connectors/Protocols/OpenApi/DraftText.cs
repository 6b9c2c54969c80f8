using System.Globalization;
using System.Text;
using ControlPlane.Domain.Mappings.Suggestions;

namespace Connectors.Protocols.OpenApi;

/// <summary>A YAML document while it is written: lines, with what a person has to decide as a comment behind them.</summary>
internal sealed class DraftText
{
    private readonly StringBuilder _text = new();

    public void Line(int indent, string text, string? decide = null)
    {
        _text.Append(' ', indent).Append(text);
        if (decide is not null)
            _text.Append(text.Length > 0 ? "   " : "").Append("# decide: ").Append(Comment(decide));
        _text.Append('\n');
    }

    public void Note(int indent, string text) => _text.Append(' ', indent).Append("# ").Append(Comment(text)).Append('\n');

    public void Gap() => _text.Append('\n');

    public override string ToString() => _text.ToString();

    /// <summary>A value as YAML reads it back: plain where it is a word, in quotation marks otherwise.</summary>
    public static string Value(string text)
    {
        if (text.Length > 0 && char.IsAsciiLetter(text[0]) && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.') && text.ToLowerInvariant() is not ("true" or "false" or "null" or "yes" or "no" or "on" or "off" or "y" or "n"))
            return text;
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes())
            if (rune.Value is '"' or '\\')
                quoted.Append('\\').Append(rune);
            else
                quoted.Append(Rune.IsControl(rune) || rune.Value is 0xFFFD or 0xFEFF or 0x2028 or 0x2029 or > 0xFFFF ? " " : rune.ToString());
        return quoted.Append('"').ToString();
    }

    public static string Comment(string text) => Value(text) is ['"', .. var inner, '"'] ? inner.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal) : text;

    /// <summary>Lower-case letters, digits and hyphens, 1 to 40.</summary>
    public static string Slug(string title)
    {
        var slug = string.Join('-', FieldNames.Words(title).Where(w => w is not ("api" or "rest" or "openapi")).Select(w => new string([.. w.Where(char.IsAsciiLetterOrDigit)])).Where(w => w.Length > 0));
        slug = slug.Length > 40 ? slug[..40].TrimEnd('-') : slug;
        return slug.Length == 0 ? "my-system" : slug is "new" ? "new-system" : slug;
    }

    /// <summary>As settings and operations are named: <c>shopId</c>.</summary>
    public static string Camel(string name)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        foreach (var c in name + " ")
        {
            var starts = char.IsAsciiLetterUpper(c) && word.Length > 0 && !char.IsAsciiLetterUpper(word[^1]);
            if ((!char.IsAsciiLetterOrDigit(c) || starts) && word.Length > 0)
            {
                words.Add(word.ToString());
                word.Clear();
            }

            if (char.IsAsciiLetterOrDigit(c))
                word.Append(c);
        }

        var camel = string.Concat(words.Select((w, i) => i == 0 ? w.ToLower(CultureInfo.InvariantCulture) : char.ToUpperInvariant(w[0]) + w[1..].ToLower(CultureInfo.InvariantCulture)));
        camel = camel.Length > 40 ? camel[..40] : camel;
        return camel.Length == 0 ? "value" : char.IsAsciiDigit(camel[0]) ? "v" + camel : camel;
    }
}
