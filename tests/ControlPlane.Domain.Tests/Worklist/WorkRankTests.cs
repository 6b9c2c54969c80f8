using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Worklist;

namespace ControlPlane.Domain.Tests.Worklist;

/// <summary>Who stands above whom: by money, by time, and never turned round by waiting.</summary>
public sealed class WorkRankTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(42)]
    public void At_equal_money_the_earlier_deadline_stands_above_and_at_equal_deadline_more_money(int seed)
    {
        var luck = new Random(seed);
        for (var i = 0; i < 2_000; i++)
        {
            var facts = Facts(luck.NextInt64(1, 1_000_000), Now.AddMinutes(luck.Next(1, 40_000)));
            Assert.True(Score(facts with { ShipBy = facts.ShipBy!.Value.AddMinutes(1 + luck.Next(5_000)) }) < Score(facts));
            Assert.True(Score(facts with { TotalMinor = facts.TotalMinor + 1 + luck.Next(100_000) }) > Score(facts));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void The_stored_order_is_that_of_money_times_probability_times_urgency_at_any_time_before_the_deadlines(int seed)
    {
        var luck = new Random(seed);
        for (var i = 0; i < 2_000; i++)
        {
            var (one, other) = (Facts(luck.NextInt64(1, 1_000_000), Now.AddMinutes(luck.Next(600, 4_000))), Facts(luck.NextInt64(1, 1_000_000), Now.AddMinutes(luck.Next(600, 4_000))));
            foreach (var at in new[] { Now, Now.AddHours(4), Now.AddHours(9) })
                Assert.Equal(Urgency(one, at) > Urgency(other, at), Score(one) > Score(other));
        }

        double Urgency(WorkFacts facts, DateTimeOffset at) => facts.TotalMinor!.Value * Math.Exp(-((facts.ShipBy!.Value - at) / Rules.Urgency));
    }

    [Fact]
    public void Ten_times_the_money_outweighs_eighteen_hours_and_not_nineteen()
    {
        Assert.True(Score(Facts(100_000, Now.AddHours(20))) > Score(Facts(10_000, Now.AddHours(2))));
        Assert.True(Score(Facts(100_000, Now.AddHours(21))) < Score(Facts(10_000, Now.AddHours(2))));
    }

    [Fact]
    public void What_was_late_already_counts_as_due_when_it_got_stuck()
    {
        Assert.Equal(Score(Facts(10_000, Now)), Score(Facts(10_000, Now.AddDays(-40))));
        Assert.Equal(Now.AddDays(-40), WorkRank.Of(Facts(10_000, Now.AddDays(-40)), Rules).ActBy);
    }

    [Fact]
    public void Without_a_deadline_it_stands_below_what_has_one_within_the_week_and_above_what_came_later()
    {
        var none = Facts(10_000, null);
        Assert.True(Score(none) < Score(Facts(10_000, Now.AddDays(6))));
        Assert.True(Score(none) > Score(Facts(10_000, Now.AddDays(8))));
        Assert.True(Score(none) > Score(none with { StuckSince = Now.AddHours(1) }));
        Assert.Null(WorkRank.Of(none, Rules).ActBy);
    }

    [Fact]
    public void Without_money_the_usual_total_counts_and_nothing_counts_as_nothing()
    {
        var due = Now.AddHours(3);
        Assert.Equal(Score(Facts(5_000, due)), Score(Facts(null, due)));
        Assert.Equal(Score(Facts(5_000, due)), Score(Facts(9_999, due) with { Currency = "XXX" }));
        Assert.True(double.IsFinite(Score(Facts(0, due))));
        Assert.True(double.IsFinite(Score(Facts(-4_000, due))));
        Assert.True(Score(Facts(0, due)) < Score(Facts(100, due)));
    }

    [Fact]
    public void Currencies_are_weighed_and_one_that_is_not_named_counts_as_one()
    {
        var due = Now.AddHours(3);
        var yen = Facts(16_000, due) with { Currency = "JPY" };
        Assert.Equal(Score(Facts(9_600, due)), Score(yen), 9);
        Assert.Equal(Score(Facts(9_600, due)), Score(Facts(9_600, due) with { Currency = "CHF" }));
    }

    [Fact]
    public void Several_rules_add_up_and_the_earliest_deadline_is_the_one_to_act_by()
    {
        var late = Rule("late", new PenaltyCost.Fixed(20, "EUR"), TimeSpan.Zero);
        var lost = Rule("lost", new PenaltyCost.Lost(), TimeSpan.FromDays(4));
        var facts = Facts(10_000, Now.AddHours(5));
        var (one, both) = (With(late), With(late, lost));
        Assert.True(WorkRank.Of(facts, both).Score > WorkRank.Of(facts, one).Score);
        Assert.Equal(Now.AddHours(5), WorkRank.Of(facts, both).ActBy);
        // A rule whose deadline lies before the promise asks for somebody earlier.
        Assert.Equal(Now.AddHours(1), WorkRank.Of(facts, With(lost, Rule("asn", new PenaltyCost.Fixed(200, "USD"), TimeSpan.FromHours(-4)))).ActBy);
    }

    [Fact]
    public void The_leading_rule_is_the_most_urgent_that_can_still_be_met_then_the_last_that_passed()
    {
        var rules = With(Rule("late", new PenaltyCost.Fixed(20, "EUR"), TimeSpan.Zero), Rule("lost", new PenaltyCost.Lost(), TimeSpan.FromDays(4)));
        var facts = Facts(10_000, Now.AddHours(5));
        Assert.Equal("late", WorkRank.Leading(facts, rules, Now)?.Rule.Id);
        Assert.Equal("lost", WorkRank.Leading(facts, rules, Now.AddHours(6))?.Rule.Id);
        Assert.Equal("lost", WorkRank.Leading(facts, rules, Now.AddDays(9))?.Rule.Id);
        Assert.Null(WorkRank.Leading(facts, PenaltyRules.None, Now));
    }

    private static readonly PenaltyRules Rules = new([], new Dictionary<string, double> { ["EUR"] = 1, ["JPY"] = 0.006 }, PenaltyRules.UsualUrgency, PenaltyRules.UsualTotal);

    private static double Score(WorkFacts facts) => WorkRank.Of(facts, Rules).Score;

    private static WorkFacts Facts(long? total, DateTimeOffset? shipBy) => new("amazon", "amazon-de", "order", "EUR", total, Now.AddHours(-9), Now.AddHours(-8), Now, shipBy);

    private static PenaltyRules With(params PenaltyRule[] rules) => new(rules, new Dictionary<string, double>(), PenaltyRules.UsualUrgency, PenaltyRules.UsualTotal);

    private static PenaltyRule Rule(string id, PenaltyCost cost, TimeSpan plus) => new()
    {
        Id = id, Title = id, When = new([], [], []), From = DeadlineFrom.ShipBy, Plus = plus, Cost = cost, Probability = 0.5, ValidFrom = new(2020, 1, 1), Source = "test",
    };
}
