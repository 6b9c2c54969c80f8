using System.Globalization;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Scorecard;

/// <summary>The very orders behind each figure, by keyset; what is counted here is what the figure says.</summary>
internal sealed class ScorecardLists(
    IControlPlaneDb db, IObjectives objectives, IObjectiveFigures figures, MoneyQuery money, IReadOnlyList<MarketplaceRule> rules, IConnectionRegistry connections, TimeProvider clock)
{
    public async Task<ScorecardOrders> ReadAsync(TenantScope tenant, ScorecardListAsk ask, string? cursor, int size, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var context = db.CreateContext(tenant);
        var channel = ask.Ask.Scope.Connection;
        switch (ask.Kind)
        {
            case ScorecardListKind.Misses:
                return await MissesAsync(ask, cursor, size, now, ct);
            case ScorecardListKind.PastDeadline:
                return await RowsAsync(ByParty(MoneyQuery.PastDeadline(context, channel, now), ask.Party), cursor, size, now, ct);
            case ScorecardListKind.Triage:
                return await RowsAsync(ByParty(MoneyQuery.Triaged(context, channel, ScorecardReader.PeriodOf(ask.Ask, now)), ask.Party), cursor, size, now, ct);
            case ScorecardListKind.Penalties:
                // Which rule charges is decided in memory, as in the sum.
                var late = await ByParty(MoneyQuery.PastDeadline(context, channel, now), ask.Party).OrderByDescending(t => t.Id).ToListAsync(ct);
                var charged = late.Where(t => money.Charges(t, now).Count > 0).ToList();
                var from = After(cursor) is { } after ? charged.FindIndex(t => t.Id.CompareTo(after) < 0) : 0;
                return Page(charged.Count, from < 0 ? [] : [.. charged.Skip(from).Take(size + 1)], size, now);
            case ScorecardListKind.Undated:
                return await RowsAsync(ByParty(MoneyQuery.Undated(context, channel), ask.Party), cursor, size, now, ct);
            case ScorecardListKind.Way:
                return await WayAsync(context, (ask.Way ?? new()) with { Channel = channel }, ScorecardReader.PeriodOf(ask.Ask, now), cursor, size, now, ct);
            default:
                return (await MarketplaceAsync(context, ask, cursor, size, now, ct)) with { Rule = rules.FirstOrDefault(r => r.Id == ask.Rule) };
        }
    }

    private async Task<ScorecardOrders> MissesAsync(ScorecardListAsk ask, string? cursor, int size, DateTimeOffset now, CancellationToken ct)
    {
        var all = await objectives.AllAsync(ct);
        var indicators = all.Where(o => ask.Objective is null ? ScorecardReader.IsAbout(o.Objective.Indicator, ask.Ask.About) : o.Objective.Name == ask.Objective).Select(o => o.Objective.Indicator).Distinct(StringComparer.Ordinal).ToList();
        var period = ScorecardReader.PeriodOf(ask.Ask, now);
        if (ask.Objective is not null && all.FirstOrDefault(o => o.Objective.Name == ask.Objective) is { } one)
        {
            period = ObjectiveLines.PeriodOf(one.Objective, ask.Ask.Period, now);
            // An objective of one channel is about that channel, whatever else is asked for.
            var scope = ask.Ask.Scope;
            ask = ask with { Ask = ask.Ask with { Scope = one.Scope with { Connection = one.Scope.Connection ?? scope.Connection, Brand = one.Scope.Brand ?? scope.Brand, Region = one.Scope.Region ?? scope.Region } } };
        }

        var walk = new MissedWalk(figures, ask);
        var (total, stretches) = await walk.PlanAsync(indicators, period, ct);
        var (items, next) = await walk.PageAsync(stretches, cursor, size, ct);
        return new(total, [.. items.Select(i => new ScorecardOrder(
            i.Event.TransactionId, i.Event.Number, i.Event.Connection, i.Event.StartedAt, null, i.Event.Took, i.Event.Party, MoneyOf(i.Event.TotalMinor, i.Event.Currency), i.At.Indicator))], next, now);
    }

    private async Task<ScorecardOrders> MarketplaceAsync(ControlPlaneDbContext context, ScorecardListAsk ask, string? cursor, int size, DateTimeOffset now, CancellationToken ct)
    {
        if (rules.FirstOrDefault(r => r.Id == ask.Rule) is not { } rule || ask.Ask.Scope.Connection is not { } connection)
            return new(0, [], null, now);
        if (ask.Kind != ScorecardListKind.ToSave)
        {
            var bad = MarketplaceQuery.Bad(context, rule, connection, now);
            return await CountedAsync(context, bad, await bad.CountAsync(ct), cursor, size, now, ct);
        }

        var line = (await new MarketplaceQuery(connections, rules).ReadAsync(context, connection, now, ct)).FirstOrDefault(l => l.Rule.Id == rule.Id);
        var total = line?.ToSave ?? 0;
        var skip = int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var s) ? s : 0;
        var ids = await MarketplaceQuery.Waiting(context, connection, now).Take((int)Math.Min(int.MaxValue, total)).Skip(skip).Take(size).Select(o => o.TransactionId).ToListAsync(ct);
        return await ItemsAsync(context, ids, total, skip + ids.Count < total && ids.Count > 0 ? (skip + ids.Count).ToString(CultureInfo.InvariantCulture) : null, now, ct);
    }

    private static async Task<ScorecardOrders> WayAsync(ControlPlaneDbContext context, OrderWay way, ObjectivePeriod period, string? cursor, int size, DateTimeOffset now, CancellationToken ct) =>
        await CountedAsync(context, WayQuery.Orders(context, way, period), await WayQuery.CountAsync(context, way, period, ct), cursor, size, now, ct);

    /// <summary>Newest first, of what was counted order by order.</summary>
    private static async Task<ScorecardOrders> CountedAsync(ControlPlaneDbContext context, IQueryable<ScorecardOrderRow> orders, long total, string? cursor, int size, DateTimeOffset now, CancellationToken ct)
    {
        if (After(cursor) is { } after)
            orders = orders.Where(o => o.TransactionId.CompareTo(after) < 0);
        var ids = await orders.OrderByDescending(o => o.TransactionId).Take(size + 1).Select(o => o.TransactionId).ToListAsync(ct);
        return await ItemsAsync(context, [.. ids.Take(size)], total, ids.Count > size ? ids[size - 1].ToString("D") : null, now, ct);
    }

    private static async Task<ScorecardOrders> ItemsAsync(ControlPlaneDbContext context, IReadOnlyList<Guid> ids, long total, string? next, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await context.Transactions.AsNoTracking().Where(t => ids.Contains(t.Id)).ToDictionaryAsync(t => t.Id, ct);
        return new(total, [.. ids.Where(rows.ContainsKey).Select(id => Item(rows[id]))], next, now);
    }

    private static async Task<ScorecardOrders> RowsAsync(IQueryable<TransactionRow> rows, string? cursor, int size, DateTimeOffset now, CancellationToken ct)
    {
        var total = await rows.CountAsync(ct);
        if (After(cursor) is { } after)
            rows = rows.Where(t => t.Id.CompareTo(after) < 0);
        return Page(total, await rows.OrderByDescending(t => t.Id).Take(size + 1).ToListAsync(ct), size, now);
    }

    private static ScorecardOrders Page(long total, List<TransactionRow> rows, int size, DateTimeOffset now) =>
        new(total, [.. rows.Take(size).Select(Item)], rows.Count > size ? rows[size - 1].Id.ToString("D") : null, now);

    private static IQueryable<TransactionRow> ByParty(IQueryable<TransactionRow> rows, string? party)
    {
        if (party is null)
            return rows;
        var roles = PartyGroup.Find(party).Members.Select(m => Domain.Connections.SystemRoles.TryParse(m, out var role) ? (Domain.Connections.SystemRole?)role : null).OfType<Domain.Connections.SystemRole>().ToList();
        return party == MoneyQuery.Us ? rows.Where(t => t.Party == null) : rows.Where(t => t.Party != null && roles.Contains(t.Party.Value));
    }

    private static ScorecardOrder Item(TransactionRow t) => new(
        t.Id, t.Number, t.Connection, Instant.FromMicroseconds(t.PlacedAt), (t.ActBy ?? t.ShipBy) is { } due ? Instant.FromMicroseconds(due) : null, null, MoneyQuery.PartyWord(t.Party), MoneyOf(t.TotalMinor, t.Currency), null);

    private static Money? MoneyOf(long? minor, string currency) => minor is { } of && Currencies.IsKnown(currency) ? new Money(of, currency) : null;

    private static Guid? After(string? cursor) => Guid.TryParseExact(cursor, "D", out var id) ? id : null;
}
