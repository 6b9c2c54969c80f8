using System.Runtime.CompilerServices;
using Connectors.Protocols.Brokers;
using Connectors.Protocols.Http;
using Connectors.Protocols.Kafka;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Catalog.Kafka;

/// <summary>
/// Topics as a source, a topic as a target. In code because Kafka is no HTTP. What a message means is left to the connector whose
/// documents the topics hold, or to the connection's own description.
/// </summary>
public sealed class KafkaConnector : DeclarativeConnector
{
    private readonly BrokerDocuments _documents;
    private readonly TimeProvider _clock;

    /// <summary>Connections are immutable and replaced as a whole, so that what was made for one holds as long as it does.</summary>
    private readonly ConditionalWeakTable<Connection, IConnector> _shaped = [];

    /// <param name="documents">Connectors whose documents topics may hold, beside events of our own form.</param>
    public KafkaConnector(TimeProvider clock, params IReadOnlyList<IConnector> documents)
        : base(EmbeddedCatalog.Load("Kafka"), clock)
    {
        _clock = clock;
        _documents = new(Manifest.Name, clock, documents);
    }

    public override IConnector For(Connection connection) => _shaped.GetValue(connection, Shape);

    /// <summary>The addresses stand in the settings: there are several.</summary>
    public override IEnumerable<string> Check(Connection connection)
    {
        var described = _documents.Described(connection);
        return base.Check(connection).Where(p => !p.StartsWith("baseAddress:", StringComparison.Ordinal))
            .Concat(KafkaSettings.Check(connection, described is null ? [.. _documents.Names] : null))
            .Concat(described?.Check(connection) ?? []);
    }

    private BrokerConnector Shape(Connection connection)
    {
        var receiver = KafkaSettings.Of(connection) is { Topics.Count: > 0, Documents: var name } ? _documents.Of(connection, name) : null;
        return new(this, _documents.Described(connection)?.Connector, receiver is null ? null : new QueueReceiver(receiver, "kafka"), receiver is null ? [] : [new TopicSubscription(_clock)],
            static (c, dialer) => new PublishTransport(c, dialer));
    }
}
