using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Connectors.Protocols.Manifests.Editing;

/// <summary>YAML of one line.</summary>
internal static class Flow
{
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Of(YamlNode node) => node switch
    {
        YamlScalarNode { Style: ScalarStyle.Plain, Value: { } plain } => plain,
        YamlScalarNode { Value: { } text } => Quoted(text),
        YamlSequenceNode list => $"[{string.Join(", ", list.Children.Select(Of))}]",
        YamlMappingNode { Children.Count: 0 } => "{}",
        YamlMappingNode map => $"{{ {string.Join(", ", map.Children.Select(c => $"{Of(c.Key)}: {Of(c.Value)}"))} }}",
        _ => "\"\"",
    };

    public static string List(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(t => LooksTyped(t) ? Quoted(t) : Text(t)))}]";

    /// <summary>Plain where that is safe within braces, otherwise in quotation marks.</summary>
    public static string Text(string text) => IsPlain(text) ? text : Quoted(text);

    /// <summary>JSON's form of a text is one of YAML's, too.</summary>
    public static string Quoted(string text) => JsonSerializer.Serialize(text, Readable);

    /// <summary>Without quotation marks YAML would take it for a number, a truth value or nothing.</summary>
    public static bool LooksTyped(string text) =>
        text is "true" or "false" or "null" or "~" or "yes" or "no" or "on" or "off" || double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    public static bool IsNull(YamlScalarNode scalar) => scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "null" or "~";

    public static IReadOnlyList<string> Texts(YamlMappingNode map, string key) => !map.Children.TryGetValue(key, out var found) ? [] : found switch
    {
        YamlScalarNode { Value: { } one } scalar when !IsNull(scalar) => [one],
        YamlSequenceNode list => [.. list.Children.OfType<YamlScalarNode>().Select(c => c.Value ?? "")],
        _ => [],
    };

    private static bool IsPlain(string text) =>
        text.Length > 0 && text == text.Trim() && text[0] is not ('@' or '`' or '"' or '\'' or '#' or '&' or '*' or '!' or '|' or '>' or '%' or '-' or '?' or ':' or '~')
        && text.IndexOfAny(['{', '}', '[', ']', ',']) < 0 && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal) && !text.EndsWith(':')
        && !text.Any(char.IsControl) && !(text is "true" or "false" or "null");
}
