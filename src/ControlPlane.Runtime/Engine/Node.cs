using ControlPlane.Domain.Shared;

namespace ControlPlane.Runtime.Engine;

/// <summary>This process. The id is new at each start, so that what an earlier process held is recognised as not ours.</summary>
public sealed class Node(TimeProvider clock)
{
    public Guid Id { get; } = EntityId.New(clock);

    public string Name { get; } = $"{Environment.MachineName}/{Environment.ProcessId}";
}
