using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Schemas;
using ControlPlane.Domain.Schemas.Compatibility;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Schemas;

/// <param name="Against">The version that the new one does not fit with; findings say how, with documents as proof.</param>
public sealed record VersionFindings(int Against, IReadOnlyList<CompatibilityFinding> Findings);

/// <summary>What became of a wish.</summary>
/// <param name="Problems">Why not; codes are stable.</param>
/// <param name="Findings">Set where a promise of compatibility would be broken.</param>
public sealed record SchemaOutcome(bool Done, SchemaVersionRow? Version, IReadOnlyList<Refusal> Problems, IReadOnlyList<VersionFindings> Findings)
{
    public static SchemaOutcome Of(SchemaVersionRow version) => new(true, version, [], []);

    public static SchemaOutcome Not(string code, string field, string message) => new(false, null, [new(code, field, message)], []);
}

/// <summary>
/// Keeps schemas by subject and version. One call, one context, one commit. An active version never changes; what it promises to those
/// before it is checked when it becomes active, and a broken promise needs a reason that is kept.
/// </summary>
public sealed partial class SchemaRegistry(IControlPlaneDb db, TimeProvider clock)
{
    public const int LongestReason = 300;

    private const int SeedMessages = 200;

    public async Task<IReadOnlyList<(SchemaSubjectRow Subject, IReadOnlyList<SchemaVersionRow> Versions)>> OverviewAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var subjects = await context.SchemaSubjects.AsNoTracking().OrderBy(s => s.Name).ToListAsync(ct);
        // Without the documents, which are large.
        var versions = await context.SchemaVersions.AsNoTracking().Select(v => new SchemaVersionRow { TenantId = v.TenantId, Subject = v.Subject, Version = v.Version, State = v.State, ChangedAt = v.ChangedAt }).ToListAsync(ct);
        var bySubject = versions.ToLookup(v => v.Subject, StringComparer.Ordinal);
        return [.. subjects.Select(s => (s, (IReadOnlyList<SchemaVersionRow>)[.. bySubject[s.Name]]))];
    }

    public async Task<IReadOnlyList<SchemaSubjectRow>> SubjectsAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.SchemaSubjects.AsNoTracking().OrderBy(s => s.Name).ToListAsync(ct);
    }

    public async Task<(SchemaSubjectRow Subject, IReadOnlyList<SchemaVersionRow> Versions, IReadOnlyList<SchemaEventRow> Events)?> FindAsync(TenantScope tenant, string name, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.SchemaSubjects.AsNoTracking().FirstOrDefaultAsync(s => s.Name == name, ct) is not { } subject)
            return null;
        return (subject, await context.SchemaVersions.AsNoTracking().Where(v => v.Subject == name).OrderByDescending(v => v.Version).ToListAsync(ct),
            await context.SchemaEvents.AsNoTracking().Where(e => e.Subject == name).OrderByDescending(e => e.Id).Take(200).ToListAsync(ct));
    }

    /// <summary>A new draft, or the same as before when the document is the newest version's already.</summary>
    public async Task<SchemaOutcome> DraftAsync(TenantScope tenant, string subject, string document, string author, string reason, CancellationToken ct)
    {
        if (!SubjectForm().IsMatch(subject))
            return SchemaOutcome.Not("schema.subject", "subject", $"'{subject}' is no subject. Allowed: canonical/order, or connector/topic, of letters, digits, dots, hyphens and slashes, at most 120 characters.");
        if (Why(reason) is { } problem)
            return problem;
        if (JsonSchema.Parse(Encoding.UTF8.GetBytes(document), out var problems) is null)
            return new(false, null, [.. problems.Select(p => new Refusal("schema.not_readable", p.Pointer, p.Message))], []);
        await using var context = db.CreateContext(tenant);
        var row = await context.SchemaSubjects.FirstOrDefaultAsync(s => s.Name == subject, ct);
        if (row is null)
        {
            var parts = subject.Split('/', 2);
            context.SchemaSubjects.Add(row = new()
            {
                TenantId = tenant.TenantId, Name = subject, Title = subject, Mode = CompatibilityMode.Backward,
                Connector = parts[0] == "canonical" ? null : parts[0], Topic = parts[0] == "canonical" ? null : parts[1],
            });
        }

        row.Revision++;
        var newest = await context.SchemaVersions.Where(v => v.Subject == subject).OrderByDescending(v => v.Version).FirstOrDefaultAsync(ct);
        var digest = Digest(document);
        if (newest?.Digest == digest)
            return SchemaOutcome.Of(newest);
        var now = clock.GetUtcNow().ToMicroseconds();
        var version = new SchemaVersionRow
        {
            TenantId = tenant.TenantId, Subject = subject, Version = (newest?.Version ?? 0) + 1, State = SchemaState.Draft, Document = document.Trim(), Digest = digest,
            CreatedAt = now, ChangedAt = now, CreatedBy = author, Reason = reason,
        };
        context.SchemaVersions.Add(version);
        Tell(context, version, "drafted", author, reason);
        await context.SaveChangesAsync(ct);
        return SchemaOutcome.Of(version);
    }

    /// <summary>The canonical schemas of this version of the product; a changed one becomes the next version, and is active at once: the code speaks it.</summary>
    public async Task ShipAsync(TenantScope tenant, CancellationToken ct)
    {
        foreach (var (subject, title, document) in CanonicalSchemas.All)
        {
            if (await DraftAsync(tenant, subject, document, "system", "part of the product", ct) is not { Version: { State: SchemaState.Draft } draft })
                continue;
            await using var context = db.CreateContext(tenant);
            var row = await context.SchemaSubjects.FirstAsync(s => s.Name == subject, ct);
            var version = await context.SchemaVersions.FirstAsync(v => v.Subject == subject && v.Version == draft.Version, ct);
            (row.Title, row.Owner) = (title, "ControlPlane");
            Set(context, row, version, SchemaState.Active, "activated", "system", "part of the product");
            await context.SaveChangesAsync(ct);
        }
    }

    /// <summary>What a document would break, by the subject's promise or another; changes nothing.</summary>
    /// <param name="mode">Null = the subject's own.</param>
    public async Task<IReadOnlyList<VersionFindings>> CheckAsync(TenantScope tenant, string subject, string document, CompatibilityMode? mode, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return JsonSchema.Parse(Encoding.UTF8.GetBytes(document), out _) is { } schema && await context.SchemaSubjects.AsNoTracking().FirstOrDefaultAsync(s => s.Name == subject, ct) is { } row
            ? await CompareAsync(context, row, schema, mode ?? row.Mode, int.MaxValue, ct)
            : [];
    }

    /// <param name="waiver">Why a broken promise is right; without it such a version stays a draft.</param>
    public async Task<SchemaOutcome> ActivateAsync(TenantScope tenant, string subject, int version, string author, string reason, string? waiver, CancellationToken ct)
    {
        if (Why(reason) is { } problem)
            return problem;
        await using var context = db.CreateContext(tenant);
        var row = await context.SchemaSubjects.FirstOrDefaultAsync(s => s.Name == subject, ct);
        var wanted = await context.SchemaVersions.FirstOrDefaultAsync(v => v.Subject == subject && v.Version == version, ct);
        if (row is null || wanted is null)
            return Unknown(subject, version);
        if (wanted.State == SchemaState.Active)
            return SchemaOutcome.Of(wanted);
        if (wanted.State == SchemaState.Retired)
            return SchemaOutcome.Not("schema.retired", "version", $"Version {version} is retired. Draft its document again to bring it back.");
        var schema = JsonSchema.Parse(Encoding.UTF8.GetBytes(wanted.Document), out _)!;
        var broken = await CompareAsync(context, row, schema, row.Mode, version, ct);
        if (broken.Count > 0 && string.IsNullOrWhiteSpace(waiver))
            return new(false, null, [new("schema.incompatible", "document", $"Version {version} breaks what {row.Mode.Word()} promises. Look at the documents that prove it; correct the draft, or say why it is right.")], broken);
        Set(context, row, wanted, SchemaState.Active, "activated", author, string.IsNullOrWhiteSpace(waiver) ? reason : $"{reason} (broken promise waived: {waiver})");
        await context.SaveChangesAsync(ct);
        return SchemaOutcome.Of(wanted);
    }

    /// <param name="goneAt">From when on nobody should use it.</param>
    public async Task<SchemaOutcome> DeprecateAsync(TenantScope tenant, string subject, int version, DateTimeOffset goneAt, string author, string reason, CancellationToken ct) =>
        await MoveAsync(tenant, subject, version, [SchemaState.Active], SchemaState.Deprecated, "deprecated", goneAt, author, reason, ct);

    public async Task<SchemaOutcome> RetireAsync(TenantScope tenant, string subject, int version, string author, string reason, CancellationToken ct) =>
        await MoveAsync(tenant, subject, version, [SchemaState.Draft, SchemaState.Active, SchemaState.Deprecated], SchemaState.Retired, "retired", null, author, reason, ct);

    public async Task<SchemaOutcome> PromiseAsync(TenantScope tenant, string subject, CompatibilityMode? mode, SchemaUse? use, string? owner, string author, string reason, CancellationToken ct)
    {
        if (Why(reason) is { } problem)
            return problem;
        await using var context = db.CreateContext(tenant);
        if (await context.SchemaSubjects.FirstOrDefaultAsync(s => s.Name == subject, ct) is not { } row)
            return Unknown(subject, 0);
        if (use is SchemaUse.Observe && row.Use != SchemaUse.Observe)
            (row.Checked, row.Broken, row.BrokenMessage, row.BrokenBy) = (0, 0, null, null);
        (row.Mode, row.Use, row.Owner, row.Revision) = (mode ?? row.Mode, use ?? row.Use, owner ?? row.Owner, row.Revision + 1);
        Tell(context, new() { Subject = subject, Version = 0, TenantId = tenant.TenantId }, mode is null ? "use" : "mode", author, reason);
        await context.SaveChangesAsync(ct);
        return new(true, null, [], []);
    }

    private async Task<SchemaOutcome> MoveAsync(
        TenantScope tenant, string subject, int version, SchemaState[] from, SchemaState to, string action, DateTimeOffset? goneAt, string author, string reason, CancellationToken ct)
    {
        if (Why(reason) is { } problem)
            return problem;
        await using var context = db.CreateContext(tenant);
        var row = await context.SchemaSubjects.FirstOrDefaultAsync(s => s.Name == subject, ct);
        var wanted = await context.SchemaVersions.FirstOrDefaultAsync(v => v.Subject == subject && v.Version == version, ct);
        if (row is null || wanted is null)
            return Unknown(subject, version);
        if (wanted.State == to)
            return SchemaOutcome.Of(wanted);
        if (!from.Contains(wanted.State))
            return SchemaOutcome.Not("schema.state", "version", $"Version {version} is {wanted.State.ToString().ToLowerInvariant()} and cannot be {action}. Allowed: {string.Join(", ", from.Select(f => f.ToString().ToLowerInvariant()))}.");
        wanted.GoneAt = goneAt?.ToMicroseconds();
        Set(context, row, wanted, to, action, author, reason);
        await context.SaveChangesAsync(ct);
        return SchemaOutcome.Of(wanted);
    }

    /// <summary>With the newest version in use before it; with every one that is not retired where the promise is transitive.</summary>
    private static async Task<IReadOnlyList<VersionFindings>> CompareAsync(ControlPlaneDbContext context, SchemaSubjectRow subject, JsonSchema next, CompatibilityMode mode, int before, CancellationToken ct)
    {
        if (mode == CompatibilityMode.None)
            return [];
        var earlier = await context.SchemaVersions.AsNoTracking().Where(v => v.Subject == subject.Name && v.Version < before && (v.State == SchemaState.Active || v.State == SchemaState.Deprecated)).OrderByDescending(v => v.Version).ToListAsync(ct);
        var seeds = await SeedsAsync(context, subject, ct);
        var found = new List<VersionFindings>();
        foreach (var version in mode.IsTransitive() ? earlier : earlier.Take(1).ToList())
            if (JsonSchema.Parse(Encoding.UTF8.GetBytes(version.Document), out _) is { } old && SchemaCompatibility.Compare(old, next, mode, seeds) is { Count: > 0 } findings)
                found.Add(new(version.Version, findings));
        return found;
    }

    /// <summary>The newest real documents of a partner's subject: what one of them proves is no theory.</summary>
    private static async Task<List<JsonElement>> SeedsAsync(ControlPlaneDbContext context, SchemaSubjectRow subject, CancellationToken ct)
    {
        if (subject.Topic is null)
            return [];
        var connections = await context.Connections.AsNoTracking().Where(c => c.Connector == subject.Connector).Select(c => c.Key).ToListAsync(ct);
        var payloads = await context.Messages.AsNoTracking().Where(m => connections.Contains(m.Connection) && m.Topic == subject.Topic).OrderByDescending(m => m.Id).Take(SeedMessages)
            .Join(context.Payloads.AsNoTracking(), m => m.PayloadId, p => p.Id, (m, p) => p).ToListAsync(ct);
        var seeds = new List<JsonElement>();
        foreach (var payload in payloads)
            try
            {
                using var document = JsonDocument.Parse(Ingestion.PayloadRows.Unpack(payload), new() { MaxDepth = JsonSchema.MostDepth });
                seeds.Add(document.RootElement.Clone());
            }
            catch (JsonException)
            {
                // Not JSON: no document of this subject.
            }

        return seeds;
    }

    private void Set(ControlPlaneDbContext context, SchemaSubjectRow subject, SchemaVersionRow version, SchemaState state, string action, string author, string reason)
    {
        (version.State, version.ChangedAt) = (state, clock.GetUtcNow().ToMicroseconds());
        subject.Revision++;
        Tell(context, version, action, author, reason);
    }

    private void Tell(ControlPlaneDbContext context, SchemaVersionRow version, string action, string author, string reason) => context.SchemaEvents.Add(new()
    {
        Id = EntityId.New(clock), TenantId = version.TenantId, Subject = version.Subject, Version = version.Version, Action = action, At = clock.GetUtcNow().ToMicroseconds(), By = author, Reason = reason,
    });

    private static SchemaOutcome? Why(string reason) => string.IsNullOrWhiteSpace(reason) || reason.Length > LongestReason
        ? SchemaOutcome.Not("schema.reason", "reason", $"Say why, in 1 to {LongestReason} characters; it is kept with the version.")
        : null;

    private static SchemaOutcome Unknown(string subject, int version) => SchemaOutcome.Not("schema.unknown", "subject", version == 0 ? $"There is no subject '{subject}'." : $"There is no version {version} of '{subject}'.");

    private static string Digest(string document) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(document.Trim())));

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,39}/[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$")]
    private static partial Regex SubjectForm();
}
