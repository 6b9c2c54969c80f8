using System.Net;
using System.Net.Sockets;
using ControlPlane.Domain.Connections;
using RabbitMQ.Client;

namespace Connectors.Catalog.RabbitMq;

/// <summary>Lets the client's sockets be opened by ours, which refuses internal addresses that the connection does not allow.</summary>
internal sealed class GuardedTcpClient(IDialer dialer) : ITcpClient
{
    private Socket? _socket;

    public bool Connected => _socket?.Connected == true;

    public Socket Client => _socket ?? throw new InvalidOperationException("Not connected yet.");

    public TimeSpan ReceiveTimeout
    {
        get => TimeSpan.FromMilliseconds(Client.ReceiveTimeout);
        set => Client.ReceiveTimeout = (int)value.TotalMilliseconds;
    }

    public async Task ConnectAsync(IPAddress host, int port, CancellationToken cancellationToken = default) =>
        _socket = await dialer.ConnectAsync(new IPEndPoint(host, port), cancellationToken);

    public NetworkStream GetStream() => new(Client);

    public void Close() => Dispose();

    public void Dispose() => _socket?.Dispose();
}
