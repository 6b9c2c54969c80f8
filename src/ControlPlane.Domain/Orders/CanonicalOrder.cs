using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Orders;

/// <summary>
/// The retail order as every flow sees it, whatever the channel sent. Schema version 1. Amounts are in
/// <see cref="Currency"/>, the currency in which the order is booked.
/// </summary>
public sealed record CanonicalOrder
{
    public int SchemaVersion { get; init; } = 1;

    /// <summary>The channel's own key, which never changes: Shopify's numeric id, Amazon's order id.</summary>
    public required string ExternalId { get; init; }

    /// <summary>The number people quote: <c>#1001</c>, <c>123-4567890-1234567</c>.</summary>
    public required string Number { get; init; }

    /// <summary>When the customer placed it, in UTC.</summary>
    public required DateTimeOffset PlacedAt { get; init; }

    /// <summary>Offset from UTC, in minutes, that the channel wrote beside the time; null when it wrote none.</summary>
    public int? SourceOffsetMinutes { get; init; }

    /// <summary>When the channel last changed it; null when it does not say.</summary>
    public DateTimeOffset? UpdatedAt { get; init; }

    public required string Currency { get; init; }

    /// <summary>What the customer pays in all, in minor units; null while the marketplace withholds it (a pending order).</summary>
    public long? TotalMinor { get; init; }

    public long? TaxMinor { get; init; }

    public long? ShippingMinor { get; init; }

    public long? DiscountMinor { get; init; }

    public bool PricesIncludeTax { get; init; }

    public OrderStatus Status { get; init; } = OrderStatus.Open;

    public Customer? Customer { get; init; }

    public Address? ShipTo { get; init; }

    public Address? BillTo { get; init; }

    /// <summary>The channel's shipping service, as it names it.</summary>
    public string? ShippingService { get; init; }

    /// <summary>The latest instant at which the channel accepts the shipment as on time.</summary>
    public DateTimeOffset? ShipBy { get; init; }

    public required IReadOnlyList<OrderLine> Lines { get; init; }

    /// <summary>Other numbers that people may hold: purchase order, confirmation number, marketplace's own reference.</summary>
    public IReadOnlyDictionary<string, string> References { get; init; } = new Dictionary<string, string>();

    /// <summary>What only this channel knows, by its own names.</summary>
    public IReadOnlyDictionary<string, string> Extensions { get; init; } = new Dictionary<string, string>();
}

public enum OrderStatus
{
    /// <summary>Can be worked on.</summary>
    Open,

    /// <summary>Known, but the channel does not release it yet (payment pending).</summary>
    Pending,

    Cancelled,
}

/// <summary>One line. Its channel reference is kept apart from the product, so that it survives substitution and split.</summary>
public sealed record OrderLine
{
    /// <summary>The channel's key of the line; what a shipment confirmation must carry back.</summary>
    public required string ChannelLineRef { get; init; }

    /// <summary>Stock keeping unit; empty when the channel sent none (the product is then known by its title alone).</summary>
    public required string Sku { get; init; }

    public string? Title { get; init; }

    public string? ChannelProductRef { get; init; }

    /// <summary>Ordered units, at least 1.</summary>
    public required int Quantity { get; init; }

    /// <summary>Price of one unit in minor units; null while the channel withholds it.</summary>
    public long? UnitPriceMinor { get; init; }

    public long? TaxMinor { get; init; }

    public long? DiscountMinor { get; init; }

    /// <summary>False for a gift card, a service, a download: nothing to pick.</summary>
    public bool RequiresShipping { get; init; } = true;
}

public sealed record Customer
{
    public string? ExternalId { get; init; }

    public string? Email { get; init; }

    public string? Name { get; init; }

    public string? Phone { get; init; }
}

public sealed record Address
{
    public string? Name { get; init; }

    public string? Company { get; init; }

    public string? Line1 { get; init; }

    public string? Line2 { get; init; }

    public string? City { get; init; }

    public string? Region { get; init; }

    public string? PostalCode { get; init; }

    /// <summary>ISO 3166-1 alpha-2.</summary>
    public string? CountryCode { get; init; }

    public string? Phone { get; init; }
}
