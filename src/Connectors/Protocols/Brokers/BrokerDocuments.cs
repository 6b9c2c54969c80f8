using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Brokers;

/// <summary>
/// How the messages of a broker are read: as documents of a connector that is known, as events of our own form, or as the connection
/// itself describes them in its setting <c>spec</c>, for a system that nobody has heard of.
/// </summary>
/// <param name="connector">Name of the broker's own connector.</param>
/// <param name="known">Connectors whose documents a broker may hold.</param>
internal sealed class BrokerDocuments(string connector, TimeProvider clock, IReadOnlyList<IConnector> known)
{
    public const string Setting = "spec";

    private readonly FrozenDictionary<string, IReceiver> _known =
        known.Select(d => KeyValuePair.Create(d.Manifest.Name, d.Receiver!)).Append(new(EventReceiver.Name, new EventReceiver())).ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Connections are immutable and replaced as a whole, so that what was read from one holds as long as it does.</summary>
    private readonly ConditionalWeakTable<Connection, Description> _described = [];

    /// <summary>What the setting <c>documents</c> may say.</summary>
    public IEnumerable<string> Names => _known.Keys;

    /// <summary>Null when the connection does not say it, or says it wrongly.</summary>
    public IReceiver? Of(Connection connection, string documents) =>
        Described(connection) is { } own ? own.Connector?.Receiver : _known.GetValueOrDefault(documents);

    /// <summary>The connection's own description; null when it has none.</summary>
    public Description? Described(Connection connection) =>
        connection.Setting(Setting) is { Length: > 0 } ? _described.GetValue(connection, Read) : null;

    private Description Read(Connection connection)
    {
        var reading = ManifestReader.ReadSpec(connection.Setting(Setting)!, connector, connection.DisplayName, connection.Role, $"connection {connection.Key}, settings.{Setting}", brokered: true);
        return new(reading.Definition is { } definition ? new DeclarativeConnector(definition, clock) : null, reading.Problems);
    }

    /// <param name="Connector">Null when there are problems.</param>
    internal sealed record Description(DeclarativeConnector? Connector, IReadOnlyList<ManifestProblem> Problems)
    {
        /// <summary>What keeps it from being used, with file and line; the address of a broker stands in its settings.</summary>
        public IEnumerable<string> Check(Connection connection) => Connector is null
            ? Problems.Select(p => p.ToString())
            : Connector.Check(connection).Where(p => !p.StartsWith("baseAddress:", StringComparison.Ordinal))
                .Concat(Connector.Feeds.Count == 0 ? [] : [$"settings.{Setting}: A broker has no feeds. Leave feeds: out; what the broker holds is subscribed to."]);
    }
}
