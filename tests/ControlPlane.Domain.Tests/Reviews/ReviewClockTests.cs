using ControlPlane.Domain.Reviews;

namespace ControlPlane.Domain.Tests.Reviews;

/// <summary>When things are due: intervals as iCalendar writes them, ends of months, days of zones whose clocks are put.</summary>
public sealed class ReviewClockTests
{
    [Theory]
    [InlineData("FREQ=MONTHLY;INTERVAL=3", ReviewUnit.Monthly, 3, "every 3 months")]
    [InlineData("RRULE:INTERVAL=2;FREQ=WEEKLY", ReviewUnit.Weekly, 2, "every 2 weeks")]
    [InlineData("freq=yearly", ReviewUnit.Yearly, 1, "every year")]
    [InlineData("FREQ=DAILY;INTERVAL=10", ReviewUnit.Daily, 10, "every 10 days")]
    public void A_rule_is_read(string text, ReviewUnit unit, int every, string words)
    {
        var interval = ReviewInterval.Parse(text, out var problem);
        Assert.Null(problem);
        Assert.Equal(new ReviewInterval(unit, every), interval);
        Assert.Equal(words, interval!.Words);
        Assert.Equal(interval, ReviewInterval.Parse(interval.ToString(), out _));
    }

    [Theory]
    [InlineData("")]
    [InlineData(null)]
    [InlineData("monthly")]
    [InlineData("FREQ=HOURLY")]
    [InlineData("FREQ=2")]
    [InlineData("FREQ=MONTHLY;INTERVAL=0")]
    [InlineData("FREQ=MONTHLY;INTERVAL=-1")]
    [InlineData("FREQ=MONTHLY;INTERVAL=121")]
    [InlineData("FREQ=YEARLY;INTERVAL=11")]
    [InlineData("FREQ=MONTHLY;FREQ=DAILY")]
    [InlineData("FREQ=MONTHLY;BYMONTHDAY=-1")]
    [InlineData("FREQ=MONTHLY;COUNT=3")]
    [InlineData("INTERVAL=3")]
    [InlineData("FREQ=MONTHLY;")]
    [InlineData("FREQ=")]
    public void What_is_no_interval_is_refused_and_says_what_is(string? text)
    {
        Assert.Null(ReviewInterval.Parse(text, out var problem));
        Assert.Contains("FREQ=MONTHLY;INTERVAL=3", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FREQ=MONTHLY;INTERVAL=1", "2026-01-31", "2026-02-28")]
    [InlineData("FREQ=MONTHLY;INTERVAL=1", "2028-01-31", "2028-02-29")]
    [InlineData("FREQ=MONTHLY;INTERVAL=3", "2026-11-30", "2027-02-28")]
    [InlineData("FREQ=MONTHLY;INTERVAL=3", "2026-08-31", "2026-11-30")]
    [InlineData("FREQ=YEARLY;INTERVAL=1", "2028-02-29", "2029-02-28")]
    [InlineData("FREQ=YEARLY;INTERVAL=4", "2028-02-29", "2032-02-29")]
    [InlineData("FREQ=WEEKLY;INTERVAL=2", "2026-12-20", "2027-01-03")]
    [InlineData("FREQ=DAILY;INTERVAL=1", "2026-12-31", "2027-01-01")]
    public void A_day_that_a_month_lacks_is_its_last(string rule, string last, string due) =>
        Assert.Equal(DateOnly.Parse(due), ReviewInterval.Parse(rule, out _)!.After(DateOnly.Parse(last)));

    [Fact]
    public void It_is_debt_when_its_day_has_ended_and_not_before()
    {
        var (last, month) = (DateTimeOffset.Parse("2026-03-10T22:30:00Z"), new ReviewInterval(ReviewUnit.Monthly, 1));
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        // 22:30 UTC is 23:30 in Berlin, the same day; in Auckland it is the next.
        var due = ReviewClock.Of(last, month, berlin, DateTimeOffset.Parse("2026-04-10T21:59:59Z"));
        Assert.Equal((new DateOnly(2026, 4, 10), ReviewUrgency.Soon, 0, 0), (due.Due, due.Urgency, due.DaysLeft, due.DaysOver));
        // Summer time began meanwhile: the day ends at 22:00 UTC.
        Assert.Equal(DateTimeOffset.Parse("2026-04-10T22:00:00Z"), due.DueAt);
        var over = ReviewClock.Of(last, month, berlin, due.DueAt);
        Assert.Equal((ReviewUrgency.Overdue, 1), (over.Urgency, over.DaysOver));
        Assert.Equal(new DateOnly(2026, 4, 11), ReviewClock.Of(last, month, TimeZoneInfo.FindSystemTimeZoneById("Pacific/Auckland"), last).Due);
    }

    [Fact]
    public void Soon_is_fourteen_days()
    {
        var (last, year) = (DateTimeOffset.Parse("2026-01-01T12:00:00Z"), new ReviewInterval(ReviewUnit.Yearly, 1));
        Assert.Equal(ReviewUrgency.Later, ReviewClock.Of(last, year, TimeZoneInfo.Utc, DateTimeOffset.Parse("2026-12-17T23:59:59Z")).Urgency);
        Assert.Equal(ReviewUrgency.Soon, ReviewClock.Of(last, year, TimeZoneInfo.Utc, DateTimeOffset.Parse("2026-12-18T00:00:00Z")).Urgency);
    }

    [Theory]
    // The day begins at one o'clock: midnight does not exist.
    [InlineData("Africa/Cairo", "2026-04-24", "2026-04-23T22:00:00Z")]
    [InlineData("America/Santiago", "2026-09-06", "2026-09-06T04:00:00Z")]
    [InlineData("Asia/Beirut", "2026-03-29", "2026-03-28T22:00:00Z")]
    // Midnight comes twice in Havana: the first of them begins the day.
    [InlineData("America/Havana", "2026-11-01", "2026-11-01T04:00:00Z")]
    [InlineData("Europe/Berlin", "2026-10-25", "2026-10-24T22:00:00Z")]
    [InlineData("America/New_York", "2026-03-08", "2026-03-08T05:00:00Z")]
    [InlineData("Australia/Lord_Howe", "2026-10-04", "2026-10-03T13:30:00Z")]
    [InlineData("Asia/Kathmandu", "2026-01-01", "2025-12-31T18:15:00Z")]
    public void A_day_begins_where_its_zone_says(string zone, string day, string start)
    {
        var found = ReviewClock.StartOf(DateOnly.Parse(day), TimeZoneInfo.FindSystemTimeZoneById(zone));
        Assert.Equal(DateTimeOffset.Parse(start), found);
        Assert.Equal(DateOnly.Parse(day), ReviewClock.DayOf(found, TimeZoneInfo.FindSystemTimeZoneById(zone)));
        Assert.Equal(DateOnly.Parse(day).AddDays(-1), ReviewClock.DayOf(found.AddTicks(-1), TimeZoneInfo.FindSystemTimeZoneById(zone)));
    }

    [Fact]
    public void A_calendar_file_is_as_the_standard_says()
    {
        var long_ = string.Concat(Enumerable.Repeat("Überprüfung; ", 20));
        var text = ReviewCalendar.Write("Reviews", [new("connection-1@x", new(2026, 12, 31), long_, "one,\ntwo\\three", "https://portal.example.com/reviews", DateTimeOffset.Parse("2026-11-29T10:00:00+02:00"))]);
        Assert.StartsWith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:", text, StringComparison.Ordinal);
        Assert.EndsWith("END:VEVENT\r\nEND:VCALENDAR\r\n", text, StringComparison.Ordinal);
        Assert.Contains("\r\nDTSTAMP:20261129T080000Z\r\nDTSTART;VALUE=DATE:20261231\r\nDTEND;VALUE=DATE:20270101\r\n", text, StringComparison.Ordinal);
        Assert.Contains("DESCRIPTION:one\\,\\ntwo\\\\three\r\n", text, StringComparison.Ordinal);
        Assert.All(text.Split("\r\n"), line => Assert.True(System.Text.Encoding.UTF8.GetByteCount(line) <= 75, line));
        Assert.DoesNotContain('\n', text.Replace("\r\n", "", StringComparison.Ordinal));
        // Unfolded and unescaped it is what it was.
        Assert.Contains("SUMMARY:" + long_.Replace(";", "\\;", StringComparison.Ordinal) + "\r\n", text.Replace("\r\n ", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }
}
