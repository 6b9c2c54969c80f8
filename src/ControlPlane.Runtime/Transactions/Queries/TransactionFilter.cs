using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>Which transactions a list shows. Everything left out does not filter.</summary>
public sealed record TransactionFilter
{
    public static readonly TransactionFilter None = new();

    /// <summary>Any of these; empty = all.</summary>
    public IReadOnlyList<TransactionState> States { get; init; } = [];

    /// <summary>Key of the channel's connection.</summary>
    public string? Connection { get; init; }

    /// <summary>The last stage reached.</summary>
    public string? Stage { get; init; }

    /// <summary>Role of the system at which it stands.</summary>
    public SystemRole? Party { get; init; }

    /// <summary>True: open, and at no other system.</summary>
    public bool Ours { get; init; }

    /// <summary>Key of the connection at which it stands.</summary>
    public string? PartyConnection { get; init; }

    /// <summary>Inclusive.</summary>
    public DateTimeOffset? ReceivedFrom { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? ReceivedTo { get; init; }

    /// <summary>In this currency, and at least this much: amounts of different currencies do not compare.</summary>
    public Money? TotalAtLeast { get; init; }

    /// <summary>In this currency, and at most this much.</summary>
    public Money? TotalAtMost { get; init; }

    public string? FaultCode { get; init; }

    /// <summary>Any number that anyone holds; see <see cref="Identifier.Normalize"/>.</summary>
    public string? Search { get; init; }

    private static readonly TransactionState[] Open = [TransactionState.Running, TransactionState.Waiting, TransactionState.Retrying, TransactionState.Stuck];

    private static readonly TransactionState[] NotClosed = [.. Open, TransactionState.Cancelled, TransactionState.Superseded];

    /// <summary>
    /// The states that can match at all; null = every one. A finished transaction stands at no system and has no fault, and
    /// the stage "closed" is reached by closing only: so these filters need no index of their own, they walk the few open ones.
    /// </summary>
    internal IReadOnlyList<TransactionState>? PossibleStates
    {
        get
        {
            IEnumerable<TransactionState>? states = States.Count > 0 ? States.Distinct() : null;
            if (Party is not null || PartyConnection is not null || FaultCode is not null || Ours)
                states = (states ?? Open).Intersect(Open);
            if (Stage is not null)
                states = Stage == Domain.Flows.StageNames.Closed ? (states ?? [TransactionState.Closed]).Intersect([TransactionState.Closed]) : (states ?? NotClosed).Intersect(NotClosed);
            return states?.ToList();
        }
    }

    /// <summary>True when everything that can pass is open: then it is worth asking where it stands.</summary>
    public bool OpenOnly => PossibleStates is { } states && states.All(s => !s.IsFinal());

    /// <summary>True when a transaction can come to fit, or cease to, by going on.</summary>
    public bool FollowsState => PossibleStates is not null;

    /// <summary>
    /// Judges by what a note of a change tells. False: the transaction cannot pass. True is no promise, it has to be looked at.
    /// </summary>
    public bool MayAdmit(Guid id, TransactionState state, string connection) =>
        (PossibleStates is not { } states || states.Contains(state))
        && (Connection is null || Connection == connection)
        && (ReceivedFrom is not { } from || id.CompareTo(ListQuery.Earliest(from)) >= 0)
        && (ReceivedTo is not { } to || id.CompareTo(ListQuery.Behind(to)) < 0);
}
