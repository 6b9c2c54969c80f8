using System.Collections.Frozen;
using ControlPlane.Domain.Connections;

namespace ControlPlane.Runtime.Connections;

/// <summary>Swapped whole when the configuration changes; readers never wait.</summary>
public sealed class ConnectionRegistry : IConnectionRegistry
{
    private volatile FrozenDictionary<string, Connection> _all = FrozenDictionary<string, Connection>.Empty;

    public IReadOnlyCollection<Connection> All => _all.Values;

    public Connection? Find(string key) => _all.GetValueOrDefault(key);

    public Connection? FindByRole(SystemRole role) =>
        _all.Values.Where(c => c is { Enabled: true, Onboarding: false } && c.Role == role).MinBy(c => c.Key, StringComparer.Ordinal);

    /// <summary>Instances that did not change stay the same, so that their pools and budgets live on.</summary>
    public void Replace(IEnumerable<Connection> connections) => _all = connections.ToFrozenDictionary(c => c.Key, StringComparer.Ordinal);
}
