using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Tests.Objectives;

public sealed class ObjectiveWindowTests
{
    [Theory]
    [InlineData("Europe/Berlin", "2026-03-29T12:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z", 23)]
    [InlineData("Europe/Berlin", "2026-10-25T12:00:00Z", "2026-10-24T22:00:00Z", "2026-10-25T23:00:00Z", 25)]
    [InlineData("America/New_York", "2026-03-08T12:00:00Z", "2026-03-08T05:00:00Z", "2026-03-09T04:00:00Z", 23)]
    [InlineData("Australia/Lord_Howe", "2026-04-05T03:00:00Z", "2026-04-04T13:00:00Z", "2026-04-05T13:30:00Z", 24.5)]
    [InlineData("Asia/Kolkata", "2026-06-01T00:00:00Z", "2026-05-31T18:30:00Z", "2026-06-01T18:30:00Z", 24)]
    public void A_day_is_as_long_as_its_zone_makes_it(string zone, string now, string from, string to, double hours)
    {
        var period = new CalendarWindow(CalendarUnit.Day, 1, new(2026, 1, 1), zone).At(At(now));
        Assert.Equal((At(from), At(to)), (period.From, period.To));
        Assert.Equal(hours, (period.To - period.From).TotalHours);
    }

    [Theory]
    [InlineData(CalendarUnit.Week, 1, "2026-01-05", "2026-11-28T23:30:00Z", "2026-11-23", "2026-11-30")]
    [InlineData(CalendarUnit.Week, 2, "2026-01-05", "2026-01-04T12:00:00Z", "2025-12-22", "2026-01-05")]
    [InlineData(CalendarUnit.Month, 1, "2026-01-01", "2026-02-28T12:00:00Z", "2026-02-01", "2026-03-01")]
    [InlineData(CalendarUnit.Month, 1, "2026-01-31", "2026-02-28T12:00:00Z", "2026-02-28", "2026-03-31")]
    [InlineData(CalendarUnit.Quarter, 1, "2026-01-01", "2026-05-02T00:00:00Z", "2026-04-01", "2026-07-01")]
    [InlineData(CalendarUnit.Year, 1, "2026-02-01", "2026-01-15T00:00:00Z", "2025-02-01", "2026-02-01")]
    public void A_period_goes_from_its_beginning_to_the_next(CalendarUnit unit, int count, string start, string now, string from, string to)
    {
        var period = new CalendarWindow(unit, count, DateTime.Parse(start, null), "UTC").At(At(now));
        Assert.Equal((At(from + "T00:00:00Z"), At(to + "T00:00:00Z")), (period.From, period.To));
    }

    [Fact]
    public void A_retail_year_has_periods_of_four_four_and_five_weeks()
    {
        var window = new CalendarWindow(CalendarUnit.Retail445, 1, new(2026, 2, 1), "America/Chicago");
        var at = At("2026-02-02T12:00:00Z");
        var weeks = new List<int>();
        for (var i = 0; i < 12; i++)
        {
            var period = window.At(at);
            weeks.Add((int)Math.Round((period.To - period.From).TotalDays / 7));
            at = period.To;
        }

        Assert.Equal([4, 4, 5, 4, 4, 5, 4, 4, 5, 4, 4, 5], weeks);
        Assert.Equal(At("2027-01-31T06:00:00Z"), at);
    }

    [Fact]
    public void Every_instant_of_a_decade_lies_in_its_own_period_and_periods_meet()
    {
        var random = new Random(7);
        string[] zones = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Pacific/Auckland", "America/Sao_Paulo", "Africa/Cairo"];
        foreach (var zone in zones)
            foreach (var unit in Enum.GetValues<CalendarUnit>())
            {
                var window = new CalendarWindow(unit, unit == CalendarUnit.Retail445 ? 1 : random.Next(1, 4), new DateTime(2024, 1, 31).AddMinutes(random.Next(1440)), zone);
                for (var i = 0; i < 200; i++)
                {
                    var now = At("2020-01-01T00:00:00Z").AddMinutes(random.Next(10 * 365 * 1440));
                    var period = window.At(now);
                    Assert.True(period.Contains(now), $"{zone} {unit} {now:O}: {period}");
                    Assert.Equal(period.To, window.At(period.To).From);
                    Assert.Equal(period, window.At(period.From));
                }
            }
    }

    [Fact]
    public void What_cannot_be_is_told_by_field()
    {
        Assert.Equal("timeWindow.calendar.timeZone", Assert.Single(new CalendarWindow(CalendarUnit.Week, 1, default, "Europe/Entenhausen").Problems()).Field);
        Assert.Equal("timeWindow.duration", Assert.Single(new RollingWindow(TimeSpan.FromMinutes(1)).Problems()).Field);
        var objective = new Objective { Name = "o", Indicator = "i", Target = 1, Method = BudgetingMethod.Timeslices, Window = new RollingWindow(TimeSpan.FromDays(30)) };
        Assert.Equal(["target", "timeSliceWindow", "timeSliceTarget"], objective.Problems().Select(p => p.Field));
        Assert.Empty((objective with { Target = 0.99m, Slice = TimeSpan.FromMinutes(1), SliceTarget = 0.95m }).Problems());
        Assert.Equal(["timeSliceWindow", "timeSliceTarget"], (objective with { Target = 0.99m, Method = BudgetingMethod.Occurrences, Slice = TimeSpan.FromMinutes(1), SliceTarget = 0.95m }).Problems().Select(p => p.Field));
    }

    private static DateTimeOffset At(string text) => DateTimeOffset.Parse(text, System.Globalization.CultureInfo.InvariantCulture);
}
