using static Connectors.Sandbox.Dials.DialDefinition;

namespace Connectors.Sandbox.Dials;

/// <summary>The dials that every simulated system has: what can go wrong on the way of a call.</summary>
internal class SystemDials(string system)
{
    public string System { get; } = system;

    public DialDefinition Latency { get; } = new(system, "latency", "Latency", "Every call waits this long before it is looked at.", "ms", DialKind.Slider, DialPurpose.Fault, 0, 30_000, 50, 0);

    public DialDefinition ThrottleRate { get; } = Percent(system, "throttle-rate", "Throttled calls", "This share of calls is refused as too many, with the system's own headers; nothing is changed.");

    public DialDefinition ErrorRate { get; } = Percent(system, "error-rate", "Server errors", "This share of calls ends with a server error (500 or 502); nothing is changed.");

    public DialDefinition Maintenance { get; } = Switch(system, "maintenance", "Maintenance", "Every call is answered 503 with Retry-After.");

    public DialDefinition MaintenancePage { get; } = Switch(system, "maintenance-page", "Maintenance page", "Every call is answered 200 with an HTML page instead of data, as a proxy in front does.");

    public DialDefinition LostAnswerRate { get; } = Percent(system, "lost-answer-rate", "Lost answers", "This share of writes is carried out, then the connection is cut before the answer.");

    public DialDefinition WrongCredentials { get; } = Switch(system, "wrong-credentials", "Credentials refused", "Every call is refused as if its credentials had expired or been revoked.");

    /// <summary>In the order in which they are shown.</summary>
    public virtual IReadOnlyList<DialDefinition> All => [Latency, ThrottleRate, ErrorRate, Maintenance, MaintenancePage, LostAnswerRate, WrongCredentials];
}

/// <summary>In addition, the dials of a system that calls us.</summary>
internal abstract class SendingDials(string system) : SystemDials(system)
{
    public DialDefinition Paused { get; } = Switch(system, "paused", "Paused", "Sends nothing on its own: no new orders, and webhooks wait until it is switched off. Calls are still answered.");

    public DialDefinition DuplicateWebhookRate { get; } = Percent(system, "duplicate-webhook-rate", "Duplicate webhooks", "This share of webhooks is delivered twice: half of them under the same delivery id, half under a new one.");

    public DialDefinition LostWebhookRate { get; } = Percent(system, "lost-webhook-rate", "Lost webhooks", "This share of webhooks is never sent. Only asking the system brings the event to light.");
}

internal sealed class ShopDials() : SendingDials(SandboxSystems.Shop)
{
    public DialDefinition OrderRate { get; } = Pace(SandboxSystems.Shop, "order-rate", "Order rate", "How many orders customers place in a minute.", "orders/min", 1_200, 1, 30);

    public override IReadOnlyList<DialDefinition> All => [OrderRate, Paused, .. base.All, DuplicateWebhookRate, LostWebhookRate];
}

/// <summary>The dials of a marketplace that runs on demand.</summary>
internal sealed class MarketDials(string system) : SendingDials(system)
{
    public DialDefinition OrderRate { get; } = Pace(system, "order-rate", "Order rate", "How many orders customers place in a minute.", "orders/min", 600, 1, 6);

    public override IReadOnlyList<DialDefinition> All => [OrderRate, Paused, .. base.All, DuplicateWebhookRate, LostWebhookRate];
}

internal sealed class AmazonDials() : SendingDials(SandboxSystems.Amazon)
{
    public DialDefinition OrderRate { get; } = Pace(SandboxSystems.Amazon, "order-rate", "Order rate", "How many orders customers place in a minute.", "orders/min", 600, 1, 6);

    public DialDefinition PendingRate { get; } = Percent(SandboxSystems.Amazon, "pending-rate", "Pending orders", "This share of orders begins as PENDING, without prices and address, and is released about 20 seconds later.");

    public override IReadOnlyList<DialDefinition> All => [OrderRate, Paused, .. base.All, PendingRate, DuplicateWebhookRate, LostWebhookRate];
}

internal sealed class ErpDials() : SystemDials(SandboxSystems.Erp)
{
    public DialDefinition RejectedOrderRate { get; } = Percent(SandboxSystems.Erp, "rejected-order-rate", "Orders refused", "This share of new sales orders is refused because the customer is blocked.");

    public DialDefinition RejectedLineRate { get; } = Percent(SandboxSystems.Erp, "rejected-line-rate", "Lines refused", "This share of new sales orders is refused because the item of its first line is unknown.");

    public DialDefinition StaleETagRate { get; } = Percent(SandboxSystems.Erp, "stale-etag-rate", "Stale ETag", "This share of changes meets a record that somebody else has just changed: 412.");

    public DialDefinition UniqueDocumentNumber { get; } = Switch(SandboxSystems.Erp, "unique-document-number", "Unique document number", "Refuses a second sales order with the same external document number. Off, as in the real system: a repeated post makes a second order.");

    public DialDefinition KeepPostedOrders { get; } = Switch(SandboxSystems.Erp, "keep-posted-orders", "Keep posted orders", "Keeps a sales order that is shipped and invoiced in full. Off, as in the real system: it is deleted and only its posted shipment stays.");

    public override IReadOnlyList<DialDefinition> All => [.. base.All, RejectedOrderRate, RejectedLineRate, StaleETagRate, UniqueDocumentNumber, KeepPostedOrders];
}

internal sealed class WmsDials() : SendingDials(SandboxSystems.Wms)
{
    public DialDefinition AckDelayMin { get; } = Delay("ack-delay-min", "Acknowledge, earliest", "The soonest an order is acknowledged.", 1);

    public DialDefinition AckDelayMax { get; } = Delay("ack-delay-max", "Acknowledge, latest", "The latest an order is acknowledged.", 3);

    public DialDefinition ShipDelayMin { get; } = Delay("ship-delay-min", "Ship, earliest", "The soonest an order is shipped, counted from when it was taken; at least a second after the acknowledgement.", 4);

    public DialDefinition ShipDelayMax { get; } = Delay("ship-delay-max", "Ship, latest", "The latest an order is shipped, counted from when it was taken.", 10);

    public DialDefinition PartialShipmentRate { get; } = Percent(SandboxSystems.Wms, "partial-shipment-rate", "Partial shipments", "This share of orders leaves in two parcels, one after the other.");

    public DialDefinition RejectedLineRate { get; } = Percent(SandboxSystems.Wms, "rejected-line-rate", "Lines refused", "This share of orders has one line refused (order.line_rejected); the others ship.");

    public DialDefinition RejectedOrderRate { get; } = Percent(SandboxSystems.Wms, "rejected-order-rate", "Orders refused", "This share of orders is refused after it was taken (order.rejected).");

    public DialDefinition ReorderedWebhookRate { get; } = Percent(SandboxSystems.Wms, "reordered-webhook-rate", "Reordered webhooks", "This share of orders tells of the shipment before the acknowledgement.");

    public DialDefinition Stock { get; } = Pace(SandboxSystems.Wms, "stock", "Stock", "So many of each product are available when somebody asks. Shipping takes nothing from it.", "pieces", 1_000, 1, 100);

    public override IReadOnlyList<DialDefinition> All =>
        [AckDelayMin, AckDelayMax, ShipDelayMin, ShipDelayMax, Stock, Paused, .. base.All, PartialShipmentRate, RejectedLineRate, RejectedOrderRate, DuplicateWebhookRate, ReorderedWebhookRate, LostWebhookRate];

    private static DialDefinition Delay(string name, string title, string meaning, double @default) =>
        Pace(SandboxSystems.Wms, name, title, meaning, "s", 300, 1, @default);
}
