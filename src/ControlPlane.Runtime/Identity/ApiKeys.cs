using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Identity;

/// <summary>Who an API key is.</summary>
public sealed record ApiKeyHolder(Guid Id, int TenantId, string Name, string Role);

/// <summary>Keys for scripts: made here, kept as hashes, looked up by one index seek per request.</summary>
/// <remarks>A plain SHA-256 is enough: a key is 256 random bits, so there is nothing to guess that slowness would protect.</remarks>
public sealed class ApiKeys(IControlPlaneDb db, TimeProvider clock)
{
    public const string Marker = "cp_";

    /// <summary>Anything longer is not one of ours, and is not hashed.</summary>
    public const int Longest = 256;

    private const int PrefixLength = 10;

    /// <summary>SHA-256, lower-case hex, of the whole key.</summary>
    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Null for an unknown, revoked or expired key alike.</summary>
    public async Task<ApiKeyHolder?> FindAsync(string key, CancellationToken ct)
    {
        if (key.Length is 0 or > Longest)
            return null;
        var hash = Hash(key);
        var now = clock.GetUtcNow().ToMicroseconds();
        await using var context = db.CreateContext();
        // The tenant follows from the key, so the tenant filter cannot apply yet.
        return await context.ApiKeys.IgnoreQueryFilters().AsNoTracking()
            .Where(k => k.Hash == hash && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now))
            .Select(k => new ApiKeyHolder(k.Id, k.TenantId, k.Name, k.Role))
            .FirstOrDefaultAsync(ct);
    }

    /// <summary>Of these keys, the ones that still hold, each with its present role.</summary>
    public async Task<IReadOnlyList<ApiKeyHolder>> StillValidAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        await using var context = db.CreateContext();
        return await context.ApiKeys.IgnoreQueryFilters().AsNoTracking()
            .Where(k => ids.Contains(k.Id) && k.RevokedAt == null && (k.ExpiresAt == null || k.ExpiresAt > now))
            .Select(k => new ApiKeyHolder(k.Id, k.TenantId, k.Name, k.Role))
            .ToListAsync(ct);
    }

    /// <returns>The key itself: shown once, kept nowhere.</returns>
    public async Task<(string Key, Guid Id)> CreateAsync(string name, string role, string createdBy, TimeSpan? lifetime, TenantScope tenant, CancellationToken ct)
    {
        if (!PortalRoles.All.Contains(role))
            throw new ArgumentException($"'{role}' is no role.", nameof(role));
        var key = Marker + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var now = clock.GetUtcNow();
        var row = new ApiKeyRow
        {
            Id = EntityId.New(clock),
            Name = name,
            Prefix = key[..PrefixLength],
            Hash = Hash(key),
            Role = role,
            CreatedAt = now.ToMicroseconds(),
            CreatedBy = createdBy,
            ExpiresAt = lifetime is { } l ? (now + l).ToMicroseconds() : null,
        };
        await using var context = db.CreateContext(tenant);
        context.ApiKeys.Add(row);
        await context.SaveChangesAsync(ct);
        return (key, row.Id);
    }

    /// <summary>False when there is no such key, or it was revoked already.</summary>
    public async Task<bool> RevokeAsync(Guid id, TenantScope tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        await using var context = db.CreateContext(tenant);
        return await context.ApiKeys.Where(k => k.Id == id && k.RevokedAt == null)
            .ExecuteUpdateAsync(s => s.SetProperty(k => k.RevokedAt, now), ct) == 1;
    }
}
