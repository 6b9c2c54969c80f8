using System.Collections.Concurrent;
using ControlPlane.Domain.Changes;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Changes;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Changes;

/// <summary>
/// A thousand orders, each changed or cancelled at a moment of its own, while four workers hand them over to systems that fail, lose answers
/// and pick at random. Whatever the interleaving: nothing is overwritten silently, and each system has one final answer.
/// </summary>
public sealed class ChangeRaceTests
{
    private const int Orders = 1_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>What a system has of an order.</summary>
    private sealed class Held
    {
        public CanonicalOrder? Content { get; set; }

        public bool Cancelled { get; set; }

        public bool Picked { get; set; }
    }

    [Fact]
    public async Task A_thousand_interleavings_of_change_and_hand_over_overwrite_nothing_silently_and_end_with_one_answer_of_each_system()
    {
        await using var rig = await ChangeRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var (engine, luck, gate) = (rig.Engine, new Random(17), new Lock());
        var (wms, erp) = (new ConcurrentDictionary<string, Held>(), new ConcurrentDictionary<string, Held>());
        // At which moment the channel speaks: 0 at once, 1 during the ERP's call, 2 during the warehouse's, 3 afterwards.
        var moments = Enumerable.Range(1, Orders).ToDictionary(i => $"SHOP-{1000 + i}", _ => luck.Next(4));
        var kinds = Enumerable.Range(1, Orders).ToDictionary(i => $"SHOP-{1000 + i}", _ => luck.Next(3));
        var spoken = new ConcurrentDictionary<string, bool>();
        engine.Erp.Before = r => SpeakAsync(r.Reference, 1);
        engine.Wms.Before = r => SpeakAsync(r.Reference, 2);
        engine.Erp.Answer = r => Fails(0.05) ?? Take(erp, r);
        engine.Wms.Answer = r => Fails(0.1) ?? Take(wms, r);
        engine.WmsCancel.Answer = r => Fails(0.1) ?? Give(wms[r.Reference], r, cancel: true);
        engine.WmsChange.Answer = r => Fails(0.1) ?? Give(wms[r.Reference], r, cancel: false);
        engine.ErpCancel.Answer = r => Fails(0.1) ?? Give(erp[r.Reference], r, cancel: true);

        var all = Enumerable.Range(1, Orders).ToList();
        foreach (var piece in all.Chunk(50))
        {
            foreach (var i in piece)
            {
                await engine.ReceiveAsync("shop", Engine.Orders.Order(i) with { UpdatedAt = Engine.Orders.Order(i).PlacedAt });
                await SpeakAsync($"SHOP-{1000 + i}", 0);
            }

            await Task.WhenAll(engine.DrainSideBySideAsync(4, Ct), Task.Run(async () =>
            {
                foreach (var i in piece)
                {
                    await Task.Yield();
                    await SpeakAsync($"SHOP-{1000 + i}", 3);
                }
            }, Ct));
        }

        for (var i = 0; i < 30; i++)
            await engine.PassAsync(TimeSpan.FromMinutes(1), Ct);
        await SettleAsync(rig);
        for (var i = 0; i < 10; i++)
            await engine.PassAsync(TimeSpan.FromMinutes(1), Ct);

        var orders = (await engine.RowsAsync<TransactionRow>(Ct)).Where(t => t.Kind == "order").ToList();
        var changes = (await engine.RowsAsync<OrderChangeRow>(Ct)).ToLookup(c => c.TransactionId);
        var payloads = (await engine.RowsAsync<Runtime.Ingestion.PayloadRow>(Ct)).ToDictionary(p => p.Id);
        var outcomes = new SortedDictionary<string, int>(StringComparer.Ordinal);
        foreach (var order in orders)
        {
            var change = Assert.Single(changes[order.Id]);
            Assert.True(change.State is ChangeState.Done or ChangeState.TooLate, $"{order.Number}: {change.State} {change.Outcome}");
            var systems = ChangeRows.SystemsOf(change);
            Assert.Equal(["erp", "wms"], systems.Select(s => s.Connection).Order());
            Assert.All(systems, s => Assert.True(s.IsFinal, $"{order.Number}: {s}"));
            var ours = System.Text.Json.JsonSerializer.Deserialize(Runtime.Ingestion.PayloadRows.Unpack(payloads[order.CanonicalPayloadId!.Value]), Domain.Flows.FlowJson.Default.CanonicalOrder)!;
            var key = $"{change.Kind} {change.State} {string.Join(" ", systems.Select(s => s.Answer))}";
            outcomes[key] = outcomes.GetValueOrDefault(key) + 1;
            var (inWms, inErp) = (wms.GetValueOrDefault(order.Reference), erp.GetValueOrDefault(order.Reference));
            if (order.State == TransactionState.Cancelled)
            {
                Assert.True(inWms is null or { Cancelled: true }, $"{order.Number}: the warehouse still has what was cancelled");
                Assert.True(inErp is null or { Cancelled: true } || systems.Any(s => s is { Connection: "erp", Answer: SystemAnswer.ByHand }), $"{order.Number}: the ERP still has what was cancelled");
                continue;
            }

            // What the warehouse has is what counts here; too late means the first version, with a return.
            Assert.False(inWms!.Cancelled);
            Assert.Equal(ours.Lines[0].Quantity, inWms.Content!.Lines[0].Quantity);
            Assert.Equal(change.State == ChangeState.TooLate ? 1 : 7, ours.Lines[0].Quantity);
            Assert.Equal(change.State == ChangeState.TooLate, change.ReturnId is not null);
            Assert.False(inErp!.Cancelled);
        }

        Assert.Equal(Orders, orders.Count);
        TestContext.Current.TestOutputHelper?.WriteLine(string.Join(Environment.NewLine, outcomes.Select(o => $"{o.Value,5} {o.Key}")));
        // All the ways must have been gone, or the test proves nothing.
        Assert.True(outcomes.Count >= 6, string.Join("; ", outcomes));

        Task SpeakAsync(string reference, int moment)
        {
            if (moments[reference] != moment || !spoken.TryAdd(reference, true))
                return Task.CompletedTask;
            var n = int.Parse(reference[5..], System.Globalization.CultureInfo.InvariantCulture) - 1000;
            return kinds[reference] == 0 ? rig.CancelAsync(n) : rig.ChangeAsync(ChangeRig.Version(5, 7, n));
        }

        OperationResult? Fails(double rate)
        {
            double chance;
            lock (gate)
                chance = luck.NextDouble();
            return chance < rate ? new OperationResult.Failed(new Fault(FaultKind.Transient, "test.away", "The target is away.")) : null;
        }

        OperationResult? Take(ConcurrentDictionary<string, Held> system, OperationRequest request)
        {
            bool picked;
            lock (gate)
                picked = luck.Next(4) == 0;
            // The first word counts: a repeat must not change what is there.
            system.TryAdd(request.Reference, new Held { Content = request.Order, Picked = picked });
            return null;
        }

        static OperationResult? Give(Held held, OperationRequest request, bool cancel)
        {
            if (held.Picked)
                return new OperationResult.Failed(new Fault(FaultKind.Data, "wms.too_late", "It is picked."));
            if (cancel)
                held.Cancelled = true;
            else
                held.Content = request.Order;
            return null;
        }
    }

    /// <summary>A person does in the ERP what it offers no operation for.</summary>
    private static async Task SettleAsync(ChangeRig rig)
    {
        foreach (var order in (await rig.Engine.RowsAsync<TransactionRow>(Ct)).Where(t => t.FaultCode == ChangeRules.ByHand))
            Assert.True((await rig.Changes.SettleAsync(TenantScope.Default, order.Id, ChangeSettlement.Done, "typed it in", new Person("1", "Bo", ["business"]), EntityId.New(rig.Engine.Clock), Ct)).Accepted);
    }
}
