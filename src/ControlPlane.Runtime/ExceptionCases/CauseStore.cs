using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>What became of a change of the catalogue.</summary>
public abstract record CauseOutcome
{
    /// <param name="Version">The one that is in service now.</param>
    public sealed record Done(int Version) : CauseOutcome;

    /// <summary>It is like this already; no new version was made.</summary>
    public sealed record Unchanged(int Version) : CauseOutcome;

    public sealed record Refused(IReadOnlyList<CauseProblem> Problems) : CauseOutcome;

    /// <summary>Somebody else changed the catalogue since this change was begun.</summary>
    /// <param name="By">Who published the version that is in service.</param>
    public sealed record Overtaken(int Version, string By) : CauseOutcome;

    /// <param name="What"><c>entry</c> or <c>version</c>.</param>
    public sealed record NotFound(string What) : CauseOutcome;
}

/// <summary>
/// The installation's own entries over those that are shipped. Each change is a whole version with author and reason; nodes take up
/// the newest within <see cref="LookEvery"/>.
/// </summary>
public sealed class CauseStore(IControlPlaneDb db, CauseCatalogue shipped, TimeProvider clock)
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    public const int LongestReason = 300;

    private readonly ConcurrentDictionary<int, Kept> _kept = new();

    /// <summary>What comes with the product, without what is changed here.</summary>
    public CauseCatalogue Shipped => shipped;

    /// <summary>What answers: own entries over the shipped ones.</summary>
    public async Task<CauseCatalogue> EffectiveAsync(TenantScope tenant, CancellationToken ct) => (await NewestAsync(tenant, ct)).Effective;

    /// <summary>The version in service (0 = none was ever made) and its own entries.</summary>
    public async Task<(int Version, IReadOnlyList<Cause> Own)> OwnAsync(TenantScope tenant, CancellationToken ct)
    {
        var kept = await NewestAsync(tenant, ct);
        return (kept.Version, kept.Own);
    }

    /// <param name="basedOn">Version that was in service when the change was begun; null = whatever is.</param>
    public Task<CauseOutcome> PutAsync(TenantScope tenant, Cause entry, int? basedOn, string author, string reason, CancellationToken ct) => ChangeAsync(tenant, own =>
    {
        var at = own.FindIndex(c => c.Id == entry.Id);
        if (at < 0)
            own.Add(entry);
        else
            own[at] = entry;
        return at >= 0 ? $"changed {entry.Id}" : shipped.Find(entry.Id) is null ? $"added {entry.Id}" : $"overrode {entry.Id}";
    }, CauseRules.Check(entry), basedOn, author, reason, ct);

    /// <summary>Takes an own entry out; a shipped one that it stood for answers again.</summary>
    public Task<CauseOutcome> RemoveAsync(TenantScope tenant, string id, int? basedOn, string author, string reason, CancellationToken ct) => ChangeAsync(tenant, own =>
        own.RemoveAll(c => c.Id == id) == 0 ? null : shipped.Find(id) is null ? $"removed {id}" : $"went back to the shipped {id}", [], basedOn, author, reason, ct);

    /// <summary>The entries of an old version come into service again, as a new version.</summary>
    public async Task<CauseOutcome> RollBackAsync(TenantScope tenant, int version, string author, string reason, CancellationToken ct)
    {
        if (await DocumentAsync(tenant, version, ct) is not { } document)
            return new CauseOutcome.NotFound("version");
        return await ReplaceAsync(tenant, Causes.Own(document), $"went back to version {version}", author, reason, ct);
    }

    /// <summary>All own entries at once: what a configuration document holds, or an old version.</summary>
    public Task<CauseOutcome> ReplaceAsync(TenantScope tenant, IReadOnlyList<Cause> entries, string text, string author, string reason, CancellationToken ct) => ChangeAsync(tenant, own =>
    {
        own.Clear();
        own.AddRange(entries);
        return text;
    }, [.. entries.SelectMany(CauseRules.Check)], null, author, reason, ct);

    /// <summary>Newest first.</summary>
    public async Task<IReadOnlyList<CauseVersion>> VersionsAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.CauseVersions.AsNoTracking().OrderByDescending(v => v.Version).Take(CauseVersion.Most)
            .Select(v => new { v.Version, v.CreatedAt, v.CreatedBy, v.Reason, v.Text }).ToListAsync(ct);
        return [.. rows.Select((v, i) => new CauseVersion(v.Version, Instant.FromMicroseconds(v.CreatedAt), v.CreatedBy, v.Text, v.Reason, i == 0))];
    }

    /// <summary>Null when there is no such version.</summary>
    public async Task<string?> DocumentAsync(TenantScope tenant, int version, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.CauseVersions.AsNoTracking().Where(v => v.Version == version).Select(v => v.Document).FirstOrDefaultAsync(ct);
    }

    private async Task<CauseOutcome> ChangeAsync(TenantScope tenant, Func<List<Cause>, string?> change, IReadOnlyList<CauseProblem> problems, int? basedOn, string author, string reason, CancellationToken ct)
    {
        reason = reason.Trim();
        if (reason.Length is 0 or > LongestReason || reason.Any(char.IsControl))
            problems = [.. problems, new("reason", $"Allowed: 1 to {LongestReason} characters on one line.")];
        if (problems.Count > 0)
            return new CauseOutcome.Refused(problems);
        await using var context = db.CreateContext(tenant);
        var newest = await context.CauseVersions.AsNoTracking().OrderByDescending(v => v.Version).FirstOrDefaultAsync(ct);
        if (basedOn is { } based && based != (newest?.Version ?? 0))
            return new CauseOutcome.Overtaken(newest?.Version ?? 0, newest?.CreatedBy ?? "");
        var own = newest is null ? [] : Causes.Own(newest.Document).ToList();
        if (change(own) is not { } text)
            return new CauseOutcome.NotFound("entry");
        if (own.Count > CauseRules.MostEntries)
            return new CauseOutcome.Refused([new("", $"The catalogue has {own.Count} own entries. Allowed: {CauseRules.MostEntries}.")]);
        var document = Causes.Write(own);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document)));
        if (newest?.Digest == digest || (newest is null && own.Count == 0))
            return new CauseOutcome.Unchanged(newest?.Version ?? 0);
        var version = (newest?.Version ?? 0) + 1;
        context.CauseVersions.Add(new()
        {
            TenantId = tenant.TenantId, Version = version, Digest = digest, Document = document, CreatedAt = clock.GetUtcNow().ToMicroseconds(),
            CreatedBy = PayloadRows.Cut(author, ColumnLengths.Identifier)!, Reason = reason, Text = PayloadRows.Cut(text, ColumnLengths.Summary)!,
        });
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // The number is the claim: somebody took it in the same moment.
            var by = await context.CauseVersions.AsNoTracking().Where(v => v.Version == version).Select(v => v.CreatedBy).FirstOrDefaultAsync(ct);
            if (by is null)
                throw;
            return new CauseOutcome.Overtaken(version, by);
        }

        _kept.TryRemove(tenant.TenantId, out _);
        return new CauseOutcome.Done(version);
    }

    private async Task<Kept> NewestAsync(TenantScope tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var known = _kept.GetValueOrDefault(tenant.TenantId);
        if (known is not null && now >= known.LookedAt && now - known.LookedAt < LookEvery)
            return known;
        await using var context = db.CreateContext(tenant);
        var version = await context.CauseVersions.MaxAsync(v => (int?)v.Version, ct) ?? 0;
        if (known is not null && known.Version == version)
            return _kept[tenant.TenantId] = known with { LookedAt = now };
        var own = version == 0 ? [] : Causes.Own(await context.CauseVersions.AsNoTracking().Where(v => v.Version == version).Select(v => v.Document).FirstAsync(ct));
        return _kept[tenant.TenantId] = new(version, own, shipped.With(own), now);
    }

    private sealed record Kept(int Version, IReadOnlyList<Cause> Own, CauseCatalogue Effective, DateTimeOffset LookedAt);
}

/// <param name="Text">What was done: "changed customer-blocked".</param>
/// <param name="InService">True for the newest.</param>
public sealed record CauseVersion(int Version, DateTimeOffset At, string Author, string Text, string Reason, bool InService)
{
    public const int Most = 200;
}
