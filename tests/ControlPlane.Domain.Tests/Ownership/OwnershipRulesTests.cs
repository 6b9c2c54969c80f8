using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Orders;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;

namespace ControlPlane.Domain.Tests.Ownership;

public sealed class OwnershipRulesTests
{
    private static readonly StuckFacts Facts = new()
    {
        Channel = "shopify-eu", Connector = "shopify", System = "erp-main", Kind = FaultKind.Data, Code = "erp.customer_blocked", Step = "post-order", Stage = "mapped", Total = new Money(50_000, "EUR"),
        Order = new()
        {
            ExternalId = "1", Number = "#1001", PlacedAt = new(2026, 11, 23, 9, 0, 0, TimeSpan.Zero), Currency = "EUR", ShippingService = "Express", ShipTo = new() { CountryCode = "DE", Region = "BY" },
            Lines = [new() { ChannelLineRef = "1", Sku = "BOOT-1", Quantity = 2 }, new() { ChannelLineRef = "2", Sku = "HAT-7", Quantity = 1 }],
            Extensions = new Dictionary<string, string> { ["brand"] = "Nordfell" }, References = new Dictionary<string, string> { ["purchaseOrder"] = "PO-9" },
        },
    };

    [Theory]
    [InlineData("channel", "shopify-eu", true)]
    [InlineData("channel", "SHOPIFY-EU", true)]
    [InlineData("channel", "shopify-us", false)]
    [InlineData("channel", "shopify-*", true)]
    [InlineData("connector", "shopify", true)]
    [InlineData("system", "erp-main", true)]
    [InlineData("system", "us", false)]
    [InlineData("kind", "data", true)]
    [InlineData("kind", "unknownOutcome", false)]
    [InlineData("code", "erp.*", true)]
    [InlineData("code", "erp.customer_blocked", true)]
    [InlineData("code", "erp", false)]
    [InlineData("step", "post-order", true)]
    [InlineData("stage", "mapped", true)]
    [InlineData("country", "de", true)]
    [InlineData("country", "US", false)]
    [InlineData("total", "500 EUR", true)]
    [InlineData("total", "500.01 EUR", false)]
    [InlineData("total", "1 USD", false)]
    [InlineData("order.extensions.brand", "Nordfell", true)]
    [InlineData("order.extensions.Brand", "Nordfell", true)]
    [InlineData("order.extensions.brand", "Other", false)]
    [InlineData("order.extensions.season", "*", false)]
    [InlineData("order.references.purchaseOrder", "PO-*", true)]
    [InlineData("order.lines.sku", "HAT-*", true)]
    [InlineData("order.lines.sku", "COAT-*", false)]
    [InlineData("order.lines.quantity", "2", true)]
    [InlineData("order.shipTo.region", "BY", true)]
    [InlineData("order.billTo.region", "BY", false)]
    [InlineData("order.shippingService", "express", true)]
    [InlineData("order.status", "open", true)]
    public void A_condition_looks_at_its_field(string field, string value, bool fits)
    {
        var setup = Setup(new OwnershipRule([new(field, [value])], "a"));
        Assert.Empty(OwnershipChecks.Check(setup));
        Assert.Equal(fits ? "a" : "b", CompiledOwnership.Of(setup).Decide(Facts).Team);
    }

    [Fact]
    public void The_first_rule_that_fits_decides_and_all_its_conditions_must_hold()
    {
        var table = CompiledOwnership.Of(Setup(
            new([new("code", ["erp.*"]), new("country", ["US"])], "a"), new([new("code", ["wms.*", "erp.*"])], "b"), new([new("channel", ["shopify-eu"])], "a")));
        Assert.Equal(new OwnershipDecision("b", 1), table.Decide(Facts));
        Assert.Equal(new OwnershipDecision("a", 2), table.Decide(Facts with { Code = "map.missing" }));
        Assert.Equal(new OwnershipDecision("b", null), table.Decide(Facts with { Code = "map.missing", Channel = "amazon" }));
        Assert.Equal("a", table.Decide(Facts with { Order = Facts.Order! with { ShipTo = new() { CountryCode = "US" } } }).Team);
    }

    [Fact]
    public void Without_the_order_conditions_on_it_do_not_hold()
    {
        var table = CompiledOwnership.Of(Setup(new OwnershipRule([new("order.extensions.brand", ["*"])], "a")));
        Assert.True(table.NeedsOrder);
        Assert.Equal("b", table.Decide(Facts with { Order = null }).Team);
        Assert.False(CompiledOwnership.Of(Setup(new OwnershipRule([new("channel", ["x"])], "a"))).NeedsOrder);
    }

    [Fact]
    public void Without_a_fallback_it_can_be_nobodys_and_that_needs_a_reason()
    {
        var setup = Setup(new OwnershipRule([new("channel", ["amazon"])], "a")) with { Fallback = null };
        Assert.Null(CompiledOwnership.Of(setup).Decide(Facts).Team);
        Assert.Equal("fallback", Assert.Single(OwnershipChecks.Check(setup)).Field);
        Assert.Empty(OwnershipChecks.Check(setup with { Waiver = "only amazon is live" }));
        // A last rule without a condition is a fallback, too.
        Assert.Empty(OwnershipChecks.Check(setup with { Rules = [.. setup.Rules, new([], "a")] }));
    }

    [Theory]
    [InlineData("colour", "red", "There is no field 'colour'")]
    [InlineData("order.colour", "red", "There is no field")]
    [InlineData("order.shipTo", "red", "There is no field")]
    [InlineData("order.extensions", "red", "There is no field")]
    [InlineData("order.", "red", "There is no field")]
    [InlineData("order.externalId.length", "3", "There is no field")]
    [InlineData("kind", "angry", "There is no kind of fault 'angry'")]
    [InlineData("total", "much", "with its currency")]
    [InlineData("total", "5 XXX", "with its currency")]
    [InlineData("channel", "", "Allowed: 1 to 50 values")]
    public void What_could_never_hold_is_not_published(string field, string value, string said) =>
        Assert.Contains(said, Assert.Single(OwnershipChecks.Check(Setup(new OwnershipRule([new(field, [value])], "a")))).Message, StringComparison.Ordinal);

    [Fact]
    public void Teams_and_rules_must_fit_each_other()
    {
        var problems = OwnershipChecks.Check(Setup(new([], "a"), new([new("channel", ["x"])], "nobody")) with
        {
            Fallback = "ghosts",
            Teams =
            [
                new() { Key = "a", Name = "A", Members = ["x"], Calendar = "moon", Notify = ["not an address"], Ladder = [new(TimeSpan.FromHours(2), EscalationTo.Lead), new(TimeSpan.FromHours(1), EscalationTo.Team)] },
                new() { Key = "a", Name = "", Members = [] },
            ],
        }).Select(p => p.Field).ToList();
        Assert.Equal(["rules[1].team", "rules[1]", "fallback", "teams[0].calendar", "teams[0].ladder", "teams[0].notify", "teams[1].name", "teams[1].members", "teams"], problems);
    }

    [Fact]
    public void The_shipped_setup_is_sound_and_leaves_nothing_to_nobody()
    {
        Assert.Empty(OwnershipChecks.Check(OwnershipSetup.First));
        Assert.Equal(OwnershipSetup.FirstTeam, CompiledOwnership.Of(OwnershipSetup.First).Decide(Facts).Team);
    }

    [Fact]
    public void A_change_is_told_in_sentences()
    {
        var before = Setup(new OwnershipRule([new("channel", ["amazon"])], "a"), new OwnershipRule([new("code", ["erp.*"])], "b"));
        var after = before with
        {
            Rules = [before.Rules[1], before.Rules[0], new([new("total", ["500 EUR"])], "a")], Fallback = "a",
            Teams = [before.Teams[0] with { Calendar = "office" }], Calendars = [new("office", "Europe/Berlin", ["Mon-Fri 08:00-18:00"], [])],
        };
        Assert.Equal(
            ["rule added: total at least 500 EUR → a", "rules in another order", "what no rule fits: b → a", "team a, calendar: nothing → office", "team b removed", "calendar office added"],
            OwnershipDiff.Between(before, after));
        Assert.Empty(OwnershipDiff.Between(after, after));
    }

    [Theory]
    [InlineData("30m team", "30m team")]
    [InlineData("120m Lead", "2h lead")]
    [InlineData("1d manager", "1d manager")]
    [InlineData("0m team", null)]
    [InlineData("31d team", null)]
    [InlineData("5m nobody", null)]
    [InlineData("5m 1", null)]
    [InlineData("99999999999m team", null)]
    [InlineData("team", null)]
    public void A_step_of_the_ladder_is_read_and_written(string text, string? written) => Assert.Equal(written, EscalationStep.Parse(text)?.ToString());

    [Fact]
    public void A_ladder_without_a_lead_reaches_whoever_is_there()
    {
        var team = new Team { Key = "a", Name = "A", Members = ["bo", "role:business"] };
        Assert.Equal(team.Members, team.Reached(EscalationTo.Manager));
        Assert.Equal(["li"], (team with { Leads = ["li"] }).Reached(EscalationTo.Manager));
        Assert.True(team.Has("BO", _ => false));
        Assert.True(team.Has("x", r => r == "business"));
        Assert.False(team.IsLedBy("bo", _ => true));
    }

    private static OwnershipSetup Setup(params OwnershipRule[] rules) =>
        new() { Rules = rules, Fallback = "b", Teams = [new() { Key = "a", Name = "A", Members = ["x"] }, new() { Key = "b", Name = "B", Members = ["y"] }] };
}
