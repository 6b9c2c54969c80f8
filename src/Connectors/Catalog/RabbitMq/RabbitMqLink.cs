using ControlPlane.Domain.Connections;
using RabbitMQ.Client;

namespace Connectors.Catalog.RabbitMq;

/// <summary>Opens AMQP connections. They do not heal themselves: whoever holds one sees its end and opens another.</summary>
internal static class RabbitMqLink
{
    /// <summary>RabbitMQ's own largest. A message beyond the client's limit would end the connection, and come again with the next.</summary>
    private const uint MostMessageBytes = 512 * 1024 * 1024;

    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(10);

    /// <summary>A broker that is gone without a word is noticed after two of them.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(10);

    /// <param name="purpose">For the broker's operators: what this connection is for, and whose it is.</param>
    /// <exception cref="ExchangeException">It did not come about; nothing was sent.</exception>
    public static async Task<IConnection> OpenAsync(Connection connection, RabbitMqSettings settings, IDialer dialer, string purpose, CancellationToken ct)
    {
        var factory = new ConnectionFactory
        {
            HostName = settings.Host,
            Port = settings.Port,
            VirtualHost = settings.VirtualHost,
            UserName = settings.User,
            Password = connection.Secret(RabbitMqSettings.PasswordSecret) ?? "",
            Ssl = new SslOption(settings.Host, enabled: settings.Tls),
            AutomaticRecoveryEnabled = false,
            TopologyRecoveryEnabled = false,
            RequestedConnectionTimeout = ConnectTimeout,
            HandshakeContinuationTimeout = ConnectTimeout,
            ContinuationTimeout = ConnectTimeout,
            RequestedHeartbeat = Heartbeat,
            MaxInboundMessageBodySize = MostMessageBytes,
            ClientProvidedName = $"ControlPlane {connection.Key}, {purpose}",
            SocketFactory = _ => new GuardedTcpClient(dialer),
        };
        try
        {
            return await factory.CreateConnectionAsync(ct);
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            throw new ExchangeException(RabbitMqFaults.From(e, connection, settings), e);
        }
    }
}
