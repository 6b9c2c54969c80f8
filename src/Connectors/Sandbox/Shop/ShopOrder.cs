using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Shop;

/// <summary>An order as the shop keeps it. Amounts are gross euro cents. Changed only under the lock of its <see cref="ShopSystem"/>.</summary>
internal sealed class ShopOrder
{
    public required long Id { get; init; }

    /// <summary>Counts up; the customer sees it as <c>#1001</c>.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    public DateTimeOffset? ClosedAt { get; set; }

    public required Person Customer { get; init; }

    public required string Token { get; init; }

    public required string Confirmation { get; init; }

    public required IReadOnlyList<ShopLine> Lines { get; init; }

    /// <summary>Null when none was used.</summary>
    public string? DiscountCode { get; init; }

    public required long ShippingMinor { get; init; }

    public required string ShippingTitle { get; init; }

    public required string ShippingCode { get; init; }

    public required IReadOnlyList<string> Tags { get; init; }

    public string? Note { get; init; }

    public required string Gateway { get; init; }

    public required long FulfillmentOrderId { get; init; }

    public List<ShopFulfillment> Fulfillments { get; } = [];

    public string Name => $"#{Number}";

    public long LinesMinor => Lines.Sum(l => l.GrossMinor);

    public long DiscountMinor => Lines.Sum(l => l.DiscountMinor);

    public long SubtotalMinor => LinesMinor - DiscountMinor;

    public long TotalMinor => SubtotalMinor + ShippingMinor;

    public long TaxMinor => Lines.Sum(l => l.TaxMinor) + Vat.Within(ShippingMinor);

    public int Remaining => Lines.Sum(l => l.Remaining);

    public bool Fulfilled => Remaining == 0;

    public string FulfillmentStatus => Fulfilled ? "FULFILLED" : Fulfillments.Count > 0 ? "PARTIALLY_FULFILLED" : "UNFULFILLED";
}

internal sealed class ShopLine
{
    public required long Id { get; init; }

    public required long FulfillmentOrderLineId { get; init; }

    public required Product Product { get; init; }

    public required int Quantity { get; init; }

    public required long DiscountMinor { get; init; }

    /// <summary>Units that no fulfillment holds yet.</summary>
    public int Remaining { get; set; }

    public long GrossMinor => Product.PriceMinor * Quantity;

    public long TaxMinor => Vat.Within(GrossMinor - DiscountMinor);
}

/// <summary>A parcel that the shop was told about.</summary>
internal sealed class ShopFulfillment
{
    public required long Id { get; init; }

    public required string Name { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    public required ShopOrder Order { get; init; }

    public required IReadOnlyList<ShopFulfillmentLine> Lines { get; init; }

    public ShopTracking? Tracking { get; set; }
}

internal sealed record ShopFulfillmentLine(long Id, ShopLine Line, int Quantity);

internal sealed record ShopTracking(string? Company, string? Number, string? Url);
