using ControlPlane.Web.Live;
using Microsoft.Extensions.Time.Testing;

namespace ControlPlane.Web.Tests.Live;

public sealed class CarriedReadingsTests
{
    private readonly FakeTimeProvider _clock = new(new(2026, 11, 23, 13, 0, 0, TimeSpan.Zero));
    private readonly CarriedReadings _readings;

    public CarriedReadingsTests() => _readings = new(_clock);

    [Fact]
    public void A_ticket_is_good_once()
    {
        var ticket = _readings.Leave("rows");
        Assert.Equal("rows", _readings.Collect<string>(ticket));
        Assert.Null(_readings.Collect<string>(ticket));
    }

    [Fact]
    public void A_ticket_expires()
    {
        var ticket = _readings.Leave("rows");
        _clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Null(_readings.Collect<string>(ticket));
    }

    [Fact]
    public void Of_too_many_the_oldest_is_let_go()
    {
        var tickets = Enumerable.Range(0, CarriedReadings.Most + 1).Select(n => _readings.Leave("rows " + n)).ToList();
        Assert.Null(_readings.Collect<string>(tickets[0]));
        Assert.Equal("rows 1", _readings.Collect<string>(tickets[1]));
        Assert.Equal($"rows {CarriedReadings.Most}", _readings.Collect<string>(tickets[^1]));
    }

    [Fact]
    public void Nothing_is_handed_out_without_a_ticket_or_as_something_else()
    {
        Assert.Null(_readings.Collect<string>(null));
        Assert.Null(_readings.Collect<string>("guessed"));
        Assert.Null(_readings.Collect<Exception>(_readings.Leave("rows")));
    }
}
