using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;

namespace Connectors.Tests.Odoo;

/// <summary>The connector against a stand-in of our own; no Odoo was here.</summary>
public sealed class OdooTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static CanonicalOrder Order => Given.Order with
    {
        TotalMinor = 6460,
        ShippingMinor = 490,
        Lines = [new() { ChannelLineRef = "L1", Sku = "TEE", Title = "Tee [blue]", Quantity = 3, UnitPriceMinor = 1990 }],
    };

    [Fact]
    public async Task An_order_is_made_confirmed_and_its_deliveries_come_back_by_line()
    {
        await using var odoo = await SmallOdoo.StartAsync();
        var (connector, connection, exchange) = Connect(odoo);
        var made = Assert.IsType<OperationResult.Confirmed>(await RunAsync(connector, connection, exchange, "createSalesOrder"));
        var again = Assert.IsType<OperationResult.Confirmed>(await RunAsync(connector, connection, exchange, "createSalesOrder"));

        Assert.Equal(made.Outputs["erpOrderNumber"], again.Outputs["erpOrderNumber"]);
        var order = Assert.Single(odoo["sale.order"]);
        Assert.Equal(("sale", "SHOPIFY-EU-1001"), ((string?)order["state"], (string?)order["client_order_ref"]));
        Assert.Equal(2, odoo["res.partner"].Count);
        Assert.Single(odoo.Calls, c => c == "authenticate");
        Assert.IsType<OperationResult.Confirmed>(await RunAsync(connector, connection, exchange, "instructFulfilment"));
        odoo.Ship("TRK-1", 2);
        var events = await EventsAsync(connector, connection, exchange);
        var shipped = Assert.Single(events, e => e.Shipment is not null);
        Assert.Equal(("TRK-1", new ShipmentLine("L1", "TEE", 2)), (shipped.Shipment!.TrackingNumber, Assert.Single(shipped.Shipment.Lines)));
        Assert.Equal("SHOPIFY-EU-1001", shipped.Correlation[0].Value);
        Assert.Equal(new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero), shipped.Shipment.ShippedAt);
        Assert.Equal("warehouse.acknowledged", Assert.Single(events, e => e.Shipment is null).Event);
        Assert.IsType<OperationResult.Confirmed>(await RunAsync(connector, connection, exchange, "postShipment", shipped.Shipment));
        odoo.Ship("TRK-2", 1);
        Assert.Equal(2, (await EventsAsync(connector, connection, exchange)).Count(e => e.Shipment is not null));
        Assert.DoesNotContain(exchange.Recorded, r => r.Contains("\"key\"", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"res.partner\",\"create\"")]
    [InlineData("\"sale.order\",\"create\"")]
    [InlineData("\"action_confirm\"")]
    public async Task Whichever_answer_is_lost_there_is_one_sales_order(string which)
    {
        await using var odoo = await SmallOdoo.StartAsync();
        var (connector, connection, exchange) = Connect(odoo);
        exchange.Loses = body => body.Contains(which, StringComparison.Ordinal);

        var lost = await Assert.ThrowsAsync<ExchangeException>(() => RunAsync(connector, connection, exchange, "createSalesOrder"));
        exchange.Loses = _ => false;
        var found = await connector.Operation("createSalesOrder")!.LookUpAsync(Given.Request(Order, connection), exchange, Ct);
        Assert.IsType<OperationResult.Confirmed>(await RunAsync(connector, connection, exchange, "createSalesOrder"));

        Assert.Equal(FaultKind.UnknownOutcome, lost.Fault.Kind);
        Assert.Equal(which == "\"action_confirm\"", found is LookUpResult.Found);
        Assert.Single(odoo["sale.order"]);
        Assert.Equal(2, odoo["res.partner"].Count);
    }

    [Fact]
    public async Task What_Odoo_refuses_or_silently_does_not_is_said()
    {
        await using var odoo = await SmallOdoo.StartAsync();
        var (connector, connection, exchange) = Connect(odoo);
        odoo.IgnoresConfirm = true;
        Assert.Equal("erp.not_confirmed", Failed(await RunAsync(connector, connection, exchange, "createSalesOrder")));
        odoo["sale.order"].Clear();
        Assert.Equal("erp.total_differs", Failed(await RunAsync(connector, connection, exchange, "createSalesOrder", order: Order with { TotalMinor = 6461 })));
        odoo["product.product"].Clear();
        odoo["sale.order"].Clear();
        Assert.Equal("erp.product_unknown", Failed(await RunAsync(connector, connection, exchange, "createSalesOrder")));
    }

    [Fact]
    public async Task A_wrong_key_is_tried_once()
    {
        await using var odoo = await SmallOdoo.StartAsync();
        var (connector, connection, exchange) = Connect(odoo, "wrong");
        for (var i = 0; i < 3; i++)
            Assert.Equal("session.refused", (await Assert.ThrowsAsync<ExchangeException>(() => RunAsync(connector, connection, exchange, "findCustomer"))).Fault.Code);

        Assert.Equal(["authenticate"], odoo.Calls);
    }

    private static string Failed(OperationResult result) => Assert.IsType<OperationResult.Failed>(result).Fault.Code;

    private static async Task<OperationResult> RunAsync(IConnector connector, Connection connection, PeerExchange exchange, string operation, Shipment? shipment = null, CanonicalOrder? order = null)
    {
        var request = shipment is null ? Given.Request(order ?? Order, connection) : Given.Request(order ?? Order, connection, null, shipment);
        var found = connector.Operation(operation)!;
        var document = found.Map(request);
        Assert.Empty(document.Refusals);
        return await found.ExecuteAsync(request, document.Content, exchange, Ct);
    }

    private static async Task<List<InboundEvent.Happened>> EventsAsync(IConnector connector, Connection connection, PeerExchange exchange)
    {
        var feed = Assert.Single(connector.Feeds);
        var page = await feed.ReadAsync(connection, null, Given.Now, exchange, Ct);
        Assert.False(page.More);
        return [.. page.Documents.Select(d => connector.Receiver!.Translate(new() { Topic = feed.Name, ContentType = "application/json", Body = d, ReceivedAt = Given.Now, Polled = true }, connection)).Select(e => e is InboundEvent.Refused r ? throw new Xunit.Sdk.XunitException(string.Join(" ", r.Refusals)) : e).OfType<InboundEvent.Happened>()];
    }

    private static (IConnector, Connection, PeerExchange) Connect(SmallOdoo odoo, string key = "key")
    {
        var connector = ConnectorsFeature.BuiltIn(TimeProvider.System).Find("odoo")!;
        var connection = new Connection
        {
            Key = "odoo", Connector = "odoo", Role = SystemRole.Erp, DisplayName = "Odoo", BaseAddress = odoo.Address, AllowPrivateNetwork = true,
            Settings = new Dictionary<string, string> { ["database"] = "shop", ["user"] = "api", ["shippingProduct"] = "SHIP" }, Secrets = new Dictionary<string, string> { ["apiKey"] = key },
        };
        Assert.Empty(connector.Check(connection));
        return (connector, connection, new(connector, connection));
    }
}
