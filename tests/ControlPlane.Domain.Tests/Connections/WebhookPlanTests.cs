using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Tests.Connections;

public sealed class WebhookPlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);
    private static readonly Uri Ours = new("https://hub.example.com/in/shop");

    private static readonly WebhookSubscription Good = new("1", "orders/create", "https://hub.example.com/in/shop", true, null);

    [Fact]
    public void What_is_there_needs_nothing() => Assert.Equal("", Plan(null, true, Good));

    [Theory]
    [InlineData("https://HUB.example.com:443/in/shop/", "")]
    [InlineData("https://hub.example.com/in/other", "create orders/create")]
    [InlineData("https://hub.example.com:8443/in/shop", "create orders/create")]
    [InlineData("https://elsewhere.example.com/in/shop", "create orders/create")]
    [InlineData("no address", "create orders/create")]
    public void Only_what_sends_to_us_counts(string address, string plan) => Assert.Equal(plan, Plan(null, true, Good with { Address = address }));

    [Fact]
    public void A_disabled_one_makes_room_for_a_new_one() => Assert.Equal("create orders/create instead of 1", Plan(null, true, Good with { Active = false }));

    [Theory]
    [InlineData(71, true, "")]
    [InlineData(25, true, "")]
    [InlineData(23, true, "renew 1")]
    [InlineData(23, false, "create orders/create instead of 1")]
    [InlineData(0, true, "create orders/create instead of 1")]
    [InlineData(-5, true, "create orders/create instead of 1")]
    public void What_lives_three_days_is_renewed_in_its_last_third(int hoursLeft, bool canRenew, string plan) =>
        Assert.Equal(plan, Plan(TimeSpan.FromDays(3), canRenew, Good with { ExpiresAt = Now.AddHours(hoursLeft) }));

    [Fact]
    public void Doubles_are_removed_and_the_best_one_stays() =>
        Assert.Equal("delete 2; delete 3", Plan(null, true, Good with { Id = "3", Active = false }, Good, Good with { Id = "2", Topic = "/orders/create" }));

    [Fact]
    public void Topics_that_nobody_wants_are_left_alone() => Assert.Equal("", Plan(null, true, Good, Good with { Id = "9", Topic = "products/update" }));

    private static string Plan(TimeSpan? lifetime, bool canRenew, params WebhookSubscription[] there) => string.Join("; ", WebhookPlan.Of(["orders/create"], Ours, there, lifetime, canRenew, Now).Select(a => a switch
    {
        WebhookAction.Create { Of: { } old } create => $"create {create.Topic} instead of {old.Id}",
        WebhookAction.Create create => $"create {create.Topic}",
        WebhookAction.Renew renew => $"renew {renew.Subscription.Id}",
        WebhookAction.Delete delete => $"delete {delete.Subscription.Id}",
        _ => "",
    }));
}
