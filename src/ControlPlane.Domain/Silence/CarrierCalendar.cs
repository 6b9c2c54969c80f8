namespace ControlPlane.Domain.Silence;

/// <summary>
/// When a carrier fetches parcels at a warehouse, and when somebody works there. Local times in the warehouse's zone, so that a pick-up at
/// 17:00 stays at 17:00 when the clocks change.
/// </summary>
public sealed record CarrierCalendar
{
    public required string Name { get; init; }

    public string Title { get; init; } = "";

    /// <summary>As orders name it in their shipping service; empty = whoever carries it.</summary>
    public string Carrier { get; init; } = "";

    /// <summary>Key of the connection of the warehouse (or other system) whose hours these are.</summary>
    public required string Connection { get; init; }

    public required TimeZoneInfo Zone { get; init; }

    public IReadOnlyList<PickUp> PickUps { get; init; } = [];

    /// <summary>Empty = it is open around the clock.</summary>
    public IReadOnlyList<OpenHours> Hours { get; init; } = [];

    /// <summary>Days on which nobody works and nothing is fetched.</summary>
    public IReadOnlySet<DateOnly> Holidays { get; init; } = new HashSet<DateOnly>();

    /// <summary>How long after a pick-up the warehouse has told of everything that left with it.</summary>
    public TimeSpan ReportedWithin { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The last pick-up at or before an instant, within four weeks; null when there is none.</summary>
    public DateTimeOffset? LastPickUp(DateTimeOffset by)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(by, Zone).DateTime);
        for (var i = 0; i < 28; i++, day = day.AddDays(-1))
        {
            if (Holidays.Contains(day))
                continue;
            DateTimeOffset? last = null;
            foreach (var pickUp in PickUps)
                if (pickUp.Days.Contains(day.DayOfWeek) && At(day, pickUp.At) is var at && at <= by && (last is null || at > last))
                    last = at;
            if (last is not null)
                return last;
        }

        return null;
    }

    /// <summary>The first pick-up that takes what is ready at an instant: its cut-off has not passed. Null when there is none within four weeks.</summary>
    public (DateTimeOffset CutOff, DateTimeOffset At)? NextPickUp(DateTimeOffset ready)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(ready, Zone).DateTime);
        for (var i = 0; i < 28; i++, day = day.AddDays(1))
        {
            if (Holidays.Contains(day))
                continue;
            foreach (var pickUp in PickUps.Where(p => p.Days.Contains(day.DayOfWeek)).OrderBy(p => p.At))
                if (At(day, pickUp.CutOff) is var cutOff && cutOff >= ready)
                    return (cutOff, At(day, pickUp.At));
        }

        return null;
    }

    /// <summary>When so much open time has passed. All hours count where none are named.</summary>
    public DateTimeOffset Add(DateTimeOffset from, TimeSpan time)
    {
        if (Hours.Count == 0)
            return from + time;
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, Zone).DateTime);
        var left = time;
        // A year without an open hour is a mistake in the calendar, and no reason to wait for ever.
        for (var i = 0; i < 366; i++, day = day.AddDays(1))
        {
            if (Holidays.Contains(day))
                continue;
            foreach (var hours in Hours.Where(h => h.Days.Contains(day.DayOfWeek)).OrderBy(h => h.From))
            {
                var opens = At(day, hours.From);
                var closes = At(day, hours.To);
                var begin = from > opens ? from : opens;
                if (begin >= closes)
                    continue;
                if (left <= closes - begin)
                    return begin + left;
                left -= closes - begin;
            }
        }

        return from + time;
    }

    /// <summary>A local time as an instant. One that the clocks skip is the moment after the gap; one that comes twice is its first.</summary>
    public DateTimeOffset At(DateOnly day, TimeOnly time)
    {
        var local = day.ToDateTime(time, DateTimeKind.Unspecified);
        while (Zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = Zone.IsAmbiguousTime(local) ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}

/// <param name="At">When the carrier comes.</param>
/// <param name="CutOff">Until when the warehouse must have the order so that it leaves with it.</param>
public sealed record PickUp(IReadOnlyList<DayOfWeek> Days, TimeOnly At, TimeOnly CutOff);

public sealed record OpenHours(IReadOnlyList<DayOfWeek> Days, TimeOnly From, TimeOnly To);
