using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>Which way orders went, and the orders of one way. Days are whole, UTC, by when an order was placed.</summary>
internal static class WayQuery
{
    public static async Task<IReadOnlyList<Passage>> PassagesAsync(ControlPlaneDbContext context, string? channel, ObjectivePeriod period, CancellationToken ct)
    {
        var sums = await Days(context, channel, period).GroupBy(d => new { d.Connection, d.Erp, d.Warehouse, d.End }).Select(g => new { g.Key, Orders = g.Sum(d => (long)d.Orders), Shipped = g.Sum(d => (long)d.Shipped) }).ToListAsync(ct);
        return [.. sums.OrderBy(s => s.Key.Connection, StringComparer.Ordinal).ThenBy(s => s.Key.Erp, StringComparer.Ordinal).ThenBy(s => s.Key.Warehouse, StringComparer.Ordinal).ThenBy(s => s.Key.End)
            .Select(s => new Passage(s.Key.Connection, s.Key.Erp, s.Key.Warehouse, s.Key.End, s.Orders, s.Shipped))];
    }

    /// <summary>From the sums, as the chart: a year of orders is counted without reading one.</summary>
    public static async Task<long> CountAsync(ControlPlaneDbContext context, OrderWay way, ObjectivePeriod period, CancellationToken ct)
    {
        var days = Days(context, way.Channel, period);
        if (way.Erp is { } erp)
            days = days.Where(d => d.Erp == erp);
        if (way.Warehouse is { } warehouse)
            days = days.Where(d => d.Warehouse == warehouse);
        if (way.End is { } end)
            days = days.Where(d => d.End == end);
        return way.Shipped switch
        {
            true => await days.SumAsync(d => (long)d.Shipped, ct),
            false => await days.SumAsync(d => (long)(d.Orders - d.Shipped), ct),
            _ => await days.SumAsync(d => (long)d.Orders, ct),
        };
    }

    public static IQueryable<ScorecardOrderRow> Orders(ControlPlaneDbContext context, OrderWay way, ObjectivePeriod period)
    {
        var (from, to) = DaysOf(period);
        var orders = context.ScorecardOrders.AsNoTracking().Where(o => o.Day >= from && o.Day <= to);
        if (way.Channel is { } channel)
            orders = orders.Where(o => o.Connection == channel);
        if (way.Erp is { } erp)
            orders = orders.Where(o => o.Erp == erp);
        if (way.Warehouse is { } warehouse)
            orders = orders.Where(o => o.Warehouse == warehouse);
        if (way.End is { } end)
            orders = orders.Where(o => o.End == end);
        if (way.Shipped is { } shipped)
            orders = orders.Where(o => o.ShippedAt != null == shipped);
        return orders;
    }

    private static IQueryable<ScorecardDayRow> Days(ControlPlaneDbContext context, string? channel, ObjectivePeriod period)
    {
        var (from, to) = DaysOf(period);
        var days = context.ScorecardDays.AsNoTracking().Where(d => d.Day >= from && d.Day <= to);
        return channel is null ? days : days.Where(d => d.Connection == channel);
    }

    private static (int From, int To) DaysOf(ObjectivePeriod period) => (ScorecardCounter.DayOf(period.From.ToMicroseconds()), ScorecardCounter.DayOf(period.To.ToMicroseconds() - 1));
}
