using System.Net;
using System.Net.Sockets;

namespace ControlPlane.Faults.Proxy;

public enum ProxyMode
{
    Pass,

    /// <summary>New connections are closed at once; those that are there are cut.</summary>
    Refuse,

    /// <summary>Connections are taken and nothing is forwarded.</summary>
    Stall,
}

/// <summary>What happens to a connection in which the watched bytes pass towards the server.</summary>
public enum Cut
{
    None,

    /// <summary>The bytes are swallowed: the server never sees them.</summary>
    Before,

    /// <summary>The bytes are forwarded, the answer is not: whether it was done is not known.</summary>
    After,
}

/// <summary>A relay on loopback between the product and what it talks to.</summary>
public sealed class TcpProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly int _target;
    private readonly Lock _lock = new();
    private readonly HashSet<Pair> _pairs = [];
    private readonly Task _accepting;
    private byte[] _pattern = [];
    private Cut _armed;
    private int _countdown;
    private int _cuts;

    /// <param name="target">Port on loopback that it relays to.</param>
    public TcpProxy(int target)
    {
        _target = target;
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _accepting = Task.Run(AcceptAsync);
    }

    public int Port { get; }

    public ProxyMode Mode { get; private set; }

    public int Cuts => Volatile.Read(ref _cuts);

    /// <summary>A connection is reset after so many bytes from the server; 0: never.</summary>
    public int ResetAfterBytes { get; set; }

    /// <summary>The next time, or the nth, that the bytes pass, their connection is cut.</summary>
    public void Arm(string pattern, Cut cut, int nth = 1)
    {
        lock (_lock)
            (_pattern, _armed, _countdown) = (System.Text.Encoding.ASCII.GetBytes(pattern), cut, nth);
    }

    public bool IsArmed
    {
        get
        {
            lock (_lock)
                return _armed != Cut.None;
        }
    }

    public void Set(ProxyMode mode)
    {
        Mode = mode;
        if (mode != ProxyMode.Refuse)
            return;
        lock (_lock)
            foreach (var pair in _pairs)
                pair.Reset();
    }

    private async Task AcceptAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            Socket client;
            try
            {
                client = await _listener.AcceptSocketAsync(_stop.Token);
            }
            catch (Exception e) when (e is OperationCanceledException or SocketException)
            {
                return;
            }

            if (Mode == ProxyMode.Refuse)
            {
                client.Close(0);
                continue;
            }

            _ = Task.Run(() => RelayAsync(client));
        }
    }

    private async Task RelayAsync(Socket client)
    {
        var server = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.NoDelay = true;
        var pair = new Pair(client, server);
        lock (_lock)
            _pairs.Add(pair);
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, _target, _stop.Token);
            await Task.WhenAny(PumpAsync(pair, client, server, towardsServer: true), PumpAsync(pair, server, client, towardsServer: false));
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // The target is away: the client learns it by the reset.
        }
        finally
        {
            pair.Reset();
            lock (_lock)
                _pairs.Remove(pair);
        }
    }

    private async Task PumpAsync(Pair pair, Socket from, Socket to, bool towardsServer)
    {
        var buffer = new byte[32 * 1024];
        var passed = 0L;
        try
        {
            while (true)
            {
                var read = await from.ReceiveAsync(buffer, _stop.Token);
                if (read == 0)
                    return;
                while (Mode == ProxyMode.Stall)
                    await Task.Delay(50, _stop.Token);
                var cut = towardsServer ? Watch(buffer.AsSpan(0, read)) : Cut.None;
                if (cut == Cut.Before)
                    return;
                if (cut == Cut.After)
                    pair.Deaf = true;
                if (!(pair.Deaf && !towardsServer))
                    await SendAllAsync(to, buffer.AsMemory(0, read));
                if (cut == Cut.After)
                {
                    // Long enough for the server to have done it, not long enough for anybody to notice.
                    await Task.Delay(30, _stop.Token);
                    return;
                }

                passed += read;
                if (!towardsServer && ResetAfterBytes > 0 && passed >= ResetAfterBytes)
                    return;
            }
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            // One side went: the other is told.
        }
    }

    private Cut Watch(ReadOnlySpan<byte> bytes)
    {
        lock (_lock)
        {
            if (_armed == Cut.None || bytes.IndexOf(_pattern) < 0 || --_countdown > 0)
                return Cut.None;
            var cut = _armed;
            _armed = Cut.None;
            _cuts++;
            return cut;
        }
    }

    private async Task SendAllAsync(Socket to, ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await to.SendAsync(bytes, _stop.Token)..];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        Set(ProxyMode.Refuse);
        await _accepting;
        _stop.Dispose();
    }

    private sealed class Pair(Socket client, Socket server)
    {
        /// <summary>The client hears nothing more.</summary>
        public volatile bool Deaf;

        /// <summary>Closed without a good-bye, as a broken line is.</summary>
        public void Reset()
        {
            client.Close(0);
            server.Close(0);
        }
    }
}
