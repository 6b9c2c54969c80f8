using ControlPlane.Runtime.Replays;
using ControlPlane.Runtime.Worklist;

namespace ControlPlane.Web.Features.Worklist;

/// <summary>What was chosen with x or its box. It stays while one turns pages or filters.</summary>
public sealed class WorkChoice
{
    private readonly Dictionary<Guid, WorkItem> _chosen = [];

    public int Count => _chosen.Count;

    public bool IsFull => _chosen.Count >= BulkSelection.MostIds;

    public IReadOnlyCollection<WorkItem> Items => _chosen.Values;

    public bool Has(Guid id) => _chosen.ContainsKey(id);

    public void Set(WorkItem item, bool on)
    {
        if (!on)
            _chosen.Remove(item.Item.Id);
        else if (!IsFull)
            _chosen[item.Item.Id] = item;
    }

    public void Clear() => _chosen.Clear();
}
