using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Features.Transactions.List;

/// <summary>What the line under the title counts.</summary>
/// <param name="All">All of them, where a page holds them all; those that wait behind the button are among them.</param>
/// <param name="Standing">Where they stand; null where it was not asked for: the page shows them all, or they are not all open.</param>
/// <param name="Stuck">How many of them are stuck; null where the filter says that already, or the page shows them all.</param>
public sealed record ListSummary(CappedCount Count, IReadOnlyList<TransactionListItem>? All = null, IReadOnlyList<Standing>? Standing = null, CappedCount? Stuck = null)
{
    public static async Task<ListSummary> ReadAsync(ITransactionQueries queries, TransactionFilter filter, TransactionListPage page, CancellationToken ct)
    {
        if (page.Count is { } all)
            return new(all, page.Items);
        if (filter.Search is not null)
            return new(await queries.CountAsync(filter, ct));
        if (filter.OpenOnly)
        {
            // Where they stand counts them on the way.
            var standing = await queries.StandingAsync(filter, ct);
            var sum = standing.Sum(s => s.Count);
            return new(new(sum, sum >= CappedCount.Cap), Standing: standing);
        }

        var stuck = filter.States.Count == 0 && filter.Stage is null ? await queries.CountAsync(filter with { States = [TransactionState.Stuck] }, ct) : null;
        return new(await queries.CountAsync(filter, ct), Stuck: stuck);
    }
}
