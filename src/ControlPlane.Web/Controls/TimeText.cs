using System.Globalization;

namespace ControlPlane.Web.Controls;

/// <summary>Times and durations as text. The same wording is in <c>wwwroot/portal.js</c>, which lets ages grow without the server.</summary>
public static class TimeText
{
    /// <summary>Today: the time to the second. Another day: with its date; another year: with its year.</summary>
    public static string Absolute(DateTimeOffset at, TimeZoneInfo zone, DateTimeOffset now)
    {
        var local = TimeZoneInfo.ConvertTime(at, zone);
        var today = TimeZoneInfo.ConvertTime(now, zone);
        var format = local.Date == today.Date ? "HH:mm:ss" : local.Year == today.Year ? "d MMM HH:mm" : "d MMM yyyy HH:mm";
        return local.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>With the offset that held at that instant: <c>UTC</c>, <c>UTC+1</c>, <c>UTC+5:30</c>.</summary>
    public static string Zone(DateTimeOffset at, TimeZoneInfo zone)
    {
        var offset = TimeZoneInfo.ConvertTime(at, zone).Offset;
        if (offset == TimeSpan.Zero)
            return "UTC";
        var text = Math.Abs(offset.Hours).ToString(CultureInfo.InvariantCulture);
        var minutes = Math.Abs(offset.Minutes);
        return $"UTC{(offset < TimeSpan.Zero ? "−" : "+")}{text}{(minutes == 0 ? "" : $":{minutes:00}")}";
    }

    /// <summary>For hovering and for machines that read along: <c>2026-11-23 13:02:11.482 UTC</c>.</summary>
    public static string Exact(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture) + " UTC";

    /// <summary>For hovering, whatever zone the page shows: <c>2026-11-23 13:02:11.482 UTC, which is 14:02:11.482 UTC+1 in Europe/Berlin</c>.</summary>
    public static string Exact(DateTimeOffset at, TimeZoneInfo browserZone)
    {
        if (browserZone.BaseUtcOffset == TimeSpan.Zero && !browserZone.SupportsDaylightSavingTime)
            return Exact(at);
        var local = TimeZoneInfo.ConvertTime(at, browserZone);
        var format = local.Date == at.UtcDateTime.Date ? "HH:mm:ss.fff" : "yyyy-MM-dd HH:mm:ss.fff";
        return $"{Exact(at)}, which is {local.ToString(format, CultureInfo.InvariantCulture)} {Zone(at, browserZone)} in {browserZone.Id}";
    }

    public static string Iso(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary><c>4 s</c>, <c>38 min</c>, <c>3 h 12 min</c>, <c>2 d 3 h</c>. Negative counts as nothing.</summary>
    public static string Duration(TimeSpan span)
    {
        if (span < TimeSpan.FromMinutes(1))
            return $"{Math.Max(0, (int)span.TotalSeconds)} s";
        if (span < TimeSpan.FromHours(1))
            return $"{(int)span.TotalMinutes} min";
        if (span < TimeSpan.FromDays(1))
            return span.Minutes == 0 ? $"{(int)span.TotalHours} h" : $"{(int)span.TotalHours} h {span.Minutes} min";
        return span.Hours == 0 ? $"{(int)span.TotalDays} d" : $"{(int)span.TotalDays} d {span.Hours} h";
    }

    /// <summary>For what takes microseconds to seconds: <c>840 µs</c>, <c>163 ms</c>, <c>2.4 s</c>, then as <see cref="Duration"/>.</summary>
    public static string Took(int microseconds) => microseconds switch
    {
        < 1_000 => $"{microseconds} µs",
        < 1_000_000 => $"{microseconds / 1_000} ms",
        < 60_000_000 => (microseconds / 1_000_000.0).ToString("0.0", CultureInfo.InvariantCulture) + " s",
        _ => Duration(TimeSpan.FromMicroseconds(microseconds)),
    };

    /// <summary><c>38 min ago</c> or <c>in 5 min</c>.</summary>
    public static string Relative(DateTimeOffset at, DateTimeOffset now) => at <= now ? Duration(now - at) + " ago" : "in " + Duration(at - now);
}
