using ControlPlane.Domain.Objectives;
using ControlPlane.Runtime.Telemetry;

namespace ControlPlane.Runtime.Objectives;

/// <summary>
/// Readings that became final in one commit, for the counters that Prometheus scrapes. Only what the journal's follower counts, in the version in service, and no
/// canaries: a recount reads the past again, and a counter that was added to once must not be added to twice. What is corrected later stays as it was first
/// counted, since a counter only grows; our own figures are corrected.
/// </summary>
internal sealed class FinalEvents
{
    private readonly Dictionary<(string Indicator, string Connection), (long Good, long Total)> _counts = [];

    public void Add(Counted counter, string connection, bool canary, IndicatorOutcome? before, IndicatorOutcome now)
    {
        if (!counter.Serves || canary || before is IndicatorOutcome.Good or IndicatorOutcome.Bad || now is not (IndicatorOutcome.Good or IndicatorOutcome.Bad))
            return;
        var (good, total) = _counts.GetValueOrDefault((counter.Indicator.Name, connection));
        _counts[(counter.Indicator.Name, connection)] = (good + (now == IndicatorOutcome.Good ? 1 : 0), total + 1);
    }

    /// <summary>After the commit.</summary>
    public void Tell()
    {
        foreach (var ((indicator, connection), (good, total)) in _counts)
            ObjectiveEvents.Record(indicator, good, total, connection);
        _counts.Clear();
    }
}
