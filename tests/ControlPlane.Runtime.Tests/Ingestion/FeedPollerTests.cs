using ControlPlane.Domain.Connections;
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

    private sealed class Polled : IConnectionRegistry
    {
        private readonly Connection _shop = new() { Key = "shop", Connector = "shop", Role = SystemRole.Storefront, DisplayName = "The shop", PollEvery = TimeSpan.FromMinutes(1) };

        public IReadOnlyCollection<Connection> All => [_shop];

        public Connection? Find(string key) => key == "shop" ? _shop : null;

        public Connection? FindByRole(SystemRole role) => null;
    }

    private sealed class CountedFeed : IFeed
    {
        public int Reads { get; private set; }

        public string Name => "orders-feed";

        public RateBudget? Budget => null;

        public Task<FeedPage> ReadAsync(Connection connection, string? cursor, DateTimeOffset now, IExchange exchange, CancellationToken ct)
        {
            Reads++;
            return Task.FromResult(new FeedPage([], "next", false));
        }

        public Task<ReadOnlyMemory<byte>?> ReadOneAsync(Connection connection, string externalId, IExchange exchange, CancellationToken ct) => Task.FromResult<ReadOnlyMemory<byte>?>(null);
    }
}
