using System.Net.Http.Headers;
using Connectors.Catalog.Amazon;
using Connectors.Catalog.BusinessCentral;
using Connectors.Catalog.RegionalWms;
using Connectors.Catalog.Shopify;
using Connectors.Sandbox.Assortment;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Sandbox;

/// <summary>Our own connectors against the simulators, over HTTP: two readings of the same documents check each other.</summary>
public sealed class ConnectorsMeetSandboxTests
{
    private static CanonicalOrder Order => Given.Order with
    {
        Lines =
        [
            new() { ChannelLineRef = "L1", Sku = Products.All[6].Sku, Title = "Mug", Quantity = 2, UnitPriceMinor = 1450 },
            new() { ChannelLineRef = "L2", Sku = Products.All[3].Sku, Title = "Chair", Quantity = 1, UnitPriceMinor = 14900 },
        ],
    };

    private static Shipment First => Given.Shipment with { Lines = [new("L1", Products.All[6].Sku, 1)] };

    private static Shipment Second => Given.Shipment with { ExternalId = "SHP-2", Lines = [new("L1", Products.All[6].Sku, 1), new("L2", Products.All[3].Sku, 1)] };

    [Fact]
    public async Task Business_Central_gets_the_order_once_although_the_answer_was_lost()
    {
        await using var rig = await SandboxRig.StartAsync();
        var (connector, connection, exchange) = Erp(rig);
        var create = connector.Operation("createSalesOrder")!;
        var request = Given.Request(Order, connection);
        var document = create.Map(request);
        Assert.Empty(document.Refusals);
        rig.Turn("erp", "lost-answer-rate", 100);

        var lost = await Assert.ThrowsAsync<ExchangeException>(() => create.ExecuteAsync(request, document.Content, exchange, TestContext.Current.CancellationToken));
        var found = await create.LookUpAsync(request, exchange, TestContext.Current.CancellationToken);

        Assert.Equal(FaultKind.UnknownOutcome, lost.Fault.Kind);
        Assert.Equal("SO-10001", Assert.IsType<LookUpResult.Found>(found).Result.Outputs["erpOrderNumber"]);
        Assert.Equal(1, rig.Effects("erp", "sales-order", request.Reference));
    }

    [Fact]
    public async Task Business_Central_posts_two_parcels_and_each_once()
    {
        await using var rig = await SandboxRig.StartAsync();
        var (connector, connection, exchange) = Erp(rig);
        var ct = TestContext.Current.CancellationToken;
        var create = connector.Operation("createSalesOrder")!;
        var post = connector.Operation("postShipment")!;
        var created = Assert.IsType<OperationResult.Confirmed>(await create.ExecuteAsync(Given.Request(Order, connection), create.Map(Given.Request(Order, connection)).Content, exchange, ct));

        var one = await post.ExecuteAsync(Given.Request(Order, connection, created.Outputs, First), default, exchange, ct);
        var oneAgain = await post.ExecuteAsync(Given.Request(Order, connection, created.Outputs, First), default, exchange, ct);
        var two = await post.ExecuteAsync(Given.Request(Order, connection, created.Outputs, First, Second), default, exchange, ct);

        Assert.Equal("S-SHPT-10001", Assert.IsType<OperationResult.Confirmed>(one).Outputs["erpShipmentNumber"]);
        Assert.Equal("S-SHPT-10001", Assert.IsType<OperationResult.Confirmed>(oneAgain).Outputs["erpShipmentNumber"]);
        Assert.Equal("S-SHPT-10002", Assert.IsType<OperationResult.Confirmed>(two).Outputs["erpShipmentNumber"]);
        Assert.Equal(2, rig.Effects("erp", "sales-shipment", "SHOPIFY-EU-1001"));
    }

    [Fact]
    public async Task Business_Central_deletes_an_order_until_a_part_of_it_is_shipped()
    {
        await using var rig = await SandboxRig.StartAsync();
        var (connector, connection, exchange) = Erp(rig);
        var ct = TestContext.Current.CancellationToken;
        var create = connector.Operation("createSalesOrder")!;
        var cancel = connector.Operation("cancelSalesOrder")!;
        async Task<OperationResult.Confirmed> CreatedAsync() => Assert.IsType<OperationResult.Confirmed>(await create.ExecuteAsync(Given.Request(Order, connection), create.Map(Given.Request(Order, connection)).Content, exchange, ct));

        var first = await CreatedAsync();
        Assert.IsType<OperationResult.Confirmed>(await cancel.ExecuteAsync(Given.Request(Order, connection, first.Outputs), default, exchange, ct));
        // Gone is told as gone, not as done: somebody may have posted it.
        Assert.Equal(FaultKind.Data, Assert.IsType<OperationResult.Failed>(await cancel.ExecuteAsync(Given.Request(Order, connection, first.Outputs), default, exchange, ct)).Fault.Kind);
        var second = await CreatedAsync();
        await connector.Operation("postShipment")!.ExecuteAsync(Given.Request(Order, connection, second.Outputs, First), default, exchange, ct);
        Assert.Equal(FaultKind.Data, Assert.IsType<OperationResult.Failed>(await cancel.ExecuteAsync(Given.Request(Order, connection, second.Outputs), default, exchange, ct)).Fault.Kind);
        Assert.Equal(1, rig.Effects("erp", "sales-order-deletion", "SHOPIFY-EU-1001"));
    }

    [Theory]
    [InlineData("rejected-line-rate", FaultKind.Data)]
    [InlineData("rejected-order-rate", FaultKind.Data)]
    [InlineData("throttle-rate", FaultKind.Throttled)]
    [InlineData("wrong-credentials", FaultKind.Authentication)]
    public async Task What_Business_Central_refuses_is_understood(string dial, FaultKind kind)
    {
        await using var rig = await SandboxRig.StartAsync();
        var (connector, connection, exchange) = Erp(rig);
        var create = connector.Operation("createSalesOrder")!;
        var request = Given.Request(Order, connection);
        await create.LookUpAsync(request, exchange, TestContext.Current.CancellationToken);
        rig.Turn("erp", dial, dial.EndsWith("-rate", StringComparison.Ordinal) ? 100 : 1);

        var result = await create.ExecuteAsync(request, create.Map(request).Content, exchange, TestContext.Current.CancellationToken);

        Assert.Equal(kind, Assert.IsType<OperationResult.Failed>(result).Fault.Kind);
        Assert.Equal(0, rig.Effects("erp", "sales-order", request.Reference));
    }

    [Fact]
    public async Task The_warehouse_takes_our_instruction_and_its_events_are_understood()
    {
        await using var rig = await SandboxRig.StartAsync();
        var connector = new RegionalWmsConnector(TimeProvider.System);
        var connection = Connection(rig, "regional-wms", "wms", new() { ["apiKey"] = rig.Options.Secrets.WmsApiKey, ["webhookSecret"] = rig.Options.Secrets.WmsWebhookSecret });
        Assert.Empty(connector.Check(connection));
        var instruct = connector.Operation("instructFulfilment")!;
        var request = Given.Request(Order, connection);
        rig.Turn("wms", "rejected-line-rate", 100);

        var result = await instruct.ExecuteAsync(request, instruct.Map(request).Content, new HttpExchange(rig, connector, connection), TestContext.Current.CancellationToken);
        var told = await rig.ToldAsync(3);

        Assert.Equal("WMS-20001", Assert.IsType<OperationResult.Confirmed>(result).Outputs["wmsOrderId"]);
        var events = told.Select(webhook =>
        {
            var inbound = Inbound(rig, webhook);
            Assert.True(connector.Receiver!.Verify(inbound, connection));
            return Assert.IsType<InboundEvent.Happened>(connector.Receiver.Translate(inbound, connection));
        }).ToList();
        Assert.Equal(["shipment.confirmed", "warehouse.acknowledged", "warehouse.line_rejected"], events.Select(e => e.Event).Order());
        Assert.All(events, e => Assert.Equal(request.Reference, e.Correlation[0].Value));
        Assert.Single(events.Single(e => e.Shipment is not null).Shipment!.Lines);
    }

    [Fact]
    public async Task The_warehouse_takes_a_change_of_the_version_it_told_us_once_and_no_other()
    {
        await using var rig = await SandboxRig.StartAsync();
        var connector = new RegionalWmsConnector(TimeProvider.System);
        var connection = Connection(rig, "regional-wms", "wms", new() { ["apiKey"] = rig.Options.Secrets.WmsApiKey, ["webhookSecret"] = rig.Options.Secrets.WmsWebhookSecret });
        var (exchange, ct) = (new HttpExchange(rig, connector, connection), TestContext.Current.CancellationToken);
        var instruct = connector.Operation("instructFulfilment")!;
        var change = connector.Operation("changeFulfilment")!;
        var told = Assert.IsType<OperationResult.Confirmed>(await instruct.ExecuteAsync(Given.Request(Order, connection), instruct.Map(Given.Request(Order, connection)).Content, exchange, ct));
        Assert.Equal("1", told.Outputs["wmsVersion"]);
        var newer = Given.Request(Order with { Lines = [Order.Lines[0] with { Quantity = 5 }, Order.Lines[1]] }, connection, told.Outputs).With("key-c");

        for (var i = 0; i < 2; i++)
            Assert.Equal("2", Assert.IsType<OperationResult.Confirmed>(await change.ExecuteAsync(newer, change.Map(newer).Content, exchange, ct)).Outputs["wmsVersion"]);
        var other = Given.Request(Order, connection, told.Outputs).With("key-2");
        var moved = Assert.IsType<OperationResult.Failed>(await change.ExecuteAsync(other, change.Map(other).Content, exchange, ct)).Fault;
        Assert.Equal((FaultKind.Conflict, "wms.version_moved"), (moved.Kind, moved.Code));
        Assert.Equal(1, rig.Effects("wms", "order-change", newer.Reference));
    }

    [Fact]
    public async Task A_shop_order_that_we_read_is_the_order_that_was_placed()
    {
        await using var rig = await SandboxRig.StartAsync();
        var connector = new ShopifyConnector(TimeProvider.System);
        var connection = Connection(rig, "shopify", "shop", new() { ["webhookSecret"] = rig.Options.Secrets.ShopWebhookSecret, ["accessToken"] = rig.Options.Secrets.ShopAccessToken });
        Assert.Empty(connector.Check(connection));

        for (var i = 0; i < 30; i++)
        {
            var webhook = await rig.OrderAsync();
            var inbound = Inbound(rig, webhook);
            Assert.True(connector.Receiver!.Verify(inbound, connection));
            Assert.Equal(webhook.Headers["X-Shopify-Webhook-Id"], connector.Receiver.DeliveryId(inbound));
            var order = Assert.IsType<InboundEvent.OrderReceived>(connector.Receiver.Translate(inbound, connection)).Order;
            Assert.Empty(OrderRules.Check(order));
            Assert.Equal((long)(decimal.Parse(webhook.Json["total_price"]!.GetValue<string>(), System.Globalization.CultureInfo.InvariantCulture) * 100), order.TotalMinor);
            Assert.Equal(webhook.Json["line_items"]!.AsArray().Count, order.Lines.Count);
            Assert.Equal(order.TotalMinor, order.Lines.Sum(l => l.UnitPriceMinor * l.Quantity - l.DiscountMinor) + order.ShippingMinor);
        }
    }

    [Fact]
    public async Task An_Amazon_order_is_told_fetched_found_in_the_list_and_its_shipment_confirmed_once()
    {
        await using var rig = await SandboxRig.StartAsync();
        var ct = TestContext.Current.CancellationToken;
        var connector = new AmazonConnector(TimeProvider.System);
        var connection = Connection(
            rig,
            "amazon",
            "amazon",
            new()
            {
                ["clientSecret"] = rig.Options.Secrets.AmazonClientSecret,
                ["refreshToken"] = rig.Options.Secrets.AmazonRefreshToken,
                ["notificationSecret"] = rig.Options.Secrets.AmazonWebhookSecret,
            },
            new() { ["tokenUrl"] = new Uri(rig.Address, "/amazon/auth/o2/token").ToString(), ["clientId"] = rig.Options.Secrets.AmazonClientId, ["marketplaceIds"] = rig.Options.MarketplaceId });
        Assert.Empty(connector.Check(connection));
        var exchange = new HttpExchange(rig, connector, connection);
        var feed = connector.Feeds.Single();
        Assert.Null(rig.Control.PlaceOrders("amazon", 1));

        var told = Inbound(rig, await rig.Inbox.NextAsync(ct));
        Assert.True(connector.Receiver!.Verify(told, connection));
        var needed = Assert.IsType<InboundEvent.FetchNeeded>(connector.Receiver.Translate(told, connection));
        var order = Received(connector, connection, rig, await feed.ReadOneAsync(connection, needed.ExternalId, exchange, ct));
        var page = await feed.ReadAsync(connection, null, rig.Clock.GetUtcNow(), exchange, ct);
        Assert.Equal(order.ExternalId, Received(connector, connection, rig, Assert.Single(page.Documents)).ExternalId);
        Assert.Equal(order.TotalMinor, order.Lines.Sum(l => l.UnitPriceMinor * l.Quantity));

        var confirm = connector.Operation("confirmShipment")!;
        var shipment = Given.Shipment with { ShippedAt = rig.Clock.GetUtcNow(), Lines = [.. order.Lines.Select(l => new ShipmentLine(l.ChannelLineRef, l.Sku, l.Quantity))] };
        var request = Given.Request(order, connection, null, shipment);
        var document = confirm.Map(request);
        Assert.Empty(document.Refusals);
        rig.Turn("amazon", "lost-answer-rate", 100);
        await Assert.ThrowsAsync<ExchangeException>(() => confirm.ExecuteAsync(request, document.Content, exchange, ct));
        Assert.IsType<LookUpResult.Found>(await confirm.LookUpAsync(request, exchange, ct));
        rig.Turn("amazon", "lost-answer-rate", 0);
        Assert.IsType<OperationResult.Confirmed>(await confirm.ExecuteAsync(request, document.Content, exchange, ct));
        Assert.Equal(1, rig.Effects("amazon", "shipment-confirmation", $"{order.ExternalId}/1"));
    }

    private static CanonicalOrder Received(IConnector connector, Connection connection, SandboxRig rig, ReadOnlyMemory<byte>? document) =>
        Assert.IsType<InboundEvent.OrderReceived>(connector.Receiver!.Translate(
            new() { Polled = true, Topic = "orders-feed", ContentType = "application/json", Body = document!.Value, ReceivedAt = rig.Clock.GetUtcNow() }, connection)).Order;

    private static InboundRequest Inbound(SandboxRig rig, ReceivedWebhook webhook) =>
        new() { ContentType = "application/json", Headers = webhook.Headers, Body = webhook.Body, ReceivedAt = rig.Clock.GetUtcNow() };

    private static (BusinessCentralConnector Connector, Connection Connection, HttpExchange Exchange) Erp(SandboxRig rig)
    {
        var connector = new BusinessCentralConnector(TimeProvider.System);
        var connection = Connection(
            rig,
            "business-central",
            "erp/api/v2.0",
            new() { ["clientSecret"] = rig.Options.Secrets.ErpClientSecret },
            new()
            {
                ["companyId"] = rig.Options.ErpCompany.ToString(),
                ["tokenAddress"] = new Uri(rig.Address, "/erp/sandbox/oauth2/v2.0/token").ToString(),
                ["clientId"] = rig.Options.Secrets.ErpClientId,
                ["customerNumber"] = "10000",
                ["shippingAccount"] = "6100",
            });
        Assert.Empty(connector.Check(connection));
        return (connector, connection, new HttpExchange(rig, connector, connection));
    }

    private static Connection Connection(SandboxRig rig, string connector, string path, Dictionary<string, string> secrets, Dictionary<string, string>? settings = null) => new()
    {
        Key = connector,
        Connector = connector,
        Role = SystemRole.Erp,
        DisplayName = connector,
        BaseAddress = new Uri(rig.Address, "/" + path),
        AllowPrivateNetwork = true,
        Settings = settings ?? [],
        Secrets = secrets,
    };

    /// <summary>The gateway in small: sends, authenticates, and calls a cut connection what it is.</summary>
    private sealed class HttpExchange(SandboxRig rig, IConnector connector, Connection connection) : IExchange
    {
        private readonly MemoryTokens _tokens = new();

        public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
        {
            if (request.Authenticated)
                await connector.AuthenticateAsync(request, connection, _tokens, this, ct);
            using var message = new HttpRequestMessage(request.Method, request.Absolute ?? new Uri(connection.BaseAddress!.ToString().TrimEnd('/') + request.Path));
            if (request.Body.Length > 0)
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
