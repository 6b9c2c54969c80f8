using System.Globalization;
using System.Text.Json.Nodes;
using Connectors.Sandbox.Http;

namespace Connectors.Sandbox.Wms;

/// <summary>Everything the warehouse writes: answers, errors, events.</summary>
internal static class WmsDocuments
{
    public static string Word(WmsStatus status) => status == WmsStatus.PartiallyShipped ? "partially_shipped" : status.ToString().ToLowerInvariant();

    public static JsonObject Order(WmsOrder order) => new()
    {
        ["id"] = order.Id,
        ["reference"] = order.Reference,
        ["status"] = Word(order.Status),
        ["version"] = order.Version,
        ["reason"] = order.Reason,
        ["createdAt"] = Time(order.CreatedAt),
        ["lines"] = new JsonArray([.. order.Lines.Select(l => new JsonObject
        {
            ["lineRef"] = l.LineRef,
            ["sku"] = l.Sku,
            ["quantity"] = l.Quantity,
            ["shippedQuantity"] = l.Shipped,
            ["rejection"] = l.Rejection,
        })]),
        ["shipTo"] = order.ShipTo?.DeepClone(),
        ["shipments"] = new JsonArray([.. order.Shipments.Select(Shipment)]),
    };

    /// <param name="details">Field and what is wrong with it; the first is also told beside the code.</param>
    public static SandboxAnswer Error(int status, string code, string message, params IReadOnlyList<(string Field, string Message)> details)
    {
        var error = new JsonObject { ["code"] = code, ["message"] = message };
        if (details.Count == 0)
            return SandboxAnswer.Of(status, new JsonObject { ["error"] = error });
        error["field"] = details[0].Field;
        error["details"] = new JsonArray([.. details.Select(d => new JsonObject { ["field"] = d.Field, ["message"] = d.Message })]);
        return SandboxAnswer.Of(status, new JsonObject { ["error"] = error });
    }

    public static JsonObject Acknowledged(WmsOrder order) => About(order);

    public static JsonObject Rejected(WmsOrder order)
    {
        var data = About(order);
        data["reason"] = order.Reason;
        return data;
    }

    public static JsonObject LineRejected(WmsOrder order, WmsLine line)
    {
        var data = About(order);
        data["lineRef"] = line.LineRef;
        data["sku"] = line.Sku;
        data["quantity"] = line.Quantity;
        data["reason"] = line.Rejection;
        return data;
    }

    public static JsonObject Shipped(WmsOrder order, WmsShipment shipment)
    {
        var data = About(order);
        data["shipment"] = Shipment(shipment);
        return data;
    }

    /// <summary>The envelope that Standard Webhooks recommends.</summary>
    public static byte[] Event(string type, DateTimeOffset at, JsonObject data) =>
        SandboxAnswer.Bytes(new JsonObject { ["type"] = type, ["timestamp"] = Time(at), ["data"] = data });

    private static JsonObject About(WmsOrder order) => new() { ["reference"] = order.Reference, ["orderId"] = order.Id };

    private static JsonObject Shipment(WmsShipment shipment) => new()
    {
        ["id"] = shipment.Id,
        ["shippedAt"] = Time(shipment.ShippedAt),
        ["carrier"] = shipment.Carrier,
        ["service"] = shipment.Service,
        ["trackingNumber"] = shipment.TrackingNumber,
        ["trackingUrl"] = shipment.TrackingUrl,
        ["lines"] = new JsonArray([.. shipment.Lines.Select(l => new JsonObject { ["lineRef"] = l.LineRef, ["sku"] = l.Sku, ["quantity"] = l.Quantity })]),
    };

    private static string Time(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
