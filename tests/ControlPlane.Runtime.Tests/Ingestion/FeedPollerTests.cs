using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;

namespace ControlPlane.Runtime.Tests.Ingestion;

public sealed class FeedPollerTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task While_orders_are_behind_polling_stands_back_and_says_so_but_not_for_good(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var feed = new CountedFeed();
        using var standings = new WorkStandings(rig.Db, rig.Clock);
        var poller = new FeedPoller(
            rig.Db, new Polled(), new CatalogOf(new ScriptedConnector("shop") { Feeds = [feed] }), rig.Gateway, rig.Writer, rig.Receiver, standings, rig.Clock, NullLogger<FeedPoller>.Instance);
        await poller.PollDueAsync(Ct);
        Assert.Equal(1, feed.Reads);

        // Nobody works: an order that came is soon a minute behind.
        await rig.ReceiveAsync("shop", Orders.Order(1));
        rig.Clock.Advance(TimeSpan.FromSeconds(90));
        await poller.PollDueAsync(Ct);
        var cursor = Assert.Single(await rig.RowsAsync<FeedCursorRow>(Ct));
        Assert.Equal((1, "Put off: work here is 90 s behind, and orders come first. It is asked again by itself."), (feed.Reads, cursor.LastFault));
        Assert.Equal(rig.Clock.GetUtcNow() + PollShedding.Pause, Instant.FromMicroseconds(cursor.NextAt));

        rig.Clock.Advance(TimeSpan.FromMinutes(10));
        await poller.PollDueAsync(Ct);
        Assert.Equal(2, feed.Reads);
        await rig.DrainAsync(Ct);
        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        await poller.PollDueAsync(Ct);
        Assert.Equal(3, feed.Reads);
        Assert.Null(Assert.Single(await rig.RowsAsync<FeedCursorRow>(Ct)).LastFault);
    }

    [Theory]
    [InlineData(FaultKind.Transient, 60, null, 60)]
    [InlineData(FaultKind.Transient, 3600, null, 60)]
    [InlineData(FaultKind.Transient, 20, null, 20)]
    [InlineData(FaultKind.Transient, 3600, 600, 3600)]
    [InlineData(FaultKind.Throttled, 60, 600, 600)]
    [InlineData(FaultKind.Authentication, 3600, null, 3600)]
    public async Task After_a_failure_of_the_moment_it_is_asked_soon_again_unless_the_system_said_when(FaultKind kind, int every, int? asked, int next)
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var feed = new CountedFeed { Fault = new(kind, "shop.away", "The shop is away.", RetryAfter: asked is { } s ? TimeSpan.FromSeconds(s) : null) };
        using var standings = new WorkStandings(rig.Db, rig.Clock);
        var poller = new FeedPoller(
            rig.Db, new Polled(TimeSpan.FromSeconds(every)), new CatalogOf(new ScriptedConnector("shop") { Feeds = [feed] }), rig.Gateway, rig.Writer, rig.Receiver, standings, rig.Clock, NullLogger<FeedPoller>.Instance);
        await poller.PollDueAsync(Ct);
        var cursor = Assert.Single(await rig.RowsAsync<FeedCursorRow>(Ct));
        Assert.Equal(("The shop is away.", TimeSpan.FromSeconds(next)), (cursor.LastFault, Instant.FromMicroseconds(cursor.NextAt) - rig.Clock.GetUtcNow()));
    }

    private sealed class Polled(TimeSpan? every = null) : IConnectionRegistry
    {
        private readonly Connection _shop = new() { Key = "shop", Connector = "shop", Role = SystemRole.Storefront, DisplayName = "The shop", PollEvery = every ?? TimeSpan.FromMinutes(1) };

        public IReadOnlyCollection<Connection> All => [_shop];

        public Connection? Find(string key) => key == "shop" ? _shop : null;

        public Connection? FindByRole(SystemRole role) => null;
    }

    private sealed class CountedFeed : IFeed
    {
        public int Reads { get; private set; }

        public Fault? Fault { get; init; }

        public string Name => "orders-feed";

        public RateBudget? Budget => null;

        public Task<FeedPage> ReadAsync(Connection connection, string? cursor, DateTimeOffset now, IExchange exchange, CancellationToken ct)
        {
            Reads++;
            return Fault is { } fault ? throw new ExchangeException(fault) : Task.FromResult(new FeedPage([], "next", false));
        }

        public Task<ReadOnlyMemory<byte>?> ReadOneAsync(Connection connection, string externalId, IExchange exchange, CancellationToken ct) => Task.FromResult<ReadOnlyMemory<byte>?>(null);
    }
}
