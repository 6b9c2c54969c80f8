using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using ControlPlane.Runtime.Telemetry;

namespace ControlPlane.Runtime.Tests.Telemetry;

public sealed class ObjectiveEventsTests
{
    [Fact]
    public void Good_and_bad_are_counted_apart_and_both_exist_from_the_start()
    {
        var seen = new ConcurrentQueue<(long Value, string Labels)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, l) => { if (instrument.Name == ControlPlaneTelemetry.ObjectiveEvents) l.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            var labels = string.Join(' ', tags.ToArray().Select(t => $"{t.Key}={t.Value}"));
            if (labels.Contains("indicator=events-test", StringComparison.Ordinal))
                seen.Enqueue((value, labels));
        });
        listener.Start();
        ObjectiveEvents.Declare("events-test");
        ObjectiveEvents.Record("events-test", 7, 10, "shop");
        Assert.Equal(
            [
                (0, "controlplane.indicator=events-test controlplane.outcome=good controlplane.connection="), (0, "controlplane.indicator=events-test controlplane.outcome=bad controlplane.connection="),
                (7, "controlplane.indicator=events-test controlplane.outcome=good controlplane.connection=shop"), (3, "controlplane.indicator=events-test controlplane.outcome=bad controlplane.connection=shop"),
            ],
            seen);
    }

    [Fact]
    public void Impossible_counts_are_refused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => ObjectiveEvents.Record("a", -1, 3));
        Assert.Throws<ArgumentOutOfRangeException>(() => ObjectiveEvents.Record("a", 4, 3));
        Assert.Throws<ArgumentException>(() => ObjectiveEvents.Record("", 1, 3));
    }
}
