using System.Globalization;
using System.Text;

namespace Connectors.Protocols.Edi;

/// <summary>Texts of elements: with released characters restored, and without the line breaks that are none of theirs.</summary>
public static class EdiText
{
    private const int LongestLabel = 80;

    /// <summary>True when the bytes are the text, and nothing has to be restored.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> value, in EdiSeparators separators) =>
        !value.ContainsAnyExceptInRange((byte)' ', (byte)'~') && (separators.Release == 0 || !value.Contains(separators.Release));

    public static string Read(ReadOnlySpan<byte> value, in EdiSeparators separators, EdiCharacters characters)
    {
        if (IsPlain(value, separators))
            return Encoding.ASCII.GetString(value);
        var clean = new byte[value.Length];
        var length = 0;
        for (var i = 0; i < value.Length; i++)
        {
            if (separators.Release != 0 && value[i] == separators.Release && i + 1 < value.Length)
                clean[length++] = value[++i];
            else if (value[i] is not ((byte)'\r' or (byte)'\n') || !separators.IgnoresLineBreaks)
                clean[length++] = value[i];
        }

        return characters.Read(clean.AsSpan(0, length));
    }

    /// <summary>An id or a number of an envelope: short, trimmed, for people and comparisons.</summary>
    public static string Label(ReadOnlySpan<byte> value, in EdiSeparators separators, EdiCharacters characters)
    {
        var text = Read(value.Length > 4 * LongestLabel ? value[..(4 * LongestLabel)] : value, separators, characters).Trim();
        return text.Length <= LongestLabel ? text : text[..(char.IsHighSurrogate(text[LongestLabel - 1]) ? LongestLabel - 1 : LongestLabel)];
    }

    /// <summary>A count; null when it is none.</summary>
    public static long? Count(ReadOnlySpan<byte> value) =>
        long.TryParse(Encoding.ASCII.GetString(value.Length > 20 ? value[..20] : value).ReplaceLineEndings("").Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : null;

    /// <summary>Control numbers are the same with and without leading zeros: many systems leave them out of trailers.</summary>
    public static bool SameNumber(string one, string other) => one == other || Bare(one) == Bare(other) && one.Length > 0 && other.Length > 0;

    public static string Bare(string number) => number.TrimStart('0') is { Length: > 0 } bare ? bare : number.Length > 0 ? "0" : "";

    /// <summary>A tag that could be one: two or three capital letters and digits.</summary>
    public static bool IsTag(ReadOnlySpan<byte> tag)
    {
        if (tag.Length is < 2 or > 3)
            return false;
        foreach (var b in tag)
            if (b is not (>= (byte)'A' and <= (byte)'Z' or >= (byte)'0' and <= (byte)'9'))
                return false;
        return true;
    }

    public static string Tag(ReadOnlySpan<byte> tag) => IsTag(tag) ? Encoding.ASCII.GetString(tag) : "???";
}
