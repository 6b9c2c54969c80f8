using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Tests.Silence;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Silence;

/// <summary>Two simulated weeks through the engine itself: its timers, its cases, a clock that the test owns.</summary>
public sealed class SimulatedWeeksTests(ITestOutputHelper output)
{
    private const int Orders = 300;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_engine_tells_of_what_is_lost_in_time_and_of_little_else()
    {
        await using var rig = await EngineRig.StartAsync(DatabaseProvider.Sqlite, Ct, SilenceTests.Flow());
        rig.Calendars.Replace([NormalTraffic.Calendar]);
        var orders = new NormalTraffic(5).Orders(Orders, losses: 0.1, new(2026, 11, 24), 14).OrderBy(o => o.Received).ToList();
        var events = orders.SelectMany((o, i) => new (DateTimeOffset At, int Order, string What)[] { (o.Received, i, "received"), (o.Acknowledged, i, "acknowledged"), (o.Reported, i, o.Lost ? "lost" : "shipped") })
            .OrderBy(e => e.At).ToList();
        foreach (var (at, order, what) in events)
        {
            // The engine's housekeeper looks once a second; here the clock stops where it would have found something.
            while (await NextDueAsync(rig) is { } due && due <= at)
                await rig.PassAsync(due > rig.Clock.GetUtcNow() ? due - rig.Clock.GetUtcNow() : TimeSpan.FromSeconds(1), Ct);
            if (at > rig.Clock.GetUtcNow())
                rig.Clock.Advance(at - rig.Clock.GetUtcNow());
            await (what switch
            {
                "received" => rig.ReceiveAsync("shop", Engine.Orders.Order(order, lines: 1) with { ShipBy = orders[order].ShipBy }),
                "acknowledged" => rig.EventAsync("warehouse.acknowledged", $"SHOP-{1000 + order}"),
                "shipped" => rig.ShippedAsync($"SHOP-{1000 + order}", $"S{order}", ("L1", 1)),
                _ => Task.CompletedTask,
            });
            await rig.DrainAsync(Ct);
        }

        while (await NextDueAsync(rig) is { } due)
            await rig.PassAsync(due > rig.Clock.GetUtcNow() ? due - rig.Clock.GetUtcNow() : TimeSpan.FromSeconds(1), Ct);
        var told = (await rig.RowsAsync<ExceptionCaseMemberRow>(Ct)).ToLookup(m => m.TransactionId);
        var rows = (await rig.RowsAsync<TransactionRow>(Ct)).ToDictionary(t => t.Number);
        var (falsely, healthy, lost, inTime) = (0, 0, 0, 0);
        for (var i = 0; i < orders.Count; i++)
        {
            var row = rows[$"#{1000 + i}"];
            var alarms = told[row.Id].ToList();
            if (orders[i].Lost)
            {
                // An order that came too late for its promise is told an hour after it came.
                if (orders[i].ShipBy - TimeSpan.FromHours(5) < orders[i].Acknowledged)
                    continue;
                lost++;
                inTime += alarms.Any(a => a.Step == "shipment" && a.At <= (orders[i].ShipBy - TimeSpan.FromHours(4)).ToMicroseconds()) ? 1 : 0;
                Assert.Equal(Domain.Transactions.TransactionState.Stuck, row.State);
            }
            else
            {
                Assert.Equal(Domain.Transactions.TransactionState.Closed, row.State);
                if (orders[i].Reported > orders[i].ShipBy)
                    continue;
                healthy++;
                falsely += alarms.Count > 0 ? 1 : 0;
                Assert.All(alarms, a => Assert.NotNull(a.LeftAt));
            }
        }

        output.WriteLine(FormattableString.Invariant($"{Orders} orders, {healthy} healthy, {falsely} falsely told ({100.0 * falsely / healthy:0.00} %), {lost} lost, {inTime} told at least 4 h before ship-by"));
        Assert.True(healthy > 200 && lost >= 20, $"{healthy} healthy, {lost} lost");
        Assert.True(falsely <= healthy * 0.02, $"{falsely} of {healthy} falsely told");
        Assert.Equal(lost, inTime);
    }

    /// <summary>When the next deadline of a waiting order comes; null when nothing is waited for any more.</summary>
    private static async Task<DateTimeOffset?> NextDueAsync(EngineRig rig)
    {
        await using var context = rig.Db.CreateContext();
        return await context.WorkItems.Where(w => w.State == WorkState.Waiting && w.DueAt < long.MaxValue).MinAsync(w => (long?)w.DueAt, Ct) is { } due ? Instant.FromMicroseconds(due) : null;
    }
}
