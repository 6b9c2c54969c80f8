using System.Net;
using System.Net.Sockets;

namespace Connectors.Tests.Sftp;

/// <summary>Stands between client and server and cuts each connection after so many bytes from the client.</summary>
public sealed class CuttingProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;

    public CuttingProxy(int target, long after)
    {
        (_target, After) = (target, after);
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes; long.MaxValue = never.</summary>
    public long After { get; set; }

    private long _seen;

    /// <summary>Bytes that the client sent in all.</summary>
    public long Seen => Interlocked.Read(ref _seen);

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
                _ = CarryAsync(await _listener.AcceptSocketAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Closed.
        }
    }

    private async Task CarryAsync(Socket near)
    {
        try
        {
            using var far = new Socket(SocketType.Stream, ProtocolType.Tcp);
            await far.ConnectAsync(IPAddress.Loopback, _target);
            using var upper = new NetworkStream(near, ownsSocket: true);
            using var lower = new NetworkStream(far);
            await Task.WhenAny(UpAsync(upper, lower), lower.CopyToAsync(upper));
        }
        catch (Exception e) when (e is SocketException or IOException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task UpAsync(NetworkStream from, NetworkStream to)
    {
        var buffer = new byte[4096];
        long sent = 0;
        for (int read; (read = await from.ReadAsync(buffer)) > 0;)
        {
            Interlocked.Add(ref _seen, read);
            if (sent + read > After)
            {
                await to.WriteAsync(buffer.AsMemory(0, (int)Math.Max(0, After - sent)));
                return;
            }

            await to.WriteAsync(buffer.AsMemory(0, read));
            sent += read;
        }
    }

    public void Dispose() => _listener.Dispose();
}
