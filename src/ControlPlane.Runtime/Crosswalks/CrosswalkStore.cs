using System.Data.Common;
using ControlPlane.Domain.Crosswalks;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>
/// Changes crosswalks. Each change is one revision of all of them: its number is claimed by a unique key, so that what was checked against the
/// revision before is written only if nobody else was faster; otherwise it is checked again.
/// </summary>
public sealed class CrosswalkStore(IControlPlaneDb db, CrosswalkLoader loader, TimeProvider clock)
{
    /// <summary>Of one change: more are several files.</summary>
    public const int MostWishes = 1_000_000;

    public const int LongestReason = 300;

    private const int MostTries = 10;

    /// <summary>Up to here only the entries with the same codes are read to check a change, beyond it the whole table.</summary>
    private const int FewWishes = 200;

    /// <summary>What the wishes would do. Changes nothing.</summary>
    public async Task<CrosswalkPlan?> PlanAsync(TenantScope tenant, string table, IReadOnlyList<CrosswalkWish> wishes, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await TableAsync(context, table, ct) is { } found ? await PlanAsync(context, found, wishes, ct) : null;
    }

    /// <param name="skipRefused">True: what is refused is left out and the rest is done. False: one refusal keeps back everything.</param>
    public Task<CrosswalkOutcome> ChangeAsync(TenantScope tenant, string table, IReadOnlyList<CrosswalkWish> wishes, CrosswalkAuthor author, string reason, bool skipRefused, CancellationToken ct) =>
        ChangeAsync(tenant, table, wishes, author, reason, skipRefused, approved: false, null, ct);

    /// <param name="approved">True where the change has had its second person, or needs none.</param>
    /// <param name="look">Sees the plan before anything is done, and may answer in its place.</param>
    internal async Task<CrosswalkOutcome> ChangeAsync(
        TenantScope tenant, string table, IReadOnlyList<CrosswalkWish> wishes, CrosswalkAuthor author, string reason, bool skipRefused, bool approved, Func<CrosswalkPlan, CrosswalkOutcome?>? look, CancellationToken ct)
    {
        if (reason.Trim().Length is 0 or > LongestReason)
            return new CrosswalkOutcome.NotPossible("crosswalk.reason", $"Say why, in 1 to {LongestReason} characters: it is kept with the change.");
        if (wishes.Count is 0 or > MostWishes)
            return new CrosswalkOutcome.NotPossible("crosswalk.size", $"A change has 1 to {MostWishes} entries.");
        for (var i = 0; i < MostTries; i++)
        {
            await using var context = db.CreateContext(tenant);
            if (await TableAsync(context, table, ct) is not { } found)
                return Unknown(table);
            var revision = await RevisionAsync(context, ct);
            var plan = await PlanAsync(context, found, wishes, ct);
            if (look?.Invoke(plan) is { } instead)
                return instead;
            if (plan.HasRefusals && !skipRefused)
                return new CrosswalkOutcome.Refused(plan);
            if (!plan.Effective.Any())
                return plan.HasRefusals ? new CrosswalkOutcome.Refused(plan) : new CrosswalkOutcome.Unchanged(plan);
            if (found.Approval && !approved)
                return await CrosswalkApprovals.ProposeAsync(context, clock, table, plan, author, reason.Trim(), ct);
            if (!await CommitAsync(tenant, table, revision + 1, plan, author.Name, null, reason.Trim(), null, ct))
                continue;
            await loader.RefreshAsync(ct);
            return new CrosswalkOutcome.Applied(revision + 1, plan);
        }

        return Busy;
    }

    /// <summary>
    /// Makes a table or changes its rules. What entries say stays; new rules count for new changes. Rules that would free changes from the
    /// second person are proposed to one themselves.
    /// </summary>
    public Task<CrosswalkOutcome> SetTableAsync(TenantScope tenant, CrosswalkTable table, CrosswalkAuthor author, string reason, CancellationToken ct) => SetTableAsync(tenant, table, author, reason, null, null, ct);

    /// <param name="applied">Digest of the document that says so, which had its second person elsewhere; null = it comes from none.</param>
    /// <param name="approved">The proposal that is carried out, with who approved it; null = it is none.</param>
    internal async Task<CrosswalkOutcome> SetTableAsync(
        TenantScope tenant, CrosswalkTable table, CrosswalkAuthor author, string reason, string? applied, (Guid Change, CrosswalkAuthor By, string Why)? approved, CancellationToken ct)
    {
        if (!CrosswalkTable.IsName(table.Name))
            return new CrosswalkOutcome.NotPossible("crosswalk.name", $"The name of a crosswalk is {CrosswalkTable.NameAllowed}.");
        if (table.Title.Trim().Length is 0 or > 80)
            return new CrosswalkOutcome.NotPossible("crosswalk.title", "The title has 1 to 80 characters.");
        if (reason.Trim().Length is 0 or > LongestReason)
            return new CrosswalkOutcome.NotPossible("crosswalk.reason", $"Say why, in 1 to {LongestReason} characters: it is kept with the change.");
        for (var i = 0; i < MostTries; i++)
        {
            await using var context = db.CreateContext(tenant);
            var revision = await RevisionAsync(context, ct) + 1;
            var row = await context.CrosswalkTables.FirstOrDefaultAsync(t => t.Name == table.Name, ct);
            if (row is { Approval: true } && !table.Approval && applied is null && approved is null)
                return await CrosswalkApprovals.ProposeAsync(context, clock, table, author, reason.Trim(), ct);
            if (approved is { } proposal && !await CrosswalkApprovals.DecideAsync(context, proposal.Change, proposal.By, proposal.Why, clock, ct))
                return new CrosswalkOutcome.NotPossible("crosswalk.decided", "Somebody decided it already.");
            if (row is null)
                context.CrosswalkTables.Add(row = new() { TenantId = tenant.TenantId, Name = table.Name });
            (row.Title, row.Approval, row.Gtin, row.Wildcard, row.Factors) = (table.Title.Trim(), table.Approval, table.Gtin, table.Wildcard, table.Factors);
            row.Applied = applied is { Length: > 0 } ? applied : row.Applied;
            context.CrosswalkRevisions.Add(new() { TenantId = tenant.TenantId, Revision = revision, Crosswalk = table.Name, At = clock.GetUtcNow().ToMicroseconds(), Author = Cut(author.Name), Approver = approved is { } by ? Cut(by.By.Name) : null, Reason = reason.Trim() });
            try
            {
                await context.SaveChangesAsync(ct);
            }
            catch (DbUpdateException)
            {
                // The number was taken by somebody faster.
                continue;
            }

            await loader.RefreshAsync(ct);
            return new CrosswalkOutcome.Applied(revision, new([]));
        }

        return Busy;
    }

    internal static CrosswalkOutcome Unknown(string table) => new CrosswalkOutcome.NotPossible("crosswalk.unknown_table", $"There is no crosswalk '{table}'.");

    internal static CrosswalkOutcome Busy { get; } = new CrosswalkOutcome.NotPossible("crosswalk.busy", "Others change crosswalks at the same moment. Try again.");

    internal static async Task<CrosswalkTable?> TableAsync(ControlPlaneDbContext context, string name, CancellationToken ct) =>
        (await CrosswalkLoader.TablesAsync(context, ct)).FirstOrDefault(t => t.Name == name);

    internal static async Task<long> RevisionAsync(ControlPlaneDbContext context, CancellationToken ct) => await context.CrosswalkRevisions.MaxAsync(r => (long?)r.Revision, ct) ?? 0;

    internal static async Task<CrosswalkPlan> PlanAsync(ControlPlaneDbContext context, CrosswalkTable table, IReadOnlyList<CrosswalkWish> wishes, CancellationToken ct)
    {
        var rows = context.CrosswalkEntries.AsNoTracking().Where(v => v.Crosswalk == table.Name && v.ReplacedIn == null);
        if (wishes.Count <= FewWishes)
        {
            var codes = wishes.SelectMany(w => new[] { CrosswalkSql.Key(w.Entry.Theirs), CrosswalkSql.Key(w.Entry.Ours) }).Distinct().ToList();
            var ids = wishes.Select(w => w.Entry.Id).ToList();
            rows = rows.Where(v => codes.Contains(v.TheirsKey) || codes.Contains(v.OursKey) || ids.Contains(v.Entry));
        }

        return CrosswalkPlan.Make(table, (await rows.ToListAsync(ct)).ConvertAll(CrosswalkSql.Entry), wishes, await CrosswalkMaster.KnownAsync(context, table.Name, wishes, ct));
    }

    /// <returns>False when somebody else took the revision, or the change was decided meanwhile.</returns>
    internal async Task<bool> CommitAsync(TenantScope tenant, string table, long revision, CrosswalkPlan plan, string author, string? approver, string reason, Func<BatchSql, Task<bool>>? also, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var steps = plan.Effective.ToList();
        var row = new CrosswalkRevisionRow
        {
            TenantId = tenant.TenantId, Revision = revision, Crosswalk = table, At = now.ToMicroseconds(), Author = Cut(author), Approver = approver is null ? null : Cut(approver), Reason = reason,
            Added = plan.Count(CrosswalkChange.Added), Changed = plan.Count(CrosswalkChange.Changed), Retired = plan.Count(CrosswalkChange.Retired),
        };
        return await CrosswalkTransaction.RunAsync(db, async (sql, dialect, connection) =>
            (await dialect.InsertAsync(connection, CrosswalkSql.Revisions, [row], ct))[0]
            && (also is null || await also(sql))
            && await WriteAsync(dialect, connection, tenant, table, revision, steps, ct), ct);
    }

    private async Task<bool> WriteAsync(ISqlDialect dialect, DbConnection connection, TenantScope tenant, string table, long revision, List<CrosswalkStep> steps, CancellationToken ct)
    {
        foreach (var chunk in steps.Where(s => s.Before is not null).Chunk(10_000))
            if (Array.Exists(await dialect.UpdateAsync(connection, CrosswalkSql.Replaced, [.. chunk.Select(s => new CrosswalkEntryRow { TenantId = tenant.TenantId, Entry = s.Before!.Id, Revision = s.Before.Revision, ReplacedIn = revision })], ct), done => !done))
                return false;
        foreach (var chunk in steps.Chunk(10_000))
            await dialect.InsertAsync(connection, CrosswalkSql.Entries, [.. chunk.Select(s => CrosswalkSql.Row(tenant.TenantId, table, EntityId.New(clock), s.After, revision))], ct);
        return true;
    }

    internal static string Cut(string text) => text.Length <= ColumnLengths.Identifier ? text : text[..ColumnLengths.Identifier];
}
