using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Outbound.Metering;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Operations;

/// <summary>Random traffic of several tenants, channels and kinds through the product's own commits, and an independent count of what is stored.</summary>
internal sealed class OperationsRig(TestDatabase database, int seed) : IAsyncDisposable
{
    public static readonly DateTimeOffset Now = new(2026, 11, 29, 6, 17, 42, TimeSpan.Zero);

    private static readonly string[] Kinds = ["order", "order", "order", "stock", "settlement"];

    private static readonly string[] Codes = ["mapping.required_missing", "crosswalk.missing", "order.no_lines", "http.503", "order.rejected", "settlement.amount_differs"];

    private readonly List<TransactionRow> _open = [];

    public Random Random { get; } = new(seed);

    public FakeTimeProvider Clock { get; } = new(Now);

    public ControlPlaneDb Db => database.Db;

    public OperationsLease Lease => new(Db, new LeaseClock(Clock));

    public OperationsFolder Folder => new(Db, Lease, Clock);

    public OperationsRebuild Rebuild => new(Db, Lease, Clock);

    /// <summary>Units of one commit: new transactions, steps of open ones, refusals, budgets; some of them hours late.</summary>
    public List<CommitUnit> Batch() => [.. Enumerable.Range(0, Random.Next(1, 12)).Select(_ => Random.Next(10) switch
    {
        0 => Refusal(),
        1 => Budget(),
        < 6 => Opened(),
        _ => _open.Count == 0 ? Opened() : Step(_open[Random.Next(_open.Count)]),
    })];

    public async Task CommitAsync(IReadOnlyList<CommitUnit> units, bool lost = false)
    {
        var dialect = CommitWriter.DialectOf(Db.Provider);
        await using var connection = await Db.OpenAsync(CancellationToken.None);
        await OperationsSql.TransactAsync(dialect, connection, async () =>
        {
            await new BatchCommit(dialect, connection, Clock).WriteAsync(units, CancellationToken.None);
            return !lost;
        });
        (dialect as Runtime.Persistence.Providers.Sqlite.SqliteDialect)?.Forget(connection);
    }

    /// <summary>A moment within the last ten hours; one in ten of them within the last four weeks.</summary>
    private long Moment() => (Now - TimeSpan.FromSeconds(Random.Next(10) == 0 ? Random.Next(2_400_000) : Random.Next(36_000))).ToMicroseconds();

    private CommitUnit Opened()
    {
        var at = Moment();
        var transaction = new TransactionRow
        {
            Id = EntityId.New(Clock), TenantId = Random.Next(8) == 0 ? 2 : 1, Kind = Kinds[Random.Next(Kinds.Length)], State = TransactionState.Running, Connection = "c" + Random.Next(3), Flow = "f", ReceivedAt = at, UpdatedAt = at, Since = at, CorrelationId = "x",
        };
        _open.Add(transaction);
        var unit = new CommitUnit { NewTransaction = transaction };
        unit.Journal.Add(Event(transaction, at, 1, JournalEventType.Received, null));
        return unit;
    }

    private CommitUnit Step(TransactionRow transaction)
    {
        var types = new[] { JournalEventType.Mapped, JournalEventType.Validated, JournalEventType.CallFailed, JournalEventType.DeadLettered, JournalEventType.Closed, JournalEventType.Cancelled, JournalEventType.Superseded };
        var at = Math.Max(Moment(), transaction.ReceivedAt);
        var type = types[Random.Next(types.Length)];
        var code = type is JournalEventType.CallFailed or JournalEventType.DeadLettered ? Codes[Random.Next(Codes.Length)] : null;
        var unit = new CommitUnit();
        unit.Journal.Add(Event(transaction, at, Random.Next(2, 1_000_000), type, code, type is JournalEventType.Mapped or JournalEventType.DeadLettered && Random.Next(2) == 0 ? "erp" : null));
        if (type is JournalEventType.Closed or JournalEventType.Cancelled or JournalEventType.Superseded)
        {
            _open.Remove(transaction);
            (transaction.State, transaction.ClosedAt, transaction.UpdatedAt) = (type == JournalEventType.Closed ? TransactionState.Closed : TransactionState.Cancelled, at, at);
        }

        // What people and newer orders do comes without the transaction itself.
        if (Random.Next(3) > 0 || transaction.ClosedAt is not null)
            unit.TransactionChange = transaction;
        return unit;
    }

    private CommitUnit Refusal()
    {
        var unit = new CommitUnit();
        var message = new MessageRow { Id = EntityId.New(Clock), TenantId = 1, Connection = "c" + Random.Next(3), Topic = "t", State = MessageState.Refused, Code = Random.Next(2) == 0 ? "edi.segment" : "mapping.required_missing", ReceivedAt = Moment(), CorrelationId = "x", PayloadId = EntityId.New(Clock) };
        unit.Messages.Add(message);
        // Of a delivery, what became of it is said once more.
        if (Random.Next(2) == 0)
            unit.MessageOutcomes.Add(message);
        return unit;
    }

    private CommitUnit Budget()
    {
        var unit = new CommitUnit();
        unit.BudgetMinutes.Add(new() { TenantId = 1, Connection = "c" + Random.Next(3), Budget = "orders", Minute = OperationTally.FloorTo((Now - TimeSpan.FromSeconds(Random.Next(36_000))).ToMicroseconds(), OperationTally.Minute), NodeId = EntityId.New(Clock), Calls = 9, Refused = Random.Next(4), Waits = Random.Next(4) });
        return unit;
    }

    public static JournalRow Event(TransactionRow transaction, long at, int sequence, JournalEventType type, string? code, string? system = null) =>
        new() { TransactionId = transaction.Id, TenantId = transaction.TenantId, At = at, Sequence = sequence, Type = type, Code = code, System = system };

    /// <summary>What the tables of figures hold.</summary>
    public async Task<(List<string> Minutes, List<string> Hours)> FiguresAsync()
    {
        await using var context = Db.CreateContext();
        var minutes = await context.OperationMinutes.IgnoreQueryFilters().ToListAsync();
        var hours = await context.OperationHours.IgnoreQueryFilters().ToListAsync();
        return ([.. minutes.Where(m => m.Minute >= MinutesFrom).Select(m => $"{m.TenantId} {m.Minute} {m.Measure} {m.Connection} {m.Code} {m.Bucket} = {m.Count} {m.Sum} {m.Largest}").Order()],
            [.. hours.Select(m => $"{m.TenantId} {m.Minute} {m.Measure} {m.Connection} {m.Code} {m.Bucket} = {m.Count} {m.Sum} {m.Largest}").Order()]);
    }

    private static long MinutesFrom => OperationTally.FloorTo((Now - OperationRange.MinutesKept).ToMicroseconds(), OperationTally.Hour);

    /// <summary>The same, counted from the stored rows by plain queries: none of the product's statements is in it.</summary>
    public async Task<(List<string> Minutes, List<string> Hours)> CountedAsync()
    {
        await using var context = Db.CreateContext();
        var transactions = await context.Transactions.IgnoreQueryFilters().ToDictionaryAsync(t => t.Id);
        var found = new List<(int Tenant, long At, OperationMeasure Measure, string Connection, string Code, long Count, long? Took)>();
        foreach (var e in await context.Journal.IgnoreQueryFilters().ToListAsync())
        {
            var t = transactions[e.TransactionId];
            var mine = (t.Kind, e.Type) switch
            {
                ("order", JournalEventType.Received) => OperationMeasure.OrderReceived,
                ("stock", JournalEventType.Received) => OperationMeasure.StockReceived,
                ("settlement", JournalEventType.Received) => OperationMeasure.SettlementReceived,
                ("order", JournalEventType.Closed or JournalEventType.Cancelled or JournalEventType.Superseded) => OperationMeasure.OrderEnded,
                ("stock", JournalEventType.Closed) => OperationMeasure.StockSynced,
                ("settlement", JournalEventType.Closed) => OperationMeasure.SettlementMatched,
                ("settlement", JournalEventType.DeadLettered) when e.Code == "settlement.amount_differs" => OperationMeasure.SettlementMismatched,
                (_, JournalEventType.DeadLettered) when e.Code is "mapping.required_missing" or "crosswalk.missing" or "order.no_lines" => OperationMeasure.TransformationFailed,
                _ => (OperationMeasure)0,
            };
            if (mine != 0)
                found.Add((e.TenantId, e.At, mine, mine == OperationMeasure.TransformationFailed ? e.System ?? t.Connection : t.Connection, mine is OperationMeasure.TransformationFailed or OperationMeasure.SettlementMismatched ? e.Code! : "", 1, mine == OperationMeasure.StockSynced ? e.At - t.ReceivedAt : null));
            if (e.Type is JournalEventType.Received or JournalEventType.Mapped)
                found.Add((e.TenantId, e.At, OperationMeasure.Transformed, e.Type == JournalEventType.Mapped ? e.System ?? t.Connection : t.Connection, "", 1, null));
        }

        foreach (var m in await context.Messages.IgnoreQueryFilters().Where(m => m.State == MessageState.Refused).ToListAsync())
            found.Add((m.TenantId, m.ReceivedAt, OperationMeasure.TransformationFailed, m.Connection, m.Code!, 1, null));
        foreach (var b in await context.BudgetMinutes.IgnoreQueryFilters().ToListAsync())
        {
            found.Add((b.TenantId, b.Minute, OperationMeasure.RateRefused, b.Connection, b.Budget, b.Refused, null));
            found.Add((b.TenantId, b.Minute, OperationMeasure.RateWaited, b.Connection, b.Budget, b.Waits, null));
        }

        List<string> By(long step, long from) =>
        [
            .. found.Where(f => f.At >= from && f.Count > 0).GroupBy(f => (f.Tenant, At: f.At - f.At % step, f.Measure, f.Connection, f.Code, Bucket: f.Took is { } took ? LatencyBuckets.Of(took) : (short)0))
                .Select(g => $"{g.Key.Tenant} {g.Key.At} {g.Key.Measure} {g.Key.Connection} {g.Key.Code} {g.Key.Bucket} = {g.Sum(f => f.Count)} {g.Sum(f => f.Took ?? 0)} {g.Max(f => f.Took ?? 0)}").Order(),
        ];
        return (By(60_000_000, MinutesFrom), By(3_600_000_000, 0));
    }

    public async Task AssertExactAsync()
    {
        var (figures, counted) = (await FiguresAsync(), await CountedAsync());
        Assert.NotEmpty(counted.Minutes);
        Assert.Equal(counted.Minutes, figures.Minutes);
        Assert.Equal(counted.Hours, figures.Hours);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
