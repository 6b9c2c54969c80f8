using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace ControlPlane.Domain.Schemas;

/// <summary>JSON values as JSON Schema compares them: numbers by value, objects whatever their order.</summary>
internal static class JsonValues
{
    public static bool Same(JsonElement one, JsonElement other)
    {
        if (one.ValueKind != other.ValueKind)
            return false;
        switch (one.ValueKind)
        {
            case JsonValueKind.String:
                return one.ValueEquals(other.GetString());
            case JsonValueKind.Number:
                return Compare(one, other) == 0;
            case JsonValueKind.Array:
                return one.GetArrayLength() == other.GetArrayLength() && one.EnumerateArray().Zip(other.EnumerateArray()).All(p => Same(p.First, p.Second));
            case JsonValueKind.Object:
                var members = one.EnumerateObject().ToList();
                return members.Count == other.EnumerateObject().Count() && members.TrueForAll(m => other.TryGetProperty(m.Name, out var found) && Same(m.Value, found));
            default:
                return true;
        }
    }

    /// <summary>Exact where both fit into 28 digits; beyond that as binary fractions.</summary>
    public static int Compare(JsonElement one, JsonElement other) =>
        one.TryGetDecimal(out var a) && other.TryGetDecimal(out var b) ? a.CompareTo(b) : Wide(one).CompareTo(Wide(other));

    /// <summary>Also 1.0, which JSON Schema counts as an integer.</summary>
    public static bool IsInteger(JsonElement number)
    {
        if (number.TryGetDecimal(out var exact))
            return exact == decimal.Truncate(exact);
        var wide = Wide(number);
        return double.IsFinite(wide) && wide == Math.Truncate(wide);
    }

    public static bool IsMultiple(JsonElement number, JsonElement of)
    {
        if (number.TryGetDecimal(out var value) && of.TryGetDecimal(out var step) && step != 0)
        {
            try
            {
                return value % step == 0;
            }
            catch (OverflowException)
            {
                return false;
            }
        }

        var (wide, by) = (Wide(number), Wide(of));
        if (double.IsFinite(wide) && wide == Math.Truncate(wide) && by == Math.Truncate(by))
            return new BigInteger(wide) % new BigInteger(by) == BigInteger.Zero;
        var times = wide / by;
        return double.IsFinite(times) && times == Math.Truncate(times);
    }

    /// <summary>Characters as JSON Schema counts them: Unicode code points.</summary>
    public static int Length(string text)
    {
        var length = text.Length;
        for (var i = 1; i < text.Length; i++)
            if (char.IsLowSurrogate(text[i]) && char.IsHighSurrogate(text[i - 1]))
                length--;
        return length;
    }

    private static double Wide(JsonElement number) => double.Parse(number.GetRawText(), NumberStyles.Float, CultureInfo.InvariantCulture);
}
