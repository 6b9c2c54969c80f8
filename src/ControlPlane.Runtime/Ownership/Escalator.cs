using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Ownership;

/// <summary>
/// Climbs the ladders: tells who has to know of what nobody takes. One message for all of a team's orders of one case, once a step; the key of
/// the step decides which node tells it. What it tells is written with the step, and sent by <see cref="NotificationSender"/>.
/// </summary>
internal sealed class Escalator(IControlPlaneDb db, OwnershipBoard board, NotificationSignal signal, TimeProvider clock, ILogger<Escalator> log)
{
    /// <summary>The step of orders that nobody owns; admins are told.</summary>
    public const string Nobodys = "nobody";

    /// <summary>A case that was empty for as long begins anew when it comes back; less is the same trouble, retried.</summary>
    public static readonly TimeSpan Forgotten = TimeSpan.FromHours(1);

    /// <returns>Steps that were told.</returns>
    public async Task<int> ClimbAsync(CancellationToken ct)
    {
        await using var all = db.CreateContext();
        var told = 0;
        var tenants = await all.Transactions.IgnoreQueryFilters().Where(t => t.State == TransactionState.Stuck).Select(t => t.TenantId).Distinct().ToListAsync(ct);
        foreach (var tenant in tenants.Union(await all.Escalations.IgnoreQueryFilters().Select(s => s.TenantId).Distinct().ToListAsync(ct)))
            told += await ClimbAsync(new TenantScope(tenant), ct);
        return told;
    }

    private async Task<int> ClimbAsync(TenantScope tenant, CancellationToken ct)
    {
        var (now, force) = (clock.GetUtcNow(), board.Of(tenant.TenantId));
        await using var context = db.CreateContext(tenant);
        // Orders that are in no case yet are put into one within seconds; they are told of then.
        var groups = (await QueueReading.ReadAsync(context, now, ct)).Where(g => g.CaseId is not null).ToList();
        var fired = await context.Escalations.AsNoTracking().ToListAsync(ct);
        await ForgetAsync(context, fired, groups, now, ct);
        var known = fired.ToLookup(s => (s.Subject, s.Team), s => s.Step);
        var told = 0;
        foreach (var group in groups.Where(g => g.UnclaimedSince is not null))
        {
            var team = force.Setup.FindTeam(group.Team);
            var steps = known[(group.CaseId!.Value, group.Team ?? "")].ToHashSet();
            var standing = new QueueStanding(Instant.FromMicroseconds(group.UnclaimedSince!.Value), group.Deadline is { } at ? Instant.FromMicroseconds(at) : null, steps);
            var due = team is null
                ? steps.Contains(Nobodys) ? [] : [new DueEscalation(Nobodys, EscalationTo.Manager, true, TimeSpan.Zero)]
                : EscalationLadder.Due(team, force.CalendarOf(team), standing, now);
            foreach (var step in due)
                told += await TellAsync(tenant, force, team, group, step, now, ct) ? 1 : 0;
        }

        return told;
    }

    private static async Task ForgetAsync(ControlPlaneDbContext context, List<EscalationRow> fired, List<QueueGroup> groups, DateTimeOffset now, CancellationToken ct)
    {
        var open = groups.Select(g => (g.CaseId!.Value, g.Team ?? "")).ToHashSet();
        var before = (now - Forgotten).ToMicroseconds();
        foreach (var old in fired.Where(s => s.FiredAt < before && !open.Contains((s.Subject, s.Team))).ToList())
        {
            await context.Escalations.Where(s => s.Subject == old.Subject && s.Team == old.Team && s.Step == old.Step).ExecuteDeleteAsync(ct);
            fired.Remove(old);
        }
    }

    private async Task<bool> TellAsync(TenantScope tenant, OwnershipInForce force, Team? team, QueueGroup group, DueEscalation step, DateTimeOffset now, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        await using var dbTransaction = await context.Database.BeginTransactionAsync(ct);
        context.Escalations.Add(new() { TenantId = tenant.TenantId, Subject = group.CaseId!.Value, Team = group.Team ?? "", Step = step.Name, FiredAt = now.ToMicroseconds() });
        var rows = await new EscalationWords(context, force, clock).RowsAsync(team, group, step, now, ct);
        context.Notifications.AddRange(rows);
        await NoteAsync(context, tenant, group, team, step, now, ct);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Another node tells it.
            await using var other = db.CreateContext(tenant);
            if (await other.Escalations.AnyAsync(s => s.Subject == group.CaseId && s.Team == (group.Team ?? "") && s.Step == step.Name, ct))
                return false;
            throw;
        }

        await dbTransaction.CommitAsync(ct);
        signal.Raise(rows);
        OwnershipLog.Escalated(log, step.Name, group.Team ?? "nobody", group.CaseId.Value, group.Unclaimed, rows.Count);
        return true;
    }

    /// <summary>The case remembers it once. An order remembers it only where it is alone: five thousand lines would say one thing.</summary>
    private async Task NoteAsync(ControlPlaneDbContext context, TenantScope tenant, QueueGroup group, Team? team, DueEscalation step, DateTimeOffset now, CancellationToken ct)
    {
        var text = team is null ? "told the admins that nobody owns it" : step.Name == EscalationLadder.Deadline ? $"told the leads of {team.Name} that a deadline is near" : $"told {Whom(team, step.To)} that nobody has taken it";
        context.ExceptionCaseEvents.Add(new() { Id = EntityId.New(clock), TenantId = tenant.TenantId, CaseId = group.CaseId!.Value, At = now.ToMicroseconds(), By = "ControlPlane", Text = PayloadRows.Cut(text, ColumnLengths.Summary)! });
        if (group.Stuck > 1 || await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.CaseId == group.CaseId && t.State == TransactionState.Stuck && t.Owner == group.Team, ct) is not { } order)
            return;
        context.WorkEvents.Add(new() { Id = EntityId.New(clock), TenantId = tenant.TenantId, TransactionId = order.Id, At = now.ToMicroseconds(), Kind = WorkEventKind.Escalated, Text = text, OperationId = EntityId.New(clock) });
    }

    private static string Whom(Team team, EscalationTo to) => to switch
    {
        EscalationTo.Team => $"the team {team.Name}",
        EscalationTo.Lead => $"the lead of {team.Name}",
        _ => $"the manager of {team.Name}",
    };
}
