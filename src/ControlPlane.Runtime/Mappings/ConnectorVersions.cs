using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Mappings;

/// <param name="InService">True for the newest: what is in service is always the newest.</param>
public sealed record ConnectorVersion(int Version, string Digest, DateTimeOffset At, string Author, string Reason, string? Waiver, bool InService);

/// <summary>What was published of each connector, by whom and why; and the drafts that people have not published yet.</summary>
public sealed class ConnectorVersions(IControlPlaneDb db, TimeProvider clock)
{
    public const int Most = 200;

    /// <summary>Newest first, at most <see cref="Most"/>; empty for a connector that is only built in.</summary>
    public async Task<IReadOnlyList<ConnectorVersion>> ListAsync(TenantScope tenant, string name, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.ConnectorVersions.AsNoTracking().Where(v => v.Name == name).OrderByDescending(v => v.Version).Take(Most)
            .Select(v => new { v.Version, v.Digest, v.CreatedAt, v.CreatedBy, v.Reason, v.Waiver }).ToListAsync(ct);
        return [.. rows.Select((v, i) => new ConnectorVersion(v.Version, v.Digest, Instant.FromMicroseconds(v.CreatedAt), v.CreatedBy, v.Reason, v.Waiver, i == 0))];
    }

    /// <summary>Null when there is no such version.</summary>
    public async Task<string?> DocumentAsync(TenantScope tenant, string name, int version, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.ConnectorVersions.AsNoTracking().Where(v => v.Name == name && v.Version == version).Select(v => v.Document).FirstOrDefaultAsync(ct);
    }

    /// <summary>The draft of this person; null when there is none.</summary>
    public async Task<ConnectorDraftRow?> DraftAsync(TenantScope tenant, string name, string person, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.ConnectorDrafts.AsNoTracking().FirstOrDefaultAsync(d => d.Name == name && d.Person == person, ct);
    }

    /// <summary>The last word counts: two windows of one person share one draft.</summary>
    public async Task SaveDraftAsync(TenantScope tenant, string name, string person, string document, int basedOn, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var row = await context.ConnectorDrafts.FirstOrDefaultAsync(d => d.Name == name && d.Person == person, ct);
        if (row is null)
            context.ConnectorDrafts.Add(row = new() { TenantId = tenant.TenantId, Name = name, Person = person, BasedOn = basedOn });
        (row.Document, row.SavedAt) = (document, clock.GetUtcNow().ToMicroseconds());
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // Another window made the row in the same moment: its text counts until the next stroke.
        }
    }

    public async Task DropDraftAsync(TenantScope tenant, string name, string person, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        await context.ConnectorDrafts.Where(d => d.Name == name && d.Person == person).ExecuteDeleteAsync(ct);
    }
}
