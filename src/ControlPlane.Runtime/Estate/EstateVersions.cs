using System.Security.Cryptography;
using System.Text;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Estate;

/// <param name="Code"><c>done</c>, <c>unchanged</c>, <c>invalid</c>, <c>reason_missing</c>, <c>changed_meanwhile</c> or <c>not_found</c>.</param>
/// <param name="Version">The one in service now; 0 = none.</param>
public sealed record EstateVersionOutcome(bool Accepted, string Code, string Message, int Version, IReadOnlyList<EstateProblem> Problems);

/// <summary>One version of a document.</summary>
/// <param name="Removed">True: with it the document was taken out of service.</param>
public sealed record EstateVersion(string Kind, string Name, int Version, string Document, bool Removed, DateTimeOffset At, string By, string Reason);

/// <summary>
/// Keeps documents of every <see cref="IEstateKind"/>: each change is a version with author and reason, none is ever lost, and the newest
/// is in service at once on every node, because it is read where it is needed.
/// </summary>
public sealed class EstateVersions(IControlPlaneDb db, IEnumerable<IEstateKind> kinds, TimeProvider clock)
{
    public const int LongestReason = 300;

    private const int MostVersions = 200;

    public IReadOnlyList<IEstateKind> Kinds { get; } = [.. kinds];

    /// <summary>What is in service of one kind, by name.</summary>
    public async Task<IReadOnlyList<EstateVersion>> NewestAsync(TenantScope tenant, string kind, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.EstateVersions.AsNoTracking()
            .Where(v => v.Kind == kind && !v.Removed && !context.EstateVersions.Any(later => later.Kind == v.Kind && later.Name == v.Name && later.Version > v.Version))
            .OrderBy(v => v.Name).ToListAsync(ct);
        return rows.ConvertAll(Of);
    }

    /// <returns>Null when there is none in service.</returns>
    public async Task<EstateVersion?> FindAsync(TenantScope tenant, string kind, string name, CancellationToken ct) =>
        (await VersionsAsync(tenant, kind, name, 1, ct)) is [{ Removed: false } newest] ? newest : null;

    /// <summary>Newest first, at most 200.</summary>
    public Task<IReadOnlyList<EstateVersion>> VersionsAsync(TenantScope tenant, string kind, string name, CancellationToken ct) => VersionsAsync(tenant, kind, name, MostVersions, ct);

    private async Task<IReadOnlyList<EstateVersion>> VersionsAsync(TenantScope tenant, string kind, string name, int most, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.EstateVersions.AsNoTracking().Where(v => v.Kind == kind && v.Name == name).OrderByDescending(v => v.Version).Take(most).ToListAsync(ct);
        return rows.ConvertAll(Of);
    }

    public async Task<EstatePlanItem> PlanAsync(TenantScope tenant, EstateObject.OfKind of, CancellationToken ct)
    {
        var before = await FindAsync(tenant, of.Kind, of.Name, ct);
        var change = before is null ? EstateChange.Create : before.Document == of.Text.Trim() ? EstateChange.Unchanged : EstateChange.Change;
        return new(of.Kind, of.Name, change, of.Source, before?.Document ?? "", of.Text.Trim());
    }

    public async Task<(EstatePlanItem Item, IReadOnlyList<EstateProblem> Problems)> ApplyAsync(TenantScope tenant, EstateObject.OfKind of, string author, string reason, CancellationToken ct)
    {
        var item = await PlanAsync(tenant, of, ct);
        if (item.Change == EstateChange.Unchanged)
            return (item, []);
        var outcome = await WriteAsync(tenant, of.Kind, of.Name, of.Text, removed: false, null, author, reason.Trim() is { Length: > 0 and <= LongestReason } said ? said : "applied as configuration", ct);
        return (item, outcome.Accepted ? [] : [new(of.Source, 0, "", outcome.Message)]);
    }

    /// <summary>Brings a document into service that somebody wrote in the portal or sent to the API.</summary>
    /// <param name="name">The one that is meant; the document has to have it.</param>
    /// <param name="basedOn">The version that the author saw, 0 = none; null = whatever is there.</param>
    public async Task<EstateVersionOutcome> PutAsync(TenantScope tenant, IEstateKind kind, string name, string text, int? basedOn, string author, string reason, CancellationToken ct)
    {
        var problems = kind.Check(new("portal", text)).ToList();
        if (problems.Count == 0 && NameOf(text) is var said && said != name)
            problems.Add(new("portal", 0, "metadata.name", $"'{said}' stands here; this is the document {name}."));
        if (problems.Count > 0)
            return new(false, "invalid", problems.Count == 1 ? problems[0].ToString() : $"{problems.Count} things keep it from coming into service. The first: {problems[0]}", basedOn ?? 0, problems);
        return await WriteAsync(tenant, kind.Kind, name, text, removed: false, basedOn, author, reason, ct);
    }

    public Task<EstateVersionOutcome> RemoveAsync(TenantScope tenant, string kind, string name, int? basedOn, string author, string reason, CancellationToken ct) =>
        WriteAsync(tenant, kind, name, "", removed: true, basedOn, author, reason, ct);

    private async Task<EstateVersionOutcome> WriteAsync(TenantScope tenant, string kind, string name, string text, bool removed, int? basedOn, string author, string reason, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var newest = await context.EstateVersions.AsNoTracking().Where(v => v.Kind == kind && v.Name == name).OrderByDescending(v => v.Version).FirstOrDefaultAsync(ct);
        var version = newest?.Version ?? 0;
        if (reason.Trim().Length is 0 or > LongestReason || reason.Any(char.IsControl))
            return new(false, "reason_missing", $"Say why, in 1 to {LongestReason} characters on one line: the version keeps it.", version, []);
        if (removed && newest is null or { Removed: true })
            return new(false, "not_found", $"There is no {kind} {name}.", version, []);
        if (basedOn is { } based && based != version)
            return Changed(newest);
        var document = removed ? newest!.Document : text.ReplaceLineEndings("\n").Trim();
        if (!removed && newest is { Removed: false } && newest.Document == document)
            return new(true, "unchanged", "Nothing is different from what is in service.", version, []);
        context.EstateVersions.Add(new()
        {
            TenantId = tenant.TenantId, Kind = kind, Name = name, Version = version + 1, Digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document))), Document = document, Removed = removed,
            CreatedAt = clock.GetUtcNow().ToMicroseconds(), CreatedBy = PayloadRows.Cut(author, ColumnLengths.Identifier)!, Reason = reason.Trim(),
        });
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // The number is the claim: somebody took it in the same moment.
            await using var other = db.CreateContext(tenant);
            if (await other.EstateVersions.AsNoTracking().FirstOrDefaultAsync(v => v.Kind == kind && v.Name == name && v.Version == version + 1, ct) is { } theirs)
                return Changed(theirs);
            throw;
        }

        return new(true, "done", removed ? "It is out of service. Its versions are kept." : $"Version {version + 1} is in service.", version + 1, []);
    }

    private static EstateVersionOutcome Changed(EstateVersionRow? theirs) =>
        new(false, "changed_meanwhile", theirs is null ? "It is not there any more. Open the page again." : $"{theirs.CreatedBy} made version {theirs.Version} meanwhile: {theirs.Reason} Look at it, then try again.", theirs?.Version ?? 0, []);

    private static string NameOf(string text) => StrictYaml.Documents(text, "", []) is [var root, ..] ? root.Child("metadata")?.Text("name", "") ?? "" : "";

    private static EstateVersion Of(EstateVersionRow row) => new(row.Kind, row.Name, row.Version, row.Document, row.Removed, Instant.FromMicroseconds(row.CreatedAt), row.CreatedBy, row.Reason);
}
