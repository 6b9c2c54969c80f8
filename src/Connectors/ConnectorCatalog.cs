using System.Collections.Concurrent;
using ControlPlane.Domain.Connections;

namespace Connectors;

/// <summary>All known connectors by name: the built-in ones and those that users describe. Safe to add to while it is read.</summary>
public sealed class ConnectorCatalog : IConnectorCatalog
{
    private readonly ConcurrentDictionary<string, IConnector> _connectors = new(StringComparer.Ordinal);

    public IReadOnlyCollection<IConnector> All => [.. _connectors.Values.OrderBy(c => c.Manifest.Name, StringComparer.Ordinal)];

    public IConnector? Find(string name) => _connectors.GetValueOrDefault(name);

    /// <summary>Takes the place of one with the same name: a user's document is newer than what was there.</summary>
    public ConnectorCatalog Add(IConnector connector)
    {
        _connectors[connector.Manifest.Name] = connector;
        return this;
    }
}
