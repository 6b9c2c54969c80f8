using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Connectors.Catalog.Starts;
using Connectors.Protocols.Http;
using Connectors.Tests.Kafka;
using Connectors.Tests.Peers;
using Connectors.Tests.RabbitMq;
using Connectors.Tests.Sftp;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using RabbitMQ.Client;

namespace Connectors.Tests.Starts;

/// <summary>Each template at work, as it is, against a system that speaks its protocol: documents come in, ours goes out once, also when the answer is lost.</summary>
public sealed class LifeTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, InlineData("http"), InlineData("graphql")]
    public async Task Orders_are_asked_for_page_by_page_and_a_shipment_arrives_once(string name)
    {
        var (start, connector) = Of(name);
        await using var system = await ProtocolDouble.StartAsync();
        for (var i = 0; i < 60; i++)
        {
            var order = JsonNode.Parse(start.Sample)!.AsObject();
            order["id"] = $"o-{i}";
            system.Listed.Add(order);
        }

        var connection = Connection(start, system, secrets: new() { ["apiKey"] = "k" });
        using var exchange = new PartnerExchange(connector, connection);
        var orders = await ReadAllAsync(connector, connection, exchange);
        Assert.Equal(60, orders.Select(o => Assert.IsType<InboundEvent.OrderReceived>(o).Order.ExternalId).Distinct().Count());

        var request = Given.Request(((InboundEvent.OrderReceived)orders[7]).Order, connection, null, Given.Shipment);
        var operation = connector.Operation("confirmShipment")!;
        var document = operation.Map(request).Content;
        system.LoseNextWrite = true;
        var lost = await Assert.ThrowsAsync<ExchangeException>(() => operation.ExecuteAsync(request, document, exchange, Ct));
        Assert.Equal(ControlPlane.Domain.Faults.FaultKind.UnknownOutcome, lost.Fault.Kind);
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, document, exchange, Ct));
        Assert.Single(system.Written);
        var unknown = Given.Request(((InboundEvent.OrderReceived)orders[7]).Order with { ExternalId = "o-nobody" }, connection, null, Given.Shipment with { ExternalId = "SHP-2" });
        Assert.Equal("channel.order_unknown", await FaultAsync(operation, unknown, exchange));
        if (name == "http")
            Assert.NotNull(await connector.Feeds[0].ReadOneAsync(connection, "o-3", exchange, Ct));
    }

    [Theory, InlineData("odata", "createSalesOrder"), InlineData("soap", "instructFulfilment"), InlineData("json-rpc", "createSalesOrder")]
    public async Task An_order_goes_out_once_and_its_shipment_comes_back(string name, string does)
    {
        var (start, connector) = Of(name);
        await using var system = await ProtocolDouble.StartAsync();
        var connection = Connection(start, system, new() { ["user"] = "u", ["customer"] = "10000" }, new() { ["password"] = "p", ["inboundPassword"] = "p" });
        Assert.Empty(connector.Check(connection));
        using var exchange = new PartnerExchange(connector, connection);
        var request = Given.Request(connection: connection);
        var operation = connector.Operation(does)!;
        var document = operation.Map(request).Content;
        system.LoseNextWrite = true;
        await Assert.ThrowsAsync<ExchangeException>(() => operation.ExecuteAsync(request, document, exchange, Ct));
        // Where one thing takes several calls, it is there when the last of them was done.
        Assert.IsType(name == "json-rpc" ? typeof(LookUpResult.NotThere) : typeof(LookUpResult.Found), await operation.LookUpAsync(request, exchange, Ct));
        // Sessions end; whoever has one opens another.
        system.EndSessions();
        var confirmed = Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, document, exchange, Ct));
        Assert.Equal(request.Reference, Assert.Single(system.Written).Id);
        Assert.Contains(confirmed.Outputs, o => o.Key is "erpOrderId" or "wmsOrderId");

        system.Listed.Add(name switch
        {
            "soap" => new JsonObject { ["xml"] = """<Shipment xmlns="urn:example:warehouse" id="W-3001"><Reference>WEB-1001</Reference><ShippedAt>2026-11-27T14:00:00Z</ShippedAt><Carrier>DHL</Carrier><Tracking>T-1</Tracking><Items><Item line="L1"><Article>TEE-M</Article><Quantity>2</Quantity></Item></Items></Shipment>""" },
            "json-rpc" => new JsonObject { ["number"] = "OUT-501", ["order_ref"] = "WEB-1001", ["done"] = "2026-11-27T14:00:00Z", ["carrier"] = "DHL", ["tracking"] = "T-1", ["moves"] = new JsonArray(new JsonObject { ["line"] = "L1", ["sku"] = "TEE-M", ["quantity"] = 2 }) },
            _ => JsonNode.Parse(start.Sample)!.AsObject(),
        });
        var shipped = Assert.IsType<InboundEvent.Happened>(Assert.Single(await ReadAllAsync(connector, connection, exchange)));
        Assert.Equal(("shipment.confirmed", "WEB-1001", "L1", 2), (shipped.Event, shipped.Correlation[0].Value, shipped.Shipment!.Lines[0].ChannelLineRef, shipped.Shipment.Lines[0].Quantity));
    }

    [Fact]
    public void A_webhook_proves_its_sender_is_known_again_and_means_an_order()
    {
        var (start, connector) = Of("webhook");
        var connection = Given.Connection("webhook", null, new Dictionary<string, string> { ["webhookSecret"] = "s3cret" });
        InboundRequest Sent(string secret, string topic = "order.created") => new()
        {
            Body = start.Sample, ReceivedAt = Given.Now,
            Headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase)
            {
                ["X-Signature"] = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), start.Sample)), ["X-Event"] = topic, ["X-Delivery-Id"] = "d-1",
            },
        };
        Assert.True(connector.Receiver!.Verify(Sent("s3cret"), connection));
        Assert.False(connector.Receiver.Verify(Sent("guessed"), connection));
        Assert.Equal("d-1", connector.Receiver.DeliveryId(Sent("s3cret")));
        Assert.Equal("W-9001", Assert.IsType<InboundEvent.OrderReceived>(connector.Receiver.Translate(Sent("s3cret"), connection)).Order.Number);
        Assert.Equal("order.cancelled", Assert.IsType<InboundEvent.Happened>(connector.Receiver.Translate(Sent("s3cret", "order.cancelled"), connection)).Event);
        Assert.IsType<InboundEvent.Ignored>(connector.Receiver.Translate(Sent("s3cret", "ping"), connection));
    }

    /// <summary>At a real OpenSSH server: the file is taken and moved away, ours stands in the other folder, and the same again writes the same file.</summary>
    [Theory]
    [InlineData("delimited", "orders", "orders.csv", "shipments")]
    [InlineData("fixed-width", "in", "news.txt", "out")]
    [InlineData("sftp", "in", "order.json", "out")]
    [InlineData("x12", "in", "850.edi", "out")]
    [InlineData("edifact", "in", "ORDERS.edi", "out")]
    public async Task Files_are_taken_from_a_folder_and_ours_are_written_into_another(string name, string folder, string file, string outFolder)
    {
        await using var server = SftpServer.Start(folder, outFolder, name == "delimited" ? "orders/done" : "done");
        var (start, connector) = Of(name);
        var connection = server.Connection(connector: start.Name, settings: [.. start.SampleSettings.Select(s => (s.Key, s.Value))]);
        server.Put($"{folder}/{file}", Encoding.UTF8.GetString(start.Sample));
        var feed = connector.Feeds[0];
        var page = await feed.ReadAsync(connection, null, Given.Now, server, Ct);
        page = await feed.ReadAsync(connection, page.Cursor, Given.Now.AddSeconds(30), server, Ct);
        var request = new InboundRequest { Topic = feed.Name, ContentType = page.ContentType, Body = Assert.Single(page.Documents), Polled = true, ReceivedAt = Given.Now };
        var unpacked = connector.Receiver!.Unpack(request, connection);
        Assert.Empty(unpacked?.Refusals ?? []);
        var meaning = connector.Receiver.Translate(unpacked is { Parts.Count: > 0 } ? unpacked.Parts[0].Request : request, connection);
        Assert.True(meaning is InboundEvent.OrderReceived or InboundEvent.Happened { Shipment: not null }, meaning.ToString());
        foreach (var answer in unpacked?.Answers ?? [])
            await connector.AnswerAsync(connection, answer, server, Ct);
        await feed.ReadAsync(connection, page.Cursor, Given.Now.AddSeconds(60), server, Ct);
        Assert.False(File.Exists(server.At($"{folder}/{file}")));

        var order = (meaning as InboundEvent.OrderReceived)?.Order ?? Given.Order;
        var shipment = Given.Shipment with { Lines = [new(order.Lines[0].ChannelLineRef, order.Lines[0].Sku, 1)] };
        var operation = connector.Operation(connector.Manifest.Operations[0].Name)!;
        var given = Given.Request(order, connection, null, shipment);
        var outgoing = new OperationRequest
        {
            Connection = connection, TransactionId = given.TransactionId, Reference = given.Reference, CorrelationId = given.CorrelationId, IdempotencyKey = given.IdempotencyKey, Order = order, Variables = given.Variables, Number = 905, At = Given.Now,
        };
        var mapped = operation.Map(outgoing);
        Assert.True(mapped.Refusals.Count == 0, string.Join("; ", mapped.Refusals.Select(r => r.Message)));
        for (var times = 0; times < 2; times++)
            Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(outgoing, mapped.Content, server, Ct));
        Assert.Equal(name is "x12" or "edifact" ? 2 : 1, Directory.GetFiles(server.At(outFolder)).Length);
    }

    [Fact]
    public async Task A_Kafka_connection_takes_orders_from_a_topic_and_publishes_shipments()
    {
        using var cluster = new MockCluster();
        var start = StartingPoints.Find("kafka")!;
        var spec = StartingPoint.SpecOf(start.Document!)!.Replace("/orders.shipped/", $"/{cluster.Topic}/", StringComparison.Ordinal);
        var connection = cluster.Connection(("documents", ""), ("spec", spec));
        Assert.Empty(MockCluster.Connector.Check(connection));
        var connector = MockCluster.Connector.For(connection);
        await cluster.SendAsync("E-4001", Encoding.UTF8.GetString(start.Sample), Ct, 0, null, ("type", "order.created"));
        var intake = new TopicSubscriptionTests.Group();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        var run = connector.Subscriptions[0].RunAsync(connection, intake, stop.Token);
        await intake.UntilAsync(() => intake.Taken.Count == 1, Ct);
        var order = Assert.IsType<InboundEvent.OrderReceived>(connector.Receiver!.Translate(intake.Taken.First(), connection)).Order;
        await using (var transport = connector.OpenTransport(connection, intake)!)
            await PublishAsync(connector, connection, order, transport);
        await intake.UntilAsync(() => intake.Taken.Count == 2, Ct);
        await stop.CancelAsync();
        await run;
        AssertPublished(intake.Taken.Last());
    }

    [Fact]
    public async Task A_RabbitMQ_connection_takes_orders_from_a_queue_and_publishes_shipments()
    {
        await using var broker = await Broker.StartAsync(Ct);
        var start = StartingPoints.Find("rabbitmq")!;
        var spec = StartingPoint.SpecOf(start.Document!)!.Replace("orders.shipped", broker.Queue, StringComparison.Ordinal);
        var connection = broker.Connection(("documents", ""), ("spec", spec));
        Assert.Empty(Broker.Connector.Check(connection));
        await broker.Channel.QueueBindAsync(broker.Queue, "amq.topic", broker.Queue, cancellationToken: Ct);
        await broker.Channel.BasicPublishAsync("", broker.Queue, mandatory: true, new BasicProperties { Type = "order.created", ContentType = "application/json" }, start.Sample, Ct);
        using var intake = new Intake();
        await using var listening = await Listening.StartAsync(connection, intake, Ct);
        await Intake.UntilAsync(() => Task.FromResult(intake.Count == 1), "the order came", Ct);
        var connector = Broker.Connector.For(connection);
        var order = Assert.IsType<InboundEvent.OrderReceived>(connector.Receiver!.Translate(intake.Taken[0], connection)).Order;
        await using (var transport = connector.OpenTransport(connection, intake.Dialer)!)
            await PublishAsync(connector, connection, order, transport);
        await Intake.UntilAsync(() => Task.FromResult(intake.Count == 2), "the shipment was published", Ct);
        AssertPublished(intake.Taken[1]);
    }

    private static async Task PublishAsync(IConnector connector, Connection connection, ControlPlane.Domain.Orders.CanonicalOrder order, ITransport transport)
    {
        var operation = connector.Operation("confirmShipment")!;
        var request = Given.Request(order, connection, null, Given.Shipment);
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, operation.Map(request).Content, new Over(transport), Ct));
    }

    private static void AssertPublished(InboundRequest message)
    {
        Assert.Equal(("order.shipped", "key-1"), (message.Topic, message.Header("message-id")));
        Assert.Contains("\"orderId\":\"E-4001\",\"shipment\":\"SHP-1\"", Encoding.UTF8.GetString(message.Body.Span), StringComparison.Ordinal);
    }

    private static async Task<string> FaultAsync(IOperation operation, OperationRequest request, IExchange exchange)
    {
        var result = await operation.ExecuteAsync(request, operation.Map(request).Content, exchange, Ct);
        return Assert.IsType<OperationResult.Failed>(result).Fault.Code;
    }

    private static async Task<List<InboundEvent>> ReadAllAsync(DeclarativeConnector connector, Connection connection, IExchange exchange)
    {
        var found = new List<InboundEvent>();
        var feed = connector.Feeds[0];
        string? cursor = null;
        for (var pages = 0; pages < 10; pages++)
        {
            var page = await feed.ReadAsync(connection, cursor, Given.Now, exchange, Ct);
            found.AddRange(page.Documents.Select(d => connector.Receiver!.Translate(new() { Topic = feed.Name, Body = d, ReceivedAt = Given.Now, Polled = true, ContentType = page.ContentType ?? "application/json" }, connection)));
            cursor = page.Cursor;
            if (!page.More)
                return found;
        }

        Assert.Fail("The pages do not end.");
        return found;
    }

    private static (StartingPoint Start, DeclarativeConnector Connector) Of(string name) => (StartingPoints.Find(name)!, TemplateTests.Connector(StartingPoints.Find(name)!));

    private static Connection Connection(StartingPoint start, ProtocolDouble system, Dictionary<string, string>? settings = null, Dictionary<string, string>? secrets = null) => new()
    {
        Key = "s", Connector = start.Name, Role = SystemRole.Erp, DisplayName = "S", BaseAddress = system.Address, AllowPrivateNetwork = true, Settings = settings ?? [], Secrets = secrets ?? [],
    };

    private sealed class Over(ITransport transport) : IExchange
    {
        public Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct) => transport.SendAsync(request, ct);
    }
}
