using System.Text.Json;
using ControlPlane.Domain.Schemas.Drift;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Schemas;

/// <param name="Before">Share of documents before, 0 to 1.</param>
/// <param name="Now">Share of documents on the day it was last seen, 0 to 1.</param>
public sealed record DriftItem(
    Guid Id, string Connection, string Topic, DriftKind Kind, string Path, string Detail, double Before, double Now, int Documents, IReadOnlyList<Guid> Samples,
    DateTimeOffset FirstSeenAt, DateTimeOffset LastSeenAt, DriftState State, string? By, string? Reason);

/// <summary>How often a field was there in the days that the profile knows.</summary>
/// <param name="Of">Documents in which it could have been.</param>
/// <param name="Held">Documents in which it was.</param>
public sealed record FieldUse(string Connection, string Topic, string Field, int Of, int Held);

/// <summary>What was found, and what people say of it.</summary>
public sealed class DriftDesk(IControlPlaneDb db, TimeProvider clock)
{
    public const int PageSize = 50;

    /// <param name="before">Id of the last one of the page before; null = from the newest.</param>
    public async Task<IReadOnlyList<DriftItem>> ListAsync(TenantScope tenant, string? connection, DriftState? state, Guid? before, int count, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = context.DriftFindings.AsNoTracking();
        if (connection is not null)
            rows = rows.Where(f => f.Connection == connection);
        if (state is { } wanted)
            rows = rows.Where(f => f.State == wanted);
        if (before is { } edge)
            rows = rows.Where(f => f.Id.CompareTo(edge) < 0);
        return [.. (await rows.OrderByDescending(f => f.Id).Take(count).ToListAsync(ct)).Select(Item)];
    }

    /// <summary>Null when there is no such finding.</summary>
    public async Task<DriftItem?> SettleAsync(TenantScope tenant, Guid id, DriftState state, string by, string reason, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.DriftFindings.FirstOrDefaultAsync(f => f.Id == id, ct) is not { } row)
            return null;
        (row.State, row.By, row.Reason) = (state, by, reason);
        await context.SaveChangesAsync(ct);
        return Item(row);
    }

    /// <summary>How often each field of a connector's documents came, over all its connections.</summary>
    public async Task<IReadOnlyList<FieldUse>> UseAsync(TenantScope tenant, string connector, string? topic, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var keys = await context.Connections.AsNoTracking().Where(c => c.Connector == connector).Select(c => c.Key).ToListAsync(ct);
        var rows = await context.ShapeProfiles.AsNoTracking().Where(p => keys.Contains(p.Connection) && (topic == null || p.Topic == topic)).ToListAsync(ct);
        var since = (int)(clock.GetUtcNow().ToMicroseconds() / 86_400_000_000L) - 30;
        return [.. rows.SelectMany(r => ShapeProfile.FromBytes(r.Profile)?.Days.Where(d => d.Key.Kind == ShapeKind.Present)
            .Select(d => new FieldUse(r.Connection, r.Topic, d.Key.Path, d.Value.Where(x => x.Day > since).Sum(x => x.Of), d.Value.Where(x => x.Day > since).Sum(x => x.Held))) ?? [])];
    }

    private static DriftItem Item(DriftFindingRow row) => new(
        row.Id, row.Connection, row.Topic, row.Kind, row.Path, row.Detail, row.Before, row.Now, row.Documents, JsonSerializer.Deserialize<List<Guid>>(row.Samples) ?? [],
        Instant.FromMicroseconds(row.FirstSeenAt), Instant.FromMicroseconds(row.LastSeenAt), row.State, row.By, row.Reason);
}
