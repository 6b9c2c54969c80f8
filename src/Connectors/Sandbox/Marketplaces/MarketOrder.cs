using Connectors.Sandbox.Assortment;

namespace Connectors.Sandbox.Marketplaces;

/// <summary>An order as every marketplace keeps it; what it looks like is the face's affair. Changed only under the lock of its <see cref="Marketplace"/>.</summary>
internal sealed class MarketOrder
{
    public required string Id { get; init; }

    /// <summary>Counts up.</summary>
    public required int Number { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; set; }

    public required Person Customer { get; init; }

    public required IReadOnlyList<MarketLine> Lines { get; init; }

    /// <summary>Gross, in cents.</summary>
    public required long ShippingMinor { get; init; }

    public MarketState State { get; set; } = MarketState.Open;

    public List<MarketParcel> Parcels { get; } = [];

    /// <summary>What callers stored with it.</summary>
    public SortedDictionary<string, string> Meta { get; } = new(StringComparer.Ordinal);

    public long LinesMinor => Lines.Sum(l => l.GrossMinor);

    public long TotalMinor => LinesMinor + ShippingMinor;

    public long TaxMinor => Lines.Sum(l => l.TaxMinor) + Vat.Within(ShippingMinor);

    public bool Shipped => Lines.All(l => l.Open == 0) && Lines.Any(l => l.Shipped > 0);

    public bool Cancelled => Lines.All(l => l.Cancelled == l.Quantity);

    public MarketLine? Line(string? id) => Lines.FirstOrDefault(l => l.Id == id);
}

/// <summary>What a seller told about the order as a whole.</summary>
internal enum MarketState
{
    Open,
    Acknowledged,
    Completed,
}

internal sealed class MarketLine
{
    public required string Id { get; init; }

    public required Product Product { get; init; }

    public required int Quantity { get; init; }

    public int Shipped { get; set; }

    public int Cancelled { get; set; }

    /// <summary>Units of which nobody has said anything yet.</summary>
    public int Open => Quantity - Shipped - Cancelled;

    public long GrossMinor => Product.PriceMinor * Quantity;

    public long TaxMinor => Vat.Within(GrossMinor);

    public long NetMinor => GrossMinor - TaxMinor;
}

/// <summary>A parcel that the marketplace was told about.</summary>
internal sealed record MarketParcel(int Id, DateTimeOffset At, string? Carrier, string? Tracking, IReadOnlyList<MarketParcelLine> Lines);

internal sealed record MarketParcelLine(MarketLine Line, int Quantity);
