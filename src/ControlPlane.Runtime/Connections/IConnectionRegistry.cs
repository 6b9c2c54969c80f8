using ControlPlane.Domain.Connections;

namespace ControlPlane.Runtime.Connections;

/// <summary>The configured connections with their secrets resolved, in memory. An instance never changes; a change is a new one.</summary>
public interface IConnectionRegistry
{
    IReadOnlyCollection<Connection> All { get; }

    Connection? Find(string key);

    /// <summary>The first enabled connection of a role that is live, by key; null when there is none.</summary>
    Connection? FindByRole(SystemRole role);
}
