using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Silence;

namespace ControlPlane.Domain.Tests.Silence;

public sealed class SilenceRulesTests
{
    private static readonly DateTimeOffset From = new(2026, 11, 23, 8, 0, 0, TimeSpan.Zero);

    private static readonly ExpectRule Shipment = new() { BeforeShipBy = TimeSpan.FromHours(4), PickUps = true, OpenHours = true };

    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private static readonly IReadOnlyList<DayOfWeek> Week = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    private static CarrierCalendar Calendar(string carrier, int pickUp, bool hours = false) => new()
    {
        Name = carrier.ToLowerInvariant(), Carrier = carrier, Connection = "wms", Zone = TimeZoneInfo.Utc, PickUps = [new(Week, new(pickUp, 0), new(pickUp - 2, 0))],
        Hours = hours ? [new(Week, new(6, 0), new(18, 0))] : [], ReportedWithin = TimeSpan.FromHours(1),
    };

    [Fact]
    public void Without_a_promise_or_a_rule_the_waits_own_deadline_counts()
    {
        Assert.Equal(new Deadline(From + Day, ExpectationReason.Within), SilenceRules.Decide(null, Day, From, From.AddDays(2), false, []));
        Assert.Equal(new Deadline(From + Day, ExpectationReason.Within), SilenceRules.Decide(Shipment, Day, From, null, false, []));
        Assert.Null(SilenceRules.Decide(null, null, From, null, false, []));
    }

    [Fact]
    public void Four_hours_before_ship_by_or_the_last_pick_up_that_meets_it_whichever_is_first()
    {
        var midnight = new DateTimeOffset(2026, 11, 24, 23, 59, 0, TimeSpan.Zero);
        Assert.Equal(new Deadline(midnight.AddHours(-4), ExpectationReason.ShipBy), SilenceRules.Decide(Shipment, Day, From, midnight, false, []));
        Assert.Equal(new Deadline(midnight.Date.AddHours(18), ExpectationReason.PickUp), Utc(SilenceRules.Decide(Shipment, Day, From, midnight, false, [Calendar("DHL", 17)])));
        // Nobody fetches on the weekend: Friday's pick-up is the last for Sunday's promise.
        var sunday = new DateTimeOffset(2026, 11, 29, 23, 59, 0, TimeSpan.Zero);
        Assert.Equal(new DateTimeOffset(2026, 11, 27, 18, 0, 0, TimeSpan.Zero), SilenceRules.Decide(Shipment, Day, From, sunday, false, [Calendar("DHL", 17)])!.Value.By);
        // A promise at 20:00 leaves no time to report after 17:00: four hours before counts.
        var evening = new DateTimeOffset(2026, 11, 24, 20, 0, 0, TimeSpan.Zero);
        Assert.Equal(new Deadline(evening.AddHours(-4), ExpectationReason.ShipBy), SilenceRules.Decide(Shipment, Day, From, evening, false, [Calendar("DHL", 17)]));
    }

    [Fact]
    public void Of_several_carriers_the_last_counts_unless_the_order_asks_for_one()
    {
        var midnight = new DateTimeOffset(2026, 11, 24, 23, 59, 0, TimeSpan.Zero);
        IReadOnlyList<CarrierCalendar> both = [Calendar("DHL", 15), Calendar("UPS", 18)];
        Assert.Equal(19, SilenceRules.Decide(Shipment, Day, From, midnight, false, SilenceRules.Fitting(both, null))!.Value.By.Hour);
        Assert.Equal(16, SilenceRules.Decide(Shipment, Day, From, midnight, false, SilenceRules.Fitting(both, "dhl express"))!.Value.By.Hour);
        Assert.Equal(19, SilenceRules.Decide(Shipment, Day, From, midnight, false, SilenceRules.Fitting(both, "GLS"))!.Value.By.Hour);
    }

    [Fact]
    public void What_came_too_late_for_its_promise_is_given_an_hour()
    {
        foreach (var shipBy in new[] { From.AddHours(-5), From.AddHours(1), From.AddHours(4.5) })
            Assert.Equal(new Deadline(From.AddHours(1), ExpectationReason.Late), SilenceRules.Decide(Shipment, Day, From, shipBy, false, []));
        Assert.Equal(new Deadline(From.AddHours(1), ExpectationReason.ShipBy), SilenceRules.Decide(Shipment, Day, From, From.AddHours(5), false, []));
    }

    [Fact]
    public void A_back_order_goes_by_its_own_time_when_the_promise_is_over()
    {
        Assert.Equal(new Deadline(From + Day, ExpectationReason.Within), SilenceRules.Decide(Shipment, Day, From, From.AddHours(-5), partly: true, []));
        Assert.Equal(ExpectationReason.ShipBy, SilenceRules.Decide(Shipment, Day, From, From.AddHours(20), partly: true, [])!.Value.Why);
    }

    [Fact]
    public void The_earliest_of_what_is_given_counts_and_open_hours_only_where_they_are_asked_for()
    {
        var rule = new ExpectRule { Within = TimeSpan.FromMinutes(30), BeforeShipBy = TimeSpan.Zero, OpenHours = true };
        var night = new DateTimeOffset(2026, 11, 23, 22, 0, 0, TimeSpan.Zero);
        Assert.Equal(new DateTimeOffset(2026, 11, 24, 6, 30, 0, TimeSpan.Zero), SilenceRules.Decide(rule, null, night, null, false, [Calendar("DHL", 17, hours: true)])!.Value.By);
        Assert.Equal(night.AddMinutes(30), SilenceRules.Decide(rule with { OpenHours = false }, null, night, null, false, [Calendar("DHL", 17, hours: true)])!.Value.By);
        Assert.Equal(ExpectationReason.ShipBy, SilenceRules.Decide(rule, null, night, night.AddHours(8), false, [Calendar("DHL", 17, hours: true)])!.Value.Why);
    }

    [Fact]
    public void Next_is_the_wait_it_stands_at_else_the_next_step_with_a_deadline()
    {
        var validate = new ValidateStep { Id = "validate" };
        var release = new WaitStep { Id = "release", Events = ["order.updated"], Deadline = Day };
        var erp = new CallStep { Id = "erp", Stage = "erp-posted", Connection = "role:erp", Operation = "createSalesOrder", Expect = new() { Within = TimeSpan.FromMinutes(10) } };
        var close = new CloseStep { Id = "close" };
        var flow = new FlowDefinition { Name = "f", Trigger = new("order.created", []), Steps = [validate, release, erp, close] };
        Assert.Equal([erp, release, erp, null], flow.Steps.Select(s => SilenceRules.Next(flow, s)));
        Assert.Equal(("order.updated", "erp-posted"), (SilenceRules.Word(release), SilenceRules.Word(erp)));
    }

    [Theory]
    [InlineData(SystemRole.Erp, "silence.erp")]
    [InlineData(SystemRole.ThreePl, "silence.warehouse")]
    [InlineData(SystemRole.Marketplace, "silence.channel")]
    [InlineData(SystemRole.Payment, "silence.system")]
    public void A_step_that_is_late_says_whose_it_is_and_names_nobody(SystemRole role, string code)
    {
        var fault = SilenceRules.OfStep(new CallStep { Id = "x", Title = "Post it", Connection = "c", Operation = "o", System = role });
        Assert.Equal((code, "Not done in time: post it. It is still tried."), (fault.Code, fault.Message));
    }

    private static Deadline? Utc(Deadline? deadline) => deadline is { } d ? d with { By = d.By.ToUniversalTime() } : null;
}
