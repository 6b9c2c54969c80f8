using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Objectives;

/// <summary>A database with objectives, and nodes that count; orders and their events are written as the engine's commits leave them.</summary>
internal sealed class CountingRig : IAsyncDisposable
{
    public const string Ingestion = """
        kind: Indicator
        metadata: {name: order-ingestion}
        spec: {title: Order to ERP, from: {event: Received}, to: {reached: erp-posted}, within: 10m}
        """;

    public const string Shipment = """
        kind: Indicator
        metadata: {name: shipment-confirmation}
        spec: {title: Shipment to channel, from: {reached: shipped}, to: {reached: channel-fulfilled}, within: 30m}
        """;

    public const string Promise = """
        kind: Objective
        metadata: {name: order-ingestion}
        spec: {title: Orders are in the ERP within 10 minutes, indicator: order-ingestion, target: 0.9, window: {rolling: 30d}}
        """;

    private readonly TestDatabase _database;

    private CountingRig(TestDatabase database)
    {
        _database = database;
        Registry = new();
        Registry.Replace([Of("shop", SystemRole.Storefront), Of("market", SystemRole.Marketplace), Of("erp", SystemRole.Erp), Of("east", SystemRole.ThreePl)]);
        Board = new(Db, new OwnershipBoard(Db), NullLogger<ObjectiveBoard>.Instance);
        Store = new(Db, Board, Clock);
        Figures = new(Db, Board);
        Counters = new(Db, Board, Clock);
        Node = NewNode();
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 6, 1, 8, 0, 0, TimeSpan.Zero));

    public ControlPlaneDb Db => _database.Db;

    public ConnectionRegistry Registry { get; }

    public ObjectiveBoard Board { get; }

    public ObjectiveStore Store { get; }

    public ObjectiveFigures Figures { get; }

    public ObjectiveCounters Counters { get; }

    public ObjectiveCounting Node { get; }

    public static async Task<CountingRig> StartAsync(DatabaseProvider provider, CancellationToken ct, params string[] documents)
    {
        var rig = new CountingRig(await TestDatabase.CreateAsync(provider, ct));
        foreach (var document in documents)
            Assert.True((await rig.Store.PublishAsync(document, null, "test", "first", false, ct)).Accepted);
        return rig;
    }

    /// <summary>As another process: nothing in memory is shared.</summary>
    public ObjectiveCounting NewNode()
    {
        var board = new ObjectiveBoard(Db, new OwnershipBoard(Db), NullLogger<ObjectiveBoard>.Instance);
        var (counters, marks) = (new ObjectiveCounters(Db, board, Clock), new OrderMarks(Db));
        var counter = new JournalCounter(Registry, marks, new ObjectiveOptions());
        var follower = new JournalFollower(Db, counter, marks, counters, Clock);
        return new(board, counters, follower, new Recounter(Db, counter, follower, counters, Clock), Registry, new(), Clock, NullLogger<ObjectiveCounting>.Instance);
    }

    /// <summary>Until a node has nothing left to do.</summary>
    public async Task CountAsync(CancellationToken ct)
    {
        for (var i = 0; i < 200; i++)
            if (!await Node.TickAsync(ct))
                return;
        Assert.Fail("Counting does not come to an end.");
    }

    public async Task<Guid> OrderAsync(string connection, CancellationToken ct, string? number = null, string kind = "order", DateTimeOffset? at = null)
    {
        var id = EntityId.New(Clock);
        var time = (at ?? Clock.GetUtcNow()).ToMicroseconds();
        await using var context = Db.CreateContext();
        context.Transactions.Add(new() { Id = id, TenantId = 1, Kind = kind, State = TransactionState.Running, Connection = connection, Number = number ?? id.ToString("N")[^8..], Currency = "EUR", TotalMinor = 1000, ReceivedAt = time, UpdatedAt = time });
        await context.SaveChangesAsync(ct);
        return id;
    }

    public async Task WriteAsync(IEnumerable<JournalEvent> events, CancellationToken ct)
    {
        await using var context = Db.CreateContext();
        context.Journal.AddRange(events.Select(e => new JournalRow { TransactionId = e.TransactionId, TenantId = 1, At = e.At.ToMicroseconds(), Sequence = e.Sequence, Type = e.Type, Step = e.Step, Stage = e.Stage, System = e.System, Summary = e.Summary, Code = e.Code, DurationMicroseconds = e.DurationMicroseconds }));
        await context.SaveChangesAsync(ct);
    }

    public static JournalEvent Event(Guid order, int sequence, DateTimeOffset at, JournalEventType type, string stage = "", string? system = null) => new(order, sequence, at, type, "", stage, system, "");

    /// <summary>Every counted reading and sum equals what the pure reader says of the whole journal.</summary>
    public async Task AssertExactAsync(CancellationToken ct)
    {
        await using var context = Db.CreateContext();
        var journal = (await context.Journal.AsNoTracking().ToListAsync(ct)).Select(j => new JournalEvent(j.TransactionId, j.Sequence, Instant.FromMicroseconds(j.At), j.Type, j.Step, j.Stage, j.System, j.Summary, j.Code, 0, j.DurationMicroseconds)).ToLookup(e => e.TransactionId);
        var kinds = await context.Transactions.AsNoTracking().ToDictionaryAsync(t => t.Id, t => t.Kind, ct);
        await Board.RefreshAsync(ct);
        var counted = await context.ObjectiveCounters.AsNoTracking().Where(c => c.State != CounterState.GivenUp).ToListAsync(ct);
        Assert.NotEmpty(counted);
        foreach (var counter in counted)
        {
            var indicator = Board.Of(1).Indicator(counter.Indicator, counter.Version)!;
            var expected = journal.Where(j => kinds[j.Key] == indicator.Kind).Select(j => IndicatorReader.Read(indicator, j, Clock.GetUtcNow())).OfType<IndicatorReading>().OrderBy(r => r.TransactionId).ToList();
            var readings = await context.ObjectiveReadings.AsNoTracking().Where(r => r.CounterId == counter.Id).ToListAsync(ct);
            Assert.Equal(
                expected, readings.OrderBy(r => r.TransactionId).Select(r => new IndicatorReading(r.TransactionId, Instant.FromMicroseconds(r.StartedAt), r.Took is { } took ? TimeSpan.FromMicroseconds(took) : null, r.Outcome)));
            var tallies = await context.ObjectiveTallies.AsNoTracking().Where(t => t.CounterId == counter.Id).ToListAsync(ct);
            foreach (var grain in Enum.GetValues<TallyGrain>())
            {
                var minutes = TallySums.Minutes(grain);
                var slices = readings.ToDictionary(r => r.TransactionId, r => r.SliceId);
                var sums = expected.GroupBy(r => (At: (int)(r.At - DateTimeOffset.UnixEpoch).TotalMinutes / minutes * minutes, Slice: slices[r.TransactionId])).OrderBy(g => g.Key)
                    .Select(g => (g.Key.At, g.Key.Slice, Count(g, IndicatorOutcome.Good), Count(g, IndicatorOutcome.Bad), Count(g, IndicatorOutcome.Void), Count(g, IndicatorOutcome.Open)));
                Assert.Equal(sums, tallies.Where(t => t.Grain == grain && (t.Good, t.Bad, t.Voided, t.Pending) != default).OrderBy(t => (t.At, t.SliceId)).Select(t => (t.At, t.SliceId, t.Good, t.Bad, t.Voided, t.Pending)));
            }
        }
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    private static long Count(IEnumerable<IndicatorReading> of, IndicatorOutcome outcome) => of.LongCount(r => r.Outcome == outcome);

    private static Connection Of(string key, SystemRole role) => new() { Key = key, Connector = "test", Role = role, DisplayName = key };
}
