using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Shared.Calendars;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Alerts;

/// <summary>Climbs the team's ladder while nobody acknowledges: the ladder of stuck orders, in the team's working time; a page waits for no morning.</summary>
internal sealed class AlertLadder(IControlPlaneDb db, OwnershipBoard ownership, AlertTelling telling, NotificationSignal signal, TimeProvider clock, ILogger<AlertLadder> log)
{
    private static readonly BusinessCalendar Always = new("always", TimeZoneInfo.Utc, OpenHours.Parse("Mon-Sun 00:00-24:00")!);

    public async Task ClimbAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var read = db.CreateContext(tenant);
        var waiting = await read.AlertIncidents.AsNoTracking().Where(i => i.ResolvedAt == null && i.State == AlertState.Firing && i.Quiet == null && i.ToldAt != null).Select(i => i.Id).ToListAsync(ct);
        foreach (var id in waiting)
            await ClimbAsync(tenant, id, ct);
    }

    private async Task ClimbAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        var (now, force) = (clock.GetUtcNow(), ownership.Of(tenant.TenantId));
        await using var context = db.CreateContext(tenant);
        if (await context.AlertIncidents.FirstOrDefaultAsync(i => i.Id == id && i.State == AlertState.Firing, ct) is not { } row
            || (force.Setup.FindTeam(row.Team) ?? force.Setup.FindTeam(force.Setup.Fallback)) is not { } team)
            return;
        var fired = row.Steps.Split(',', StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        var due = EscalationLadder.Due(team, row.Urgency == AlertUrgency.Page ? Always : force.CalendarOf(team), new(Instant.FromMicroseconds(row.OpenedAt), null, fired), now);
        if (due.Count == 0)
            return;
        var told = new List<NotificationRow>();
        foreach (var step in due)
        {
            fired.Add(step.Name);
            var message = AlertTelling.Message(row, AlertJson.Read(row.Facts), AlertTelling.Escalated);
            var (people, mails) = await EscalationWords.ReachedAsync(context, team, step.To, ct);
            told.AddRange([.. people.Select(p => telling.Row(tenant.TenantId, NotificationChannel.Portal, p.Key, null, message, true)), .. mails.Select(m => telling.Row(tenant.TenantId, NotificationChannel.Mail, m, null, message, true))]);
            context.AlertEvents.Add(new()
            {
                Id = EntityId.New(clock), TenantId = tenant.TenantId, IncidentId = row.Id, At = now.ToMicroseconds(), Kind = AlertEventKind.Escalated,
                Text = PayloadRows.Cut($"told {(step.To == EscalationTo.Team ? $"the team {team.Name}" : $"the {step.To.ToString().ToLowerInvariant()} of {team.Name}")} that nobody has taken it", ColumnLengths.Summary)!,
            });
        }

        context.Notifications.AddRange(told);
        (row.Steps, row.Version) = (string.Join(',', fired.Order(StringComparer.Ordinal)), row.Version + 1);
        try
        {
            await context.SaveChangesAsync(ct);
            signal.Raise(told);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // Somebody took it in the same moment.
            AlertLog.Lost(log, row.Key);
        }
    }
}
