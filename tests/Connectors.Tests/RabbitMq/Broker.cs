using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Connectors.Catalog.RabbitMq;
using Connectors.Catalog.Shopify;
using ControlPlane.Domain.Connections;
using RabbitMQ.Client;

namespace Connectors.Tests.RabbitMq;

/// <summary>A real broker, named by CONTROLPLANE_TEST_RABBITMQ (amqp://user:password@host:port/), with a queue of each test's own.</summary>
public sealed class Broker : IAsyncDisposable
{
    private readonly Uri _address;
    private readonly IConnection _link;

    private Broker(Uri address, IConnection link, IChannel channel, string queue) => (_address, _link, Channel, Queue) = (address, link, channel, queue);

    /// <summary>The test's own, beside the connector's.</summary>
    public IChannel Channel { get; }

    public string Queue { get; }

    public static RabbitMqConnector Connector { get; } = new(TimeProvider.System, new ShopifyConnector(TimeProvider.System));

    public static async Task<Broker> StartAsync(CancellationToken ct)
    {
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_TEST_RABBITMQ") is not { Length: > 0 } text)
        {
            Assert.False(Environment.GetEnvironmentVariable("CI") == "true", "CI must run the tests at a real broker: CONTROLPLANE_TEST_RABBITMQ is not set.");
            Assert.Skip("CONTROLPLANE_TEST_RABBITMQ is not set: nothing was tried at a real broker.");
            throw new InvalidOperationException();
        }

        var address = new Uri(text);
        var link = await new ConnectionFactory { Uri = address }.CreateConnectionAsync(ct);
        var channel = await link.CreateChannelAsync(new CreateChannelOptions(true, true), ct);
        var queue = "cp-test-" + ControlPlane.Domain.Shared.EntityId.New(TimeProvider.System).ToString("N");
        await channel.QueueDeclareAsync(queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: ct);
        return new(address, link, channel, queue);
    }

    public Connection Connection(params (string Name, string Value)[] settings)
    {
        var user = _address.UserInfo.Split(':');
        var all = new Dictionary<string, string>
        {
            ["host"] = _address.Host, ["port"] = _address.Port.ToString(CultureInfo.InvariantCulture), ["tls"] = "false", ["user"] = user[0], ["queue"] = Queue, ["documents"] = "shopify",
            ["exchange"] = "amq.topic", ["routingKey"] = Queue,
        };
        var password = Uri.UnescapeDataString(user[1]);
        foreach (var (name, value) in settings)
            if (name == "password")
                password = value;
            else
                all[name] = value;
        return new()
        {
            Key = "events", Connector = "rabbitmq", Role = SystemRole.Storefront, DisplayName = "Event bus", AllowPrivateNetwork = true,
            Settings = all, Secrets = new Dictionary<string, string> { ["password"] = password },
        };
    }

    public async Task SendAsync(byte[] body, CancellationToken ct, string? id = null, Action<BasicProperties>? adjust = null)
    {
        var properties = new BasicProperties { Persistent = true, ContentType = "application/json", MessageId = id };
        adjust?.Invoke(properties);
        await Channel.BasicPublishAsync("", Queue, mandatory: true, properties, body, ct);
    }

    /// <summary>Messages that the broker would give out now.</summary>
    public async Task<int> ReadyAsync(CancellationToken ct) => (int)await Channel.MessageCountAsync(Queue, ct);

    public async ValueTask DisposeAsync()
    {
        await Channel.QueueDeleteAsync(Queue);
        await Channel.DisposeAsync();
        await _link.DisposeAsync();
    }
}

/// <summary>As the product dials, without its guard; can lose what the broker says from now on.</summary>
public sealed class TestDialer : IDialer, IDisposable
{
    private readonly TcpListener _relay = new(IPAddress.Loopback, 0);
    private readonly List<Socket> _sockets = [];

    /// <summary>From now on what the broker says is lost, and the line breaks.</summary>
    public volatile bool Deaf;

    public async ValueTask<Socket> ConnectAsync(IPEndPoint target, CancellationToken ct)
    {
        _relay.Start();
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var accepted = _relay.AcceptSocketAsync(ct);
        await near.ConnectAsync(_relay.LocalEndpoint, ct);
        var far = new Socket(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await far.ConnectAsync(target, ct);
        var middle = await accepted;
        lock (_sockets)
            _sockets.AddRange([near, middle, far]);
        _ = PumpAsync(middle, far, towardsBroker: true);
        _ = PumpAsync(far, middle, towardsBroker: false);
        return near;
    }

    /// <summary>All lines there are break without a word.</summary>
    public void Cut()
    {
        lock (_sockets)
            foreach (var socket in _sockets)
                socket.Close(0);
    }

    private async Task PumpAsync(Socket from, Socket to, bool towardsBroker)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            while (await from.ReceiveAsync(buffer) is > 0 and var read)
            {
                if (Deaf && !towardsBroker)
                    break;
                await to.SendAsync(buffer.AsMemory(0, read));
            }
        }
        catch (SocketException)
        {
        }
        catch (ObjectDisposedException)
        {
        }

        to.Close(0);
    }

    public void Dispose()
    {
        _relay.Dispose();
        lock (_sockets)
            _sockets.ForEach(s => s.Dispose());
    }
}

/// <summary>Keeps what it is given as long as the test says so.</summary>
public sealed class Intake : ISubscriber, IDisposable
{
    private readonly TestDialer _dialer = new();

    public List<InboundRequest> Taken { get; } = [];

    /// <summary>What becomes of a message; kept when the test says nothing.</summary>
    public Func<InboundRequest, CancellationToken, Task<Receipt>> Answer { get; set; } = (_, _) => Task.FromResult(Receipt.Kept);

    /// <summary>How often the broker accepted us.</summary>
    public int Listened { get; private set; }

    public IDialer Dialer => _dialer;

    public string Node => "test";

    public void Listening() => Listened++;

    /// <summary>What the broker still had for us when it was last asked.</summary>
    public long? Waits { get; private set; }

    public void Waiting(long messages) => Waits = messages;

    public void Break() => _dialer.Cut();

    public async Task<Receipt> TakeAsync(InboundRequest request, CancellationToken stop)
    {
        lock (Taken)
            Taken.Add(request);
        return await Answer(request, stop);
    }

    public int Count
    {
        get
        {
            lock (Taken)
                return Taken.Count;
        }
    }

    public static async Task UntilAsync(Func<Task<bool>> holds, string what, CancellationToken ct)
    {
        for (var i = 0; i < 400; i++)
        {
            if (await holds())
                return;
            await Task.Delay(25, ct);
        }

        Assert.Fail($"It did not come about within 10 s: {what}");
    }

    public void Dispose() => _dialer.Dispose();
}
