using System.Net;
using System.Net.Sockets;
using ControlPlane.Domain.Connections;

namespace Connectors.Protocols.Sftp;

/// <summary>
/// Carries one connection of the SSH client over a socket that the <see cref="IDialer"/> opened, which refuses internal addresses. The
/// client opens its sockets itself and offers no way to hand one in; so it is given a port of this machine that leads to ours.
/// </summary>
internal sealed class GuardedRelay : IDisposable
{
    private readonly Socket _far;
    private readonly TcpListener _listener;
    private Socket? _near;

    private GuardedRelay(Socket far)
    {
        _far = far;
        _listener = new(IPAddress.Loopback, 0);
        _listener.Start(1);
        _ = RunAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <exception cref="ExchangeException">The connection may not reach this address.</exception>
    /// <exception cref="SocketException">Nobody answers there.</exception>
    public static async Task<GuardedRelay> OpenAsync(string host, int port, IDialer dialer, CancellationToken ct)
    {
        var addresses = IPAddress.TryParse(host.Trim('[', ']'), out var literal) ? [literal] : await Dns.GetHostAddressesAsync(host, ct);
        SocketException? last = null;
        foreach (var address in addresses)
            try
            {
                return new(await dialer.ConnectAsync(new(address, port), ct));
            }
            catch (SocketException e)
            {
                last = e;
            }

        throw last ?? new SocketException((int)SocketError.HostNotFound);
    }

    private async Task RunAsync()
    {
        try
        {
            _near = await _listener.AcceptSocketAsync();
            _near.NoDelay = true;
            await using var near = new NetworkStream(_near, ownsSocket: true);
            await using var far = new NetworkStream(_far, ownsSocket: true);
            await Task.WhenAny(near.CopyToAsync(far), far.CopyToAsync(near));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // One side ended: so does the other.
        }
        finally
        {
            Dispose();
        }
    }

    public void Dispose()
    {
        _near?.Dispose();
        _far.Dispose();
        _listener.Dispose();
    }
}
