using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>
/// The splits in memory, read by every failing step without asking the database. What a node groups before it knows of a split is
/// put right within seconds by <see cref="CaseKeeper"/>.
/// </summary>
internal sealed class CaseSplits(IControlPlaneDb db)
{
    private volatile Kept _kept = new(new Dictionary<int, ILookup<Guid, CaseSplit>>());

    private static readonly ILookup<Guid, CaseSplit> None = Array.Empty<CaseSplit>().ToLookup(s => s.Case);

    public ILookup<Guid, CaseSplit> Of(int tenantId) => _kept.ByTenant.GetValueOrDefault(tenantId) ?? None;

    public async Task ReadAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var rows = await context.ExceptionCaseSplits.IgnoreQueryFilters().AsNoTracking().Where(s => s.UndoneAt == null).ToListAsync(ct);
        _kept = new(rows.GroupBy(r => r.TenantId).ToDictionary(g => g.Key, g => g.Select(r => new CaseSplit(r.CaseId, r.By, r.Value)).ToLookup(s => s.Case)));
    }

    private sealed record Kept(IReadOnlyDictionary<int, ILookup<Guid, CaseSplit>> ByTenant);
}
