using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Objectives;

/// <summary>Answers at the door are measured by the one event that tells of them.</summary>
public sealed class AnswerIndicatorTests
{
    private const string Answers = """
        kind: Indicator
        metadata: {name: webhook-acknowledgement}
        spec: {title: Order of a channel to our answer, from: {event: Acknowledged, began: true}, to: {event: Acknowledged}, within: 5s}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Late_ones_are_ours_and_those_that_were_fetched_are_none(DatabaseProvider provider)
    {
        await using var rig = await CountingRig.StartAsync(provider, Ct, Answers);
        var start = rig.Clock.GetUtcNow();
        foreach (var (number, took) in new (string, int?)[] { ("quick", 40), ("at the limit", 5_000), ("late", 5_001), ("fetched", null) })
        {
            var order = await rig.OrderAsync("shop", Ct, number);
            List<JournalEvent> story = [CountingRig.Event(order, 1, start.AddMilliseconds(20), JournalEventType.Received), CountingRig.Event(order, 2, start.AddSeconds(2), JournalEventType.WaitStarted, "shipped", "east")];
            if (took is { } ms)
                story.Add(CountingRig.Event(order, 0, start.AddMilliseconds(ms), JournalEventType.Acknowledged, "received", "shop") with { DurationMicroseconds = ms * 1000 });
            await rig.WriteAsync(story, Ct);
        }

        rig.Clock.Advance(TimeSpan.FromMinutes(1));
        await rig.CountAsync(Ct);
        await rig.AssertExactAsync(Ct);
        var period = new ObjectivePeriod(start, start.AddMinutes(1));
        var tally = Assert.Single(await rig.Figures.TalliesAsync("webhook-acknowledgement", period, TimeSpan.FromMinutes(1), ObjectiveScope.All, Ct));
        Assert.Equal((2L, 3L), (tally.Good, tally.Total));
        var missed = Assert.Single((await rig.Figures.MissedAsync("webhook-acknowledgement", period, ObjectiveScope.All, null, null, null, 10, Ct)).Items);
        Assert.Equal(("late", MissParty.Us, TimeSpan.FromMilliseconds(5_001), start), (missed.Number, missed.Party, missed.Took, missed.StartedAt));
    }

    [Theory]
    [InlineData("from: {stage: received, began: true}", "began")]
    [InlineData("from: {event: Acknowledged, began: maybe}", "began")]
    public async Task A_beginning_needs_its_event(string from, string field)
    {
        await using var rig = await CountingRig.StartAsync(DatabaseProvider.Sqlite, Ct);
        var outcome = await rig.Store.PublishAsync(Answers.Replace("from: {event: Acknowledged, began: true}", from, StringComparison.Ordinal), null, "test", "first", false, Ct);
        Assert.False(outcome.Accepted);
        Assert.Contains(outcome.Problems, p => p.Field.EndsWith(field, StringComparison.Ordinal));
    }
}
