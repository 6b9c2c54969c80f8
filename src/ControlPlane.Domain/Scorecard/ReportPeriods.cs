using ControlPlane.Domain.Objectives;

namespace ControlPlane.Domain.Scorecard;

/// <summary>How often a report is made. The value is stored.</summary>
public enum ReportRhythm : short
{
    Month = 1,

    /// <summary>Monday to Sunday.</summary>
    Week = 2,

    /// <summary>A period of four, four or five weeks.</summary>
    Retail445 = 3,
}

/// <summary>Which period a report is about: the last whole one.</summary>
public static class ReportPeriods
{
    /// <summary>A Monday, and the first day of a month and of a year.</summary>
    private static readonly DateTime Monday = new(2024, 1, 1);

    public static CalendarWindow Window(ReportRhythm rhythm, string zone, DateOnly? retailYear) => rhythm switch
    {
        ReportRhythm.Month => new(CalendarUnit.Month, 1, Monday, zone),
        ReportRhythm.Week => new(CalendarUnit.Week, 1, Monday, zone),
        _ => new(CalendarUnit.Retail445, 1, (retailYear ?? DateOnly.FromDateTime(Monday)).ToDateTime(TimeOnly.MinValue), zone),
    };

    /// <summary>The whole period before the one that an instant lies in.</summary>
    public static ObjectivePeriod Last(CalendarWindow window, DateTimeOffset now) => window.At(window.At(now).From.AddTicks(-1));
}
