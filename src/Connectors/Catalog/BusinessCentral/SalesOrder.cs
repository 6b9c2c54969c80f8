using System.Text.Json;
using Connectors.Protocols.Http;

namespace Connectors.Catalog.BusinessCentral;

/// <summary>A sales order as it stands in Business Central.</summary>
internal sealed record SalesOrder(string Id, string Number, IReadOnlyList<SalesOrderLine> Lines)
{
    /// <summary>Null when the document is not what it should be.</summary>
    public static SalesOrder? Read(JsonElement root)
    {
        if (Text(root, "id") is not { } id || Text(root, "number") is not { } number
            || !root.TryGetProperty("salesOrderLines", out var lines) || lines.ValueKind != JsonValueKind.Array)
            return null;
        var read = new List<SalesOrderLine>();
        foreach (var line in lines.EnumerateArray())
            if (SalesOrderLine.Read(line) is { } known)
                read.Add(known);
            else
                return null;
        return new(id, number, read);
    }

    internal static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? JsonText.String(value) : null;
}

/// <param name="IsItem">False for what is no goods: an account, a charge, a text.</param>
/// <param name="Sequence">Its line number, which we gave it: what ties it to the channel's line.</param>
/// <param name="Quantity">Ordered; 0 for a text line.</param>
/// <param name="Shipped">Posted as shipped already.</param>
/// <param name="ToShip">What the next posting would ship; Business Central proposes all that is open.</param>
internal sealed record SalesOrderLine(string Id, string Etag, int Sequence, bool IsItem, decimal Quantity, decimal Shipped, decimal ToShip)
{
    public static SalesOrderLine? Read(JsonElement line) =>
        SalesOrder.Text(line, "id") is { } id && SalesOrder.Text(line, "@odata.etag") is { } etag
            && Number(line, "sequence") is > 0 and <= int.MaxValue and var sequence
            ? new(id, etag, (int)sequence, SalesOrder.Text(line, "lineType") == "Item", Number(line, "quantity"), Number(line, "shippedQuantity"), Number(line, "shipQuantity"))
            : null;

    private static decimal Number(JsonElement line, string name) =>
        line.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number) ? number : 0;
}
