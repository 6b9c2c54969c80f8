using System.Net.Http.Headers;
using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Protocols.Soap;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Xml;

/// <summary>The connector against a stateful SuiteTalk over HTTP.</summary>
public sealed class NetSuiteTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_order_is_there_once_however_often_it_is_sent_and_although_an_answer_was_lost()
    {
        await using var peer = await NetSuitePeer.StartAsync();
        var (connector, connection, exchange) = Given(peer);
        var operation = connector.Operation("createSalesOrder")!;
        var request = Tests.Given.Request(connection: connection);
        var document = operation.Map(request);
        Assert.Empty(document.Refusals);
        Assert.IsType<LookUpResult.NotThere>(await operation.LookUpAsync(request, exchange, Ct));
        peer.LoseAnswer = true;
        await Assert.ThrowsAsync<HttpRequestException>(() => operation.ExecuteAsync(request, document.Content, exchange, Ct));
        var found = Assert.IsType<LookUpResult.Found>(await operation.LookUpAsync(request, exchange, Ct));
        Assert.Equal(("88412", "SO-88412"), (found.Result.Outputs["erpOrderId"], found.Result.Outputs["erpOrderNumber"]));
        var confirmed = Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, document.Content, exchange, Ct));
        Assert.Equal("88412", confirmed.Outputs["erpOrderId"]);
        Assert.Equal(1, peer.Created);
        var lines = peer.Record("SalesOrder", request.Reference).Descendants().Where(e => e.Name.LocalName == "item" && e.Attribute("externalId") is not null).Select(e => e.Attribute("externalId")!.Value);
        Assert.Equal(["TEE-M", "GIFT-50", "CAP"], lines);
    }

    [Fact]
    public async Task Each_parcel_is_a_fulfilment_of_the_lines_by_their_numbers()
    {
        await using var peer = await NetSuitePeer.StartAsync();
        var (connector, connection, exchange) = Given(peer);
        var operation = connector.Operation("postShipment")!;
        var request = Tests.Given.Request(connection: connection, outputs: new Dictionary<string, string> { ["erpOrderId"] = "88412" }, shipments: Tests.Given.Shipment);
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, operation.Map(request).Content, exchange, Ct));
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, operation.Map(request).Content, exchange, Ct));
        Assert.Equal(1, peer.Created);
        Assert.Equal(["1", "3"], peer.Record("ItemFulfillment", "SHP-1").Descendants().Where(e => e.Name.LocalName == "orderLine").Select(e => e.Value));
        Assert.IsType<LookUpResult.Found>(await operation.LookUpAsync(request, exchange, Ct));
    }

    [Theory]
    [InlineData("WS_CONCUR_SESSION_DISALLWD", FaultKind.Throttled, "netsuite.concurrency")]
    [InlineData("WS_REQUEST_BLOCKED", FaultKind.Throttled, "netsuite.concurrency")]
    [InlineData("EXCEEDED_REQUEST_LIMIT", FaultKind.Throttled, "netsuite.concurrency")]
    [InlineData("INVALID_LOGIN_ATTEMPT", FaultKind.Authentication, "netsuite.not_allowed")]
    [InlineData("INSUFFICIENT_PERMISSION", FaultKind.Authentication, "netsuite.not_allowed")]
    [InlineData("RCRD_HAS_BEEN_CHANGED", FaultKind.Conflict, "netsuite.record_changed")]
    [InlineData("DUP_RCRD", FaultKind.Conflict, "netsuite.record_exists")]
    [InlineData("UNEXPECTED_ERROR", FaultKind.Transient, "netsuite.unavailable")]
    [InlineData("USER_ERROR", FaultKind.Data, "netsuite.refused")]
    public async Task A_fault_is_what_its_code_says(string code, FaultKind kind, string own)
    {
        await using var peer = await NetSuitePeer.StartAsync();
        var (connector, connection, exchange) = Given(peer);
        var operation = connector.Operation("createSalesOrder")!;
        var request = Tests.Given.Request(connection: connection);
        peer.Faults.Enqueue(code);
        var failed = Assert.IsType<OperationResult.Failed>(await operation.ExecuteAsync(request, operation.Map(request).Content, exchange, Ct)).Fault;
        Assert.Equal((kind, own, code), (failed.Kind, failed.Code, failed.ProviderCode));
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, operation.Map(request).Content, exchange, Ct));
    }

    [Fact]
    public async Task A_success_status_with_a_refusal_within_is_a_refusal_and_a_warning_is_none()
    {
        await using var peer = await NetSuitePeer.StartAsync();
        var (connector, connection, exchange) = Given(peer);
        var operation = connector.Operation("createSalesOrder")!;
        var request = Tests.Given.Request(connection: connection);
        peer.UnknownItems.Add("CAP");
        var failed = Assert.IsType<OperationResult.Failed>(await operation.ExecuteAsync(request, operation.Map(request).Content, exchange, Ct)).Fault;
        Assert.Equal((FaultKind.Data, "netsuite.reference_unknown"), (failed.Kind, failed.Code));
        peer.UnknownItems.Clear();
        Assert.IsType<OperationResult.Confirmed>(await operation.ExecuteAsync(request, operation.Map(request).Content, exchange, Ct));
    }

    [Fact]
    public async Task Wrong_secrets_are_refused_and_no_nonce_is_used_twice()
    {
        await using var peer = await NetSuitePeer.StartAsync();
        var (connector, connection, _) = Given(peer, "other");
        var operation = connector.Operation("createSalesOrder")!;
        var request = Tests.Given.Request(connection: connection);
        var failed = Assert.IsType<OperationResult.Failed>(await operation.ExecuteAsync(request, operation.Map(request).Content, new HttpExchange(connector, connection, peer.Address), Ct)).Fault;
        Assert.Equal(FaultKind.Authentication, failed.Kind);
    }

    [Fact]
    public async Task Changed_fulfilments_are_walked_page_by_page_and_become_shipments()
    {
        await using var peer = await NetSuitePeer.StartAsync();
        var (connector, connection, exchange) = Given(peer);
        for (var i = 0; i < 5; i++)
            peer.Fulfilled(90_000 + i, 88_412, i == 3 ? "_packed" : "_shipped", $"2026-11-23T01:3{i}:00.000-08:00");
        var (cursor, meanings) = ((string?)null, new List<InboundEvent>());
        for (var more = true; more;)
        {
            var page = await connector.Feeds[0].ReadAsync(connection, cursor, Tests.Given.Now, exchange, Ct);
            meanings.AddRange(page.Documents.Select(d => connector.Receiver!.Translate(new() { Topic = "fulfilments-feed", Body = d, ContentType = page.ContentType, ReceivedAt = Tests.Given.Now, Polled = true }, connection)));
            (cursor, more) = (page.Cursor, page.More);
        }

        Assert.Equal(3, peer.Calls);
        Assert.Equal(["90000", "90001", "90002", "ignored", "90004"], meanings.Select(m => m is InboundEvent.Happened h ? h.Shipment!.ExternalId : "ignored"));
        var first = Assert.IsType<InboundEvent.Happened>(meanings[0]);
        Assert.Equal(new("erp-order", "88412"), Assert.Single(first.Correlation));
        Assert.Equal(new("position:1", "TEE-M", 1), Assert.Single(first.Shipment!.Lines));
        Assert.Equal(new(2026, 11, 23, 9, 30, 0, TimeSpan.Zero), first.Shipment.ShippedAt);
        Assert.Equal("2026-11-23T09:55:00.0000000Z"[..19], cursor![..19]);
    }

    [Fact]
    public async Task A_search_that_expired_begins_anew_and_one_that_was_refused_is_a_fault_and_moves_nothing()
    {
        await using var peer = await NetSuitePeer.StartAsync();
        var (connector, connection, exchange) = Given(peer);
        for (var i = 0; i < 3; i++)
            peer.Fulfilled(90_000 + i, 88_412, "_shipped", "2026-11-23T01:30:00.000-08:00");
        var first = await connector.Feeds[0].ReadAsync(connection, null, Tests.Given.Now, exchange, Ct);
        peer.ExpiredSearches.Add("WS_1");
        var anew = await connector.Feeds[0].ReadAsync(connection, first.Cursor, Tests.Given.Now, exchange, Ct);
        Assert.Empty(anew.Documents);
        Assert.Equal(2, (await connector.Feeds[0].ReadAsync(connection, anew.Cursor, Tests.Given.Now, exchange, Ct)).Documents.Count);
        peer.Faults.Enqueue("WS_REQUEST_BLOCKED");
        Assert.Equal(FaultKind.Throttled, (await Assert.ThrowsAsync<ExchangeException>(() => connector.Feeds[0].ReadAsync(connection, null, Tests.Given.Now, exchange, Ct))).Fault.Kind);
    }

    /// <summary>NetSuite's own documentation signs account, keys, nonce and time joined by ampersands.</summary>
    [Fact]
    public void The_passport_is_signed_over_all_that_it_says()
    {
        var scheme = (NetSuiteTokenAuthentication)EmbeddedCatalog.Load("NetSuiteSoap").Authentication;
        var connection = XmlConnectorTests.Connection("NetSuiteSoap");
        var block = scheme.Block(connection, Tests.Given.Now, "fjaLirsIcCGVZWzBX0pg");
        Assert.Contains($"<c:signature algorithm=\"HMAC-SHA256\">{NetSuiteTokenAuthentication.Sign("1234567_SB1&ck&tk&fjaLirsIcCGVZWzBX0pg&1795428000", "cs&ts")}</c:signature>", block, StringComparison.Ordinal);
        Assert.DoesNotContain("ts</", block, StringComparison.Ordinal);
    }

    private static (DeclarativeConnector Connector, Connection Connection, HttpExchange Exchange) Given(NetSuitePeer peer, string? tokenSecret = null)
    {
        var connector = XmlConnectorTests.Connector("NetSuiteSoap");
        var known = XmlConnectorTests.Connection("NetSuiteSoap");
        var connection = tokenSecret is null ? known : Tests.Given.Connection("netsuite-soap", known.Settings, new Dictionary<string, string> { ["consumerSecret"] = "cs", ["tokenSecret"] = tokenSecret });
        return (connector, connection, new(connector, connection, peer.Address));
    }

    /// <summary>As the outbound gateway sends: authenticated, and with the body that carries the credentials.</summary>
    private sealed class HttpExchange(IConnector connector, Connection connection, Uri address) : IExchange
    {
        private static readonly HttpClient Client = new();

        public async Task<ExchangeAnswer> SendAsync(ExchangeRequest request, CancellationToken ct)
        {
            await connector.AuthenticateAsync(request, connection, new MemoryTokens(), this, ct);
            using var message = new HttpRequestMessage(request.Method, new Uri(address, request.Path)) { Content = new ReadOnlyMemoryContent(request.BodyWithCredentials ?? request.Body) };
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(request.ContentType!);
            foreach (var (name, value) in request.Headers)
                message.Headers.TryAddWithoutValidation(name, value);
            using var answer = await Client.SendAsync(message, ct);
            return new() { Status = (int)answer.StatusCode, Body = await answer.Content.ReadAsByteArrayAsync(ct), ContentType = answer.Content.Headers.ContentType?.MediaType };
        }
    }
}
