using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Transactions.Queries;

namespace ControlPlane.Web.Tests.Transactions;

/// <summary>Answers what the test gave it, or fails, or keeps the page waiting.</summary>
internal sealed class ScriptedQueries : ITransactionQueries
{
    public List<TransactionListItem> Rows { get; } = [];

    public Dictionary<Guid, TransactionDetail> Details { get; } = [];

    public List<TransactionFilter> Asked { get; } = [];

    /// <summary>Set: nothing is answered before it is completed.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public bool Broken { get; set; }

    /// <summary>Which rows fit the filter; all when not set.</summary>
    public Func<TransactionListItem, TransactionFilter, bool> Fits { get; set; } = (_, _) => true;

    public async Task<TransactionListPage> ListAsync(TransactionFilter filter, PageCursor? at, int size, CancellationToken ct)
    {
        await AnswerAsync();
        Asked.Add(filter);
        var fitting = Rows.Where(r => Fits(r, filter)).OrderByDescending(r => r.Id).ToList();
        var beside = at switch
        {
            null => fitting,
            { Older: true, Edge: var edge } => [.. fitting.Where(r => r.Id.CompareTo(edge) < 0)],
            { Edge: var edge } => [.. fitting.Where(r => r.Id.CompareTo(edge) > 0)],
        };
        List<TransactionListItem> items = [.. at is { Older: false } ? beside.TakeLast(size) : beside.Take(size)];
        return new()
        {
            Items = items,
            Older = items.Count > 0 && fitting[^1] != items[^1] ? new PageCursor(true, items[^1].Id) : null,
            Newer = items.Count > 0 && fitting[0] != items[0] ? new PageCursor(false, items[0].Id) : null,
            Count = items.Count == fitting.Count ? new(fitting.Count, false) : null,
            Match = filter.Search is null ? SearchMatch.NotSearched : SearchMatch.Exact,
        };
    }

    public Task<CappedCount> CountAsync(TransactionFilter filter, CancellationToken ct) =>
        Task.FromResult(new CappedCount(Rows.Count(r => Fits(r, filter) && (filter.States.Count == 0 || filter.States.Contains(r.State))), false));

    public Task<IReadOnlyList<Standing>> StandingAsync(TransactionFilter filter, CancellationToken ct) =>
        Task.FromResult<IReadOnlyList<Standing>>([.. Rows.Where(r => Fits(r, filter)).GroupBy(r => r.Facts.Party?.Role).Select(g => new Standing(g.Key, g.Count())).OrderByDescending(s => s.Count)]);

    public Task<int> CountNewerAsync(TransactionFilter filter, Guid newest, int most, CancellationToken ct) =>
        Task.FromResult(Math.Min(most, Rows.Count(r => Fits(r, filter) && r.Id.CompareTo(newest) > 0)));

    public Task<IReadOnlyList<TransactionListItem>> ReadAsync(IReadOnlyCollection<Guid> ids, CancellationToken ct) => Task.FromResult<IReadOnlyList<TransactionListItem>>([.. Rows.Where(r => ids.Contains(r.Id))]);

    public async Task<TransactionDetail?> FindAsync(Guid id, CancellationToken ct)
    {
        await AnswerAsync();
        return Details.GetValueOrDefault(id);
    }

    public Task<TransactionLines?> LinesAsync(Guid id, CancellationToken ct) =>
        Task.FromResult<TransactionLines?>(new([new("L1", "TEE-RED-M", "T-shirt red", 2, 1, 1, new Money(1999, "EUR"), true)], []));

    public Task<PayloadText?> PayloadAsync(Guid payloadId, bool reveal, CancellationToken ct) => Task.FromResult<PayloadText?>(null);

    private async Task AnswerAsync()
    {
        if (Gate is { } gate)
            await gate.Task;
        if (Broken)
            throw new InvalidOperationException("no such table: transactions");
    }
}

internal static class Given
{
    public static readonly VerdictSystem Shop = new("shop", "Shopify EU", SystemRole.Storefront, "web team");

    public static readonly VerdictSystem Warehouse = new("wms", "WMS Regional", SystemRole.Wms, "logistics");

    public static readonly VerdictSystem Erp = new("erp", "Business Central", SystemRole.Erp, "finance");

    public static TransactionListItem Item(int n, TransactionState state, DateTimeOffset now, int revision = 1) => new()
    {
        Id = Guid.Parse($"01900000-0000-7000-8000-{n:D12}"),
        Kind = "order",
        Number = $"#{1000 + n}",
        Reference = $"SHOP-{1000 + n}",
        Channel = Shop,
        State = state,
        Stage = state == TransactionState.Closed ? "closed" : "mapped",
        Total = new Money(12640, "EUR"),
        LineCount = 2,
        PlacedAt = now.AddMinutes(-50),
        ReceivedAt = now.AddMinutes(-42),
        UpdatedAt = now.AddMinutes(-42),
        Revision = revision,
        FaultKind = state == TransactionState.Stuck ? FaultKind.Data : null,
        FaultCode = state == TransactionState.Stuck ? "erp.customer_blocked" : null,
        Facts = new()
        {
            State = state,
            Stage = "mapped",
            StepTitle = "Post the sales order",
            Channel = Shop,
            Party = state == TransactionState.Stuck ? Erp : null,
            ReceivedAt = now.AddMinutes(-42),
            Since = now.AddMinutes(-42),
            FaultKind = state == TransactionState.Stuck ? FaultKind.Data : null,
            FaultCode = state == TransactionState.Stuck ? "erp.customer_blocked" : null,
            FaultMessage = state == TransactionState.Stuck ? "The customer is blocked." : null,
            LastCall = state == TransactionState.Stuck ? new(now.AddMinutes(-42), "Business Central", "POST /salesOrders", 400, 120_000, FaultKind.Data, "erp.customer_blocked") : null,
        },
    };

    /// <summary>Instructed, confirmed by the warehouse, and silent past its deadline: the warehouse's move.</summary>
    public static TransactionListItem Overdue(int n, DateTimeOffset now)
    {
        var item = Item(n, TransactionState.Stuck, now);
        return item with
        {
            FaultKind = FaultKind.Overdue,
            FaultCode = "wait.overdue",
            Facts = item.Facts with
            {
                FaultKind = FaultKind.Overdue,
                FaultCode = "wait.overdue",
                Party = Warehouse,
                LastCall = null,
                DueAt = now.AddMinutes(-5),
                AwaitedEvents = ["shipment.confirmed"],
                PartyTold = new(now.AddMinutes(-40), "wms", "WMS Regional accepted the order"),
            },
        };
    }

    public static TransactionDetail Detail(TransactionListItem head, DateTimeOffset now)
    {
        var attempt = Guid.Parse("01900000-0000-7000-8000-00000000aaaa");
        return new()
        {
            Head = head,
            CorrelationId = head.Id.ToString("N"),
            Flow = "order-to-shipment",
            FlowVersion = 3,
            Step = "erp-order",
            Facts = head.Facts,
            Stages =
            [
                new("received", Shop, StopState.Done, 1, now.AddMinutes(-43), null, "Shopify EU sent order #1001", null),
                new("mapped", null, StopState.Done, 1, now.AddMinutes(-42), TimeSpan.FromMinutes(1), "Mapped for Business Central", "map"),
                new("erp-posted", Erp, StopState.Current, 0, null, TimeSpan.FromMinutes(42), null, "erp-order"),
                new("closed", null, StopState.Ahead, 0, null, null, null, "close"),
            ],
            Timeline =
            [
                new(now.AddMinutes(-43), 1, JournalEventType.Received, "", "received", Shop, "Shopify EU sent order #1001", null, 0, 0, null),
                new(now.AddMinutes(-42), 2, JournalEventType.CallFailed, "erp-order", "mapped", Erp, "The customer is blocked.", "erp.customer_blocked", 1, 120_000, attempt),
                new(now.AddMinutes(-42), 3, JournalEventType.DeadLettered, "erp-order", "mapped", Erp, "The customer is blocked. A person has to look.", "erp.customer_blocked", 1, 0, null),
            ],
            Attempts = [new(attempt, "erp-order", 0, 1, Erp, "createSalesOrder", "POST", "/salesOrders", 400, now.AddMinutes(-42), 120_000, FaultKind.Data, "erp.customer_blocked", "The customer is blocked.", false, null, null)],
            Effects = [new("erp-order", 0, 0, Erp, "createSalesOrder", Domain.Effects.WriteKind.Keyed, Domain.Effects.EffectState.Refused, "cp-SHOP-1001-erp-order", 1, "The customer is blocked.", now.AddMinutes(-42), now.AddMinutes(-42))],
            Identifiers = [new("order-number", head.Number), new("reference", head.Reference)],
            Documents = [],
        };
    }
}

internal sealed class OneFlow : IFlowCatalog
{
    private readonly FlowDefinition _flow = new()
    {
        Name = "order-to-shipment",
        Version = 3,
        Trigger = new("order.created", []),
        Steps = [new MapStep { Id = "map", Stage = "mapped", For = "erp" }, new CloseStep { Id = "close", Stage = "closed" }],
    };

    public IReadOnlyList<FlowDefinition> All => [_flow];

    public FlowDefinition? Find(string name, int version) => null;

    public FlowDefinition? Newest(string name) => null;

    public FlowDefinition? ForEvent(string @event, string connection) => null;
}

internal sealed class TwoConnections : IConnectionRegistry
{
    public IReadOnlyCollection<Connection> All { get; } =
    [
        new() { Key = "shop", Connector = "shopify", Role = SystemRole.Storefront, DisplayName = "Shopify EU" },
        new() { Key = "erp", Connector = "business-central", Role = SystemRole.Erp, DisplayName = "Business Central" },
    ];

    public Connection? Find(string key) => All.FirstOrDefault(c => c.Key == key);

    public Connection? FindByRole(SystemRole role) => All.FirstOrDefault(c => c.Role == role);
}
