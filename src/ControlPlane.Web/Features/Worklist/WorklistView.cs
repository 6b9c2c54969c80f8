using ControlPlane.Runtime.Worklist;

namespace ControlPlane.Web.Features.Worklist;

/// <param name="New">Orders that belong on the page and are not shown yet. They wait behind a button.</param>
/// <param name="Opened">The order of the panel where it is not among the rows; null when it is, when none is open, and when there is no such order.</param>
/// <param name="OpenedId">For which <paramref name="Opened"/> was read.</param>
public sealed record WorklistView(WorkPage Page, WorkSummary Summary, int New, WorkItem? Opened, Guid? OpenedId, DateTimeOffset ReadAt)
{
    public WorkItem? Find(Guid id) => Page.Items.FirstOrDefault(i => i.Item.Id == id) ?? (Opened?.Item.Id == id ? Opened : null);
}
