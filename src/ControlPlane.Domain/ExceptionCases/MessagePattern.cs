using System.Text;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.ExceptionCases;

/// <summary>
/// What is left of a message when everything that belongs to one order is taken out: the same sentence about another order
/// gives the same pattern. One pass, bounded, without regular expressions: messages come from outside.
/// </summary>
public static class MessagePattern
{
    /// <summary>In place of a number, an id, a date, an address or a quoted value.</summary>
    public const char Value = '#';

    /// <summary>Longer messages are told apart by their beginning. Messages are stored cut at 500 characters, and this is well within.</summary>
    public const int Longest = 200;

    /// <summary>Read at most; a pattern of <see cref="Longest"/> needs less.</summary>
    private const int MostRead = 4_000;

    /// <summary>A value in quotation marks is no longer; beyond it the mark stands for itself.</summary>
    private const int LongestQuoted = 300;

    /// <returns>Lower-case, single spaces, values as <c>#</c>; a list of values is one <c>#</c>.</returns>
    public static string Of(string message)
    {
        var text = message.AsSpan(0, Math.Min(message.Length, MostRead));
        var pattern = new StringBuilder(Longest + 16);
        for (var i = 0; i < text.Length && pattern.Length < Longest + 8;)
            i = Take(text, i, pattern);
        while (pattern.Length > 0 && pattern[^1] is ' ' or '.' or ',' or ';' or ':' or '!')
            pattern.Length--;
        if (pattern.Length > Longest)
            pattern.Length = Longest;
        return pattern.ToString().TrimEnd();
    }

    private static int Take(ReadOnlySpan<char> text, int at, StringBuilder pattern)
    {
        var c = text[at];
        if (char.IsWhiteSpace(c) || char.IsControl(c))
        {
            if (pattern.Length > 0 && pattern[^1] != ' ')
                pattern.Append(' ');
            return at + 1;
        }

        if (Closers(c) is { Length: > 0 } closers && (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && End(text, at, closers) is > 0 and var end)
        {
            AddValue(pattern);
            return end;
        }

        if (!InWord(c))
        {
            // "-5" and "(12)": the sign and the brackets are the sentence's, not the value's.
            pattern.Append(char.ToLowerInvariant(c));
            return at + 1;
        }

        var stop = at;
        while (stop < text.Length && (InWord(text[stop]) || Apostrophe(text, stop)))
            stop++;
        var word = text[at..stop];
        // What ends a sentence is not part of its last word.
        while (word.Length > 1 && word[^1] is '.' or ',' or ':' or '?' or '-' or '/')
            word = word[..^1];
        if (IsValue(word))
            AddValue(pattern);
        else if (word.Length == 3 && Currencies.IsKnown(word.ToString()) && EndsWithValue(pattern))
            pattern.Length = pattern.ToString().TrimEnd().Length;
        else
            foreach (var letter in word)
                pattern.Append(char.ToLowerInvariant(letter));
        return at + word.Length;
    }

    private static bool IsValue(ReadOnlySpan<char> word)
    {
        if (word.ContainsAnyInRange('0', '9') || word.Contains('@') || word.Contains("://", StringComparison.Ordinal))
            return true;
        // A digest without a digit is rare, and no word of any language is eight letters from a to f.
        return word.Length >= 8 && !word.ContainsAnyExcept("abcdefABCDEF");
    }

    /// <summary>A list of values says how many there were, and that is the order's too: "#, # and #" is "#".</summary>
    private static void AddValue(StringBuilder pattern)
    {
        var before = pattern.ToString().AsSpan().TrimEnd();
        foreach (var link in (ReadOnlySpan<string>)[",", " and", " or", ", and", "/", ";", "|", "-", ":", ""])
            if (before.Length > link.Length && before.EndsWith(link, StringComparison.Ordinal) && before[..^link.Length].TrimEnd() is [.., Value])
            {
                pattern.Length = before[..^link.Length].TrimEnd().Length;
                return;
            }

        pattern.Append(Value);
    }

    private static bool EndsWithValue(StringBuilder pattern) => pattern.ToString().AsSpan().TrimEnd() is [.., Value];

    /// <summary>Behind the closing mark; 0 when there is none. A value that the store cut off has none either.</summary>
    private static int End(ReadOnlySpan<char> text, int open, string closers)
    {
        var most = Math.Min(text.Length, open + LongestQuoted);
        for (var i = open + 1; i < most; i++)
            if (closers.Contains(text[i], StringComparison.Ordinal) && (text[i] != '\'' || i + 1 == text.Length || !char.IsLetterOrDigit(text[i + 1])))
                return i + 1;
        return most == text.Length && text.Length >= 480 && closers != "'" ? text.Length : 0;
    }

    /// <summary>German closes with what English opens with.</summary>
    private static string Closers(char open) => open switch
    {
        '"' => "\"",
        '\'' => "'",
        '`' => "`'",
        '“' => "”",
        '„' => "“”",
        '‘' => "’",
        '«' => "»",
        '‹' => "›",
        _ => "",
    };

    /// <summary>Inside of a word, as in o'neill@example.com and doesn't.</summary>
    private static bool Apostrophe(ReadOnlySpan<char> text, int at) => text[at] == '\'' && at > 0 && at + 1 < text.Length && char.IsLetter(text[at - 1]) && char.IsLetter(text[at + 1]);

    private static bool InWord(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.' or '@' or '/' or ':' or '+' or '%' or '=' or '?' or '&' or '~' or ',' or '\\' or Value;
}
