using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Health;
using ControlPlane.Runtime.Connections.Webhooks;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using System.Text.Json;

namespace ControlPlane.Runtime.Tests.Connections;

/// <summary>A shop whose webhooks get lost and whose subscriptions disappear, and the feed as the truth beside them.</summary>
public sealed class WebhookKeeperTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Of_webhooks_that_get_lost_every_order_is_recovered_and_counted_as_a_gap(DatabaseProvider provider)
    {
        await using var shop = await ShopRig.StartAsync(provider, Ct);
        await shop.Keeper.KeepAsync(Ct);
        var lost = 0;
        for (var n = 1; n <= 100; n++)
        {
            shop.Place(n);
            // One in twenty is lost; some come twice; a poll runs ahead of the webhook now and then.
            if (n % 20 == 7)
                lost++;
            else if (n % 10 == 3)
            {
                await shop.PollAsync(Ct);
                await shop.TellAsync(n);
            }
            else
            {
                await shop.TellAsync(n);
                if (n % 9 == 0)
                    await shop.TellAsync(n);
            }
        }

        await shop.PollAsync(Ct);
        Assert.Equal(100, (await shop.Rig.RowsAsync<TransactionRow>(Ct)).Count);
        var health = await shop.HealthAsync(Ct);
        Assert.Equal((5, 0, true), (lost, health.Arrivals.Gaps, health.Arrivals.GapsDue));
        // Who is slower than the poll is not counted: only what nobody told within the grace.
        shop.Rig.Clock.Advance(ConnectionHealthQueries.Grace);
        health = await shop.HealthAsync(Ct);
        Assert.Equal((lost, 100), (health.Arrivals.Gaps, health.Arrivals.Received));
        Assert.True(health.Arrivals.DuplicateRate > 0.1, $"{health.Arrivals.Duplicates}");
        // What the feed brought was fetched, also where its webhook came after it and it is no gap.
        Assert.Equal(MessageArrival.Feed, Assert.Single(health.Arrivals.Topics, t => t.Topic == "orders-feed").Arrival);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_subscription_that_disappears_is_made_again_and_what_was_missed_is_fetched(DatabaseProvider provider)
    {
        await using var shop = await ShopRig.StartAsync(provider, Ct);
        await shop.Keeper.KeepAsync(Ct);
        Assert.Equal(["orders/create", "orders/cancelled"], shop.Webhooks.There.Select(s => s.Topic));
        Assert.All(shop.Webhooks.There, s => Assert.Equal("https://hub.example.com/in/shop", s.Address));
        await shop.Keeper.KeepAsync(Ct);
        Assert.Equal(2, shop.Webhooks.Created);

        // The shop gives up on us and tells nobody; three orders come meanwhile.
        shop.Webhooks.There.RemoveAt(0);
        foreach (var n in new[] { 1, 2, 3 })
            shop.Place(n);
        shop.Rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await shop.Keeper.KeepAsync(Ct);
        Assert.Equal((3, 2), (shop.Webhooks.Created, shop.Webhooks.There.Count));
        Assert.Equal(3, (await shop.Rig.RowsAsync<TransactionRow>(Ct)).Count);
        shop.Rig.Clock.Advance(ConnectionHealthQueries.Grace);
        var health = await shop.HealthAsync(Ct);
        Assert.Equal(
            ["Asked orders-feed for what orders/create had not told: 3 documents, 3 of them new.", "The subscription to orders/create had disappeared and was made again.", "Subscribed to orders/cancelled.", "Subscribed to orders/create."],
            health.History.OrderByDescending(h => h.At).ThenBy(h => h.Text, StringComparer.Ordinal).Select(h => h.Text));
        Assert.Equal((3, SubscriptionState.Active), (health.Arrivals.Gaps, health.Webhooks![0].State));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_is_switched_off_is_switched_on_and_what_sends_elsewhere_is_made_again_and_both_are_asked_for(DatabaseProvider provider)
    {
        await using var shop = await ShopRig.StartAsync(provider, Ct);
        await shop.Keeper.KeepAsync(Ct);
        await shop.Keeper.KeepAsync(Ct);
        shop.Webhooks.There[0] = shop.Webhooks.There[0] with { Active = false };
        shop.Place(1);
        shop.Rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await shop.Keeper.KeepAsync(Ct);
        Assert.Equal((2, 1), (shop.Webhooks.Created, shop.Webhooks.Enabled));
        Assert.Single(await shop.Rig.RowsAsync<TransactionRow>(Ct));

        // Ours, by its number, and somebody else's, which is none of our business.
        shop.Webhooks.There[1] = shop.Webhooks.There[1] with { Address = "https://old.example.com/in/shop" };
        shop.Webhooks.There.Add(new("theirs", "orders/create", "https://else.example.com/hook", true, null));
        shop.Place(2);
        shop.Rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await shop.Keeper.KeepAsync(Ct);
        Assert.Equal(["https://else.example.com/hook", "https://hub.example.com/in/shop", "https://hub.example.com/in/shop"], shop.Webhooks.There.Select(s => s.Address).Order(StringComparer.Ordinal));
        Assert.Equal(2, (await shop.Rig.RowsAsync<TransactionRow>(Ct)).Count);
        var history = (await shop.HealthAsync(Ct)).History.Select(h => h.Text).ToList();
        Assert.Contains("The subscription to orders/create was switched off and was switched on again.", history);
        Assert.Contains("The subscription to orders/cancelled sent to another address and was made again.", history);
        Assert.Equal(2, history.Count(t => t.StartsWith("Asked orders-feed", StringComparison.Ordinal)));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_expires_is_renewed_and_what_cannot_be_made_is_shown_and_tried_again(DatabaseProvider provider)
    {
        await using var shop = await ShopRig.StartAsync(provider, Ct);
        shop.Webhooks.Life = TimeSpan.FromDays(3);
        await shop.Keeper.KeepAsync(Ct);
        for (var hours = 0; hours < 24 * 10; hours += 5)
        {
            shop.Rig.Clock.Advance(TimeSpan.FromHours(5));
            await shop.Keeper.KeepAsync(Ct);
        }

        Assert.Equal(2, shop.Webhooks.Created);
        Assert.True(shop.Webhooks.Renewed >= 8, $"{shop.Webhooks.Renewed}");
        Assert.All(shop.Webhooks.There, s => Assert.True(s.ExpiresAt > shop.Rig.Clock.GetUtcNow()));

        shop.Webhooks.There.Clear();
        shop.Webhooks.Fault = new(FaultKind.Data, "webhook.refused", "The shop refuses the address.");
        foreach (var _ in new[] { 1, 2, 3 })
            await shop.Keeper.KeepAsync(Ct);
        var health = await shop.HealthAsync(Ct);
        Assert.All(health.Webhooks!, w => Assert.Equal((SubscriptionState.Missing, "The shop refuses the address."), (w.State!.Value, w.Fault)));
        // Said once, not every five minutes.
        Assert.Equal(2, health.History.Count(h => h.Kind == "webhook.missing"));
        shop.Webhooks.Fault = null;
        await shop.Keeper.KeepAsync(Ct);
        Assert.All((await shop.HealthAsync(Ct)).Webhooks!, w => Assert.Equal((SubscriptionState.Active, (string?)null), (w.State!.Value, w.Fault)));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_calls_use_and_prove_is_written_and_told(DatabaseProvider provider)
    {
        await using var shop = await ShopRig.StartAsync(provider, Ct);
        var clock = shop.Rig.Clock;
        var (one, two) = (new OutboundMeter(shop.Rig.Node, clock), new OutboundMeter(new Node(clock), clock));
        foreach (var meter in new[] { one, two, one })
        {
            for (var i = 0; i < 10; i++)
                meter.Used("shop", "orders-feed", 1.5);
            meter.Waited("shop", "orders-feed");
            meter.Answered(shop.Connection, "orders-feed", true, 429);
            meter.Answered(shop.Connection, "orders-feed", true, 200);
            meter.TokenFetched("shop", "main", TimeSpan.FromHours(1));
            await shop.Rig.Writer.CommitAsync(meter.Drain()!, Ct);
        }

        Assert.Null(one.Drain());
        clock.Advance(TimeSpan.FromMinutes(1));
        var health = await shop.HealthAsync(Ct);
        var budget = Assert.Single(health.Budgets);
        Assert.Equal(("orders-feed", 45, 45, 45, 3, 3), (budget.Name, budget.Outlook.Now, budget.Outlook.LastHour, budget.Outlook.Peak, budget.Outlook.Refused, budget.Outlook.Waits));
        Assert.Equal(clock.GetUtcNow().AddMinutes(-1), health.ProvenAt);
        Assert.Equal(("access token main", ExpiryLevel.Fine), (Assert.Single(health.Credentials).Name, health.Credentials[0].Level));

        one.Answered(shop.Connection, "orders-feed", true, 401);
        await shop.Rig.Writer.CommitAsync(one.Drain()!, Ct);
        health = await shop.HealthAsync(Ct);
        Assert.Equal(clock.GetUtcNow(), health.RefusedAt);
        clock.Advance(OutboundMeterHost.Kept);
        using var host = new OutboundMeterHost(one, shop.Rig.Writer, shop.Rig.Db, clock, NullLogger<OutboundMeterHost>.Instance);
        await host.SweepAsync(Ct);
        Assert.Empty(await shop.Rig.RowsAsync<BudgetMinuteRow>(Ct));
    }

    [Theory]
    [InlineData("", "orders/create", "orders/create")]
    [InlineData("orders", "", "orders")]
    [InlineData("orders", "orders\u0000create", "orders")]
    public void A_message_is_kept_with_the_topic_that_its_receiver_read(string address, string read, string kept)
    {
        var request = new InboundRequest { Topic = address, Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["topic"] = read }, ReceivedAt = DateTimeOffset.UnixEpoch };
        var shop = new Connection { Key = "shop", Connector = "shop", Role = SystemRole.Storefront, DisplayName = "The shop" };
        Assert.Equal(kept, MessageRows.Make(TenantScope.Default, shop, new HeaderTopics(), request, null, null, TimeProvider.System).Topic);
    }

    private sealed class HeaderTopics : IReceiver
    {
        public bool Verify(InboundRequest request, Connection connection) => true;

        public string? DeliveryId(InboundRequest request) => null;

        public string TopicOf(InboundRequest request) => request.Header("topic") ?? "";

        public InboundEvent Translate(InboundRequest request, Connection connection) => new InboundEvent.Ignored("Nothing is done.");
    }

    private sealed class ShopRig : IAsyncDisposable
    {
        private readonly CatalogOf _catalog;
        private readonly OneConnection _connections = new();
        private readonly WorkStandings _standings;
        private readonly FeedPoller _poller;
        private readonly IOptions<ControlPlaneOptions> _options = Options.Create(new ControlPlaneOptions { PublicAddress = "https://hub.example.com/" });
        private readonly OrdersFeed _feed = new();

        private ShopRig(EngineRig rig)
        {
            Rig = rig;
            Webhooks = new(rig.Clock);
            _catalog = new(new Shop(Webhooks, _feed));
            _standings = new(rig.Db, rig.Clock);
            _poller = new(rig.Db, _connections, _catalog, rig.Gateway, rig.Writer, rig.Receiver, _standings, rig.Clock, NullLogger<FeedPoller>.Instance);
            Keeper = new(rig.Db, _connections, _catalog, rig.Gateway, rig.Gates, rig.Writer, _poller, _options, rig.Clock, NullLogger<WebhookKeeper>.Instance);
        }

        public EngineRig Rig { get; }

        public SilentWebhooks Webhooks { get; }

        public WebhookKeeper Keeper { get; }

        public Connection Connection => _connections.All.Single();

        public static async Task<ShopRig> StartAsync(DatabaseProvider provider, CancellationToken ct)
        {
            var rig = await EngineRig.StartAsync(provider, ct);
            await using var context = rig.Db.CreateContext();
            context.Connections.Add(new() { Key = "shop", Connector = "shop", DisplayName = "The shop", Role = SystemRole.Storefront, Document = "" });
            await context.SaveChangesAsync(ct);
            return new(rig);
        }

        public void Place(int n) => _feed.Orders.Add(JsonSerializer.SerializeToUtf8Bytes(Order(n), FlowJson.Default.CanonicalOrder));

        public Task<ReceiveOutcome> TellAsync(int n) => Rig.ReceiveAsync("shop", Order(n), $"delivery-{n}");

        public Task PollAsync(CancellationToken ct) => _poller.BackfillAsync(Connection, _feed, ct);

        public async Task<ConnectionHealth> HealthAsync(CancellationToken ct) =>
            (await new ConnectionHealthQueries(Rig.Db, new ConnectionQueries(Rig.Db, Rig.Clock, _connections), _connections, _catalog, Rig.Gateway, _options, Rig.Clock).ReadAsync(TenantScope.Default, "shop", ct))!;

        public async ValueTask DisposeAsync()
        {
            _standings.Dispose();
            await Rig.DisposeAsync();
        }

        private static CanonicalOrder Order(int n) => Orders.Order(n);
    }

    private sealed class Shop(SilentWebhooks webhooks, OrdersFeed feed) : IConnector
    {
        public ConnectorManifest Manifest { get; } = new() { Name = "shop", Version = "1.2.0", Title = "Shop" };

        public IReceiver? Receiver { get; } = new ScriptedReceiver();

        public IReadOnlyList<IFeed> Feeds { get; } = [feed];

        public IWebhooks? Webhooks => webhooks;

        public IOperation? Operation(string name) => null;

        public ValueTask AuthenticateAsync(ExchangeRequest request, Connection connection, ITokenCache tokens, IExchange exchange, CancellationToken ct) => default;

        public IEnumerable<string> Check(Connection connection) => [];
    }

    /// <summary>The shop's own list of subscriptions.</summary>
    private sealed class SilentWebhooks(TimeProvider clock) : IWebhooks
    {
        public List<WebhookSubscription> There { get; } = [];

        public TimeSpan? Life { get; set; }

        public Fault? Fault { get; set; }

        public int Created { get; private set; }

        public int Renewed { get; private set; }

        public string? Feed => "orders-feed";

        public TimeSpan? Lifetime => Life;

        public bool CanRenew => true;

        public string? Handshake => null;

        public IReadOnlyList<string> Topics(Connection connection) => ["orders/create", "orders/cancelled"];

        public Task<IReadOnlyList<WebhookSubscription>> ListAsync(Connection connection, IExchange exchange, CancellationToken ct) => Task.FromResult<IReadOnlyList<WebhookSubscription>>([.. There]);

        public bool CanEnable => true;

        public int Enabled { get; private set; }

        public Task EnableAsync(Connection connection, WebhookSubscription subscription, Uri address, IExchange exchange, CancellationToken ct)
        {
            Enabled++;
            There[There.FindIndex(s => s.Id == subscription.Id)] = subscription with { Active = true };
            return Task.CompletedTask;
        }

        public Task<string?> CreateAsync(Connection connection, string topic, Uri address, DateTimeOffset now, IExchange exchange, CancellationToken ct)
        {
            if (Fault is { } fault)
                throw new ExchangeException(fault);
            There.Add(new($"s{++Created}", topic, address.ToString(), true, clock.GetUtcNow() + Life));
            return Task.FromResult<string?>(null);
        }

        public Task RenewAsync(Connection connection, WebhookSubscription subscription, DateTimeOffset now, IExchange exchange, CancellationToken ct)
        {
            Renewed++;
            There[There.FindIndex(s => s.Id == subscription.Id)] = subscription with { ExpiresAt = clock.GetUtcNow() + Life };
            return Task.CompletedTask;
        }

        public Task DeleteAsync(Connection connection, WebhookSubscription subscription, IExchange exchange, CancellationToken ct)
        {
            There.RemoveAll(s => s.Id == subscription.Id);
            return Task.CompletedTask;
        }
    }

    private sealed class OrdersFeed : IFeed
    {
        public List<ReadOnlyMemory<byte>> Orders { get; } = [];

        public string Name => "orders-feed";

        public RateBudget? Budget { get; } = new(5, 10);

        public Task<FeedPage> ReadAsync(Connection connection, string? cursor, DateTimeOffset now, IExchange exchange, CancellationToken ct) => Task.FromResult(new FeedPage([.. Orders], "next", false));

        public Task<ReadOnlyMemory<byte>?> ReadOneAsync(Connection connection, string externalId, IExchange exchange, CancellationToken ct) => Task.FromResult<ReadOnlyMemory<byte>?>(null);
    }

    private sealed class OneConnection : IConnectionRegistry
    {
        public IReadOnlyCollection<Connection> All { get; } = [new() { Key = "shop", Connector = "shop", Role = SystemRole.Storefront, DisplayName = "The shop" }];

        public Connection? Find(string key) => All.FirstOrDefault(c => c.Key == key);

        public Connection? FindByRole(SystemRole role) => All.FirstOrDefault(c => c.Role == role);
    }
}
