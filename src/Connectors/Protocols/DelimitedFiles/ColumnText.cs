using System.Text.Json;

namespace Connectors.Protocols.DelimitedFiles;

/// <summary>The text of a column in a document.</summary>
internal static class ColumnText
{
    /// <summary>Null when the document says nothing about it.</summary>
    public static string? Of(JsonElement from, ColumnLayout column)
    {
        if (from.ValueKind != JsonValueKind.Object || !from.TryGetProperty(column.Name, out var value))
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.String => Text(value),
            JsonValueKind.Number => column.DecimalComma ? value.GetRawText().Replace('.', ',') : value.GetRawText(),
            JsonValueKind.True => "true",
            JsonValueKind.False => "false",
            _ => null,
        };
    }

    private static string? Text(JsonElement value)
    {
        try
        {
            return value.GetString() is { Length: > 0 } text ? text : null;
        }
        catch (InvalidOperationException)
        {
            // Half a character: written as the one that stands for what is missing.
            return "\uFFFD";
        }
    }
}
