using System.Diagnostics;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Tests.Ownership;

/// <summary>Figures for docs/ownership.md; run on purpose only, with <c>-explicit only -showliveoutput</c>.</summary>
public sealed class OwnershipFigures(ITestOutputHelper output)
{
    private const int Stuck = 20_000;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact(Explicit = true)]
    public void A_decision_by_a_hundred_rules()
    {
        var setup = new OwnershipSetup { Rules = [.. Enumerable.Range(0, 99).Select(i => new OwnershipRule([new("code", [$"x{i}.*"]), new("order.lines.sku", ["A*"])], "a")), new([new("order.lines.sku", ["SKU-2"])], "a")], Fallback = "a", Teams = [OwnershipRig.Team("a")] };
        var table = CompiledOwnership.Of(setup);
        var facts = new StuckFacts { Channel = "shop", Kind = FaultKind.Data, Code = "erp.refused", Order = Engine.Orders.Order(1) };
        for (var i = 0; i < 10_000; i++)
            table.Decide(facts);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < 100_000; i++)
            table.Decide(facts);
        output.WriteLine($"decision by 100 rules: {watch.Elapsed.TotalMicroseconds / 100_000:0.00} µs");
    }

    [Theory(Explicit = true), MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Twenty_thousand_stuck_orders(DatabaseProvider provider)
    {
        await using var rig = await OwnershipRig.StartAsync(provider, Ct);
        await rig.FailAsync(1);
        var sample = await rig.OrderAsync(1);
        for (var piece = 0; piece < Stuck / 1000; piece++)
        {
            await using var context = rig.Engine.Db.CreateContext();
            for (var i = 0; i < 1000; i++)
                context.Transactions.Add(Copy(sample, rig));
            await context.SaveChangesAsync(Ct);
        }

        await rig.PublishAsync(new() { Fallback = "desk", Teams = [OwnershipRig.Team("desk")] });
        var watch = Stopwatch.StartNew();
        var moved = await rig.Decider.DecideAsync(Ct);
        output.WriteLine($"{provider}: decided anew {moved} orders in {watch.Elapsed.TotalSeconds:0.0} s");
        await rig.Queues.ReadAsync(TenantScope.Default, Ct);
        var times = new List<double>();
        for (var i = 0; i < 20; i++)
        {
            watch.Restart();
            await rig.Queues.ReadAsync(TenantScope.Default, Ct);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        output.WriteLine($"{provider}: queues read in {times.Order().ElementAt(18):0} ms (p95)");
        rig.Engine.Clock.Advance(TimeSpan.FromMinutes(31));
        watch.Restart();
        var told = await rig.Escalator.ClimbAsync(Ct);
        output.WriteLine($"{provider}: {told} step told in {watch.Elapsed.TotalMilliseconds:0} ms");
        var ids = (await rig.Engine.RowsAsync<TransactionRow>(Ct)).Take(1000).Select(t => t.Id).ToList();
        watch.Restart();
        var items = await rig.Claims.ClaimManyAsync(TenantScope.Default, ids, OwnershipRig.Bo, rig.Operation(), Ct);
        output.WriteLine($"{provider}: {items.Count(i => i.Outcome.Accepted)} taken in {watch.Elapsed.TotalSeconds:0.0} s");
    }

    private static TransactionRow Copy(TransactionRow t, OwnershipRig rig) => new()
    {
        Id = EntityId.New(rig.Engine.Clock), TenantId = 1, State = TransactionState.Stuck, Stage = t.Stage, Step = t.Step, Connection = t.Connection, Flow = t.Flow, FlowVersion = t.FlowVersion, Number = t.Number, Reference = t.Reference,
        CorrelationId = t.CorrelationId, Currency = t.Currency, TotalMinor = t.TotalMinor, PlacedAt = t.PlacedAt, ReceivedAt = t.ReceivedAt, UpdatedAt = t.UpdatedAt, Since = t.Since, FaultKind = t.FaultKind, FaultCode = t.FaultCode,
        FaultMessage = t.FaultMessage, CaseId = t.CaseId, Owner = t.Owner, Revision = 1,
    };
}
