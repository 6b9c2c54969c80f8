using System.Globalization;

namespace ControlPlane.Domain.Shared.Calendars;

/// <summary>A calendar as people write it.</summary>
/// <param name="Zone">IANA name: <c>Europe/Berlin</c>.</param>
/// <param name="Hours">Such as <c>Mon-Fri 08:00-18:00</c>, at least one.</param>
/// <param name="Holidays">A date and what it is called: <c>2026-12-25 Christmas Day</c>.</param>
public sealed record CalendarDefinition(string Name, string Zone, IReadOnlyList<string> Hours, IReadOnlyList<string> Holidays)
{
    public const int MostHolidays = 400;

    /// <returns>The calendar, or what is wrong with the words.</returns>
    public (BusinessCalendar? Calendar, IReadOnlyList<string> Problems) Build()
    {
        var problems = new List<string>();
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(Zone, out var zone) || !zone.HasIanaId)
            problems.Add($"The zone '{Zone}' is not known. Write an IANA name such as Europe/Berlin.");
        var week = new List<OpenHours>();
        foreach (var text in Hours)
            if (OpenHours.Parse(text) is { } hours)
                week.AddRange(hours);
            else
                problems.Add($"The hours '{text}' cannot be read. Write them like Mon-Fri 08:00-18:00.");
        if (problems.Count == 0 && BusinessCalendar.Check(week) is { } wrong)
            problems.Add(wrong);
        var holidays = new Dictionary<DateOnly, string>();
        foreach (var text in Holidays)
            if (DateOnly.TryParseExact(text.Split(' ', 2)[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
                holidays[date] = text.Length > 10 ? text[10..].Trim() : "";
            else
                problems.Add($"The holiday '{text}' cannot be read. Write it like 2026-12-25 Christmas Day.");
        if (Holidays.Count > MostHolidays)
            problems.Add($"A calendar has at most {MostHolidays} holidays. Leave out those of the past.");
        return problems.Count > 0 ? (null, problems) : (new(Name, zone!, week, holidays), []);
    }
}
