using ControlPlane.Web.Controls;
using ControlPlane.Web.Shell;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Web.Tests.Controls;

public sealed class TimeTextTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Theory]
    [InlineData("Nobody is told of it until 2026-11-23 15:40 UTC. It is still shown.", "Nobody is told of it until 16:40:00 UTC+1. It is still shown.")]
    [InlineData("Silenced by Bo until 2026-11-24 10:00 UTC: they move", "Silenced by Bo until 24 Nov 11:00 UTC+1: they move")]
    [InlineData("On 2026-13-44 10:00 UTC, as somebody wrote", "On 2026-13-44 10:00 UTC, as somebody wrote")]
    [InlineData("", "")]
    public void A_sentence_says_its_times_in_the_zone_of_the_page(string said, string shown)
    {
        var viewer = new ViewerTime(new FakeTimeProvider(new DateTimeOffset(2026, 11, 23, 13, 40, 0, TimeSpan.Zero)));
        viewer.Apply(ViewerChoices.Default with { BrowserZone = "Europe/Berlin" });
        Assert.Equal(shown, SaidTimes.Shown(said, viewer));
    }

    [Theory]
    [InlineData(-3, "0 s")]
    [InlineData(0.4, "0 s")]
    [InlineData(59, "59 s")]
    [InlineData(60, "1 min")]
    [InlineData(3599, "59 min")]
    [InlineData(3600, "1 h")]
    [InlineData(11520, "3 h 12 min")]
    [InlineData(86400, "1 d")]
    [InlineData(183600, "2 d 3 h")]
    public void A_duration_names_its_two_largest_units(double seconds, string text) => Assert.Equal(text, TimeText.Duration(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(840, "840 µs")]
    [InlineData(163_200, "163 ms")]
    [InlineData(2_440_000, "2.4 s")]
    [InlineData(75_000_000, "1 min")]
    public void What_took_short_is_told_in_fitting_units(int microseconds, string text) => Assert.Equal(text, TimeText.Took(microseconds));

    [Theory]
    [InlineData("2026-11-23T13:02:11Z", "14:02:11")]
    [InlineData("2026-11-22T23:30:00Z", "00:30:00")] // Already today in Berlin.
    [InlineData("2026-11-22T22:30:00Z", "22 Nov 23:30")]
    [InlineData("2026-07-01T10:00:00Z", "1 Jul 12:00")] // Summer time.
    [InlineData("2025-12-31T22:59:00Z", "31 Dec 2025 23:59")]
    public void A_time_tells_its_date_when_it_is_not_today(string at, string text) =>
        Assert.Equal(text, TimeText.Absolute(DateTimeOffset.Parse(at), Berlin, new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData("Europe/Berlin", "2026-11-23T12:00:00Z", "UTC+1")]
    [InlineData("Europe/Berlin", "2026-07-01T12:00:00Z", "UTC+2")]
    [InlineData("Asia/Kolkata", "2026-07-01T12:00:00Z", "UTC+5:30")]
    [InlineData("America/St_Johns", "2026-11-23T12:00:00Z", "UTC−3:30")]
    [InlineData("Europe/London", "2026-11-23T12:00:00Z", "UTC")]
    public void A_zone_is_named_by_the_offset_of_that_day(string zone, string at, string text) =>
        Assert.Equal(text, TimeText.Zone(DateTimeOffset.Parse(at), TimeZoneInfo.FindSystemTimeZoneById(zone)));

    [Fact]
    public void What_is_to_come_is_not_told_as_past()
    {
        var now = new DateTimeOffset(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
        Assert.Equal("38 min ago", TimeText.Relative(now.AddMinutes(-38), now));
        Assert.Equal("in 5 min", TimeText.Relative(now.AddMinutes(5), now));
    }

    [Fact]
    public void Hovering_tells_both_zones_and_the_day_where_it_differs()
    {
        var late = new DateTimeOffset(2026, 7, 1, 23, 30, 0, TimeSpan.Zero);
        Assert.Equal("2026-07-01 23:30:00.000 UTC, which is 2026-07-02 01:30:00.000 UTC+2 in Europe/Berlin", TimeText.Exact(late, TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin")));
        Assert.Equal("2026-07-01 23:30:00.000 UTC", TimeText.Exact(late, TimeZoneInfo.Utc));
    }
}
