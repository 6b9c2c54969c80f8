using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Scorecard;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Scorecard;

/// <summary>Counting beside the engine leaves the engine its time, and misses nothing for it.</summary>
public sealed class ScorecardKeeperTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_came_just_now_waits_for_the_next_look_and_the_figures_say_until_when_they_hold(DatabaseProvider provider)
    {
        await using var rig = await ScorecardRig.StartAsync(provider, Ct);
        var keeper = rig.Keeper;
        var began = rig.Clock.GetUtcNow();
        await rig.OrderAsync(began.AddHours(-1));
        await rig.OrderAsync(began.AddSeconds(-1));
        await keeper.KeepAsync(Ct);
        Assert.Equal((1, began.AddSeconds(-2)), await CountedAsync(rig));
        rig.Clock.Advance(TimeSpan.FromSeconds(5));
        await keeper.KeepAsync(Ct);
        Assert.Equal((2, began.AddSeconds(3)), await CountedAsync(rig));
    }

    [Fact]
    public async Task A_crowd_at_the_door_goes_first_for_seconds_at_most()
    {
        await using var rig = await ScorecardRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        await rig.OrderAsync(rig.Clock.GetUtcNow().AddHours(-1));
        var door = new DoorPressure();
        for (var i = 0; i < DoorPressure.Crowd; i++)
            door.Enter();
        var counts = new ScorecardKeeper(rig.Db, rig.Clock, door).KeepAsync(Ct);
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.False(counts.IsCompleted);
        Assert.Equal(0, (await CountedAsync(rig)).Orders);
        rig.Clock.Advance(TimeSpan.FromSeconds(2));
        await counts;
        Assert.Equal(1, (await CountedAsync(rig)).Orders);
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task What_ended_and_is_opened_again_is_seen_within_half_a_minute(DatabaseProvider provider)
    {
        await using var rig = await ScorecardRig.StartAsync(provider, Ct);
        var (keeper, us) = (rig.Keeper, ScorecardRig.Us);
        var order = await rig.OrderAsync(rig.Clock.GetUtcNow().AddHours(-1), ship: 30);
        await keeper.KeepAsync(us, 5, Ct);
        await keeper.KeepAsync(us, 5, Ct);
        await using (var context = rig.Db.CreateContext())
            await context.Transactions.Where(t => t.Id == order.Id).ExecuteUpdateAsync(s => s.SetProperty(t => t.State, TransactionState.Stuck).SetProperty(t => t.Revision, 2).SetProperty(t => t.ClosedAt, (long?)null), Ct);
        rig.Clock.Advance(TimeSpan.FromSeconds(31));
        await keeper.KeepAsync(us, 5, Ct);
        await using var after = rig.Db.CreateContext();
        Assert.Null((await after.ScorecardOrders.SingleAsync(Ct)).EndedAt);
    }

    private static async Task<(int Orders, DateTimeOffset Until)> CountedAsync(ScorecardRig rig)
    {
        await using var context = rig.Db.CreateContext();
        var until = await context.ScorecardStates.Select(s => s.ReadUpTo).FirstOrDefaultAsync(Ct);
        return (await context.ScorecardOrders.CountAsync(Ct), Instant.FromMicroseconds(until));
    }
}
