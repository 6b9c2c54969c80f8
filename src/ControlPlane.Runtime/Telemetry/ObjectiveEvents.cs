using System.Diagnostics.Metrics;

namespace ControlPlane.Runtime.Telemetry;

/// <summary>
/// Good and bad events of indicators as a counter: what the recording and alerting rules for Prometheus rest on. Whoever computes readings calls
/// <see cref="Record"/> once for each stretch that became final, after its commit. The figures of record are those in our tables: a process that ends
/// between the commit and the call leaves a gap here.
/// </summary>
public static class ObjectiveEvents
{
    private static readonly Meter Meter = new(ControlPlaneTelemetry.Objectives);

    private static readonly Counter<long> Counter = Meter.CreateCounter<long>(ControlPlaneTelemetry.ObjectiveEvents, "{event}", "Final readings of indicators, good and bad");

    /// <summary>
    /// Makes both counters of an indicator appear with nothing in them. Called when the process starts to watch an indicator: a counter that Prometheus sees
    /// for the first time with 7 in it has not increased, and those seven would be missed.
    /// </summary>
    /// <param name="connection">The channel, where readings are recorded by channel; else empty.</param>
    public static void Declare(string indicator, string connection = "") => Record(indicator, 0, 0, connection);

    /// <summary>Adds newly final readings.</summary>
    /// <param name="indicator">Key of the indicator, as objectives name it: <c>order-ingestion</c>.</param>
    /// <param name="good">0 to <paramref name="total"/>.</param>
    /// <param name="total">Good and bad; void readings are none.</param>
    /// <param name="connection">Key of the channel, or empty. Nothing else may become a label: an order's number or a customer would make as many series as there are orders.</param>
    /// <exception cref="ArgumentOutOfRangeException">A count is negative, or more are good than there are.</exception>
    public static void Record(string indicator, long good, long total, string connection = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(indicator);
        ArgumentOutOfRangeException.ThrowIfNegative(good);
        ArgumentOutOfRangeException.ThrowIfLessThan(total, good);
        Add(indicator, "good", good, connection);
        Add(indicator, "bad", total - good, connection);
    }

    private static void Add(string indicator, string outcome, long count, string connection) => Counter.Add(
        count, new(ControlPlaneTelemetry.IndicatorTag, indicator), new(ControlPlaneTelemetry.OutcomeTag, outcome), new(ControlPlaneTelemetry.ConnectionTag, connection));
}
