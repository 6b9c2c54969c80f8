using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.Objectives;

public sealed class IndicatorTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero);

    private static readonly Guid Order = Guid.CreateVersion7(Start);

    private static readonly Indicator Ingestion = new()
    {
        Name = "order-ingestion", Kind = "order", From = new(JournalEventType.Received), To = new(JournalEventType.CallSucceeded, "erp"), Within = TimeSpan.FromMinutes(10),
    };

    [Theory]
    [InlineData(0, 9, null, 60, IndicatorOutcome.Good)]
    [InlineData(0, 10, null, 60, IndicatorOutcome.Good)]
    [InlineData(0, 11, null, 60, IndicatorOutcome.Bad)]
    [InlineData(0, null, null, 5, IndicatorOutcome.Open)]
    [InlineData(0, null, null, 10, IndicatorOutcome.Open)]
    [InlineData(0, null, null, 11, IndicatorOutcome.Bad)]
    [InlineData(0, null, 4, 60, IndicatorOutcome.Void)]
    [InlineData(0, null, 12, 60, IndicatorOutcome.Bad)]
    [InlineData(0, 3, 4, 60, IndicatorOutcome.Good)]
    [InlineData(0, 12, 4, 60, IndicatorOutcome.Void)]
    public void What_became_of_an_order_follows_from_its_events(int from, int? to, int? cancelled, int now, IndicatorOutcome outcome)
    {
        var events = new List<JournalEvent> { At(from, JournalEventType.Received) };
        if (to is { } done)
            events.AddRange([At(done, JournalEventType.CallSucceeded, "erp"), At(done + 30, JournalEventType.CallSucceeded, "erp")]);
        if (cancelled is { } minute)
            events.Add(At(minute, JournalEventType.Cancelled));
        events.Add(At(1, JournalEventType.CallSucceeded, "tax"));
        var reading = IndicatorReader.Read(Ingestion, events, Start.AddMinutes(now))!;
        Assert.Equal((outcome, Start), (reading.Outcome, reading.At));
        events.Reverse();
        Assert.Equal(reading, IndicatorReader.Read(Ingestion, events, Start.AddMinutes(now)));
    }

    [Fact]
    public void Without_a_start_there_is_nothing_to_read_and_before_the_watermark_nothing_changes()
    {
        Assert.Null(IndicatorReader.Read(Ingestion, [At(1, JournalEventType.CallSucceeded, "erp")], Start));
        Assert.Equal(Start, Ingestion.Watermark(Start.AddMinutes(15)));
        JournalEvent[] silent = [At(0, JournalEventType.Received)];
        Assert.Equal(IndicatorReader.Read(Ingestion, silent, Start.AddMinutes(15)), IndicatorReader.Read(Ingestion, silent, Start.AddYears(1)));
    }

    [Fact]
    public void A_figure_is_shown_with_and_without_what_was_excluded()
    {
        var objective = new Objective { Name = "o", Indicator = "order-ingestion", Target = 0.9m, Window = new RollingWindow(TimeSpan.FromDays(1)) };
        Tally[] tallies = [new(Start, 10, 10), new(Start.AddHours(1), 0, 10), new(Start.AddHours(2), 10, 10)];
        Exclusion[] exclusions =
        [
            new("erp-down", "o", Start.AddHours(1), Start.AddHours(2), "The ERP's provider had a fire", "ada", "bo"),
            new("other", "p", Start, Start.AddDays(1), "of another", "ada", "bo"),
            new("long-ago", null, Start.AddYears(-1), Start.AddDays(-300), "over", "ada", "bo"),
        ];
        var period = new ObjectivePeriod(Start, Start.AddDays(1));
        var both = BothWays.Of(objective, tallies, [tallies[0], tallies[2]], period, Exclusion.Touching(objective, period, exclusions));
        Assert.Equal((ObjectiveStanding.Missed, ObjectiveStanding.Met), (both.Whole.Standing, both.Adjusted.Standing));
        Assert.Equal((30, 20), (both.Whole.Events, both.Adjusted.Events));
        Assert.Equal("erp-down", Assert.Single(both.Applied).Name);
    }

    [Theory]
    [InlineData(100, 100, BudgetMeasure.Nothing)]
    [InlineData(951, 1000, BudgetMeasure.Nothing)]
    [InlineData(950, 1000, BudgetMeasure.Warn)]
    [InlineData(925, 1000, BudgetMeasure.FixesOnly)]
    [InlineData(900, 1000, BudgetMeasure.Freeze)]
    [InlineData(0, 1000, BudgetMeasure.Freeze)]
    [InlineData(0, 0, BudgetMeasure.Nothing)]
    public void A_budget_that_runs_out_takes_its_measures(long good, long total, BudgetMeasure measure)
    {
        var objective = new Objective { Name = "o", Indicator = "i", Target = 0.9m, Window = new RollingWindow(TimeSpan.FromDays(1)) };
        Assert.Equal(measure, BudgetPolicy.Default.Of(Attainment.Of(objective, [new(Start, good, total)], new(Start, Start.AddDays(1)))));
    }

    [Fact]
    public void A_fix_goes_through_until_everything_is_frozen_and_a_waiver_always_does()
    {
        Assert.True(BudgetPolicy.Allows(BudgetMeasure.Warn, fix: false, waived: false));
        Assert.False(BudgetPolicy.Allows(BudgetMeasure.FixesOnly, fix: false, waived: false));
        Assert.True(BudgetPolicy.Allows(BudgetMeasure.FixesOnly, fix: true, waived: false));
        Assert.False(BudgetPolicy.Allows(BudgetMeasure.Freeze, fix: true, waived: false));
        Assert.True(BudgetPolicy.Allows(BudgetMeasure.Freeze, fix: false, waived: true));
    }

    private static JournalEvent At(int minute, JournalEventType type, string stage = "") => new(Order, minute + 1, Start.AddMinutes(minute), type, "step", stage, null, "");
}
