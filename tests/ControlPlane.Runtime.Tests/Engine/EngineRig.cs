using System.Text;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Changes;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Engine.Numbers;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.IdentifierRules;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Silence;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Worklist;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Engine;

/// <summary>The engine without its pumps: the test claims and runs work itself, on a clock that it owns.</summary>
internal sealed class EngineRig : IAsyncDisposable
{
    private readonly TestDatabase _database;
    private readonly CommitWriter _writer;
    private readonly OrderCache _orders = new();
    private readonly CatalogOf _connectors;
    private readonly IOptions<EngineOptions> _options = Options.Create(new EngineOptions());

    private EngineRig(TestDatabase database, FlowDefinition flow, FakeTimeProvider clock)
    {
        _database = database;
        Clock = clock;
        Flow = flow;
        Erp = new("createSalesOrder", WriteKind.Blind, canLookUp: true) { Identifiers = r => [new(IdentifierKinds.ErpOrder, "SO-" + r.Order.ExternalId)] };
        ErpShipment = new("postShipment", WriteKind.Keyed, canLookUp: false);
        Wms = new("instructFulfilment", WriteKind.Keyed, canLookUp: true) { Identifiers = r => [new(IdentifierKinds.WmsOrder, "WMS-" + r.Order.ExternalId)] };
        Deaf = new("bookCarrier", WriteKind.Blind, canLookUp: false);
        Channel = new("confirmShipment", WriteKind.Upsert, canLookUp: false);
        WmsStock = new("stockOf", WriteKind.Read, canLookUp: false)
        {
            Asks = ["sku"], Figures = ["available"],
            Answer = r => Stock is { } stock
                ? new OperationResult.Confirmed($"The warehouse has {stock}", [], new Dictionary<string, string> { ["available"] = stock.ToString(System.Globalization.CultureInfo.InvariantCulture) })
                : new OperationResult.Failed(new(Domain.Faults.FaultKind.Transient, "wms.away", "The warehouse gave no answer.")),
        };
        _connectors = new(new ScriptedConnector("shop", Channel), new ScriptedConnector("erp", Erp, ErpShipment, ErpCancel), new ScriptedConnector("wms", Wms, Deaf, WmsCancel, WmsChange, WmsStock));
        _writer = new CommitWriter(database.Db, new ChangeFeed(), NullLogger<CommitWriter>.Instance);
        Gateway = new OutboundGateway(clock);
        Splits = new(database.Db);
        Owners = new(database.Db);
        NewNode();
    }

    public FakeTimeProvider Clock { get; }

    public FlowDefinition Flow { get; }

    public ScriptedOperation Erp { get; }

    public ScriptedOperation ErpShipment { get; }

    public ScriptedOperation Wms { get; }

    /// <summary>Recognises no repeat and cannot be asked. In no flow but those that a test makes.</summary>
    public ScriptedOperation Deaf { get; }

    public ScriptedOperation Channel { get; }

    /// <summary>What the systems offer to take back and to change; a test may take one away by making another rig.</summary>
    public ScriptedOperation WmsCancel { get; } = new("cancelFulfilment", WriteKind.Upsert, canLookUp: false);

    public ScriptedOperation WmsChange { get; } = new("changeFulfilment", WriteKind.Upsert, canLookUp: false);

    /// <summary>The warehouse's look-up: how many of a product are there. 1,000 unless a test says otherwise; null = it gives no answer.</summary>
    public ScriptedOperation WmsStock { get; }

    public int? Stock { get; set; } = 1_000;

    public ScriptedOperation ErpCancel { get; } = new("cancelSalesOrder", WriteKind.Upsert, canLookUp: false);

    /// <summary>Read when a node is made.</summary>
    public ChangeOptions ChangeSettings { get; } = new();

    public OutboundGateway Gateway { get; }

    public CaseSplits Splits { get; }

    public PenaltyBoard Penalties { get; } = new();

    public CalendarBoard Calendars { get; } = new();

    public OwnershipBoard Owners { get; }

    public CommitWriter Writer => _writer;

    public IControlPlaneDb Db => _database.Db;

    public Node Node { get; private set; } = null!;

    public WorkStore Store { get; private set; } = null!;

    public FlowExecutor Executor { get; private set; } = null!;

    public TargetGates Gates { get; private set; } = null!;

    public GateKeeper Keeper { get; private set; } = null!;

    public Receiver Receiver { get; private set; } = null!;

    public ConnectionsOf Connections { get; } = new();

    public IConnectorCatalog Connectors => _connectors;

    public EmailHash Emails { get; } = new();

    public RuleBoard Rules { get; private set; } = null!;

    public TransactionCommands Commands => new(Db, _writer, new LanePumps([]), new FlowsOf(Flow), Clock);

    public static async Task<EngineRig> StartAsync(DatabaseProvider provider, CancellationToken ct, FlowDefinition? flow = null)
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero));
        var rig = new EngineRig(await TestDatabase.CreateAsync(provider, ct), flow ?? OrderToShipment(), clock);
        await rig._writer.StartAsync(ct);
        return rig;
    }

    /// <summary>As a process that died and came back, or a second one: another owner id, nothing in memory.</summary>
    public void NewNode()
    {
        Node = new Node(Clock);
        var catalog = new FlowsOf(Flow, Returns());
        var leases = new LeaseClock(Clock);
        Store = new WorkStore(Db, _writer, Node, new OrderCache(), leases, Clock, databaseTime: false);
        Gates = new TargetGates(new GateStore(Db), Gateway, Clock, NullLogger<TargetGates>.Instance);
        var calls = new CallRunner(Connections, _connectors, Gateway, Gates, _writer, new NumberRanges(Db), _options, leases, Clock);
        Keeper = new GateKeeper(Gates, Gateway, Store, new LanePumps([]), new NodeCount(), Connections, _connectors, Clock, NullLogger<GateKeeper>.Instance);
        Register();
        var changes = new ChangeRunner(new ToldSystems(Db, Connections, calls), calls, new LateReturns(catalog), Options.Create(ChangeSettings));
        Executor = new FlowExecutor(catalog, Connections, calls, _writer, Node, Splits, new WorkRanks(Penalties, Connections), Owners, Calendars, changes, Clock, NullLogger<FlowExecutor>.Instance);
        Emails.Use(new byte[32]);
        Rules = new RuleBoard(Db, Emails);
        Receiver = new Receiver(_writer, catalog, new IdentifierLookup(Db), new LanePumps([]), _orders, Emails, Node, _options, leases, Clock, rules: Rules);
    }

    /// <summary>Nodes that are not in the table count as dead.</summary>
    private void Register()
    {
        using var context = Db.CreateContext();
        context.Nodes.Add(new NodeRow { Id = Node.Id, Name = Node.Name, SeenAt = Clock.GetUtcNow().ToMicroseconds() });
        context.SaveChanges();
    }

    public Task<ReceiveOutcome> ReceiveAsync(string connection, object body, string? deliveryId = null) =>
        ReceiveBytesAsync(connection, body is CanonicalOrder order ? JsonSerializer.SerializeToUtf8Bytes(order, FlowJson.Default.CanonicalOrder) : Encoding.UTF8.GetBytes((string)body), deliveryId);

    private Task<ReceiveOutcome> ReceiveBytesAsync(string connection, byte[] body, string? deliveryId)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (deliveryId is not null)
            headers["delivery-id"] = deliveryId;
        return Receiver.ReceiveAsync(TenantScope.Default, Connections.Find(connection)!, new ScriptedReceiver(),
            new InboundRequest { Body = body, Headers = headers, ReceivedAt = Clock.GetUtcNow(), ContentType = "application/json" }, CancellationToken.None);
    }

    public Task<ReceiveOutcome> EventAsync(string name, string reference, string extra = "") =>
        ReceiveAsync("wms", $$"""{"event":"{{name}}","reference":"{{reference}}"{{extra}}}""");

    public Task<ReceiveOutcome> ShippedAsync(string reference, string shipment, params (string Line, int Quantity)[] lines)
    {
        var rows = string.Join(",", lines.Select(l => $$"""{"channelLineRef":"{{l.Line}}","sku":"S","quantity":{{l.Quantity}}}"""));
        return EventAsync("shipment.confirmed", reference, $$""","shipment":{"externalId":"{{shipment}}","shippedAt":"2026-11-23T12:00:00Z","trackingNumber":"TRK-{{shipment}}","lines":[{{rows}}]}""");
    }

    /// <summary>Runs everything that is ready now, until nothing is.</summary>
    public async Task<int> DrainAsync(CancellationToken ct)
    {
        var runs = 0;
        while (true)
        {
            var before = runs;
            foreach (var lane in new[] { Lane.Orders, Lane.Bulk })
                while (await Store.ClaimAsync(lane, 50, TimeSpan.FromSeconds(60), ct) is { Activations: { Count: > 0 } claimed })
                    foreach (var activation in claimed)
                    {
                        await Executor.RunAsync(activation, CancellationToken.None, ct);
                        Assert.True(++runs < 10_000, "the engine runs in circles");
                    }

            if (runs == before)
                return runs;
        }
    }

    /// <summary>Runs what is ready now as several workers do.</summary>
    public Task DrainSideBySideAsync(int workers, CancellationToken ct) => Task.WhenAll(Enumerable.Range(0, workers).Select(_ => Task.Run(async () =>
    {
        while (await Store.ClaimAsync(Lane.Orders, 3, TimeSpan.FromSeconds(60), ct) is { Activations: { Count: > 0 } claimed })
            foreach (var activation in claimed)
                await Executor.RunAsync(activation, CancellationToken.None, ct);
    }, ct)));

    /// <summary>Numbers of the orders that the ERP was told of, in order.</summary>
    public IReadOnlyList<string> Sent => [.. Erp.DoneOrders.Select(o => o.Number)];

    /// <summary>As <see cref="Sent"/>, with the minute that the document stands for.</summary>
    public IReadOnlyList<string> SentVersions => [.. Erp.DoneOrders.Select(o => $"{o.Number}@{o.PlacedAt.Minute}")];

    public async Task PassAsync(TimeSpan time, CancellationToken ct)
    {
        Clock.Advance(time);
        await Store.SweepAsync(TimeSpan.FromDays(365), ct);
        await Keeper.TickAsync(ct);
        await DrainAsync(ct);
    }

    public async Task<TransactionRow> TransactionAsync(CancellationToken ct)
    {
        await using var context = Db.CreateContext();
        return await context.Transactions.AsNoTracking().SingleAsync(ct);
    }

    public async Task<List<T>> RowsAsync<T>(CancellationToken ct)
        where T : class
    {
        await using var context = Db.CreateContext();
        return await context.Set<T>().AsNoTracking().ToListAsync(ct);
    }

    public static FlowDefinition Returns() => new()
    {
        Name = "return-after-change",
        Trigger = new("return.opened", []),
        Steps =
        [
            new ConfirmStep { Id = "goods-back", Stage = "goods-back", Code = "return.goods_out", Message = "Get the goods back." },
            new CallStep { Id = "erp-return", Stage = "return-posted", Connection = "role:erp", Operation = "createReturn", Optional = true },
            new CloseStep { Id = "close", Stage = "closed" },
        ],
    };

    public static FlowDefinition OrderToShipment() => new()
    {
        Name = "order-to-shipment",
        Trigger = new("order.created", []),
        Steps =
        [
            new ValidateStep { Id = "validate", Stage = "validated" },
            new EnrichStep { Id = "tax", Stage = "enriched", Enricher = "tax" },
            new MapStep { Id = "map", Stage = "mapped", For = "erp-order" },
            new CallStep { Id = "erp-order", Stage = "erp-posted", Connection = "role:erp", Operation = "createSalesOrder" },
            new CallStep { Id = "wms-order", Stage = "wms-instructed", Connection = "role:wms", Operation = "instructFulfilment", System = SystemRole.Wms },
            new WaitStep { Id = "wms-ack", Stage = "wms-acknowledged", Events = ["warehouse.acknowledged"], ImpliedBy = ["shipment.confirmed"], FailedBy = ["warehouse.rejected"], Deadline = TimeSpan.FromMinutes(30) },
            new WaitStep { Id = "shipment", Stage = "shipped", Events = ["shipment.confirmed"], Deadline = TimeSpan.FromHours(24) },
            new CallStep { Id = "erp-shipment", Stage = "erp-shipped", Connection = "role:erp", Operation = "postShipment" },
            new CallStep { Id = "channel", Stage = "channel-fulfilled", Connection = "source", Operation = "confirmShipment", System = SystemRole.Storefront },
            new BranchStep { Id = "all-shipped", Question = "all-lines-shipped", Next = new Dictionary<string, string> { ["no"] = "shipment" } },
            new CallStep { Id = "close-channel", Connection = "source", Operation = "closeOrder", Optional = true },
            new CloseStep { Id = "close", Stage = "closed" },
        ],
    };

    public async ValueTask DisposeAsync()
    {
        await _writer.StopAsync(CancellationToken.None);
        _writer.Dispose();
        Gateway.Dispose();
        await _database.DisposeAsync();
    }
}

internal sealed class CatalogOf(params IConnector[] connectors) : IConnectorCatalog
{
    public IReadOnlyCollection<IConnector> All => connectors;

    public IConnector? Find(string name) => connectors.FirstOrDefault(c => c.Manifest.Name == name);
}

internal sealed class FlowsOf(params FlowDefinition[] flows) : IFlowCatalog
{
    public IReadOnlyList<FlowDefinition> All => flows;

    public FlowDefinition? Find(string name, int version) => flows.FirstOrDefault(f => f.Name == name && f.Version == version);

    public FlowDefinition? Newest(string name) => flows.Where(f => f.Name == name).MaxBy(f => f.Version);

    public FlowDefinition? ForEvent(string @event, string connection) => flows.FirstOrDefault(f => f.Trigger.Fits(@event, connection));
}

internal sealed class ConnectionsOf : IConnectionRegistry
{
    private readonly List<Connection> _all =
    [
        new() { Key = "shop", Connector = "shop", Role = SystemRole.Storefront, DisplayName = "The shop" },
        new() { Key = "shop-b", Connector = "shop", Role = SystemRole.Storefront, DisplayName = "The other shop" },
        new() { Key = "erp", Connector = "erp", Role = SystemRole.Erp, DisplayName = "The ERP" },
        new() { Key = "wms", Connector = "wms", Role = SystemRole.Wms, DisplayName = "The warehouse" },
    ];

    public IReadOnlyCollection<Connection> All => _all;

    public Connection? Find(string key) => _all.Find(c => c.Key == key);

    public Connection? FindByRole(SystemRole role) => _all.Find(c => c.Role == role);
}
