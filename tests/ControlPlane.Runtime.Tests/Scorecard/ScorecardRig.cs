using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Reviews;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Worklist;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Scorecard;

/// <summary>A marketplace, a shop, an ERP and a warehouse, with orders as the engine leaves them.</summary>
internal sealed class ScorecardRig(TestDatabase database) : IAsyncDisposable
{
    public static readonly TenantScope Us = TenantScope.Default;

    private int _count;

    public ControlPlaneDb Db => database.Db;

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 23, 12, 20, 0, TimeSpan.Zero));

    public GivenFigures Figures { get; } = new();

    public ConnectionRegistry Connections { get; } = new();

    public ScorecardOptions Prices { get; } = new() { TriageHourlyRate = 60, Chromium = "none" };

    public ScorecardKeeper Keeper => new(Db, Clock);

    public ScorecardReader Scorecard => new(Db, Figures, Figures, new PenaltyBoard(), Connections, Options.Create(Prices), Clock, Estate);

    public EstateVersions Estate => new(Db, [new MarketplaceLimitsKind(), new ReportPlanKind()], Clock);

    /// <summary>Null = no reviews are kept.</summary>
    public IReviewDebt? Reviews { get; set; }

    public ReportMaker Maker => new(Db, Figures, Figures, Connections, Options.Create(Prices), Clock, Reviews);

    public ReportDesk Desk => new(Db, Maker, new PdfPrinter(Options.Create(Prices)), Connections, Clock, Estate);

    public static async Task<ScorecardRig> StartAsync(DatabaseProvider provider, CancellationToken ct)
    {
        var rig = new ScorecardRig(await TestDatabase.CreateAsync(provider, ct));
        rig.Connect("market", "amazon", SystemRole.Marketplace, "Amazon DE");
        rig.Connect("shop", "shop", SystemRole.Storefront, "Shop EU");
        rig.Connect("erp", "erp", SystemRole.Erp, "ERP");
        rig.Connect("wms", "wms", SystemRole.Wms, "Depot");
        await using var context = rig.Db.CreateContext();
        context.Connections.Add(new() { TenantId = 1, Key = "shop", Connector = "shop", DisplayName = "Shop EU", Document = "", UpdatedBy = "" });
        await context.SaveChangesAsync(ct);
        rig.Figures.ReadUpTo = rig.Clock.GetUtcNow();
        return rig;
    }

    public void Connect(string key, string connector, SystemRole role, string name) =>
        Connections.Replace([.. Connections.All.Where(c => c.Key != key), new Connection { Key = key, Connector = connector, Role = role, DisplayName = name }]);

    /// <param name="ship">Minutes after it was placed; null = not shipped.</param>
    /// <param name="promise">Minutes after it was placed; null = none.</param>
    public async Task<TransactionRow> OrderAsync(
        DateTimeOffset placed, string channel = "market", TransactionState state = TransactionState.Closed, int? promise = 1440, int? ship = 600, bool tracked = true, bool byPerson = false, long total = 10_000, string currency = "EUR",
        string? erp = "erp", string? warehouse = "wms")
    {
        var n = ++_count;
        await using var context = Db.CreateContext();
        var at = placed.ToMicroseconds();
        var row = new TransactionRow
        {
            Id = Guid.CreateVersion7(Clock.GetUtcNow()), TenantId = 1, State = state, Connection = channel, Flow = "f", FlowVersion = 1, Number = $"#{n}", Reference = $"R{n}", CorrelationId = "c", Currency = currency, TotalMinor = total, PlacedAt = at,
            ReceivedAt = at, UpdatedAt = at, Since = at, ShipBy = promise is { } by ? placed.AddMinutes(by).ToMicroseconds() : null, ClosedAt = state == TransactionState.Closed ? placed.AddMinutes(ship ?? 1).ToMicroseconds() : null, Revision = 1,
        };
        context.Transactions.Add(row);
        if (erp is not null)
            Event(context, row, 1, JournalEventType.CallSucceeded, "erp-posted", placed.AddMinutes(1), erp);
        if (warehouse is not null)
            Event(context, row, 2, JournalEventType.CallSucceeded, "wms-instructed", placed.AddMinutes(2), warehouse);
        if (ship is { } minutes)
            Event(context, row, 3, JournalEventType.SignalReceived, "shipped", placed.AddMinutes(minutes), "wms");
        if (state == TransactionState.Cancelled)
            Event(context, row, 4, JournalEventType.Cancelled, "", placed.AddMinutes(30), null, byPerson ? "person=Bo" : null);
        if (tracked && ship is not null)
            context.TransactionIdentifiers.Add(new() { TenantId = 1, TransactionId = row.Id, Kind = IdentifierKinds.Tracking, Value = "T" + row.Id.ToString("N"), Written = "T" });
        await context.SaveChangesAsync();
        return row;
    }

    /// <summary>The warehouse ships it after all.</summary>
    public async Task ShipAsync(TransactionRow order, DateTimeOffset at)
    {
        await using var context = Db.CreateContext();
        Event(context, order, 9, JournalEventType.SignalReceived, "shipped", at, "wms");
        await context.SaveChangesAsync();
        await context.Transactions.Where(t => t.Id == order.Id).ExecuteUpdateAsync(s => s.SetProperty(t => t.Revision, t => t.Revision + 1).SetProperty(t => t.State, TransactionState.Closed).SetProperty(t => t.ClosedAt, at.ToMicroseconds()));
    }

    public async Task HandledAsync(TransactionRow order, DateTimeOffset at)
    {
        await using var context = Db.CreateContext();
        context.Add(new WorkEventRow { Id = Guid.CreateVersion7(at), TenantId = 1, TransactionId = order.Id, At = at.ToMicroseconds(), Kind = WorkEventKind.Claimed, By = "Bo", OperationId = Guid.CreateVersion7() });
        await context.SaveChangesAsync();
    }

    private static void Event(ControlPlaneDbContext context, TransactionRow of, int sequence, JournalEventType type, string stage, DateTimeOffset at, string? system, string? basis = null) =>
        context.Journal.Add(new() { TransactionId = of.Id, TenantId = 1, At = at.ToMicroseconds(), Sequence = sequence, Type = type, Stage = stage, Step = stage, System = system, Summary = "", Basis = basis });

    public ValueTask DisposeAsync() => database.DisposeAsync();
}
