using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Objectives;

/// <summary>Which versions of indicators are counted, and which one figures are made of.</summary>
public sealed class ObjectiveCounters(IControlPlaneDb db, ObjectiveBoard board, TimeProvider clock)
{
    /// <summary>All that the journal is followed for.</summary>
    internal async Task<IReadOnlyList<Counted>> CountedAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var rows = await context.ObjectiveCounters.IgnoreQueryFilters().AsNoTracking().Where(c => c.State != CounterState.GivenUp).OrderBy(c => c.Id).ToListAsync(ct);
        return [.. rows.Select(r => Counted(r) is { } counted ? counted with { Serves = Serving(rows.Where(o => o.TenantId == r.TenantId), r.Indicator)?.Id == r.Id } : null).OfType<Counted>()];
    }

    internal Counted? Counted(ObjectiveCounterRow row) =>
        board.Of(row.TenantId).Indicator(row.Indicator, row.Version) is { } indicator ? new(row.Id, row.TenantId, indicator, board.Hours(row.TenantId, indicator)) : null;

    /// <summary>A version that nobody counts yet is taken up. Of two nodes one is first.</summary>
    internal async Task TakeUpAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var there = await context.ObjectiveCounters.IgnoreQueryFilters().AsNoTracking().ToListAsync(ct);
        foreach (var tenant in board.Tenants)
            foreach (var newest in board.Of(tenant).Newest(ObjectiveDocumentKind.Indicator).Where(n => !there.Exists(t => t.TenantId == tenant && t.Indicator == n.Definition.Name && t.Version == n.Version)))
                await AddAsync(tenant, newest.Definition.Name, newest.Version, 1, ct);
    }

    /// <summary>Counts the version in service anew, from the journal. What is there stays in service until that is done.</summary>
    /// <returns>False when the indicator is not counted, or is being counted already.</returns>
    public async Task<bool> RecountAsync(TenantScope tenant, string indicator, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.ObjectiveCounters.AsNoTracking().Where(c => c.Indicator == indicator).ToListAsync(ct);
        if (rows.Count == 0 || rows.Exists(r => r.State == CounterState.Counting) || rows.Find(r => r.State == CounterState.Serving) is not { } serving)
            return false;
        return await AddAsync(tenant.TenantId, indicator, serving.Version, rows.Where(r => r.Version == serving.Version).Max(r => r.Run) + 1, ct);
    }

    /// <summary>The one that figures of an indicator are made of: while the first is counted, that one.</summary>
    public static ObjectiveCounterRow? Serving(IEnumerable<ObjectiveCounterRow> rows, string indicator) =>
        rows.Where(r => r.Indicator == indicator && r.State is CounterState.Serving or CounterState.Counting).OrderBy(r => r.State == CounterState.Serving ? 0 : 1).ThenByDescending(r => r.Version).ThenByDescending(r => r.Run).FirstOrDefault();

    private async Task<bool> AddAsync(int tenant, string indicator, int version, int run, CancellationToken ct)
    {
        await using var context = db.CreateContext(new(tenant));
        var highest = await context.ObjectiveCounters.IgnoreQueryFilters().MaxAsync(c => (int?)c.Id, ct) ?? 0;
        context.ObjectiveCounters.Add(new() { Id = highest + 1, TenantId = tenant, Indicator = indicator, Version = version, Run = run, State = CounterState.Counting, StartedAt = clock.GetUtcNow().ToMicroseconds() });
        try
        {
            await context.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException)
        {
            // Another node added one at the same moment; the next look sees which.
            return false;
        }
    }
}
