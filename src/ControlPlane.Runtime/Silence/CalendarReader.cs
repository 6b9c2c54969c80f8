using System.Globalization;
using System.Text.RegularExpressions;
using ControlPlane.Domain.Silence;
using ControlPlane.Runtime.Estate;

namespace ControlPlane.Runtime.Silence;

/// <summary>Reads <c>kind: CarrierCalendar</c>. Strict, as all documents of the estate.</summary>
internal static partial class CalendarReader
{
    private static readonly string[] DayWords = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    /// <summary>Null when it cannot be understood; the problems say why.</summary>
    public static CarrierCalendar? Read(string name, StrictYaml metadata, StrictYaml spec)
    {
        if (!NameForm().IsMatch(name))
            metadata.Problem("name", "A calendar's name has 1 to 64 lower-case letters, digits and hyphens.");
        var zone = Zone(spec);
        var calendar = new CarrierCalendar
        {
            Name = name,
            Title = spec.Text("title", name),
            Carrier = spec.Text("carrier", ""),
            Connection = spec.Text("connection"),
            Zone = zone ?? TimeZoneInfo.Utc,
            PickUps = [.. spec.Children("pickUps").Select(PickUp)],
            Hours = [.. spec.Children("hours").Select(Hours)],
            Holidays = Holidays(spec),
            ReportedWithin = spec.Duration("reportedWithin", TimeSpan.Zero, TimeSpan.FromDays(2)) ?? TimeSpan.FromHours(1),
        };
        if (calendar is { PickUps.Count: 0, Hours.Count: 0 })
            spec.Problem("pickUps", "A calendar says when the carrier comes (pickUps), when somebody works (hours), or both.");
        spec.Done();
        return zone is null ? null : calendar;
    }

    private static TimeZoneInfo? Zone(StrictYaml spec)
    {
        var id = spec.Text("zone");
        if (id.Length > 0 && TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone))
            return zone;
        if (id.Length > 0)
            spec.Problem("zone", $"The time zone '{id}' is not known. Give a name of the IANA list, such as Europe/Berlin.");
        return null;
    }

    private static PickUp PickUp(StrictYaml y)
    {
        var at = Time(y, "at");
        var pickUp = new PickUp(Days(y), at, y.Optional("cutOff") is null ? at : Time(y, "cutOff"));
        if (pickUp.CutOff > pickUp.At)
            y.Problem("cutOff", "The cut-off is after the pick-up.");
        y.Done();
        return pickUp;
    }

    private static OpenHours Hours(StrictYaml y)
    {
        var hours = new OpenHours(Days(y), Time(y, "from"), Time(y, "to"));
        if (hours.To <= hours.From)
            y.Problem("to", "It closes before it opens. Work past midnight is two entries.");
        y.Done();
        return hours;
    }

    private static IReadOnlyList<DayOfWeek> Days(StrictYaml y)
    {
        var days = new List<DayOfWeek>();
        foreach (var word in y.Texts("days"))
            if (Array.IndexOf(DayWords, word) is >= 0 and var day)
                days.Add((DayOfWeek)day);
            else
                y.Problem("days", $"'{word}' is no day. Allowed: {string.Join(", ", DayWords)}.");
        if (days.Count == 0)
            y.Problem("days", "Name the days: [mon, tue, wed, thu, fri].");
        return days;
    }

    private static TimeOnly Time(StrictYaml y, string key)
    {
        if (TimeOnly.TryParseExact(y.Text(key), "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return time;
        y.Problem(key, "Expected a time of day in quotes, such as \"17:00\".");
        return default;
    }

    private static HashSet<DateOnly> Holidays(StrictYaml spec)
    {
        var days = new HashSet<DateOnly>();
        foreach (var text in spec.Texts("holidays"))
            if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day))
                days.Add(day);
            else
                spec.Problem("holidays", $"'{text}' is no date. Expected one such as 2026-12-25.");
        return days;
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,63}$")]
    private static partial Regex NameForm();
}
