namespace ControlPlane.Domain.Orders;

/// <summary>What left the warehouse: one order has none, one or several. Schema version 1.</summary>
public sealed record Shipment
{
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The warehouse's key of the shipment.</summary>
    public required string ExternalId { get; init; }

    public required DateTimeOffset ShippedAt { get; init; }

    /// <summary>Carrier as the warehouse names it: <c>DHL</c>, <c>UPS</c>.</summary>
    public string? Carrier { get; init; }

    public string? Service { get; init; }

    public string? TrackingNumber { get; init; }

    public string? TrackingUrl { get; init; }

    public required IReadOnlyList<ShipmentLine> Lines { get; init; }
}

/// <param name="ChannelLineRef">The channel's line reference, echoed by the warehouse; how a line is matched, never by SKU alone.</param>
public sealed record ShipmentLine(string ChannelLineRef, string Sku, int Quantity);
