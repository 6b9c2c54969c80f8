using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <summary>What an escalation says, and to whom: a bell for each person, a mail for each address, a call for each webhook.</summary>
internal sealed class EscalationWords(ControlPlaneDbContext context, OwnershipInForce force, TimeProvider clock)
{
    public async Task<IReadOnlyList<NotificationRow>> RowsAsync(Team? team, QueueGroup group, DueEscalation step, DateTimeOffset now, CancellationToken ct)
    {
        var sample = await context.ExceptionCases.Where(c => c.Id == group.CaseId).Select(c => c.Sample).FirstOrDefaultAsync(ct) ?? "";
        var orders = group.Unclaimed == 1 ? "1 order" : $"{group.Unclaimed} orders";
        var title = team is null ? $"Nobody owns {orders}" : step.Name == EscalationLadder.Deadline ? $"{orders} of {team.Name}: the deadline is near" : $"{orders} of {team.Name}: nobody has taken {(group.Unclaimed == 1 ? "it" : "them")}";
        var text = (team is null ? "No rule and no fallback gives this case to a team. Add one on the page Ownership. "
            : step.Name == EscalationLadder.Deadline && group.Deadline is { } at ? $"Somebody has to act by {Instant.FromMicroseconds(at).UtcDateTime:yyyy-MM-dd HH:mm} UTC. "
            : $"Waiting for {Words(step.Waited)} of working time. ") + "One cause: " + sample;
        var reached = team is null ? [Team.RolePrefix + Identity.PortalRoles.Admin] : team.Reached(step.To);
        var (people, mails) = await ReachedAsync(context, reached, step.To, ct);
        // Whoever leads is told by mail as well; the team's own addresses hear of every step but those that go over its head.
        var addresses = (team?.Notify ?? []).Where(a => !OwnershipChecks.IsMail(a) || step.To == EscalationTo.Team || step.Urgent).Concat(mails).Distinct(StringComparer.OrdinalIgnoreCase);
        return
        [
            .. people.Select(p => Row(NotificationChannel.Portal, p.Key, team, group, step, title, text, now, now)),
            .. addresses.Select(a => Row(OwnershipChecks.IsMail(a) ? NotificationChannel.Mail : NotificationChannel.Webhook, a, team, group, step, title, text, now, step.Urgent ? now : force.CalendarOf(team).NextOpen(now))),
        ];
    }

    /// <summary>The people of a step of a team's ladder, and the mail addresses of those who lead.</summary>
    public static Task<(IReadOnlyList<Colleague> People, IReadOnlyList<string> Mails)> ReachedAsync(ControlPlaneDbContext context, Team team, EscalationTo to, CancellationToken ct) => ReachedAsync(context, team.Reached(to), to, ct);

    private static async Task<(IReadOnlyList<Colleague> People, IReadOnlyList<string> Mails)> ReachedAsync(ControlPlaneDbContext context, IReadOnlyList<string> reached, EscalationTo to, CancellationToken ct)
    {
        var people = await Claims.PeopleOfAsync(context, reached, ct);
        var names = people.Select(p => p.Key.ToUpperInvariant()).ToList();
        return (people, to == EscalationTo.Team ? [] : await context.Users.Where(u => names.Contains(u.NormalizedUserName!) && u.Email != null && !u.Demo).Select(u => u.Email!).ToListAsync(ct));
    }

    private NotificationRow Row(NotificationChannel channel, string recipient, Team? team, QueueGroup group, DueEscalation step, string title, string text, DateTimeOffset now, DateTimeOffset next) => new()
    {
        Id = EntityId.New(clock), TenantId = context.TenantId, At = now.ToMicroseconds(), Channel = channel, Recipient = recipient, Team = team?.Key, CaseId = group.CaseId, Title = PayloadRows.Cut(title, ColumnLengths.Identifier)!,
        Text = PayloadRows.Cut(text, ColumnLengths.Summary)!, Urgent = step.Urgent, NextAt = next.ToMicroseconds(),
        // The bell rings by being there.
        State = channel == NotificationChannel.Portal ? NotificationState.Sent : NotificationState.Waiting, SentAt = channel == NotificationChannel.Portal ? now.ToMicroseconds() : null,
    };

    private static string Words(TimeSpan waited) => waited.TotalHours >= 1 ? $"{(int)waited.TotalHours} h {waited.Minutes} min" : $"{(int)waited.TotalMinutes} min";
}
