using System.Text;
using Connectors.Catalog.Amazon;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Sandbox;
using Connectors.Tests.Amazon;
using Connectors.Tests.Marketplaces;
using Connectors.Tests.Peers;
using Connectors.Tests.Sandbox;
using ControlPlane.Domain.Connections;

namespace Connectors.Tests.Protocols.Subscriptions;

/// <summary>The subscriptions of each partner that offers them, kept against its simulator over HTTP: missing, elsewhere, switched off, gone.</summary>
public sealed class UpkeepTests
{
    private const string Queue = "arn:aws:sqs:eu-west-1:123456789012:orders";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Walmart_has_each_topic_once_with_our_secret_and_is_switched_on_again()
    {
        await using var rig = await MarketRig.StartAsync(SandboxSystems.Walmart);
        var keeper = new Upkeep(rig.Connector, rig.Connection, rig.Exchange);
        Assert.Equal(["made PO_CREATED", "made PO_LINE_AUTOCANCELLED"], await keeper.LookAsync(Ct));
        Assert.Empty(await keeper.LookAsync(Ct));

        var hook = (await keeper.ThereAsync(Ct))[0];
        var off = await rig.Exchange.SendAsync(Json(HttpMethod.Patch, $"/v3/webhooks/subscriptions/{hook.Id}", """{"status":"INACTIVE"}"""), Ct);
        Assert.True(off.IsSuccess);
        Assert.Equal(["switched on PO_CREATED"], await keeper.LookAsync(Ct));
        Assert.All(await keeper.ThereAsync(Ct), s => Assert.True(s.Active));

        // We moved: what we made goes with us, what somebody else made stays.
        await rig.Connector.Webhooks!.CreateAsync(rig.Connection, "PO_CREATED", new("https://else.example.com/hook"), Given.Now, rig.Exchange, Ct);
        keeper.Address = new("https://new.example.com/in/partner");
        Assert.Equal(["replaced PO_CREATED", "replaced PO_LINE_AUTOCANCELLED"], await keeper.LookAsync(Ct));
        Assert.Equal(["https://else.example.com/hook", "https://new.example.com/in/partner", "https://new.example.com/in/partner"], (await keeper.ThereAsync(Ct)).Select(s => s.Address).Order(StringComparer.Ordinal));

        await keeper.LoseAsync(Ct);
        Assert.Equal(["made PO_CREATED", "made PO_LINE_AUTOCANCELLED"], await keeper.LookAsync(Ct));
        await MissedOrderComesByFeedAsync(rig);
    }

    [Fact]
    public async Task EBay_gets_a_destination_first_and_both_are_switched_on_again()
    {
        await using var rig = await MarketRig.StartAsync(SandboxSystems.Ebay);
        var connection = With(rig.Connection, ("notifications", "ORDER_CONFIRMATION"), ("verificationToken", new string('v', 40)), rig);
        using var exchange = new PartnerExchange(rig.Connector, connection);
        var keeper = new Upkeep(rig.Connector, connection, exchange);
        Assert.Equal(["made ORDER_CONFIRMATION"], await keeper.LookAsync(Ct));
        Assert.Empty(await keeper.LookAsync(Ct));
        var made = Assert.Single(await keeper.ThereAsync(Ct));
        Assert.Equal((Upkeep.Door.ToString(), true), (made.Address, made.Active));

        // eBay switches off a destination that does not answer, or the subscription alone.
        Assert.True((await exchange.SendAsync(Json(HttpMethod.Put, "/commerce/notification/v1/destination/1", $$$"""{"status":"DISABLED","deliveryConfig":{"endpoint":"{{{Upkeep.Door}}}"}}""", application: true), Ct)).IsSuccess);
        Assert.Equal(["switched on ORDER_CONFIRMATION"], await keeper.LookAsync(Ct));
        Assert.True((await exchange.SendAsync(new() { Method = HttpMethod.Post, Path = $"/commerce/notification/v1/subscription/{made.Id}/disable" }, Ct)).IsSuccess);
        Assert.Equal(["switched on ORDER_CONFIRMATION"], await keeper.LookAsync(Ct));
        Assert.Empty(await keeper.LookAsync(Ct));

        keeper.Address = new("https://new.example.com/in/partner");
        Assert.Equal(["replaced ORDER_CONFIRMATION"], await keeper.LookAsync(Ct));
        Assert.Equal("https://new.example.com/in/partner", Assert.Single(await keeper.ThereAsync(Ct)).Address);

        await keeper.LoseAsync(Ct);
        Assert.Equal(["made ORDER_CONFIRMATION"], await keeper.LookAsync(Ct));
        await MissedOrderComesByFeedAsync(rig);
    }

    [Fact]
    public async Task EBay_is_not_subscribed_to_before_somebody_says_so()
    {
        await using var rig = await MarketRig.StartAsync(SandboxSystems.Ebay);
        // A refresh token whose consent lacks the scope must go on working.
        Assert.Empty(rig.Connector.Webhooks!.Topics(rig.Connection));
    }

    [Fact]
    public async Task The_key_that_a_notification_of_eBay_names_is_asked_for_and_a_forged_one_is_not_known()
    {
        await using var rig = await MarketRig.StartAsync(SandboxSystems.Ebay);
        var connection = new Connection
        {
            Key = "ebay", Connector = "ebay", Role = SystemRole.Marketplace, DisplayName = "eBay", BaseAddress = rig.Connection.BaseAddress, Settings = rig.Connection.Settings,
            Secrets = new Dictionary<string, string> { ["clientSecret"] = rig.Connection.Secret("clientSecret")!, ["refreshToken"] = rig.Connection.Secret("refreshToken")! },
        };
        Assert.Empty(rig.Connector.Check(connection));
        using var exchange = new PartnerExchange(rig.Connector, connection);
        var (webhook, receiver) = (await rig.OrderAsync(), rig.Connector.Receiver!);
        Assert.False(receiver.Verify(webhook, connection));
        var key = receiver.KeyOf(webhook)!;
        var pem = key.Read(await exchange.SendAsync(key.Request(), Ct))!;
        Assert.True(receiver.Verify(webhook, connection.WithSecret(key.Secret, pem)));
        var changed = webhook.Body.ToArray();
        changed[^2] ^= 1;
        Assert.False(receiver.Verify(new() { Topic = webhook.Topic, Headers = webhook.Headers, Body = changed, ReceivedAt = webhook.ReceivedAt }, connection.WithSecret(key.Secret, pem)));

        var forged = receiver.KeyOf(Signed("""{"alg":"ecdsa","kid":"00000000-0000-0000-0000-000000000000","signature":"AAAA","digest":"SHA1"}"""))!;
        Assert.Null(forged.Read(await exchange.SendAsync(forged.Request(), Ct)));
        // What could leave the path, or is no id at all, is not even asked for.
        foreach (var id in new[] { "..", "a/b", "a?b=c", "", new string('a', 101), "a\u0000" })
            Assert.Null(receiver.KeyOf(Signed($$"""{"kid":"{{id}}","signature":"AAAA"}""")));
        Assert.Null(receiver.KeyOf(Signed("""{"kid":5,"signature":"AAAA"}""")));
        Assert.Null(receiver.KeyOf(Signed("[]")));
    }

    [Fact]
    public async Task Amazon_writes_to_the_queue_and_has_one_subscription_which_is_ours()
    {
        await using var rig = await SandboxRig.StartAsync();
        var connection = Amazon(rig, Queue);
        var connector = new AmazonConnector(rig.Clock);
        var exchange = new HttpExchange(rig.Http, connector, connection);
        // Without a public address, too: Amazon never calls us.
        var keeper = new Upkeep(connector, connection, exchange) { Address = null };
        Assert.Equal(["made ORDER_CHANGE"], await keeper.LookAsync(Ct));
        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Empty(await keeper.LookAsync(Ct));
        var made = Assert.Single(await keeper.ThereAsync(Ct));
        Assert.Equal((Queue, "ORDER_CHANGE", true), (made.Address, made.Topic, made.Active));

        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        var moved = Amazon(rig, Queue + "-2");
        var after = new Upkeep(connector, moved, new HttpExchange(rig.Http, connector, moved));
        Assert.Equal(["replaced ORDER_CHANGE"], await after.LookAsync(Ct));
        Assert.Equal(Queue + "-2", Assert.Single(await after.ThereAsync(Ct)).Address);

        rig.Clock.Advance(TimeSpan.FromMinutes(5));
        await after.LoseAsync(Ct);
        Assert.Equal(["made ORDER_CHANGE"], await after.LookAsync(Ct));
        Assert.Equal(connector.Webhooks!.Feed, connector.Feeds[0].Name);
    }

    [Fact]
    public void Amazon_without_a_queue_is_not_subscribed_to_and_a_wrong_queue_is_named()
    {
        var connector = new AmazonConnector(TimeProvider.System);
        Assert.Empty(connector.Webhooks!.Topics(Given.Connection()));
        var wrong = Given.Connection(settings: new Dictionary<string, string> { ["notificationQueue"] = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders" });
        Assert.Contains(connector.Check(wrong), p => p.StartsWith("settings.notificationQueue", StringComparison.Ordinal));
    }

    [Fact]
    public async Task ShipHero_tells_a_secret_for_each_webhook_and_those_of_other_shops_are_left_alone()
    {
        await using var peer = await new ShipHeroPeer().StartAsync<ShipHeroPeer>();
        var connection = new Connection
        {
            Key = "shiphero", Connector = "shiphero", Role = SystemRole.Wms, DisplayName = "ShipHero", BaseAddress = peer.Address,
            Settings = new Dictionary<string, string> { ["tokenAddress"] = new Uri(peer.Address, "/auth/refresh").ToString() }, Secrets = new Dictionary<string, string> { ["refreshToken"] = "refresh-1" },
        };
        var connector = new DeclarativeConnector(EmbeddedCatalog.Load("ShipHero"), TimeProvider.System);
        Assert.Empty(connector.Check(connection));
        using var exchange = new PartnerExchange(connector, connection);
        peer.Hooks.Add(new("Shipment Update", "Somebody else", "https://else.example.com/hook", "theirs"));
        var keeper = new Upkeep(connector, connection, exchange);
        Assert.Equal(["made Shipment Update", "made Order Allocated", "made Order Canceled"], await keeper.LookAsync(Ct));
        Assert.Empty(await keeper.LookAsync(Ct));
        Assert.Equal(3, keeper.Told.Values.Distinct().Count());

        keeper.Address = new("https://new.example.com/in/partner");
        Assert.Equal(3, (await keeper.LookAsync(Ct)).Count(d => d.StartsWith("replaced", StringComparison.Ordinal)));
        Assert.Equal(4, peer.Hooks.Count);
        Assert.Contains(peer.Hooks, h => h.Shop == "Somebody else");

        // ShipHero gives one up: it is gone, and the new one has a new secret.
        var before = keeper.Told["Shipment Update"];
        peer.Hooks.RemoveAll(h => h.Name == "Shipment Update" && h.Shop == "Control Plane");
        Assert.Equal(["made Shipment Update"], await keeper.LookAsync(Ct));
        Assert.NotEqual(before, keeper.Told["Shipment Update"]);

        var receiver = connector.Receiver!;
        Assert.Equal("webhookSecret", receiver.SubscriptionSecret);
        var told = ShipHeroPeer.Signed(Encoding.UTF8.GetBytes("""{"webhook_type":"Order Canceled"}"""), keeper.Told["Order Canceled"]);
        Assert.False(receiver.Verify(told, connection));
        Assert.True(receiver.Verify(told, connection.WithSecret("webhookSecret", string.Join(' ', keeper.Told.Values))));
        Assert.False(receiver.Verify(told, connection.WithSecret("webhookSecret", before)));
    }

    [Theory]
    [InlineData("authentication: { scheme: none }\nwebhooks: { topics: [a], list: { path: /w, items: \"$[]\", id: $.id, topic: $.t, address: $.a }, create: { path: /w, by: application }, delete: { path: /w } }", "has no applicationScope")]
    [InlineData("webhooks: { topics: [a], list: { path: /w, perTopic: true, items: $.x, id: $.id, address: $.a }, create: { path: /w }, delete: { path: /w } }", "Put {topic} into it")]
    [InlineData("webhooks: { topics: [a], enable: { path: /w }, list: { path: /w, items: \"$[]\", id: $.id, topic: $.t, address: $.a }, create: { path: /w }, delete: { path: /w } }", "Nothing tells what is switched off")]
    [InlineData("webhooks: { topics: [a], destination: { create: { path: /d } }, list: { path: /w, items: \"$[]\", id: $.id, topic: $.t, address: $.a }, create: { path: /w }, delete: { path: /w } }", "webhooks.destination.list: It is missing")]
    [InlineData("webhooks: { topics: [a], list: { path: /w, items: \"$[]\", id: $.id, topic: $.t, address: $.a }, create: { path: /w, secret: $.s }, delete: { path: /w } }", "keeps a secret that no signature is checked with")]
    [InlineData("receive: { signature: { scheme: public-key, header: X, secret: k, key: { id: kid, path: /key, at: $.key } }, documents: [{ topics: [a], ignore: No. }] }", "It names no key. Put {id} into it")]
    [InlineData("receive: { signature: { scheme: public-key, header: X, secret: k, key: { id: kid, path: \"/key/{id}\", at: $.key } }, documents: [{ topics: [a], ignore: No. }] }", "Say with inside")]
    public void A_mistake_is_named(string yaml, string problem) =>
        Assert.Contains(ManifestReader.ReadSpec("roles: [storefront]\n" + yaml, "x", "X", SystemRole.Storefront, "x.yaml").Problems, p => p.ToString().Contains(problem, StringComparison.Ordinal));

    /// <summary>What nobody told is in the feed that the manifest names for it.</summary>
    private static async Task MissedOrderComesByFeedAsync(MarketRig rig)
    {
        rig.Turn("lost-webhook-rate", 100);
        Assert.Null(rig.Sandbox.Control.PlaceOrders(rig.System, 1));
        Assert.Equal(rig.Connector.Webhooks!.Feed, rig.Feed.Name);
        Assert.NotEmpty((await rig.OrderedAsync()).ExternalId);
    }

    private static InboundRequest Signed(string header) => new()
    {
        Topic = "", Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-EBAY-SIGNATURE"] = Convert.ToBase64String(Encoding.UTF8.GetBytes(header)) }, Body = "{}"u8.ToArray(), ReceivedAt = Given.Now,
    };

    private static ExchangeRequest Json(HttpMethod method, string path, string body, bool application = false) =>
        new() { Method = method, Path = path, ContentType = "application/json", Body = Encoding.UTF8.GetBytes(body), ByApplication = application };

    private static Connection With(Connection connection, (string, string) setting, (string Name, string Value) secret, MarketRig rig) => new Connection
    {
        Key = connection.Key, Connector = connection.Connector, Role = connection.Role, DisplayName = connection.DisplayName, BaseAddress = connection.BaseAddress, AllowPrivateNetwork = true,
        Settings = new Dictionary<string, string>(connection.Settings) { [setting.Item1] = setting.Item2 },
        Secrets = new Dictionary<string, string> { ["clientSecret"] = rig.Connection.Secret("clientSecret")!, ["refreshToken"] = rig.Connection.Secret("refreshToken")! },
    }.WithSecret(secret.Name, secret.Value);

    private static Connection Amazon(SandboxRig rig, string queue) => new()
    {
        Key = "amazon-de", Connector = "amazon", Role = SystemRole.Marketplace, DisplayName = "Amazon DE", BaseAddress = new(rig.Address, "amazon"),
        Settings = new Dictionary<string, string>
        {
            ["tokenUrl"] = new Uri(rig.Address, "amazon/auth/o2/token").ToString(), ["clientId"] = rig.Options.Secrets.AmazonClientId, ["marketplaceIds"] = rig.Options.MarketplaceId, ["notificationQueue"] = queue,
        },
        Secrets = new Dictionary<string, string> { ["clientSecret"] = rig.Options.Secrets.AmazonClientSecret, ["refreshToken"] = rig.Options.Secrets.AmazonRefreshToken },
    };
}
