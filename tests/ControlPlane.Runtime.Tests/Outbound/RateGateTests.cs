using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Engine;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Runtime.Tests.Outbound;

public sealed class RateGateTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_burst_is_spent_and_comes_back_at_the_published_rate()
    {
        var clock = new FakeTimeProvider();
        // Amazon's searchOrders: 0.0056 a second, burst 20.
        using var gate = new RateGate("amazon/searchOrders", new RateBudget(0.0056, 20), null, clock);
        for (var i = 0; i < 20; i++)
            Assert.Equal(TimeSpan.Zero, await gate.TakeAsync(1, false, Ct));
        Assert.InRange((await gate.TakeAsync(1, false, Ct)).TotalSeconds, 178, 179);
        clock.Advance(TimeSpan.FromSeconds(179));
        Assert.Equal(TimeSpan.Zero, await gate.TakeAsync(1, false, Ct));
        Assert.NotEqual(TimeSpan.Zero, await gate.TakeAsync(1, false, Ct));
    }

    [Fact]
    public async Task Nobody_passes_before_the_target_said_so()
    {
        var clock = new FakeTimeProvider();
        using var gate = new RateGate("erp/post", new RateBudget(100, 100), null, clock);
        await gate.CloseForAsync(TimeSpan.FromSeconds(30), Ct);
        Assert.Equal(30, (await gate.TakeAsync(1, false, Ct)).TotalSeconds, 3);
        clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal(TimeSpan.Zero, await gate.TakeAsync(1, false, Ct));
    }

    [Fact]
    public async Task A_wall_clock_that_jumps_neither_fills_a_budget_nor_dries_it_out()
    {
        var clock = new JumpingClock();
        using var gate = new RateGate("erp/post", new RateBudget(1, 5), null, clock);
        for (var i = 0; i < 5; i++)
            Assert.Equal(TimeSpan.Zero, await gate.TakeAsync(1, false, Ct));
        clock.Wall = clock.Wall.AddHours(1);
        Assert.NotEqual(TimeSpan.Zero, await gate.TakeAsync(1, false, Ct));
        clock.Wall = clock.Wall.AddHours(-3);
        clock.Elapse(TimeSpan.FromSeconds(1));
        Assert.Equal(TimeSpan.Zero, await gate.TakeAsync(1, false, Ct));
    }

    [Fact]
    public async Task Polling_leaves_the_reserve_to_what_somebody_waits_for()
    {
        var clock = new FakeTimeProvider();
        using var gate = new RateGate("shop/points", new RateBudget(10, 100, "points", 10, 0.2), null, clock);
        for (var i = 0; i < 8; i++)
            Assert.Equal(TimeSpan.Zero, await gate.TakeAsync(10, polling: true, Ct));
        Assert.NotEqual(TimeSpan.Zero, await gate.TakeAsync(10, polling: true, Ct));
        Assert.Equal(TimeSpan.Zero, await gate.TakeAsync(10, polling: false, Ct));
        Assert.Equal(TimeSpan.Zero, await gate.TakeAsync(10, polling: false, Ct));
        Assert.NotEqual(TimeSpan.Zero, await gate.TakeAsync(10, polling: false, Ct));
    }

    [Fact]
    public async Task What_the_target_tells_replaces_what_was_declared()
    {
        var clock = new FakeTimeProvider();
        using var gate = new RateGate("shop/points", new RateBudget(100, 2000, "points", 10), null, clock);
        await gate.LearnAsync(new BudgetReading(1000, 20_000, 500), Ct);
        Assert.Equal((1000, 20_000, true, 50), (gate.Budget!.PerSecond, gate.Budget.Burst, gate.Learned, gate.Left()));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(150, gate.Left());
    }

    [Fact]
    public async Task A_slow_budget_of_a_single_node_survives_its_restart()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite, Ct);
        var clock = new FakeTimeProvider();
        var ledger = new BudgetLedger(database.Db, new LeaseClock(clock));
        using (var before = new RateGate("amazon/searchOrders", new RateBudget(0.0056, 20), ledger, clock))
            for (var i = 0; i < 20; i++)
                Assert.Equal(TimeSpan.Zero, await before.TakeAsync(1, false, Ct));
        using var after = new RateGate("amazon/searchOrders", new RateBudget(0.0056, 20), ledger, clock);
        Assert.InRange((await after.TakeAsync(1, false, Ct)).TotalSeconds, 178, 179);
        Assert.InRange(after.Peek().TotalSeconds, 178, 179);
    }

    [Theory, MemberData(nameof(Databases.Servers), MemberType = typeof(Databases))]
    public async Task Two_nodes_share_one_budget_one_closure_and_give_back_what_they_do_not_use(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var clock = new FakeTimeProvider();
        var budget = new RateBudget(40, 40);
        var leases = new LeaseClock(clock);
        using var one = new RateGate("wms/instruct", budget, new BudgetLedger(database.Db, leases), clock);
        using var two = new RateGate("wms/instruct", budget, new BudgetLedger(database.Db, leases), clock);
        var passed = 0;
        for (var i = 0; i < 100; i++)
            passed += (await one.TakeAsync(1, false, Ct) == TimeSpan.Zero ? 1 : 0) + (await two.TakeAsync(1, false, Ct) == TimeSpan.Zero ? 1 : 0);
        // Not one more than the burst, and at most what the other still holds leased less.
        Assert.InRange(passed, 30, 40);
        clock.Advance(TimeSpan.FromSeconds(2));
        await one.TickAsync(null, Ct);
        await two.TickAsync(null, Ct);
        clock.Advance(TimeSpan.FromSeconds(1));
        passed = 0;
        for (var i = 0; i < 100; i++)
            passed += await one.TakeAsync(1, false, Ct) == TimeSpan.Zero ? 1 : 0;
        Assert.Equal(40, passed);

        await one.CloseForAsync(TimeSpan.FromSeconds(30), Ct);
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.InRange((await two.TakeAsync(1, false, Ct)).TotalSeconds, 24.9, 25.1);
        clock.Advance(TimeSpan.FromSeconds(25));
        Assert.Equal(TimeSpan.Zero, await two.TakeAsync(1, false, Ct));
    }
}
