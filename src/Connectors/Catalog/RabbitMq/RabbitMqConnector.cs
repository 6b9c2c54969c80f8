using System.Runtime.CompilerServices;
using Connectors.Protocols.Brokers;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Catalog.RabbitMq;

/// <summary>
/// A queue as a source, an exchange as a target. In code because AMQP is no HTTP. What a message means is left to the connector
/// whose documents the queue holds, or to the connection's own description.
/// </summary>
public sealed class RabbitMqConnector : DeclarativeConnector
{
    private readonly BrokerDocuments _documents;
    private readonly TimeProvider _clock;

    /// <summary>Connections are immutable and replaced as a whole, so that what was made for one holds as long as it does.</summary>
    private readonly ConditionalWeakTable<Connection, IConnector> _shaped = [];

    /// <param name="documents">Connectors whose documents a queue may hold, beside events of our own form.</param>
    public RabbitMqConnector(TimeProvider clock, params IReadOnlyList<IConnector> documents)
        : this(EmbeddedCatalog.Load("RabbitMq"), clock, documents)
    {
    }

    private RabbitMqConnector(ConnectorDefinition definition, TimeProvider clock, IReadOnlyList<IConnector> documents)
        : base(definition, clock, coded: [new Publish(definition)])
    {
        _clock = clock;
        _documents = new(definition.Manifest.Name, clock, documents);
    }

    public override IConnector For(Connection connection) => _shaped.GetValue(connection, Shape);

    /// <summary>The address stands in the settings: AMQP has no paths to append.</summary>
    public override IEnumerable<string> Check(Connection connection)
    {
        var described = _documents.Described(connection);
        return base.Check(connection).Where(p => !p.StartsWith("baseAddress:", StringComparison.Ordinal))
            .Concat(RabbitMqSettings.Check(connection, described is null ? [.. _documents.Names] : null))
            .Concat(described?.Check(connection) ?? []);
    }

    private BrokerConnector Shape(Connection connection)
    {
        var receiver = RabbitMqSettings.Of(connection) is { Queue: not null, Documents: var name } ? _documents.Of(connection, name) : null;
        return new(this, _documents.Described(connection)?.Connector, receiver is null ? null : new QueueReceiver(receiver), receiver is null ? [] : [new QueueSubscription(_clock)],
            (c, dialer) => new PublishTransport(c, dialer, _clock));
    }
}
