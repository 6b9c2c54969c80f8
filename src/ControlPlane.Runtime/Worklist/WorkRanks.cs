using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Worklist;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Worklist;

/// <summary>Gives a stuck transaction its place in the worklist, from what the row and the memory hold: part of the commit of the failing step, without a statement of its own.</summary>
internal sealed class WorkRanks(PenaltyBoard board, IConnectionRegistry connections)
{
    public PenaltyRules Rules => board.Rules;

    public void Place(TransactionRow transaction)
    {
        var place = Of(transaction);
        (transaction.WorkRank, transaction.ActBy) = (place.Score, place.ActBy?.ToMicroseconds());
    }

    public WorkPlace Of(TransactionRow transaction) => WorkRank.Of(Facts(transaction), board.Rules);

    public Stake? Leading(TransactionRow transaction, DateTimeOffset now) => WorkRank.Leading(Facts(transaction), board.Rules, now);

    private WorkFacts Facts(TransactionRow t) => new(
        connections.Find(t.Connection)?.Connector, t.Connection, t.Kind, t.Currency, t.TotalMinor, Instant.FromMicroseconds(t.PlacedAt), Instant.FromMicroseconds(t.ReceivedAt),
        Instant.FromMicroseconds(t.Since), t.ShipBy is { } by ? Instant.FromMicroseconds(by) : null);
}
