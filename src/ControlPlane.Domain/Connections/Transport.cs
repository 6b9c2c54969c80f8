using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Domain.Connections;

/// <summary>Opens sockets for protocols other than HTTP, guarded against internal addresses as <see cref="IExchange"/> is.</summary>
public interface IDialer
{
    /// <exception cref="ExchangeException">The connection may not reach this address.</exception>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    ValueTask<Socket> ConnectAsync(IPEndPoint target, CancellationToken ct);
}

/// <summary>
/// How requests of one connection travel when it is not HTTP. Behind the gateway, so that budgets, bulkheads, breakers and the
/// records of attempts hold for it, too. Any thread; disposed when the connection changes.
/// </summary>
public interface ITransport : IAsyncDisposable
{
    /// <summary>The status is HTTP's nearest: 200 = the other side has it.</summary>
    /// <exception cref="ExchangeException">As <see cref="IExchange.SendAsync"/> throws it.</exception>
    Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct);
}
