using System.Globalization;
using System.Text;

namespace ControlPlane.Domain.Reviews;

/// <summary>One day in somebody's calendar.</summary>
/// <param name="Uid">The same at each reading, so that a calendar moves the entry and makes no second one.</param>
/// <param name="Stamp">When what it says came to be.</param>
public sealed record ReviewEntry(string Uid, DateOnly Day, string Summary, string Description, string? Url, DateTimeOffset Stamp);

/// <summary>Writes an iCalendar file (RFC 5545): whole days, CRLF, lines of at most 75 octets, text escaped.</summary>
public static class ReviewCalendar
{
    public const string ContentType = "text/calendar";

    private const int MostOctets = 75;

    public static string Write(string name, IEnumerable<ReviewEntry> entries)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//ControlPlane//Reviews//EN");
        Line(text, "CALSCALE:GREGORIAN");
        Line(text, "METHOD:PUBLISH");
        Line(text, $"X-WR-CALNAME:{Escape(name)}");
        foreach (var entry in entries)
        {
            Line(text, "BEGIN:VEVENT");
            Line(text, $"UID:{Escape(entry.Uid)}");
            Line(text, $"DTSTAMP:{entry.Stamp.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture)}");
            Line(text, $"DTSTART;VALUE=DATE:{Day(entry.Day)}");
            Line(text, $"DTEND;VALUE=DATE:{Day(entry.Day.AddDays(1))}");
            Line(text, $"SUMMARY:{Escape(entry.Summary)}");
            Line(text, $"DESCRIPTION:{Escape(entry.Description)}");
            if (entry.Url is { } url)
                Line(text, $"URL:{url.ReplaceLineEndings("")}");
            // It is a day to think of, not one on which somebody is away.
            Line(text, "TRANSP:TRANSPARENT");
            Line(text, "END:VEVENT");
        }

        Line(text, "END:VCALENDAR");
        return text.ToString();
    }

    private static string Day(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Escape(string text) => text.ReplaceLineEndings("\n").Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
        .Replace(",", "\\,", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    /// <summary>Folds between characters, never within one: what follows a fold begins with a space.</summary>
    private static void Line(StringBuilder into, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > MostOctets)
            {
                into.Append("\r\n ");
                octets = 1;
            }

            into.Append(rune.ToString());
            octets += rune.Utf8SequenceLength;
        }

        into.Append("\r\n");
    }
}
