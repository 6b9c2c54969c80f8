using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Mappings.Incoming;

namespace Connectors.Protocols.Http.Bodies;

/// <summary>What rows wrote, as <c>application/x-www-form-urlencoded</c> (WHATWG URL, 5.2): objects and lists in brackets, <c>lines[0][sku]=TEE</c>.</summary>
public static class FormBody
{
    public const string ContentType = "application/x-www-form-urlencoded";

    public static byte[] Write(JsonElement document)
    {
        var text = new StringBuilder();
        Write(text, document, "");
        return Encoding.ASCII.GetBytes(text.ToString());
    }

    /// <summary>Every single value with its bracketed name.</summary>
    internal static IEnumerable<(string Name, string Value)> Fields(JsonElement element, string name)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                return element.EnumerateObject().SelectMany(m => Fields(m.Value, name.Length == 0 ? m.Name : $"{name}[{m.Name}]"));
            case JsonValueKind.Array:
                return element.EnumerateArray().SelectMany((e, i) => Fields(e, $"{name}[{i}]"));
            default:
                return DocumentPath.TextOf(element) is { } value ? [(name, value)] : [];
        }
    }

    private static void Write(StringBuilder text, JsonElement document, string name)
    {
        foreach (var (field, value) in Fields(document, name))
            text.Append(text.Length == 0 ? "" : "&").Append(Encode(field)).Append('=').Append(Encode(value));
    }

    private static string Encode(string text) => Uri.EscapeDataString(text).Replace("%20", "+", StringComparison.Ordinal);
}
