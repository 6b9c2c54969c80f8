using System.Net.Http.Headers;
using Connectors.Catalog.BusinessCentral;
using Connectors.Catalog.RegionalWms;
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
            var inbound = new InboundRequest { ContentType = "application/json", Headers = webhook.Headers, Body = webhook.Body, ReceivedAt = rig.Clock.GetUtcNow() };
            Assert.True(connector.Receiver!.Verify(inbound, connection));
            return Assert.IsType<InboundEvent.Happened>(connector.Receiver.Translate(inbound, connection));
        }).ToList();
        Assert.Equal(["shipment.confirmed", "warehouse.acknowledged", "warehouse.line_rejected"], events.Select(e => e.Event).Order());
        Assert.All(events, e => Assert.Equal(request.Reference, e.Correlation[0].Value));
        Assert.Single(events.Single(e => e.Shipment is not null).Shipment!.Lines);
    }

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
