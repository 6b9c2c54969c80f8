using System.Text;
using Connectors.Catalog.RegionalWms;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.RegionalWms;

public sealed class RegionalWmsOperationTests
{
    private static readonly RegionalWmsConnector Connector = new(TimeProvider.System);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public void The_instruction_holds_what_is_to_be_shipped_with_the_channels_line_references()
    {
        var mapped = Operation("instructFulfilment").Map(Given.Request(outputs: new Dictionary<string, string> { ["erpOrderNumber"] = "101005" }));

        Assert.Empty(mapped.Refusals);
        Assert.Equal(
            """
            {"reference":"SHOPIFY-EU-1001","orderNumber":"#1001","erpOrderNumber":"101005","placedAt":"2026-11-22T23:30:00Z","service":"standard",
            "shipTo":{"name":"Mia Öztürk","line1":"Lange Straße 5","city":"Köln","postalCode":"50667","countryCode":"DE","email":"mia@example.org"},
            "lines":[{"lineRef":"L1","sku":"TEE-M","title":"Tee, medium","quantity":2},{"lineRef":"L3","sku":"CAP","title":"Cap","quantity":1}]}
            """.ReplaceLineEndings(""), Encoding.UTF8.GetString(mapped.Content.Span));
    }

    [Fact]
    public void An_order_without_a_street_or_a_product_code_does_not_go_out()
    {
        var order = Given.Order with { ShipTo = Given.Order.ShipTo! with { Line1 = null }, Lines = [Given.Order.Lines[0] with { Sku = "" }] };

        Assert.Equal(["shipTo.line1", "lines[0].sku"], Operation("instructFulfilment").Map(Given.Request(order)).Refusals.Select(r => r.Field));
    }

    [Fact]
    public async Task An_instruction_is_keyed_and_yields_the_warehouses_number()
    {
        var exchange = new ScriptedExchange().Answers(201, """{"id":"WMS-20331","status":"received"}""");

        var confirmed = Assert.IsType<OperationResult.Confirmed>(await Operation("instructFulfilment").ExecuteAsync(Given.Request(), "{}"u8.ToArray(), exchange, Ct));

        Assert.Equal(("/v1/orders", "key-1"), (exchange.Sent[0].Path, exchange.Sent[0].Headers["Idempotency-Key"]));
        Assert.Equal("WMS-20331", confirmed.Outputs["wmsOrderId"]);
        Assert.Equal("Warehouse took the order as WMS-20331", confirmed.Summary);
    }

    [Theory]
    [InlineData(409, "reference_exists")]
    [InlineData(422, "idempotency_key_reused")]
    public async Task What_the_warehouse_has_already_is_looked_up_and_not_sent_again(int status, string code)
    {
        var exchange = new ScriptedExchange()
            .Answers(status, $$$"""{"error":{"code":"{{{code}}}","message":"Seen before."}}""")
            .Answers(200, """{"items":[{"id":"WMS-20331","reference":"SHOPIFY-EU-1001","status":"picking"}]}""");

        var confirmed = Assert.IsType<OperationResult.Confirmed>(await Operation("instructFulfilment").ExecuteAsync(Given.Request(), "{}"u8.ToArray(), exchange, Ct));

        Assert.Equal("/v1/orders?reference=SHOPIFY-EU-1001", exchange.Sent[1].Path);
        Assert.Equal("WMS-20331", confirmed.Outputs["wmsOrderId"]);
    }

    [Theory]
    [InlineData("instructFulfilment", 422, "sku_unknown", FaultKind.Data, "wms.sku_unknown")]
    [InlineData("instructFulfilment", 422, "address_incomplete", FaultKind.Data, "wms.address_incomplete")]
    [InlineData("instructFulfilment", 409, "idempotency_in_progress", FaultKind.Transient, "wms.in_progress")]
    [InlineData("instructFulfilment", 400, "strange", FaultKind.Data, "http.400")]
    [InlineData("instructFulfilment", 422, "validation_failed", FaultKind.Data, "wms.document_refused")]
    [InlineData("cancelFulfilment", 409, "already_picked", FaultKind.Data, "wms.cancel_too_late")]
    [InlineData("cancelFulfilment", 409, "already_rejected", FaultKind.Data, "wms.already_rejected")]
    [InlineData("cancelFulfilment", 404, "order_unknown", FaultKind.Data, "wms.order_unknown")]
    public async Task What_the_warehouse_refuses_is_told_in_our_words(string operation, int status, string code, FaultKind kind, string expected)
    {
        var exchange = new ScriptedExchange().Answers(status, $$$"""{"error":{"code":"{{{code}}}","message":"No.","details":[{"field":"lines[0].sku","message":"No."}]}}""");
        var request = Given.Request(outputs: new Dictionary<string, string> { ["wmsOrderId"] = "WMS-20331" });

        var fault = Assert.IsType<OperationResult.Failed>(await Operation(operation).ExecuteAsync(request, default, exchange, Ct)).Fault;

        Assert.Equal((kind, expected, code, "lines[0].sku"), (fault.Kind, fault.Code, fault.ProviderCode, fault.Field));
    }

    [Fact]
    public async Task A_cancellation_names_the_warehouses_order()
    {
        var exchange = new ScriptedExchange().Answers(200, """{"id":"WMS-20331","status":"cancelled"}""");
        var request = Given.Request(outputs: new Dictionary<string, string> { ["wmsOrderId"] = "WMS-20331" });

        Assert.IsType<OperationResult.Confirmed>(await Operation("cancelFulfilment").ExecuteAsync(request, default, exchange, Ct));

        Assert.Equal("/v1/orders/WMS-20331/cancel", exchange.Sent[0].Path);
    }

    [Fact]
    public void A_cancellation_without_an_order_at_the_warehouse_is_refused() =>
        Assert.Equal("outputs.wmsOrderId", Assert.Single(Operation("cancelFulfilment").Map(Given.Request()).Refusals).Field);

    [Fact]
    public void A_signing_secret_that_is_none_is_told()
    {
        var secrets = new Dictionary<string, string> { ["apiKey"] = "k", ["webhookSecret"] = "whsec_not base64!" };

        Assert.StartsWith("secrets.webhookSecret", Assert.Single(Connector.Check(Given.Connection(secrets: secrets))), StringComparison.Ordinal);
    }

    private static IOperation Operation(string name) => Connector.Operation(name)!;
}
