using System.Text;
using Connectors.Catalog.Amazon;
using Connectors.Tests.Sandbox;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Amazon;

/// <summary>The connector and our own stand-in for Amazon, over HTTP: both were written from the model, by different hands.</summary>
public sealed class AgainstSandboxTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_goes_from_its_notification_to_its_confirmation()
    {
        await using var rig = await SandboxRig.StartAsync();
        var (connector, connection, exchange) = At(rig);
        var (notification, order) = await OrderedAsync(rig, connector, connection, exchange);
        Assert.Empty(OrderRules.Check(order));
        Assert.True(order.PricesIncludeTax);
        Assert.Equal(order.TotalMinor, order.Lines.Sum(l => l.UnitPriceMinor * l.Quantity));
        Assert.True(connector.Receiver!.Verify(notification, connection));

        var request = Shipped(order, connection, rig);
        var confirm = connector.Operation("confirmShipment")!;
        var mapped = confirm.Map(request);
        Assert.Empty(mapped.Refusals);
        Assert.IsType<LookUpResult.NotThere>(await confirm.LookUpAsync(request, exchange, Ct));
        Assert.IsType<OperationResult.Confirmed>(await confirm.ExecuteAsync(request, mapped.Content, exchange, Ct));
        Assert.IsType<OperationResult.Confirmed>(await confirm.ExecuteAsync(request, mapped.Content, exchange, Ct));
        Assert.IsType<LookUpResult.Found>(await confirm.LookUpAsync(request, exchange, Ct));

        Assert.Equal(1, rig.Effects("amazon", "shipment-confirmation", $"{order.ExternalId}/1"));
        Assert.Equal(0, rig.Statistics("amazon").Duplicates);
        var document = await connector.Feeds[0].ReadOneAsync(connection, order.ExternalId, exchange, Ct);
        Assert.IsType<InboundEvent.Ignored>(Translate(connector, connection, document!.Value));
    }

    [Fact]
    public async Task A_pending_order_comes_again_under_another_key_when_it_is_released()
    {
        await using var rig = await SandboxRig.StartAsync();
        var (connector, connection, exchange) = At(rig);
        rig.Turn("amazon", "pending-rate", 100);
        var (_, pending) = await OrderedAsync(rig, connector, connection, exchange);
        rig.Clock.Advance(TimeSpan.FromSeconds(20));
        var released = await rig.Inbox.NextAsync(Ct);
        await rig.SettledAsync("amazon");

        var page = await connector.Feeds[0].ReadAsync(connection, null, rig.Clock.GetUtcNow(), exchange, Ct);

        Assert.Equal((OrderStatus.Pending, (long?)null, "EUR"), (pending.Status, pending.TotalMinor, pending.Currency));
        Assert.Equal("ORDER_CHANGE", released.Json["NotificationType"]!.GetValue<string>());
        var again = Assert.IsType<InboundEvent.OrderReceived>(Translate(connector, connection, Assert.Single(page.Documents)));
        Assert.Equal($"order/{pending.ExternalId}/created", again.BusinessKey);
        Assert.NotNull(again.Order.ShipTo?.City);
        Assert.NotNull(again.Order.TotalMinor);
    }

    [Fact]
    public async Task An_expired_token_is_renewed_without_anybody_noticing()
    {
        await using var rig = await SandboxRig.StartAsync();
        var (connector, connection, exchange) = At(rig);
        var (_, order) = await OrderedAsync(rig, connector, connection, exchange);
        rig.Clock.Advance(TimeSpan.FromHours(1));

        var status = await connector.Operation("getOrder")!.ExecuteAsync(Shipped(order, connection, rig), default, exchange, Ct);

        Assert.Equal("UNSHIPPED", Assert.IsType<OperationResult.Confirmed>(status).Outputs["amazonStatus"]);
        Assert.Equal(1, exchange.Tokens.Forgotten);
    }

    [Fact]
    public async Task A_shipment_that_the_sandbox_refuses_names_its_field()
    {
        await using var rig = await SandboxRig.StartAsync();
        var (connector, connection, exchange) = At(rig);
        var (_, order) = await OrderedAsync(rig, connector, connection, exchange);
        var request = Shipped(order, connection, rig);
        var wrong = Encoding.UTF8.GetString(connector.Operation("confirmShipment")!.Map(request).Content.Span).Replace("\"carrierCode\":\"DHL\"", "\"carrierCode\":\"Pigeon\"", StringComparison.Ordinal);

        var failed = await connector.Operation("confirmShipment")!.ExecuteAsync(request, Encoding.UTF8.GetBytes(wrong), exchange, Ct);

        Assert.Equal("CarrierCode", Assert.IsType<OperationResult.Failed>(failed).Fault.Field);
    }

    private static (AmazonConnector Connector, Connection Connection, HttpExchange Exchange) At(SandboxRig rig)
    {
        var connection = new Connection
        {
            Key = "amazon-de",
            Connector = "amazon",
            Role = SystemRole.Marketplace,
            DisplayName = "Amazon DE",
            BaseAddress = new(rig.Address, "amazon"),
            Settings = new Dictionary<string, string> { ["tokenUrl"] = new Uri(rig.Address, "amazon/auth/o2/token").ToString(), ["clientId"] = rig.Options.Secrets.AmazonClientId, ["marketplaceIds"] = rig.Options.MarketplaceId },
            Secrets = new Dictionary<string, string>
            {
                ["clientSecret"] = rig.Options.Secrets.AmazonClientSecret, ["refreshToken"] = rig.Options.Secrets.AmazonRefreshToken, ["notificationSecret"] = rig.Options.Secrets.AmazonWebhookSecret,
            },
        };
        var connector = new AmazonConnector(rig.Clock);
        Assert.Empty(connector.Check(connection));
        return (connector, connection, new HttpExchange(rig.Http, connector, connection));
    }

    private static async Task<(InboundRequest Notification, CanonicalOrder Order)> OrderedAsync(SandboxRig rig, AmazonConnector connector, Connection connection, IExchange exchange)
    {
        Assert.Null(rig.Control.PlaceOrders("amazon", 1));
        var webhook = await rig.Inbox.NextAsync(Ct);
        await rig.SettledAsync("amazon");
        var notification = new InboundRequest { Headers = webhook.Headers, Body = webhook.Body, ReceivedAt = rig.Clock.GetUtcNow() };
        var fetch = Assert.IsType<InboundEvent.FetchNeeded>(connector.Receiver!.Translate(notification, connection));
        var document = await connector.Feeds.Single(f => f.Name == fetch.Feed).ReadOneAsync(connection, fetch.ExternalId, exchange, Ct);
        return (notification, Assert.IsType<InboundEvent.OrderReceived>(Translate(connector, connection, document!.Value)).Order);
    }

    private static InboundEvent Translate(AmazonConnector connector, Connection connection, ReadOnlyMemory<byte> document) =>
        connector.Receiver!.Translate(new() { Topic = "orders-feed", Body = document, Polled = true }, connection);

    private static OperationRequest Shipped(CanonicalOrder order, Connection connection, SandboxRig rig) => Given.Request(order, connection, null, new Shipment
    {
        ExternalId = "SHP-30001",
        ShippedAt = rig.Clock.GetUtcNow(),
        Carrier = "DHL",
        Service = "Paket",
        TrackingNumber = "00340434123456789012",
        Lines = [.. order.Lines.Select(l => new ShipmentLine(l.ChannelLineRef, l.Sku, l.Quantity))],
    });
}

/// <summary>As the runtime's exchange, without its budgets and records: authenticates, and sends.</summary>
internal sealed class HttpExchange(HttpClient http, IConnector connector, Connection connection) : IExchange
{
    public MemoryTokens Tokens { get; } = new();

    public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
    {
        if (request.Authenticated)
            await connector.AuthenticateAsync(request, connection, Tokens, this, ct);
        using var message = new HttpRequestMessage(request.Method, request.Absolute ?? new Uri(connection.BaseAddress + request.Path));
        if (request.ContentType is not null)
            message.Content = new ReadOnlyMemoryContent(request.Body) { Headers = { ContentType = new(request.ContentType) } };
        foreach (var (name, value) in request.Headers)
            message.Headers.TryAddWithoutValidation(name, value);
        using var response = await http.SendAsync(message, ct);
        return new()
        {
            Status = (int)response.StatusCode,
            Body = await response.Content.ReadAsByteArrayAsync(ct),
            ContentType = response.Content.Headers.ContentType?.MediaType,
            Headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(',', h.Value), StringComparer.OrdinalIgnoreCase),
        };
    }
}
