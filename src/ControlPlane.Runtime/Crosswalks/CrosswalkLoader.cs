using ControlPlane.Domain.Crosswalks;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>Brings what the tables say into service: everything at first, then only what changed.</summary>
public sealed class CrosswalkLoader(IControlPlaneDb db, CrosswalkBoard board) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1, 1);
    private long? _seen;

    /// <returns>True when something new came into service.</returns>
    public async Task<bool> RefreshAsync(CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            await using var context = db.CreateContext(TenantScope.Default);
            var now = await context.CrosswalkRevisions.MaxAsync(r => (long?)r.Revision, ct) ?? 0;
            if (now == _seen)
                return false;
            var tables = await TablesAsync(context, ct);
            board.Replace(_seen is { } before ? board.Current.With(now, tables, await ChangesAsync(context, before, now, ct)) : await AllAsync(context, now, tables, ct));
            _seen = now;
            return true;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The standard ones, as people changed them, and those that people added.</summary>
    internal static async Task<IReadOnlyList<CrosswalkTable>> TablesAsync(ControlPlaneDbContext context, CancellationToken ct)
    {
        var own = (await context.CrosswalkTables.AsNoTracking().ToListAsync(ct)).ConvertAll(t => t.ToTable());
        return [.. CrosswalkTable.Standard.Where(s => own.TrueForAll(o => o.Name != s.Name)).Concat(own).OrderBy(t => t.Name, StringComparer.Ordinal)];
    }

    private static async Task<CrosswalkSnapshot> AllAsync(ControlPlaneDbContext context, long now, IReadOnlyList<CrosswalkTable> tables, CancellationToken ct)
    {
        var entries = new List<(string, CrosswalkEntry)>();
        await foreach (var row in AsOf(context, now).Where(v => v.State == CrosswalkState.Approved).AsAsyncEnumerable().WithCancellation(ct))
            entries.Add((row.Crosswalk, CrosswalkSql.Entry(row)));
        return CrosswalkSnapshot.Build(now, tables, entries);
    }

    private static async Task<IReadOnlyCollection<CrosswalkDelta>> ChangesAsync(ControlPlaneDbContext context, long before, long now, CancellationToken ct)
    {
        var changed = await AsOf(context, now).Where(v => v.Revision > before).ToListAsync(ct);
        // From the few that changed to what they were: not through all that there are.
        var were = await AsOf(context, now).Where(v => v.Revision > before)
            .Join(context.CrosswalkEntries.AsNoTracking(), v => v.Entry, w => w.Entry, (_, w) => w).Where(w => w.Revision <= before && w.ReplacedIn > before && w.ReplacedIn <= now).ToDictionaryAsync(w => w.Entry, ct);
        return [.. changed.Select(v => new CrosswalkDelta(v.Crosswalk, were.TryGetValue(v.Entry, out var was) ? CrosswalkSql.Entry(was) : null, CrosswalkSql.Entry(v)))];
    }

    /// <summary>The versions that counted at a revision.</summary>
    internal static IQueryable<CrosswalkEntryRow> AsOf(ControlPlaneDbContext context, long revision) =>
        context.CrosswalkEntries.AsNoTracking().Where(v => v.Revision <= revision && (v.ReplacedIn == null || v.ReplacedIn > revision));

    public void Dispose() => _one.Dispose();
}
