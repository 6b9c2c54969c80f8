using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.GenericHttp;

/// <summary>The samples for tax and payment services: reads that a step of a flow calls, whose outputs later steps use.</summary>
public sealed class LookUpSampleTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tax_service_is_asked_with_every_line_and_its_quote_is_an_output()
    {
        var quote = Connector("tax-look-up.yaml", "token").Operation("quoteTax")!;
        Assert.Equal(WriteKind.Read, quote.Descriptor.Write);
        var request = Given.Request(connection: Given.Connection(secrets: new Dictionary<string, string> { ["token"] = "t" }));
        var mapped = quote.Map(request);
        Assert.Empty(mapped.Refusals);
        Assert.Contains("""{"number":"L1","itemCode":"TEE-M","quantity":2,"amount":45.00,"taxIncluded":true}""", Encoding.UTF8.GetString(mapped.Content.Span), StringComparison.Ordinal);

        var exchange = new ScriptedExchange().Answers(201, """{"id":77,"totalTax":20.18}""").Answers(400, """{"error":{"code":"InvalidAddress","message":"x","details":[{"refersTo":"addresses"}]}}""");
        var confirmed = Assert.IsType<OperationResult.Confirmed>(await quote.ExecuteAsync(request, mapped.Content, exchange, Ct));
        Assert.Equal(("20.18", "77", "The tax service quotes 20.18"), (confirmed.Outputs["taxAmount"], confirmed.Outputs["taxId"], confirmed.Summary));
        Assert.True(exchange.Sent[0].Compress);
        Assert.False(exchange.Sent[0].Writes);
        var refused = Assert.IsType<OperationResult.Failed>(await quote.ExecuteAsync(request, mapped.Content, exchange, Ct)).Fault;
        Assert.Equal((FaultKind.Data, "tax.address_unknown", "addresses"), (refused.Kind, refused.Code, refused.Field));
    }

    [Fact]
    public async Task A_payment_is_read_by_its_id_or_found_by_our_reference()
    {
        var connector = Connector("payment-look-up.yaml", "key");
        var request = Given.Request(Given.Order with { References = new Dictionary<string, string> { ["payment"] = "pi_1/2" } });
        var exchange = new ScriptedExchange().Answers(200, """{"id":"pi_1/2","status":"succeeded","amount_received":12640,"currency":"eur"}""").Answers(200, """{"data":[]}""").Answers(404, """{"error":{"type":"invalid_request_error","code":"resource_missing"}}""");
        var read = Assert.IsType<OperationResult.Confirmed>(await connector.Operation("readPayment")!.ExecuteAsync(request, default, exchange, Ct));
        Assert.Equal(("succeeded", "12640"), (read.Outputs["paymentState"], read.Outputs["paidMinor"]));
        Assert.Equal("/v1/payment_intents/pi_1%2F2", exchange.Sent[0].Path);
        Assert.Empty(Assert.IsType<OperationResult.Confirmed>(await connector.Operation("findPayment")!.ExecuteAsync(request, default, exchange, Ct)).Outputs);
        Assert.Equal("payment.unknown", Assert.IsType<OperationResult.Failed>(await connector.Operation("readPayment")!.ExecuteAsync(request, default, exchange, Ct)).Fault.Code);
        Assert.NotEmpty(connector.Operation("readPayment")!.Map(Given.Request()).Refusals);
    }

    private static DeclarativeConnector Connector(string sample, string secret)
    {
        var reading = ManifestReader.Read(Encoding.UTF8.GetString(EmbeddedCatalog.Sample("GenericHttp", sample)), sample);
        Assert.True(reading.Definition is not null, string.Join("\n", reading.Problems));
        Assert.Contains(reading.Definition.Manifest.Settings, s => s.Name == secret && s.Secret);
        return new(reading.Definition, TimeProvider.System);
    }
}
