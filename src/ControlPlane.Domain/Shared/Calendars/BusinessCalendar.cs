using System.Collections.Frozen;

namespace ControlPlane.Domain.Shared.Calendars;

/// <summary>
/// When people work: weekly hours in their own zone, less holidays. Counts working time across nights, weekends and the two days a year
/// on which a clock is put: an hour that does not exist is not worked, one that comes twice is worked twice. Pure and immutable.
/// </summary>
public sealed class BusinessCalendar
{
    /// <summary>A calendar that opens less than once in this many days is a mistake, and no promise is counted by it.</summary>
    private const int MostDays = 3_660;

    private readonly FrozenDictionary<DayOfWeek, OpenHours[]> _week;

    /// <exception cref="ArgumentException">The week has no open hour, or hours that overlap. <see cref="Check"/> says so without throwing.</exception>
    public BusinessCalendar(string name, TimeZoneInfo zone, IEnumerable<OpenHours> week, IReadOnlyDictionary<DateOnly, string>? holidays = null)
    {
        var hours = week.ToList();
        if (Check(hours) is { } problem)
            throw new ArgumentException(problem, nameof(week));
        (Name, Zone, Holidays) = (name, zone, holidays ?? new Dictionary<DateOnly, string>());
        _week = hours.GroupBy(h => h.Day).ToFrozenDictionary(g => g.Key, g => g.OrderBy(h => h.From).ToArray());
    }

    /// <summary>Monday to Friday, 8 to 18 o'clock UTC: for who has chosen none.</summary>
    public static BusinessCalendar Default { get; } = new("default", TimeZoneInfo.Utc, OpenHours.Parse("Mon-Fri 08:00-18:00")!);

    public string Name { get; }

    public TimeZoneInfo Zone { get; }

    /// <summary>Days on which nobody works, with what they are called.</summary>
    public IReadOnlyDictionary<DateOnly, string> Holidays { get; }

    /// <returns>What is wrong with a week; null when it is sound.</returns>
    public static string? Check(IReadOnlyCollection<OpenHours> week)
    {
        if (week.Count == 0)
            return "A calendar needs at least one open hour a week, such as Mon-Fri 08:00-18:00.";
        return week.GroupBy(h => h.Day).Select(day => day.OrderBy(h => h.From).ToList()).Any(day => day.Zip(day.Skip(1)).Any(pair => pair.First.To > pair.Second.From))
            ? "Two hours of one day overlap. Write them as one."
            : null;
    }

    public bool IsOpen(DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);
        return Spans(day).Any(s => s.From <= at && at < s.To);
    }

    /// <summary>The instant at which so much working time has passed since <paramref name="from"/>; never before it.</summary>
    public DateTimeOffset Add(DateTimeOffset from, TimeSpan workingTime)
    {
        if (workingTime <= TimeSpan.Zero)
            return from;
        var left = workingTime;
        foreach (var span in From(from))
        {
            var length = span.To - span.From;
            if (length >= left)
                return span.From + left;
            left -= length;
        }

        throw new InvalidOperationException($"The calendar {Name} has less than {workingTime.TotalHours:0} working hours in {MostDays} days.");
    }

    /// <summary>Working time between two instants; zero when the second is not after the first.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        var sum = TimeSpan.Zero;
        foreach (var span in From(from))
        {
            if (span.From >= to)
                break;
            sum += (span.To < to ? span.To : to) - span.From;
        }

        return sum;
    }

    /// <summary><paramref name="at"/> itself while it is open, else when it opens next.</summary>
    public DateTimeOffset NextOpen(DateTimeOffset at) => From(at).First().From;

    /// <summary>Open spans from an instant on; the first may have begun before and is cut.</summary>
    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> From(DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(at, Zone).DateTime);
        for (var i = 0; i < MostDays; i++, day = day.AddDays(1))
            foreach (var (from, to) in Spans(day))
                if (to > at)
                    yield return (from > at ? from : at, to);
    }

    private IEnumerable<(DateTimeOffset From, DateTimeOffset To)> Spans(DateOnly day)
    {
        if (Holidays.ContainsKey(day) || !_week.TryGetValue(day.DayOfWeek, out var hours))
            yield break;
        var midnight = day.ToDateTime(TimeOnly.MinValue);
        foreach (var span in hours)
        {
            var (from, to) = (Instant(midnight.AddMinutes(span.From), first: true), Instant(midnight.AddMinutes(span.To), first: false));
            if (to > from)
                yield return (from, to);
        }
    }

    /// <summary>A local time that does not exist is the moment at which the clock was put on; of one that comes twice, opening takes the first and closing the second.</summary>
    private DateTimeOffset Instant(DateTime local, bool first)
    {
        while (Zone.IsInvalidTime(local))
            local = local.AddMinutes(1);
        var offset = Zone.IsAmbiguousTime(local)
            ? first ? Zone.GetAmbiguousTimeOffsets(local).Max() : Zone.GetAmbiguousTimeOffsets(local).Min()
            : Zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUniversalTime();
    }
}
