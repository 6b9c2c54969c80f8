using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>What of the business is looked at.</summary>
/// <param name="Scope">Channel, brand, region. Money, marketplaces and the way of orders know channels alone.</param>
/// <param name="Period">Null = each objective over its own window, the rest over thirty days.</param>
/// <param name="About">A capability's key, or <see cref="Capability.Everything"/>: what causes and hours are shown of.</param>
/// <param name="Zone">In which hours of the day are counted.</param>
public sealed record ScorecardAsk(ObjectiveScope Scope, ObjectivePeriod? Period, string About, TimeZoneInfo Zone)
{
    public static readonly ScorecardAsk Everything = new(ObjectiveScope.All, null, Capability.Everything, TimeZoneInfo.Utc);
}

/// <summary>One objective, with the stretch that its figures are of.</summary>
/// <param name="Both">With everything, and without what was excluded.</param>
/// <param name="Missed">Events of the period that missed: what its list holds.</param>
/// <param name="Trend">Share of good events a day, oldest first; null where a day had none.</param>
/// <param name="EmptyOn">When its budget will be spent if it goes on as lately; null = not within its window, or it is already.</param>
public sealed record ObjectiveLine(PublishedObjective Published, ObjectivePeriod Period, BothWays Both, long Missed, ScorecardStanding Standing, IReadOnlyList<decimal?> Trend, DateTimeOffset? EmptyOn);

/// <param name="Capability">Null for objectives about indicators of a user's own.</param>
/// <param name="Objectives">Empty: nothing is promised.</param>
public sealed record CapabilityLine(Capability? Capability, IReadOnlyList<ObjectiveLine> Objectives, ScorecardStanding Standing);

/// <param name="Line">Null: it is held over another channel, brand or region than is looked at.</param>
public sealed record CompositePartLine(CompositePart Part, ObjectiveLine? Line);

/// <summary>Several objectives as one figure, with its parts.</summary>
/// <param name="Composed">What is left of their budgets together; parts without data are left out of it.</param>
public sealed record CompositeLine(Composite Composite, CompositeStanding Composed, ScorecardStanding Standing, IReadOnlyList<CompositePartLine> Parts)
{
    public static CompositeLine Of(Composite composite, IReadOnlyList<ObjectiveLine> lines)
    {
        var by = lines.ToDictionary(l => l.Published.Objective.Name, StringComparer.Ordinal);
        var composed = composite.Of(by.ToDictionary(l => l.Key, l => l.Value.Both.Adjusted, StringComparer.Ordinal));
        return new(composite, composed, ScorecardStandings.Of(composed), [.. composite.Parts.Select(p => new CompositePartLine(p, by.GetValueOrDefault(p.Objective)))]);
    }
}

/// <summary>A kind of system, and what its misses took of the budget that they took most of.</summary>
/// <param name="Party">As in addresses: role of a system, <c>us</c>, <c>carrier</c>.</param>
/// <param name="Missed">Of all objectives, in the period of the page.</param>
/// <param name="Spent">Largest share of one objective's budget that its misses alone spent, above 1 once they overspent it; null = nothing is measured.</param>
/// <param name="Connected">False: none is set up.</param>
/// <param name="Objective">Whose budget that is; null = it took of none.</param>
public sealed record PartyLine(string Party, long Missed, decimal? Spent, ScorecardStanding Standing, bool Connected, Objective? Objective = null);

/// <param name="PerMille">Of all misses; all lines together are exactly 1,000.</param>
public sealed record CauseLine(string Party, long Missed, int PerMille);

/// <summary>A marketplace's ratio at one connection.</summary>
/// <param name="Waiting">Promised, not shipped, not late yet.</param>
/// <param name="ToSave">So many of those have to be shipped in time.</param>
public sealed record MarketplaceLine(MarketplaceRule Rule, string Connection, string Name, RateForecast Forecast, long Waiting, long ToSave);

/// <summary>Orders that took one way.</summary>
public sealed record Passage(string Channel, string Erp, string Warehouse, OrderEnd End, long Orders, long Shipped);

/// <summary>A price that goes into the money at risk, said so that it can be checked.</summary>
/// <param name="Setting">Its key; null = it is dated data.</param>
public sealed record RiskPrice(RiskPart Part, string Formula, string? Setting);

/// <summary>Everything that the page shows, read at one time.</summary>
public sealed record ScorecardView
{
    public required DateTimeOffset ReadAt { get; init; }

    /// <summary>Everything up to here is in it; null = nothing was counted yet.</summary>
    public required DateTimeOffset? CountedUpTo { get; init; }

    /// <summary>Outcomes are final for what began before; null = no objective.</summary>
    public required DateTimeOffset? Watermark { get; init; }

    /// <summary>Events of objectives are counted up to here; null = not yet. From it follows what budgets can judge.</summary>
    public DateTimeOffset? ObjectivesUpTo { get; init; }

    public required bool Rebuilding { get; init; }

    /// <summary>What causes, hours and ways are of.</summary>
    public required ObjectivePeriod Period { get; init; }

    public required IReadOnlyList<CapabilityLine> Capabilities { get; init; }

    public IReadOnlyList<CompositeLine> Composites { get; init; } = [];

    public required IReadOnlyList<PartyLine> Parties { get; init; }

    public required IReadOnlyList<CauseLine> Causes { get; init; }

    public required HeatMap Hours { get; init; }

    public required MoneyAtRisk Money { get; init; }

    public required IReadOnlyList<RiskPrice> Prices { get; init; }

    public required IReadOnlyList<MarketplaceLine> Marketplaces { get; init; }

    public required IReadOnlyList<Passage> Passages { get; init; }

    /// <summary>Keys by which it can be narrowed down, as they occur in the period.</summary>
    public required IReadOnlyList<string> Channels { get; init; }

    public required IReadOnlyList<string> Brands { get; init; }

    public required IReadOnlyList<string> Regions { get; init; }
}

/// <summary>Which list of orders a figure of the scorecard leads to.</summary>
public enum ScorecardListKind
{
    /// <summary>Events that missed.</summary>
    Misses,

    /// <summary>Open orders whose deadline has passed.</summary>
    PastDeadline,

    /// <summary>Of <see cref="PastDeadline"/>, those that a rule charges for.</summary>
    Penalties,

    /// <summary>Orders that people worked on.</summary>
    Triage,

    /// <summary>Bad ones of a marketplace's ratio.</summary>
    MarketplaceBad,

    /// <summary>Those that have to be shipped so that a marketplace's limit holds, most urgent first.</summary>
    ToSave,

    /// <summary>Orders that went one way through the systems.</summary>
    Way,

    /// <summary>Stuck orders without a deadline, which are in no part of the money at risk.</summary>
    Undated,
}

/// <param name="Hour">Of the day in <see cref="ScorecardAsk.Zone"/>; null = any.</param>
/// <param name="Objective">Only misses of this one's indicator.</param>
/// <param name="Rule">Id of a marketplace's rule.</param>
/// <param name="Way">Which way, of <see cref="ScorecardListKind.Way"/>; its channel is that of <paramref name="Ask"/>. Null = any.</param>
public sealed record ScorecardListAsk(ScorecardListKind Kind, ScorecardAsk Ask, string? Party = null, int? Hour = null, string? Objective = null, string? Rule = null, OrderWay? Way = null);

/// <param name="Took">Null where it never came, or where nothing is timed.</param>
/// <param name="Party">Whose miss it is, or where it stands.</param>
public sealed record ScorecardOrder(Guid Id, string Number, string Channel, DateTimeOffset At, DateTimeOffset? Due, TimeSpan? Took, string Party, Money? Money, string? Indicator);

/// <param name="Total">Of the whole list.</param>
/// <param name="Next">Null = that was all.</param>
/// <param name="Rule">Of a marketplace's list: the limit that it is about.</param>
public sealed record ScorecardOrders(long Total, IReadOnlyList<ScorecardOrder> Items, string? Next, DateTimeOffset ReadAt, MarketplaceRule? Rule = null);

/// <summary>Whether the business gets what it was promised, what the misses cost, and the orders behind each figure.</summary>
public interface IScorecard
{
    const int LargestPage = 200;

    Task<ScorecardView> ReadAsync(TenantScope tenant, ScorecardAsk ask, CancellationToken ct);

    /// <param name="cursor">Of the page before; one that cannot be read begins anew.</param>
    Task<ScorecardOrders> OrdersAsync(TenantScope tenant, ScorecardListAsk ask, string? cursor, int size, CancellationToken ct);

    /// <summary>Limits of marketplaces that hold today.</summary>
    Task<IReadOnlyList<MarketplaceRule>> RulesAsync(TenantScope tenant, CancellationToken ct);
}
