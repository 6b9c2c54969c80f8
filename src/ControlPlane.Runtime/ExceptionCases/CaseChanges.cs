using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

/// <param name="What"><c>flow order-to-shipment</c>, <c>connector woocommerce</c>.</param>
/// <param name="Version">The one that was published.</param>
public sealed record CaseChange(string What, int Version, DateTimeOffset At, string By, string Reason);

/// <summary>What was published between the last failure of the old days and the first one after a case came back: "regressed after version 4 of …".</summary>
internal sealed class CaseChanges(ControlPlaneDbContext context, IReadOnlyList<Guid> parts)
{
    private const int Most = 5;

    /// <param name="system">Key of the connection that the case is about; null = ours.</param>
    /// <param name="back">Begin of the hour since which it is back.</param>
    /// <returns>Newest first. Empty where nothing was published, or the members of the old days are forgotten.</returns>
    public async Task<IReadOnlyList<CaseChange>> BetweenAsync(string? system, DateTimeOffset back, CancellationToken ct)
    {
        var at = back.ToMicroseconds();
        var members = context.ExceptionCaseMembers.AsNoTracking().Where(m => parts.Contains(m.CaseId));
        var before = await members.Where(m => m.At < at).MaxAsync(m => (long?)m.At, ct);
        var first = await members.Where(m => m.At >= at).OrderBy(m => m.At).Select(m => new { m.At, m.Flow, m.Channel }).FirstOrDefaultAsync(ct);
        if (before is not { } last || first is null)
            return [];
        var connections = new[] { system, first.Channel }.OfType<string>().ToList();
        var connectors = await context.Connections.AsNoTracking().Where(c => connections.Contains(c.Key)).Select(c => c.Connector).Distinct().ToListAsync(ct);
        var flows = await context.FlowVersions.AsNoTracking().Where(f => f.Name == first.Flow && f.CreatedAt > last && f.CreatedAt <= first.At)
            .OrderByDescending(f => f.Version).Take(Most).Select(f => new { f.Name, f.Version, f.CreatedAt, f.CreatedBy, f.Reason }).ToListAsync(ct);
        var published = await context.ConnectorVersions.AsNoTracking().Where(v => connectors.Contains(v.Name) && v.CreatedAt > last && v.CreatedAt <= first.At)
            .OrderByDescending(v => v.CreatedAt).Take(Most).Select(v => new { v.Name, v.Version, v.CreatedAt, v.CreatedBy, v.Reason }).ToListAsync(ct);
        return [.. flows.Select(f => new CaseChange($"flow {f.Name}", f.Version, Instant.FromMicroseconds(f.CreatedAt), f.CreatedBy, f.Reason))
            .Concat(published.Select(v => new CaseChange($"connector {v.Name}", v.Version, Instant.FromMicroseconds(v.CreatedAt), v.CreatedBy, v.Reason)))
            .OrderByDescending(c => c.At).Take(Most)];
    }
}
