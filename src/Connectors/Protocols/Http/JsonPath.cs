using System.Globalization;
using System.Text.Json;

namespace Connectors.Protocols.Http;

/// <summary>
/// The few forms of JSONPath (RFC 9535) that pick one place: <c>$.id</c>, <c>$.value[0].number</c>, <c>$['@odata.etag']</c>.
/// Anything that could pick several is refused when the manifest is read.
/// </summary>
public sealed class JsonPath
{
    public const string Allowed = "$ followed by .name, ['name'] or [0]";

    private readonly (string? Name, int Index)[] _steps;

    private JsonPath(string text, (string?, int)[] steps)
    {
        Text = text;
        _steps = steps;
    }

    public string Text { get; }

    /// <summary>The last member that it names; empty when it names none.</summary>
    public string LastName => _steps.LastOrDefault(s => s.Name is not null).Name ?? "";

    public static JsonPath? TryParse(string text)
    {
        if (text.Length == 0 || text[0] != '$')
            return null;
        var steps = new List<(string?, int)>();
        var rest = text.AsSpan(1);
        while (rest.Length > 0)
            if (!TryStep(ref rest, steps))
                return null;
        return new(text, [.. steps]);
    }

    /// <summary>Null when there is nothing at that place.</summary>
    public JsonElement? Find(JsonElement root)
    {
        var at = root;
        foreach (var (name, index) in _steps)
        {
            if (name is not null)
            {
                if (at.ValueKind != JsonValueKind.Object || !at.TryGetProperty(name, out at))
                    return null;
            }
            else if (at.ValueKind != JsonValueKind.Array || at.GetArrayLength() <= index)
            {
                return null;
            }
            else
            {
                at = at[index];
            }
        }

        return at;
    }

    /// <summary>The value as text; null when absent, null, empty, or an object or a list.</summary>
    public string? Read(JsonElement root) => Find(root) is { } found ? found.ValueKind switch
    {
        JsonValueKind.String => JsonText.String(found) is { Length: > 0 } text ? text : null,
        JsonValueKind.Number => found.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        // An element with attributes: what people mean by its value is its text.
        JsonValueKind.Object when found.TryGetProperty("#text", out var own) && own.ValueKind == JsonValueKind.String => JsonText.String(own) is { Length: > 0 } text ? text : null,
        _ => null,
    } : null;

    /// <summary>True when something stands there: not null, not false, not empty.</summary>
    public bool IsPresent(JsonElement root) => Find(root) is { } found && found.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False or JsonValueKind.Undefined => false,
        JsonValueKind.String => !found.ValueEquals(""),
        JsonValueKind.Array => found.GetArrayLength() > 0,
        JsonValueKind.Object => found.EnumerateObject().MoveNext(),
        _ => true,
    };

    public override string ToString() => Text;

    private static bool TryStep(ref ReadOnlySpan<char> rest, List<(string?, int)> steps)
    {
        if (rest[0] == '.')
        {
            var end = rest[1..].IndexOfAny('.', '[');
            var name = end < 0 ? rest[1..] : rest.Slice(1, end);
            rest = rest[(name.Length + 1)..];
            if (name.Length == 0 || name.IndexOfAny("*?'\"] ") >= 0)
                return false;
            steps.Add((name.ToString(), 0));
            return true;
        }

        var quoted = rest.StartsWith("['");
        var close = rest.IndexOf(quoted ? "']" : "]");
        if (rest[0] != '[' || close < 0)
            return false;
        var inside = quoted ? rest[2..close] : rest[1..close];
        rest = rest[(close + (quoted ? 2 : 1))..];
        if (quoted && inside.Length > 0)
            steps.Add((inside.ToString(), 0));
        else if (!quoted && int.TryParse(inside, NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            steps.Add((null, index));
        else
            return false;
        return true;
    }
}
