using System.Globalization;

namespace ControlPlane.Domain.Shared.Calendars;

/// <summary>When somebody works on a day of the week, in minutes of the local day: <c>[From, To)</c>. 1,440 is midnight at its end.</summary>
public readonly record struct OpenHours(DayOfWeek Day, int From, int To)
{
    private const int Midnight = 24 * 60;

    private static readonly string[] Names = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

    /// <summary>Reads <c>Mon-Fri 08:00-18:00</c>, <c>Sat 09:00-12:00</c> or <c>Sun-Mon 00:00-24:00</c>. Null when it is something else.</summary>
    public static IReadOnlyList<OpenHours>? Parse(string text)
    {
        if (text.Trim().Split(' ', StringSplitOptions.RemoveEmptyEntries) is not [var days, var hours]
            || hours.Split('-') is not [var first, var last] || Minute(first) is not { } from || Minute(last) is not { } to || from >= to)
            return null;
        var ends = days.Split('-');
        if (ends.Length > 2 || DayOf(ends[0]) is not { } begin || DayOf(ends[^1]) is not { } end)
            return null;
        var all = new List<OpenHours>();
        for (var day = begin; ; day = (day + 1) % 7)
        {
            all.Add(new((DayOfWeek)day, from, to));
            if (day == end)
                return all;
        }
    }

    /// <summary>The shortest words for a week: days in a row with the same hours are one text.</summary>
    public static IReadOnlyList<string> Write(IEnumerable<OpenHours> week)
    {
        var texts = new List<(int First, int Last, int From, int To)>();
        // A week is read from Monday on.
        foreach (var hours in week.OrderBy(h => h.From).ThenBy(h => h.To).ThenBy(h => Place(h.Day)))
            if (texts.Count > 0 && texts[^1] is var run && (run.From, run.To) == (hours.From, hours.To) && run.Last + 1 == Place(hours.Day))
                texts[^1] = run with { Last = Place(hours.Day) };
            else
                texts.Add((Place(hours.Day), Place(hours.Day), hours.From, hours.To));
        return [.. texts.OrderBy(t => t.First).ThenBy(t => t.From).Select(t => $"{Name(t.First)}{(t.First == t.Last ? "" : "-" + Name(t.Last))} {Time(t.From)}-{Time(t.To)}")];
    }

    private static int Place(DayOfWeek day) => ((int)day + 6) % 7;

    private static string Name(int place) => Names[(place + 1) % 7];

    private static string Time(int minute) => string.Create(CultureInfo.InvariantCulture, $"{minute / 60:00}:{minute % 60:00}");

    private static int? DayOf(string text) => Array.FindIndex(Names, n => n.Equals(text, StringComparison.OrdinalIgnoreCase)) is >= 0 and var day ? day : null;

    private static int? Minute(string text) => text == "24:00" ? Midnight
        : TimeOnly.TryParseExact(text, "HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time) ? time.Hour * 60 + time.Minute : null;
}
