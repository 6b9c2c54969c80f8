using System.Globalization;
using System.Text.Json.Nodes;

namespace Connectors.Sandbox.Erp;

/// <summary>Takes a JSON object over into a record: only fields that exist and may be written, each of its kind and length.</summary>
internal static class ErpInput
{
    /// <param name="nested">Names that somebody else reads: the lines of a deep insert.</param>
    public static void Read(JsonObject input, ErpRow into, params ReadOnlySpan<string> nested)
    {
        foreach (var (name, node) in input)
        {
            if (nested.Contains(name) || name.StartsWith("@odata.", StringComparison.Ordinal))
                continue;
            var index = into.Entity.IndexOf(name);
            if (index < 0)
                throw ErpRefusalException.BadRequest($"The property '{name}' does not exist on type 'Microsoft.NAV.{into.Entity.TypeName}'. Make sure to only use property names that are defined by the type.");
            var field = into.Entity.Fields[index];
            if (field.ReadOnly)
                throw new ErpRefusalException(400, "BadRequest_InvalidOperation", $"Control '{name}' is read-only.");
            if (node is not null)
                into[name] = Value(field, node);
        }
    }

    private static object Value(ErpField field, JsonNode node) => (object?)(field.Kind switch
    {
        ErpKind.Text when node is JsonValue value && value.TryGetValue<string>(out var text) => Fitting(field, text),
        ErpKind.Number when node is JsonValue value && value.TryGetValue<decimal>(out var number) => number,
        ErpKind.Flag when node is JsonValue value && value.TryGetValue<bool>(out var flag) => flag,
        ErpKind.Date when DateOnly.TryParseExact(node.ToString(), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) => date,
        ErpKind.Id when Guid.TryParse(node.ToString(), out var id) => id,
        ErpKind.Instant when DateTimeOffset.TryParse(node.ToString(), CultureInfo.InvariantCulture, out var at) => at,
        _ => null,
    }) ?? throw ErpRefusalException.BadRequest($"Invalid Request Body: the value of '{field.Name}' cannot be converted to {Word(field.Kind)}.");

    private static string Fitting(ErpField field, string text) => text.Length <= field.MostLength
        ? text
        : throw new ErpRefusalException(
            400,
            "Application_StringExceededLength",
            $"The length of the string is {text.Length}, but it must be less than or equal to {field.MostLength} characters. Value: {text}");

    private static string Word(ErpKind kind) => kind switch
    {
        ErpKind.Text => "Edm.String",
        ErpKind.Number => "Edm.Decimal",
        ErpKind.Flag => "Edm.Boolean",
        ErpKind.Date => "Edm.Date",
        ErpKind.Instant => "Edm.DateTimeOffset",
        _ => "Edm.Guid",
    };
}
