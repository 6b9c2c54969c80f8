using ControlPlane.Domain.Connections;

namespace ControlPlane.Domain.Tests.Connections;

public sealed class ChannelSilenceTests
{
    private static readonly DateTimeOffset Start = new(2026, 11, 23, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void From_little_nothing_is_learned() => Assert.Null(ChannelSilence.Usual([.. Enumerable.Range(0, 20).Select(i => Start.AddMinutes(i))]));

    [Fact]
    public void A_busy_shop_may_be_silent_for_a_quarter_of_an_hour() => Assert.Equal(TimeSpan.FromMinutes(15), ChannelSilence.Usual([.. Enumerable.Range(0, 1000).Select(i => Start.AddMinutes(i))]));

    [Fact]
    public void A_quiet_one_for_longer_and_a_rare_pause_changes_nothing()
    {
        // Every half hour, and one night in the middle.
        var active = Enumerable.Range(0, 100).Select(i => Start.AddMinutes(30 * i + (i > 50 ? 600 : 0))).ToList();
        Assert.Equal(TimeSpan.FromMinutes(90), ChannelSilence.Usual(active));
    }

    [Theory]
    [InlineData(null, ExpiryLevel.Fine)]
    [InlineData(31.0, ExpiryLevel.Fine)]
    [InlineData(30.0, ExpiryLevel.Soon)]
    [InlineData(7.1, ExpiryLevel.Soon)]
    [InlineData(7.0, ExpiryLevel.Near)]
    [InlineData(1.0, ExpiryLevel.Urgent)]
    [InlineData(0.0, ExpiryLevel.Expired)]
    [InlineData(-3.0, ExpiryLevel.Expired)]
    public void A_certificate_warns_thirty_seven_and_one_days_ahead(double? days, ExpiryLevel level) =>
        Assert.Equal(level, Expiry.Of(days is { } d ? Start.AddDays(d) : null, Start));
}
