using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Objectives;

/// <summary>Figures from what was counted.</summary>
public sealed class ObjectiveFiguresTests
{
    private static readonly ObjectiveScope All = ObjectiveScope.All;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task A_period_is_put_together_from_minutes_hours_and_days_to_the_minute(DatabaseProvider provider)
    {
        await using var rig = await CountingRig.StartAsync(provider, Ct, CountingRig.Ingestion);
        await rig.CountAsync(Ct);
        // An order every 37 minutes over three days, each seventh of them late.
        var begins = Enumerable.Range(0, 117).Select(i => rig.Clock.GetUtcNow().AddMinutes(37 * i)).ToList();
        foreach (var (at, i) in begins.Select((at, i) => (at, i)))
        {
            var order = await rig.OrderAsync(i % 2 == 0 ? "shop" : "market", Ct, at: at);
            await rig.WriteAsync([CountingRig.Event(order, 1, at, JournalEventType.Received), CountingRig.Event(order, 2, at.AddMinutes(i % 7 == 0 ? 30 : 2), JournalEventType.CallSucceeded, "erp-posted", "erp")], Ct);
        }

        rig.Clock.Advance(TimeSpan.FromDays(3) + TimeSpan.FromHours(4));
        await rig.CountAsync(Ct);
        foreach (var (from, to) in new[] { (10, 4000), (0, 4360), (125, 130), (61, 3000), (1441, 2881) })
        {
            var period = new ObjectivePeriod(begins[0].AddMinutes(from), begins[0].AddMinutes(to));
            var within = begins.Select((at, i) => (at, Bad: i % 7 == 0)).Where(b => period.Contains(b.at)).ToList();
            foreach (var grain in new[] { 1, 60, 90, 360, 1440 })
            {
                var tallies = await rig.Figures.TalliesAsync("order-ingestion", period, TimeSpan.FromMinutes(grain), All, Ct);
                Assert.Equal((within.Count, within.Count(w => w.Bad)), ((int)tallies.Sum(t => t.Total), (int)tallies.Sum(t => t.Bad)));
                Assert.All(tallies, t => Assert.True(period.Contains(t.At), $"{t.At} is not in the period"));
            }
        }

        var whole = new ObjectivePeriod(begins[0], begins[^1].AddMinutes(1));
        var by = await rig.Figures.TalliesByAsync("order-ingestion", ObjectiveDimension.Connection, whole, TimeSpan.FromDays(1), All, Ct);
        Assert.Equal([("market", 58L), ("shop", 59L)], by.GroupBy(b => b.Key).Select(g => (g.Key, g.Sum(b => b.Tally.Total))));
        Assert.Equal(58, (await rig.Figures.TalliesAsync("order-ingestion", whole, TimeSpan.FromHours(1), new("market"), Ct)).Sum(t => t.Total));
        // Late by half an hour, all of them: under a limit of an hour all are good, under a minute none.
        foreach (var (limit, good) in new[] { (60, 117L), (1, 0L), (10, 100L) })
            Assert.Equal((good, 117L), Sum(await rig.Figures.WhatIfAsync("order-ingestion", TimeSpan.FromMinutes(limit), whole, TimeSpan.FromHours(1), All, rig.Clock.GetUtcNow(), Ct)));
        // The list is as long as the figure says, in pages without gap or repetition.
        var (missed, cursor) = (new List<MissedEvent>(), (string?)null);
        do
        {
            var page = await rig.Figures.MissedAsync("order-ingestion", whole, All, null, null, cursor, 5, Ct);
            missed.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        Assert.Equal(17, missed.Select(m => m.TransactionId).Distinct().Count());
        Assert.Equal(missed.OrderByDescending(m => m.StartedAt).Select(m => m.TransactionId), missed.Select(m => m.TransactionId));
    }

    [Fact]
    public async Task What_runs_out_is_bad_without_another_event_and_the_watermark_says_what_is_final()
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct, CountingRig.Ingestion);
        await rig.CountAsync(Ct);
        var order = await rig.OrderAsync("shop", Ct);
        var began = rig.Clock.GetUtcNow();
        await rig.WriteAsync([CountingRig.Event(order, 1, began, JournalEventType.Received), CountingRig.Event(order, 2, began.AddSeconds(5), JournalEventType.RetryScheduled, "erp-posted", "erp")], Ct);
        await rig.CountAsync(Ct);
        var day = new ObjectivePeriod(began.AddHours(-1), began.AddDays(1));
        Assert.Empty(await rig.Figures.TalliesAsync("order-ingestion", day, TimeSpan.FromHours(1), All, Ct));
        rig.Clock.Advance(TimeSpan.FromMinutes(11));
        await rig.CountAsync(Ct);
        Assert.Equal((0L, 1L), Sum(await rig.Figures.TalliesAsync("order-ingestion", day, TimeSpan.FromHours(1), All, Ct)));
        var missed = Assert.Single((await rig.Figures.MissedAsync("order-ingestion", day, All, "erp", null, null, 10, Ct)).Items);
        Assert.Equal((order, (TimeSpan?)null, "erp"), (missed.TransactionId, missed.Took, missed.Party));
        Assert.Empty((await rig.Figures.MissedAsync("order-ingestion", day, All, "us", null, null, 10, Ct)).Items);
        var age = await rig.Figures.AgeAsync("order-ingestion", Ct);
        Assert.Equal((rig.Clock.GetUtcNow(), rig.Clock.GetUtcNow().AddMinutes(-15), false), (age.ReadUpTo, age.Watermark, age.Rebuilding));
        // It comes after all: it was late, and by how much is known now.
        await rig.WriteAsync([CountingRig.Event(order, 3, rig.Clock.GetUtcNow(), JournalEventType.OutcomeResolved, "erp-posted", "erp")], Ct);
        await rig.CountAsync(Ct);
        Assert.Equal(TimeSpan.FromMinutes(11), Assert.Single((await rig.Figures.MissedAsync("order-ingestion", day, All, null, null, null, 10, Ct)).Items).Took);
    }

    [Fact]
    public async Task Synthetic_orders_are_counted_apart_and_other_kinds_not_at_all()
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct, CountingRig.Ingestion, CountingRig.Ingestion.Replace("order-ingestion", "refund-posting", StringComparison.Ordinal).Replace("from:", "kind: refund, from:", StringComparison.Ordinal));
        await rig.CountAsync(Ct);
        foreach (var (number, kind) in new[] { ("1001", "order"), ("1002", "order"), ("canary-7", "order"), ("R-1", "refund") })
        {
            var order = await rig.OrderAsync("shop", Ct, number, kind);
            await rig.WriteAsync([CountingRig.Event(order, 1, rig.Clock.GetUtcNow(), JournalEventType.Received), CountingRig.Event(order, 2, rig.Clock.GetUtcNow().AddMinutes(1), JournalEventType.CallSucceeded, "erp-posted")], Ct);
        }

        await rig.CountAsync(Ct);
        var period = new ObjectivePeriod(rig.Clock.GetUtcNow().AddHours(-1), rig.Clock.GetUtcNow().AddHours(1));
        var both = await rig.Figures.TalliesAsync(["order-ingestion", "refund-posting", "nobody"], period, TimeSpan.FromHours(1), All, Ct);
        Assert.Equal((2L, 2L), Sum(both["order-ingestion"]));
        Assert.Equal((1L, 1L), Sum(both["refund-posting"]));
        Assert.Empty(both["nobody"]);
        Assert.Equal((1L, 1L), Sum(await rig.Figures.TalliesAsync("order-ingestion", period, TimeSpan.FromHours(1), new(Canary: true), Ct)));
    }

    [Fact]
    public async Task A_new_limit_is_counted_over_the_past_and_both_curves_are_there()
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct, CountingRig.Ingestion, CountingRig.Promise);
        await rig.CountAsync(Ct);
        for (var i = 0; i < 10; i++)
        {
            var order = await rig.OrderAsync("shop", Ct);
            await rig.WriteAsync([CountingRig.Event(order, 1, rig.Clock.GetUtcNow(), JournalEventType.Received), CountingRig.Event(order, 2, rig.Clock.GetUtcNow().AddMinutes(i), JournalEventType.CallSucceeded, "erp-posted")], Ct);
        }

        rig.Clock.Advance(TimeSpan.FromHours(1));
        await rig.CountAsync(Ct);
        Assert.True((await rig.Store.PublishAsync(CountingRig.Ingestion.Replace("10m", "5m", StringComparison.Ordinal), 1, "ann", "customers wait", false, Ct)).Accepted);
        var period = new ObjectivePeriod(rig.Clock.GetUtcNow().AddDays(-1), rig.Clock.GetUtcNow());
        // Until the past is counted by it, figures are of the version before.
        Assert.Equal((10L, 10L), Sum(await rig.Figures.TalliesAsync("order-ingestion", period, TimeSpan.FromHours(1), All, Ct)));
        Assert.Equal(1, (await rig.Store.AllAsync(Ct))[0].Indicator.Version);
        await rig.CountAsync(Ct);
        Assert.Equal((6L, 10L), Sum(await rig.Figures.TalliesAsync("order-ingestion", period, TimeSpan.FromHours(1), All, Ct)));
        Assert.Equal((10L, 10L), Sum(await rig.Figures.TalliesOfVersionAsync("order-ingestion", 1, period, TimeSpan.FromHours(1), All, Ct)));
        Assert.Equal(2, (await rig.Store.AllAsync(Ct))[0].Indicator.Version);
        // A target asks for no counting: the same events, another budget, and the history of both.
        Assert.True((await rig.Store.PublishAsync(CountingRig.Promise.Replace("0.9,", "0.5,", StringComparison.Ordinal), 1, "ann", "be honest", false, Ct)).Accepted);
        Assert.Equal([(2, 0.5m), (1, 0.9m)], (await rig.Store.HistoryAsync("order-ingestion", Ct)).Select(h => (h.Version, h.Objective.Target)));
        Assert.Equal("changed_meanwhile", (await rig.Store.PublishAsync(CountingRig.Promise, 1, "bob", "back", false, Ct)).Code);
    }

    private static (long Good, long Total) Sum(IReadOnlyList<Tally> tallies) => (tallies.Sum(t => t.Good), tallies.Sum(t => t.Total));
}
