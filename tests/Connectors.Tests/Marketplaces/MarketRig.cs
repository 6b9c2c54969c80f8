using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Sandbox;
using Connectors.Tests.Peers;
using Connectors.Tests.Sandbox;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Marketplaces;

/// <summary>A marketplace of the sandbox, and a connector of the catalogue as a connection to it, over HTTP.</summary>
internal sealed class MarketRig : IAsyncDisposable
{
    private const string Tracking = "00340434161094042557";

    private MarketRig(string system, SandboxRig sandbox, DeclarativeConnector connector, Connection connection, ITokenCache? tokens)
    {
        System = system;
        Sandbox = sandbox;
        Connector = connector;
        Connection = connection;
        Exchange = new(connector, connection, tokens);
    }

    /// <summary>Connectors by the system that stands for their partner.</summary>
    public static IReadOnlyDictionary<string, string> Folders { get; } = new Dictionary<string, string>
    {
        [SandboxSystems.WooCommerce] = "WooCommerce",
        [SandboxSystems.Walmart] = "Walmart",
        [SandboxSystems.AdobeCommerce] = "AdobeCommerce",
        [SandboxSystems.BigCommerce] = "BigCommerce",
        [SandboxSystems.Ebay] = "Ebay",
    };

    public string System { get; }

    public SandboxRig Sandbox { get; }

    public DeclarativeConnector Connector { get; }

    public Connection Connection { get; }

    public PartnerExchange Exchange { get; }

    public IFeed Feed => Connector.Feeds[0];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <param name="limits">Whether the partner's own limits hold.</param>
    /// <param name="root">Another account has other secrets.</param>
    public static async Task<MarketRig> StartAsync(string system, bool limits = false, string root = "sandbox", DeclarativeConnector? connector = null, ITokenCache? tokens = null)
    {
        // Requests that are signed carry the time of the machine.
        var sandbox = await SandboxRig.StartAsync(o => o with { Marketplaces = [system], PublishedLimits = limits, Secrets = SandboxSecrets.DeriveFrom(root) }, TimeProvider.System.GetUtcNow());
        var secrets = sandbox.Options.Secrets.Of(system);
        string At(string path) => new Uri(sandbox.Address, $"/{system}{path}").ToString();
        async Task<string> KeyAsync() => (await sandbox.SendAsync(HttpMethod.Get, $"/{system}/_key")).Body;
        (string Path, Dictionary<string, string> Settings, Dictionary<string, string> Secrets) given = system switch
        {
            SandboxSystems.WooCommerce => ("/wp-json/wc/v3", new() { ["consumerKey"] = secrets.ClientId }, new() { ["consumerSecret"] = secrets.ClientSecret, ["webhookSecret"] = secrets.WebhookSecret }),
            SandboxSystems.Walmart => ("", new() { ["clientId"] = secrets.ClientId, ["tokenAddress"] = At("/v3/token") }, new() { ["clientSecret"] = secrets.ClientSecret, ["webhookSecret"] = secrets.WebhookSecret }),
            SandboxSystems.AdobeCommerce => ("/rest/V1", new() { ["consumerKey"] = secrets.ClientId, ["accessToken"] = secrets.Token },
                new() { ["consumerSecret"] = secrets.ClientSecret, ["accessTokenSecret"] = secrets.TokenSecret, ["webhookKey"] = await KeyAsync() }),
            SandboxSystems.BigCommerce => ("/stores/abc123", [], new() { ["accessToken"] = secrets.Token, ["webhookToken"] = secrets.WebhookSecret }),
            SandboxSystems.Ebay => ("", new() { ["clientId"] = secrets.ClientId, ["tokenAddress"] = At("/identity/v1/oauth2/token") },
                new() { ["clientSecret"] = secrets.ClientSecret, ["refreshToken"] = secrets.Token, ["notificationKey"] = await KeyAsync() }),
            _ => throw new ArgumentOutOfRangeException(nameof(system)),
        };
        var connection = new Connection
        {
            Key = $"{system}-{root}", Connector = system, Role = SystemRole.Storefront, DisplayName = system, BaseAddress = new(At(given.Path)), AllowPrivateNetwork = true, Settings = given.Settings, Secrets = given.Secrets,
        };
        return new(system, sandbox, connector ?? new(EmbeddedCatalog.Load(Folders[system]), TimeProvider.System), connection, tokens);
    }

    /// <summary>An order, as it was told by webhook.</summary>
    public async Task<InboundRequest> OrderAsync()
    {
        Assert.Null(Sandbox.Control.PlaceOrders(System, 1));
        return Inbound(await Sandbox.Inbox.NextAsync(Ct));
    }

    public InboundRequest Inbound(ReceivedWebhook webhook, byte[]? body = null, IReadOnlyDictionary<string, string>? headers = null) => new()
    {
        // Behind /in/{connection}.
        Topic = string.Join('/', webhook.Path.Split('/').Skip(3)), ContentType = "application/json", Headers = headers ?? webhook.Headers, Body = body ?? webhook.Body, ReceivedAt = Sandbox.Clock.GetUtcNow(),
    };

    public InboundEvent Polled(ReadOnlyMemory<byte> document) => Connector.Receiver!.Translate(
        new() { Polled = true, Topic = Feed.Name, ContentType = "application/json", Body = document, ReceivedAt = Sandbox.Clock.GetUtcNow() }, Connection);

    /// <summary>What a webhook means, with what it names fetched.</summary>
    public async Task<InboundEvent> MeaningAsync(InboundRequest webhook)
    {
        var meaning = Connector.Receiver!.Translate(webhook, Connection);
        return meaning is not InboundEvent.FetchNeeded fetch ? meaning : Polled((await Feed.ReadOneAsync(Connection, fetch.ExternalId, Exchange, Ct))!.Value);
    }

    /// <summary>One walk over all pages.</summary>
    public async Task<(List<InboundEvent> Found, string? Cursor)> WalkAsync(string? cursor = null, Action? betweenPages = null)
    {
        var found = new List<InboundEvent>();
        for (var more = true; more;)
        {
            var page = await Feed.ReadAsync(Connection, cursor, Sandbox.Clock.GetUtcNow(), Exchange, Ct);
            found.AddRange(page.Documents.Select(Polled));
            (cursor, more) = (page.Cursor, page.More);
            betweenPages?.Invoke();
        }

        return (found, cursor);
    }

    /// <summary>An order that we have, by its feed.</summary>
    public async Task<CanonicalOrder> OrderedAsync()
    {
        Assert.Null(Sandbox.Control.PlaceOrders(System, 1));
        return (await WalkAsync()).Found.OfType<InboundEvent.OrderReceived>().Last().Order;
    }

    public OperationRequest Shipped(CanonicalOrder order, string tracking = Tracking, int extra = 0) => Given.Request(order, Connection, null, new Shipment
    {
        ExternalId = "SHP-1", ShippedAt = Sandbox.Clock.GetUtcNow(), Carrier = "DHL", TrackingNumber = tracking,
        Lines = [.. order.Lines.Select(l => new ShipmentLine(l.ChannelLineRef, l.Sku, l.Quantity + extra))],
    });

    public int Told(CanonicalOrder order, string tracking = Tracking) => Sandbox.Effects(System, "shipment", $"{order.ExternalId}/{tracking}");

    public IOperation Confirm => Connector.Operation("confirmShipment")!;

    public async Task<OperationResult> ConfirmAsync(OperationRequest request)
    {
        var document = Confirm.Map(request);
        Assert.Empty(document.Refusals);
        return await Confirm.ExecuteAsync(request, document.Content, Exchange, Ct);
    }

    /// <summary>However it comes: thrown by the exchange, or read out of an answer.</summary>
    public async Task<Fault> FaultAsync(OperationRequest request)
    {
        try
        {
            return Assert.IsType<OperationResult.Failed>(await ConfirmAsync(request)).Fault;
        }
        catch (ExchangeException e)
        {
            return e.Fault;
        }
    }

    /// <summary>A call with our credentials, whatever it holds.</summary>
    public Task<ExchangeAnswer> CallAsync(HttpMethod method, string path, byte[]? body = null)
    {
        // Paths are those of the partner, and the connection's address may hold some of it.
        var own = Connection.BaseAddress!.AbsolutePath[(System.Length + 1)..].TrimEnd('/');
        return Exchange.SendAsync(new() { Method = method, Path = path[own.Length..], Operation = "test", Body = body ?? [], ContentType = body is null ? null : "application/json" }, Ct);
    }

    /// <summary>The connection with another secret.</summary>
    public Connection With(string secret, string value) => new()
    {
        Key = Connection.Key, Connector = Connection.Connector, Role = Connection.Role, DisplayName = Connection.DisplayName, BaseAddress = Connection.BaseAddress, Settings = Connection.Settings,
        Secrets = new Dictionary<string, string> { [secret] = value },
    };

    public void Turn(string dial, double value) => Sandbox.Turn(System, dial, value);

    public async ValueTask DisposeAsync()
    {
        Exchange.Dispose();
        await Sandbox.DisposeAsync();
    }
}
