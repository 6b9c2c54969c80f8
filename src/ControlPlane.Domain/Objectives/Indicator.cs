using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Objectives;

/// <summary>What is measured of each transaction: the time from one event to another, and how long it may take. Immutable; a change is a version.</summary>
public sealed record Indicator
{
    /// <summary>Key, lower-case with hyphens: <c>order-ingestion</c>.</summary>
    public required string Name { get; init; }

    public string Title { get; init; } = "";

    /// <summary>Counts from 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>Kind of transaction: <c>order</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The clock starts with the first of these.</summary>
    public required IndicatorMark From { get; init; }

    /// <summary>And stops with the first of these after it.</summary>
    public required IndicatorMark To { get; init; }

    /// <summary>In time up to here, inclusive.</summary>
    public required TimeSpan Within { get; init; }

    /// <summary>
    /// So long after the last moment at which it could be in time an outcome may still be learned (a message that was delayed, a node whose clock is
    /// behind): until then a figure is provisional.
    /// </summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>Up to which start of the clock outcomes are final at an instant: the watermark of every figure made of them.</summary>
    public DateTimeOffset Watermark(DateTimeOffset now) => now - Within - Grace;
}

/// <summary>An event of the journal by which a clock starts or stops; what is null fits all.</summary>
/// <param name="Stage">The business stage, as flows name it: <c>erp</c>.</param>
public sealed record IndicatorMark(JournalEventType? Type, string? Stage = null, string? Step = null)
{
    public bool Fits(JournalEvent e) => (Type is null || Type == e.Type) && (Stage is null || Stage == e.Stage) && (Step is null || Step == e.Step);
}

public enum IndicatorOutcome
{
    /// <summary>The clock runs, and it may still be in time.</summary>
    Open,
    Good,

    /// <summary>Too late, or it did not happen and can no more be in time.</summary>
    Bad,

    /// <summary>Ended by the channel or a person before it was late: it promised nothing any more.</summary>
    Void,
}

/// <param name="At">Start of the clock: where it counts.</param>
/// <param name="Took">Null where it never came.</param>
public sealed record IndicatorReading(Guid TransactionId, DateTimeOffset At, TimeSpan? Took, IndicatorOutcome Outcome);

/// <summary>Reads one transaction's journal as an indicator sees it. Pure: the same events give the same reading, whenever and however often.</summary>
public static class IndicatorReader
{
    /// <param name="events">Of one transaction, in any order.</param>
    /// <returns>Null where the clock never started.</returns>
    public static IndicatorReading? Read(Indicator indicator, IEnumerable<JournalEvent> events, DateTimeOffset now)
    {
        JournalEvent? start = null, end = null, cancelled = null;
        foreach (var e in events.OrderBy(e => e.At).ThenBy(e => e.Sequence))
        {
            if (start is null)
                start = indicator.From.Fits(e) ? e : null;
            else if (end is null && indicator.To.Fits(e))
                end = e;
            if (e.Type is JournalEventType.Cancelled or JournalEventType.Superseded)
                cancelled ??= e;
        }

        if (start is null)
            return null;
        var due = start.At + indicator.Within;
        if (end is not null && (cancelled is null || end.At <= cancelled.At))
            return new(start.TransactionId, start.At, end.At - start.At, end.At <= due ? IndicatorOutcome.Good : IndicatorOutcome.Bad);
        if (cancelled is not null && cancelled.At <= due)
            return new(start.TransactionId, start.At, null, IndicatorOutcome.Void);
        return new(start.TransactionId, start.At, end is null ? null : end.At - start.At, now > due ? IndicatorOutcome.Bad : IndicatorOutcome.Open);
    }
}
