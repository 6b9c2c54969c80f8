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
            ObjectivesUpTo = ages.Count > 0 && ages.TrueForAll(a => a.ReadUpTo > DateTimeOffset.UnixEpoch) ? ages.Min(a => a.ReadUpTo) : null,
            Rebuilding = ages.Exists(a => a.Rebuilding),
            Period = period,
            Capabilities = Capabilities(lines),
            Composites = [.. (await objectives.CompositesAsync(ct)).Select(c => CompositeLine.Of(c, lines))],
            Parties = Parties(lines, misses, await SpentAsync(lines, misses, ask, period, ct)),
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

    /// <summary>Each party by the objective whose budget it took most of. Sums over objectives would hide one that is overspent behind others that nothing happened to.</summary>
    private List<PartyLine> Parties(IReadOnlyList<ObjectiveLine> lines, List<(string Indicator, string Party, long Missed)> misses, List<(string Party, decimal Spent, Objective Of)> spent)
    {
        var measured = lines.Any(l => l.Both.Adjusted.Standing != ObjectiveStanding.NoData);
        var (by, most) = (misses.GroupBy(m => m.Party).ToDictionary(g => g.Key, g => g.Sum(m => m.Missed)), spent.GroupBy(s => s.Party).ToDictionary(g => g.Key, g => g.MaxBy(s => s.Spent)));
        var roles = connections.All.Select(c => PartyGroup.Of(c.Role.Word()).Key).Append("us").ToHashSet(StringComparer.Ordinal);
        var others = by.Keys.Union(most.Keys).Where(k => PartyGroup.All.All(g => g.Key != k)).Order(StringComparer.Ordinal);
        PartyLine Of(string key)
        {
            var took = most.TryGetValue(key, out var gravest);
            decimal? share = took ? gravest.Spent : measured ? 0 : null;
            return new(key, by.GetValueOrDefault(key), share, ScorecardStandings.OfParty(share), roles.Contains(key) || by.ContainsKey(key), took ? gravest.Of : null);
        }

        return [.. PartyGroup.All.Select(g => g.Key).Concat(others).Select(Of)];
    }

    /// <summary>What each party's misses took of each objective's budget: over the objective's own window and scope and without what was excluded, as its figure is.</summary>
    private async Task<List<(string Party, decimal Spent, Objective Of)>> SpentAsync(IReadOnlyList<ObjectiveLine> lines, List<(string Indicator, string Party, long Missed)> misses, ScorecardAsk ask, ObjectivePeriod period, CancellationToken ct)
    {
        var read = new Dictionary<(string, ObjectivePeriod, ObjectiveScope, string), List<(string Party, long Missed)>>();
        foreach (var indicator in misses.GroupBy(m => m.Indicator))
            read[(indicator.Key, period, ask.Scope, "")] = [.. indicator.Select(m => (m.Party, m.Missed))];
        var spent = new List<(string, decimal, Objective)>();
        foreach (var line in lines.Where(l => l.Both.Adjusted is { Standing: not ObjectiveStanding.NoData, Spent: > 0 }))
        {
            var (objective, scope, attained) = (line.Published.Objective, ObjectiveLines.Narrowed(line.Published.Scope, ask.Scope) ?? ask.Scope, line.Both.Adjusted);
            var key = (objective.Indicator, line.Period, scope, ObjectiveLines.Cut(line.Both.Applied));
            if (!read.TryGetValue(key, out var parts))
            {
                var found = new List<TallyBy>();
                foreach (var part in ObjectiveStandings.Without(line.Period, line.Both.Applied))
                    found.AddRange(await figures.TalliesByAsync(objective.Indicator, ObjectiveDimension.Party, part, ADay, scope, ct));
                read[key] = parts = [.. found.GroupBy(t => PartyGroup.Of(t.Key).Key).Select(g => (g.Key, g.Sum(t => t.Tally.Bad)))];
            }

            // By parts of the misses, so that slices are shared out too; where events count this is misses over budget.
            var all = parts.Sum(p => p.Missed);
            if (all > 0)
                spent.AddRange(parts.Where(p => p.Missed > 0).Select(p => (p.Party, attained.Spent / attained.Budget * p.Missed / all, objective)));
        }

        return spent;
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
