using ControlPlane.Domain.Flows;

namespace ControlPlane.Runtime.Flows;

/// <summary>All versions of all flows, in memory: looked up for every step, never read from the database on the way.</summary>
public interface IFlowCatalog
{
    FlowDefinition? Find(string name, int version);

    FlowDefinition? Newest(string name);

    /// <summary>The newest version of the flow that an event of a channel starts; null when none does.</summary>
    FlowDefinition? ForEvent(string @event, string connection);

    IReadOnlyList<FlowDefinition> All { get; }
}
