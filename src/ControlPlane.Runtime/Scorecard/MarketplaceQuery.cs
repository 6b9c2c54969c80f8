using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Marketplaces' ratios from the sums of days, and the orders behind them.</summary>
internal sealed class MarketplaceQuery(IConnectionRegistry connections, IReadOnlyList<MarketplaceRule> rules)
{
    /// <summary>The forecast looks back as far as a window and a week.</summary>
    private const int LongestLook = 100;

    public async Task<IReadOnlyList<MarketplaceLine>> ReadAsync(ControlPlaneDbContext context, string? channel, DateTimeOffset now, CancellationToken ct)
    {
        var at = connections.All.Where(c => (channel is null || c.Key == channel) && rules.Any(r => r.Connector == c.Connector)).ToDictionary(c => c.Key, StringComparer.Ordinal);
        if (at.Count == 0)
            return [];
        var keys = at.Keys.ToList();
        var (today, instant) = (ScorecardCounter.DayOf(now.ToMicroseconds()), now.ToMicroseconds());
        var days = (await context.ScorecardDays.AsNoTracking().Where(d => d.Day > today - LongestLook && d.Day <= today && keys.Contains(d.Connection)).GroupBy(d => new { d.Connection, d.Day })
            .Select(g => new DaySums(g.Key.Connection, g.Key.Day, g.Sum(d => d.Orders), g.Sum(d => d.OurCancellations), g.Sum(d => d.Shipped), g.Sum(d => d.Untracked), g.Sum(d => d.Promised), g.Sum(d => d.Late))).ToListAsync(ct)).ToLookup(d => d.Connection);
        var waiting = await context.ScorecardOrders.AsNoTracking().Where(o => o.EndedAt == null && o.ShippedAt == null && o.ShipBy >= instant && keys.Contains(o.Connection)).GroupBy(o => o.Connection)
            .Select(g => new { g.Key, Count = g.Count() }).ToDictionaryAsync(g => g.Key, g => (long)g.Count, ct);
        var lines = new List<MarketplaceLine>();
        foreach (var connection in at.Values.OrderBy(c => c.DisplayName, StringComparer.OrdinalIgnoreCase))
            foreach (var rule in rules.Where(r => r.Connector == connection.Connector))
            {
                var forecast = RateForecast.Of(days[connection.Key].Select(d => new DayRate(DayName(d.Day), d.Bad(rule.Metric), d.Total(rule.Metric))), DayName(today), rule.WindowDays, rule.Limit);
                var open = rule.Metric == MarketplaceMetric.LateShipment ? waiting.GetValueOrDefault(connection.Key) : 0;
                lines.Add(new(rule, connection.Key, connection.DisplayName, forecast, open, forecast.Total == 0 ? 0 : forecast.ToSave(open)));
            }

        return lines;
    }

    /// <summary>The bad ones of a ratio.</summary>
    public static IQueryable<ScorecardOrderRow> Bad(ControlPlaneDbContext context, MarketplaceRule rule, string connection, DateTimeOffset now)
    {
        var today = ScorecardCounter.DayOf(now.ToMicroseconds());
        var rows = context.ScorecardOrders.AsNoTracking().Where(o => o.Connection == connection && o.Day > today - rule.WindowDays && o.Day <= today);
        return rule.Metric switch
        {
            MarketplaceMetric.LateShipment => rows.Where(o => o.Late),
            MarketplaceMetric.Cancellation => rows.Where(o => o.OurCancellation),
            _ => rows.Where(o => o.Untracked),
        };
    }

    /// <summary>Those that can still be shipped in time, most urgent first.</summary>
    public static IQueryable<ScorecardOrderRow> Waiting(ControlPlaneDbContext context, string connection, DateTimeOffset now)
    {
        var instant = now.ToMicroseconds();
        return context.ScorecardOrders.AsNoTracking().Where(o => o.Connection == connection && o.EndedAt == null && o.ShippedAt == null && o.ShipBy >= instant).OrderBy(o => o.ShipBy).ThenBy(o => o.TransactionId);
    }

    public static DateOnly DayName(int day) => DateOnly.FromDateTime(DateTime.UnixEpoch).AddDays(day);

    private sealed record DaySums(string Connection, int Day, int Orders, int Cancelled, int Shipped, int Untracked, int Promised, int Late)
    {
        public long Bad(MarketplaceMetric metric) => metric switch { MarketplaceMetric.LateShipment => Late, MarketplaceMetric.Cancellation => Cancelled, _ => Untracked };

        public long Total(MarketplaceMetric metric) => metric switch { MarketplaceMetric.LateShipment => Promised, MarketplaceMetric.Cancellation => Orders, _ => Shipped };
    }
}
