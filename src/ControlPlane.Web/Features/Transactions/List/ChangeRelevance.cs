using ControlPlane.Runtime.Transactions.Queries;
using ControlPlane.Web.Live;

namespace ControlPlane.Web.Features.Transactions.List;

/// <summary>Which changes can show on the page: the others are not worth a reading.</summary>
/// <remarks>
/// A note tells the state after the change only. An order that leaves the filter on another page is therefore not noticed
/// here; the count is right again with the next reading, half a minute later at the latest.
/// </remarks>
public static class ChangeRelevance
{
    public static bool Concerns(LiveChange change, TransactionFilter filter, TransactionListPage shown)
    {
        if (change.More)
            return true;
        var ids = shown.Items.Select(i => i.Id).ToHashSet();
        return change.Notes.Any(n => ids.Contains(n.TransactionId) || (filter.MayAdmit(n.TransactionId, n.State, n.Connection) && MayStandHere(n.TransactionId, filter, shown)));
    }

    private static bool MayStandHere(Guid id, TransactionFilter filter, TransactionListPage shown)
    {
        if (shown.Items is not [{ Id: var newest }, ..])
            return true;
        var oldest = shown.Items[^1].Id;
        if (shown.Older is null || id.CompareTo(oldest) > 0)
            return shown.Newer is null || id.CompareTo(newest) < 0;
        // Older than the page. Where states are filtered it may have joined just now, and is counted in the line on top.
        return shown.Newer is null && filter.FollowsState;
    }
}
