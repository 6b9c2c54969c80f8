using ControlPlane.Domain.Shared.Calendars;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Objectives;

/// <summary>What the journal says of one transaction, whatever the limit: a limit can be tried on it without reading the journal again.</summary>
/// <param name="At">Start of the clock: where it counts.</param>
/// <param name="Took">To the end, in working time where the indicator has a calendar; null where it never came.</param>
/// <param name="CancelledAfter">When it was cancelled before it ended; null otherwise. Negative: before the clock started.</param>
public sealed record IndicatorFacts(Guid TransactionId, DateTimeOffset At, TimeSpan? Took, TimeSpan? CancelledAfter)
{
    /// <param name="late">It can no more be in time.</param>
    public IndicatorOutcome Outcome(TimeSpan within, bool late) => (Took, CancelledAfter) switch
    {
        ({ } took, null) => took <= within ? IndicatorOutcome.Good : IndicatorOutcome.Bad,
        (_, { } cancelled) when cancelled <= within => IndicatorOutcome.Void,
        _ => late ? IndicatorOutcome.Bad : IndicatorOutcome.Open,
    };
}

/// <summary>Reads one transaction's journal as an indicator sees it. Pure: the same events give the same reading, whenever and however often.</summary>
public static class IndicatorReader
{
    /// <param name="events">Of one transaction, in any order.</param>
    /// <param name="hours">The calendar that the indicator names.</param>
    /// <returns>Null where the clock never started.</returns>
    public static IndicatorReading? Read(Indicator indicator, IEnumerable<JournalEvent> events, DateTimeOffset now, BusinessCalendar? hours = null) =>
        Facts(indicator, events, hours) is { } facts ? new(facts.TransactionId, facts.At, facts.Took, facts.Outcome(indicator.Within, now > indicator.Due(facts.At, hours))) : null;

    /// <summary>As <see cref="Read"/>, before the limit is laid on.</summary>
    public static IndicatorFacts? Facts(Indicator indicator, IEnumerable<JournalEvent> events, BusinessCalendar? hours = null)
    {
        JournalEvent? start = null, end = null, cancelled = null;
        foreach (var e in events.OrderBy(e => e.At).ThenBy(e => e.Sequence))
        {
            if (start is null)
            {
                start = indicator.From.Fits(e) ? e : null;
                if (start is not null && indicator.From.Began)
                    (start, end) = (e with { At = e.At - TimeSpan.FromMicroseconds(e.DurationMicroseconds) }, indicator.To.Fits(e) ? e : null);
            }
            else if (end is null && indicator.To.Fits(e))
                end = e;
            if (e.Type is JournalEventType.Cancelled or JournalEventType.Superseded)
                cancelled ??= e;
        }

        if (start is null)
            return null;
        TimeSpan Since(DateTimeOffset at) => hours is null || at < start.At ? at - start.At : hours.Between(start.At, at);
        return new(
            start.TransactionId, start.At, end is null ? null : Since(end.At),
            cancelled is not null && (end is null || cancelled.At < end.At) ? Since(cancelled.At) : null);
    }
}
