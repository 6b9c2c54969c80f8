using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Tests.Objectives;

/// <summary>What is counted a piece at a time is what counting all at once says.</summary>
public sealed class CountingTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Whatever_comes_late_twice_or_out_of_order_and_whoever_is_killed_the_sums_are_those_of_the_whole_journal(DatabaseProvider provider)
    {
        await using var rig = await CountingRig.StartAsync(provider, Ct, CountingRig.Ingestion, CountingRig.Shipment);
        var random = new Random(20260601);
        var (others, waiting) = (new[] { rig.NewNode(), rig.NewNode() }, new List<(DateTimeOffset Comes, JournalEvent Event)>());
        for (var step = 0; step < 60; step++)
        {
            for (var i = 0; i < random.Next(8); i++)
                waiting.AddRange(Story(await rig.OrderAsync(random.Next(2) == 0 ? "shop" : "market", Ct), rig.Clock.GetUtcNow(), random));
            var come = waiting.Where(w => w.Comes <= rig.Clock.GetUtcNow()).ToList();
            waiting.RemoveAll(come.Contains);
            // In any order, as commits of several nodes come.
            await rig.WriteAsync(come.Select(c => c.Event).OrderBy(_ => random.Next()), Ct);
            await Task.WhenAll(others.Select(node => KilledAsync(node, random.Next(3) == 0 ? random.Next(1, 30) : null)));
            if (step == 25)
                Assert.True((await rig.Store.PublishAsync(CountingRig.Ingestion.Replace("10m", "5m", StringComparison.Ordinal), 1, "test", "faster", false, Ct)).Accepted);
            if (step == 40)
                Assert.True(await rig.Counters.RecountAsync(TenantScope.Default, "shipment-confirmation", Ct));
            rig.Clock.Advance(TimeSpan.FromSeconds(random.Next(20, 90)));
        }

        await rig.WriteAsync(waiting.Where(w => w.Comes <= rig.Clock.GetUtcNow()).Select(w => w.Event), Ct);
        rig.Clock.Advance(TimeSpan.FromMinutes(2));
        await rig.CountAsync(Ct);
        await rig.AssertExactAsync(Ct);
        await using var context = rig.Db.CreateContext();
        Assert.Equal(
            [(1, CounterState.Kept), (2, CounterState.Serving)], (await rig.Figures.CountersAsync("order-ingestion", Ct)).OrderBy(c => c.Version).Select(c => (c.Version, c.State)));
        Assert.Equal([(1, CounterState.GivenUp), (2, CounterState.Serving)], (await rig.Figures.CountersAsync("shipment-confirmation", Ct)).OrderBy(c => c.Run).Select(c => (c.Run, c.State)));
        // All four outcomes were there to be got wrong.
        Assert.Equal(4, await context.ObjectiveReadings.Select(r => r.Outcome).Distinct().CountAsync(Ct));
    }

    /// <summary>A node that dies in the middle of what it does, after so many milliseconds.</summary>
    private static async Task KilledAsync(ObjectiveCounting node, int? after)
    {
        using var killed = CancellationTokenSource.CreateLinkedTokenSource(Ct);
        if (after is { } milliseconds)
            killed.CancelAfter(milliseconds);
        try
        {
            await node.TickAsync(killed.Token);
        }
        catch (Exception e) when (e is OperationCanceledException or DbUpdateException || e.InnerException is OperationCanceledException)
        {
            Assert.False(Ct.IsCancellationRequested);
        }
    }

    private static IEnumerable<(DateTimeOffset, JournalEvent)> Story(Guid order, DateTimeOffset now, Random random)
    {
        var (sequence, at) = (0, now);
        (DateTimeOffset, JournalEvent) At(double minutes, JournalEventType type, string stage = "", string? system = null)
        {
            at += TimeSpan.FromMinutes(minutes);
            // Known to us up to eight minutes later than it happened.
            return (at + TimeSpan.FromMinutes(random.Next(3) == 0 ? random.NextDouble() * 8 : 0), CountingRig.Event(order, ++sequence, new(at.Ticks / 10 * 10, TimeSpan.Zero), type, stage, system));
        }

        yield return At(0, JournalEventType.Received);
        if (random.Next(4) == 0)
            yield return At(0.1, JournalEventType.DuplicateReceived);
        if (random.Next(8) == 0)
            yield return At(random.NextDouble() * 20, JournalEventType.Cancelled);
        if (random.Next(3) == 0)
            yield return At(0.2, JournalEventType.RetryScheduled, "erp-posted", "erp");
        if (random.Next(10) > 0)
            yield return At(random.NextDouble() * 14, JournalEventType.CallSucceeded, "erp-posted", "erp");
        if (random.Next(2) == 0)
            yield return At(random.NextDouble() * 5, JournalEventType.SignalReceived, "shipped", "east");
        if (random.Next(3) > 0)
            yield return At(random.NextDouble() * 45, JournalEventType.CallSucceeded, "channel-fulfilled", "shop");
        if (random.Next(10) == 0)
            yield return At(1, JournalEventType.Cancelled);
    }
}
