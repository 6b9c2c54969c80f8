using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Scorecard;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;

namespace ControlPlane.Domain.Tests.Scorecard;

/// <summary>What the executive's page is made of, decided without a database.</summary>
public sealed class ScorecardTests
{
    private static readonly DateOnly Today = new(2026, 11, 23);
    private static readonly DateTimeOffset Now = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Without_data_it_is_neither_green_nor_red()
    {
        var objective = new Objective { Name = "o", Indicator = "order-ingestion", Target = 0.99m, Window = new RollingWindow(TimeSpan.FromDays(30)), MinimumCount = 10 };
        ScorecardStanding Of(long good, long total) => ScorecardStandings.Of(Attainment.Of(objective, [new(Now.AddHours(-1), good, total)], new(Now.AddDays(-30), Now)), BudgetPolicy.Default);
        Assert.Equal(ScorecardStanding.NoData, Of(0, 0));
        Assert.Equal(ScorecardStanding.NoData, Of(9, 9));
        Assert.Equal(ScorecardStanding.Inside, Of(1000, 1000));
        Assert.Equal(ScorecardStanding.Inside, Of(996, 1000));
        Assert.Equal(ScorecardStanding.RunningLow, Of(995, 1000));
        Assert.Equal(ScorecardStanding.RunningLow, Of(990, 1000));
        Assert.Equal(ScorecardStanding.Missed, Of(989, 1000));
        Assert.Equal(ScorecardStanding.Missed, ScorecardStandings.Gravest([ScorecardStanding.NoData, ScorecardStanding.Missed, ScorecardStanding.Inside]));
        Assert.Equal(ScorecardStanding.NoData, ScorecardStandings.Gravest([]));
        Assert.Equal(ScorecardStanding.NoData, ScorecardStandings.OfParty(null));
        Assert.Equal(ScorecardStanding.Inside, ScorecardStandings.OfParty(0.49m));
        Assert.Equal(ScorecardStanding.RunningLow, ScorecardStandings.OfParty(0.5m));
        Assert.Equal(ScorecardStanding.Missed, ScorecardStandings.OfParty(1));
    }

    [Fact]
    public void A_ratio_that_stays_is_not_forecast_to_break_and_one_that_grows_is_on_the_day_it_does()
    {
        var steady = RateForecast.Of(Enumerable.Range(0, 40).Select(i => new DayRate(Today.AddDays(-i), 2, 100)), Today, 30, 0.04m);
        Assert.Equal((60L, 3000L, 0.02m, false), (steady.Bad, steady.Total, steady.Rate!.Value, steady.Breached));
        Assert.Null(steady.BreachOn);
        Assert.Equal(59, steady.MayStillFail);
        // Nothing for three weeks, then eight of a hundred a day: 4 % of thirty days is reached when fifteen such days are in it.
        var growing = RateForecast.Of(Enumerable.Range(0, 40).Select(i => new DayRate(Today.AddDays(-i), i < 8 ? 8 : 0, 100)), Today, 30, 0.04m);
        Assert.False(growing.Breached);
        Assert.Equal(Today.AddDays(7), growing.BreachOn);
        var broken = RateForecast.Of([new(Today, 5, 100)], Today, 30, 0.04m);
        Assert.True(broken.Breached);
        Assert.Null(broken.BreachOn);
        Assert.True(broken.MayStillFail < 0);
        Assert.Equal(12, broken.ToSave(12));
        var none = RateForecast.Of([], Today, 30, 0.04m);
        Assert.Equal(((decimal?)null, false, (DateOnly?)null), (none.Rate, none.Breached, none.BreachOn));
    }

    [Fact]
    public void Orders_to_save_are_those_above_what_may_fail_and_saving_them_holds_the_limit()
    {
        // 30 of 1,000 late and 40 that wait: up to 39 may be late, so 31 of those have to be saved.
        var forecast = RateForecast.Of([new(Today, 30, 1000)], Today, 30, 0.04m);
        Assert.Equal(9, forecast.MayStillFail);
        Assert.Equal(31, forecast.ToSave(40));
        Assert.Equal(0, forecast.ToSave(9));
        Assert.True((30 + 40 - 31) / 1000m < 0.04m);
        Assert.True((30 + 40 - 30) / 1000m >= 0.04m);
    }

    [Fact]
    public void Days_that_leave_the_window_take_their_bad_ones_along()
    {
        // Six bad days long ago carry it near the limit; as they leave, it falls: no breach.
        var falling = RateForecast.Of(Enumerable.Range(0, 30).Select(i => new DayRate(Today.AddDays(-i), i > 23 ? 19 : 0, 100)), Today, 30, 0.04m);
        Assert.Equal(114, falling.Bad);
        Assert.False(falling.Breached);
        Assert.Null(falling.BreachOn);
    }

    [Fact]
    public void Hours_are_of_the_zone_and_its_stretches_hold_exactly_what_a_cell_counts()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        // The clocks go back on 25 October 2026: 02:00 comes twice.
        var period = new ObjectivePeriod(new(2026, 10, 24, 0, 0, 0, TimeSpan.Zero), new(2026, 10, 27, 0, 0, 0, TimeSpan.Zero));
        var tallies = Enumerable.Range(0, 72).Select(i => ("shop", new Tally(period.From.AddHours(i), 9, 10))).ToList();
        var map = HeatMap.Of(tallies, zone);
        var row = Assert.Single(map.Rows);
        Assert.Equal(24, row.Cells.Count);
        Assert.Equal((72L, 720L), (row.Missed, row.Cells.Sum(c => c.Total)));
        Assert.Equal(4, row.Cells[2].Missed);
        foreach (var cell in row.Cells)
            Assert.Equal(cell.Missed, tallies.Where(t => HeatMap.Stretches(period, cell.Hour, zone).Any(s => s.Contains(t.Item2.At))).Sum(t => t.Item2.Bad));
        Assert.Equal(TimeSpan.FromHours(2), HeatMap.Stretches(period, 2, zone)[1] is var twice ? twice.To - twice.From : default);
        var kathmandu = TimeZoneInfo.FindSystemTimeZoneById("Asia/Kathmandu");
        Assert.All(HeatMap.Stretches(period, 9, kathmandu), s => Assert.Equal(15, s.From.Minute));
    }

    [Fact]
    public void Of_an_order_the_journal_tells_where_it_went_and_whether_its_promise_was_kept()
    {
        var id = Guid.CreateVersion7();
        JournalEvent Event(int n, JournalEventType type, string stage, string? system = null, string? code = null, int minutes = 0) => new(id, n, Now.AddMinutes(minutes), type, "s", stage, system, "", code);
        List<JournalEvent> events =
        [
            Event(1, JournalEventType.CallFailed, "erp-posted", "erp"), Event(2, JournalEventType.CallSucceeded, "erp-posted", "erp", minutes: 1), Event(3, JournalEventType.CallSucceeded, "wms-instructed", "wms", minutes: 2),
            Event(4, JournalEventType.SignalReceived, "shipped", "wms", "shipment.refused", 3),
        ];
        var waiting = ScoredOrder.Of(TransactionState.Waiting, Now.AddHours(1), events, _ => false);
        Assert.Equal(("erp", "wms", (DateTimeOffset?)null, OrderEnd.UnderWay), (waiting.Erp, waiting.Warehouse, waiting.ShippedAt, waiting.End));
        Assert.Equal((false, false), waiting.Promise(Now.AddHours(1), null, Now));
        Assert.Equal((true, true), waiting.Promise(Now.AddHours(1), null, Now.AddHours(2)));
        var shipped = ScoredOrder.Of(TransactionState.Closed, Now.AddHours(1), [.. events, Event(5, JournalEventType.SignalReceived, "shipped", "wms", minutes: 50)], _ => false);
        Assert.Equal((true, false), shipped.Promise(Now.AddHours(1), null, Now.AddDays(9)));
        Assert.Equal((true, true), shipped.Promise(Now.AddMinutes(40), null, Now.AddDays(9)));
        // Done without a parcel: a download, a voucher.
        var parcelless = ScoredOrder.Of(TransactionState.Closed, Now.AddHours(1), [], _ => false);
        Assert.Equal(((true, false), (true, true)), (parcelless.Promise(Now.AddHours(1), Now, Now.AddDays(1)), parcelless.Promise(Now.AddHours(1), Now.AddHours(2), Now.AddDays(1))));
        var byCustomer = ScoredOrder.Of(TransactionState.Cancelled, Now.AddHours(1), [.. events, Event(6, JournalEventType.Cancelled, "", minutes: 10)], _ => false);
        Assert.Equal((false, false), (byCustomer.OurCancellation, byCustomer.Promise(Now.AddHours(1), null, Now.AddDays(1)).Counts));
        Assert.True(ScoredOrder.Of(TransactionState.Cancelled, Now.AddHours(1), [Event(6, JournalEventType.Cancelled, "", minutes: 10)], _ => true).OurCancellation);
        Assert.True(ScoredOrder.Of(TransactionState.Cancelled, Now.AddMinutes(5), [Event(6, JournalEventType.Cancelled, "", minutes: 10)], _ => false).OurCancellation);
    }

    [Fact]
    public void Money_stands_by_currency_and_is_never_converted()
    {
        var money = new MoneyAtRisk([
            new(RiskPart.PastDeadline, "a", "erp", 2, new Money(1000, "EUR")), new(RiskPart.PastDeadline, "b", "us", 1, new Money(700, "USD")), new(RiskPart.Penalties, "a", "erp", 2, new Money(50, "EUR")), new(RiskPart.Triage, "a", "us", 5, null),
        ]);
        Assert.Equal([new Money(1050, "EUR"), new Money(700, "USD")], money.Total);
        Assert.Equal([new Money(1000, "EUR"), new Money(700, "USD")], money.Of(RiskPart.PastDeadline));
        Assert.Equal((3, 5), (money.Orders(RiskPart.PastDeadline), money.Orders(RiskPart.Triage)));
        Assert.Equal(["a", "b"], money.By(l => l.Channel).Select(g => g.Key));
    }

    [Theory]
    [InlineData(ReportRhythm.Month, "2026-11-23", "2026-10-01", "2026-11-01")]
    [InlineData(ReportRhythm.Week, "2026-11-23", "2026-11-16", "2026-11-23")]
    [InlineData(ReportRhythm.Week, "2026-11-22", "2026-11-09", "2026-11-16")]
    [InlineData(ReportRhythm.Retail445, "2026-11-23", "2026-09-27", "2026-11-01")]
    public void A_report_is_of_the_last_whole_period(ReportRhythm rhythm, string day, string from, string to)
    {
        var berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
        var now = new DateTimeOffset(DateTime.Parse(day, System.Globalization.CultureInfo.InvariantCulture).AddHours(8), TimeSpan.FromHours(1));
        var period = ReportPeriods.Last(ReportPeriods.Window(rhythm, "Europe/Berlin", new(2026, 2, 1)), now);
        string Day(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, berlin).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((from, to), (Day(period.From), Day(period.To)));
    }

    [Fact]
    public void Of_several_versions_of_a_limit_that_counts_which_holds_today()
    {
        MarketplaceRule Rule(string id, int year, decimal limit) => new() { Id = id, Title = id, Connector = "c", Metric = MarketplaceMetric.LateShipment, Limit = limit, WindowDays = 30, Words = "", ValidFrom = new(year, 1, 1), Source = "s" };
        Assert.Equal([0.1m, 0.2m], MarketplaceRule.On(Today, [Rule("a", 2023, 0.05m), Rule("a", 2025, 0.1m), Rule("a", 2027, 0.3m), Rule("b", 2020, 0.2m)]).Select(r => r.Limit));
    }
}
