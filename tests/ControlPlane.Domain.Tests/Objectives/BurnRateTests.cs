using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Tests.Objectives;

public sealed class BurnRateTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly Objective Month = new() { Name = "o", Indicator = "i", Target = 0.99m, Window = new RollingWindow(TimeSpan.FromDays(30)), MinimumCount = 20 };

    [Fact]
    public void Factors_of_thirty_days_are_those_of_the_workbook_and_others_follow_from_their_budget()
    {
        Assert.Equal([14.4m, 6m, 3m, 1m], BurnRule.For(TimeSpan.FromDays(30)).Select(r => r.Factor));
        Assert.Equal([(60d, 5d), (360, 30), (1440, 120), (4320, 360)], BurnRule.For(TimeSpan.FromDays(30)).Select(r => (r.Long.TotalMinutes, r.Short.TotalMinutes)));
        Assert.Equal([13.44m, 3.5m, 1.4m, 0.98m], BurnRule.For(TimeSpan.FromDays(7)).Select(r => r.Factor));
        Assert.Equal([13.44m, 5.6m, 2.8m], BurnRule.For(TimeSpan.FromDays(28)).Select(r => r.Factor).Take(3));
        Assert.Equal([TimeSpan.FromHours(1), TimeSpan.FromHours(6)], BurnRule.For(TimeSpan.FromDays(1)).Select(r => r.Long));
    }

    /// <summary>Written anew here with plain sums over minutes, doubles and no shared code.</summary>
    [Fact]
    public void Every_reading_of_a_generated_month_is_as_an_independent_computation_says()
    {
        var random = new Random(5);
        var good = new long[30 * 1440];
        var total = new long[30 * 1440];
        var burning = 0;
        for (var minute = 0; minute < good.Length; minute++)
        {
            if (random.Next(4000) == 0)
                burning = random.Next(10, 600);
            total[minute] = random.Next(0, 6);
            var failing = burning-- > 0 ? 0.25 : 0.004;
            for (var i = 0; i < total[minute]; i++)
                good[minute] += random.NextDouble() < failing ? 0 : 1;
        }

        var tallies = Enumerable.Range(0, good.Length).Select(m => new Tally(Start.AddMinutes(m), good[m], total[m])).ToList();
        var fired = 0;
        for (var minute = 4400; minute < good.Length; minute += 97)
        {
            (int Long, int Short, double Factor)[] pairs = [(60, 5, 14.4), (360, 30, 6), (1440, 120, 3), (4320, 360, 1)];
            var readings = BurnRate.Read(Month, tallies[(minute - 4320)..minute], Start.AddMinutes(minute));
            for (var i = 0; i < 4; i++)
            {
                double Rate(int span)
                {
                    long g = 0, t = 0;
                    for (var m = minute - span; m < minute; m++)
                        (g, t) = (g + good[m], t + total[m]);
                    return t == 0 ? 0 : (t - g) / (double)t / 0.01;
                }

                var (slow, fast) = (Rate(pairs[i].Long), Rate(pairs[i].Short));
                Assert.Equal(slow, (double)(readings[i].LongRate ?? 0), 8);
                Assert.Equal(fast, (double)(readings[i].ShortRate ?? 0), 8);
                Assert.Equal(slow > pairs[i].Factor && fast > pairs[i].Factor, readings[i].Firing);
                fired += readings[i].Firing ? 1 : 0;
            }
        }

        Assert.InRange(fired, 10, 1500);
    }

    [Fact]
    public void A_hard_burn_pages_within_minutes_ends_soon_after_it_and_a_clean_week_is_quiet()
    {
        var tallies = Enumerable.Range(0, 7 * 1440).Select(m => new Tally(Start.AddMinutes(m), m % 200 == 0 ? 9 : 10, 10)).ToList();
        for (var hour = 72; hour < 168; hour += 5)
            Assert.DoesNotContain(BurnRate.Read(Month, tallies, Start.AddHours(hour)), r => r.Firing);
        // From here everything fails.
        var begin = Start.AddDays(7);
        tallies.AddRange(Enumerable.Range(0, 60).Select(m => new Tally(begin.AddMinutes(m), 0, 10)));
        tallies.AddRange(Enumerable.Range(60, 60).Select(m => new Tally(begin.AddMinutes(m), 10, 10)));
        Assert.Contains(BurnRate.Read(Month, tallies, begin.AddMinutes(9)), r => r.Firing);
        var paged = Enumerable.Range(1, 60).First(m => BurnRate.Read(Month, tallies, begin.AddMinutes(m)).Any(r => r is { Firing: true, Rule.Urgency: AlertUrgency.Page }));
        // 14.4 % of an hour, where one of a hundred may fail; sooner, the less may fail.
        Assert.Equal(9, paged);
        Assert.True(BurnRate.Read(Month with { Target = 0.999m }, [.. tallies.Where(t => t.Good > 9 || t.At >= begin)], begin.AddMinutes(2))[0].Firing);
        Assert.Contains(BurnRate.Read(Month, tallies, begin.AddMinutes(62)), r => r is { Firing: true, Rule.Urgency: AlertUrgency.Page });
        Assert.False(BurnRate.Read(Month, tallies, begin.AddMinutes(66))[0].Firing);
    }

    [Fact]
    public void On_a_quiet_channel_one_failure_pages_nobody_and_the_count_watches()
    {
        Tally[] tallies = [new(Start.AddMinutes(58), 0, 1), new(Start.AddMinutes(10), 1, 1)];
        var now = Start.AddHours(1);
        Assert.Equal(50m, BurnRate.Read(Month, tallies, now)[0].LongRate);
        Assert.DoesNotContain(BurnRate.Read(Month, tallies, now), r => r.Firing);
        Assert.False(new CountRule(2, TimeSpan.FromHours(2)).Fires(tallies, now));
        Assert.True(new CountRule(2, TimeSpan.FromHours(2)).Fires([.. tallies, new(Start.AddMinutes(59), 0, 1)], now));
        Assert.Null(BurnRate.Of(Month, tallies, Start.AddDays(9), TimeSpan.FromHours(1)));
    }
}
