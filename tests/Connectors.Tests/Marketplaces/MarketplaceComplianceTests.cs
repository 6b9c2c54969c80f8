using Connectors.Protocols.Http;
using Connectors.Protocols.Manifests;
using Connectors.Sandbox;
using Connectors.Tests.Partners;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;

namespace Connectors.Tests.Marketplaces;

/// <summary>What every connector to a channel must do, whatever its partner: each is one row, against its simulator over HTTP. ERPs and warehouses have <see cref="PartnerCompliance"/>.</summary>
public sealed class MarketplaceComplianceTests
{
    /// <summary>Connectors that pass through neither suite, and what proves them instead.</summary>
    private static readonly Dictionary<string, string> Elsewhere = new(StringComparer.Ordinal)
    {
        ["amazon"] = "code, with a simulator of its own and suites of its own",
        ["business-central"] = "code, with a simulator of its own and suites of its own",
        ["regional-wms"] = "code, with a simulator of its own and suites of its own",
        ["shopify"] = "code, with a simulator of its own and suites of its own",
        ["csv-till"] = "files: no HTTP to be simulated, a real OpenSSH server",
        ["file-warehouse"] = "files: no HTTP to be simulated, a real OpenSSH server",
        ["generic-files"] = "files: no HTTP to be simulated, a real OpenSSH server",
        ["edi-3pl"] = "interchanges by file: acknowledgements are matched in the suites of EDI",
        ["edi-trading-partner"] = "interchanges by file: acknowledgements are matched in the suites of EDI",
        ["edifact-trading-partner"] = "interchanges by file: acknowledgements are matched in the suites of EDI",
        ["generic-http"] = "what it does is what the connection says",
        ["kafka"] = "a broker: the client library's mock cluster",
        ["rabbitmq"] = "a broker: a real one",
        ["poslog"] = "a till only sends, and is asked nothing",
        ["sap-idoc"] = "documents by HTTP without a look-up: real IDocs",
        ["ubl-partner"] = "documents by HTTP without a look-up: the examples of OASIS",
        ["netsuite-soap"] = "a stateful stand-in with faults in a suite of its own",
        ["odoo"] = "a stateful stand-in in a suite of its own",
        ["tryton"] = "a real Tryton",
    };

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<string> Markets => [.. SandboxSystems.Marketplaces];

    /// <summary>Those whose tokens end.</summary>
    public static TheoryData<string> Tokens => [SandboxSystems.Walmart, SandboxSystems.Ebay];

    public static TheoryData<string, string> Wrong
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var system in SandboxSystems.Marketplaces)
                foreach (var dial in new[] { "error-rate", "maintenance", "maintenance-page", "wrong-credentials" })
                    data.Add(system, dial);
            return data;
        }
    }

    [Fact]
    public void A_connector_that_nothing_stands_against_is_named()
    {
        var partners = typeof(PartnerCompliance).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(PartnerCompliance)) && !t.IsAbstract)
            .Select(t => t.GetProperty("Partner", System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.NonPublic)!.GetValue(Activator.CreateInstance(t)))
            .Select(folder => EmbeddedCatalog.Load((string)folder!).Manifest.Name);
        string[] proven = [.. SandboxSystems.Marketplaces, .. partners];
        var all = ConnectorsFeature.BuiltIn(TimeProvider.System).All.Select(c => c.Manifest.Name).ToList();

        Assert.Empty(all.Except(proven).Except(Elsewhere.Keys));
        // A reason that is no longer needed goes, and a row without a connector too.
        Assert.Empty(Elsewhere.Keys.Intersect(proven));
        Assert.Empty(proven.Concat(Elsewhere.Keys).Except(all));
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task The_connection_is_complete(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        Assert.Empty(rig.Connector.Check(rig.Connection));
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task An_order_by_webhook_and_by_feed_is_one_order(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        var webhook = await rig.OrderAsync();
        Assert.True(rig.Connector.Receiver!.Verify(webhook, rig.Connection));
        var told = Assert.IsType<InboundEvent.OrderReceived>(await rig.MeaningAsync(webhook));
        var read = Assert.IsType<InboundEvent.OrderReceived>(Assert.Single((await rig.WalkAsync()).Found));

        Assert.Equal(read.BusinessKey, told.BusinessKey);
        Assert.NotEmpty(read.BusinessKey!);
        Assert.Equal(read.Order.Lines.Select(l => (l.ChannelLineRef, l.Sku, l.Quantity, l.UnitPriceMinor)), told.Order.Lines.Select(l => (l.ChannelLineRef, l.Sku, l.Quantity, l.UnitPriceMinor)));
        Assert.All(read.Order.Lines, l => Assert.True(l.Quantity > 0 && l.UnitPriceMinor > 0 && l.Sku.Length > 0));
        Assert.True(read.Order.TotalMinor >= read.Order.Lines.Sum(l => l.UnitPriceMinor * l.Quantity));
        Assert.Equal(2, read.Order.ShipTo!.CountryCode!.Length);
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task A_webhook_that_is_told_twice_carries_the_same_key(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        rig.Turn("duplicate-webhook-rate", 100);
        var first = await rig.OrderAsync();
        var second = rig.Inbound(await rig.Sandbox.Inbox.NextAsync(Ct));
        Assert.Equal((await rig.MeaningAsync(first)).BusinessKey, (await rig.MeaningAsync(second)).BusinessKey);
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task An_order_whose_webhook_was_lost_comes_by_feed(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        rig.Turn("lost-webhook-rate", 100);
        Assert.NotEmpty((await rig.OrderedAsync()).ExternalId);
        Assert.Equal((1, 0), (rig.Sandbox.Statistics(system).WebhooksLost, rig.Sandbox.Inbox.Count));
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task A_webhook_of_somebody_else_is_refused(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        await using var other = await MarketRig.StartAsync(system, root: "other");
        var webhook = await rig.OrderAsync();
        var receiver = rig.Connector.Receiver!;
        var changed = webhook.Body.ToArray();
        changed[^2] ^= 1;
        var bare = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);

        Assert.True(receiver.Verify(webhook, rig.Connection));
        Assert.False(receiver.Verify(await other.OrderAsync(), rig.Connection));
        Assert.False(receiver.Verify(new() { Topic = webhook.Topic, Headers = bare, Body = webhook.Body, ReceivedAt = webhook.ReceivedAt }, rig.Connection));
        // A token vouches for its sender and not for what it sends.
        Assert.Equal(system == SandboxSystems.BigCommerce, receiver.Verify(new() { Topic = webhook.Topic, Headers = webhook.Headers, Body = changed, ReceivedAt = webhook.ReceivedAt }, rig.Connection));
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task Paging_over_orders_of_the_same_moment_loses_none_although_one_comes_meanwhile(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        rig.Turn("lost-webhook-rate", 100);
        // The clock stands: all changed at the same moment.
        Assert.Null(rig.Sandbox.Control.PlaceOrders(system, 220));
        var pages = 0;
        var (found, cursor) = await rig.WalkAsync(betweenPages: () =>
        {
            if (++pages == 1)
                Assert.Null(rig.Sandbox.Control.PlaceOrders(system, 1));
        });
        rig.Sandbox.Clock.Advance(TimeSpan.FromMinutes(2));
        var (again, _) = await rig.WalkAsync(cursor);

        Assert.True(pages > 2);
        Assert.Equal(221, found.Concat(again).OfType<InboundEvent.OrderReceived>().Select(o => o.Order.ExternalId).Distinct(StringComparer.Ordinal).Count());
        Assert.Empty(found.Concat(again).OfType<InboundEvent.Refused>());
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task An_empty_list_is_no_failure(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        Assert.Empty((await rig.WalkAsync()).Found);
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task A_shipment_is_told_once_although_the_answer_was_lost(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        var order = await rig.OrderedAsync();
        var request = rig.Shipped(order);
        var asks = rig.Connector.Manifest.Operations.Single(o => o.Name == "confirmShipment").CanLookUp;
        if (asks)
            Assert.IsType<LookUpResult.NotThere>(await rig.Confirm.LookUpAsync(request, rig.Exchange, Ct));
        rig.Turn("lost-answer-rate", 100);
        Assert.Equal(FaultKind.UnknownOutcome, (await rig.FaultAsync(request)).Kind);
        rig.Turn("lost-answer-rate", 0);
        Assert.Equal(1, rig.Told(order));

        if (asks)
            Assert.IsType<LookUpResult.Found>(await rig.Confirm.LookUpAsync(request, rig.Exchange, Ct));
        // Whoever sends again all the same, as an upsert is or one that asks first, changes nothing.
        Assert.IsType<OperationResult.Confirmed>(await rig.ConfirmAsync(request));
        Assert.Equal((1, 0L), (rig.Told(order), rig.Sandbox.Statistics(system).Duplicates));
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task A_throttled_call_waits_as_long_as_it_was_told_and_changed_nothing(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        var order = await rig.OrderedAsync();
        rig.Turn("throttle-rate", 100);
        var fault = await rig.FaultAsync(rig.Shipped(order));
        Assert.Equal((FaultKind.Throttled, TimeSpan.FromSeconds(1)), (fault.Kind, fault.RetryAfter));
        Assert.Equal(0, rig.Told(order));
        rig.Turn("throttle-rate", 0);
        Assert.IsType<OperationResult.Confirmed>(await rig.ConfirmAsync(rig.Shipped(order)));
        Assert.Equal(1, rig.Told(order));
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task The_partners_own_limit_holds_and_is_understood(string system)
    {
        await using var rig = await MarketRig.StartAsync(system, limits: true);
        ExchangeException? throttled = null;
        for (var i = 0; i < 200 && throttled is null; i++)
            try
            {
                await rig.WalkAsync();
            }
            catch (ExchangeException e)
            {
                throttled = e;
            }

        Assert.Equal(FaultKind.Throttled, throttled?.Fault.Kind);
        rig.Sandbox.Clock.Advance(TimeSpan.FromSeconds(5));
        await rig.WalkAsync();
    }

    [Theory, MemberData(nameof(Wrong))]
    public async Task What_goes_wrong_is_called_by_its_name(string system, string dial)
    {
        await using var rig = await MarketRig.StartAsync(system);
        await rig.WalkAsync();
        rig.Turn(dial, dial.EndsWith("-rate", StringComparison.Ordinal) ? 100 : 1);
        var fault = (await Assert.ThrowsAsync<ExchangeException>(() => rig.WalkAsync())).Fault;
        Assert.Equal(
            dial switch { "wrong-credentials" => FaultKind.Authentication, "maintenance" => FaultKind.Maintenance, "maintenance-page" => fault.Kind == FaultKind.Maintenance ? FaultKind.Maintenance : FaultKind.Transient, _ => FaultKind.Transient },
            fault.Kind);
        Assert.DoesNotContain("{", fault.Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task An_order_that_the_partner_does_not_know_is_a_matter_of_the_data(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        var order = await rig.OrderedAsync();
        var fault = await rig.FaultAsync(rig.Shipped(order with { ExternalId = "99" }));
        Assert.Equal(FaultKind.Data, fault.Kind);
        Assert.EndsWith(".order_unknown", fault.Code, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task More_than_was_ordered_is_refused_by_partners_that_count(string system)
    {
        Assert.SkipWhen(system == SandboxSystems.WooCommerce, "A shop keeps tracking numbers as meta data and counts nothing.");
        await using var rig = await MarketRig.StartAsync(system);
        var order = await rig.OrderedAsync();
        Assert.Equal(FaultKind.Data, (await rig.FaultAsync(rig.Shipped(order, extra: 1))).Kind);
        Assert.Equal(0, rig.Told(order));
    }

    [Theory, MemberData(nameof(Tokens))]
    public async Task An_expired_token_is_renewed_without_anybody_noticing(string system)
    {
        await using var rig = await MarketRig.StartAsync(system);
        var order = await rig.OrderedAsync();
        rig.Sandbox.Clock.Advance(TimeSpan.FromHours(3));
        Assert.IsType<OperationResult.Confirmed>(await rig.ConfirmAsync(rig.Shipped(order)));
        Assert.Equal(1, rig.Told(order));
        Assert.Equal(1, ((MemoryTokens)rig.Exchange.Tokens).Forgotten);
    }

    [Theory, MemberData(nameof(Markets))]
    public async Task Two_accounts_at_once_do_not_mix(string system)
    {
        var connector = new DeclarativeConnector(EmbeddedCatalog.Load(MarketRig.Folders[system]), TimeProvider.System);
        using var tokens = new SharedTokens();
        await using var one = await MarketRig.StartAsync(system, root: "one", connector: connector, tokens: tokens);
        await using var two = await MarketRig.StartAsync(system, root: "two", connector: connector, tokens: tokens);
        Assert.Null(one.Sandbox.Control.PlaceOrders(system, 3));
        Assert.Null(two.Sandbox.Control.PlaceOrders(system, 5));

        for (var round = 0; round < 5; round++)
        {
            var (of1, of2) = (one.WalkAsync(), two.WalkAsync());
            Assert.Equal((3, 5), ((await of1).Found.Count, (await of2).Found.Count));
        }

        var order = await one.OrderedAsync();
        await one.ConfirmAsync(one.Shipped(order));
        Assert.Equal((1, 0), (one.Told(order), two.Told(order)));
        Assert.Equal((0L, 0L), (one.Sandbox.Statistics(system).Refused, two.Sandbox.Statistics(system).Refused));
    }

    /// <summary>As the runtime's: safe from several threads.</summary>
    private sealed class SharedTokens : ITokenCache, IDisposable
    {
        private readonly MemoryTokens _inner = new();
        private readonly SemaphoreSlim _one = new(1);

        public async ValueTask<string> GetAsync(string connectionKey, string name, Func<CancellationToken, Task<AccessToken>> fetch, CancellationToken ct)
        {
            await _one.WaitAsync(ct);
            try
            {
                return await _inner.GetAsync(connectionKey, name, fetch, ct);
            }
            finally
            {
                _one.Release();
            }
        }

        public void Forget(string connectionKey, string name) => _inner.Forget(connectionKey, name);

        public void Dispose() => _one.Dispose();
    }
}
