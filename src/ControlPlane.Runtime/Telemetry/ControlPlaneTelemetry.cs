using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace ControlPlane.Runtime.Telemetry;

/// <summary>
/// Names of everything that ControlPlane measures and traces: dashboards and alerts of others hang on them, so they
/// change only with a note in the changelog. The list with meanings is docs/telemetry.md; a test compares.
/// </summary>
public static class ControlPlaneTelemetry
{
    /// <summary>Fits every source and meter of ours.</summary>
    public const string All = "ControlPlane.*";

    public const string Receiving = "ControlPlane.Receiving";
    public const string Flows = "ControlPlane.Flows";
    public const string Outbound = "ControlPlane.Outbound";

    /// <summary>Documents that came to the door, by connection and outcome.</summary>
    public const string Received = "controlplane.messages.received";

    /// <summary>Committed changes of transactions, by channel and the state they led to.</summary>
    public const string Changes = "controlplane.transactions.changes";

    /// <summary>Open work by lane and state.</summary>
    public const string Work = "controlplane.work.items";

    /// <summary>Age of the oldest work that could be done now and is not, in seconds.</summary>
    public const string OldestWork = "controlplane.work.oldest_ready";

    /// <summary>Transactions that need a person, by whose move it is.</summary>
    public const string Stuck = "controlplane.transactions.stuck";

    /// <summary>How long calls to other systems took, in seconds, by connection, operation and outcome.</summary>
    public const string Calls = "controlplane.outbound.duration";

    public const string ConnectionTag = "controlplane.connection";
    public const string OperationTag = "controlplane.operation";
    public const string OutcomeTag = "controlplane.outcome";
    public const string StateTag = "controlplane.state";
    public const string LaneTag = "controlplane.lane";
    public const string PartyTag = "controlplane.party";

    public const string TransactionTag = "controlplane.transaction";

    /// <summary>Id of the attempt on the order's page: one span, one attempt.</summary>
    public const string AttemptTag = "controlplane.attempt";

    private static readonly ActivitySource FlowSource = new(Flows);
    private static readonly ActivitySource OutboundSource = new(Outbound);

    private static readonly Meter ReceivingMeter = new(Receiving);
    private static readonly Meter FlowMeter = new(Flows);
    private static readonly Meter OutboundMeter = new(Outbound);

    private static readonly Counter<long> ReceivedCounter = ReceivingMeter.CreateCounter<long>(Received, "{message}", "Documents that came to the door");
    private static readonly Counter<long> ChangesCounter = FlowMeter.CreateCounter<long>(Changes, "{change}", "Committed changes of transactions");
    private static readonly Histogram<double> CallsHistogram = OutboundMeter.CreateHistogram<double>(
        Calls, "s", "How long calls to other systems took", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    /// <summary>A worker runs a transaction's flow until it waits, fails or closes. Part of the sender's trace, days later too.</summary>
    public static Activity? StartFlow(string flow, Guid transactionId, string? traceParent) =>
        Start(FlowSource, $"flow {flow}", ActivityKind.Consumer, traceParent)?.SetTag(TransactionTag, transactionId.ToString("D"));

    /// <summary>A call to another system.</summary>
    public static Activity? StartCall(string connection, string operation, string? traceParent) =>
        Start(OutboundSource, $"call {operation}", ActivityKind.Client, traceParent)?.SetTag(ConnectionTag, connection).SetTag(OperationTag, operation);

    /// <param name="connection">Empty when the sender was not proven: whoever it claimed to be would make up labels.</param>
    /// <param name="outcome"><c>accepted</c>, <c>duplicate</c>, <c>refused</c>, <c>busy</c>, <c>not-accepted</c>, <c>too-large</c> or <c>unsupported</c>.</param>
    public static void CountReceived(string connection, string outcome) =>
        ReceivedCounter.Add(1, new(ConnectionTag, connection), new(OutcomeTag, outcome));

    public static void CountChange(string connection, string state) =>
        ChangesCounter.Add(1, new(ConnectionTag, connection), new(StateTag, state));

    /// <param name="outcome">The HTTP status, or the fault's code where no answer came.</param>
    public static void RecordCall(string connection, string operation, string outcome, TimeSpan took) =>
        CallsHistogram.Record(took.TotalSeconds, new(ConnectionTag, connection), new(OperationTag, operation), new(OutcomeTag, outcome));

    private static Activity? Start(ActivitySource source, string name, ActivityKind kind, string? traceParent)
    {
        if (!source.HasListeners())
            return null;
        // Inside a flow that is traced the flow is the parent, and it belongs to the sender's trace already.
        return Activity.Current is null && ActivityContext.TryParse(traceParent, null, isRemote: true, out var parent)
            ? source.StartActivity(name, kind, parent)
            : source.StartActivity(name, kind);
    }
}
