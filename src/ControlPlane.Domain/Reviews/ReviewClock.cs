namespace ControlPlane.Domain.Reviews;

public enum ReviewUrgency
{
    /// <summary>Its day has passed.</summary>
    Overdue,

    /// <summary>Within <see cref="ReviewClock.SoonDays"/> days, today too.</summary>
    Soon,

    Later,
}

/// <param name="Due">The day, in the clock's zone.</param>
/// <param name="DueAt">When that day ends: from then on it is debt.</param>
/// <param name="DaysOver">Whole days since; 0 while it is not overdue.</param>
/// <param name="DaysLeft">Days until the day, 0 on it; negative afterwards.</param>
public sealed record ReviewDue(DateOnly Due, DateTimeOffset DueAt, ReviewUrgency Urgency, int DaysOver, int DaysLeft);

/// <summary>When things are due, in days of one zone. Pure.</summary>
public static class ReviewClock
{
    public const int SoonDays = 14;

    /// <param name="last">When it was last looked at; for what never was, when it came to be.</param>
    public static ReviewDue Of(DateTimeOffset last, ReviewInterval interval, TimeZoneInfo zone, DateTimeOffset now)
    {
        var due = interval.After(DayOf(last, zone));
        var left = due.DayNumber - DayOf(now, zone).DayNumber;
        var end = StartOf(due.AddDays(1), zone);
        return new(due, end, now >= end ? ReviewUrgency.Overdue : left <= SoonDays ? ReviewUrgency.Soon : ReviewUrgency.Later, now >= end ? -left : 0, left);
    }

    public static DateOnly DayOf(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, zone).DateTime);

    /// <summary>
    /// The first instant of a day. Where clocks are put forward at midnight the day begins at one o'clock; where they are put back over
    /// midnight, the first of the two midnights begins it.
    /// </summary>
    public static DateTimeOffset StartOf(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        // Clocks are put forward by a quarter of an hour at least and some hours at most.
        for (var i = 0; i < 96 && zone.IsInvalidTime(local); i++)
            local = local.AddMinutes(15);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
