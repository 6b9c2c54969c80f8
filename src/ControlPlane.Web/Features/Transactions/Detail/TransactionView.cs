using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Features.Transactions.Detail;

/// <param name="Detail">Null when there is no such transaction.</param>
public sealed record TransactionView(Guid Id, TransactionDetail? Detail, TransactionLines? Lines, DateTimeOffset ReadAt)
{
    /// <summary>What the channel changed after it had begun, newest first.</summary>
    public IReadOnlyList<ControlPlane.Runtime.Changes.ChangeItem> Changes { get; init; } = [];
}
