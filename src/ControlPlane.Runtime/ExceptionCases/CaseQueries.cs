using System.Collections.Concurrent;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>Reads the cases. One reading a second serves all viewers of a tenant.</summary>
public sealed class CaseQueries : ICases
{
    public const int MembersPage = 25;

    private static readonly TimeSpan KeepFor = TimeSpan.FromSeconds(1);

    private readonly IControlPlaneDb _db;
    private readonly TimeProvider _clock;
    private readonly CauseCatalogue _causes;
    private readonly CauseStore? _own;
    private readonly CaseReading _reading;
    private readonly FactsBuilder _builder;
    private readonly IConnectionRegistry _connections;
    private readonly ConcurrentDictionary<int, Kept> _kept = new();

    /// <param name="causes">What is shipped.</param>
    /// <param name="own">What the installation changed of it; null = nothing.</param>
    internal CaseQueries(IControlPlaneDb db, CauseCatalogue causes, IFlowCatalog flows, IConnectionRegistry connections, TimeProvider clock, CauseStore? own = null)
    {
        (_db, _clock, _causes, _own, _connections) = (db, clock, causes, own, connections);
        _reading = new(connections, clock);
        _builder = new(flows, connections);
    }

    public async Task<CaseList> ListAsync(TenantScope tenant, CaseFilter filter, int page, CancellationToken ct)
    {
        await using var context = _db.CreateContext(tenant);
        var cases = await CasesAsync(context, tenant, ct);
        var fit = Sort(cases.Items.Where(c => Fits(c, filter)), filter.Sort).ToList();
        var shown = fit.Skip((Math.Max(1, page) - 1) * ICases.PageSize).Take(ICases.PageSize).ToList();
        await MovesAsync(context, shown, cases.ReadAt, ct);
        return new(
            shown, fit.Count, fit.Sum(c => c.Stuck), CaseReading.Sum(fit.SelectMany(c => c.Money)), cases.Items.Where(c => c.Cause is { General: false }).Sum(c => c.Stuck), cases.Items.Sum(c => c.Stuck), cases.Ungrouped, cases.ReadAt);
    }

    public async Task<IReadOnlyList<CaseItem>> ReadAsync(TenantScope tenant, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
            return [];
        await using var context = _db.CreateContext(tenant);
        var cases = await CasesAsync(context, tenant, ct);
        var found = cases.Items.Where(c => ids.Contains(c.Id)).ToList();
        await MovesAsync(context, found, cases.ReadAt, ct);
        return found;
    }

    public async Task<IReadOnlyDictionary<Guid, CaseName>> NamesAsync(TenantScope tenant, IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        if (ids.Count == 0)
            return new Dictionary<Guid, CaseName>();
        var catalogue = _own is null ? _causes : await _own.EffectiveAsync(tenant, ct);
        await using var context = _db.CreateContext(tenant);
        return await new CaseNames(() => catalogue, _connections).OfAsync(context, ids, ct);
    }

    public async Task<CaseDetail?> FindAsync(TenantScope tenant, Guid id, Guid? after, CancellationToken ct)
    {
        await using var context = _db.CreateContext(tenant);
        var cases = await CasesAsync(context, tenant, ct);
        if (!cases.ById.TryGetValue(id, out var row) || cases.Items.FirstOrDefault(c => c.Id == cases.RootOf[id]) is not { } item)
            return null;
        var root = cases.ById[item.Id];
        var oldest = await OldestAsync(context, item, ct);
        var facts = oldest is null ? null : (await FactsAsync(context, [oldest], ct)).GetValueOrDefault(oldest.Id);
        var details = new CaseDetails(context, _builder, item.Parts);
        var (members, next) = await details.MembersAsync(after, MembersPage, ct);
        var from = cases.ReadAt - TimeSpan.FromHours(72);
        return new()
        {
            Item = item with { Owner = oldest?.Owner, Move = facts is null ? null : VerdictRules.Decide(facts, cases.ReadAt, TimeZoneInfo.Utc).Move },
            Messages = await details.MessagesAsync(ct),
            Facts = facts,
            Hours = [.. cases.Hours.GetValueOrDefault(item.Id)?.Where(h => h.Hour > from) ?? []],
            Members = members,
            NextMember = next,
            History = await details.HistoryAsync(ct),
            Exits = await details.ExitsAsync(ct),
            Differences = await details.DifferencesAsync(ct),
            Splits = [.. (await context.ExceptionCaseSplits.AsNoTracking().Where(s => item.Parts.Contains(s.CaseId)).OrderBy(s => s.CreatedAt).ToListAsync(ct))
                .Select(s => new CaseSplitItem(s.TargetId, s.By, s.Value, s.CreatedBy, Instant.FromMicroseconds(s.CreatedAt), s.Reason, s.UndoneAt is not null))],
            Merged = [.. item.Parts.Where(p => p != item.Id).Select(p => (p, TitleOf(cases, cases.ById[p])))],
            MergedInto = id == item.Id ? null : item.Id,
            SplitFrom = root.SplitFrom is { } parent && cases.ById.TryGetValue(parent, out var from2) ? (parent, TitleOf(cases, from2)) : null,
            SettledAt = root.SettledAt is { } settled ? Instant.FromMicroseconds(settled) : null,
            SettledWith = root.SettledWith,
            Versions = item.Standing.BackSince is { } back ? await details.VersionsAsync(back, ct) : null,
            Changes = item.Standing.BackSince is { } since ? await new CaseChanges(context, item.Parts).BetweenAsync(item.System?.Key, since, ct) : [],
            Algorithm = root.Algorithm,
            Events = [.. (await context.ExceptionCaseEvents.AsNoTracking().Where(v => item.Parts.Contains(v.CaseId)).OrderByDescending(v => v.Id).Take(50).ToListAsync(ct))
                .Select(v => new CaseEvent(Instant.FromMicroseconds(v.At), v.By, v.Text))],
            ReadAt = cases.ReadAt,
        };
    }

    public async Task<CaseItem?> OfTransactionAsync(TenantScope tenant, Guid transactionId, CancellationToken ct)
    {
        await using var context = _db.CreateContext(tenant);
        if (await context.Transactions.Where(t => t.Id == transactionId && t.State == TransactionState.Stuck).Select(t => t.CaseId).FirstOrDefaultAsync(ct) is not { } id)
            return null;
        var cases = await CasesAsync(context, tenant, ct);
        return cases.RootOf.TryGetValue(id, out var root) ? cases.Items.FirstOrDefault(c => c.Id == root) : null;
    }

    /// <summary>After a change of ours the next reading is a new one.</summary>
    internal void Forget(int tenantId) => _kept.TryRemove(tenantId, out _);

    private static string TitleOf(Cases cases, ExceptionCaseRow row) =>
        CaseReading.Title(row, cases.Catalogue.Explain(new(row.FaultKind, row.FaultCode, row.ProviderCode, null, row.Sample)));

    private async Task<Cases> CasesAsync(ControlPlaneDbContext context, TenantScope tenant, CancellationToken ct)
    {
        var kept = _kept.GetOrAdd(tenant.TenantId, _ => new());
        await kept.Gate.WaitAsync(ct);
        try
        {
            var now = _clock.GetUtcNow();
            if (kept.Cases is { } cases && now >= cases.ReadAt && now - cases.ReadAt < KeepFor)
                return cases;
            return kept.Cases = await _reading.ReadAsync(context, _own is null ? _causes : await _own.EffectiveAsync(tenant, ct), ct);
        }
        finally
        {
            kept.Gate.Release();
        }
    }

    /// <summary>With the evidence that lists show: without it a system's refusal would look like ours.</summary>
    private async Task<Dictionary<Guid, VerdictFacts>> FactsAsync(ControlPlaneDbContext context, IReadOnlyList<TransactionRow> rows, CancellationToken ct) =>
        (await new ListFacts(_builder).ItemsAsync(context, rows, ct)).ToDictionary(i => i.Id, i => i.Facts);

    /// <summary>Whose move it is, and whose it is here, by the oldest order of each.</summary>
    private async Task MovesAsync(ControlPlaneDbContext context, List<CaseItem> shown, DateTimeOffset readAt, CancellationToken ct)
    {
        var oldest = new List<TransactionRow?>();
        foreach (var item in shown)
            oldest.Add(await OldestAsync(context, item, ct));
        var facts = await FactsAsync(context, [.. oldest.OfType<TransactionRow>()], ct);
        for (var i = 0; i < shown.Count; i++)
            shown[i] = shown[i] with { Owner = oldest[i]?.Owner };
        for (var i = 0; i < shown.Count; i++)
            if (oldest[i] is { } row && facts.GetValueOrDefault(row.Id) is { } known)
                shown[i] = shown[i] with { Move = VerdictRules.Decide(known, readAt, TimeZoneInfo.Utc).Move };
    }

    private static async Task<TransactionRow?> OldestAsync(ControlPlaneDbContext context, CaseItem item, CancellationToken ct)
    {
        TransactionRow? oldest = null;
        // One part at a time: each is the begin of a range of the index.
        foreach (var part in item.Stuck == 0 ? [] : item.Parts.Take(10))
            if (await context.Transactions.AsNoTracking().Where(t => t.CaseId == part && t.State == TransactionState.Stuck).OrderBy(t => t.Id).FirstOrDefaultAsync(ct) is { } row
                && (oldest is null || row.Since < oldest.Since))
                oldest = row;
        return oldest;
    }

    private static bool Fits(CaseItem item, CaseFilter filter) =>
        (filter.Phases.Count == 0 ? CaseFilter.NeedSomebody : filter.Phases).Contains(item.Standing.Phase)
        && (filter.System is not { } system || (item.System?.Key ?? "") == system)
        && (filter.Text is not { Length: > 0 } text
            || new[] { item.Title, item.Sample, item.Pattern, item.Code, item.Operation, item.Cause?.What ?? "" }.Any(t => t.Contains(text, StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<CaseItem> Sort(IEnumerable<CaseItem> items, CaseSort sort) => (sort switch
    {
        CaseSort.Money => items.OrderByDescending(c => c.Money.Sum(m => m.ToDecimal())).ThenByDescending(c => c.Stuck),
        CaseSort.Stuck => items.OrderByDescending(c => c.Stuck),
        CaseSort.Age => items.OrderBy(c => c.StuckSince ?? DateTimeOffset.MaxValue),
        CaseSort.Recent => items.OrderByDescending(c => c.LastSeen),
        _ => throw new ArgumentOutOfRangeException(nameof(sort)),
    }).ThenBy(c => c.Id);

    private sealed class Kept
    {
        public SemaphoreSlim Gate { get; } = new(1, 1);

        public Cases? Cases { get; set; }
    }
}
