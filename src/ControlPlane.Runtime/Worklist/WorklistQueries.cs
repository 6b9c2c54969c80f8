using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Worklist;

/// <inheritdoc cref="IWorklist"/>
/// <remarks>A page is a range of <c>ix_transactions_work</c>: the same cost at any depth. Filters are decided row by row along it, since what needs somebody is little of what there is.</remarks>
internal sealed class WorklistQueries(
    IControlPlaneDb db, WorkRanks ranks, Func<CauseCatalogue> causes, IWorkOwners owners, IFlowCatalog flows, IConnectionRegistry connections, TimeProvider clock, EmailHash? emails = null,
    CauseStore? own = null) : IWorklist
{
    /// <summary>A number that more transactions hold is not looked through to its end.</summary>
    private const int MostHits = 500;

    private readonly FactsBuilder _builder = new(flows, connections);

    public async Task<WorkPage> ListAsync(TenantScope tenant, WorkFilter filter, WorkCursor? at, int size, CancellationToken ct)
    {
        size = Math.Clamp(size, 1, IWorklist.LargestPage);
        await using var context = db.CreateContext(tenant);
        var fitting = await FittingAsync(context, filter, ct);
        var rows = await (at switch
        {
            null => fitting.OrderByDescending(t => t.WorkRank).ThenBy(t => t.Id),
            { Further: true, Rank: var rank, Edge: var edge } => fitting.Where(t => t.WorkRank <= rank && (t.WorkRank < rank || t.Id.CompareTo(edge) > 0)).OrderByDescending(t => t.WorkRank).ThenBy(t => t.Id),
            { Rank: var rank, Edge: var edge } => fitting.Where(t => t.WorkRank >= rank && (t.WorkRank > rank || t.Id.CompareTo(edge) < 0)).OrderBy(t => t.WorkRank).ThenByDescending(t => t.Id),
        }).Take(size + 1).ToListAsync(ct);
        var more = rows.Count > size;
        if (more)
            rows.RemoveAt(size);
        var back = at is { Further: false };
        if (back)
            rows.Reverse();
        WorkCursor? Edge(bool further) => rows.Count == 0 ? null : new(further, rows[further ? ^1 : 0].WorkRank!.Value, rows[further ? ^1 : 0].Id);
        return new(await ItemsAsync(context, tenant, rows, ct), back || more ? Edge(true) : null, at is not null && (more || !back) ? Edge(false) : null);
    }

    public async Task<WorkSummary> SummaryAsync(TenantScope tenant, WorkFilter filter, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var now = clock.GetUtcNow().ToMicroseconds();
        var sums = await (await FittingAsync(context, filter, ct)).OrderByDescending(t => t.WorkRank)
            .Select(t => new { t.Currency, t.TotalMinor, Passed = t.ActBy < now ? 1 : 0, Ahead = t.ActBy >= now ? t.ActBy : null }).Take(CappedCount.Cap)
            .GroupBy(t => t.Currency).Select(g => new { g.Key, Count = g.Count(), Total = g.Sum(t => t.TotalMinor ?? 0), Overdue = g.Sum(t => t.Passed), Next = g.Min(t => t.Ahead) }).ToListAsync(ct);
        var count = sums.Sum(s => s.Count);
        return new(
            new(count, count >= CappedCount.Cap), CaseReading.Sum(sums.Where(s => Currencies.IsKnown(s.Key)).Select(s => new Money(s.Total, s.Key))), sums.Sum(s => s.Overdue),
            sums.Min(s => s.Next) is { } next ? Instant.FromMicroseconds(next) : null);
    }

    public async Task<IReadOnlyList<CappedCount>> CountManyAsync(TenantScope tenant, IReadOnlyList<WorkFilter> filters, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var ranges = new List<IReadOnlyList<IQueryable<TransactionRow>>>();
        foreach (var filter in filters)
            ranges.Add([await FittingAsync(context, filter, ct)]);
        return [.. (await ListQuery.CountManyAsync(ranges, CappedCount.Cap, ct)).Select(count => new CappedCount(count, count >= CappedCount.Cap))];
    }

    public async Task<IReadOnlyList<WorkItem>> ReadAsync(TenantScope tenant, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
            return [];
        await using var context = db.CreateContext(tenant);
        return await ItemsAsync(context, tenant, await context.Transactions.AsNoTracking().Where(t => ids.Contains(t.Id)).ToListAsync(ct), ct);
    }

    private async Task<IReadOnlyList<WorkItem>> ItemsAsync(ControlPlaneDbContext context, TenantScope tenant, List<TransactionRow> rows, CancellationToken ct)
    {
        if (rows.Count == 0)
            return [];
        var items = (await new ListFacts(_builder).ItemsAsync(context, rows, ct)).ToDictionary(i => i.Id);
        var catalogue = own is null ? causes() : await own.EffectiveAsync(tenant, ct);
        var names = await new CaseNames(() => catalogue, connections).OfAsync(context, [.. rows.Select(r => r.CaseId).OfType<Guid>().Distinct()], ct);
        var owned = await owners.OfAsync(tenant, rows, ct);
        var now = clock.GetUtcNow();
        return [.. rows.Select(row =>
        {
            var name = row.CaseId is { } id ? names.GetValueOrDefault(id) : null;
            return new WorkItem
            {
                Item = items[row.Id],
                Rank = row.WorkRank,
                ActBy = row.ActBy is { } by ? Instant.FromMicroseconds(by) : null,
                Stake = row.WorkRank is null ? null : ranks.Leading(row, now),
                CaseId = name?.Id,
                Cause = name?.Title ?? row.FaultMessage ?? "Stuck without a stated reason",
                Fixer = name?.Cause?.Fixer,
                Owner = owned.GetValueOrDefault(row.Id)?.Person,
                Team = owned.GetValueOrDefault(row.Id)?.Team,
            };
        })];
    }

    private async Task<IQueryable<TransactionRow>> FittingAsync(ControlPlaneDbContext context, WorkFilter filter, CancellationToken ct)
    {
        var rows = context.Transactions.AsNoTracking().Where(t => t.WorkRank != null);
        if (filter.Search is { Length: > 0 } text)
        {
            var ids = await HoldersAsync(context, text, ct);
            rows = rows.Where(t => ids.Contains(t.Id));
        }

        if (filter.Channel is { } channel)
            rows = rows.Where(t => t.Connection == channel);
        if (filter.Party is { } party)
            rows = rows.Where(t => t.Party == party);
        if (filter.Ours)
            rows = rows.Where(t => t.Party == null);
        if (filter.System is { } system)
            rows = rows.Where(t => t.PartyConnection == system);
        if (filter.Case is { } id)
        {
            var parts = await CaseNames.PartsAsync(context, id, ct);
            rows = rows.Where(t => t.CaseId != null && parts.Contains(t.CaseId.Value));
        }

        if (filter.Code is { } code)
            rows = rows.Where(t => t.FaultCode == code);
        if (filter.Owner is { } owner)
            rows = owners.Narrow(context, rows, owner);
        if (filter.DueBefore(clock.GetUtcNow())?.ToMicroseconds() is { } before)
            rows = rows.Where(t => t.ActBy < before);
        if (filter.Least is { } least)
            rows = rows.Where(t => t.Currency == least.Currency && t.TotalMinor >= least.MinorUnits);
        if (filter.Kind is { } kind)
            rows = rows.Where(t => t.Kind == kind);
        return rows;
    }

    private async Task<List<Guid>> HoldersAsync(ControlPlaneDbContext context, string text, CancellationToken ct)
    {
        if (IdentifierQuery.Key(text, emails) is not { } key)
            return [];
        var exact = await IdentifierQuery.ExactAsync(context, key, null, MostHits, ct);
        return exact.Count > 0 ? exact : [.. (await IdentifierQuery.PrefixAsync(context, key, ct)).Select(i => i.TransactionId).Distinct().Take(MostHits)];
    }
}
