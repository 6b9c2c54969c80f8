using System.Diagnostics.Metrics;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Telemetry;
using ControlPlane.Runtime.Tests.Persistence;

namespace ControlPlane.Runtime.Tests.Objectives;

/// <summary>What Prometheus scrapes: each reading that becomes final once, by channel, from zero on.</summary>
public sealed class FinalEventsTests
{
    private const string Indicator = """
        kind: Indicator
        metadata: {name: told-to-prometheus}
        spec: {title: Order to ERP, from: {event: Received}, to: {reached: erp-posted}, within: 10m}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory, MemberData(nameof(Databases.All), MemberType = typeof(Databases))]
    public async Task Each_reading_is_told_once_when_it_is_final_and_not_again_by_a_recount(DatabaseProvider provider)
    {
        var told = new Dictionary<string, long>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Name == ControlPlaneTelemetry.ObjectiveEvents) l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
        {
            var labels = new Dictionary<string, object?>(tags.ToArray());
            if (labels[ControlPlaneTelemetry.IndicatorTag] is not "told-to-prometheus")
                return;
            var key = $"{labels[ControlPlaneTelemetry.ConnectionTag]} {labels[ControlPlaneTelemetry.OutcomeTag]}";
            lock (told)
                told[key] = told.GetValueOrDefault(key) + count;
        });
        listener.Start();
        await using var rig = await CountingRig.StartAsync(provider, Ct, Indicator);
        await rig.CountAsync(Ct);
        Assert.Equal([("market bad", 0), ("market good", 0), ("shop bad", 0), ("shop good", 0)], told.Select(t => (t.Key, t.Value)).OrderBy(t => t.Key, StringComparer.Ordinal));

        var (quick, never, canary) = (await rig.OrderAsync("shop", Ct), await rig.OrderAsync("market", Ct), await rig.OrderAsync("shop", Ct, "CANARY-1"));
        foreach (var order in new[] { quick, never, canary })
            await rig.WriteAsync([CountingRig.Event(order, 1, rig.Clock.GetUtcNow(), JournalEventType.Received)], Ct);
        foreach (var order in new[] { quick, canary })
            await rig.WriteAsync([CountingRig.Event(order, 2, rig.Clock.GetUtcNow().AddMinutes(2), JournalEventType.CallSucceeded, "erp-posted", "erp")], Ct);
        rig.Clock.Advance(TimeSpan.FromMinutes(3));
        await rig.CountAsync(Ct);
        // The other one is still in time.
        Assert.Equal((1, 0), (told["shop good"], told["market bad"]));
        rig.Clock.Advance(TimeSpan.FromMinutes(8));
        await rig.CountAsync(Ct);
        Assert.Equal((1, 0, 0, 1), (told["shop good"], told["shop bad"], told["market good"], told["market bad"]));

        // It comes after all, and all is counted again: neither is a new event.
        await rig.WriteAsync([CountingRig.Event(never, 2, rig.Clock.GetUtcNow(), JournalEventType.CallSucceeded, "erp-posted", "erp")], Ct);
        Assert.True(await rig.Counters.RecountAsync(TenantScope.Default, "told-to-prometheus", Ct));
        await rig.CountAsync(Ct);
        Assert.Equal((1, 0, 0, 1), (told["shop good"], told["shop bad"], told["market good"], told["market bad"]));
    }
}
