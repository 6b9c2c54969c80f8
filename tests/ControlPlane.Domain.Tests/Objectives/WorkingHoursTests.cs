using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared.Calendars;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.Objectives;

/// <summary>Limits in working hours, and whose a miss is.</summary>
public sealed class WorkingHoursTests
{
    private static readonly BusinessCalendar Office = new("office", TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"), OpenHours.Parse("Mon-Fri 08:00-18:00")!);

    private static readonly Indicator Refund = new() { Name = "refund", Kind = "refund", From = new(JournalEventType.Received), To = new(null, "erp-posted", Reached: true), Within = TimeSpan.FromHours(4), Calendar = "office" };

    private static readonly Guid Order = EntityId.New(TimeProvider.System);

    [Fact]
    public void A_weekend_costs_nothing_and_what_runs_out_by_night_does_so_in_the_morning()
    {
        // Friday 16:30 in Berlin; Monday 09:00 is two and a half working hours later.
        var friday = new DateTimeOffset(2026, 6, 5, 14, 30, 0, TimeSpan.Zero);
        var monday = new DateTimeOffset(2026, 6, 8, 7, 0, 0, TimeSpan.Zero);
        var read = IndicatorReader.Read(Refund, [Event(1, friday, JournalEventType.Received), Event(2, monday, JournalEventType.CallSucceeded, "erp-posted")], monday, Office);
        Assert.Equal((IndicatorOutcome.Good, TimeSpan.FromHours(2.5)), (read!.Outcome, read.Took));
        // Every hour counted, it would have been late.
        Assert.Equal(IndicatorOutcome.Bad, IndicatorReader.Read(Refund, [Event(1, friday, JournalEventType.Received), Event(2, monday, JournalEventType.CallSucceeded, "erp-posted")], monday)!.Outcome);
        Assert.Equal(new DateTimeOffset(2026, 6, 8, 8, 30, 0, TimeSpan.Zero), Refund.Due(friday, Office).ToUniversalTime());
        Assert.Equal(IndicatorOutcome.Open, IndicatorReader.Read(Refund, [Event(1, friday, JournalEventType.Received)], monday, Office)!.Outcome);
        var watermark = Refund.Watermark(monday, Office);
        Assert.True(Refund.Due(watermark, Office) <= monday && watermark < friday);
    }

    [Fact]
    public void A_call_that_failed_at_a_stage_does_not_reach_it_and_a_refusal_is_no_shipment()
    {
        var mark = new IndicatorMark(null, "shipped", Reached: true);
        Assert.True(mark.Fits(Event(1, default, JournalEventType.SignalReceived, "shipped")));
        Assert.False(mark.Fits(Event(1, default, JournalEventType.SignalReceived, "shipped") with { Code = "warehouse.rejected" }));
        Assert.False(mark.Fits(Event(1, default, JournalEventType.CallFailed, "shipped")));
        Assert.False(mark.Fits(Event(1, default, JournalEventType.CallSucceeded, "erp-posted")));
    }

    [Fact]
    public void A_miss_is_his_in_whose_hands_it_was_when_it_became_late()
    {
        var began = new DateTimeOffset(2026, 6, 5, 8, 0, 0, TimeSpan.Zero);
        JournalEvent[] events =
        [
            Event(1, began, JournalEventType.Received), Event(2, began.AddMinutes(1), JournalEventType.RetryScheduled, "erp-posted", "erp"), Event(0, began.AddMinutes(2), JournalEventType.Commented),
            Event(3, began.AddMinutes(20), JournalEventType.WaitStarted, "shipped", "east"), Event(4, began.AddMinutes(40), JournalEventType.DeadLettered, "shipped"),
        ];
        string Of(int minutes) => MissParty.Of(events, began.AddMinutes(minutes), key => key switch { "erp" => SystemRole.Erp, "east" => SystemRole.ThreePl, _ => null });
        Assert.Equal(["us", "erp", "3pl", "us", "unknown"], [Of(0), Of(10), Of(30), Of(50), Of(-1)]);
        Assert.Equal("unknown", MissParty.Of(events, began.AddMinutes(10), _ => null));
    }

    private static JournalEvent Event(int sequence, DateTimeOffset at, JournalEventType type, string stage = "", string? system = null) => new(Order, sequence, at, type, "", stage, system, "");
}
