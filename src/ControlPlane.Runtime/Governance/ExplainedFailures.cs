using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Governance;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Governance;

/// <summary>How many failures of each connection the catalogue of causes explains. A general entry explains nothing.</summary>
internal sealed class ExplainedFailures(IConnectionRegistry connections, CauseStore causes)
{
    public async Task<IReadOnlyDictionary<string, ExplainedFact>> ReadAsync(ControlPlaneDbContext context, TenantScope tenant, DateTimeOffset now, CancellationToken ct)
    {
        var from = now.AddDays(-GovernanceFactsReader.Days).ToMicroseconds();
        var counts = context.ExceptionCaseHours.AsNoTracking().Where(h => h.Hour >= from).GroupBy(h => h.CaseId).Select(g => new { Case = g.Key, Failures = g.Sum(h => (long)h.Failures) });
        var rows = await (from count in counts
            join item in context.ExceptionCases.AsNoTracking() on count.Case equals item.Id
            where item.System != null
            select new { item.System, item.FaultKind, item.FaultCode, item.ProviderCode, item.Sample, count.Failures }).ToListAsync(ct);
        if (rows.Count == 0)
            return new Dictionary<string, ExplainedFact>();
        var catalogue = await causes.EffectiveAsync(tenant, ct);
        return rows.GroupBy(r => r.System!, StringComparer.Ordinal).ToDictionary(
            g => g.Key,
            g => new ExplainedFact(
                g.Sum(r => r.Failures),
                g.Where(r => catalogue.Explain(new CauseQuestion(r.FaultKind, r.FaultCode, r.ProviderCode, connections.Find(r.System!)?.Connector, r.Sample)) is { General: false }).Sum(r => r.Failures)),
            StringComparer.Ordinal);
    }
}
