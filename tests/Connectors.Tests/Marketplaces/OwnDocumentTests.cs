using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Marketplaces;

/// <summary>Each connector that is data alone against a stand-in that answers as its system does.</summary>
public sealed class OwnDocumentTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Partners => ["WooCommerce", "BigCommerce", "AdobeCommerce", "Walmart", "Ebay"];

    [Fact]
    public void Our_samples_are_read_as_approved() => Approved.Check("data-connectors-samples",
        string.Concat(Partners.Select(p => (string)p.Data).Select(p => $"{p}: {RealDocumentTests.Of(Read(p, EmbeddedCatalog.Sample(p, "order.json")))}\n")));

    [Fact]
    public async Task WooCommerce_pages_are_read_until_one_is_not_full_and_the_next_walk_overlaps()
    {
        var feed = Connector("WooCommerce").Feeds[0];
        var order = Encoding.UTF8.GetString(EmbeddedCatalog.Sample("WooCommerce", "order.json"));
        var shop = new ScriptedExchange().Answers(200, $"[{string.Join(',', Enumerable.Repeat(order, 50))}]").Answers(200, $"[{order}]").Answers(200, "[]");
        var first = await feed.ReadAsync(Given.Connection(), null, Given.Now, shop, Ct);
        Assert.True(first is { Documents.Count: 50, More: true });
        var second = await feed.ReadAsync(Given.Connection(), first.Cursor, Given.Now.AddMinutes(1), shop, Ct);
        Assert.True(second is { Documents.Count: 1, More: false });
        await feed.ReadAsync(Given.Connection(), second.Cursor, Given.Now.AddMinutes(10), shop, Ct);
        Assert.Equal(
            ["modified_after=2026-11-22T10%3A00%3A00Z … page=1", "modified_after=2026-11-22T10%3A00%3A00Z … page=2", "modified_after=2026-11-23T09%3A55%3A00Z … page=1"],
            shop.Sent.Select(s => $"{s.Path.Split('?')[1].Split('&')[0]} … {s.Path.Split('&')[^1]}"));
    }

    [Fact]
    public async Task Walmart_names_the_next_page_as_a_query()
    {
        var feed = Connector("Walmart").Feeds[0];
        var order = Encoding.UTF8.GetString(EmbeddedCatalog.Sample("Walmart", "order.json"));
        var answer = "{\"list\":{\"meta\":{\"nextCursor\":\"?limit=100&soIndex=7\"},\"elements\":{\"order\":[" + order + "]}}}";
        var shop = new ScriptedExchange().Answers(200, answer).Answers(200, "{\"list\":{\"meta\":{\"nextCursor\":null},\"elements\":{\"order\":[]}}}");
        var first = await feed.ReadAsync(Given.Connection(), null, Given.Now, shop, Ct);
        Assert.True(first is { Documents.Count: 1, More: true });
        Assert.False((await feed.ReadAsync(Given.Connection(), first.Cursor, Given.Now, shop, Ct)).More);
        Assert.Equal("/v3/orders?limit=100&soIndex=7", shop.Sent[1].Path);
    }

    [Fact]
    public async Task Adobe_answers_its_last_page_again_and_again_so_that_the_total_ends_the_walk()
    {
        var feed = Connector("AdobeCommerce").Feeds[0];
        var items = string.Join(',', Enumerable.Repeat("{\"entity_id\":1}", 50));
        var shop = new ScriptedExchange().Answers(200, $"{{\"items\":[{items}],\"total_count\":100}}").Answers(200, $"{{\"items\":[{items}],\"total_count\":100}}");
        var first = await feed.ReadAsync(Given.Connection(), null, Given.Now, shop, Ct);
        Assert.True(first.More);
        Assert.False((await feed.ReadAsync(Given.Connection(), first.Cursor, Given.Now, shop, Ct)).More);
    }

    [Fact]
    public async Task BigCommerce_says_only_that_something_changed_and_the_order_is_fetched()
    {
        var connector = Connector("BigCommerce");
        var connection = Given.Connection("bigcommerce", null, new Dictionary<string, string> { ["webhookToken"] = "tok-1" });
        var request = new InboundRequest { Body = EmbeddedCatalog.Sample("BigCommerce", "notification.json"), ReceivedAt = Given.Now, Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["X-Webhook-Token"] = "tok-1" } };
        Assert.True(connector.Receiver!.Verify(request, connection));
        Assert.Equal("7ee67cd1cf2ca60bc1aa9e5fe957d2de373be4ca", connector.Receiver.DeliveryId(request));
        var fetch = Assert.IsType<InboundEvent.FetchNeeded>(connector.Receiver.Translate(request, connection));
        var shop = new ScriptedExchange().Answers(200, Encoding.UTF8.GetString(EmbeddedCatalog.Sample("BigCommerce", "order.json"))).Answers(404);
        var document = await connector.Feeds[0].ReadOneAsync(connection, fetch.ExternalId, shop, Ct);
        Assert.Equal("/v2/orders/118?include=consignments.line_items", shop.Sent[0].Path);
        Assert.IsType<InboundEvent.OrderReceived>(connector.Receiver.Translate(Polled(document!.Value.ToArray()), connection));
        Assert.Null(await connector.Feeds[0].ReadOneAsync(connection, "999", shop, Ct));
    }

    /// <summary>Another shipment of the same order is no proof that ours arrived; ours is recognised by its tracking number.</summary>
    [Theory]
    [InlineData("Walmart", "{\"order\":{\"orderLines\":{\"orderLine\":[{\"orderLineStatuses\":{\"orderLineStatus\":[{\"trackingInfo\":{\"trackingNumber\":\"#\"}}]}}]}}}")]
    [InlineData("Ebay", "{\"fulfillments\":[{\"shipmentTrackingNumber\":\"OTHER\"},{\"shipmentTrackingNumber\":\"#\"}]}")]
    [InlineData("BigCommerce", "[{\"tracking_number\":\"#\"}]")]
    [InlineData("AdobeCommerce", "{\"items\":[{\"tracks\":[{\"track_number\":\"#\"}]}]}")]
    public async Task A_shipment_is_looked_up_before_it_is_confirmed_and_after_a_lost_answer(string partner, string found)
    {
        var operation = Connector(partner).Operation("confirmShipment")!;
        Assert.Equal(WriteKind.Blind, operation.Descriptor.Write);
        var request = Given.Request(connection: Given.Connection(), shipments: Given.Shipment, order: Given.Order with { Extensions = new Dictionary<string, string> { ["addressId"] = "19" } }, outputs: null);
        var others = new ScriptedExchange().Answers(200, found.Replace("#", "A-DIFFERENT-ONE", StringComparison.Ordinal)).Throws(new Fault(FaultKind.UnknownOutcome, "exchange.no_answer", "No answer came."));
        await Assert.ThrowsAsync<ExchangeException>(() => operation.ExecuteAsync(request, "{}"u8.ToArray(), others, Ct));
        Assert.Equal(["GET", "POST"], others.Sent.Select(s => s.Method.Method));
        var ours = new ScriptedExchange().Answers(200, found.Replace("#", Given.Shipment.TrackingNumber, StringComparison.Ordinal));
        Assert.IsType<LookUpResult.Found>(await operation.LookUpAsync(request, ours, Ct));
        var again = new ScriptedExchange().Answers(200, found.Replace("#", Given.Shipment.TrackingNumber, StringComparison.Ordinal));
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, "{}"u8.ToArray(), again, Ct));
        Assert.Equal("GET", Assert.Single(again.Sent).Method.Method);
    }

    [Theory, MemberData(nameof(Partners))]
    public void What_is_sent_out_is_as_approved(string partner)
    {
        var connector = Connector(partner);
        var lines = Given.Order.Lines.Select((l, i) => l with { ChannelLineRef = $"{i + 1}" }).ToList();
        var order = Given.Order with { ExternalId = "5123", Lines = lines, Extensions = new Dictionary<string, string> { ["addressId"] = "19" } };
        var shipment = Given.Shipment with { Lines = [new("1", "TEE-M", 2), new("3", "CAP", 1)] };
        var text = new StringBuilder();
        foreach (var operation in connector.Manifest.Operations)
        {
            var mapped = connector.Operation(operation.Name)!.Map(Given.Request(order, Given.Connection(), null, shipment));
            Assert.Empty(mapped.Refusals);
            text.Append(operation.Name).Append(": ").Append(Encoding.UTF8.GetString(mapped.Content.Span)).Append('\n');
        }

        Approved.Check($"data-connector-out-{partner}", text.ToString());
    }

    private static DeclarativeConnector Connector(string partner) => new(EmbeddedCatalog.Load(partner), TimeProvider.System);

    private static InboundEvent Read(string partner, byte[] body) => Connector(partner).Receiver!.Translate(Polled(body), Given.Connection());

    private static InboundRequest Polled(byte[] body) => new() { Topic = "orders-feed", Body = body, ReceivedAt = Given.Now, Polled = true };
}
