using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>What became of the wish to change a rule.</summary>
public abstract record RuleOutcome
{
    /// <param name="Backfill">The run over stored messages that it began; null where nothing had to be looked at.</param>
    public sealed record Saved(int Revision, Guid? Backfill) : RuleOutcome;

    /// <summary>It is like this already.</summary>
    public sealed record Unchanged : RuleOutcome;

    public sealed record Refused(IReadOnlyList<RuleProblem> Problems) : RuleOutcome;

    /// <summary>Somebody else was first.</summary>
    public sealed record Changed(string By, DateTimeOffset At) : RuleOutcome;

    public sealed record NotThere : RuleOutcome;
}

/// <summary>Changes rules. Each change is a revision with author and reason, and begins a run over what is stored, in one commit.</summary>
public sealed class RuleStore(IControlPlaneDb db, RuleBoard board, TimeProvider clock)
{
    public const int LongestReason = 300;

    /// <summary>By then every node knows of a change: see <see cref="RuleWatch.Every"/>.</summary>
    public static readonly TimeSpan NodesKnowAfter = TimeSpan.FromSeconds(6);

    /// <summary>More than these would be looked through for every document.</summary>
    public const int MostRules = 100;

    /// <param name="revision">The one that was looked at; 0 for a new rule; null = whatever is there.</param>
    public async Task<RuleOutcome> SaveAsync(TenantScope tenant, IdentifierRule rule, int? revision, string by, string reason, CancellationToken ct)
    {
        var problems = rule.Check().ToList();
        if (reason.Trim().Length is 0 or > LongestReason || reason.Any(char.IsControl))
            problems.Add(new("reason", $"Allowed: 1 to {LongestReason} characters on one line."));
        if (problems.Count > 0)
            return new RuleOutcome.Refused(problems);
        await using var context = db.CreateContext(tenant);
        var row = await context.IdentifierRules.FirstOrDefaultAsync(r => r.Name == rule.Name, ct);
        if (revision is { } seen && seen != (row?.Revision ?? 0))
            return row is null ? new RuleOutcome.NotThere() : new RuleOutcome.Changed(row.UpdatedBy, Instant.FromMicroseconds(row.UpdatedAt));
        var before = row?.ToRule();
        if (before == rule)
            return new RuleOutcome.Unchanged();
        if (row is null && await context.IdentifierRules.CountAsync(ct) >= MostRules)
            return new RuleOutcome.Refused([new("name", $"There are {MostRules} rules already. Remove one first.")]);
        var now = clock.GetUtcNow().ToMicroseconds();
        if (row is null)
            context.IdentifierRules.Add(row = new() { TenantId = tenant.TenantId, Revision = await context.IdentifierRuleEvents.Where(v => v.Name == rule.Name).MaxAsync(v => (int?)v.Revision, ct) ?? 0 });
        row.Take(rule);
        (row.Revision, row.UpdatedAt, row.UpdatedBy) = (row.Revision + 1, now, PayloadRows.Cut(by, ColumnLengths.Identifier)!);
        Note(context, tenant, row, before is null ? RuleChange.Made : RuleChange.Changed, by, reason, now);
        // A new title or example changes nothing of what is found.
        Guid? run = null;
        if (before is null || before with { Title = rule.Title, Example = rule.Example } != rule)
        {
            run = await BeginAsync(context, tenant, rule.Kind, rule.Name, by, ct);
            if (before is not null && before.Kind != rule.Kind)
                await BeginAsync(context, tenant, before.Kind, rule.Name, by, ct);
        }

        return await WriteAsync(context, tenant, rule.Name, ct) ?? new RuleOutcome.Saved(row.Revision, run);
    }

    /// <summary>What it found is taken away again, piece by piece.</summary>
    public async Task<RuleOutcome> RemoveAsync(TenantScope tenant, string name, int? revision, string by, string reason, CancellationToken ct)
    {
        if (reason.Trim().Length is 0 or > LongestReason || reason.Any(char.IsControl))
            return new RuleOutcome.Refused([new("reason", $"Allowed: 1 to {LongestReason} characters on one line.")]);
        await using var context = db.CreateContext(tenant);
        if (await context.IdentifierRules.FirstOrDefaultAsync(r => r.Name == name, ct) is not { } row)
            return new RuleOutcome.NotThere();
        if (revision is { } seen && seen != row.Revision)
            return new RuleOutcome.Changed(row.UpdatedBy, Instant.FromMicroseconds(row.UpdatedAt));
        context.IdentifierRules.Remove(row);
        var last = row.Revision + 1;
        Note(context, tenant, row, RuleChange.Removed, by, reason, clock.GetUtcNow().ToMicroseconds(), last);
        var run = await BeginAsync(context, tenant, row.Kind, row.Name, by, ct);
        return await WriteAsync(context, tenant, name, ct) ?? new RuleOutcome.Saved(last, run);
    }

    private async Task<RuleOutcome?> WriteAsync(ControlPlaneDbContext context, TenantScope tenant, string name, CancellationToken ct)
    {
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Two people at the same moment: the first is in force.
            await using var now = db.CreateContext(tenant);
            return await now.IdentifierRules.AsNoTracking().FirstOrDefaultAsync(r => r.Name == name, ct) is { } other
                ? new RuleOutcome.Changed(other.UpdatedBy, Instant.FromMicroseconds(other.UpdatedAt))
                : new RuleOutcome.NotThere();
        }

        await board.RefreshAsync(ct);
        return null;
    }

    private void Note(ControlPlaneDbContext context, TenantScope tenant, IdentifierRuleRow row, RuleChange change, string by, string reason, long now, int? revision = null) => context.IdentifierRuleEvents.Add(new()
    {
        Id = EntityId.New(clock), TenantId = tenant.TenantId, Name = row.Name, Revision = revision ?? row.Revision, Change = change, At = now, By = PayloadRows.Cut(by, ColumnLengths.Identifier)!,
        Reason = reason.Trim(), Document = RuleDocumentText.Write(row.ToRule()),
    });

    private async Task<Guid> BeginAsync(ControlPlaneDbContext context, TenantScope tenant, string kind, string rule, string by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        foreach (var open in await context.IdentifierBackfills.Where(b => b.Kind == kind && (b.State == BackfillState.Running || b.State == BackfillState.Paused)).ToListAsync(ct))
            (open.State, open.UpdatedAt, open.Note) = (BackfillState.Replaced, now.ToMicroseconds(), "The rules of this kind changed again; a newer run does everything.");
        var oldest = await context.Transactions.OrderBy(t => t.Id).Select(t => (long?)t.ReceivedAt).FirstOrDefaultAsync(ct);
        var run = new IdentifierBackfillRow
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, Kind = kind, Rule = rule, State = BackfillState.Running, CreatedAt = now.ToMicroseconds(), CreatedBy = PayloadRows.Cut(by, ColumnLengths.Identifier)!,
            StartsAt = (now + NodesKnowAfter).ToMicroseconds(), Oldest = oldest ?? now.ToMicroseconds(), UpdatedAt = now.ToMicroseconds(),
        };
        context.IdentifierBackfills.Add(run);
        return run.Id;
    }
}
