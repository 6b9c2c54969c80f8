using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Scorecard;

/// <param name="At">When it came to be as it is.</param>
/// <param name="Document">True: it is one of the estate, and changed there.</param>
internal sealed record KeptPlan(ReportPlan Plan, DateTimeOffset At, string By, bool Document);

/// <summary>All plans in service: those of people, and in place of one with the same name that of a document.</summary>
internal sealed class ReportPlanBook(IControlPlaneDb db, EstateVersions? versions)
{
    /// <summary>By name.</summary>
    public async Task<IReadOnlyList<KeptPlan>> AllAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var plans = (await context.ReportPlans.AsNoTracking().ToListAsync(ct)).ToDictionary(r => r.Name, r => new KeptPlan(ReportPlans.Read(r), Instant.FromMicroseconds(r.UpdatedAt), r.UpdatedBy, false), StringComparer.Ordinal);
        foreach (var version in versions is null ? [] : await versions.NewestAsync(tenant, ReportPlanKind.Name, ct))
            if (ReportPlanKind.Read(version.Document, version.Name, []) is { } plan)
                plans[plan.Name] = new(plan, version.At, version.By, true);
        return [.. plans.Values.OrderBy(p => p.Plan.Name, StringComparer.Ordinal)];
    }

    public async Task<KeptPlan?> FindAsync(TenantScope tenant, string name, CancellationToken ct) => (await AllAsync(tenant, ct)).FirstOrDefault(p => p.Plan.Name == name);

    /// <summary>Whoever has plans of either kind.</summary>
    public async Task<IReadOnlyList<TenantScope>> TenantsAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var rows = await context.ReportPlans.IgnoreQueryFilters().Select(p => p.TenantId).Distinct().ToListAsync(ct);
        var documents = await context.EstateVersions.IgnoreQueryFilters().Where(v => v.Kind == ReportPlanKind.Name).Select(v => v.TenantId).Distinct().ToListAsync(ct);
        return [.. rows.Union(documents).Order().Select(id => new TenantScope(id))];
    }
}
