using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Silence;
using Microsoft.AspNetCore.Components;

namespace ControlPlane.Web.Features.Calendars;

/// <summary>When carriers fetch and systems are open: what deadlines are made of.</summary>
public sealed partial class CalendarsPage
{
    [PersistentState] public CalendarList? Prerendered { get; set; }

    protected override CalendarList? Carried { get => Prerendered; set => Prerendered = value; }

    [Inject] private CalendarQueries Queries { get; set; } = default!;

    [Inject] private TenantScope Tenant { get; set; } = default!;

    protected override Task<CalendarList> ReadAsync(CancellationToken ct) => Queries.ListAsync(Tenant, ct);

    protected override DateTimeOffset ReadAt(CalendarList value) => value.ReadAt;
}
