namespace ControlPlane.Domain.Operations;

/// <summary>What is counted minute by minute for the operations dashboard. The value is stored; do not renumber.</summary>
public enum OperationMeasure : short
{
    OrderReceived = 1,

    /// <summary>Closed, cancelled or superseded.</summary>
    OrderEnded = 2,

    /// <summary>A document that was translated: one that came in, or one that was made for another system.</summary>
    Transformed = 10,

    /// <summary>A document that could not be translated or broke our rules; its code says why.</summary>
    TransformationFailed = 11,

    /// <summary>An answer 429 of another system.</summary>
    RateRefused = 20,

    /// <summary>A call of ours that had to wait for its budget.</summary>
    RateWaited = 21,

    StockReceived = 30,

    /// <summary>A stock message that reached its end; with the time since it was received.</summary>
    StockSynced = 31,

    SettlementReceived = 40,

    SettlementMatched = 41,

    /// <summary>A settlement for which somebody has to look: a code <c>settlement.*</c>.</summary>
    SettlementMismatched = 42,
}

/// <summary>Where one figure belongs.</summary>
/// <param name="Minute">Start of the minute, microseconds UTC.</param>
/// <param name="Connection">Key of the channel or system.</param>
/// <param name="Code">Fault code, or the budget; empty where there is none.</param>
/// <param name="Bucket">Of <see cref="LatencyBuckets"/>; 0 for what has no duration.</param>
public readonly record struct OperationKey(long Minute, OperationMeasure Measure, string Connection, string Code, short Bucket);

/// <summary>How much it was.</summary>
/// <param name="Sum">Of the durations, microseconds.</param>
/// <param name="Largest">Of the durations, microseconds.</param>
public readonly record struct OperationFigure(long Count, long Sum, long Largest)
{
    public static OperationFigure operator +(OperationFigure a, OperationFigure b) => new(a.Count + b.Count, a.Sum + b.Sum, Math.Max(a.Largest, b.Largest));
}
