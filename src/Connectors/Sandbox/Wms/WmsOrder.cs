using System.Text.Json.Nodes;

namespace Connectors.Sandbox.Wms;

internal enum WmsStatus
{
    Accepted,
    Acknowledged,
    Picking,
    PartiallyShipped,
    Shipped,
    Rejected,
    Cancelled,
}

/// <summary>An order as the warehouse keeps it. Changed only under the lock of its <see cref="WmsSystem"/>.</summary>
internal sealed class WmsOrder
{
    public required string Id { get; init; }

    /// <summary>The sender's own number; the warehouse takes each once.</summary>
    public required string Reference { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required IReadOnlyList<WmsLine> Lines { get; set; }

    /// <summary>As it was sent; null when it was not.</summary>
    public JsonObject? ShipTo { get; set; }

    /// <summary>Rises with every change that was taken; a change names the one it was made on.</summary>
    public int Version { get; set; } = 1;

    public WmsStatus Status { get; set; }

    public string? Reason { get; set; }

    public List<WmsShipment> Shipments { get; } = [];

    public IEnumerable<WmsLine> Open => Lines.Where(l => l.Left > 0);

    /// <summary>Too late to cancel or to change.</summary>
    public bool Picked => Status is WmsStatus.Picking or WmsStatus.PartiallyShipped or WmsStatus.Shipped;
}

internal sealed class WmsLine
{
    public required string LineRef { get; init; }

    public required string Sku { get; init; }

    public required int Quantity { get; init; }

    public int Shipped { get; set; }

    public string? Rejection { get; set; }

    /// <summary>Still to leave the warehouse.</summary>
    public int Left => Rejection is null ? Quantity - Shipped : 0;
}

internal sealed record WmsShipment(string Id, DateTimeOffset ShippedAt, string Carrier, string Service, string TrackingNumber, IReadOnlyList<WmsShipmentLine> Lines)
{
    public string TrackingUrl => $"https://track.example.com/{Carrier.ToLowerInvariant()}/{TrackingNumber}";
}

internal sealed record WmsShipmentLine(string LineRef, string Sku, int Quantity);
