using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <inheritdoc cref="IOwnership"/>
public sealed class OwnershipStore(IControlPlaneDb db, OwnershipBoard board, OwnershipPreviewer previewer, TimeProvider clock) : IOwnership
{
    private const int MostVersions = 50;

    public async Task<OwnershipNow> ReadAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var row = await context.OwnershipVersions.AsNoTracking().OrderByDescending(v => v.Version).FirstOrDefaultAsync(ct);
        var setup = row is null ? OwnershipSetup.First : OwnershipJson.Read(row.Document);
        var names = setup.Teams.SelectMany(t => t.Members.Concat(t.Leads).Concat(t.Managers)).Where(n => !n.StartsWith(Team.RolePrefix, StringComparison.Ordinal)).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var normal = names.ConvertAll(n => n.ToUpperInvariant());
        var known = names.Count == 0 ? [] : await context.Users.Where(u => normal.Contains(u.NormalizedUserName!)).Select(u => u.NormalizedUserName!).ToListAsync(ct);
        return new(
            row?.Version ?? 0, setup, row?.Author, row is null ? null : Instant.FromMicroseconds(row.CreatedAt), row is { AppliedAt: null },
            [.. names.Where(n => !known.Contains(n.ToUpperInvariant()))]);
    }

    public async Task<IReadOnlyList<OwnershipVersion>> VersionsAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = await context.OwnershipVersions.AsNoTracking().OrderByDescending(v => v.Version).Take(MostVersions + 1).ToListAsync(ct);
        var setups = rows.ConvertAll(r => OwnershipJson.Read(r.Document));
        return [.. rows.Take(MostVersions).Select((r, i) => new OwnershipVersion(
            r.Version, r.Author, r.Reason, Instant.FromMicroseconds(r.CreatedAt), OwnershipDiff.Between(i + 1 < setups.Count ? setups[i + 1] : OwnershipSetup.First, setups[i])))];
    }

    public async Task<OwnershipSetup?> VersionAsync(TenantScope tenant, int version, CancellationToken ct)
    {
        if (version == 0)
            return OwnershipSetup.First;
        await using var context = db.CreateContext(tenant);
        return await context.OwnershipVersions.Where(v => v.Version == version).Select(v => v.Document).FirstOrDefaultAsync(ct) is { } document ? OwnershipJson.Read(document) : null;
    }

    public Task<OwnershipPreview> PreviewAsync(TenantScope tenant, OwnershipSetup draft, CancellationToken ct) => previewer.PreviewAsync(tenant, draft, ct);

    public async Task<PublishOutcome> PublishAsync(TenantScope tenant, OwnershipSetup setup, int basedOn, string author, string reason, CancellationToken ct)
    {
        if (reason.Trim().Length is 0 or > IOwnership.LongestReason)
            return new(false, "reason_missing", $"Say why, in 1 to {IOwnership.LongestReason} characters: the version keeps it.", basedOn, []);
        if (OwnershipChecks.Check(setup) is { Count: > 0 } problems)
            return new(false, "invalid", problems.Count == 1 ? problems[0].Message : $"{problems.Count} things keep it from being published. The first: {problems[0].Message}", basedOn, problems);
        await using (var context = db.CreateContext(tenant))
        {
            var newest = await context.OwnershipVersions.AsNoTracking().OrderByDescending(v => v.Version).FirstOrDefaultAsync(ct);
            if ((newest?.Version ?? 0) != basedOn)
                return Changed(newest);
            var document = OwnershipJson.Write(setup);
            if (document == (newest?.Document ?? OwnershipJson.Write(OwnershipSetup.First)))
                return new(true, "already_done", "Nothing is different from what is in service.", basedOn, []);
            context.OwnershipVersions.Add(new()
            {
                TenantId = tenant.TenantId, Version = basedOn + 1, Document = document, Author = PayloadRows.Cut(author, ColumnLengths.Identifier)!, Reason = reason.Trim(), CreatedAt = clock.GetUtcNow().ToMicroseconds(),
            });
            try
            {
                await context.SaveChangesAsync(ct);
            }
            catch (DbUpdateException)
            {
                // The key decides: somebody published the same number at the same moment.
                await using var other = db.CreateContext(tenant);
                if (await other.OwnershipVersions.AsNoTracking().FirstOrDefaultAsync(v => v.Version == basedOn + 1, ct) is { } theirs)
                    return Changed(theirs);
                throw;
            }
        }

        await board.RefreshAsync(ct);
        return new(true, "accepted", $"Version {basedOn + 1} is in service. What is stuck now is decided anew within seconds, but for what a person assigned.", basedOn + 1, []);
    }

    public async Task<PublishOutcome> RollBackAsync(TenantScope tenant, int version, int basedOn, string author, string reason, CancellationToken ct) =>
        await VersionAsync(tenant, version, ct) is { } setup
            ? await PublishAsync(tenant, setup, basedOn, author, reason, ct)
            : new(false, "not_found", $"There is no version {version}.", basedOn, []);

    public async Task<CommandOutcome> AssignCaseAsync(TenantScope tenant, Guid caseId, string? team, string by, string reason, CancellationToken ct)
    {
        if (reason.Trim().Length is 0 or > IOwnership.LongestReason)
            return new(false, "reason_missing", $"Say why, in 1 to {IOwnership.LongestReason} characters.");
        if (team is not null && board.Of(tenant.TenantId).Setup.FindTeam(team) is null)
            return new(false, "team_unknown", $"There is no team '{team}'.");
        await using var context = db.CreateContext(tenant);
        if (!await context.ExceptionCases.AnyAsync(c => c.Id == caseId, ct))
            return new(false, "not_found", "There is no such case.");
        await using var dbTransaction = await context.Database.BeginTransactionAsync(ct);
        await context.CaseOwners.Where(o => o.CaseId == caseId).ExecuteDeleteAsync(ct);
        var now = clock.GetUtcNow();
        if (team is not null)
        {
            context.CaseOwners.Add(new() { TenantId = tenant.TenantId, CaseId = caseId, Team = team, By = PayloadRows.Cut(by, ColumnLengths.Identifier)!, At = now.ToMicroseconds(), Reason = reason.Trim() });
            // Those that a person gave to somebody one by one stay there.
            await context.Transactions.Where(t => t.CaseId == caseId && t.State == TransactionState.Stuck && !t.OwnerAssigned).ExecuteUpdateAsync(s => s.SetProperty(t => t.Owner, team), ct);
        }

        context.ExceptionCaseEvents.Add(new()
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, CaseId = caseId, At = now.ToMicroseconds(), By = PayloadRows.Cut(by, ColumnLengths.Identifier)!,
            Text = PayloadRows.Cut(team is null ? $"left its owner to the rules again: {reason.Trim()}" : $"gave it to the team {team}: {reason.Trim()}", ColumnLengths.Summary)!,
        });
        // Without an override the rules decide its stuck orders again.
        if (team is null)
            await context.OwnershipVersions.Where(v => v.Version == board.Of(tenant.TenantId).Version).ExecuteUpdateAsync(s => s.SetProperty(v => v.AppliedAt, (long?)null), ct);
        await context.SaveChangesAsync(ct);
        await dbTransaction.CommitAsync(ct);
        await board.RefreshAsync(ct);
        return new(true, "accepted", team is null ? "The rules decide whose its orders are." : $"It is the team {team}'s, with every order that is stuck for it now and from now on.");
    }

    private static PublishOutcome Changed(OwnershipVersionRow? theirs) => new(
        false, "changed_meanwhile", theirs is null ? "There is no version yet. Open the page again." : $"{theirs.Author} published version {theirs.Version} meanwhile: {theirs.Reason} Look at it, then publish again.", theirs?.Version ?? 0, []);
}
