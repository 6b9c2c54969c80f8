using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Operations;

/// <summary>What is known of the transaction that an event belongs to.</summary>
/// <param name="Kind"><c>order</c>, <c>stock</c>, <c>settlement</c>.</param>
/// <param name="Connection">Key of the channel's connection.</param>
/// <param name="ReceivedAt">Microseconds UTC.</param>
public readonly record struct OperationSubject(string Kind, string Connection, long ReceivedAt);

/// <summary>An event of the journal, as far as it counts here.</summary>
/// <param name="At">Microseconds UTC.</param>
/// <param name="System">Key of the connection it happened at; null = here.</param>
public readonly record struct OperationEvent(long At, JournalEventType Type, string? System, string? Code);

/// <summary>
/// From events to figures. Pure: the commit that writes an event and a recount of everything that is stored go through the same lines,
/// so that they cannot disagree.
/// </summary>
public static class OperationFolding
{
    public const string Stock = "stock";
    public const string Settlement = "settlement";

    /// <summary>The events that count; all others need not be read.</summary>
    public static readonly IReadOnlyList<JournalEventType> Counted =
        [JournalEventType.Received, JournalEventType.Mapped, JournalEventType.DeadLettered, JournalEventType.Closed, JournalEventType.Cancelled, JournalEventType.Superseded];

    /// <summary>Everything but failures, which are kept one by one, see <see cref="FailureOf"/>.</summary>
    public static void Fold(in OperationSubject subject, in OperationEvent happened, OperationTally into)
    {
        switch (happened.Type)
        {
            case JournalEventType.Received:
                Count(into, happened.At, Received(subject.Kind), subject.Connection);
                Count(into, happened.At, OperationMeasure.Transformed, subject.Connection);
                break;
            case JournalEventType.Mapped:
                Count(into, happened.At, OperationMeasure.Transformed, happened.System ?? subject.Connection);
                break;
            case JournalEventType.Closed when subject.Kind == Stock:
                var took = Math.Max(0, happened.At - subject.ReceivedAt);
                into.Add(Key(happened.At, OperationMeasure.StockSynced, subject.Connection, "", LatencyBuckets.Of(took)), new(1, took, took));
                break;
            case JournalEventType.Closed when subject.Kind == Settlement:
                Count(into, happened.At, OperationMeasure.SettlementMatched, subject.Connection);
                break;
            case JournalEventType.Closed or JournalEventType.Cancelled or JournalEventType.Superseded when subject.Kind is not (Stock or Settlement):
                Count(into, happened.At, OperationMeasure.OrderEnded, subject.Connection);
                break;
        }
    }

    /// <summary>As what an event of a flow is kept one by one; null for most. The second is the connection it is counted at.</summary>
    public static (OperationMeasure Measure, string Connection)? FailureOf(in OperationSubject subject, in OperationEvent happened)
    {
        if (happened.Type != JournalEventType.DeadLettered)
            return null;
        if (subject.Kind == Settlement && happened.Code?.StartsWith("settlement.", StringComparison.Ordinal) == true)
            return (OperationMeasure.SettlementMismatched, subject.Connection);
        return TransformationFaults.OfStep(happened.Code) is null ? null : (OperationMeasure.TransformationFailed, happened.System ?? subject.Connection);
    }

    public static void Failure(long at, OperationMeasure measure, string connection, string code, OperationTally into) => into.Add(Key(at, measure, connection, code, 0), new(1, 0, 0));

    /// <summary>What one node noted of a budget in a minute.</summary>
    public static void Budget(long minute, string connection, string budget, int refused, int waits, OperationTally into)
    {
        if (refused > 0)
            into.Add(Key(minute, OperationMeasure.RateRefused, connection, budget, 0), new(refused, 0, 0));
        if (waits > 0)
            into.Add(Key(minute, OperationMeasure.RateWaited, connection, budget, 0), new(waits, 0, 0));
    }

    private static OperationMeasure Received(string kind) => kind switch
    {
        Stock => OperationMeasure.StockReceived,
        Settlement => OperationMeasure.SettlementReceived,
        _ => OperationMeasure.OrderReceived,
    };

    private static void Count(OperationTally into, long at, OperationMeasure measure, string connection) => into.Add(Key(at, measure, connection, "", 0), new(1, 0, 0));

    private static OperationKey Key(long at, OperationMeasure measure, string connection, string code, short bucket) => new(OperationTally.FloorTo(at, OperationTally.Minute), measure, connection, code, bucket);
}
