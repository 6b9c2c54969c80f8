using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.Amazon;

/// <summary>What Amazon would refuse, told before anything is sent and in the words of the canonical documents.</summary>
internal static class ShipmentCheck
{
    public static IEnumerable<Refusal> Find(OperationRequest request, MappedDocument mapped)
    {
        if (request.Shipment is not { } shipment)
            return [new("amazon.no_shipment", "shipment", "There is no shipment to confirm. The step that waits for it has to come first.")];
        return [.. Order(request.Order, shipment), .. Lines(request, shipment), .. Carrier(mapped)];
    }

    private static IEnumerable<Refusal> Order(CanonicalOrder order, Shipment shipment)
    {
        if (!OrderId.IsOne(order.ExternalId))
            yield return new("order.id_unreadable", "externalId", "The order id is none of Amazon's. Allowed: letters, digits and hyphens, at most 64.");
        if (order.Status != OrderStatus.Open)
            yield return new("amazon.order_not_open", "status", "Amazon has not released the order, or it is cancelled: a shipment of it is not taken.");
        if (shipment.ShippedAt < order.PlacedAt)
            yield return new("amazon.shipped_before_placed", "shipment.shippedAt", "The shipment is dated before the order. Amazon refuses it: correct the warehouse's time.");
        if (shipment.Lines.Count == 0)
            yield return new("shipment.no_lines", "shipment.lines", "The shipment names no lines. Ask the warehouse what it shipped.");
    }

    private static IEnumerable<Refusal> Lines(OperationRequest request, Shipment shipment)
    {
        var left = request.Order.Lines.GroupBy(l => l.ChannelLineRef, StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.Sum(l => (long)l.Quantity), StringComparer.Ordinal);
        foreach (var before in request.Variables.Shipments.Take(request.Variables.Occurrence - 1).SelectMany(s => s.Lines))
            if (left.TryGetValue(before.ChannelLineRef, out var open))
                left[before.ChannelLineRef] = open - before.Quantity;
        for (var i = 0; i < shipment.Lines.Count; i++)
        {
            var line = shipment.Lines[i];
            if (!left.TryGetValue(line.ChannelLineRef, out var open))
                yield return new("shipment.line_unknown", $"shipment.lines[{i}].channelLineRef", "The order has no line of this reference. The warehouse has to send back the reference it was given.");
            else if (line.Quantity < 1)
                yield return new("shipment.quantity_not_positive", $"shipment.lines[{i}].quantity", "The shipped quantity is zero or negative. Leave out what was not shipped.");
            else if (line.Quantity > open)
                yield return new("shipment.more_than_ordered", $"shipment.lines[{i}].quantity", "With this shipment more units have left than were ordered on the line. Correct the shipment, or the order.");
            else
                left[line.ChannelLineRef] = open - line.Quantity;
        }
    }

    /// <summary>The mapping makes Other of what it does not know; for that Amazon wants to know how it travels.</summary>
    private static IEnumerable<Refusal> Carrier(MappedDocument mapped)
    {
        using var document = JsonDocument.Parse(mapped.Content);
        if (document.RootElement.TryGetProperty("packageDetail", out var detail)
            && detail.TryGetProperty("carrierCode", out var code) && code.ValueKind == JsonValueKind.String && code.ValueEquals("Other")
            && !(detail.TryGetProperty("shippingMethod", out var method) && method.ValueKind == JsonValueKind.String))
            yield return new("amazon.carrier_unknown", "shipment.carrier", "The carrier is not among those that Amazon lists. Add it to the mapping shipment-confirmation, or have the warehouse send its service with it.");
    }
}
