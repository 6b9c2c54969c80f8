using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Api;

/// <summary>What to do with a write that carries an Idempotency-Key.</summary>
public abstract record IdempotencyClaim
{
    /// <summary>Nobody had the key: do it, then <see cref="IdempotentAnswers.KeepAsync"/> or <see cref="IdempotentAnswers.ReleaseAsync"/>.</summary>
    public sealed record Ours(string Key) : IdempotencyClaim;

    /// <summary>Done before: give this answer again. <paramref name="Body"/> is null where it was not kept.</summary>
    public sealed record Answered(int Status, string? Body) : IdempotencyClaim;

    /// <summary>The first request with this key is still being worked on.</summary>
    public sealed record Running : IdempotencyClaim;

    /// <summary>The key was used for something else.</summary>
    public sealed record OtherContent : IdempotencyClaim;
}

/// <summary>
/// Remembers the answers of API writes for 24 hours (draft-ietf-httpapi-idempotency-key-header). The row's key decides
/// who is first, also between two nodes.
/// </summary>
public sealed class IdempotentAnswers(IControlPlaneDb db, TimeProvider clock)
{
    public static readonly TimeSpan KeptFor = TimeSpan.FromHours(24);

    /// <summary>No request of ours takes as long: whoever claimed it then died, and its work is safe to begin again under the same key.</summary>
    private static readonly TimeSpan Abandoned = TimeSpan.FromMinutes(2);

    /// <param name="caller">Who sent it: two callers may use the same key.</param>
    /// <param name="digest">SHA-256, hex, of route and body.</param>
    public async Task<IdempotencyClaim> ClaimAsync(TenantScope tenant, string caller, string key, string digest, CancellationToken ct)
    {
        var name = $"{caller}/{key}";
        var now = clock.GetUtcNow();
        for (var round = 0; ; round++)
        {
            if (await TryInsertAsync(tenant, name, digest, now, ct))
                return new IdempotencyClaim.Ours(name);
            await using var context = db.CreateContext(tenant);
            if (await context.IdempotentAnswers.AsNoTracking().FirstOrDefaultAsync(a => a.Key == name, ct) is not { } row)
            {
                // Released between the two looks. Twice in a row is no accident any more.
                if (round > 2)
                    return new IdempotencyClaim.Running();
                continue;
            }

            var age = now - Instant.FromMicroseconds(row.CreatedAt);
            if (age >= KeptFor || (row.Status == 0 && row.Digest == digest && age >= Abandoned))
            {
                // Whoever deletes exactly this row goes on to claim anew; the unique key decides again.
                await context.IdempotentAnswers.Where(a => a.Key == name && a.CreatedAt == row.CreatedAt).ExecuteDeleteAsync(ct);
                if (round > 2)
                    return new IdempotencyClaim.Running();
                continue;
            }

            return row.Digest != digest ? new IdempotencyClaim.OtherContent()
                : row.Status == 0 ? new IdempotencyClaim.Running()
                : new IdempotencyClaim.Answered(row.Status, row.Answer);
        }
    }

    /// <param name="body">Null where the answer holds something that is shown once.</param>
    public async Task KeepAsync(TenantScope tenant, IdempotencyClaim.Ours claim, int status, string? body, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        await context.IdempotentAnswers.Where(a => a.Key == claim.Key).ExecuteUpdateAsync(s => s.SetProperty(a => a.Status, status).SetProperty(a => a.Answer, body), ct);
    }

    /// <summary>It failed on our side: the caller may try again with the same key.</summary>
    public async Task ReleaseAsync(TenantScope tenant, IdempotencyClaim.Ours claim, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        await context.IdempotentAnswers.Where(a => a.Key == claim.Key && a.Status == 0).ExecuteDeleteAsync(ct);
    }

    /// <summary>Forgets what is older than a day; safe to run any time and on several nodes.</summary>
    public async Task<int> SweepAsync(CancellationToken ct)
    {
        var before = (clock.GetUtcNow() - KeptFor).ToMicroseconds();
        await using var context = db.CreateContext();
        return await context.IdempotentAnswers.IgnoreQueryFilters().Where(a => a.CreatedAt < before).ExecuteDeleteAsync(ct);
    }

    private async Task<bool> TryInsertAsync(TenantScope tenant, string name, string digest, DateTimeOffset now, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        context.IdempotentAnswers.Add(new() { Key = name, Digest = digest, CreatedAt = now.ToMicroseconds() });
        try
        {
            await context.SaveChangesAsync(ct);
            return true;
        }
        catch (DbUpdateException)
        {
            // Somebody has the key; if the database itself is in trouble, the read that follows says so.
            return false;
        }
    }
}
