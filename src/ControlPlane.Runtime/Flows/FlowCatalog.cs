using System.Collections.Frozen;
using ControlPlane.Domain.Flows;

namespace ControlPlane.Runtime.Flows;

/// <summary>Swapped whole when a flow is applied; readers never wait.</summary>
public sealed class FlowCatalog : IFlowCatalog
{
    private volatile Versions _versions = new([]);

    public IReadOnlyList<FlowDefinition> All => _versions.All;

    public FlowDefinition? Find(string name, int version) => _versions.ByVersion.GetValueOrDefault((name, version));

    public FlowDefinition? Newest(string name) => _versions.Newest.GetValueOrDefault(name);

    public FlowDefinition? ForEvent(string @event, string connection)
    {
        FlowDefinition? fits = null;
        foreach (var flow in _versions.Newest.Values)
            // One that names the channel goes before one for all; by name where both do.
            if (flow.Trigger.Fits(@event, connection)
                && (fits is null || (flow.Trigger.Connections.Count > 0, fits.Name).CompareTo((fits.Trigger.Connections.Count > 0, flow.Name)) > 0))
                fits = flow;
        return fits;
    }

    public void Replace(IReadOnlyList<FlowDefinition> flows) => _versions = new(flows);

    private sealed class Versions(IReadOnlyList<FlowDefinition> flows)
    {
        public IReadOnlyList<FlowDefinition> All { get; } = flows;

        public FrozenDictionary<(string, int), FlowDefinition> ByVersion { get; } = flows.ToFrozenDictionary(f => (f.Name, f.Version));

        public FrozenDictionary<string, FlowDefinition> Newest { get; } = flows.GroupBy(f => f.Name).ToFrozenDictionary(g => g.Key, g => g.MaxBy(f => f.Version)!);
    }
}
