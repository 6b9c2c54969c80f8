using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;

namespace ControlPlane.Domain.Tests.Outbound;

public sealed class BudgetOutlookTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 19, 0, 30, TimeSpan.Zero);

    // Tokens a second, left, used in the last minute, in the busiest one: at this pace and at three times the peak it is used up at.
    [Theory]
    [InlineData(2, 40, 60, 60, "lasts", "19:01:10")]
    [InlineData(2, 40, 180, 180, "19:01:10", "19:00:35")]
    [InlineData(2, 0, 180, 180, "19:00:30", "19:00:30")]
    [InlineData(2, 40, 0, 40, "lasts", "lasts")]
    [InlineData(100, 2000, 5000, 5000, "lasts", "19:00:43")]
    [InlineData(0.0167, 20, 3, 3, "19:10:30", "19:03:00")]
    [InlineData(5, 10, 0, 0, "lasts", "lasts")]
    public void A_budget_tells_when_it_runs_out(double perSecond, double left, double pace, double peak, string atPace, string atPeak)
    {
        var minutes = new List<BudgetMinute> { new(Now.AddSeconds(-30).AddMinutes(-1), pace, 0, 0), new(Now.AddSeconds(-30).AddHours(-5), peak, 0, 0) };
        var outlook = BudgetOutlook.Of(new(perSecond, 2000), left, minutes, Now);
        Assert.Equal((atPace, atPeak), (Time(outlook.ShortAt), Time(outlook.ShortAtPeak)));
    }

    [Fact]
    public void The_minute_that_is_not_over_is_no_pace_and_yesterday_is_over()
    {
        var minute = Now.AddSeconds(-30);
        var outlook = BudgetOutlook.Of(new(1, 10), 10,
            [new(minute, 500, 1, 2), new(minute.AddMinutes(-1), 7, 1, 0), new(minute.AddMinutes(-59), 10, 0, 0), new(minute.AddHours(-2), 100, 3, 1), new(minute.AddHours(-25), 9000, 9, 9)], Now);
        Assert.Equal((7, 517, 617, 500, 5, 3), (outlook.Now, outlook.LastHour, outlook.LastDay, outlook.Peak, outlook.Refused, outlook.Waits));
    }

    [Theory]
    [InlineData(0, "19:00:30")]
    [InlineData(-1, "19:00:30")]
    [InlineData(-2, "lasts")]
    public void A_budget_that_calls_waited_for_just_now_does_not_last(int minute, string atPace)
    {
        var outlook = BudgetOutlook.Of(new(2, 40), 40, [new(Now.AddSeconds(-30).AddMinutes(minute), 3, 0, 200)], Now);
        Assert.Equal((atPace, atPace), (Time(outlook.ShortAt), Time(outlook.ShortAtPeak)));
    }

    [Fact]
    public void Where_nothing_was_used_everything_lasts() => Assert.Equal(new(0, 0, 0, 0, 0, 0, null, null), BudgetOutlook.Of(new(1, 10), 10, [], Now));

    private static string Time(DateTimeOffset? at) => at?.ToString("HH:mm:ss", CultureInfo.InvariantCulture) ?? "lasts";
}
