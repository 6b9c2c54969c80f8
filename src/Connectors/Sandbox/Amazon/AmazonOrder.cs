using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Amazon;

/// <summary>An order as the marketplace keeps it. Amounts are gross euro cents. Changed only under the lock of its <see cref="AmazonSystem"/>.</summary>
internal sealed class AmazonOrder
{
    /// <summary>Three, seven and seven digits.</summary>
    public required string Id { get; init; }

    /// <summary>Counts up; orders of the same second keep their order by it.</summary>
    public required long Sequence { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    public required Person Buyer { get; init; }

    public required string BuyerAlias { get; init; }

    public required bool Prime { get; init; }

    public required DateTimeOffset ShipBy { get; init; }

    public required IReadOnlyList<AmazonItem> Items { get; init; }

    /// <summary>Payment is not there yet: no prices, no address, nothing to ship.</summary>
    public bool Pending { get; set; }

    /// <summary>By the seller's own reference: sent again, a parcel replaces itself.</summary>
    public Dictionary<string, AmazonPackage> Packages { get; } = new(StringComparer.Ordinal);

    public int Ordered => Items.Sum(i => i.Quantity);

    public int Shipped => Items.Sum(i => ShippedOf(i.Id));

    public long TotalMinor => Items.Sum(i => i.TotalMinor);

    public long TaxMinor => Items.Sum(i => Vat.Within(i.TotalMinor));

    public int ShippedOf(string itemId) => Packages.Values.SelectMany(p => p.Items).Where(i => i.ItemId == itemId).Sum(i => i.Quantity);

    /// <summary>As in Orders v2026-01-01.</summary>
    public string Status => Pending ? "PENDING" : Shipped == 0 ? "UNSHIPPED" : Shipped < Ordered ? "PARTIALLY_SHIPPED" : "SHIPPED";

    /// <summary>As in notifications, which kept the older words.</summary>
    public string NotificationStatus => Status switch { "PENDING" => "Pending", "UNSHIPPED" => "Unshipped", "PARTIALLY_SHIPPED" => "PartiallyShipped", _ => "Shipped" };
}

internal sealed record AmazonItem(string Id, Product Product, int Quantity)
{
    public long TotalMinor => Product.PriceMinor * Quantity;
}

internal sealed record AmazonPackage(string Reference, string Carrier, string? Service, string Tracking, DateTimeOffset ShippedAt, DateTimeOffset CreatedAt, IReadOnlyList<AmazonPackageItem> Items);

internal sealed record AmazonPackageItem(string ItemId, int Quantity);
