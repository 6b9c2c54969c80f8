using System.Net;
using System.Net.Sockets;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Outbound;

namespace ControlPlane.Runtime.Tests.Outbound;

/// <summary>What does not travel by HTTP goes through the same gateway.</summary>
public sealed class TransportTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_connector_with_a_transport_of_its_own_needs_no_address_and_one_is_made_for_each_connection()
    {
        using var gateway = new OutboundGateway(TimeProvider.System);
        var connector = new Carried();
        var connection = Connection();
        for (var i = 0; i < 3; i++)
            Assert.Equal(200, (await gateway.SendAsync(connection, connector, Request(), Ct)).Status);
        var first = Assert.Single(connector.Made);
        Assert.Equal(3, first.Sent);

        // The connection was changed while a call was under way: that one ends on the old transport, which then closes.
        first.Gate = new();
        var slow = gateway.SendAsync(connection, connector, Request(), Ct);
        await gateway.SendAsync(Connection(), connector, Request(), Ct);
        Assert.Equal(2, connector.Made.Count);
        Assert.False(first.Disposed);
        first.Gate.SetResult();
        await slow;
        Assert.True(first.Disposed);
        Assert.False(connector.Made[1].Disposed);
    }

    [Fact]
    public async Task A_write_that_is_not_answered_in_time_is_of_unknown_outcome()
    {
        using var gateway = new OutboundGateway(TimeProvider.System);
        var connector = new Carried();
        var connection = Connection(TimeSpan.FromMilliseconds(50));
        await gateway.SendAsync(connection, connector, Request(), Ct);
        connector.Made[0].Gate = new();
        var lost = await Assert.ThrowsAsync<ExchangeException>(() => gateway.SendAsync(connection, connector, Request(), Ct));
        Assert.Equal((FaultKind.UnknownOutcome, "outbound.timeout"), (lost.Fault.Kind, lost.Fault.Code));
    }

    [Theory]
    [InlineData("10.0.0.1")]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    [InlineData("169.254.169.254")]
    public async Task An_internal_address_is_refused_unless_the_connection_allows_it(string address)
    {
        var refused = await Assert.ThrowsAsync<ExchangeException>(async () => await new Dialer(Connection(allowPrivate: false)).ConnectAsync(new(IPAddress.Parse(address), 9), Ct));
        Assert.Equal("outbound.address_refused", refused.Fault.Code);
        await Assert.ThrowsAsync<SocketException>(async () => await new Dialer(Connection(allowPrivate: true)).ConnectAsync(new(IPAddress.Loopback, 9), Ct));
    }

    private static Connection Connection(TimeSpan? timeout = null, bool allowPrivate = false) => new()
    {
        Key = "bus", Connector = "bus", Role = SystemRole.EventBroker, DisplayName = "Event bus", Timeout = timeout ?? TimeSpan.FromSeconds(30), AllowPrivateNetwork = allowPrivate,
    };

    private static ExchangeRequest Request() => new() { Method = HttpMethod.Post, Path = "/orders/created", Writes = true, Operation = "publish" };

    private sealed class Carried : IConnector
    {
        public List<Carrier> Made { get; } = [];

        public ConnectorManifest Manifest { get; } = new() { Name = "bus", Version = "1.0.0", Title = "Bus" };

        public IReceiver? Receiver => null;

        public IOperation? Operation(string name) => null;

        public IReadOnlyList<IFeed> Feeds => [];

        public ITransport OpenTransport(Connection connection, IDialer dialer)
        {
            Made.Add(new());
            return Made[^1];
        }

        public ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) => default;

        public IEnumerable<string> Check(Connection connection) => [];
    }

    private sealed class Carrier : ITransport
    {
        public int Sent { get; private set; }

        public bool Disposed { get; private set; }

        public TaskCompletionSource? Gate { get; set; }

        public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
        {
            if (Gate is { } gate)
                await gate.Task.WaitAsync(ct);
            Sent++;
            return new() { Status = 200 };
        }

        public ValueTask DisposeAsync()
        {
            Disposed = true;
            return default;
        }
    }
}
