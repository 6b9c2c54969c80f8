using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Objectives;

/// <summary>Indicators that are shipped before the flows that they measure, on journal events as those flows will write them.</summary>
public sealed class LaterIndicatorsTests
{
    private const int Each = 120;

    /// <summary>Name, kind of transaction, stage, limit, and by what the stage is completed.</summary>
    private static readonly (string Indicator, string Kind, string Stage, TimeSpan Within, JournalEventType By)[] Later =
    [
        ("inventory-publication", "stock", "published", TimeSpan.FromMinutes(5), JournalEventType.CallSucceeded),
        ("refund-posting", "refund", "erp-posted", TimeSpan.FromHours(24), JournalEventType.CallSucceeded),
        ("settlement-match", "settlement", "matched", TimeSpan.FromHours(48), JournalEventType.StepCompleted),
    ];

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Good_late_never_and_cancelled_ones_are_counted_as_they_are(DatabaseProvider provider)
    {
        await using var rig = await CountingRig.StartAsync(provider, Ct, ShippedObjectives.Documents());
        await rig.CountAsync(Ct);
        var start = rig.Clock.GetUtcNow();
        foreach (var (_, kind, stage, within, by) in Later)
            for (var i = 0; i < Each; i++)
            {
                var at = start.AddMinutes(i);
                var id = await rig.OrderAsync(i % 2 == 0 ? "shop" : "market", Ct, at: at, kind: kind);
                var story = Story(i, id, stage, within, by, at).ToList();
                // As they come in: nothing says that a journal is written in its order.
                await rig.WriteAsync(i % 3 == 0 ? story.AsEnumerable().Reverse() : story, Ct);
            }

        var standings = new ObjectiveStandings(rig.Store, rig.Figures, rig.Clock);
        Assert.Equal(ObjectiveStanding.NoData, (await standings.FindAsync("settlement-match", ObjectiveScope.All, null, Ct))!.Ways.Whole.Standing);
        rig.Clock.Advance(TimeSpan.FromMinutes(Each) + TimeSpan.FromDays(4));
        await rig.CountAsync(Ct);
        await rig.AssertExactAsync(Ct);
        var whole = new ObjectivePeriod(start, start.AddMinutes(Each));
        foreach (var (indicator, _, _, _, _) in Later)
        {
            // Of ten: six in time, one whose unknown outcome was resolved in time, one late, one that never came; one was cancelled before it was late, and promised nothing.
            var figure = (await standings.FindAsync(indicator, ObjectiveScope.All, null, Ct))!;
            Assert.Equal((ObjectiveStanding.Missed, 108L, 84m), (figure.Ways.Whole.Standing, figure.Ways.Whole.Events, figure.Ways.Whole.Good));
            Assert.Equal([("market", 60L), ("shop", 48L)], (await rig.Figures.TalliesByAsync(indicator, ObjectiveDimension.Connection, whole, TimeSpan.FromDays(1), ObjectiveScope.All, Ct)).OrderBy(t => t.Key).Select(t => (t.Key, t.Tally.Total)));
            var missed = (await rig.Figures.MissedAsync(indicator, whole, ObjectiveScope.All, null, null, null, 200, Ct)).Items;
            Assert.Equal((24, 12), (missed.Count, missed.Count(m => m.Took is null)));
        }

        // The executive's composite is made of them, beside orders that did not come yet.
        var composite = Assert.Single((await standings.AllAsync(ObjectiveScope.All, null, Ct)).Composites);
        Assert.Equal(("order-to-cash", 84m / 108), (composite.Composite.Name, composite.Standing.Ratio));
        Assert.Equal(["order-ingestion", "shipment-confirmation"], composite.Standing.Silent);
    }

    [Fact]
    public async Task Until_its_limit_has_passed_one_is_neither_good_nor_bad()
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct, ShippedObjectives.Documents());
        await rig.CountAsync(Ct);
        var start = rig.Clock.GetUtcNow();
        var id = await rig.OrderAsync("shop", Ct, kind: "stock");
        await rig.WriteAsync([CountingRig.Event(id, 1, start, JournalEventType.Received), CountingRig.Event(id, 2, start.AddSeconds(2), JournalEventType.CallFailed, "published", "shop")], Ct);
        var period = new ObjectivePeriod(start, start.AddMinutes(1));
        rig.Clock.Advance(TimeSpan.FromMinutes(4));
        await rig.CountAsync(Ct);
        Assert.Empty(await rig.Figures.TalliesAsync("inventory-publication", period, TimeSpan.FromMinutes(1), ObjectiveScope.All, Ct));
        rig.Clock.Advance(TimeSpan.FromMinutes(2));
        await rig.CountAsync(Ct);
        var tally = Assert.Single(await rig.Figures.TalliesAsync("inventory-publication", period, TimeSpan.FromMinutes(1), ObjectiveScope.All, Ct));
        Assert.Equal((0L, 1L), (tally.Good, tally.Total));
    }

    private static IEnumerable<JournalEvent> Story(int i, Guid id, string stage, TimeSpan within, JournalEventType by, DateTimeOffset at)
    {
        yield return CountingRig.Event(id, 1, at, JournalEventType.Received);
        // A call that failed is not there yet.
        yield return CountingRig.Event(id, 2, at + within / 4, JournalEventType.CallFailed, stage, "erp");
        switch (i % 10)
        {
            case 6:
                yield return CountingRig.Event(id, 3, at + within + TimeSpan.FromMinutes(1), by, stage, "erp");
                break;
            case 7:
                // Every other one is given up long after it was late: that mends nothing.
                if (i % 20 == 17)
                    yield return CountingRig.Event(id, 3, at + within * 2, JournalEventType.Cancelled);
                break;
            case 8:
                yield return CountingRig.Event(id, 3, at + within / 2, i % 20 == 8 ? JournalEventType.Superseded : JournalEventType.Cancelled);
                break;
            case 9:
                yield return CountingRig.Event(id, 3, at + within / 3, JournalEventType.OutcomeUnknown, stage, "erp");
                yield return CountingRig.Event(id, 4, at + within / 2, JournalEventType.OutcomeResolved, stage, "erp");
                break;
            default:
                yield return CountingRig.Event(id, 3, at + within / 2, by, stage, "erp");
                break;
        }
    }
}
