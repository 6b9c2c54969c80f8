using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;
using System.Text.Json;

namespace ControlPlane.Runtime.Transactions;

internal sealed class TransactionCommands(IControlPlaneDb db, CommitWriter writer, LanePumps pumps, IFlowCatalog flows, TimeProvider clock) : ITransactionCommands
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
        var unit = Unit(tenantId, transaction, by, reason, operationId, "retried it");
        unit.Requeue.Add(transactionId);
        if (await writer.CommitAsync(unit, ct) == CommitOutcome.Duplicate)
            return new(true, "already_done", "This was done already.");
        pumps.PokeAll();
        return new(true, "accepted", $"Order {transaction.Number} is tried again now.");
    }

    public async Task<CommandOutcome> ReplayAsync(int tenantId, Guid transactionId, ReplayRequest request, string by, string reason, Guid operationId, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(tenantId));
        var transaction = await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.Id == transactionId, ct);
        var work = await context.WorkItems.AsNoTracking().FirstOrDefaultAsync(w => w.TransactionId == transactionId, ct);
        if (transaction is null || work is null)
            return new(false, "not_found", "There is no such transaction.");
        if (Refuse(transaction, work) is { } refused)
            return refused;
        if ((request.Newest ? flows.Newest(work.Flow) : flows.Find(work.Flow, work.FlowVersion)) is not { } flow)
            return new(false, "flow_missing", $"Version {work.FlowVersion} of the flow {work.Flow} does not exist any more. Replay on the newest one.");
        var from = request.From switch { null => work.Step, ReplayRequest.Start => flow.Steps[0].Id, var id => id };
        if (flow.Find(from) is null)
            return new(false, "step_unknown", $"Version {flow.Version} of the flow {flow.Name} has no step {from}. It has {string.Join(", ", flow.Steps.Select(s => s.Id))}.");
        if (transaction.FaultKind == FaultKind.UnknownOutcome && !request.Reissue && await BlindOpenAsync(context, transactionId, ct))
            return new(false, "outcome_unknown", $"It is not known whether {transaction.PartyConnection ?? "the target"} has the document. Check there first; then replay with a second sending, if it has not.");
        var unit = Unit(tenantId, transaction, by, reason, operationId, Words(transaction, request, from, flow));
        unit.Restart = new(transactionId, work.Fence, from, flow.Version, Variables(work, request, flow, from, await PassedAsync(context, transactionId, ct)), request.Reissue);
        unit.Note = new ChangeNote(tenantId, transactionId, TransactionState.Running, transaction.Connection, IsNew: false);
        switch (await writer.CommitAsync(unit, ct))
        {
            case CommitOutcome.Duplicate:
                return new(true, "already_done", "This was done already.");
            case CommitOutcome.Stale:
                return new(false, "busy", $"Order {transaction.Number} was taken up by somebody else at this moment. Look again.");
            default:
                pumps.PokeAll();
                return new(true, "accepted", $"Order {transaction.Number} goes through the flow again from {from}.");
        }
    }

    public async Task<CommandOutcome> PassTurnAsync(int tenantId, Guid transactionId, string by, string reason, Guid operationId, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(tenantId));
        var transaction = await context.Transactions.AsNoTracking().FirstOrDefaultAsync(t => t.Id == transactionId, ct);
        var work = await context.WorkItems.AsNoTracking().FirstOrDefaultAsync(w => w.TransactionId == transactionId, ct);
        if (transaction is null || work is null)
            return new(false, "not_found", "There is no such transaction.");
        if (reason.Length == 0)
            return new(false, "reason_missing", "Say why those behind it may pass: it changes the order in which the systems are told.");
        if (work is not { EntityKey: { } key, Turn: > 0 } || work.State == WorkState.Behind)
            return new(false, "nobody_waits", $"Nothing waits for order {transaction.Number}.");
        var behind = await context.WorkItems.CountAsync(w => w.EntityKey == key && w.Turn > work.Turn && w.State == WorkState.Behind, ct);
        var unit = Unit(tenantId, transaction, by, reason, operationId, behind == 1 ? "let the one behind it pass" : $"let the {behind} behind it pass", JournalEventType.TurnPassed);
        unit.Pass = new(tenantId, transactionId, key);
        unit.Note = new ChangeNote(tenantId, transactionId, transaction.State, transaction.Connection, IsNew: false);
        return await writer.CommitAsync(unit, ct) == CommitOutcome.Duplicate
            ? new(true, "already_done", "This was done already.")
            : new(true, "accepted", behind == 1 ? "The order behind it goes on." : $"The {behind} orders behind it go on, one after the other.");
    }

    /// <summary>Why it cannot be replayed now; null when it can.</summary>
    internal static CommandOutcome? Refuse(TransactionRow transaction, WorkItemRow work) => (transaction.State, work.State) switch
    {
        (TransactionState.Cancelled, _) => new(false, "cancelled", $"Order {transaction.Number} is cancelled. A cancelled order is not taken up again."),
        (TransactionState.Superseded, _) => new(false, "superseded", $"Order {transaction.Number} was superseded by a newer one; only the newest counts."),
        (_, WorkState.Behind) => new(false, "behind", $"Order {transaction.Number} waits for its turn. Free the one ahead of it, or let the others pass there."),
        (_, WorkState.Leased) => new(false, "busy", $"Order {transaction.Number} is being worked on at this moment. Try again in a moment."),
        _ => null,
    };

    private static Task<bool> BlindOpenAsync(ControlPlaneDbContext context, Guid id, CancellationToken ct) =>
        context.Effects.AnyAsync(e => e.TransactionId == id && e.State == EffectState.Unknown && e.WriteKind == WriteKind.Blind, ct);

    /// <summary>Waits whose event came: the sender will not repeat it.</summary>
    private static Task<List<string>> PassedAsync(ControlPlaneDbContext context, Guid id, CancellationToken ct) =>
        context.Journal.Where(j => j.TransactionId == id && (j.Type == JournalEventType.SignalReceived || j.Type == JournalEventType.StepCompleted)).Select(j => j.Step).Distinct().ToListAsync(ct);

    internal static byte[] Variables(WorkItemRow work, ReplayRequest request, FlowDefinition flow, string from, IReadOnlyCollection<string> passed)
    {
        var variables = JsonSerializer.Deserialize(work.Variables, FlowJson.Default.FlowVariables)!;
        var steps = flow.Steps.ToList();
        var at = steps.FindIndex(s => s.Id == from);
        var shipped = steps.FindIndex(s => s is WaitStep wait && wait.Events.Contains("shipment.confirmed"));
        // Before the wait for shipments, none has been worked on; what the warehouse told is gone through again one by one.
        if (shipped >= 0 && at <= shipped && variables.Shipments.Count > 0)
            variables.Occurrence = 0;
        if (request.Reissue)
            variables.Epoch++;
        variables.Replay = new([.. steps.Skip(at).OfType<WaitStep>().Where(w => passed.Contains(w.Id)).Select(w => w.Id)]);
        return JsonSerializer.SerializeToUtf8Bytes(variables, FlowJson.Default.FlowVariables);
    }

    internal static string Words(TransactionRow transaction, ReplayRequest request, string from, FlowDefinition flow) =>
        $"replayed it from {(from == transaction.Step ? "where it stood" : from)} on version {flow.Version}{(request.Reissue ? ", sending everything a second time" : "")}";

    /// <summary>The operation's id is the claim: a second click, or a repeat after a lost connection, finds it taken.</summary>
    private CommitUnit Unit(int tenantId, TransactionRow transaction, string by, string reason, Guid operationId, string did, JournalEventType type = JournalEventType.Replayed) =>
        Unit(clock, tenantId, transaction, by, reason, operationId, did, type);

    internal static CommitUnit Unit(TimeProvider clock, int tenantId, TransactionRow transaction, string by, string reason, Guid operationId, string did, JournalEventType type)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var unit = new CommitUnit();
        unit.Keys.Add(new() { TenantId = tenantId, Connection = "operator", Key = "o:" + operationId.ToString("N"), MessageId = EntityId.New(clock), SeenAt = now });
        unit.Journal.Add(new()
        {
            TransactionId = transaction.Id,
            TenantId = tenantId,
            At = now,
            Type = type,
            Step = transaction.Step,
            Stage = transaction.Stage,
            Summary = Ingestion.PayloadRows.Cut(reason.Length > 0 ? $"{by} {did}: {reason}" : $"{by} {did}", ColumnLengths.Summary)!,
            Basis = new Basis(Person: by).Write(),
        });
        return unit;
    }
}
