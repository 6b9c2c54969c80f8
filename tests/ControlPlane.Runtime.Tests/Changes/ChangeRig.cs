using System.Text.Json;
using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Changes;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Changes;

/// <summary>The engine with a channel that changes its mind, on a clock that the test owns.</summary>
internal sealed class ChangeRig : IAsyncDisposable
{
    private static readonly Person Bo = new("1", "Bo", ["business"]);

    private ChangeRig(EngineRig engine)
    {
        Engine = engine;
        Changes = new(engine.Db, new PersonGrip(engine.Db, engine.Writer, new FlowsOf(engine.Flow, EngineRig.Returns()), engine.Node, new LanePumps([]), engine.Clock), engine.Connections);
    }

    public EngineRig Engine { get; }

    public OrderChanges Changes { get; }

    public static async Task<ChangeRig> StartAsync(DatabaseProvider provider, CancellationToken ct, FlowDefinition? flow = null) => new(await EngineRig.StartAsync(provider, ct, flow));

    public Task CancelAsync(int order = 1) => Engine.ReceiveAsync("shop", $$"""{"event":"order.cancelled","reference":"SHOP-{{1000 + order}}"}""");

    public Task ChangeAsync(CanonicalOrder order) =>
        Engine.ReceiveAsync("shop", $$"""{"event":"order.updated","reference":"SHOP-{{order.Number.TrimStart('#')}}","order":{{JsonSerializer.Serialize(order, FlowJson.Default.CanonicalOrder)}}}""");

    /// <summary>The order with so many of its first line, as of a minute.</summary>
    public static CanonicalOrder Version(int minute, int quantity, int order = 1)
    {
        var first = Orders.Order(order);
        return first with { UpdatedAt = first.PlacedAt.AddMinutes(minute), Lines = [first.Lines[0] with { Quantity = quantity }, .. first.Lines.Skip(1)] };
    }

    public async Task<TransactionRow> OrderAsync(CancellationToken ct) => (await Engine.RowsAsync<TransactionRow>(ct)).Single(t => t.Kind == "order");

    public async Task<TransactionRow?> ReturnAsync(CancellationToken ct) => (await Engine.RowsAsync<TransactionRow>(ct)).SingleOrDefault(t => t.Kind == LateReturns.Kind);

    public async Task<IReadOnlyList<ChangeItem>> OfAsync(CancellationToken ct) => (await Changes.OfAsync(TenantScope.Default, (await OrderAsync(ct)).Id, ct))!;

    /// <summary>The newest change in short: <c>TooLate: wms TooLate, erp Kept</c>.</summary>
    public async Task<string> SaidAsync(CancellationToken ct)
    {
        var change = (await OfAsync(ct))[0];
        return $"{change.State}: {string.Join(", ", change.Systems.Select(s => $"{s.Connection} {s.Answer}"))}";
    }

    public async Task<CommandOutcome> SettleAsync(ChangeSettlement settlement, CancellationToken ct) =>
        await Changes.SettleAsync(TenantScope.Default, (await OrderAsync(ct)).Id, settlement, "rang them", Bo, EntityId.New(Engine.Clock), ct);

    public ValueTask DisposeAsync() => Engine.DisposeAsync();
}
