using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Worklist;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Scorecard;

/// <inheritdoc cref="IScorecard"/>
/// <remarks>Everything is read from sums: of objectives by their store, of orders by <see cref="ScorecardKeeper"/>. Only open orders are read one by one.</remarks>
internal sealed class ScorecardReader(IControlPlaneDb db, IObjectives objectives, IObjectiveFigures figures, PenaltyBoard penalties, IConnectionRegistry connections, IOptions<ScorecardOptions> prices, TimeProvider clock,
    EstateVersions? versions = null) : IScorecard
{
    public const string ShipmentKey = "shipment-confirmation";

    private static readonly TimeSpan Usual = TimeSpan.FromDays(30);
    private static readonly TimeSpan ADay = TimeSpan.FromDays(1);

    private readonly MarketplaceLimits _limits = new(clock, versions);

    public Task<IReadOnlyList<MarketplaceRule>> RulesAsync(TenantScope tenant, CancellationToken ct) => _limits.TodayAsync(tenant, ct);

    public async Task<ScorecardView> ReadAsync(TenantScope tenant, ScorecardAsk ask, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var period = PeriodOf(ask, now);
        var lines = await new ObjectiveLines(objectives, figures).ReadAsync(ask, now, ct);
        var indicators = lines.Select(l => l.Published.Objective.Indicator).Distinct(StringComparer.Ordinal).ToList();
        var misses = new List<(string Indicator, string Party, long Missed)>();
        var totals = await figures.TalliesAsync(indicators, period, ADay, ask.Scope, ct);
        foreach (var indicator in indicators)
            misses.AddRange((await figures.TalliesByAsync(indicator, ObjectiveDimension.Party, period, ADay, ask.Scope, ct)).GroupBy(t => PartyGroup.Of(t.Key).Key).Select(g => (indicator, g.Key, g.Sum(t => t.Tally.Bad))));
        var about = indicators.Where(i => IsAbout(i, ask.About)).ToList();
        var hours = new List<(string, Tally)>();
        foreach (var indicator in about)
            hours.AddRange((await figures.TalliesByAsync(indicator, ObjectiveDimension.Connection, period, TimeSpan.FromHours(1), ask.Scope, ct)).Select(t => (t.Key, t.Tally)));
        var ages = new List<FigureAge>();
        foreach (var indicator in indicators)
            ages.Add(await figures.AgeAsync(indicator, ct));
        await using var context = db.CreateContext(tenant);
        var (money, formulas) = await new MoneyQuery(penalties, connections, prices.Value).ReadAsync(context, ask.Scope.Connection, period, await MissedShipmentsAsync(indicators, misses, ask, period, ct), now, ct);
        var counted = await context.ScorecardStates.AsNoTracking().Select(s => (long?)s.ReadUpTo).FirstOrDefaultAsync(ct);
        return new()
        {
            ReadAt = now,
            // As old as the oldest of what it is made of.
            CountedUpTo = counted is > 0 && ages.TrueForAll(a => a.ReadUpTo > DateTimeOffset.UnixEpoch) ? Earliest([.. ages.Select(a => (DateTimeOffset?)a.ReadUpTo), Instant.FromMicroseconds(counted.Value)]) : null,
            Watermark = Earliest([.. ages.Select(a => a.Watermark)]),
            Rebuilding = ages.Exists(a => a.Rebuilding),
            Period = period,
            Capabilities = Capabilities(lines),
            Composites = [.. (await objectives.CompositesAsync(ct)).Select(c => CompositeLine.Of(c, lines))],
            Parties = Parties(lines, misses, totals),
            Causes = Causes(misses.Where(m => IsAbout(m.Indicator, ask.About))),
            Hours = HeatMap.Of(hours, ask.Zone),
            Money = money,
            Prices = formulas,
            Marketplaces = await new MarketplaceQuery(connections, await RulesAsync(tenant, ct)).ReadAsync(context, ask.Scope.Connection, now, ct),
            Passages = await WayQuery.PassagesAsync(context, ask.Scope.Connection, period, ct),
            Channels = [.. connections.All.Where(c => c.Role.Sells()).Select(c => c.Key).Order(StringComparer.Ordinal)],
            Brands = await KeysAsync(indicators, ObjectiveDimension.Brand, period, ct),
            Regions = await KeysAsync(indicators, ObjectiveDimension.Region, period, ct),
        };
    }

    public async Task<ScorecardOrders> OrdersAsync(TenantScope tenant, ScorecardListAsk ask, string? cursor, int size, CancellationToken ct) =>
        await new ScorecardLists(db, objectives, figures, new(penalties, connections, prices.Value), ask.Rule is null ? [] : await RulesAsync(tenant, ct), connections, clock).ReadAsync(tenant, ask, cursor, Math.Clamp(size, 1, IScorecard.LargestPage), ct);

    public static ObjectivePeriod PeriodOf(ScorecardAsk ask, DateTimeOffset now)
    {
        if (ask.Period is { } asked)
            return asked;
        var to = ObjectiveLines.NextHour(now);
        return new(to - Usual, to);
    }

    public static bool IsAbout(string indicator, string about) => about == Capability.Everything || (Capability.All.FirstOrDefault(c => c.Key == about)?.Covers(indicator) ?? indicator == about);

    public static IReadOnlyList<CapabilityLine> Capabilities(IReadOnlyList<ObjectiveLine> lines)
    {
        var by = lines.ToLookup(l => Capability.Of(l.Published.Objective.Indicator)?.Key ?? "");
        var shown = Capability.All.Cast<Capability?>().ToList();
        if (by[""].Any())
            shown.Add(null);
        return [.. shown.Select(c => new CapabilityLine(c, [.. by[c?.Key ?? ""]], ScorecardStandings.Gravest(by[c?.Key ?? ""].Select(l => l.Standing))))];
    }

    /// <summary>Parts of all misses, which sum to exactly a hundred percent.</summary>
    public static IReadOnlyList<CauseLine> Causes(IEnumerable<(string Indicator, string Party, long Missed)> misses)
    {
        var parts = misses.GroupBy(m => m.Party, StringComparer.Ordinal).Select(g => (Party: g.Key, Missed: g.Sum(m => m.Missed))).Where(p => p.Missed > 0).OrderByDescending(p => p.Missed).ThenBy(p => p.Party, StringComparer.Ordinal).ToList();
        return [.. parts.Zip(Shares.PerMille([.. parts.Select(p => p.Missed)]), (part, share) => new CauseLine(part.Party, part.Missed, share))];
    }

    /// <summary>Each indicator counts once, with the strictest of its objectives.</summary>
    private List<PartyLine> Parties(IReadOnlyList<ObjectiveLine> lines, List<(string Indicator, string Party, long Missed)> misses, IReadOnlyDictionary<string, IReadOnlyList<Tally>> totals)
    {
        var events = totals.ToDictionary(t => t.Key, t => t.Value.Sum(x => x.Total));
        var budget = lines.GroupBy(l => l.Published.Objective.Indicator).Sum(g => g.Min(l => l.Published.Objective.Allowance) * events.GetValueOrDefault(g.Key));
        var (all, by) = (events.Values.Sum(), misses.GroupBy(m => m.Party).ToDictionary(g => g.Key, g => g.Sum(m => m.Missed)));
        var roles = connections.All.Select(c => PartyGroup.Of(c.Role.Word()).Key).Append("us").ToHashSet(StringComparer.Ordinal);
        var others = by.Keys.Where(k => PartyGroup.All.All(g => g.Key != k)).Order(StringComparer.Ordinal);
        return [.. PartyGroup.All.Select(g => g.Key).Concat(others).Select(key => new PartyLine(key, by.GetValueOrDefault(key), budget, ScorecardStandings.OfParty(by.GetValueOrDefault(key), budget, all), roles.Contains(key) || by.ContainsKey(key)))];
    }

    private async Task<IReadOnlyList<(string, string, long)>> MissedShipmentsAsync(List<string> indicators, List<(string Indicator, string Party, long Missed)> misses, ScorecardAsk ask, ObjectivePeriod period, CancellationToken ct)
    {
        var found = new List<(string, string, long)>();
        foreach (var indicator in indicators.Where(i => IsAbout(i, ShipmentKey)))
        {
            // By channel; whose fault they are is told where one channel is looked at, as the sums know one dimension at a time.
            if (ask.Scope.Connection is { } only)
                found.AddRange(misses.Where(m => m.Indicator == indicator && m.Missed > 0).Select(m => (only, m.Party, m.Missed)));
            else
                found.AddRange((await figures.TalliesByAsync(indicator, ObjectiveDimension.Connection, period, ADay, ask.Scope, ct)).GroupBy(t => t.Key).Select(g => (g.Key, PartyGroup.Unknown, g.Sum(t => t.Tally.Bad))).Where(g => g.Item3 > 0));
        }

        return found;
    }

    private async Task<IReadOnlyList<string>> KeysAsync(List<string> indicators, ObjectiveDimension by, ObjectivePeriod period, CancellationToken ct)
    {
        // Brand and region are the order's: the indicator that all orders pass tells them all.
        var first = indicators.Find(i => IsAbout(i, "order-ingestion")) ?? indicators.FirstOrDefault();
        return first is null ? [] : [.. (await figures.TalliesByAsync(first, by, period, ADay, ObjectiveScope.All, ct)).Select(t => t.Key).Where(k => k.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static DateTimeOffset? Earliest(IReadOnlyList<DateTimeOffset?> times) => times.OfType<DateTimeOffset>().Select(t => (DateTimeOffset?)t).Min();
}
