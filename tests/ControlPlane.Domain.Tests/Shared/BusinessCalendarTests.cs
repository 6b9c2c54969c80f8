using ControlPlane.Domain.Shared.Calendars;

namespace ControlPlane.Domain.Tests.Shared;

public sealed class BusinessCalendarTests
{
    private static readonly Dictionary<DateOnly, string> Christmas = new() { [new(2026, 12, 25)] = "Christmas Day" };

    [Theory]
    [InlineData("2026-11-27T07:59:59Z", false)]
    [InlineData("2026-11-27T08:00:00Z", true)]
    [InlineData("2026-11-27T17:59:59Z", true)]
    [InlineData("2026-11-27T18:00:00Z", false)]
    [InlineData("2026-11-28T12:00:00Z", false)]
    [InlineData("2026-12-25T12:00:00Z", false)]
    public void It_is_open_on_working_days_between_its_hours(string at, bool open) => Assert.Equal(open, Of("Etc/UTC").IsOpen(At(at)));

    [Theory]
    [InlineData("2026-11-27T17:30:00Z", 60, "2026-11-30T08:30:00Z")]   // over a weekend
    [InlineData("2026-11-28T12:00:00Z", 1, "2026-11-30T08:01:00Z")]    // from a Saturday
    [InlineData("2026-12-24T17:00:00Z", 120, "2026-12-28T09:00:00Z")]  // over a holiday and a weekend
    [InlineData("2026-11-27T09:00:00Z", 540, "2026-11-27T18:00:00Z")]  // to the very end of the day
    [InlineData("2026-11-28T12:00:00Z", 0, "2026-11-28T12:00:00Z")]
    public void Working_minutes_are_added_over_nights_weekends_and_holidays(string from, int minutes, string expected)
    {
        var calendar = Of("Etc/UTC");
        Assert.Equal(At(expected), calendar.Add(At(from), TimeSpan.FromMinutes(minutes)));
        Assert.Equal(TimeSpan.FromMinutes(minutes), calendar.Between(At(from), At(expected)));
    }

    [Theory]
    // Berlin, 29 March 2026: 02:00 to 03:00 does not exist, the day has 23 hours.
    [InlineData("Europe/Berlin", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23)]
    // Berlin, 25 October 2026: 02:00 to 03:00 comes twice, the day has 25 hours.
    [InlineData("Europe/Berlin", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25)]
    // New York goes three weeks earlier and one week later.
    [InlineData("America/New_York", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", 23)]
    [InlineData("America/New_York", "2026-11-01T04:00:00Z", "2026-11-02T05:00:00Z", 25)]
    // Lord Howe moves by half an hour.
    [InlineData("Australia/Lord_Howe", "2026-10-03T13:30:00Z", "2026-10-04T13:00:00Z", 23.5)]
    // Kolkata never moves.
    [InlineData("Asia/Kolkata", "2026-03-28T18:30:00Z", "2026-03-29T18:30:00Z", 24)]
    public void A_day_has_as_many_hours_as_its_clock_gives_it(string zone, string from, string to, double hours)
    {
        var calendar = new BusinessCalendar("all", TimeZoneInfo.FindSystemTimeZoneById(zone), OpenHours.Parse("Mon-Sun 00:00-24:00")!);
        Assert.Equal(TimeSpan.FromHours(hours), calendar.Between(At(from), At(to)));
        Assert.Equal(At(to), calendar.Add(At(from), TimeSpan.FromHours(hours)));
        Assert.True(calendar.IsOpen(At(from)));
    }

    [Theory]
    // Opens in the hour that does not exist: it opens when the clock is put on.
    [InlineData("Sun 02:30-05:00", "2026-03-29T00:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T03:00:00Z", 120)]
    // Lies wholly in it: nobody works.
    [InlineData("Sun 02:10-02:50", "2026-03-29T00:00:00Z", "2026-04-05T00:10:00Z", "2026-04-05T00:50:00Z", 40)]
    // In the hour that comes twice it opens at the first and closes at the second.
    [InlineData("Sun 02:30-02:45", "2026-10-25T00:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:45:00Z", 75)]
    public void Hours_within_the_change_of_the_clock_are_told_apart(string hours, string asked, string opens, string closes, int minutes)
    {
        var calendar = new BusinessCalendar("night", TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), OpenHours.Parse(hours)!);
        Assert.Equal(At(opens), calendar.NextOpen(At(asked)));
        Assert.Equal(At(closes), calendar.Add(At(asked), TimeSpan.FromMinutes(minutes)));
        Assert.Equal(TimeSpan.FromMinutes(minutes), calendar.Between(At(asked), At(closes).AddHours(1)));
    }

    [Fact]
    public void Adding_and_measuring_agree_at_a_thousand_places()
    {
        var random = new Random(11);
        foreach (var zone in new[] { "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "Asia/Kolkata" })
        {
            var calendar = new BusinessCalendar("c", TimeZoneInfo.FindSystemTimeZoneById(zone), OpenHours.Parse("Mon-Fri 08:00-12:00")!.Concat(OpenHours.Parse("Mon-Sat 13:00-18:30")!), Christmas);
            for (var i = 0; i < 200; i++)
            {
                var from = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(525_600));
                var work = TimeSpan.FromMinutes(random.Next(1, 5_000));
                Assert.Equal(work, calendar.Between(from, calendar.Add(from, work)));
            }
        }
    }

    [Theory]
    [InlineData("Mon-Fri 08:00-18:00", "Mon-Fri 08:00-18:00")]
    [InlineData("sat 9:00-12:00", null)]
    [InlineData("Sat 09:00-12:00", "Sat 09:00-12:00")]
    [InlineData("Sun-Mon 00:00-24:00", "Mon 00:00-24:00, Sun 00:00-24:00")]
    [InlineData("Mon 18:00-08:00", null)]
    [InlineData("Mon-Tue-Wed 08:00-09:00", null)]
    [InlineData("Noday 08:00-09:00", null)]
    [InlineData("", null)]
    public void Hours_are_read_and_written_alike(string text, string? written) =>
        Assert.Equal(written, OpenHours.Parse(text) is { } hours ? string.Join(", ", OpenHours.Write(hours)) : null);

    [Fact]
    public void A_definition_names_everything_that_is_wrong_with_it()
    {
        var (calendar, problems) = new CalendarDefinition("c", "Europe/Atlantis", ["always"], ["Christmas"]).Build();
        Assert.Null(calendar);
        Assert.Equal(3, problems.Count);
        Assert.Contains("overlap", Assert.Single(new CalendarDefinition("c", "Europe/Paris", ["Mon-Fri 08:00-12:00", "Tue 11:00-13:00"], []).Build().Problems), StringComparison.Ordinal);
        Assert.Equal("Christmas Day", new CalendarDefinition("c", "Europe/Paris", ["Mon-Fri 08:00-12:00"], ["2026-12-25 Christmas Day"]).Build().Calendar!.Holidays[new(2026, 12, 25)]);
    }

    private static BusinessCalendar Of(string zone) => new("office", TimeZoneInfo.FindSystemTimeZoneById(zone), OpenHours.Parse("Mon-Fri 08:00-18:00")!, Christmas);

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
