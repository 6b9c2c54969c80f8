using System.Globalization;
using System.Text.Json;

namespace ControlPlane.Domain.Schemas;

/// <summary>JSON Pointer (RFC 6901).</summary>
internal static class JsonPointers
{
    public static string Escape(string token) =>
        token.AsSpan().IndexOfAny('~', '/') < 0 ? token : token.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);

    public static string Append(string pointer, string token) => $"{pointer}/{Escape(token)}";

    public static string Append(string pointer, int index) => string.Create(CultureInfo.InvariantCulture, $"{pointer}/{index}");

    public static string[] Tokens(string pointer) => pointer.Length == 0
        ? []
        : [.. pointer[1..].Split('/').Select(t => t.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal))];

    /// <summary>Null when nothing stands there, or the pointer is none.</summary>
    public static JsonElement? Find(JsonElement root, string pointer)
    {
        if (pointer.Length > 0 && pointer[0] != '/')
            return null;
        var at = root;
        foreach (var token in Tokens(pointer))
            switch (at.ValueKind)
            {
                case JsonValueKind.Object when at.TryGetProperty(token, out var member):
                    at = member;
                    break;
                case JsonValueKind.Array when int.TryParse(token, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < at.GetArrayLength():
                    at = at[index];
                    break;
                default:
                    return null;
            }

        return at;
    }
}
