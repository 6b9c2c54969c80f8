using System.Globalization;
using System.Text;

namespace ControlPlane.Domain.Schemas.Compatibility;

/// <summary>
/// A text that a simple pattern may fit: literals, classes, groups, alternatives (the first), repetition (as few as allowed). Whoever uses
/// it asks the pattern; what cannot be made this way stays without a sample.
/// </summary>
internal static class PatternSamples
{
    private const int MostLength = 1_000;

    public static string Of(string pattern)
    {
        var at = 0;
        var made = new StringBuilder();
        Sequence(pattern, ref at, made, 0);
        return made.ToString();
    }

    private static void Sequence(string pattern, ref int at, StringBuilder made, int depth)
    {
        while (at < pattern.Length && pattern[at] is not (')' or '|') && made.Length < MostLength)
        {
            if (pattern[at] is '^' or '$')
            {
                at++;
                continue;
            }

            var one = Atom(pattern, ref at, depth);
            for (var times = Times(pattern, ref at); times > 0 && made.Length < MostLength; times--)
                made.Append(one);
        }

        // The other alternatives are passed over.
        for (var open = 0; at < pattern.Length && (open > 0 || pattern[at] != ')'); at++)
            open += pattern[at] switch { '\\' => Skip(ref at), '(' => 1, ')' => -1, _ => 0 };
    }

    private static int Skip(ref int at)
    {
        at++;
        return 0;
    }

    private static string Atom(string pattern, ref int at, int depth)
    {
        var c = pattern[at++];
        switch (c)
        {
            case '(' when depth < 20:
                if (at + 1 < pattern.Length && pattern[at] == '?')
                    at += pattern[at + 1] == '<' && pattern.IndexOf('>', at) is > 0 and var close ? close - at + 1 : 2;
                var inner = new StringBuilder();
                Sequence(pattern, ref at, inner, depth + 1);
                at++;
                return inner.ToString();
            case '[':
                return Class(pattern, ref at);
            case '\\' when at < pattern.Length:
                return pattern[at++] switch { 'd' => "1", 'w' => "a", 's' => " ", 'S' or 'W' or 'D' => "-", 'n' => "\n", 't' => "\t", 'b' or 'B' => "", var other => other.ToString() };
            case '.':
                return "x";
            default:
                return c.ToString();
        }
    }

    private static string Class(string pattern, ref int at)
    {
        var not = at < pattern.Length && pattern[at] == '^';
        if (not)
            at++;
        var first = at < pattern.Length ? pattern[at] : 'x';
        var sample = first == '\\' && at + 1 < pattern.Length ? pattern[at + 1] switch { 'd' => "1", 'w' => "a", 's' => " ", var other => other.ToString() } : first.ToString();
        at++;
        while (at < pattern.Length && pattern[at] != ']')
            at += pattern[at] == '\\' ? 2 : 1;
        at = Math.Min(at + 1, pattern.Length);
        return not ? sample == "x" ? "y" : "x" : sample;
    }

    private static int Times(string pattern, ref int at)
    {
        if (at >= pattern.Length)
            return 1;
        switch (pattern[at])
        {
            case '*' or '?':
                at++;
                return 0;
            case '+':
                at++;
                return 1;
            case '{' when pattern.IndexOf('}', at) is > 0 and var close:
                var least = pattern[(at + 1)..close].Split(',')[0];
                at = close + 1;
                return int.TryParse(least, NumberStyles.None, CultureInfo.InvariantCulture, out var times) ? Math.Min(times, MostLength) : 1;
            default:
                return 1;
        }
    }
}
