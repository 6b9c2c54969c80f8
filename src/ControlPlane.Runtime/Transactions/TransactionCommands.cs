using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions;

internal sealed class TransactionCommands(IControlPlaneDb db, CommitWriter writer, LanePumps pumps, TimeProvider clock) : ITransactionCommands
{
    public async Task<CommandOutcome> RetryNowAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(tenantId));
        var transaction = await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.Id == transactionId, ct);
        if (transaction is null)
            return new(false, "not_found", "There is no such transaction.");
        if (transaction.State is not (TransactionState.Stuck or TransactionState.Retrying))
            return new(false, "not_stuck", $"Order {transaction.Number} is {transaction.State.Word()}: there is nothing to retry.");
        if (transaction.FaultKind == FaultKind.Overdue)
            return new(false, "waits_for_event", $"Order {transaction.Number} waits for an event of {transaction.PartyConnection ?? "another system"}. It goes on by itself when the event comes.");
        if (await context.Effects.AnyAsync(e => e.TransactionId == transactionId && e.State == EffectState.Unknown && e.WriteKind == WriteKind.Blind, ct)
            && transaction is { State: TransactionState.Stuck, FaultKind: FaultKind.UnknownOutcome })
            return new(false, "outcome_unknown", $"It is not known whether {transaction.PartyConnection ?? "the target"} has the document. Check there first: sending it again could post it twice.");
        var now = clock.GetUtcNow().ToMicroseconds();
        var unit = new CommitUnit();
        // The operation's id is the claim: a second click, or a repeat after a lost connection, finds it taken.
        unit.Keys.Add(new() { TenantId = tenantId, Connection = "operator", Key = "o:" + operationId.ToString("N"), MessageId = EntityId.New(clock), SeenAt = now });
        unit.Requeue.Add(transactionId);
        unit.Journal.Add(new()
        {
            TransactionId = transactionId,
            TenantId = tenantId,
            At = now,
            Type = JournalEventType.Replayed,
            Step = transaction.Step,
            Stage = transaction.Stage,
            Summary = Ingestion.PayloadRows.Cut(reason.Length > 0 ? $"{by} retried it: {reason}" : $"{by} retried it", ColumnLengths.Summary)!,
        });
        if (await writer.CommitAsync(unit, ct) == CommitOutcome.Duplicate)
            return new(true, "already_done", "This was done already.");
        pumps.PokeAll();
        return new(true, "accepted", $"Order {transaction.Number} is tried again now.");
    }
}
