using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Crosswalks;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Tests.Repair;

/// <summary>The engine with what people repair by, on a clock that the test owns.</summary>
internal sealed class RepairRig : IAsyncDisposable
{
    public static readonly Person Bo = new("1", "Bo", ["business"]);

    public static readonly Person Ada = new("2", "Ada", ["admin"]);

    private RepairRig(EngineRig engine, EditPolicy policy)
    {
        Engine = engine;
        var flows = new FlowsOf(engine.Flow);
        Grip = new(engine.Db, engine.Writer, flows, engine.Node, new LanePumps([]), engine.Clock);
        Repairs = new(engine.Db, Grip, new(engine.Db, flows, engine.Connections, engine.Connectors, engine.Clock), policy, Board, engine.Clock);
        var options = Options.Create(new RepairOptions());
        Holds = new(engine.Db, Grip, flows, engine.Connections, engine.Gates, Desk = new(engine.Connections, engine.Connectors, engine.Gateway, engine.Gates, engine.Clock), options, engine.Clock);
        Keeper = new(engine.Db, Holds, new(Grip, Holds, engine.Connections, engine.Node, engine.Splits, new(engine.Penalties, engine.Connections), engine.Owners), new(Desk, options, engine.Clock), options, engine.Clock, NullLogger<HoldKeeper>.Instance);
        var loader = new CrosswalkLoader(engine.Db, Board);
        Store = new(engine.Db, loader, engine.Clock);
        var counts = new CrosswalkCounts(engine.Db, Board, engine.Clock);
        Fixes = new(engine.Db, Store, new(engine.Db, Board, counts, engine.Connections, engine.Clock), counts, engine.Connections, engine.Clock);
    }

    public EngineRig Engine { get; }

    public CrosswalkBoard Board { get; } = new();

    public PersonGrip Grip { get; }

    public Repairs Repairs { get; }

    public Holds Holds { get; }

    public FigureDesk Desk { get; }

    public HoldKeeper Keeper { get; }

    public CrosswalkStore Store { get; }

    public CrosswalkFixes Fixes { get; }

    public static async Task<RepairRig> StartAsync(DatabaseProvider provider, CancellationToken ct, Domain.Flows.FlowDefinition? flow = null, EditPolicy? policy = null) =>
        new(await EngineRig.StartAsync(provider, ct, flow), policy ?? EditPolicies.Shipped());

    public Guid Operation() => EntityId.New(Engine.Clock);

    /// <summary>Orders that the ERP refused, oldest first.</summary>
    public async Task<IReadOnlyList<TransactionRow>> StuckAsync(int count, CancellationToken ct, string message = "The street is not known.", string code = "erp.refused", long total = 12640, int from = 1)
    {
        for (var i = from; i < from + count; i++)
        {
            Engine.Erp.Script.Enqueue(_ => new Domain.Connections.OperationResult.Failed(new Fault(FaultKind.Data, code, message)));
            Engine.Clock.Advance(TimeSpan.FromMilliseconds(1));
            await Engine.ReceiveAsync("shop", Orders.Order(i) with { TotalMinor = total, ShipTo = new() { Line1 = "Old 1", City = "Köln", CountryCode = "DE" } });
        }

        await Engine.DrainAsync(ct);
        Engine.Clock.Advance(TimeSpan.FromSeconds(1));
        return [.. (await Engine.RowsAsync<TransactionRow>(ct)).Where(t => t.State == TransactionState.Stuck).OrderBy(t => t.Id)];
    }

    public async Task<TransactionRow> OfAsync(Guid id, CancellationToken ct) => (await Engine.RowsAsync<TransactionRow>(ct)).Single(t => t.Id == id);

    public async Task<IReadOnlyList<string>> JournalAsync(Guid id, CancellationToken ct) => [.. (await Engine.RowsAsync<JournalRow>(ct)).Where(j => j.TransactionId == id).OrderBy(j => j.At).ThenBy(j => j.Sequence).Select(j => j.Summary)];

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
