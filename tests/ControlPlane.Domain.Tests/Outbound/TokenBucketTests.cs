using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Outbound;

namespace ControlPlane.Domain.Tests.Outbound;

public sealed class TokenBucketTests
{
    private const long Second = 1_000_000;

    [Fact]
    public void Whatever_is_asked_no_window_gets_more_than_the_burst_and_what_was_added()
    {
        var random = new Random(11);
        for (var round = 0; round < 200; round++)
        {
            var budget = new RateBudget(0.01 + random.NextDouble() * 50, 1 + random.Next(100), Cost: 1);
            var bucket = TokenBucket.Full(budget, 0);
            var granted = new List<(long At, double Tokens)>();
            long now = 0;
            for (var i = 0; i < 100; i++)
            {
                now += random.Next((int)Second);
                (bucket, var got, var wait) = bucket.Take(budget, now, 1 + random.Next(5), 1, 0);
                granted.Add((now, got));
                Assert.True(got > 0 ^ wait > TimeSpan.Zero);
                if (random.NextDouble() < 0.1)
                    bucket = bucket.Correct(random.NextDouble() * budget.Burst);
            }

            foreach (var (from, _) in granted)
                Assert.True(granted.Where(g => g.At >= from).Select((g, i) => granted.Where(x => x.At >= from && x.At <= g.At).Sum(x => x.Tokens) - budget.PerSecond * (g.At - from) / 1e6).Max() <= budget.Burst + 1e-6);
        }
    }

    [Fact]
    public void The_wait_that_it_names_is_enough()
    {
        var budget = new RateBudget(0.3, 4);
        var bucket = TokenBucket.Full(budget, 0) with { Tokens = 0.2 };
        var (same, none, wait) = bucket.Take(budget, 0, 1, 1, 0);
        Assert.Equal(0, none);
        Assert.Equal(1, same.Take(budget, (long)Math.Ceiling(wait.TotalMicroseconds), 1, 1, 0).Granted);
    }

    [Fact]
    public void A_closure_holds_and_time_that_runs_backwards_adds_nothing()
    {
        var budget = new RateBudget(10, 10);
        var bucket = TokenBucket.Full(budget, 100 * Second).CloseUntil(130 * Second);
        Assert.Equal(TimeSpan.FromSeconds(30), bucket.Take(budget, 100 * Second, 1, 1, 0).Wait);
        Assert.Equal(1, bucket.Take(budget, 130 * Second, 1, 1, 0).Granted);
        Assert.Equal(10, bucket.Refill(budget, 50 * Second).Tokens);
    }

    [Fact]
    public void A_pace_above_the_allowance_is_told_when_it_runs_dry()
    {
        var budget = new RateBudget(1, 100);
        Assert.Null(BudgetForecast.ShortIn(budget, 50, 60));
        Assert.Equal(TimeSpan.FromSeconds(50), BudgetForecast.ShortIn(budget, 50, 120));
    }
}
