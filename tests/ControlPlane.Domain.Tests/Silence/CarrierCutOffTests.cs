using ControlPlane.Domain.Silence;

namespace ControlPlane.Domain.Tests.Silence;

public sealed class CarrierCutOffTests
{
    private static readonly IReadOnlyList<DayOfWeek> Week = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    private static readonly CarrierCalendar Berlin = new()
    {
        Name = "parcel", Carrier = "DHL", Connection = "wms", Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
        PickUps = [new(Week, new(17, 0), new(15, 0)), new([DayOfWeek.Saturday], new(12, 0), new(10, 0))],
        Hours = [new(Week, new(6, 0), new(18, 0))],
        Holidays = new HashSet<DateOnly> { new(2026, 12, 25) },
    };

    /// <summary>In Berlin.</summary>
    private static DateTimeOffset At(int month, int day, int hour, int minute = 0) => Berlin.At(new(2026, month, day), new(hour, minute));

    [Fact]
    public void A_pick_up_stays_at_its_local_time_when_the_clocks_change()
    {
        Assert.Equal(TimeSpan.FromHours(15), At(10, 23, 17).TimeOfDay);
        Assert.Equal(TimeSpan.FromHours(16), At(10, 26, 17).TimeOfDay);
        Assert.Equal(At(10, 26, 17), Berlin.LastPickUp(At(10, 26, 23, 59)));
        Assert.Equal(At(10, 24, 12), Berlin.LastPickUp(At(10, 26, 16, 59)));
    }

    [Fact]
    public void A_time_that_the_clocks_skip_is_after_the_gap_and_one_that_comes_twice_is_its_first()
    {
        Assert.Equal(new DateTimeOffset(2026, 3, 29, 1, 0, 0, TimeSpan.Zero), Berlin.At(new(2026, 3, 29), new(2, 30)));
        Assert.Equal(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero), Berlin.At(new(2026, 10, 25), new(2, 30)));
    }

    [Fact]
    public void The_last_pick_up_is_never_after_the_promise_and_never_on_a_holiday()
    {
        Assert.Equal(At(11, 23, 17), Berlin.LastPickUp(At(11, 23, 17)));
        Assert.Equal(At(11, 21, 12), Berlin.LastPickUp(At(11, 23, 16, 59)));
        Assert.Equal(At(12, 24, 17), Berlin.LastPickUp(At(12, 25, 23, 59)));
    }

    [Fact]
    public void The_next_pick_up_is_one_whose_cut_off_has_not_passed()
    {
        Assert.Equal((At(11, 23, 15), At(11, 23, 17)), Berlin.NextPickUp(At(11, 23, 15)));
        Assert.Equal((At(11, 24, 15), At(11, 24, 17)), Berlin.NextPickUp(At(11, 23, 15, 1)));
        Assert.Equal((At(12, 26, 10), At(12, 26, 12)), Berlin.NextPickUp(At(12, 24, 15, 1)));
    }

    [Fact]
    public void Only_open_hours_count()
    {
        Assert.Equal(At(11, 23, 9), Berlin.Add(At(11, 23, 8), TimeSpan.FromHours(1)));
        // Friday 17:30 and an hour: half of it on Monday morning.
        Assert.Equal(At(11, 23, 6, 30), Berlin.Add(At(11, 20, 17, 30), TimeSpan.FromHours(1)));
        Assert.Equal(At(12, 28, 6, 30), Berlin.Add(At(12, 24, 17, 30), TimeSpan.FromHours(1)));
        Assert.Equal(At(11, 23, 6, 10), Berlin.Add(At(11, 21, 3), TimeSpan.FromMinutes(10)));
    }

    [Fact]
    public void A_night_shift_over_the_change_of_the_clocks_has_its_real_hours()
    {
        var night = Berlin with { Hours = [new([DayOfWeek.Sunday], new(0, 0), new(6, 0))] };
        // In October that night has seven hours, in March five.
        Assert.Equal(Berlin.At(new(2026, 10, 25), new(6, 0)), night.Add(Berlin.At(new(2026, 10, 25), new(0, 0)), TimeSpan.FromHours(7)));
        Assert.Equal(Berlin.At(new(2026, 3, 29), new(6, 0)), night.Add(Berlin.At(new(2026, 3, 29), new(0, 0)), TimeSpan.FromHours(5)));
    }

    [Fact]
    public void A_calendar_that_never_opens_does_not_wait_for_ever()
    {
        var closed = Berlin with { Hours = [new([DayOfWeek.Friday], new(6, 0), new(7, 0))], Holidays = Enumerable.Range(0, 800).Select(i => new DateOnly(2026, 1, 1).AddDays(i)).ToHashSet(), };
        Assert.Equal(At(11, 23, 9), closed.Add(At(11, 23, 8), TimeSpan.FromHours(1)));
        Assert.Null(closed.LastPickUp(At(11, 23, 8)));
        Assert.Null(closed.NextPickUp(At(11, 23, 8)));
    }
}
