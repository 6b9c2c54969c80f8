using System.Collections.Concurrent;
using ControlPlane.Domain.Connections;

namespace Connectors;

/// <summary>All known connectors by name: the built-in ones and those that users describe. Safe to add to while it is read.</summary>
public sealed class ConnectorCatalog : IConnectorCatalog
{
    private readonly ConcurrentDictionary<string, Lazy<IConnector>> _connectors = new(StringComparer.Ordinal);

    public IReadOnlyCollection<IConnector> All => [.. _connectors.Values.AsParallel().Select(c => c.Value).OrderBy(c => c.Manifest.Name, StringComparer.Ordinal)];

    public IConnector? Find(string name) => _connectors.GetValueOrDefault(name)?.Value;

    /// <summary>Takes the place of one with the same name: a user's document is newer than what was there.</summary>
    public ConnectorCatalog Add(IConnector connector)
    {
        _connectors[connector.Manifest.Name] = new(connector);
        return this;
    }

    /// <summary>Read when somebody asks for it: an installation uses few of those that there are, and waits for none of the others when it starts.</summary>
    /// <param name="name">As its manifest says it.</param>
    public ConnectorCatalog Add(string name, Func<IConnector> read)
    {
        _connectors[name] = new(read);
        return this;
    }
}
