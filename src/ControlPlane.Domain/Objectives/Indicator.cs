using ControlPlane.Domain.Shared.Calendars;
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

    /// <summary>Name of a calendar of working hours: only those count, in the limit and in what it took; null = every hour counts.</summary>
    public string? Calendar { get; init; }

    /// <summary>It measures what we answer at the door: late there, it was our move whatever came after.</summary>
    public bool IsOurAnswer => To.Type == JournalEventType.Acknowledged;

    /// <summary>The last moment at which it is in time.</summary>
    /// <param name="hours">The calendar by that name; null counts every hour.</param>
    public DateTimeOffset Due(DateTimeOffset start, BusinessCalendar? hours = null) => hours?.Add(start, Within) ?? start + Within;

    /// <summary>Up to which start of the clock outcomes are final at an instant: the watermark of every figure made of them.</summary>
    /// <remarks>By working hours a limit spans nights and weekends: the watermark is that of the calendar, a week at a time.</remarks>
    public DateTimeOffset Watermark(DateTimeOffset now, BusinessCalendar? hours = null)
    {
        if (hours is null)
            return now - Within - Grace;
        var at = now - Grace;
        // The latest start whose due moment has passed: working time back, found from the other side.
        var (early, late) = (at - Within - TimeSpan.FromDays(60), at);
        while (late - early > TimeSpan.FromMinutes(1))
        {
            var middle = early + (late - early) / 2;
            if (Due(middle, hours) < at)
                early = middle;
            else
                late = middle;
        }

        return early;
    }
}

/// <summary>An event of the journal by which a clock starts or stops; what is null fits all.</summary>
/// <param name="Stage">The business stage, as flows name it: <c>erp-posted</c>.</param>
/// <param name="Reached">Only what completes its stage fits: a call that failed there does not.</param>
/// <param name="Began">The clock starts where the event began, by the duration that stands with it: it is both ends of what it measures itself.</param>
public sealed record IndicatorMark(JournalEventType? Type, string? Stage = null, string? Step = null, bool Reached = false, bool Began = false)
{
    public bool Fits(JournalEvent e) => (Type is null || Type == e.Type) && (Stage is null || Stage == e.Stage) && (Step is null || Step == e.Step) && (!Reached || Reaches(e));

    /// <summary>A shipment that came is a signal, but not a refusal that came as one; a call whose outcome was unknown is resolved.</summary>
    private static bool Reaches(JournalEvent e) => e.Type is JournalEventType.Validated or JournalEventType.Enriched or JournalEventType.Mapped or JournalEventType.StepCompleted
        or JournalEventType.CallSucceeded or JournalEventType.OutcomeResolved or JournalEventType.Closed || (e.Type == JournalEventType.SignalReceived && e.Code is null);
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
