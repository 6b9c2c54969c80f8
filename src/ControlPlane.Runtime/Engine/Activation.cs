using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Worklist;
using System.Text.Json;

namespace ControlPlane.Runtime.Engine;

/// <summary>
/// One transaction in the hands of one worker: where it stands, and what has happened since the last checkpoint. Used by
/// one task at a time; its rows belong to the writer while a checkpoint is under way.
/// </summary>
internal sealed class Activation(WorkItemRow work, TransactionRow transaction, CanonicalOrder order, FlowVariables variables, TimeProvider clock)
{
    private CommitUnit _pending = new();

    public WorkItemRow Work { get; } = work;

    public TransactionRow Transaction { get; } = transaction;

    public CanonicalOrder Order { get; private set; } = order;

    public FlowVariables Variables { get; } = variables;

    /// <summary>While a system is asked to change the order: the version that it is asked to take. Null otherwise.</summary>
    public CanonicalOrder? Proposed { get; set; }

    /// <summary>Signals that nobody has looked at yet, oldest first. Empty for work that was just received.</summary>
    public List<SignalRow> Signals { get; init; } = [];

    /// <summary>Effects that an earlier activation began and did not finish, by step and occurrence.</summary>
    public Dictionary<(string, int), EffectRow> OpenEffects { get; init; } = [];

    /// <summary>In a replay: writes that were confirmed before, with what the target said.</summary>
    public Dictionary<(string, int), string> DoneEffects { get; init; } = [];

    /// <summary>Documents made by map steps, by call step; made again when they are missing.</summary>
    public Dictionary<string, ReadOnlyMemory<byte>> Documents { get; } = new(StringComparer.Ordinal);

    /// <summary>The lane of its flow, where it waits in the bulk lane after a replay of many; null = it is in its own.</summary>
    public Lane? HomeLane { get; set; }

    /// <summary>Past the step up to which its key keeps the order.</summary>
    public bool PastTurn { get; set; }

    /// <summary>Of its key only the newest counts.</summary>
    public bool NewestCounts { get; set; }

    /// <summary>How it comes out of its exception case with the next commit; null = not yet. Being tried again is no way out.</summary>
    public CaseExit? Exit { get; set; }

    /// <summary>Stage of the business process reached by the steps done so far.</summary>
    public string Stage
    {
        get => Transaction.Stage;
        set => Transaction.Stage = value;
    }

    public CommitUnit Pending => _pending;

    public DateTimeOffset Now => clock.GetUtcNow();

    public void Journal(
        JournalEventType type, StepDefinition step, string summary, string? system = null, string? code = null, int attempt = 0, int duration = 0, Guid? attemptId = null, long? at = null, Basis? basis = null)
    {
        _pending.Journal.Add(new()
        {
            TransactionId = Work.TransactionId,
            TenantId = Work.TenantId,
            At = at ?? Now.ToMicroseconds(),
            Sequence = ++Work.JournalSequence,
            Type = type,
            Step = step.Id,
            Stage = step.Stage,
            System = system,
            Summary = PayloadRows.Cut(summary, Persistence.ColumnLengths.Summary)!,
            Code = PayloadRows.Cut(code, Persistence.ColumnLengths.Code),
            Attempt = attempt,
            DurationMicroseconds = duration,
            AttemptId = attemptId,
            Basis = basis?.Write(),
        });
    }

    public void Add(IEnumerable<Identifier> identifiers)
    {
        foreach (var identifier in identifiers.Where(i => i.Value.Trim().Length > 0))
            _pending.Identifiers.Add(Row(Work.TenantId, Work.TransactionId, identifier));
    }

    /// <summary>What rules found in a message that came early.</summary>
    public void AddFound(IReadOnlyList<Identifier>? found)
    {
        if (found is not null)
            _pending.Identifiers.AddRange(found.Select(i => IdentifierRules.RuleBoard.Row(Work.TenantId, Work.TransactionId, i)));
    }

    public static TransactionIdentifierRow Row(int tenantId, Guid transactionId, Identifier identifier) => new()
    {
        TenantId = tenantId,
        TransactionId = transactionId,
        Kind = identifier.Kind,
        Value = Identifier.Normalize(identifier.Value),
        Written = PayloadRows.Cut(identifier.Value.Trim(), Identifier.LongestValue)!,
    };

    public void Consume(SignalRow signal)
    {
        signal.ConsumedAt = Now.ToMicroseconds();
        _pending.ConsumedSignals.Add(signal);
        Signals.Remove(signal);
    }

    /// <summary>The channel sent a newer version of the order; the flow goes on with that one.</summary>
    public void Replace(CanonicalOrder order)
    {
        Order = order;
        var payload = PayloadRows.Make(Work.TenantId, JsonSerializer.SerializeToUtf8Bytes(order, FlowJson.Default.CanonicalOrder), "application/json", clock);
        _pending.Payloads.Add(payload);
        Transaction.CanonicalPayloadId = payload.Id;
        Documents.Clear();
    }

    /// <summary>It is stuck now: into the case of those that failed for the same cause, and to its place in the worklist. The transaction has its party already.</summary>
    /// <param name="owner">Whose it is, by its case.</param>
    public void Join(StepDefinition step, Fault fault, Guid node, ILookup<Guid, CaseSplit> splits, WorkRanks ranks, Func<Guid, string?> owner)
    {
        ranks.Place(Transaction);
        var ticket = CaseTicket.Of(Transaction, step, fault, Now.ToMicroseconds(), node, splits);
        if (Transaction.CaseId is not null)
            _pending.LeavesCase = CaseExit.FailedAgain;
        ticket = ticket with { Owner = owner(ticket.Case.Id) };
        _pending.CaseTicket = ticket;
        Transaction.CaseId = ticket.Case.Id;
    }

    /// <summary>Enters a state; the clock of "since when" starts anew when state or step changed.</summary>
    public void Enter(TransactionState state, string step)
    {
        if (Transaction.State != state || Transaction.Step != step)
            Transaction.Since = Now.ToMicroseconds();
        Transaction.State = state;
        Transaction.Step = step;
    }

    /// <summary>Closes the unit of everything since the last checkpoint.</summary>
    public CommitUnit Seal(WorkState state, string step, long dueAt, long leaseUntil)
    {
        Work.State = state;
        // What comes of it later is no part of the replay of many any more.
        if (HomeLane is { } home && state != WorkState.Leased)
            Work.Lane = home;
        Work.Step = step;
        Work.DueAt = dueAt;
        Work.LeaseUntil = leaseUntil;
        Work.Variables = JsonSerializer.SerializeToUtf8Bytes(Variables, FlowJson.Default.FlowVariables);
        Transaction.UpdatedAt = Now.ToMicroseconds();
        Transaction.Revision++;
        var unit = _pending;
        // Only what its system confirmed, what ended, and what a person ended leaves its case. Time and another attempt do not.
        if (unit.CaseTicket is null && Transaction is { CaseId: not null, State: not TransactionState.Stuck }
            && (Exit ?? Transaction.State switch { TransactionState.Closed => CaseExit.Proof, TransactionState.Cancelled or TransactionState.Superseded => CaseExit.Superseded, _ => (CaseExit?)null }) is { } exit)
        {
            Transaction.CaseId = null;
            unit.LeavesCase = exit;
        }

        Exit = null;
        if (Transaction is { WorkRank: not null, State: not TransactionState.Stuck })
            (Transaction.WorkRank, Transaction.ActBy) = (null, null);
        unit.Progress = Work;
        if (Work is { EntityKey: not null, Turn: > 0 })
        {
            unit.LeavesTurn = PastTurn || state == WorkState.Done;
            unit.YieldsTurn = NewestCounts && !unit.LeavesTurn && (state is WorkState.Dead or WorkState.Held || (state == WorkState.Ready && dueAt > Now.ToMicroseconds()));
            if (unit.LeavesTurn)
                Work.Turn = 0;
        }

        unit.TransactionChange = Transaction;
        unit.Note = new ChangeNote(Work.TenantId, Work.TransactionId, Transaction.State, Transaction.Connection, IsNew: false);
        _pending = new();
        return unit;
    }
}
