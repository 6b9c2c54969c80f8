using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.Http;

/// <summary>Reads received JSON without leniency: what two readers could understand in two ways is refused.</summary>
public static class StrictJson
{
    public const int MostDepth = 64;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = MostDepth, AllowDuplicateProperties = false };

    /// <summary>Null when refused. Dispose the document. A byte order mark is skipped, as RFC 8259 allows.</summary>
    public static JsonDocument? Parse(ReadOnlyMemory<byte> body, out Refusal? refusal)
    {
        body = JsonText.WithoutMark(body);
        if (!Utf8.IsValid(body.Span)) // The parser itself would only notice when the text is read.
        {
            refusal = new("json.not_utf8", "", "The document is not in UTF-8.");
            return null;
        }

        try
        {
            refusal = null;
            return JsonDocument.Parse(body, Strict);
        }
        catch (JsonException bad)
        {
            refusal = Why(body, bad);
            return null;
        }
        catch (InvalidOperationException)
        {
            refusal = new("json.unreadable", "", "A name in the document holds half a character (a lone surrogate).");
            return null;
        }
    }

    private static Refusal Why(ReadOnlyMemory<byte> body, JsonException bad)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"line {bad.LineNumber + 1}, byte {bad.BytePositionInLine + 1}");
        if (Parses(body, new() { MaxDepth = MostDepth }))
            return new("json.duplicate_name", "", "An object of the document has the same name twice. Each name may stand once.");
        if (Parses(body, new() { MaxDepth = 1_000 }))
            return new("json.too_deep", "", $"The document is nested more than {MostDepth} deep.");
        return new("json.unreadable", "", $"The document is no valid JSON, at {place}.");
    }

    private static bool Parses(ReadOnlyMemory<byte> body, JsonDocumentOptions options)
    {
        try
        {
            JsonDocument.Parse(body, options).Dispose();
            return true;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return false;
        }
    }
}

/// <summary>What the parser leaves to its callers.</summary>
internal static class JsonText
{
    public static ReadOnlyMemory<byte> WithoutMark(ReadOnlyMemory<byte> body) => body.Span is [0xEF, 0xBB, 0xBF, ..] ? body[3..] : body;

    /// <summary>Null when the text holds half a character: an escaped lone surrogate passes the parser and is no text.</summary>
    public static string? String(JsonElement element)
    {
        try
        {
            return element.GetString();
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }
}

/// <summary>Typed access to an object of a received document. Each missing or wrong member becomes a refusal that names its path.</summary>
public sealed class JsonFields(JsonElement element, string path, List<Refusal> refusals)
{
    public IReadOnlyList<Refusal> Refusals => refusals;

    /// <summary>The whole document; a refusal when it is no object.</summary>
    public static JsonFields Root(JsonDocument document)
    {
        var refusals = new List<Refusal>();
        if (document.RootElement.ValueKind == JsonValueKind.Object)
            return new(document.RootElement, "", refusals);
        refusals.Add(new("json.wrong_type", "", "The document must be an object."));
        return new(default, "", refusals);
    }

    public bool Has(string name) => Member(name) is not null;

    /// <summary>Null when absent, null or empty.</summary>
    public string? Text(string name, bool required = false)
    {
        if (Member(name) is not { } member)
            return Missing(name, required);
        if (member.ValueKind != JsonValueKind.String)
            return Wrong(name, "a string");
        if (JsonText.String(member) is not { } text)
            return Wrong(name, "text of whole characters");
        return text.Length == 0 ? Missing(name, required) : text;
    }

    /// <summary>A whole number as JSON number; 0 when it is absent or wrong, which is then refused.</summary>
    public int Integer(string name, int least, int most)
    {
        if (Member(name) is not { } member)
            Missing(name, true);
        else if (member.ValueKind != JsonValueKind.Number || !member.TryGetInt32(out var number))
            Wrong(name, "a whole number");
        else if (number < least || number > most)
            refusals.Add(new("json.out_of_range", At(name), string.Create(CultureInfo.InvariantCulture, $"The value is out of range. Allowed: {least} to {most}.")));
        else
            return number;
        return 0;
    }

    /// <summary>ISO 8601 with <c>Z</c> or an offset: without one it would be anybody's guess which instant is meant.</summary>
    public DateTimeOffset? Instant(string name, bool required = false)
    {
        if (Text(name, required) is not { } text)
            return null;
        if (text.Length >= 17 && (text[^1] == 'Z' || text[^6] is '+' or '-')
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant))
            return instant.ToUniversalTime();
        refusals.Add(new("json.not_an_instant", At(name), "The value is no date and time with an offset. Write it in ISO 8601: 2026-11-23T10:00:00Z."));
        return null;
    }

    public JsonFields? Object(string name, bool required = false)
    {
        if (Member(name) is { } member)
            return member.ValueKind == JsonValueKind.Object ? new(member, At(name), refusals) : Wrong<JsonFields>(name, "an object");
        Missing(name, required);
        return null;
    }

    /// <summary>A list of objects; empty when absent.</summary>
    public IReadOnlyList<JsonFields> Objects(string name, bool required = false)
    {
        if (Member(name) is not { } member)
        {
            Missing(name, required);
            return [];
        }

        var list = new List<JsonFields>();
        foreach (var entry in member.ValueKind == JsonValueKind.Array ? member.EnumerateArray() : default)
            list.Add(new(entry, string.Create(CultureInfo.InvariantCulture, $"{At(name)}[{list.Count}]"), refusals));
        if (member.ValueKind != JsonValueKind.Array || list.Exists(e => !e.IsObject))
        {
            Wrong(name, "a list of objects");
            return [];
        }

        if (required && list.Count == 0)
            refusals.Add(new("json.empty", At(name), "The list is empty. At least one entry is needed."));
        return list;
    }

    /// <summary>A list of strings; empty when absent.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        if (Member(name) is not { } member)
            return [];
        if (member.ValueKind != JsonValueKind.Array || member.EnumerateArray().Any(i => i.ValueKind != JsonValueKind.String || JsonText.String(i) is null))
        {
            Wrong(name, "a list of strings");
            return [];
        }

        return [.. member.EnumerateArray().Select(i => i.GetString()!)];
    }

    /// <summary>True or false, also as text; null when absent.</summary>
    public bool? Truth(string name)
    {
        if (Member(name) is not { } member)
            return null;
        if (member.ValueKind is JsonValueKind.True or JsonValueKind.False)
            return member.ValueKind == JsonValueKind.True;
        if (member.ValueKind == JsonValueKind.String && JsonText.String(member) is "true" or "false")
            return member.GetString() == "true";
        Wrong(name, "true or false");
        return null;
    }

    public void Refuse(string code, string name, string message) => refusals.Add(new(code, At(name), message));

    private bool IsObject => element.ValueKind == JsonValueKind.Object;

    private JsonElement? Member(string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

    private string? Missing(string name, bool required)
    {
        if (required)
            refusals.Add(new("json.missing", At(name), "The value is missing."));
        return null;
    }

    private string? Wrong(string name, string expected) => Wrong<string>(name, expected);

    private T? Wrong<T>(string name, string expected) where T : class
    {
        refusals.Add(new("json.wrong_type", At(name), $"The value must be {expected}."));
        return null;
    }

    private string At(string name) => path.Length == 0 ? name : $"{path}.{name}";
}
