using System.Net.Http.Headers;
using Connectors.Tests.Sandbox;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Shopify;

/// <summary>
/// The connector against the sandbox's shop over HTTP, whose GraphQL engine refuses fields and arguments that its schema
/// does not have: queries are checked as a language here, not as variables.
/// </summary>
public sealed class ShopSandboxTests
{
    private static readonly Dictionary<string, string> None = [];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_goes_from_its_webhook_to_a_closed_order_in_the_shop()
    {
        await using var rig = await SandboxRig.StartAsync();
        var order = Received(rig, await rig.OrderAsync());
        var exchange = new ShopExchange(rig, Connection(rig));
        var shipment = Ship(order, "TRACK-1");

        var confirmed = await RunAsync("confirmShipment", order, [shipment], None, exchange);
        await RunAsync("notifyCustomer", order, [shipment], confirmed.Outputs, exchange);
        await RunAsync("closeOrder", order, [shipment], confirmed.Outputs, exchange);

        Assert.Equal(1, rig.Effects("shop", "fulfillment", $"{order.Number}/TRACK-1"));
        Assert.Equal(1, rig.Effects("shop", "order-close", order.Number));
        var now = await rig.OrderAsync("gid://shopify/Order/" + order.ExternalId);
        Assert.True(now["closed"]!.GetValue<bool>());
        Assert.Equal("FULFILLED", now["displayFulfillmentStatus"]!.GetValue<string>());
        Assert.Equal(confirmed.Outputs["channelFulfilmentId"], now["fulfillments"]![0]!["id"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_lost_answer_makes_no_second_fulfilment()
    {
        await using var rig = await SandboxRig.StartAsync();
        var order = Received(rig, await rig.OrderAsync());
        var exchange = new ShopExchange(rig, Connection(rig));
        var operation = GivenShopify.Connector.Operation("confirmShipment")!;
        var request = Request(order, [Ship(order, "TRACK-1")], None, exchange);
        rig.Turn("shop", "lost-answer-rate", 100);

        var lost = await Assert.ThrowsAsync<ExchangeException>(() => operation.ExecuteAsync(request, operation.Map(request).Content, exchange, Ct));
        rig.Turn("shop", "lost-answer-rate", 0);

        Assert.Equal(FaultKind.UnknownOutcome, lost.Fault.Kind);
        Assert.IsType<LookUpResult.Found>(await operation.LookUpAsync(request, exchange, Ct));
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, operation.Map(request).Content, exchange, Ct));
        Assert.Equal(1, rig.Effects("shop", "fulfillment", $"{order.Number}/TRACK-1"));
    }

    [Theory]
    [InlineData("throttle-rate", FaultKind.Throttled)]
    [InlineData("wrong-credentials", FaultKind.Authentication)]
    public async Task What_the_shop_refuses_is_understood(string dial, FaultKind kind)
    {
        await using var rig = await SandboxRig.StartAsync();
        var order = Received(rig, await rig.OrderAsync());
        var exchange = new ShopExchange(rig, Connection(rig));
        var request = Request(order, [Ship(order, "TRACK-1")], None, exchange);
        rig.Turn("shop", dial, dial.EndsWith("-rate", StringComparison.Ordinal) ? 100 : 1);

        var fault = Assert.IsType<OperationResult.Failed>(await GivenShopify.Connector.Operation("confirmShipment")!.ExecuteAsync(request, default, exchange, Ct)).Fault;

        Assert.Equal(kind, fault.Kind);
        Assert.True(kind != FaultKind.Throttled || fault.RetryAfter > TimeSpan.Zero);
    }

    [Fact]
    public async Task Webhook_and_feed_bring_the_same_orders()
    {
        await using var rig = await SandboxRig.StartAsync();
        var told = new List<CanonicalOrder>();
        for (var i = 0; i < 60; i++)
            told.Add(Received(rig, await rig.OrderAsync()));
        Assert.Contains(told, o => o.DiscountMinor > 0);
        var connection = Connection(rig);
        var exchange = new ShopExchange(rig, connection);
        var feed = GivenShopify.Connector.Feeds[0];

        var polled = new List<CanonicalOrder>();
        FeedPage page;
        string? cursor = null;
        do
        {
            page = await feed.ReadAsync(connection, cursor, rig.Clock.GetUtcNow(), exchange, Ct);
            cursor = page.Cursor;
            polled.AddRange(page.Documents.Select(d => Assert.IsType<InboundEvent.OrderReceived>(GivenShopify.Receiver.Translate(new() { Topic = feed.Name, Body = d }, connection)).Order));
        }
        while (page.More);

        Assert.Equal(told.Select(Text), polled.Select(Text));
        rig.Clock.Advance(TimeSpan.FromSeconds(30)); // Full pages have emptied the bucket of points.
        var one = await feed.ReadOneAsync(connection, told[7].ExternalId, exchange, Ct);
        Assert.Equal(Text(told[7]), Text(Assert.IsType<InboundEvent.OrderReceived>(GivenShopify.Receiver.Translate(new() { Topic = feed.Name, Body = one!.Value }, connection)).Order));
    }

    /// <summary>But for the offset that the shop writes in REST and not in GraphQL.</summary>
    private static string Text(CanonicalOrder order) => System.Text.Json.JsonSerializer.Serialize(order with { SourceOffsetMinutes = 0 }, FlowJson.Default.CanonicalOrder);

    private static CanonicalOrder Received(SandboxRig rig, ReceivedWebhook webhook)
    {
        var request = new InboundRequest { Headers = webhook.Headers, Body = webhook.Body, ReceivedAt = rig.Clock.GetUtcNow() };
        Assert.True(GivenShopify.Receiver.Verify(request, Connection(rig)));
        Assert.NotNull(GivenShopify.Receiver.DeliveryId(request));
        return Assert.IsType<InboundEvent.OrderReceived>(GivenShopify.Receiver.Translate(request, Connection(rig))).Order;
    }

    private static Shipment Ship(CanonicalOrder order, string tracking) => Given.Shipment with
    {
        TrackingNumber = tracking,
        Lines = [.. order.Lines.Select(l => new ShipmentLine(l.ChannelLineRef, l.Sku, l.Quantity))],
    };

    private static async Task<OperationResult.Confirmed> RunAsync(string name, CanonicalOrder order, Shipment[] shipments, IReadOnlyDictionary<string, string> outputs, ShopExchange exchange)
    {
        var operation = GivenShopify.Connector.Operation(name)!;
        var request = Request(order, shipments, outputs, exchange);
        var mapped = operation.Map(request);
        Assert.Empty(mapped.Refusals);
        var result = await operation.ExecuteAsync(request, mapped.Content, exchange, Ct);
        return result as OperationResult.Confirmed ?? throw new Xunit.Sdk.XunitException(result.ToString());
    }

    private static OperationRequest Request(CanonicalOrder order, Shipment[] shipments, IReadOnlyDictionary<string, string> outputs, ShopExchange exchange) =>
        Given.Request(order, exchange.Connection, outputs, shipments);

    private static Connection Connection(SandboxRig rig) => new()
    {
        Key = "shopify-eu",
        Connector = "shopify",
        Role = SystemRole.Storefront,
        DisplayName = "Shopify EU",
        BaseAddress = new(rig.Address, "/shop"),
        AllowPrivateNetwork = true,
        Settings = new Dictionary<string, string> { ["apiVersion"] = "2026-10" },
        Secrets = new Dictionary<string, string> { ["webhookSecret"] = rig.Options.Secrets.ShopWebhookSecret, ["accessToken"] = rig.Options.Secrets.ShopAccessToken },
    };

    /// <summary>The gateway in small: sends, authenticates, and calls a cut connection what it is.</summary>
    private sealed class ShopExchange(SandboxRig rig, Connection connection) : IExchange
    {
        private readonly MemoryTokens _tokens = new();

        public Connection Connection => connection;

        public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
        {
            await GivenShopify.Connector.AuthenticateAsync(request, connection, _tokens, this, ct);
            using var message = new HttpRequestMessage(request.Method, new Uri(connection.BaseAddress!.ToString().TrimEnd('/') + request.Path));
            message.Content = new ReadOnlyMemoryContent(request.Body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(request.ContentType!) } };
            foreach (var (name, value) in request.Headers)
                message.Headers.TryAddWithoutValidation(name, value);
            try
            {
                using var response = await rig.Http.SendAsync(message, ct);
                return new()
                {
                    Status = (int)response.StatusCode,
                    Headers = response.Headers.ToDictionary(h => h.Key, h => string.Join(",", h.Value), StringComparer.OrdinalIgnoreCase),
                    ContentType = response.Content.Headers.ContentType?.ToString(),
                    Body = await response.Content.ReadAsByteArrayAsync(ct),
                };
            }
            catch (HttpRequestException e)
            {
                throw new ExchangeException(new(request.Writes ? FaultKind.UnknownOutcome : FaultKind.Transient, "outbound.cut", e.Message), e);
            }
        }
    }
}
