using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Worklist;

namespace ControlPlane.Domain.Tests.Worklist;

/// <summary>Which rule counts for an order, and what it would cost.</summary>
public sealed class PenaltyRulesTests
{
    private static readonly DateTimeOffset Placed = new(2025, 3, 10, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_version_that_held_when_the_order_was_placed_counts()
    {
        var rules = Rules(Walmart with { Limit = "at least 95 %", ValidFrom = new(2023, 1, 1) }, Walmart with { Limit = "at least 90 %", ValidFrom = new(2025, 6, 1) });
        Assert.Equal("at least 95 %", Assert.Single(rules.Of(Order)).Rule.Limit);
        Assert.Equal("at least 90 %", Assert.Single(rules.Of(Order with { PlacedAt = new(2025, 6, 1, 0, 0, 0, TimeSpan.Zero) })).Rule.Limit);
        Assert.Equal("at least 95 %", Assert.Single(rules.Of(Order with { PlacedAt = new(2025, 5, 31, 23, 59, 59, TimeSpan.Zero) })).Rule.Limit);
        Assert.Empty(rules.Of(Order with { PlacedAt = new(2022, 12, 31, 23, 0, 0, TimeSpan.Zero) }));
    }

    [Fact]
    public void Of_two_with_one_date_the_later_in_the_documents_overrides_and_a_probability_of_none_switches_off()
    {
        Assert.Equal("ours", Assert.Single(Rules(Walmart, Walmart with { Title = "ours" }).Of(Order)).Rule.Title);
        Assert.Empty(Rules(Walmart, Walmart with { Probability = 0 }).Of(Order));
    }

    [Theory]
    [InlineData("walmart", "walmart-us", "order", true)]
    [InlineData("amazon", "walmart-us", "order", false)]
    [InlineData(null, "walmart-us", "order", false)]
    [InlineData("walmart", "other", "order", false)]
    [InlineData("walmart", "walmart-us", "return", false)]
    public void Every_part_of_its_scope_must_fit(string? connector, string channel, string kind, bool fits)
    {
        var rule = Walmart with { When = new(["walmart"], ["walmart-us"], ["order"]) };
        Assert.Equal(fits, Rules(rule).Of(Order with { Connector = connector, Channel = channel, Kind = kind }).Count == 1);
    }

    [Fact]
    public void It_costs_the_sale_a_share_of_it_or_a_fixed_charge()
    {
        Assert.Equal(new Money(12_640, "EUR"), Cost(new PenaltyCost.Lost()).Loss);
        Assert.Equal(new Money(1_264, "EUR"), Cost(new PenaltyCost.Share(0.1m)).Loss);
        var fix = Cost(new PenaltyCost.Fixed(200, "USD"));
        Assert.Equal((new Money(20_000, "USD"), 0.5 * 200 * 0.9), (fix.Loss!.Value, fix.Weight));
    }

    [Fact]
    public void A_withheld_total_is_told_as_unknown_and_counts_as_the_usual_one()
    {
        var stake = Assert.Single(Rules(Walmart with { Cost = new PenaltyCost.Share(0.1m) }).Of(Order with { TotalMinor = null }));
        Assert.Null(stake.Loss);
        Assert.Equal(0.5 * 0.1 * PenaltyRules.UsualTotal, stake.Weight, 9);
    }

    [Fact]
    public void The_deadline_is_counted_from_the_promise_the_order_or_the_receipt()
    {
        Assert.Equal(Order.ShipBy!.Value.AddDays(4), Deadline(DeadlineFrom.ShipBy, 4));
        Assert.Equal(Placed.AddDays(4), Deadline(DeadlineFrom.Placed, 4));
        Assert.Equal(Order.ReceivedAt.AddDays(-1), Deadline(DeadlineFrom.Received, -1));
        Assert.Empty(Rules(Walmart).Of(Order with { ShipBy = null }));
    }

    [Fact]
    public void A_rule_for_orders_without_a_promise_leaves_the_others_alone()
    {
        var (without, with) = (Walmart with { From = DeadlineFrom.Placed, When = new([], [], [], Promised: false) }, Walmart with { From = DeadlineFrom.Placed, When = new([], [], [], Promised: true) });
        Assert.Equal((0, 1), (Rules(without).Of(Order).Count, Rules(without).Of(Order with { ShipBy = null }).Count));
        Assert.Equal((1, 0), (Rules(with).Of(Order).Count, Rules(with).Of(Order with { ShipBy = null }).Count));
    }

    private static readonly WorkFacts Order = new("walmart", "walmart-us", "order", "EUR", 12_640, Placed, Placed.AddMinutes(5), Placed.AddHours(1), Placed.AddDays(2));

    private static readonly PenaltyRule Walmart = new()
    {
        Id = "walmart-auto-cancel", Title = "Walmart cancels it", When = new(["walmart"], [], []), From = DeadlineFrom.ShipBy, Plus = TimeSpan.FromDays(4), Cost = new PenaltyCost.Lost(), Probability = 0.5,
        ValidFrom = new(2023, 1, 1), Source = "test",
    };

    private static PenaltyRules Rules(params PenaltyRule[] rules) => new(rules, new Dictionary<string, double> { ["USD"] = 0.9 }, PenaltyRules.UsualUrgency, PenaltyRules.UsualTotal);

    private static Stake Cost(PenaltyCost cost) => Assert.Single(Rules(Walmart with { Cost = cost }).Of(Order));

    private static DateTimeOffset? Deadline(DeadlineFrom from, int days) => Rules(Walmart with { From = from, Plus = TimeSpan.FromDays(days) }).Of(Order).Single().Deadline;
}
