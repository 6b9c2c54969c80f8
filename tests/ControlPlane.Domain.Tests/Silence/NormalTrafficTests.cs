using ControlPlane.Domain.Silence;

namespace ControlPlane.Domain.Tests.Silence;

/// <summary>How often silence cries wolf, and how much of what is lost it finds in time: the rules of the shipped flow over simulated weeks.</summary>
public sealed class NormalTrafficTests(ITestOutputHelper output)
{
    private static readonly ExpectRule TenMinutes = new() { Within = TimeSpan.FromMinutes(10) };

    private static readonly ExpectRule Open = new() { OpenHours = true };

    private static readonly ExpectRule Shipment = new() { BeforeShipBy = TimeSpan.FromHours(4), PickUps = true, OpenHours = true };

    [Theory]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(1, false)]
    public void False_alarms_stay_under_two_percent_and_losses_are_told_four_hours_before_ship_by(int seed, bool calendar)
    {
        IReadOnlyList<CarrierCalendar> calendars = calendar ? [NormalTraffic.Calendar] : [];
        var (orders, healthy, falsely, lost, found, byKind) = (0, 0, 0, 0, 0, new int[4]);
        foreach (var order in new NormalTraffic(seed, byItself: !calendar).Orders(20_000, losses: 0.03))
        {
            orders++;
            var shipment = By(Shipment, TimeSpan.FromHours(24), order.Acknowledged, order, calendars);
            if (order.Lost)
            {
                // What came too late to be told earlier is not asked for.
                if (order.ShipBy - TimeSpan.FromHours(5) < order.Acknowledged)
                    continue;
                lost++;
                if (shipment <= order.ShipBy - TimeSpan.FromHours(4))
                    found++;
                continue;
            }

            // Late in truth: whoever is told of it is told rightly.
            if (order.Reported > order.ShipBy)
                continue;
            healthy++;
            var alarms = new[]
            {
                order.Posted > By(TenMinutes, null, order.Received, order, calendars), order.Instructed > By(TenMinutes, null, order.Posted, order, calendars),
                order.Acknowledged > By(Open, TimeSpan.FromMinutes(30), order.Instructed, order, calendars), order.Reported > shipment,
            };
            for (var i = 0; i < alarms.Length; i++)
                byKind[i] += alarms[i] ? 1 : 0;
            falsely += alarms.Contains(true) ? 1 : 0;
        }

        var (rate, detection) = (100.0 * falsely / healthy, 100.0 * found / lost);
        output.WriteLine(FormattableString.Invariant(
            $"seed {seed}, calendar {calendar}: {orders} orders, {healthy} healthy, {falsely} falsely told ({rate:0.00} %; ERP {byKind[0]}, instruction {byKind[1]}, acknowledgement {byKind[2]}, shipment {byKind[3]}), {lost} lost, {found} told in time ({detection:0.00} %)"));
        Assert.True(healthy > 17_000 && lost > 400, $"{healthy} healthy, {lost} lost");
        Assert.True(rate <= 2, $"{rate} % false alarms");
        Assert.True(detection >= 99, $"{detection} % found");
    }

    private static DateTimeOffset By(ExpectRule rule, TimeSpan? fallback, DateTimeOffset from, NormalTraffic.Order order, IReadOnlyList<CarrierCalendar> calendars) =>
        SilenceRules.Decide(rule, fallback, from, order.ShipBy, false, calendars)!.Value.By;
}
