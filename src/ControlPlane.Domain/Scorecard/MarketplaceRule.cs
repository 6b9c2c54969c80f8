namespace ControlPlane.Domain.Scorecard;

/// <summary>What a marketplace measures of its sellers.</summary>
public enum MarketplaceMetric
{
    /// <summary>Shipped after the promise, or not shipped and the promise has passed.</summary>
    LateShipment,

    /// <summary>Cancelled by us, or by the channel after the promise had passed.</summary>
    Cancellation,

    /// <summary>Shipped without a tracking number.</summary>
    MissingTracking,
}

/// <summary>A limit of a marketplace, as dated data. Shares are of what is bad: "valid tracking above 95 %" is at most 5 % without.</summary>
public sealed record MarketplaceRule
{
    /// <summary>Several with one id are versions: the newest that holds today counts.</summary>
    public required string Id { get; init; }

    /// <summary>"Amazon: late shipments".</summary>
    public required string Title { get; init; }

    /// <summary>Name of the connector.</summary>
    public required string Connector { get; init; }

    public required MarketplaceMetric Metric { get; init; }

    /// <summary>Share of bad ones at which it is breached: above 0, at most 1.</summary>
    public required decimal Limit { get; init; }

    /// <summary>Whole days, today included: 1 to 90.</summary>
    public required int WindowDays { get; init; }

    /// <summary>The limit in the words of its source.</summary>
    public required string Words { get; init; }

    /// <summary>Inclusive, UTC.</summary>
    public required DateOnly ValidFrom { get; init; }

    public required string Source { get; init; }

    public DateOnly? ReadOn { get; init; }

    /// <summary>One version an id: that which holds on a day.</summary>
    public static IReadOnlyList<MarketplaceRule> On(DateOnly day, IEnumerable<MarketplaceRule> rules) =>
        [.. rules.Where(r => r.ValidFrom <= day).GroupBy(r => r.Id, StringComparer.Ordinal).Select(g => g.OrderBy(r => r.ValidFrom).Last())];
}
