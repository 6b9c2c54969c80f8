using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Outbound;

namespace ControlPlane.Domain.Tests.Outbound;

public sealed class BreakerTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 23, 12, 0, 0, TimeSpan.Zero);

    private static readonly Fault Away = new(FaultKind.Transient, "http.503", "The ERP answered 503.");

    private static Guid Order(int n) => new(n, 0, 0, new byte[8]);

    [Fact]
    public void Five_failures_of_different_orders_open_it()
    {
        var breaker = new Breaker();
        for (var i = 0; i < 4; i++)
            Assert.Null(breaker.Record(Noon.AddSeconds(i), Order(i), Away));
        Assert.Equal("http.503", breaker.Record(Noon.AddSeconds(4), Order(4), Away)!.Code);
    }

    [Fact]
    public void One_order_that_always_fails_does_not_close_the_system_for_the_others()
    {
        var breaker = new Breaker();
        for (var i = 0; i < 50; i++)
            Assert.Null(breaker.Record(Noon.AddMilliseconds(i), Order(1), Away));
    }

    [Fact]
    public void Failures_among_more_successes_do_not_open_it()
    {
        var breaker = new Breaker();
        for (var i = 0; i < 100; i++)
            Assert.Null(breaker.Record(Noon.AddMilliseconds(i), Order(i), i % 3 == 0 ? Away : null));
    }

    [Fact]
    public void Failures_that_are_far_apart_do_not_open_it()
    {
        var breaker = new Breaker();
        for (var i = 0; i < 20; i++)
            Assert.Null(breaker.Record(Noon.AddSeconds(i * 3), Order(i), Away));
    }

    [Theory]
    [InlineData(FaultKind.Data)]
    [InlineData(FaultKind.Conflict)]
    [InlineData(FaultKind.Authentication)]
    [InlineData(FaultKind.Throttled)]
    [InlineData(FaultKind.Internal)]
    public void An_answer_about_the_document_says_nothing_against_the_system(FaultKind kind)
    {
        var breaker = new Breaker();
        for (var i = 0; i < 20; i++)
            Assert.Null(breaker.Record(Noon, Order(i), new Fault(kind, "x", "x")));
    }

    [Fact]
    public void A_system_that_says_when_it_is_back_is_believed_at_once()
    {
        var trip = new Breaker().Record(Noon, Order(1), new Fault(FaultKind.Maintenance, "http.503", "Closed.", RetryAfter: TimeSpan.FromMinutes(10)));
        Assert.Equal(TimeSpan.FromMinutes(10), trip!.Asked);
        Assert.Equal(TimeSpan.FromMinutes(10), Breaker.UntilProbe(0, trip.Asked));
    }

    [Fact]
    public void Over_four_hours_there_is_less_than_one_probe_a_minute()
    {
        var at = TimeSpan.Zero;
        var probes = 0;
        while ((at += Breaker.UntilProbe(probes, null)) < TimeSpan.FromHours(4))
            probes++;
        Assert.InRange(probes, 100, 240);
    }

    [Theory]
    [InlineData(-1, 0)]
    [InlineData(0, 4)]
    [InlineData(1, 8)]
    [InlineData(5, 128)]
    [InlineData(3600, 4096)]
    public void What_was_held_is_let_go_a_little_at_first(int seconds, int released) => Assert.Equal(released, Breaker.Ramp(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void A_window_begins_with_its_start_and_is_over_at_its_end()
    {
        var window = new MaintenanceWindow(Order(1), "erp", Noon, Noon.AddHours(4), "Update", "ops");
        Assert.Equal((false, true, true, false), (window.Covers(Noon.AddSeconds(-1)), window.Covers(Noon), window.Covers(Noon.AddHours(4).AddSeconds(-1)), window.Covers(Noon.AddHours(4))));
    }
}
