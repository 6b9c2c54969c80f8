using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Transactions.Home;
using ControlPlane.Web.Controls;
using ControlPlane.Web.Features.Home;

namespace ControlPlane.Web.Tests.Home;

public sealed class HomePresentationTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");

    [Fact]
    public void What_is_stuck_is_told_with_number_age_and_deadline() => Assert.Equal(
        "Orders are flowing. 14 orders need someone; oldest 42 min; 3,120.00 EUR late by 17:00. 2,318 orders came in today, 2,240 are closed.",
        HomePresentation.Answer(Given.Home() with { Open = new(3, 20, 0, 14), OldestStuckSince = Given.Now.AddMinutes(-42), Late = new(4, [new(3_120_00, "EUR")], Given.Now.AddHours(2).AddMinutes(20)) }, Berlin));

    [Fact]
    public void A_single_order_is_told_in_the_singular() => Assert.Equal(
        "Orders are flowing. 1 order needs someone; oldest 5 s. 1 order came in today, 1 is closed.",
        HomePresentation.Answer(Given.Home() with { Open = new(0, 0, 0, 1), OldestStuckSince = Given.Now.AddSeconds(-5), Today = new(1, 1, 0, 0) }, Berlin));

    [Fact]
    public void A_promise_that_is_over_is_late_already() => Assert.Contains(
        "20.00 EUR late already", HomePresentation.Answer(Given.Home() with { Open = new(0, 0, 0, 1), Late = new(1, [new(20_00, "EUR")], Given.Now.AddMinutes(-1)) }, Berlin));

    [Fact]
    public void Retries_need_nobody() => Assert.Equal(
        "Orders are flowing. 12 orders are tried again by themselves; nobody needs to act. 2,318 orders came in today, 2,240 are closed.",
        HomePresentation.Answer(Given.Home() with { Open = new(0, 0, 12, 0) }, Berlin));

    [Theory]
    [InlineData(10, 8, 0, 0, "Orders are flowing.")]
    [InlineData(10, 0, 3, 3, "Orders come in, but none gets through.")]
    [InlineData(10, 0, 0, 3, "Orders come in, but none was finished in the last quarter of an hour.")]
    [InlineData(10, 0, 0, 0, "Orders are flowing.")] // They only wait for their warehouse.
    [InlineData(0, 0, 0, 0, "No orders are moving at present.")]
    [InlineData(0, 5, 0, 0, "Orders are flowing.")]
    public void The_first_words_say_whether_orders_get_through_now(int received, int closed, int becameStuck, int stuck, string words)
    {
        var view = Given.Home() with { Open = new(0, 5, 0, stuck), Present = new(Given.Now.AddMinutes(-15), received, closed, becameStuck) };
        Assert.StartsWith(words, HomePresentation.Answer(view, Berlin), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 5, 7, "2 stuck, 42 min")]
    [InlineData(0, 5, 7, "5 retrying, 42 min")]
    [InlineData(0, 0, 7, "7 waiting")]
    [InlineData(0, 0, 0, "last seen 4 s ago")]
    public void A_system_shows_its_gravest_figure(int stuck, int retrying, int waiting, string text) => Assert.Equal(text, HomePresentation.Figure(
        Given.System("erp", SystemRole.Erp) with { Stuck = stuck, Retrying = retrying, Waiting = waiting, LastAt = Given.Now.AddSeconds(-4), Since = stuck + retrying > 0 ? Given.Now.AddMinutes(-42) : null }, Given.Now));

    [Fact]
    public void A_system_that_was_never_heard_of_says_so() =>
        Assert.Equal("no sign of life yet", HomePresentation.Figure(Given.System("erp", SystemRole.Erp) with { LastAt = null }, Given.Now));

    [Theory]
    [InlineData("erp", SystemRole.Erp, 2, 0, 0, "/transactions?state=stuck&system=erp")]
    [InlineData("erp", SystemRole.Erp, 0, 3, 1, "/transactions?state=retrying&system=erp")]
    [InlineData("wms", SystemRole.Wms, 0, 0, 9, "/transactions?state=waiting&system=wms")]
    [InlineData("wms", SystemRole.Wms, 0, 0, 0, "/transactions?system=wms")]
    [InlineData("shop", SystemRole.Storefront, 0, 0, 0, "/transactions?connection=shop")]
    [InlineData("", null, 2, 0, 0, "/transactions?state=stuck&party=us")]
    [InlineData("", null, 0, 0, 0, "/transactions")]
    public void A_system_leads_to_the_orders_behind_its_figure(string key, SystemRole? role, int stuck, int retrying, int waiting, string href) =>
        Assert.Equal(href, HomePresentation.Href(Given.System(key, role) with { Stuck = stuck, Retrying = retrying, Waiting = waiting }));

    [Fact]
    public void A_case_is_told_by_its_fault_and_leads_to_its_orders()
    {
        var item = new StuckCase("wait.overdue", FaultKind.Overdue, "", SystemRole.Wms, null, 4, [], Given.Now, null);
        Assert.Equal(("Overdue", "/worklist?party=wms&code=wait.overdue"), (HomePresentation.CaseTitle(item), HomePresentation.Href(item)));
        Assert.Equal("The warehouse is silent.", HomePresentation.CaseTitle(item with { Message = "The warehouse is silent." }));
        Assert.Equal("Stuck without a stated reason", HomePresentation.CaseTitle(item with { Kind = null }));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(5, 1)]
    [InlineData(6, 2)]
    [InlineData(23, 5)]
    [InlineData(51, 20)]
    [InlineData(110, 50)]
    [InlineData(4_800, 1_000)]
    public void The_axis_has_round_steps_and_at_most_five_of_them(int largest, int step)
    {
        Assert.Equal(step, HomePresentation.AxisStep(largest));
        Assert.True(largest / (double)step <= 5);
    }

    [Fact]
    public void The_chart_is_labelled_at_the_full_hours_of_the_viewer()
    {
        TrafficStep[] steps = [new(new(2026, 11, 23, 12, 55, 0, TimeSpan.Zero), 0, 0, 0), new(new(2026, 11, 23, 13, 0, 0, TimeSpan.Zero), 0, 0, 0)];
        Assert.Equal(["", "14:00"], HomePresentation.ChartLabels(steps, HomeQueries.ChartStep, Berlin));
        Assert.Equal(["", ""], HomePresentation.ChartLabels(steps, HomeQueries.ChartStep, TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata")));
        Assert.Equal(["", "18:30"], HomePresentation.ChartLabels(steps, TimeSpan.FromMinutes(1), TimeZoneInfo.FindSystemTimeZoneById("Asia/Kolkata")));
        Assert.Equal("Orders per minute, last hour", HomePresentation.ChartTitle(TimeSpan.FromMinutes(1)));
    }

    [Theory]
    [InlineData(0, "0 / min")]
    [InlineData(0.4, "0.4 / min")]
    [InlineData(9.96, "10 / min")]
    [InlineData(38.2, "38 / min")]
    public void A_flow_is_told_per_minute(double value, string text) => Assert.Equal(text, HomePresentation.PerMinute(value));

    [Fact]
    public void The_strip_follows_the_way_of_an_order_and_leaves_out_what_is_not_there()
    {
        var view = Given.Home() with
        {
            Systems = [Given.System("tax", SystemRole.Tax), Given.System("3pl", SystemRole.ThreePl), Given.System("shop", SystemRole.Storefront), Given.System("till", SystemRole.PointOfSale)],
        };
        var strip = HomePresentation.Strip(view);
        Assert.Equal(["Channels", "ControlPlane", "Warehouses"], strip.Select(s => s.Title));
        Assert.Equal(["shop", "till"], strip[0].Systems.Select(s => s.Key));
    }
}

public sealed class SystemJudgementTests
{
    private static readonly DateTimeOffset Now = Given.Now;

    public static TheoryData<string, SystemSigns, SystemCondition> Cases => new()
    {
        { "a recent sign of life", new() { LastAt = Now.AddMinutes(-59) }, SystemCondition.Working },
        { "an hour of silence", new() { LastAt = Now.AddMinutes(-60) }, SystemCondition.Quiet },
        { "never heard of", new(), SystemCondition.Quiet },
        { "orders within their deadline are no trouble", new() { Waiting = 90, LastAt = Now }, SystemCondition.Working },
        { "two failures are noise", new() { Calls = 2, FailedCalls = 2, LastAt = Now }, SystemCondition.Working },
        { "three of three", new() { Calls = 3, FailedCalls = 3, LastAt = Now }, SystemCondition.Failing },
        { "one in five", new() { Calls = 50, FailedCalls = 10, LastAt = Now }, SystemCondition.Failing },
        { "less than one in five", new() { Calls = 51, FailedCalls = 10, LastAt = Now }, SystemCondition.Working },
        { "retrying", new() { Retrying = new Dictionary<FaultKind, int> { [FaultKind.Transient] = 1 }, LastAt = Now }, SystemCondition.Failing },
        { "nobody listens to its queue", new() { QueueBroken = true, LastAt = Now }, SystemCondition.Failing },
        { "silent, and its feed cannot be read", new() { Unreached = true }, SystemCondition.Failing },
        { "silent, and the last call failed", new() { Calls = 1, FailedCalls = 1 }, SystemCondition.Failing },
        { "a feed that stumbles where webhooks come", new() { Unreached = true, LastAt = Now }, SystemCondition.Working },
        { "throttled beats failing", new() { Retrying = new Dictionary<FaultKind, int> { [FaultKind.Transient] = 9, [FaultKind.Throttled] = 1 } }, SystemCondition.Throttled },
        { "maintenance beats throttled", new() { Retrying = new Dictionary<FaultKind, int> { [FaultKind.Maintenance] = 1, [FaultKind.Throttled] = 9 } }, SystemCondition.Maintenance },
        { "stuck beats all", new() { Stuck = 1, Retrying = new Dictionary<FaultKind, int> { [FaultKind.Maintenance] = 9 } }, SystemCondition.Stuck },
        { "switched off is not judged", new() { Enabled = false, Stuck = 9 }, SystemCondition.Off },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_gravest_sign_decides(string because, SystemSigns signs, SystemCondition condition) =>
        Assert.True(SystemJudgement.Of(signs, Now) == condition, because);

    [Fact]
    public void The_smallest_key_of_an_instant_sorts_before_every_key_made_then()
    {
        var at = new DateTimeOffset(2026, 11, 23, 13, 40, 0, 123, TimeSpan.Zero);
        var first = ControlPlane.Runtime.Connections.ConnectionActivity.FirstKeyOf(at);
        Assert.Equal(at, EntityId.MadeAt(first));
        for (var i = 0; i < 100; i++)
            Assert.True(first.CompareTo(Guid.CreateVersion7(at)) < 0);
        Assert.True(first.CompareTo(Guid.CreateVersion7(at.AddMilliseconds(-1))) > 0);
    }
}

internal static class Given
{
    /// <summary>In Berlin it is 14:40.</summary>
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 13, 40, 0, TimeSpan.Zero);

    public static HomeView Home() => new()
    {
        ReadAt = Now, AnyOrders = true, Open = new(0, 0, 0, 0), Today = new(2318, 2240, 12, 0), Cases = [], CaseCount = 0, StuckMoney = [], Systems = [],
        Ourselves = System("", null) with { Name = "ControlPlane" }, Traffic = [new(Now, 30, 29, 0)], Step = HomeQueries.ChartStep, Present = new(Now.AddMinutes(-15), 30, 29, 0),
        ClosedPerMinute = 5.8,
    };

    public static SystemStanding System(string key, SystemRole? role) => new(key, key, role, SystemCondition.Working, 0, 0, 0, 0, Now, null);
}
