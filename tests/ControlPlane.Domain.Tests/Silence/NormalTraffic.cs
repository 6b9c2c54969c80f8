using ControlPlane.Domain.Silence;

namespace ControlPlane.Domain.Tests.Silence;

/// <summary>
/// Thirteen weeks of a shop and its warehouse as they are on an ordinary day: delays are log-normal, nobody works on Sundays and holidays, parcels
/// leave in batches with the carrier and are told of in batches afterwards. Includes the end of summer time, Christmas and New Year.
/// </summary>
/// <param name="byItself">True: a program of the warehouse accepts orders around the clock; false: people do, when they are there.</param>
internal sealed class NormalTraffic(int seed, bool byItself = false)
{
    private static readonly IReadOnlyList<DayOfWeek> Week = [DayOfWeek.Monday, DayOfWeek.Tuesday, DayOfWeek.Wednesday, DayOfWeek.Thursday, DayOfWeek.Friday];

    public static readonly CarrierCalendar Calendar = new()
    {
        Name = "parcel", Carrier = "DHL", Connection = "wms", Zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
        PickUps = [new(Week, new(17, 0), new(15, 30)), new([DayOfWeek.Saturday], new(12, 0), new(10, 30))],
        Hours = [new(Week, new(6, 0), new(20, 0)), new([DayOfWeek.Saturday], new(7, 0), new(13, 0))],
        Holidays = new HashSet<DateOnly> { new(2026, 10, 3), new(2026, 12, 25), new(2026, 12, 26), new(2027, 1, 1) },
        ReportedWithin = TimeSpan.FromMinutes(90),
    };

    private readonly Random _random = new(seed);

    /// <param name="Acknowledged">When the warehouse said that it has it.</param>
    /// <param name="Reported">When the shipment was told, had nothing been lost.</param>
    public sealed record Order(DateTimeOffset Received, DateTimeOffset ShipBy, DateTimeOffset Posted, DateTimeOffset Instructed, DateTimeOffset Acknowledged, DateTimeOffset Reported, bool Lost);

    public IEnumerable<Order> Orders(int count, double losses, DateOnly first = default, int days = 91)
    {
        first = first == default ? new(2026, 10, 5) : first;
        for (var i = 0; i < count; i++)
        {
            var day = first.AddDays(_random.Next(days));
            // Most buy in the evening.
            var minute = _random.NextDouble() < 0.6 ? 16 * 60 + _random.Next(7 * 60) : _random.Next(24 * 60);
            var received = Calendar.At(day, TimeOnly.FromTimeSpan(TimeSpan.FromMinutes(minute % (24 * 60)))).AddSeconds(_random.Next(60));
            var posted = received + Delay(4, 1.1, TimeSpan.FromSeconds(1));
            var instructed = posted + Delay(3, 1.0, TimeSpan.FromSeconds(1));
            var acknowledged = byItself ? instructed + Delay(4, 0.7, TimeSpan.FromMinutes(1)) : Calendar.Add(instructed, Delay(4, 0.7, TimeSpan.FromMinutes(1)));
            var picked = Calendar.Add(acknowledged, Delay(3.5, 0.6, TimeSpan.FromHours(1)));
            var leaves = Calendar.NextPickUp(picked)!.Value.At;
            var reported = leaves + Delay(25, 0.5, TimeSpan.FromMinutes(1));
            yield return new(received, Promise(received), posted, instructed, acknowledged, reported, _random.NextDouble() < losses);
        }
    }

    /// <summary>The end of the first, second or third working day after the order; what comes after 14:00 counts for the next day.</summary>
    private DateTimeOffset Promise(DateTimeOffset received)
    {
        var local = TimeZoneInfo.ConvertTime(received, Calendar.Zone);
        var day = DateOnly.FromDateTime(local.DateTime);
        if (local.Hour >= 14)
            day = day.AddDays(1);
        var working = _random.NextDouble() switch { < 0.3 => 1, < 0.8 => 2, _ => 3 };
        while (true)
        {
            if (Week.Contains(day.DayOfWeek) && !Calendar.Holidays.Contains(day) && day > DateOnly.FromDateTime(local.DateTime) && --working == 0)
                return Calendar.At(day, new(23, 59));
            day = day.AddDays(1);
        }
    }

    private TimeSpan Delay(double median, double sigma, TimeSpan unit) =>
        unit * (median * Math.Exp(sigma * Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble())));
}
