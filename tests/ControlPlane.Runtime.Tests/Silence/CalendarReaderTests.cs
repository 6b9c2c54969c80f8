using ControlPlane.Domain.Silence;
using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Tests.Estate;

namespace ControlPlane.Runtime.Tests.Silence;

public sealed class CalendarReaderTests
{
    private const string Calendar = """
        kind: CarrierCalendar
        metadata: { name: dhl-regional }
        spec:
          title: DHL at the regional warehouse
          carrier: DHL
          connection: wms-regional
          zone: Europe/Berlin
          pickUps: [{ days: [mon, tue, wed, thu, fri], at: "17:00", cutOff: "15:00" }, { days: [sat], at: "12:00" }]
          hours: [{ days: [mon, tue], from: "06:00", to: "20:00" }]
          holidays: ["2026-12-25"]
          reportedWithin: 90m
        """;

    [Fact]
    public void A_calendar_is_read_whole()
    {
        var calendar = Assert.IsType<EstateObject.OfCalendar>(Assert.Single(Yaml.Reader.Read([new("c.yaml", Calendar)]).Objects)).Calendar;
        Assert.Equal(("dhl-regional", "DHL", "wms-regional", "Europe/Berlin", TimeSpan.FromMinutes(90)), (calendar.Name, calendar.Carrier, calendar.Connection, calendar.Zone.Id, calendar.ReportedWithin));
        Assert.Equal([(5, new TimeOnly(17, 0), new TimeOnly(15, 0)), (1, new TimeOnly(12, 0), new TimeOnly(12, 0))], calendar.PickUps.Select(p => (p.Days.Count, p.At, p.CutOff)));
        Assert.Contains(new DateOnly(2026, 12, 25), calendar.Holidays);
        Assert.Equal(new OpenHours([DayOfWeek.Monday, DayOfWeek.Tuesday], new(6, 0), new(20, 0)).To, calendar.Hours[0].To);
    }

    [Theory]
    [InlineData("Europe/Berlin", "Europe/Bärlin", "spec.zone: The time zone 'Europe/Bärlin' is not known.")]
    [InlineData("\"17:00\"", "\"25:00\"", "Expected a time of day in quotes")]
    [InlineData("cutOff: \"15:00\"", "cutOff: \"18:00\"", "The cut-off is after the pick-up.")]
    [InlineData("to: \"20:00\"", "to: \"05:00\"", "It closes before it opens.")]
    [InlineData("[sat]", "[caturday]", "'caturday' is no day.")]
    [InlineData("[sat]", "[]", "Name the days")]
    [InlineData("\"2026-12-25\"", "\"25.12.2026\"", "'25.12.2026' is no date.")]
    [InlineData("carrier: DHL", "courier: DHL", "spec.courier: This key is not known here.")]
    [InlineData("connection: wms-regional", "connection:", "spec.connection: This key is required.")]
    [InlineData("dhl-regional }", "DHL Regional }", "A calendar's name has 1 to 64")]
    public void A_mistake_is_named(string right, string wrong, string expected)
    {
        var text = Calendar.Replace(right, wrong, StringComparison.Ordinal);
        Assert.NotEqual(Calendar, text);
        Assert.Contains(Yaml.Problems(text), p => p.Contains(expected, StringComparison.Ordinal));
        Assert.Empty(Yaml.Reader.Read([new("c.yaml", text)]).Objects);
    }

    [Fact]
    public void A_calendar_without_pick_ups_and_hours_says_nothing() =>
        Assert.Contains(Yaml.Problems("kind: CarrierCalendar\nmetadata: { name: x }\nspec: { connection: wms, zone: UTC }"), p => p.Contains("A calendar says when the carrier comes", StringComparison.Ordinal));
}
