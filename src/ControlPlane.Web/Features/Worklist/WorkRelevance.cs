using ControlPlane.Domain.Transactions;
using ControlPlane.Web.Live;

namespace ControlPlane.Web.Features.Worklist;

/// <summary>Which changes can show on the page: the others are not worth a reading. Most orders go their way and concern nobody.</summary>
public static class WorkRelevance
{
    public static bool Concerns(LiveChange change, WorklistView shown, Guid? open)
    {
        if (change.More)
            return true;
        var ids = shown.Page.Items.Select(i => i.Item.Id).ToHashSet();
        return change.Notes.Any(n => n.State == TransactionState.Stuck || n.TransactionId == open || ids.Contains(n.TransactionId));
    }
}
