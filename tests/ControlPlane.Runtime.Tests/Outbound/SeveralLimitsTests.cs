using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Outbound;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Outbound;

/// <summary>A call can count against several limits: one of its own, and one that the account shares.</summary>
public sealed class SeveralLimitsTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_limit_of_the_account_stands_for_all_and_what_it_refused_is_not_taken_from_the_operation()
    {
        var clock = new FakeTimeProvider(new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        using var gateway = new OutboundGateway(clock);
        var connector = new Limited();
        for (var i = 0; i < 2; i++)
            await gateway.SendAsync(Connection, connector, Request("read"), Ct);
        await gateway.SendAsync(Connection, connector, Request("write"), Ct);

        // The account's three are used up; each operation would have more of its own.
        for (var i = 0; i < 5; i++)
        {
            var refused = await Assert.ThrowsAsync<ExchangeException>(() => gateway.SendAsync(Connection, connector, Request("write"), Ct));
            Assert.Equal((FaultKind.Throttled, OutboundGateway.OutOfBudget), (refused.Fault.Kind, refused.Fault.Code));
        }

        Assert.Equal(4, gateway.BudgetLeft(Connection, connector, "write"));
        clock.Advance(TimeSpan.FromSeconds(100));
        await gateway.SendAsync(Connection, connector, Request("write"), Ct);
        Assert.Equal(4, connector.Sent);
    }

    private static readonly Connection Connection = new() { Key = "erp", Connector = "limited", Role = SystemRole.Erp, DisplayName = "ERP" };

    private static ExchangeRequest Request(string operation) => new() { Method = HttpMethod.Post, Path = "/", Operation = operation };

    private sealed class Limited : IConnector, ITransport
    {
        public int Sent { get; private set; }

        public ConnectorManifest Manifest { get; } = new()
        {
            Name = "limited", Version = "1.0.0", Title = "Limited",
            Operations = [.. new[] { "read", "write" }.Select(n => new OperationDescriptor(n, n, WriteKind.Upsert, false, new(0.0001, 5) { And = new(0.01, 3, "account") }))],
        };

        public IReceiver? Receiver => null;

        public IReadOnlyList<IFeed> Feeds => [];

        public IOperation? Operation(string name) => null;

        public ITransport OpenTransport(Connection connection, IDialer dialer) => this;

        public Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
        {
            Sent++;
            return Task.FromResult(new ExchangeAnswer { Status = 200 });
        }

        public ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) => ValueTask.CompletedTask;

        public IEnumerable<string> Check(Connection connection) => [];

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
