using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <summary>What a command decided to do with an order, before it is written.</summary>
/// <param name="Holder">Who has it afterwards; null = nobody. Left alone where <paramref name="KeepsHolder"/>.</param>
/// <param name="Team">Key of the team that gets it; null leaves the team alone.</param>
/// <param name="Text">A sentence without its subject.</param>
internal sealed record ClaimChange(WorkEventKind Kind, string Text, string Message, WorkClaim? Holder, bool KeepsHolder = false, string? Team = null)
{
    /// <summary>Written along with it.</summary>
    public IReadOnlyList<NotificationRow> Tells { get; init; } = [];
}

/// <summary>
/// Writes one change of custody: the claim guarded by its version, the event guarded by the click's id, the line in the order's journal, all
/// in one database transaction. Whoever finds another version looks again and decides anew.
/// </summary>
internal sealed class ClaimWriter(IControlPlaneDb db, IChangeFeed feed, NotificationSignal signal, TimeProvider clock)
{
    private const int MostRounds = 5;

    /// <param name="decide">Looks at the order and its claim and says what to do; the outcome refuses.</param>
    public async Task<ClaimOutcome> WriteAsync(
        TenantScope tenant, Guid id, string by, Guid operationId, Func<ControlPlaneDbContext, TransactionRow, WorkClaim?, Task<(ClaimChange? Change, ClaimOutcome? Refused)>> decide, CancellationToken ct)
    {
        for (var round = 1; ; round++)
        {
            try
            {
                if (await OnceAsync(tenant, id, by, operationId, decide, ct) is { } outcome)
                    return outcome;
            }
            catch (DbUpdateException) when (round < MostRounds)
            {
                // A unique key: somebody else wrote the claim's first row, the same click, or a line at the same microsecond.
            }

            if (round >= MostRounds)
                return new(false, "busy", "Others change it at this very moment. Try again.");
        }
    }

    private async Task<ClaimOutcome?> OnceAsync(
        TenantScope tenant, Guid id, string by, Guid operationId, Func<ControlPlaneDbContext, TransactionRow, WorkClaim?, Task<(ClaimChange? Change, ClaimOutcome? Refused)>> decide, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        await using var dbTransaction = await context.Database.BeginTransactionAsync(ct);
        if (await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.Id == id, ct) is not { } order)
            return new(false, "not_found", "There is no such transaction.");
        var row = await context.WorkClaims.AsNoTracking().FirstOrDefaultAsync(c => c.TransactionId == id, ct);
        var claim = Of(row);
        if (await context.WorkEvents.AsNoTracking().FirstOrDefaultAsync(v => v.TransactionId == id && v.OperationId == operationId, ct) is { } done)
            return new(true, "already_done", $"This was done already: {done.By} {done.Text}.", claim);
        var (change, refused) = await decide(context, order, claim);
        if (change is null)
            return refused;
        if (!change.KeepsHolder && !await HoldAsync(context, tenant, id, row, change.Holder, ct))
            return null;
        await NoteAsync(context, order, by, operationId, change, ct);
        if (change.Team is { } team)
            await context.Transactions.Where(t => t.Id == id).ExecuteUpdateAsync(s => s.SetProperty(t => t.Owner, team).SetProperty(t => t.OwnerAssigned, true), ct);
        context.Notifications.AddRange(change.Tells);
        await context.SaveChangesAsync(ct);
        await dbTransaction.CommitAsync(ct);
        feed.Publish([new ChangeNote(tenant.TenantId, id, order.State, order.Connection, IsNew: false)]);
        signal.Raise(change.Tells);
        return new(true, "accepted", change.Message, change.KeepsHolder ? claim : change.Holder);
    }

    /// <returns>False when somebody else wrote it since it was read.</returns>
    private async Task<bool> HoldAsync(ControlPlaneDbContext context, TenantScope tenant, Guid id, WorkClaimRow? row, WorkClaim? holder, CancellationToken ct)
    {
        var (since, until) = ((holder?.Since ?? clock.GetUtcNow()).ToMicroseconds(), (holder?.LeaseUntil ?? clock.GetUtcNow()).ToMicroseconds());
        if (row is null)
        {
            context.WorkClaims.Add(new() { TransactionId = id, TenantId = tenant.TenantId, Person = holder?.Person, PersonName = holder?.Name, Since = since, LeaseUntil = until, Version = 1 });
            await context.SaveChangesAsync(ct);
            return true;
        }

        var version = row.Version;
        return await context.WorkClaims.Where(c => c.TransactionId == id && c.Version == version).ExecuteUpdateAsync(
            s => s.SetProperty(c => c.Person, holder == null ? null : holder.Person).SetProperty(c => c.PersonName, holder == null ? null : holder.Name).SetProperty(c => c.Since, since)
                .SetProperty(c => c.LeaseUntil, until).SetProperty(c => c.Version, version + 1), ct) == 1;
    }

    private async Task NoteAsync(ControlPlaneDbContext context, TransactionRow order, string by, Guid operationId, ClaimChange change, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        // Two lines of the journal never share an instant: what came from outside has no number of its own.
        var last = await context.Journal.Where(j => j.TransactionId == order.Id && j.Sequence == 0 && j.At >= now).MaxAsync(j => (long?)j.At, ct);
        var at = last is { } taken ? taken + 1 : now;
        context.WorkEvents.Add(new()
        {
            Id = EntityId.New(clock), TenantId = order.TenantId, TransactionId = order.Id, At = at, Kind = change.Kind, By = PayloadRows.Cut(by, ColumnLengths.Identifier)!,
            Text = PayloadRows.Cut(change.Text, ColumnLengths.Summary)!, OperationId = operationId,
        });
        var said = change.Kind == WorkEventKind.Commented;
        context.Journal.Add(new()
        {
            TransactionId = order.Id, TenantId = order.TenantId, At = at, Type = said ? JournalEventType.Commented : JournalEventType.OwnershipChanged, Step = order.Step, Stage = order.Stage,
            Basis = new Basis(Person: by).Write(),
            Summary = PayloadRows.Cut(by.Length == 0 ? change.Text : said ? $"{by}: {change.Text}" : $"{by} {change.Text}", ColumnLengths.Summary)!,
        });
    }

    public static WorkClaim? Of(WorkClaimRow? row) =>
        row?.Person is { } person ? new(person, row.PersonName, Instant.FromMicroseconds(row.Since), Instant.FromMicroseconds(row.LeaseUntil)) : null;
}
