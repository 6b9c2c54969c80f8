using ControlPlane.Runtime.Silence;

namespace ControlPlane.Web.Features.Calendars;

/// <summary>The words of the calendars. Pure.</summary>
internal static class CalendarsPresentation
{
    private static readonly string[] Order = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

    /// <summary>The one sentence under the heading.</summary>
    public static string Answer(CalendarList list) => list.Items.Count switch
    {
        0 => "No calendar is in service: deadlines count all hours alike, and no pick-up is known.",
        var n => (n == 1 ? "One calendar is in service." : $"{n} calendars are in service.") + (list.Without.Count == 0 ? "" : $" {Names(list.Without)} {(list.Without.Count == 1 ? "has" : "have")} none."),
    };

    /// <summary><c>Mon to Fri</c>, <c>Sat</c>, <c>Mon, Wed</c>.</summary>
    public static string Days(IReadOnlyList<string> days)
    {
        var at = days.Select(d => Array.IndexOf(Order, d)).ToList();
        var run = at.Count > 2 && at.Zip(at.Skip(1)).All(p => p.Second == p.First + 1);
        return run ? $"{Word(days[0])} to {Word(days[^1])}" : string.Join(", ", days.Select(Word));
    }

    public static string PickUp(PickUpItem item) => $"{Days(item.Days)} {item.At}{(item.CutOff == item.At ? "" : $", cut-off {item.CutOff}")}";

    public static string Hours(OpenHoursItem item) => $"{Days(item.Days)} {item.From} to {item.To}";

    public static string Holidays(IReadOnlyList<DateOnly> days) =>
        days.Count == 0 ? "none to come" : string.Join(", ", days.Take(4).Select(d => d.ToString("d MMM yyyy", System.Globalization.CultureInfo.InvariantCulture))) + (days.Count > 4 ? $" and {days.Count - 4} more" : "");

    private static string Word(string day) => char.ToUpperInvariant(day[0]) + day[1..];

    private static string Names(IReadOnlyList<string> names) => names.Count <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more";
}
