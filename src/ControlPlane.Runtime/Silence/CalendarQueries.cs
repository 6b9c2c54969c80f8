using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Silence;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Silence;

/// <param name="Days"><c>mon</c> to <c>sun</c>.</param>
/// <param name="At">Local time, <c>17:00</c>.</param>
public sealed record PickUpItem(IReadOnlyList<string> Days, string At, string CutOff);

public sealed record OpenHoursItem(IReadOnlyList<string> Days, string From, string To);

/// <param name="Connection">Key of the connection whose calendar it is.</param>
/// <param name="System">As people call it; null where there is no such connection.</param>
/// <param name="Zone">IANA name.</param>
/// <param name="NextCutOff">Until when an order must be there for <paramref name="NextPickUp"/>; null without pick-ups.</param>
/// <param name="Holidays">Those to come, earliest first.</param>
public sealed record CalendarItem(
    string Name, string Title, string Carrier, string Connection, string? System, string Zone, IReadOnlyList<PickUpItem> PickUps, IReadOnlyList<OpenHoursItem> Hours,
    IReadOnlyList<DateOnly> Holidays, int ReportedWithinMinutes, DateTimeOffset? NextCutOff, DateTimeOffset? NextPickUp, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <param name="Without">Display names of warehouses that have no calendar: their deadlines count all hours alike.</param>
public sealed record CalendarList(IReadOnlyList<CalendarItem> Items, IReadOnlyList<string> Without, DateTimeOffset ReadAt);

/// <summary>The calendars in service, as people and scripts see them.</summary>
public sealed class CalendarQueries(IControlPlaneDb db, CalendarBoard board, IConnectionRegistry connections, TimeProvider clock)
{
    private static readonly string[] Words = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    public async Task<CalendarList> ListAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rows = (await context.CarrierCalendars.AsNoTracking().Select(c => new { c.Name, c.UpdatedAt, c.UpdatedBy }).ToListAsync(ct)).ToDictionary(c => c.Name);
        var now = clock.GetUtcNow();
        var all = board.All;
        return new(
            [.. all.Where(c => rows.ContainsKey(c.Name)).Select(c => Item(c, now, Instant.FromMicroseconds(rows[c.Name].UpdatedAt), rows[c.Name].UpdatedBy))],
            [.. connections.All.Where(c => c is { Enabled: true, Role: Domain.Connections.SystemRole.Wms or Domain.Connections.SystemRole.ThreePl } && board.Of(c.Key).Count == 0).Select(c => c.DisplayName).Order(StringComparer.CurrentCultureIgnoreCase)],
            now);
    }

    private CalendarItem Item(CarrierCalendar c, DateTimeOffset now, DateTimeOffset updatedAt, string updatedBy)
    {
        var next = c.NextPickUp(now);
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, c.Zone).DateTime);
        return new(
            c.Name, c.Title, c.Carrier, c.Connection, connections.Find(c.Connection)?.DisplayName, c.Zone.Id,
            [.. c.PickUps.Select(p => new PickUpItem(Days(p.Days), Time(p.At), Time(p.CutOff)))], [.. c.Hours.Select(h => new OpenHoursItem(Days(h.Days), Time(h.From), Time(h.To)))],
            [.. c.Holidays.Where(h => h >= today).Order()], (int)c.ReportedWithin.TotalMinutes, next?.CutOff, next?.At, updatedAt, updatedBy);
    }

    private static IReadOnlyList<string> Days(IReadOnlyList<DayOfWeek> days) => [.. days.OrderBy(d => ((int)d + 6) % 7).Select(d => Words[(int)d])];

    private static string Time(TimeOnly time) => time.ToString("HH:mm", System.Globalization.CultureInfo.InvariantCulture);
}
