using Connectors.Sandbox.Dials;
using Connectors.Sandbox.Webhooks;

namespace Connectors.Sandbox.Wms;

/// <summary>What happens to an order between the door and the van, by the delays and the luck that the dials give.</summary>
internal sealed class WmsFloor(SandboxWorld world, SandboxRandom luck, WebhookSender webhooks, StandardWebhookStyle style, Lock gate)
{
    private static readonly (string Carrier, string Service, string Prefix)[] Carriers =
        [("DHL", "Paket", "00340434"), ("DHL", "Paket", "00340434"), ("DPD", "Classic", "0150"), ("UPS", "Standard", "1Z999AA1"), ("GLS", "BusinessParcel", "5012")];

    private static readonly string[] OrderReasons = ["address_not_served", "customer_on_hold", "goods_not_stocked"];
    private static readonly string[] LineReasons = ["out_of_stock", "sku_unknown", "damaged_in_pick"];

    private static readonly TimeSpan Soonest = TimeSpan.FromSeconds(1);

    private int _shipmentNumber = 30_000 + world.NumberOffset;

    public void Take(WmsOrder order) => world.Run(SandboxSystems.Wms, ct => WorkAsync(order, ct));

    private async Task WorkAsync(WmsOrder order, CancellationToken ct)
    {
        var dials = world.Dials;
        var wms = DialCatalog.Wms;
        // All luck is drawn at the door, so that a dial turned later means later orders.
        var ackAfter = Between(wms.AckDelayMin, wms.AckDelayMax);
        var shipAfter = Between(wms.ShipDelayMin, wms.ShipDelayMax);
        var rejectOrder = luck.Chance(dials[wms.RejectedOrderRate]);
        var rejectLine = luck.Chance(dials[wms.RejectedLineRate]);
        var partial = luck.Chance(dials[wms.PartialShipmentRate]);
        var reordered = luck.Chance(dials[wms.ReorderedWebhookRate]);

        await Task.Delay(ackAfter, world.Clock, ct);
        if (rejectOrder)
        {
            RejectOrder(order);
            return;
        }

        if (!Advance(order, WmsStatus.Acknowledged))
            return;
        if (!reordered)
            Tell("order.acknowledged", WmsDocuments.Acknowledged(order));
        if (rejectLine && !RejectLine(order))
            return;

        // Never at once: events that leave together arrive in either order, and that is what another dial is for.
        var rest = shipAfter > ackAfter + Soonest ? shipAfter - ackAfter : Soonest;
        await Task.Delay(rest / 2, world.Clock, ct);
        if (!Advance(order, WmsStatus.Picking))
            return;
        await Task.Delay(rest / 2, world.Clock, ct);
        Ship(order, partial);
        if (reordered)
        {
            await Task.Delay(Soonest, world.Clock, ct);
            Tell("order.acknowledged", WmsDocuments.Acknowledged(order));
        }

        if (!order.Open.Any())
            return;
        await Task.Delay(Between(wms.ShipDelayMin, wms.ShipDelayMax), world.Clock, ct);
        Ship(order, partial: false);
    }

    private void RejectOrder(WmsOrder order)
    {
        lock (gate)
        {
            if (order.Status == WmsStatus.Cancelled)
                return;
            order.Status = WmsStatus.Rejected;
            order.Reason = luck.Pick(OrderReasons);
        }

        Tell("order.rejected", WmsDocuments.Rejected(order));
    }

    /// <summary>False when nothing is left to ship.</summary>
    private bool RejectLine(WmsOrder order)
    {
        WmsLine line;
        bool anyLeft;
        lock (gate)
        {
            line = luck.Pick(order.Lines);
            line.Rejection = luck.Pick(LineReasons);
            anyLeft = order.Open.Any();
            if (!anyLeft)
                (order.Status, order.Reason) = (WmsStatus.Rejected, line.Rejection);
        }

        Tell("order.line_rejected", WmsDocuments.LineRejected(order, line));
        return anyLeft;
    }

    private void Ship(WmsOrder order, bool partial)
    {
        WmsShipment shipment;
        lock (gate)
        {
            var (carrier, service, prefix) = luck.Pick(Carriers);
            shipment = new($"SHP-{++_shipmentNumber}", world.Now, carrier, service, prefix + luck.Digits(12), Parcel(order, partial));
            foreach (var packed in shipment.Lines)
                order.Lines.First(l => l.LineRef == packed.LineRef).Shipped += packed.Quantity;
            order.Shipments.Add(shipment);
            order.Status = order.Open.Any() ? WmsStatus.PartiallyShipped : WmsStatus.Shipped;
        }

        Tell("shipment.confirmed", WmsDocuments.Shipped(order, shipment));
    }

    /// <summary>All that is left; or the first half of the lines; or, of a single line, half the units. One unit cannot be split.</summary>
    private static List<WmsShipmentLine> Parcel(WmsOrder order, bool partial)
    {
        var open = order.Open.ToList();
        if (partial && open.Count > 1)
            return [.. open.Take(open.Count / 2).Select(l => new WmsShipmentLine(l.LineRef, l.Sku, l.Left))];
        if (partial && open[0].Left > 1)
            return [new(open[0].LineRef, open[0].Sku, open[0].Left / 2)];
        return [.. open.Select(l => new WmsShipmentLine(l.LineRef, l.Sku, l.Left))];
    }

    /// <summary>False when the order was cancelled in between.</summary>
    private bool Advance(WmsOrder order, WmsStatus status)
    {
        lock (gate)
        {
            if (order.Status == WmsStatus.Cancelled)
                return false;
            order.Status = status;
            return true;
        }
    }

    private TimeSpan Between(DialDefinition from, DialDefinition to) => luck.Between(TimeSpan.FromSeconds(world.Dials[from]), TimeSpan.FromSeconds(world.Dials[to]));

    private void Tell(string type, System.Text.Json.Nodes.JsonObject data)
    {
        var id = style.NewId();
        webhooks.Send(new(id, id, type, WmsDocuments.Event(type, world.Now, data), world.Now));
    }
}
