using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Turns;

namespace ControlPlane.Domain.Tests.Turns;

public sealed class TurnRuleTests
{
    private static CanonicalOrder Order => new() { ExternalId = "1", Number = "#1", PlacedAt = new(2026, 11, 23, 9, 0, 0, TimeSpan.FromHours(1)), Currency = "EUR", Lines = [] };

    [Fact]
    public void A_customer_is_known_by_the_channels_key_or_by_mail_and_a_guest_keeps_no_order()
    {
        var rule = new TurnRule(TurnEntity.Customer, TurnPolicy.InOrder, null);
        Assert.Equal("f/shop/77", rule.KeyOf("f", "shop", Order with { Customer = new() { ExternalId = "77", Email = "a@b.example" } }));
        Assert.Equal("f/shop/a@b.example", rule.KeyOf("f", "shop", Order with { Customer = new() { Email = " a@b.example " } }));
        Assert.Null(rule.KeyOf("f", "shop", Order with { Customer = new() { Name = "Ada" } }));
        Assert.Null(rule.KeyOf("f", "shop", Order));
    }

    [Fact]
    public void Two_flows_two_channels_and_two_numbers_do_not_wait_for_each_other()
    {
        var rule = new TurnRule(TurnEntity.Order, TurnPolicy.Newest, null);
        Assert.Equal(4, new[] { rule.KeyOf("f", "shop", Order), rule.KeyOf("g", "shop", Order), rule.KeyOf("f", "shop-b", Order), rule.KeyOf("f", "shop", Order with { Number = "#2" }) }.Distinct().Count());
        Assert.Equal("f/shop", (rule with { Entity = TurnEntity.Channel }).KeyOf("f", "shop", Order));
    }

    [Fact]
    public void The_state_is_as_new_as_the_channel_says()
    {
        Assert.Equal(Order.PlacedAt.ToUnixTimeMilliseconds() * 1000, TurnRule.VersionOf(Order));
        var changed = new DateTimeOffset(2026, 11, 23, 8, 0, 0, 250, TimeSpan.Zero).AddTicks(70);
        Assert.Equal(changed.ToUnixTimeMilliseconds() * 1000 + 7, TurnRule.VersionOf(Order with { UpdatedAt = changed }));
    }
}
