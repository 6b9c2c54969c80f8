using System.Globalization;
using System.Net.Mime;
using System.Text.Json;
using System.Text.RegularExpressions;
using Connectors.Protocols.Http;
using ControlPlane.Domain.Shared;

namespace Connectors.Protocols.CloudEvents;

/// <summary>What an attribute may hold. Source: CloudEvents 1.0.2, sections 3.1 and 3.2.</summary>
internal static partial class CloudEventRules
{
    /// <summary>Null when it is right. A value of null is no value, as the JSON format says.</summary>
    public static Refusal? Attribute(string name, JsonElement value)
    {
        if (!CloudEventNames.IsAttribute(name))
            return new("cloudevents.attribute_name", name, $"'{Cut(name)}' is no name of an attribute. Allowed: lower-case letters and digits.");
        if (!CloudEventNames.Core.Contains(name))
            return value.ValueKind is JsonValueKind.String or JsonValueKind.True or JsonValueKind.False || value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out _) && value.GetRawText().All(c => char.IsAsciiDigit(c) || c == '-')
                ? null
                : new("cloudevents.attribute_type", name, $"The attribute {name} is neither text, nor true or false, nor a whole number from -2147483648 to 2147483647.");
        if (value.ValueKind != JsonValueKind.String)
            return new("cloudevents.attribute_type", name, $"The attribute {name} is no text.");
        return Text(name, JsonText.String(value) ?? "");
    }

    public static Refusal? Text(string name, string text)
    {
        if (text.Length == 0)
            return new("cloudevents.attribute_empty", name, $"The attribute {name} is empty. Leave it out, or say something.");
        return name switch
        {
            CloudEventNames.SpecVersion when text != CloudEventNames.Version => new("cloudevents.version", name, $"The version '{Cut(text)}' cannot be read. Allowed: {CloudEventNames.Version}."),
            CloudEventNames.Source when text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c)) || !Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _) => new("cloudevents.source", name, "The source is no reference of a URI."),
            CloudEventNames.Schema when !Uri.TryCreate(text, UriKind.Absolute, out _) => new("cloudevents.dataschema", name, "The dataschema is no absolute URI."),
            CloudEventNames.Time when !IsTime(text) => new("cloudevents.time", name, "The time is not in the form of RFC 3339, such as 2026-11-23T10:00:00Z."),
            CloudEventNames.ContentType when !IsMedia(text) => new("cloudevents.datacontenttype", name, "The datacontenttype is no media type, such as application/json."),
            _ => null,
        };
    }

    /// <summary>JSON when nothing is said (section 3.1 of the JSON format).</summary>
    public static bool IsJson(string? contentType)
    {
        if (contentType is null || Media(contentType) is not { } media)
            return contentType is null;
        return media.EndsWith("/json", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+json", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>What a person could read; the rest stays base64.</summary>
    public static bool IsText(string contentType) => Media(contentType) is { } media
        && (media.StartsWith("text/", StringComparison.OrdinalIgnoreCase) || media.EndsWith("/xml", StringComparison.OrdinalIgnoreCase) || media.EndsWith("+xml", StringComparison.OrdinalIgnoreCase));

    private static bool IsTime(string text) =>
        Rfc3339().IsMatch(text) && DateTimeOffset.TryParse(Fraction().Replace(text, m => m.Value[..Math.Min(m.Length, 8)]), CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    private static bool IsMedia(string text) => Media(text)?.Contains('/', StringComparison.Ordinal) == true;

    private static string? Media(string text)
    {
        try
        {
            return new ContentType(text).MediaType;
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            return null;
        }
    }

    private static string Cut(string text) => text.Length <= 40 ? text : text[..40] + "…";

    [GeneratedRegex(@"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,12})?([Zz]|[+-]([01]\d|2[0-3]):[0-5]\d)$", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Rfc3339();

    [GeneratedRegex(@"\.\d+", RegexOptions.CultureInvariant)]
    private static partial Regex Fraction();
}
