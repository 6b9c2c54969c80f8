using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Scorecard;

/// <summary>How an order ended, as far as it did. The value is stored.</summary>
public enum OrderEnd : short
{
    UnderWay = 0,
    Done = 1,
    Cancelled = 2,
    Stuck = 3,
}

/// <summary>What the scorecard counts of one order. Pure: the same journal gives the same.</summary>
/// <param name="Erp">Key of the ERP that took it; null = none yet.</param>
/// <param name="Warehouse">Key of the warehouse that was told.</param>
/// <param name="OurCancellation">Cancelled by a person here, or by the channel after its promise.</param>
public sealed record ScoredOrder(string? Erp, string? Warehouse, DateTimeOffset? ShippedAt, bool OurCancellation, OrderEnd End)
{
    private const string ErpStage = "erp-posted";
    private const string WarehouseStage = "wms-instructed";
    private const string ShippedStage = "shipped";

    /// <param name="events">Of the one order, in any order.</param>
    /// <param name="byPerson">Whether a cancellation was a person's.</param>
    public static ScoredOrder Of(TransactionState state, DateTimeOffset? shipBy, IEnumerable<JournalEvent> events, Func<JournalEvent, bool> byPerson)
    {
        string? erp = null, warehouse = null;
        DateTimeOffset? shipped = null;
        var ours = false;
        foreach (var e in events.OrderBy(e => e.At).ThenBy(e => e.Sequence))
            switch (e.Type)
            {
                case JournalEventType.Cancelled:
                    ours |= byPerson(e) || shipBy < e.At;
                    break;
                case JournalEventType.CallSucceeded or JournalEventType.OutcomeResolved when e.Stage == ErpStage:
                    erp ??= e.System;
                    break;
                case JournalEventType.CallSucceeded or JournalEventType.OutcomeResolved when e.Stage == WarehouseStage:
                    warehouse ??= e.System;
                    break;
                case JournalEventType.StepCompleted or JournalEventType.SignalReceived when e.Stage == ShippedStage && e.Code is null:
                    shipped ??= e.At;
                    break;
            }

        return new(erp, warehouse, shipped, ours && state == TransactionState.Cancelled, state switch
        {
            TransactionState.Closed => OrderEnd.Done,
            TransactionState.Cancelled or TransactionState.Superseded => OrderEnd.Cancelled,
            TransactionState.Stuck => OrderEnd.Stuck,
            _ => OrderEnd.UnderWay,
        });
    }

    /// <summary>Whether its promise is decided, and whether it was broken. One that was cancelled promises nothing any more; one that was done without being shipped is in time when it was done so.</summary>
    public (bool Counts, bool Late) Promise(DateTimeOffset? shipBy, DateTimeOffset? closedAt, DateTimeOffset now) => shipBy is not { } by ? (false, false)
        : ShippedAt is { } at ? (true, at > by)
        : End == OrderEnd.Cancelled ? (false, false)
        : End == OrderEnd.Done ? (true, closedAt > by)
        : (by < now, by < now);
}
