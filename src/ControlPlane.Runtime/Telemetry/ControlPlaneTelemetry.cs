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
    public const string Objectives = "ControlPlane.Objectives";

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

    /// <summary>Final readings of indicators, good and bad; see <see cref="Telemetry.ObjectiveEvents"/>.</summary>
    public const string ObjectiveEvents = "controlplane.objective.events";

    public const string ConnectionTag = "controlplane.connection";
    public const string OperationTag = "controlplane.operation";
    public const string OutcomeTag = "controlplane.outcome";
    public const string StateTag = "controlplane.state";
    public const string LaneTag = "controlplane.lane";
    public const string PartyTag = "controlplane.party";
    public const string IndicatorTag = "controlplane.indicator";
    public const string FlowTag = "controlplane.flow";

    public const string TransactionTag = "controlplane.transaction";

    /// <summary>Id of the attempt on the order's page: one span, one attempt.</summary>
    public const string AttemptTag = "controlplane.attempt";

    private static readonly ActivitySource ReceivingSource = new(Receiving);
    private static readonly ActivitySource FlowSource = new(Flows);
    private static readonly ActivitySource OutboundSource = new(Outbound);

    private static readonly Meter ReceivingMeter = new(Receiving);
    private static readonly Meter FlowMeter = new(Flows);
    private static readonly Meter OutboundMeter = new(Outbound);

    private static readonly Counter<long> ReceivedCounter = ReceivingMeter.CreateCounter<long>(Received, "{message}", "Documents that came to the door");
    private static readonly Counter<long> ChangesCounter = FlowMeter.CreateCounter<long>(Changes, "{change}", "Committed changes of transactions");
    private static readonly Histogram<double> CallsHistogram = OutboundMeter.CreateHistogram<double>(
        Calls, "s", "How long calls to other systems took", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30] });

    /// <summary>A document that no HTTP request brought: a broker handed it over, or a feed was asked. It begins a trace where its sender gave none.</summary>
    /// <param name="address">Of the system it comes from.</param>
    public static Activity? StartReceive(string connection, Uri? address, string? traceParent)
    {
        if (!ReceivingSource.HasListeners())
            return null;
        // Not a child of whatever runs the poll: a hundred orders of one page are a hundred traces.
        var parent = ActivityContext.TryParse(traceParent, null, isRemote: true, out var sent) ? sent : default;
        if (parent == default)
            Activity.Current = null;
        return ReceivingSource.StartActivity($"receive {connection}", ActivityKind.Consumer, parent)?.SetTag(ConnectionTag, connection)
            .SetTag(SpanConventions.MessagingSystem, SpanConventions.BrokerOf(address) ?? SpanConventions.Ourselves).SetTag(SpanConventions.Destination, connection)
            .SetTag(SpanConventions.OperationName, "receive").SetTag(SpanConventions.OperationType, "receive").Address(address);
    }

    /// <summary>What became of a document at the door, on the span of the request that brought it.</summary>
    public static void TagReceived(Activity? activity, string connection, string outcome) => activity?.SetTag(ConnectionTag, connection).SetTag(OutcomeTag, outcome);

    /// <summary>A worker runs a transaction's flow until it waits, fails or closes. Part of the sender's trace, days later too.</summary>
    public static Activity? StartFlow(string flow, string connection, Guid transactionId, string? traceParent) =>
        Start(FlowSource, $"process {flow}", ActivityKind.Consumer, traceParent)?.SetTag(TransactionTag, transactionId.ToString("D")).SetTag(FlowTag, flow).SetTag(ConnectionTag, connection)
            .SetTag(SpanConventions.MessagingSystem, SpanConventions.Ourselves).SetTag(SpanConventions.Destination, flow)
            .SetTag(SpanConventions.OperationName, "process").SetTag(SpanConventions.OperationType, "process").SetTag(SpanConventions.Conversation, transactionId.ToString("N"));

    /// <summary>A call to another system: of HTTP, or a message to a broker.</summary>
    public static Activity? StartCall(string connection, string operation, string method, Uri? address, string? traceParent)
    {
        if (!OutboundSource.HasListeners())
            return null;
        var broker = SpanConventions.BrokerOf(address);
        var activity = Start(OutboundSource, broker is null ? $"{method} {operation}" : $"send {operation}", broker is null ? ActivityKind.Client : ActivityKind.Producer, traceParent)?
            .SetTag(ConnectionTag, connection).SetTag(OperationTag, operation).Address(address);
        if (broker is not null)
            return activity?.SetTag(SpanConventions.MessagingSystem, broker).SetTag(SpanConventions.Destination, operation).SetTag(SpanConventions.OperationName, "send").SetTag(SpanConventions.OperationType, "send");
        return address?.Scheme is "http" or "https" ? activity?.SetTag(SpanConventions.Method, method).SetTag(SpanConventions.Scheme, address.Scheme) : activity;
    }

    /// <param name="status">0 where no answer came.</param>
    /// <param name="outcome">The status, or the fault's code where no answer came.</param>
    /// <param name="attempt">Counts from 1.</param>
    public static void EndCall(Activity? activity, int status, string outcome, int attempt)
    {
        if (activity is null)
            return;
        activity.SetTag(OutcomeTag, outcome);
        if (status > 0 && activity.Kind == ActivityKind.Client)
            activity.SetTag(SpanConventions.Status, status);
        if (attempt > 1)
            activity.SetTag(SpanConventions.Resend, attempt - 1);
        if (status is 0 or >= 400)
            activity.Fail(outcome);
    }

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
