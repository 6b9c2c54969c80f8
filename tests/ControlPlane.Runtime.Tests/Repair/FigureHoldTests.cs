using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Repair;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Repair;

/// <summary>Orders that wait for a figure of a look-up: stock at the warehouse.</summary>
public sealed class FigureHoldTests
{
    private static readonly TenantScope Tenant = TenantScope.Default;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    private static FigureCondition AtLeast(int pieces) => new("wms", "stockOf", new Dictionary<string, string> { ["sku"] = "TEE-M" }, "available", FigureTest.AtLeast, pieces.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task It_goes_on_when_the_figure_comes_and_says_meanwhile_what_was_seen(DatabaseProvider provider)
    {
        await using var rig = await RepairRig.StartAsync(provider, Ct);
        rig.Engine.Stock = 3;
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        Assert.True((await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnFigure(AtLeast(5)), "too few", RepairRig.Bo, rig.Operation(), Ct)).Accepted);
        // Asked when it was held, and not again before its time.
        Assert.Equal(1, rig.Engine.WmsStock.Calls);
        Assert.Equal(("3", rig.Engine.Clock.GetUtcNow()), await SeenAsync(rig));
        Assert.Equal(0, await rig.Keeper.TickAsync(Ct));
        Assert.Equal(1, rig.Engine.WmsStock.Calls);
        rig.Engine.Stock = 4;
        await rig.Engine.PassAsync(TimeSpan.FromSeconds(61), Ct);
        Assert.Equal(0, await rig.Keeper.TickAsync(Ct));
        Assert.Equal(("4", rig.Engine.Clock.GetUtcNow()), await SeenAsync(rig));
        // No answer is no figure: it waits on, and says why nothing was seen.
        rig.Engine.Stock = null;
        await rig.Engine.PassAsync(TimeSpan.FromSeconds(61), Ct);
        Assert.Equal(0, await rig.Keeper.TickAsync(Ct));
        Assert.Equal("The warehouse gave no answer.", (await SeenAsync(rig)).Figure);
        Assert.Empty(rig.Engine.Erp.Done);
        rig.Engine.Stock = 5;
        await rig.Engine.PassAsync(TimeSpan.FromSeconds(61), Ct);
        Assert.Equal(1, await rig.Keeper.TickAsync(Ct));
        await rig.Engine.DrainAsync(Ct);
        Assert.Single(rig.Engine.Erp.Done);
        Assert.Contains("available is 5, which it was held for; it goes on by itself", await rig.JournalAsync(stuck.Id, Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task When_its_time_is_over_it_needs_somebody_again_and_nothing_is_sent(DatabaseProvider provider)
    {
        await using var rig = await RepairRig.StartAsync(provider, Ct);
        rig.Engine.Stock = 3;
        var orders = await rig.StuckAsync(2, Ct);
        var latest = rig.Engine.Clock.GetUtcNow().AddHours(2);
        foreach (var order in orders)
            Assert.True((await rig.Holds.HoldAsync(Tenant, order.Id, HoldCondition.OnFigure(AtLeast(5), latest), "too few", RepairRig.Bo, rig.Operation(), Ct)).Accepted);
        Assert.Equal("available of TEE-M at The warehouse is at least 5, at the latest 2026-11-23 14:00 UTC", (await rig.Holds.ListAsync(Tenant, Ct)).Items[0].Waits);
        await rig.Engine.PassAsync(TimeSpan.FromMinutes(119), Ct);
        Assert.Equal(0, await rig.Keeper.TickAsync(Ct));
        Assert.Equal(TransactionState.Retrying, (await rig.OfAsync(orders[0].Id, Ct)).State);
        await rig.Engine.PassAsync(TimeSpan.FromMinutes(1), Ct);
        Assert.Equal(0, await rig.Keeper.TickAsync(Ct));
        await rig.Engine.DrainAsync(Ct);
        var back = await rig.OfAsync(orders[0].Id, Ct);
        Assert.Equal((TransactionState.Stuck, HoldReturns.RanOut), (back.State, back.FaultCode));
        Assert.StartsWith("Bo held it until available of TEE-M at The warehouse is at least 5, at the latest 2026-11-23 14:00 UTC. That time is over. Last seen: 3, at 2026-11-23", back.FaultMessage, StringComparison.Ordinal);
        // On the worklist again, in a case of those whose time ran out, and in the journal.
        Assert.NotNull(back.WorkRank);
        Assert.Equal(back.CaseId, (await rig.OfAsync(orders[1].Id, Ct)).CaseId);
        Assert.Contains(back.FaultMessage!, await rig.JournalAsync(orders[0].Id, Ct));
        Assert.Empty(rig.Engine.Erp.Done);
        Assert.Empty((await rig.Holds.ListAsync(Tenant, Ct)).Items);
        Assert.True((await rig.Engine.Commands.RetryNowAsync(1, orders[0].Id, "Bo", "send it as it is", rig.Operation(), Ct)).Accepted);
        await rig.Engine.DrainAsync(Ct);
        Assert.Single(rig.Engine.Erp.Done);
    }

    [Fact]
    public async Task What_came_with_the_last_look_counts_although_the_time_is_over()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        rig.Engine.Stock = 3;
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnFigure(AtLeast(5), rig.Engine.Clock.GetUtcNow().AddMinutes(10)), "too few", RepairRig.Bo, rig.Operation(), Ct);
        rig.Engine.Stock = 6;
        await rig.Engine.PassAsync(TimeSpan.FromMinutes(11), Ct);
        Assert.Equal(1, await rig.Keeper.TickAsync(Ct));
        await rig.Engine.DrainAsync(Ct);
        Assert.Single(rig.Engine.Erp.Done);
    }

    [Fact]
    public async Task What_a_figure_is_now_is_told_before_anything_is_held_and_what_it_can_never_be_is_refused()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        Assert.Equal("available of TEE-M is 1000 now.", await rig.Holds.LookAsync(Tenant, AtLeast(5) with { Value = "" }, Ct));
        Assert.Contains("has no weight", await rig.Holds.LookAsync(Tenant, AtLeast(5) with { Figure = "weight" }, Ct), StringComparison.Ordinal);
        var never = await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnFigure(AtLeast(5) with { Value = "999999999999999999999" }), "r", RepairRig.Bo, rig.Operation(), Ct);
        Assert.Equal("condition", never.Code);
        Assert.Contains("would wait for ever", never.Message, StringComparison.Ordinal);
        Assert.Empty(await rig.Engine.RowsAsync<OrderHoldRow>(Ct));
    }

    [Fact]
    public async Task What_is_so_already_and_a_latest_that_is_past_are_refused()
    {
        await using var rig = await RepairRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var stuck = (await rig.StuckAsync(1, Ct))[0];
        var already = await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnFigure(AtLeast(5)), "r", RepairRig.Bo, rig.Operation(), Ct);
        Assert.Equal(("condition", "It is so already: available is 1000. Retry instead, or choose something else."), (already.Code, already.Message));
        var past = await rig.Holds.HoldAsync(Tenant, stuck.Id, HoldCondition.OnFigure(AtLeast(5_000), rig.Engine.Clock.GetUtcNow()), "r", RepairRig.Bo, rig.Operation(), Ct);
        Assert.Contains("at the latest is past", past.Message, StringComparison.Ordinal);
        Assert.Empty(await rig.Engine.RowsAsync<OrderHoldRow>(Ct));
    }

    private static async Task<(string? Figure, DateTimeOffset? At)> SeenAsync(RepairRig rig)
    {
        var item = Assert.Single((await rig.Holds.ListAsync(Tenant, Ct)).Items);
        return (item.LastFigure, item.LookedAt);
    }
}
