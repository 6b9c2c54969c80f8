using System.Globalization;
using System.Text;

namespace ControlPlane.Domain.Mappings.Incoming;

internal enum StepKind : byte
{
    Name,
    Place,
    All,
    Some,
    Wild,
    Slice,
}

/// <param name="Index">Negative: counted from the end.</param>
internal readonly record struct PathStep(StepKind Kind, string? Name = null, long Index = 0, string? Value = null, PathSlice? Slice = null);

/// <summary>Entries from <see cref="Start"/> up to but not <see cref="End"/>, as RFC 9535 (2.3.4) says.</summary>
internal sealed record PathSlice(long? Start, long? End, long Step)
{
    /// <summary>Places within a list of this length, in order.</summary>
    public IEnumerable<int> Of(int length)
    {
        if (Step == 0)
            yield break;
        long Normal(long at) => at >= 0 ? at : length + at;
        var start = Normal(Start ?? (Step > 0 ? 0 : length - 1));
        var end = End is { } given ? Normal(given) : Step > 0 ? length : -1;
        if (Step > 0)
            for (long i = Math.Clamp(start, 0, length); i < Math.Clamp(end, 0, length); i += Step)
                yield return (int)i;
        else
            for (long i = Math.Clamp(start, -1, length - 1); i > Math.Clamp(end, -1, length - 1); i += Step)
                yield return (int)i;
    }
}

/// <summary>Reads the text of a <see cref="DocumentPath"/>.</summary>
internal static class PathReader
{
    private const string Blank = " \t\r\n";

    /// <summary>Beyond them JSON's numbers are no longer exact (RFC 9535, 2.1).</summary>
    private const long Most = 9_007_199_254_740_991;

    /// <param name="rest">What follows <c>$</c> or <c>@</c>.</param>
    public static List<PathStep>? Read(ReadOnlySpan<char> rest)
    {
        var steps = new List<PathStep>();
        while (rest.Length > 0)
        {
            rest = rest.TrimStart(Blank);
            if (rest.Length == 0 || !(rest[0] == '.' ? TryName(ref rest, steps) : rest[0] == '[' && TryBracket(ref rest, steps)))
                return null;
        }

        return steps;
    }

    private static bool TryName(ref ReadOnlySpan<char> rest, List<PathStep> steps)
    {
        var end = rest[1..].IndexOfAny(".[" + Blank);
        var name = end < 0 ? rest[1..] : rest.Slice(1, end);
        rest = rest[(name.Length + 1)..];
        if (name is "*")
        {
            steps.Add(new(StepKind.Wild));
            return true;
        }

        // Beyond the standard, names of partners are taken as they are: #text, @id, cbc:ID, order-id.
        if (name.Length == 0 || name.IndexOfAny("*?'\"]&|=<>!,()") >= 0 || !IsText(name))
            return false;
        steps.Add(new(StepKind.Name, name.ToString()));
        return true;
    }

    private static bool TryBracket(ref ReadOnlySpan<char> rest, List<PathStep> steps)
    {
        if (rest.StartsWith("[]"))
        {
            rest = rest[2..];
            steps.Add(new(StepKind.All));
            return true;
        }

        var inside = rest[1..].TrimStart(Blank);
        if (inside.Length > 0 && inside[0] is '\'' or '"')
        {
            if (Quoted(ref inside) is not { } name)
                return false;
            inside = inside.TrimStart(Blank);
            if (inside.Length == 0 || inside[0] != ']')
                return false;
            rest = inside[1..];
            steps.Add(new(StepKind.Name, name));
            return true;
        }

        var close = inside.IndexOf(']');
        if (close < 0)
            return false;
        rest = inside[(close + 1)..];
        return TrySelector(inside[..close].TrimEnd(Blank), steps);
    }

    private static bool TrySelector(ReadOnlySpan<char> inside, List<PathStep> steps)
    {
        if (inside is "*")
            steps.Add(new(StepKind.Wild));
        else if (inside.Length > 0 && inside[0] == '?')
            return TrySome(inside[1..], steps);
        else if (inside.Contains(':'))
            return TrySlice(inside, steps);
        else if (TryNumber(inside, out var index))
            steps.Add(new(StepKind.Place, Index: index));
        else
            return false;
        return true;
    }

    /// <summary>Our own short form. Anything that reads like a filter of the standard is refused rather than taken for it.</summary>
    private static bool TrySome(ReadOnlySpan<char> inside, List<PathStep> steps)
    {
        var equals = inside.IndexOf('=');
        if (equals < 1)
            return false;
        var name = inside[..equals].Trim();
        var value = inside[(equals + 1)..].Trim();
        // @name is an attribute of XML; @ and $ with anything else begin an expression.
        if (name.Length == 0 || name[0] is '@' or '$' && !(name.Length > 1 && (char.IsLetter(name[1]) || name[1] == '_')) || name.IndexOfAny("*?'\"&|<>!,() ") >= 0 || value.Length > 0 && value[0] == '=' || !IsText(name))
            return false;
        steps.Add(new(StepKind.Some, name.ToString(), Value: value.Trim('\'').ToString()));
        return true;
    }

    private static bool TrySlice(ReadOnlySpan<char> inside, List<PathStep> steps)
    {
        Span<long?> parts = [null, null, null];
        var at = 0;
        foreach (var range in inside.Split(':'))
        {
            var part = inside[range].Trim(Blank);
            if (at == 3 || part.Length > 0 && !TryNumber(part, out _))
                return false;
            if (part.Length > 0 && TryNumber(part, out var number))
                parts[at] = number;
            at++;
        }

        steps.Add(new(StepKind.Slice, Slice: new(parts[0], parts[1], parts[2] ?? 1)));
        return true;
    }

    /// <summary>No leading zeros, no minus zero.</summary>
    private static bool TryNumber(ReadOnlySpan<char> text, out long number)
    {
        var digits = text.Length > 0 && text[0] == '-' ? text[1..] : text;
        number = 0;
        return digits.Length > 0 && (digits[0] != '0' || text is "0")
            && long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && digits[0] is >= '0' and <= '9' && number is >= -Most and <= Most;
    }

    /// <summary>A text in quotation marks with JSON's escapes; <paramref name="rest"/> stands behind it afterwards.</summary>
    private static string? Quoted(ref ReadOnlySpan<char> rest)
    {
        var quote = rest[0];
        var text = new StringBuilder();
        for (var at = 1; at < rest.Length; at++)
        {
            var c = rest[at];
            if (c == quote)
            {
                rest = rest[(at + 1)..];
                var made = text.ToString();
                return IsText(made) ? made : null;
            }

            if (c < ' ')
                return null;
            if (c != '\\')
            {
                text.Append(c);
                continue;
            }

            if (++at >= rest.Length)
                return null;
            if (rest[at] == 'u')
            {
                if (at + 4 >= rest.Length || rest.Slice(at + 1, 4).ContainsAnyExcept("0123456789abcdefABCDEF"))
                    return null;
                text.Append((char)ushort.Parse(rest.Slice(at + 1, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
                at += 4;
                continue;
            }

            if ((rest[at] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', '/' => '/', '\\' => '\\', var q when q == quote => q, _ => '\0' }) is not ('\0') and var escaped)
                text.Append(escaped);
            else
                return null;
        }

        return null;
    }

    /// <summary>Half a character is no name: it could not be looked for.</summary>
    private static bool IsText(ReadOnlySpan<char> text)
    {
        while (text.Length > 0)
        {
            if (Rune.DecodeFromUtf16(text, out _, out var used) != System.Buffers.OperationStatus.Done)
                return false;
            text = text[used..];
        }

        return true;
    }
}
