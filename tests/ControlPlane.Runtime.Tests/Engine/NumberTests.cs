using ControlPlane.Domain.Faults;
using ControlPlane.Runtime.Engine.Numbers;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Engine;

/// <summary>Numbers of numbered operations: one for each write, the same at each try.</summary>
public sealed class NumberTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Nodes_that_ask_at_the_same_moment_never_get_the_same_number(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        var given = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            var node = new NumberRanges(database.Db);
            var mine = new List<long>();
            for (var i = 0; i < 25; i++)
                mine.Add(await node.NextAsync(TenantScope.Default, "erp", Ct));
            return mine;
        }, Ct)));
        Assert.Equal(Enumerable.Range(1, 100).Select(n => (long)n), given.SelectMany(g => g).Order());
        Assert.Equal(1, await new NumberRanges(database.Db).NextAsync(TenantScope.Default, "wms", Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task After_the_highest_comes_one(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider, Ct);
        await using (var context = database.Db.CreateContext())
        {
            context.NumberRanges.Add(new() { Connection = "erp", Last = NumberRanges.Highest - 1 });
            await context.SaveChangesAsync(Ct);
        }

        var numbers = new NumberRanges(database.Db);
        foreach (var expected in new[] { NumberRanges.Highest, 1, 2 })
            Assert.Equal(expected, await numbers.NextAsync(TenantScope.Default, "erp", Ct));
    }

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Each_try_of_one_write_carries_the_same_number_and_time_on_any_node(DatabaseProvider provider)
    {
        await using var rig = await EngineRig.StartAsync(provider, Ct);
        var seen = new List<(string Order, long? Number, DateTimeOffset At)>();
        rig.Erp.Numbered = true;
        rig.Erp.Before = request =>
        {
            seen.Add((request.Order.Number, request.Number, request.At));
            return Task.CompletedTask;
        };
        rig.Erp.ThenFail(FaultKind.Transient);
        rig.Erp.ThenFail(FaultKind.Data, "erp.refused");
        await rig.ReceiveAsync("shop", Orders.Order(1));
        await rig.DrainAsync(Ct);
        // Another node goes on after the first failure; then a person sends it on after the refusal.
        rig.NewNode();
        await rig.PassAsync(TimeSpan.FromMinutes(1), Ct);
        var id = (await rig.TransactionAsync(Ct)).Id;
        await rig.Commands.RetryNowAsync(1, id, "somebody", "mended", Guid.CreateVersion7(), Ct);
        await rig.DrainAsync(Ct);
        await rig.ReceiveAsync("shop", Orders.Order(2));
        await rig.DrainAsync(Ct);

        Assert.Equal([("#1001", 1L), ("#1001", 1L), ("#1001", 1L), ("#1002", 2L)], seen.Select(s => (s.Order, s.Number!.Value)));
        Assert.Single(seen.Where(s => s.Order == "#1001").Select(s => s.At).Distinct());
        Assert.Null(rig.Wms.LastNumber);
    }
}
