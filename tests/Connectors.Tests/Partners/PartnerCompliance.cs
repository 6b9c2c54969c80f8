using System.Text;
using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Tests.Peers;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Transactions;

namespace Connectors.Tests.Partners;

/// <summary>
/// What every connector to an ERP or a warehouse must do, whatever its partner: each gives a peer and its names, and inherits the rest. Over real
/// HTTP, with the partner's own way of failing.
/// </summary>
public abstract class PartnerCompliance
{
    protected static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Folder in the catalogue.</summary>
    protected abstract string Partner { get; }

    /// <summary>The operation that writes an order there.</summary>
    protected abstract string Create { get; }

    /// <summary>The output with the partner's number of it.</summary>
    protected abstract string NumberOutput { get; }

    private protected abstract Task<Rig> StartAsync();

    [Fact]
    public async Task The_connector_reads_and_its_connection_is_complete()
    {
        await using var rig = await StartAsync();
        Assert.Empty(rig.Connector.Check(rig.Connection));
        Assert.NotNull(EmbeddedCatalog.Document(rig.Connector.Manifest.Name));
    }

    [Fact]
    public async Task An_order_is_written_and_what_came_of_it_is_known()
    {
        await using var rig = await StartAsync();
        var confirmed = Assert.IsType<OperationResult.Confirmed>(await rig.WriteAsync());
        Assert.NotEmpty(confirmed.Outputs[NumberOutput]);
        Assert.Equal(1, rig.Peer.Written(rig.Request.Reference));
        Assert.DoesNotContain("{", confirmed.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_order_is_written_once_although_the_answer_was_lost()
    {
        await using var rig = await StartAsync();
        rig.Peer.LoseNextAnswer = true;
        var lost = await Assert.ThrowsAsync<ExchangeException>(rig.WriteAsync);
        Assert.Equal(FaultKind.UnknownOutcome, lost.Fault.Kind);
        Assert.Equal(1, rig.Peer.Written(rig.Request.Reference));

        var found = Assert.IsType<LookUpResult.Found>(await rig.Operation.LookUpAsync(rig.Request, rig.Exchange, Ct));
        var again = Assert.IsType<OperationResult.Confirmed>(await rig.WriteAsync());

        Assert.Equal(found.Result.Outputs[NumberOutput], again.Outputs[NumberOutput]);
        Assert.Equal(1, rig.Peer.Written(rig.Request.Reference));
    }

    [Fact]
    public async Task A_look_up_finds_only_ours()
    {
        await using var rig = await StartAsync();
        Assert.IsType<LookUpResult.NotThere>(await rig.Operation.LookUpAsync(rig.Request, rig.Exchange, Ct));
        await rig.WriteAsync(rig.With(rig.Request.Reference + "0"));
        await rig.WriteAsync(rig.With("O'Brien & Söhne/1"));

        Assert.IsType<LookUpResult.NotThere>(await rig.Operation.LookUpAsync(rig.Request, rig.Exchange, Ct));
        Assert.IsType<LookUpResult.Found>(await rig.Operation.LookUpAsync(rig.With("O'Brien & Söhne/1"), rig.Exchange, Ct));
    }

    [Fact]
    public async Task Refused_credentials_stop_and_are_said_to_be_the_reason()
    {
        await using var rig = await StartAsync();
        rig.Peer.RefuseCredentials = true;
        rig.Peer.ExpireTokens();
        var fault = await rig.FaultAsync();
        Assert.Equal(FaultKind.Authentication, fault.Kind);
        Assert.Empty(rig.Peer.Orders);
    }

    [Fact]
    public async Task A_throttled_call_waits_as_long_as_it_was_told()
    {
        await using var rig = await StartAsync();
        rig.Peer.ThrottleNext = 17;
        var fault = await rig.FaultAsync();
        Assert.Equal((FaultKind.Throttled, TimeSpan.FromSeconds(17)), (fault.Kind, fault.RetryAfter));
        Assert.IsType<OperationResult.Confirmed>(await rig.WriteAsync());
    }

    [Fact]
    public async Task A_page_in_place_of_an_answer_is_no_success_and_is_tried_again()
    {
        await using var rig = await StartAsync();
        rig.Peer.PageNext = true;
        var fault = await rig.FaultAsync();
        Assert.True(fault.Kind is FaultKind.Transient or FaultKind.UnknownOutcome, fault.ToString());
        Assert.IsType<OperationResult.Confirmed>(await rig.WriteAsync());
        Assert.Equal(1, rig.Peer.Written(rig.Request.Reference));
    }

    [Fact]
    public async Task An_expired_token_is_renewed_without_anybody_noticing()
    {
        await using var rig = await StartAsync();
        await rig.WriteAsync();
        rig.Peer.ExpireTokens();
        Assert.IsType<OperationResult.Confirmed>(await rig.WriteAsync(rig.With("SECOND-1")));
        Assert.Equal(1, rig.Peer.Written("SECOND-1"));
    }

    [Fact]
    public async Task What_the_partner_refuses_is_a_matter_of_the_data()
    {
        await using var rig = await StartAsync();
        var order = rig.Request.Order with { Lines = [.. rig.Request.Order.Lines.Select(l => l with { Sku = "UNKNOWN" })] };
        var failed = Assert.IsType<OperationResult.Failed>(await rig.WriteAsync(rig.With("BAD-1", order)));
        Assert.Equal(FaultKind.Data, failed.Fault.Kind);
        Assert.Contains("UNKNOWN", failed.Fault.Message, StringComparison.Ordinal);
        Assert.Equal(0, rig.Peer.Written("BAD-1"));
    }

    [Fact]
    public async Task A_feed_loses_nothing_across_a_page_boundary_although_somebody_works_meanwhile()
    {
        await using var rig = await StartAsync();
        var now = Given.Now;
        for (var i = 1; i <= 120; i++)
            rig.Ship(i, now.AddHours(-2).AddSeconds(i));
        var added = false;
        rig.BetweenPages(() =>
        {
            if (added)
                return;
            added = true;
            rig.Ship(121, now);
        });

        var seen = new HashSet<string>(StringComparer.Ordinal);
        string? cursor = null;
        for (var walk = 0; walk < 2; walk++)
            for (var more = true; more;)
            {
                var page = await rig.Connector.Feeds[0].ReadAsync(rig.Connection, cursor, now.AddMinutes(5 * walk), rig.Exchange, Ct);
                foreach (var document in page.Documents)
                    if (rig.Translate(document) is InboundEvent.Happened { Shipment: { } shipment })
                        seen.Add(shipment.ExternalId);
                (cursor, more) = (page.Cursor, page.More);
            }

        Assert.True(added);
        Assert.Equal(121, seen.Count);
    }

    [Fact]
    public async Task A_shipment_of_the_feed_is_ours_per_line()
    {
        await using var rig = await StartAsync();
        var happened = Assert.IsType<InboundEvent.Happened>(rig.Translate(EmbeddedCatalog.Sample(Partner, rig.Sample), rig.Topic));
        Assert.Equal("shipment.confirmed", happened.Event);
        var shipment = OrderRules.Placed(Given.Order, happened.Shipment!);
        Assert.Equal([("L1", "TEE-M", 2), ("L3", "CAP", 1)], shipment.Lines.Select(l => (l.ChannelLineRef, l.Sku, l.Quantity)));
        Assert.Equal("00340434161094042557", shipment.TrackingNumber);
        Assert.Equal(rig.Correlation, happened.Correlation[0]);
    }

    [Fact]
    public async Task What_is_sent_is_as_approved()
    {
        await using var rig = await StartAsync();
        var text = new StringBuilder();
        var request = Given.Request(Given.Order with { ShipBy = Given.Now.AddDays(2) }, rig.Connection, new Dictionary<string, string> { ["erpOrderId"] = "4500001", ["wmsOrderId"] = "W-1" }, Given.Shipment);
        foreach (var operation in rig.Connector.Manifest.Operations)
        {
            var mapped = rig.Connector.Operation(operation.Name)!.Map(request);
            Assert.Empty(mapped.Refusals);
            text.Append(operation.Name).Append(": ").Append(Encoding.UTF8.GetString(mapped.Content.Span)).Append('\n');
        }

        Approved.Check($"data-connector-out-{Partner}", text.ToString());
    }

    /// <summary>A peer, and the connector as a connection to it.</summary>
    private protected sealed class Rig(DeclarativeConnector connector, Connection connection, Peer peer, string create) : IAsyncDisposable
    {
        public DeclarativeConnector Connector => connector;

        public Connection Connection => connection;

        public Peer Peer => peer;

        public PartnerExchange Exchange { get; } = new(connector, connection);

        public IOperation Operation => connector.Operation(create)!;

        public OperationRequest Request => With("SHOPIFY-EU-1001");

        /// <summary>Lets a shipment leave at the peer.</summary>
        public required Action<int, DateTimeOffset> Ship { get; init; }

        public required Action<Action> BetweenPages { get; init; }

        public required string Sample { get; init; }

        public required string Topic { get; init; }

        public required Identifier Correlation { get; init; }

        public OperationRequest With(string reference, CanonicalOrder? order = null)
        {
            var given = Given.Request(order, connection);
            return new()
            {
                Connection = connection, TransactionId = given.TransactionId, Reference = reference, CorrelationId = "c", IdempotencyKey = "k-" + reference, Order = given.Order, Variables = given.Variables,
            };
        }

        public Task<OperationResult> WriteAsync() => WriteAsync(Request);

        public async Task<OperationResult> WriteAsync(OperationRequest request)
        {
            var mapped = Operation.Map(request);
            Assert.Empty(mapped.Refusals);
            return await Operation.ExecuteAsync(request, mapped.Content, Exchange, Ct);
        }

        /// <summary>However it comes: thrown by the exchange, or read out of an answer.</summary>
        public async Task<Fault> FaultAsync()
        {
            try
            {
                return Assert.IsType<OperationResult.Failed>(await WriteAsync()).Fault;
            }
            catch (ExchangeException e)
            {
                return e.Fault;
            }
        }

        public InboundEvent Translate(ReadOnlyMemory<byte> document, string? topic = null) => connector.Receiver!.Translate(
            new() { Topic = topic ?? connector.Feeds[0].Name, Body = document, ReceivedAt = Given.Now, Polled = topic is null || topic == connector.Feeds[0].Name, ContentType = "application/json" }, connection);

        public async ValueTask DisposeAsync()
        {
            Exchange.Dispose();
            await peer.DisposeAsync();
        }
    }

    private protected Rig Build(Peer peer, string path, Dictionary<string, string> settings, Dictionary<string, string> secrets, Action<int, DateTimeOffset> ship, Action<Action> betweenPages, string sample, Identifier correlation, string? topic = null)
    {
        var connection = new Connection
        {
            Key = "partner", Connector = Partner, Role = SystemRole.Erp, DisplayName = Partner, BaseAddress = new(peer.Address.ToString().TrimEnd('/') + path), Settings = settings, Secrets = secrets,
        };
        var connector = new DeclarativeConnector(EmbeddedCatalog.Load(Partner), TimeProvider.System);
        return new(connector, connection, peer, Create)
        {
            Ship = ship, BetweenPages = betweenPages, Sample = sample, Correlation = correlation, Topic = topic ?? connector.Feeds[0].Name,
        };
    }
}
