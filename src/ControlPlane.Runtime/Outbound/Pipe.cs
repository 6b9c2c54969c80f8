using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using ControlPlane.Domain.Connections;
using ControlPlane.Runtime.Outbound.Metering;

namespace ControlPlane.Runtime.Outbound;

/// <summary>What belongs to one connection on this node: its pool and its places for calls under way. A slow system takes only its own places.</summary>
internal sealed class Pipe : IDisposable
{
    private readonly SemaphoreSlim _places;
    private readonly Lock _lock = new();
    private volatile bool _congested;
    private long _fullSince;
    private ITransport? _transport;
    private HttpClient? _client;
    private TransportSecurity? _security;
    private readonly OutboundMeter? _meter;
    private bool _retired;

    public Pipe(Connection connection, OutboundMeter? meter = null)
    {
        Connection = connection;
        _places = new SemaphoreSlim(connection.MaxConcurrency);
        _meter = meter;
    }

    public Connection Connection { get; }

    /// <summary>The operation that was sent last: what a silence is put down to.</summary>
    public string LastOperation { get; set; } = "";

    public bool IsCongested => _congested && _places.CurrentCount == 0;

    /// <summary>The moment the call began; null when no place came free in time.</summary>
    public async ValueTask<long?> EnterAsync(TimeSpan most, TimeProvider clock, CancellationToken ct)
    {
        if (!_places.Wait(0, ct) && !await _places.WaitAsync(IsCongested ? TimeSpan.Zero : most, ct))
        {
            _congested = true;
            return null;
        }

        var now = clock.GetTimestamp();
        // The last place is taken: from here on, silence counts.
        if (_places.CurrentCount == 0)
            Interlocked.CompareExchange(ref _fullSince, now, 0);
        return now;
    }

    public void Leave(long began, TimeProvider clock)
    {
        // A place that comes free quickly says that the crowd is passing.
        if (clock.GetElapsedTime(began) < TimeSpan.FromSeconds(5))
            _congested = false;
        Interlocked.Exchange(ref _fullSince, 0);
        _places.Release();
        CloseIfRetired();
    }

    /// <summary>Null = HTTP. Made when it is first asked for.</summary>
    public ITransport? TransportOf(IConnector connector)
    {
        lock (_lock)
            return _transport ??= connector.OpenTransport(Connection, new Dialer(Connection));
    }

    /// <summary>Another instance of the connection took its place: what it holds open is closed after the last call.</summary>
    public void Retire()
    {
        lock (_lock)
            _retired = true;
        CloseIfRetired();
    }

    private void CloseIfRetired()
    {
        ITransport? closing;
        lock (_lock)
        {
            if (!_retired || _places.CurrentCount < Connection.MaxConcurrency)
                return;
            (closing, _transport) = (_transport, null);
        }

        // Nobody waits for it: closing only says good-bye to the other side.
        _ = closing?.DisposeAsync().AsTask();
    }

    public (int Running, TimeSpan? Silence) Standing(TimeProvider clock)
    {
        var since = Interlocked.Read(ref _fullSince);
        return (Connection.MaxConcurrency - _places.CurrentCount, since == 0 || _places.CurrentCount > 0 ? null : clock.GetElapsedTime(since));
    }

    public void Forgive() => _congested = false;

    /// <summary>Made when it is first asked for: certificates are read once for each connection.</summary>
    /// <exception cref="ExchangeException">A certificate cannot be read.</exception>
    public HttpClient ClientOf(IConnector connector)
    {
        if (_client is { } made)
            return made;
        lock (_lock)
            return _client ??= Open(_security = connector.Secure(Connection));
    }

    private HttpClient Open(TransportSecurity? security)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseProxy = false,
            UseCookies = false,
            MaxConnectionsPerServer = Connection.MaxConcurrency,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            ConnectTimeout = TimeSpan.FromSeconds(10),
            AutomaticDecompression = System.Net.DecompressionMethods.GZip | System.Net.DecompressionMethods.Deflate,
            ActivityHeadersPropagator = null,
            SslOptions = new()
            {
                // Only looked at, to know when it expires; whether it is trusted stays the system's decision.
                RemoteCertificateValidationCallback = (_, certificate, _, errors) =>
                {
                    if (certificate is X509Certificate2 shown)
                        _meter?.Certificate(Connection.Key, shown);
                    return errors == SslPolicyErrors.None;
                },
            },
            ConnectCallback = (context, ct) => AddressGuard.ConnectAsync(context.DnsEndPoint, Connection.AllowPrivateNetwork, ct),
        };
        if (security?.Certificate is { } certificate)
            handler.SslOptions.ClientCertificateContext = SslStreamCertificateContext.Create(certificate, null, offline: true);
        if (security?.Authority is { } authority)
        {
            // A private authority has no list of revoked certificates that we could reach.
            handler.SslOptions.CertificateChainPolicy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.Add(authority);
        }

        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }

    public void Dispose()
    {
        Retire();
        _client?.Dispose();
        _security?.Dispose();
        _places.Dispose();
    }
}
