namespace ControlPlane.Domain.Objectives;

/// <summary>The unit of a calendar window.</summary>
public enum CalendarUnit
{
    Day,
    Week,
    Month,
    Quarter,
    Year,

    /// <summary>A period of four, four or five weeks, thirteen weeks a quarter: the calendar of the retail trade.</summary>
    Retail445,
}

/// <summary>Over which time an objective holds.</summary>
public abstract record ObjectiveWindow
{
    /// <summary>The period that contains an instant: from inclusive, to exclusive. A rolling one ends at the instant.</summary>
    public abstract ObjectivePeriod At(DateTimeOffset now);

    /// <summary>The shortest that a period can be.</summary>
    public abstract TimeSpan Shortest { get; }

    /// <summary>The length by which burn rates are derived.</summary>
    public abstract TimeSpan Nominal { get; }

    public abstract IReadOnlyList<ObjectiveProblem> Problems();
}

/// <param name="To">Exclusive.</param>
public sealed record ObjectivePeriod(DateTimeOffset From, DateTimeOffset To)
{
    public bool Contains(DateTimeOffset at) => at >= From && at < To;
}

/// <summary>The last so-and-so-long, at any moment.</summary>
public sealed record RollingWindow(TimeSpan Length) : ObjectiveWindow
{
    public override TimeSpan Shortest => Length;

    public override TimeSpan Nominal => Length;

    public override ObjectivePeriod At(DateTimeOffset now) => new(now - Length, now);

    public override IReadOnlyList<ObjectiveProblem> Problems() =>
        Length < TimeSpan.FromHours(1) || Length > TimeSpan.FromDays(400) ? [new("timeWindow.duration", "A window is between an hour and 400 days.")] : [];
}

/// <summary>
/// Calendar periods in a zone. They begin at the zone's midnight (or the time of day of <paramref name="Start"/>), also across a change of the
/// clocks: a day may have 23 or 25 hours.
/// </summary>
/// <param name="Count">So many units make one period: two weeks. 1 to 52.</param>
/// <param name="Start">Where one period began, in the zone's own time: fixes weekday, day of the month and time of day. For <see cref="CalendarUnit.Retail445"/> the first day of a retail year.</param>
/// <param name="Zone">IANA name.</param>
public sealed record CalendarWindow(CalendarUnit Unit, int Count, DateTime Start, string Zone) : ObjectiveWindow
{
    private static readonly int[] RetailWeeks = [4, 4, 5];

    public override TimeSpan Shortest => Nominal * 0.9;

    public override TimeSpan Nominal => Count * Unit switch
    {
        CalendarUnit.Day => TimeSpan.FromDays(1),
        CalendarUnit.Week => TimeSpan.FromDays(7),
        CalendarUnit.Month => TimeSpan.FromDays(30),
        CalendarUnit.Quarter => TimeSpan.FromDays(91),
        CalendarUnit.Year => TimeSpan.FromDays(365),
        _ => TimeSpan.FromDays(28),
    };

    public override ObjectivePeriod At(DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(Zone);
        var local = TimeZoneInfo.ConvertTime(now, zone).DateTime;
        var index = Index(local);
        // Around a change of the clocks the guess can be one off.
        while (Instant(zone, index) > now)
            index--;
        while (Instant(zone, index + 1) <= now)
            index++;
        return new(Instant(zone, index), Instant(zone, index + 1));
    }

    public override IReadOnlyList<ObjectiveProblem> Problems()
    {
        var problems = new List<ObjectiveProblem>();
        if (Count is < 1 or > 52)
            problems.Add(new("timeWindow.duration", "A calendar period is made of 1 to 52 units."));
        if (Unit == CalendarUnit.Retail445 && Count != 1)
            problems.Add(new("timeWindow.duration", "A retail period is one period of four or five weeks."));
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out _))
            problems.Add(new("timeWindow.calendar.timeZone", $"There is no time zone {Zone}. Name it as IANA does: Europe/Berlin."));
        return problems;
    }

    private int Index(DateTime local) => Unit switch
    {
        CalendarUnit.Day => Floor((local - Start).Days, Count),
        CalendarUnit.Week => Floor((local - Start).Days, 7 * Count),
        CalendarUnit.Month => Floor(Months(local), Count),
        CalendarUnit.Quarter => Floor(Months(local), 3 * Count),
        CalendarUnit.Year => Floor(Months(local), 12 * Count),
        _ => RetailIndex(Floor((local - Start).Days, 7)),
    };

    private int Months(DateTime local) => (local.Year - Start.Year) * 12 + local.Month - Start.Month;

    private static int Floor(int value, int by) => (int)Math.Floor((double)value / by);

    /// <summary>Of thirteen weeks the first four, the next four, the last five.</summary>
    private static int RetailIndex(int week)
    {
        var quarter = Floor(week, 13);
        var rest = week - quarter * 13;
        return quarter * 3 + (rest < 4 ? 0 : rest < 8 ? 1 : 2);
    }

    private DateTimeOffset Instant(TimeZoneInfo zone, int index)
    {
        var local = Unit switch
        {
            CalendarUnit.Day => Start.AddDays(index * Count),
            CalendarUnit.Week => Start.AddDays(index * Count * 7),
            CalendarUnit.Month => Start.AddMonths(index * Count),
            CalendarUnit.Quarter => Start.AddMonths(index * Count * 3),
            CalendarUnit.Year => Start.AddMonths(index * Count * 12),
            _ => Start.AddDays(7 * RetailStart(index)),
        };
        // A time that the clocks skip begins when they have been put forward.
        while (zone.IsInvalidTime(local))
            local = local.AddMinutes(15);
        return new DateTimeOffset(local, zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local));
    }

    private static int RetailStart(int index)
    {
        var quarter = Floor(index, 3);
        return quarter * 13 + RetailWeeks.Take(index - quarter * 3).Sum();
    }
}
