using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;

namespace Connectors.Catalog.BusinessCentral;

/// <summary>
/// How many units of each line must have been shipped when this shipment is posted: a sum over all shipments up to it,
/// not a difference. Posting it twice therefore finds nothing left to do, whoever posted it.
/// </summary>
internal sealed class ShippingPlan
{
    /// <summary>Our line numbers: the position in the order, counted from 1, times this. As the mapping sales-order writes them.</summary>
    private const int Step = 10_000;

    private readonly Dictionary<int, int> _shipped = [];
    private readonly CanonicalOrder _order;

    private ShippingPlan(CanonicalOrder order) => _order = order;

    public static ShippingPlan For(OperationRequest request)
    {
        var plan = new ShippingPlan(request.Order);
        var lines = request.Order.Lines;
        for (var i = 0; i < lines.Count; i++)
            plan._shipped[Sequence(i)] = lines[i].RequiresShipping ? 0 : lines[i].Quantity; // What needs no shipping is delivered with the first.
        foreach (var shipped in request.Variables.Shipments.Take(request.Variables.Occurrence).SelectMany(s => s.Lines))
            if (plan.IndexOf(shipped.ChannelLineRef) is >= 0 and var at && lines[at].RequiresShipping)
                plan._shipped[Sequence(at)] += shipped.Quantity;
        return plan;
    }

    /// <summary>What is wrong with the shipment beside its order, before anything is sent.</summary>
    public static IEnumerable<Refusal> Check(OperationRequest request)
    {
        if (request.Output("erpOrderId") is null)
            yield return new("erp.no_order", "outputs.erpOrderId", "There is no sales order to post the shipment on. The step that creates it has to come first.");
        if (request.Shipment is not { } shipment)
        {
            yield return new("erp.no_shipment", "shipment", "There is no shipment to post. The step that waits for it has to come first.");
            yield break;
        }

        var plan = For(request);
        for (var i = 0; i < shipment.Lines.Count; i++)
        {
            var at = plan.IndexOf(shipment.Lines[i].ChannelLineRef);
            if (at < 0)
                yield return new("shipment.line_unknown", $"shipment.lines[{i}].channelLineRef", "The order has no line of this reference. The warehouse has to send back the reference it was given.");
            else if (plan._shipped[Sequence(at)] > request.Order.Lines[at].Quantity)
                yield return new("shipment.more_than_ordered", $"shipment.lines[{i}].quantity", "With this shipment more units have left than were ordered on the line. Correct the shipment, or the order.");
        }
    }

    /// <summary>
    /// Units that the next posting has to ship of a line. Charges are delivered with the first posting; goods that
    /// somebody added in Business Central are theirs to post, since no warehouse told us that they left.
    /// </summary>
    public decimal ToShip(SalesOrderLine line)
    {
        var due = _shipped.TryGetValue(line.Sequence, out var units) ? units : line.IsItem ? 0 : line.Quantity;
        return Math.Max(0, due - line.Shipped);
    }

    /// <summary>Null when every line that the shipment holds is there; otherwise the channel's reference of one that is not.</summary>
    public string? Missing(SalesOrder order)
    {
        for (var i = 0; i < _order.Lines.Count; i++)
            if (_shipped[Sequence(i)] > 0 && order.Lines.All(l => l.Sequence != Sequence(i)))
                return _order.Lines[i].ChannelLineRef;
        return null;
    }

    public bool IsPosted(SalesOrder order) => order.Lines.All(l => ToShip(l) == 0);

    /// <summary>For the side-by-side view: what each line is to have shipped in all.</summary>
    public byte[] Document()
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer))
        {
            writer.WriteStartObject();
            writer.WriteStartArray("lines");
            foreach (var (sequence, units) in _shipped.Where(s => s.Value > 0))
            {
                writer.WriteStartObject();
                writer.WriteNumber("sequence", sequence);
                writer.WriteNumber("shippedQuantity", units);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static int Sequence(int index) => (index + 1) * Step;

    private int IndexOf(string channelLineRef)
    {
        for (var i = 0; i < _order.Lines.Count; i++)
            if (_order.Lines[i].ChannelLineRef == channelLineRef)
                return i;
        return -1;
    }
}
