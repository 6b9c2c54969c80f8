using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ingestion.Deliveries;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Turns;

namespace ControlPlane.Runtime.Persistence.Batches;

internal enum CommitOutcome
{
    Committed,

    /// <summary>A key of the inbox was seen before: nothing was written but the memory of the repeat.</summary>
    Duplicate,

    /// <summary>The lease went to another: nothing was written.</summary>
    Stale,
}

/// <summary>
/// What belongs together: all of it is committed, or nothing. Many units share one database transaction; a unit that is
/// a duplicate or stale falls out of it without disturbing the others.
/// </summary>
internal sealed class CommitUnit
{
    public List<InboxKeyRow> Keys { get; } = [];

    /// <summary>Guarded by owner and fence.</summary>
    public WorkItemRow? Progress { get; set; }

    public WorkItemRow? NewWork { get; set; }

    public TransactionRow? NewTransaction { get; set; }

    public TransactionRow? TransactionChange { get; set; }

    public List<MessageRow> Messages { get; } = [];

    /// <summary>Deliveries whose parts are all written.</summary>
    public List<MessageRow> MessageOutcomes { get; } = [];

    public List<DeliveryAnswerRow> DeliveryAnswers { get; } = [];

    public List<PayloadRow> Payloads { get; } = [];

    public List<TransactionIdentifierRow> Identifiers { get; } = [];

    public List<JournalRow> Journal { get; } = [];

    public List<EffectRow> Effects { get; } = [];

    public List<AttemptRow> Attempts { get; } = [];

    public List<SignalRow> Signals { get; } = [];

    public List<SignalRow> ConsumedSignals { get; } = [];

    /// <summary>Transactions to wake if they wait.</summary>
    public List<Guid> Wake { get; } = [];

    /// <summary>Transactions to wake for a change although they are stuck, or closed: whoever takes them up looks at the change alone.</summary>
    public List<Guid> Rouse { get; } = [];

    /// <summary>Changes of <see cref="Progress"/> as they stand, by id.</summary>
    public Dictionary<Guid, Changes.OrderChangeRow> Changes { get; } = [];

    /// <summary>Transactions that a person sets going again: dead letters, and retries that wait for their time.</summary>
    public List<Guid> Requeue { get; } = [];

    /// <summary>
    /// A person acts on work that nobody has in hand: the fence as it was read. The commit takes the work with it, or leaves all of it
    /// when somebody was faster; <see cref="Progress"/> has the fence after it.
    /// </summary>
    public int? TakesFence { get; set; }

    /// <summary>A transaction that a person sends back to a step; guarded by the fence that was read.</summary>
    public WorkRestart? Restart { get; set; }

    /// <summary>The order that <see cref="NewWork"/> has to keep; the commit decides whether it goes at once.</summary>
    public TurnRequest? Turn { get; set; }

    /// <summary>True when <see cref="Progress"/> is past what its key keeps in order: the next one may go.</summary>
    public bool LeavesTurn { get; set; }

    /// <summary>True when <see cref="Progress"/> cannot go on now, and the newest of its key is all that counts.</summary>
    public bool YieldsTurn { get; set; }

    /// <summary>A person lets those behind a transaction pass.</summary>
    public TurnPass? Pass { get; set; }

    /// <summary>True after the commit when somebody who waited for his turn became ready.</summary>
    public bool LetGo { get; set; }

    /// <summary>Events that would end the wait which <see cref="Progress"/> begins.</summary>
    public IReadOnlyList<string> AwaitedEvents { get; set; } = [];

    /// <summary>Puts <see cref="Progress"/>, which is stuck, into its exception case.</summary>
    public CaseTicket? CaseTicket { get; set; }

    /// <summary>How <see cref="Progress"/> comes out of the case that it was stuck for; null = it does not.</summary>
    public CaseExit? LeavesCase { get; set; }

    public List<FeedCursorRow> FeedCursors { get; } = [];

    public List<BudgetMinuteRow> BudgetMinutes { get; } = [];

    public List<ConnectionFactRow> ConnectionFacts { get; } = [];

    public TrafficRow? Traffic { get; set; }

    public ChangeNote? Note { get; set; }

    /// <summary>Under <see cref="CommitOutcome.Duplicate"/>: the message that came first.</summary>
    public Guid? FirstMessageId { get; set; }

    /// <summary>True after the commit when a signal was there already: the wait is over before it began.</summary>
    public bool SignalWaiting { get; set; }

    internal TaskCompletionSource<CommitOutcome> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    internal CommitOutcome Outcome { get; set; }
}

/// <param name="Fence">As it was read: whoever took the work meanwhile has raised it.</param>
/// <param name="Settles">True when open outcomes of the old epoch are settled by the person's decision to send again.</param>
/// <param name="Lane">Where it waits for its turn; null = where it was.</param>
internal sealed record WorkRestart(Guid TransactionId, int Fence, string Step, int FlowVersion, byte[] Variables, bool Settles, Domain.Flows.Lane? Lane = null);
