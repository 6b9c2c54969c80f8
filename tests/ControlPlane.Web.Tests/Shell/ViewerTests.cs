using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Web.Tests.Shell;

public sealed class ViewerTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-11-23T13:40:00Z", "2026-11-22T23:00:00Z")]
    [InlineData("Europe/Berlin", "2026-11-22T23:30:00Z", "2026-11-22T23:00:00Z")]
    [InlineData("America/New_York", "2026-11-23T03:00:00Z", "2026-11-22T05:00:00Z")]
    [InlineData("Asia/Kolkata", "2026-11-23T13:40:00Z", "2026-11-22T18:30:00Z")]
    [InlineData("Europe/Berlin", "2026-03-29T20:00:00Z", "2026-03-28T23:00:00Z")] // The day has 23 hours.
    [InlineData("Africa/Cairo", "2026-04-24T12:00:00Z", "2026-04-23T22:00:00Z")] // That midnight does not exist: the clocks jump to one.
    public void The_viewers_day_begins_at_his_own_midnight(string zone, string now, string start)
    {
        var viewer = new ViewerTime(new FakeTimeProvider(DateTimeOffset.Parse(now)));
        viewer.Apply(ViewerChoices.Default with { BrowserZone = zone });
        Assert.Equal(DateTimeOffset.Parse(start), viewer.DayStart());
    }

    [Fact]
    public void A_zone_that_the_server_does_not_know_is_shown_as_utc_and_not_wrongly()
    {
        var viewer = new ViewerTime(TimeProvider.System);
        viewer.Apply(ViewerChoices.Default with { BrowserZone = "Mars/Olympus" });
        Assert.Equal(TimeZoneInfo.Utc, viewer.Zone);
    }

    [Fact]
    public void The_switch_shows_utc_and_goes_back()
    {
        var viewer = new ViewerTime(TimeProvider.System);
        viewer.Apply(ViewerChoices.Default with { BrowserZone = "Europe/Berlin" });
        var changes = 0;
        viewer.Changed += () => changes++;
        viewer.Show(utc: true);
        viewer.Show(utc: true);
        Assert.Equal((TimeZoneInfo.Utc, 1), (viewer.Zone, changes));
        viewer.Show(utc: false);
        Assert.Equal("Europe/Berlin", viewer.Zone.Id);
    }

    [Fact]
    public void Cookies_that_were_tampered_with_fall_back_to_the_defaults()
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = "cp-theme=<script>; cp-zone=mars; cp-rail=1; cp-browser-zone=" + new string('x', 100);
        Assert.Equal(ViewerChoices.Default, ViewerChoices.From(http.Request.Cookies));
    }

    [Fact]
    public void Cookies_hold_what_the_browser_chose()
    {
        var http = new DefaultHttpContext();
        http.Request.Headers.Cookie = "cp-theme=dark; cp-zone=utc; cp-rail=icons; cp-browser-zone=Europe%2FBerlin";
        Assert.Equal(new ViewerChoices("dark", true, "Europe/Berlin", true), ViewerChoices.From(http.Request.Cookies));
    }
}
