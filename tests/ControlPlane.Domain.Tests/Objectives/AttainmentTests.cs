using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Tests.Objectives;

public sealed class AttainmentTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    private static readonly Objective Ninety = new() { Name = "o", Indicator = "i", Target = 0.9m, Window = new RollingWindow(TimeSpan.FromDays(1)), MinimumCount = 5 };

    private static readonly ObjectivePeriod Day = new(Start, Start.AddDays(1));

    [Fact]
    public void Events_count_alike_and_those_outside_do_not_count()
    {
        Tally[] tallies = [Hour(-1, 0, 100), Hour(0, 90, 100), Hour(1, 5, 5), Hour(24, 0, 100)];
        var attained = Attainment.Of(Ninety, tallies, Day);
        Assert.Equal((ObjectiveStanding.Met, 95m, 105, 105L), (attained.Standing, attained.Good, attained.Units, attained.Events));
        Assert.Equal(10.5m, attained.Budget);
        Assert.Equal(0.5m / 10.5m, attained.Left!.Value, 12);
    }

    [Fact]
    public void A_quiet_hour_counts_as_much_as_a_rush_where_slices_count()
    {
        var objective = Ninety with { Method = BudgetingMethod.Timeslices, Slice = TimeSpan.FromHours(1), SliceTarget = 0.95m };
        Tally[] tallies = [Hour(0, 1000, 1000), Hour(1, 0, 1), Hour(2, 19, 20), new(Start.AddHours(3.5), 500, 500), new(Start.AddHours(3.1), 0, 100)];
        var attained = Attainment.Of(objective, tallies, Day);
        Assert.Equal((ObjectiveStanding.Missed, 2m, 4L), (attained.Standing, attained.Good, attained.Units));
        Assert.Equal(1 + 0 + 0.95m + 500m / 600, Attainment.Of(objective with { Method = BudgetingMethod.RatioTimeslices, SliceTarget = null }, tallies, Day).Good);
    }

    [Fact]
    public void Without_enough_events_it_is_neither_met_nor_missed()
    {
        Assert.Equal(ObjectiveStanding.NoData, Attainment.Of(Ninety, [Hour(0, 0, 4)], Day).Standing);
        Assert.Equal(ObjectiveStanding.Missed, Attainment.Of(Ninety, [Hour(0, 0, 5)], Day).Standing);
        var nothing = Attainment.Of(Ninety with { MinimumCount = 1 }, [], Day);
        Assert.Equal((ObjectiveStanding.NoData, null, null), (nothing.Standing, nothing.Ratio, nothing.Left));
    }

    [Fact]
    public void The_budget_of_a_calendar_period_only_falls()
    {
        var random = new Random(3);
        var period = new ObjectivePeriod(Start, Start.AddDays(28));
        foreach (var method in Enum.GetValues<BudgetingMethod>())
        {
            var objective = Ninety with { Method = method, Slice = method == BudgetingMethod.Occurrences ? null : TimeSpan.FromHours(4), SliceTarget = method == BudgetingMethod.Timeslices ? 0.9m : null };
            var tallies = Enumerable.Range(0, 28 * 24).Select(h => Hour(h, random.Next(80, 101), 100)).ToList();
            var line = BurnDown.Of(objective, tallies, period, method == BudgetingMethod.Occurrences ? 67_200 : 168, TimeSpan.FromHours(6), Start.AddDays(20).AddHours(1));
            Assert.Equal(Start.AddDays(20).AddHours(1), line[^1].At);
            Assert.All(line.Zip(line.Skip(1)), pair => Assert.True(pair.First.Left >= pair.Second.Left && pair.First.At < pair.Second.At));
            Assert.True(line[^1].Left < 0.9m);
        }
    }

    [Fact]
    public void A_composite_weighs_what_has_data_and_names_what_has_none()
    {
        var composite = new Composite("selling", [new("a", 3), new("b", 1), new("c", 100)]);
        var standing = composite.Of(new Dictionary<string, Attainment>
        {
            ["a"] = Attainment.Of(Ninety, [Hour(0, 100, 100)], Day), ["b"] = Attainment.Of(Ninety, [Hour(0, 90, 100)], Day), ["c"] = Attainment.Of(Ninety, [], Day),
        });
        Assert.Equal((0.75m, 0.975m), (standing.Left, standing.Ratio));
        Assert.Equal(["c"], standing.Silent);
        Assert.Null(composite.Of(new Dictionary<string, Attainment>()).Left);
    }

    [Fact]
    public void Parts_of_a_whole_sum_to_exactly_a_hundred_percent()
    {
        Assert.Equal([334, 333, 333], Shares.PerMille([1, 1, 1]));
        Assert.Equal([0, 0], Shares.PerMille([0, 0]));
        Assert.Equal([1000, 0], Shares.PerMille([long.MaxValue, 1]));
        var random = new Random(11);
        for (var i = 0; i < 2_000; i++)
        {
            var parts = Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.NextInt64(0, i % 2 == 0 ? 10 : long.MaxValue)).ToList();
            if (parts.Exists(p => p > 0))
                Assert.Equal(1000, Shares.PerMille(parts).Sum());
        }
    }

    [Fact]
    public void A_budget_that_goes_on_as_lately_is_empty_at_a_moment_that_can_be_named()
    {
        BurnDownPoint[] line = [new(Start, 1), new(Start.AddDays(5), 1), new(Start.AddDays(6), 0.8m), new(Start.AddDays(7), 0.6m)];
        Assert.Equal(Start.AddDays(10), BreachForecast.EmptyAt(line, TimeSpan.FromDays(2), TimeSpan.FromDays(30)));
        Assert.Null(BreachForecast.EmptyAt(line, TimeSpan.FromDays(2), TimeSpan.FromDays(2)));
        Assert.Null(BreachForecast.EmptyAt(line[..2], TimeSpan.FromDays(2), TimeSpan.FromDays(30)));
        Assert.Equal(Start.AddDays(8), BreachForecast.EmptyAt([.. line, new(Start.AddDays(8), -0.1m)], TimeSpan.FromDays(2), TimeSpan.FromDays(30)));
        // Below 4 % of 1,000: 39 may be late at most.
        Assert.Equal(9, BreachForecast.MayStillFail(30, 1000, 0.04m));
        Assert.Equal(-1, BreachForecast.MayStillFail(40, 1000, 0.04m));
    }

    private static Tally Hour(int hour, long good, long total) => new(Start.AddHours(hour), good, total);
}
