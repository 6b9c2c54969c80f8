using ControlPlane.Domain.Reviews;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Reviews.Sources;

/// <summary>Every connection: is it still needed, who owns it, are its limits right?</summary>
public sealed class ConnectionReviewables(IControlPlaneDb db, IConnectionRegistry connections) : IReviewableSource
{
    public ReviewKind Kind => ReviewKind.Connection;

    public async Task<IReadOnlyList<Reviewable>> AllAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.Connections.AsNoTracking().Select(c => new { c.Key, c.DisplayName, c.UpdatedAt, c.Revision }).ToListAsync(ct);
        return rows.ConvertAll(c => new Reviewable(
            Kind, c.Key, c.DisplayName, connections.Find(c.Key)?.Owner ?? "", Instant.FromMicroseconds(c.UpdatedAt), $"revision {c.Revision}", $"/connections/{Uri.EscapeDataString(c.Key)}", [c.Key]));
    }
}

/// <summary>Connectors that a user wrote. Owned by whoever owns a connection that uses it.</summary>
public sealed class MappingReviewables(IControlPlaneDb db, IConnectionRegistry connections) : IReviewableSource
{
    public ReviewKind Kind => ReviewKind.Mapping;

    public async Task<IReadOnlyList<Reviewable>> AllAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.ConnectorDocuments.AsNoTracking().Select(c => new { c.Name, c.UpdatedAt, c.Revision }).ToListAsync(ct);
        var using_ = connections.All.ToLookup(c => c.Connector, StringComparer.Ordinal);
        return rows.ConvertAll(c => new Reviewable(
            Kind, c.Name, $"Mapping {c.Name}", using_[c.Name].OrderBy(u => u.Key, StringComparer.Ordinal).Select(u => u.Owner).FirstOrDefault(o => o.Length > 0) ?? "", Instant.FromMicroseconds(c.UpdatedAt), $"version {c.Revision}",
            $"/connectors/{Uri.EscapeDataString(c.Name)}", [.. using_[c.Name].Select(u => u.Key)]));
    }
}
