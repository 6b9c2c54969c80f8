using System.Collections.Frozen;
using System.Runtime.CompilerServices;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;

namespace Connectors.Catalog.RabbitMq;

/// <summary>
/// A queue as a source, an exchange as a target. In code because AMQP is no HTTP. What a message means is left to the connector
/// whose documents the queue holds.
/// </summary>
public sealed class RabbitMqConnector : DeclarativeConnector
{
    private readonly FrozenDictionary<string, IReceiver> _documents;
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
        _documents = documents.Select(d => KeyValuePair.Create(d.Manifest.Name, d.Receiver!)).Append(new(EventReceiver.Name, new EventReceiver())).ToFrozenDictionary(StringComparer.Ordinal);
    }

    public override IConnector For(Connection connection) => _shaped.GetValue(connection, Shape);

    /// <summary>The address stands in the settings: AMQP has no paths to append.</summary>
    public override IEnumerable<string> Check(Connection connection) =>
        base.Check(connection).Where(p => !p.StartsWith("baseAddress:", StringComparison.Ordinal)).Concat(RabbitMqSettings.Check(connection, _documents.Keys));

    private IConnector Shape(Connection connection) =>
        RabbitMqSettings.Of(connection) is { Queue: not null, Documents: var name } && _documents.TryGetValue(name, out var documents)
            ? new Shaped(this, new QueueReceiver(documents), [new QueueSubscription(_clock)], _clock)
            : new Shaped(this, null, [], _clock);

    /// <summary>The connector as one connection shapes it.</summary>
    private sealed class Shaped(RabbitMqConnector all, IReceiver? receiver, IReadOnlyList<ISubscription> subscriptions, TimeProvider clock) : IConnector
    {
        public ConnectorManifest Manifest => all.Manifest;

        public IReceiver? Receiver => receiver;

        public IOperation? Operation(string name) => all.Operation(name);

        public IReadOnlyList<IFeed> Feeds => [];

        public IReadOnlyList<ISubscription> Subscriptions => subscriptions;

        public ITransport OpenTransport(Connection connection, IDialer dialer) => new PublishTransport(connection, dialer, clock);

        public ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) => ValueTask.CompletedTask;

        public IEnumerable<string> Check(Connection connection) => all.Check(connection);
    }
}
