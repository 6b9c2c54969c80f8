using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Brokers;

/// <summary>A broker's connector as one connection shapes it: with what it listens to, and with the operations that it describes itself.</summary>
/// <param name="described">Null when the connection describes none.</param>
internal sealed class BrokerConnector(
    IConnector all, IConnector? described, IReceiver? receiver, IReadOnlyList<ISubscription> subscriptions, Func<Connection, IDialer, ITransport> transport) : IConnector
{
    public ConnectorManifest Manifest { get; } = described is { Manifest.Operations.Count: > 0 } own ? all.Manifest with
    {
        Operations = [.. own.Manifest.Operations, .. all.Manifest.Operations.Where(o => own.Operation(o.Name) is null)],
    } : all.Manifest;

    public IReceiver? Receiver => receiver;

    /// <summary>What the connection says goes before what is built in.</summary>
    public IOperation? Operation(string name) => described?.Operation(name) ?? all.Operation(name);

    public IReadOnlyList<IFeed> Feeds => [];

    public IReadOnlyList<ISubscription> Subscriptions => subscriptions;

    public ITransport OpenTransport(Connection connection, IDialer dialer) => transport(connection, dialer);

    public ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) => ValueTask.CompletedTask;

    public IEnumerable<string> Check(Connection connection) => all.Check(connection);
}
