using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;

namespace ControlPlane.Domain.Tests.Objectives;

/// <summary>Several objectives as one: how fast their budget burns together.</summary>
public sealed class CompositeBurnTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 2, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Its_pace_is_the_weighted_mean_of_the_paces_of_its_parts()
    {
        // 2 % bad of an allowance of 1 % is twice the pace; 40 % of 2 % is twenty times. Three to one: 6.5 times.
        var read = CompositeBurn.Read([Part("a", 3, 0.99m, _ => (98, 100)), Part("b", 1, 0.98m, _ => (60, 100))]);
        Assert.Equal([14.4m, 6m, 3m, 1m], read.Select(r => r.Rule.Factor));
        Assert.All(read, r => Assert.Equal((6.5m, 6.5m), (r.LongRate, r.ShortRate)));
        Assert.Equal([false, true, true, true], read.Select(r => r.Firing));
        Assert.Equal((AlertUrgency.Page, 6.5m), AlertEvaluation.Of("both", [Part("a", 3, 0.99m, _ => (98, 100)), Part("b", 1, 0.98m, _ => (60, 100))]) is { } found ? (found.Urgency, found.Pace) : default);
    }

    [Fact]
    public void What_burns_in_a_light_part_alone_is_no_alert_of_the_whole()
    {
        var light = Part("light", 1, 0.99m, _ => (50, 100));
        Assert.Contains(BurnRate.Read(light.Objective, light.Tallies, Now), r => r.Firing);
        Assert.Null(AlertEvaluation.Of("both", [light, Part("heavy", 99, 0.99m, _ => (100, 100))]));
    }

    [Fact]
    public void It_may_burn_where_no_part_does_by_itself()
    {
        // One burned until five minutes ago, the other began then: each in one of the two windows.
        var window = new RollingWindow(TimeSpan.FromHours(11));
        var over = Part("over", 1, 0.5m, m => m > 5 ? (0, 10) : (10, 10), window);
        var began = Part("began", 1, 0.5m, m => m > 5 ? (10, 10) : (0, 10), window);
        Assert.All(new[] { over, began }, p => Assert.DoesNotContain(BurnRate.Read(p.Objective, [.. p.Tallies], Now), r => r.Firing));
        Assert.NotNull(AlertEvaluation.Of("both", [over, began]));
    }

    [Fact]
    public void Parts_without_enough_events_say_nothing_and_no_part_is_no_alert()
    {
        var few = Part("few", 9, 0.99m, m => m == 1 ? (0, 1) : (0, 0), least: 20);
        Assert.Null(AlertEvaluation.Of("both", [few]));
        Assert.Equal(50m, CompositeBurn.Read([few, Part("busy", 1, 0.99m, _ => (50, 100))])[0].LongRate);
        Assert.Null(AlertEvaluation.Of("none", []));
    }

    [Theory]
    [InlineData(null, ScorecardStanding.NoData)]
    [InlineData("0.51", ScorecardStanding.Inside)]
    [InlineData("0.5", ScorecardStanding.RunningLow)]
    [InlineData("0", ScorecardStanding.RunningLow)]
    [InlineData("-0.01", ScorecardStanding.Missed)]
    public void How_it_stands_follows_from_what_is_left(string? left, ScorecardStanding standing) =>
        Assert.Equal(standing, ScorecardStandings.Of(new CompositeStanding(left is null ? null : decimal.Parse(left, System.Globalization.CultureInfo.InvariantCulture), null, [])));

    /// <param name="minute">Good and all of the minute so many minutes ago.</param>
    private static CompositeBurnPart Part(string name, decimal weight, decimal target, Func<int, (long Good, long All)> minute, ObjectiveWindow? window = null, long least = 1) => new(
        new() { Name = name, Indicator = name, Target = target, Window = window ?? new RollingWindow(TimeSpan.FromDays(30)), MinimumCount = least }, weight,
        [.. Enumerable.Range(1, 4320).Select(m => (At: Now.AddMinutes(-m), Of: minute(m))).Where(m => m.Of.All > 0).Select(m => new Tally(m.At, m.Of.Good, m.Of.All))], Now);
}
