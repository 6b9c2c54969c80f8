using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Runtime.Alerts;

/// <summary>Who is told of an incident, and in which words: a bell for each person of its team, and each channel that takes it. Written into the outbox with what it tells.</summary>
internal sealed class AlertTelling(AlertChannelBoard channels, OwnershipBoard ownership, TimeProvider clock)
{
    public const string Firing = "alert.firing";
    public const string Updated = "alert.updated";
    public const string Acknowledged = "alert.acknowledged";
    public const string Escalated = "alert.escalated";
    public const string Resolved = "alert.resolved";
    public const string Note = "budget.note";

    public async Task<IReadOnlyList<NotificationRow>> RowsAsync(ControlPlaneDbContext context, AlertIncidentRow incident, AlertFacts facts, string what, CancellationToken ct)
    {
        var message = Message(incident, facts, what);
        var team = ownership.Of(context.TenantId).Setup.FindTeam(incident.Team);
        string[] everybody = [Team.RolePrefix + PortalRoles.Operator, Team.RolePrefix + PortalRoles.Admin];
        var people = what == Acknowledged ? [] : await Claims.PeopleOfAsync(context, team?.Reached(EscalationTo.Team) ?? everybody, ct);
        var urgent = incident.Urgency == AlertUrgency.Page && what != Resolved;
        return
        [
            .. people.Select(p => Row(context.TenantId, NotificationChannel.Portal, p.Key, null, message, urgent)),
            .. await ThroughAsync(context, IncidentFacts.Topic(incident.Urgency), incident.Team, [.. facts.Objectives.Select(o => o.Name)], facts.Kind == AlertCauseKind.Channel ? facts.Key : null, message, urgent, ct),
        ];
    }

    /// <summary>A row for each channel that takes it, for mail one for each address: somebody in two channels gets one mail.</summary>
    /// <param name="but">Name of a channel that it does not go through: it is the one that fails.</param>
    public async Task<IReadOnlyList<NotificationRow>> ThroughAsync(ControlPlaneDbContext context, AlertTopic topic, string? team, IReadOnlyCollection<string> objectives, string? but, AlertMessage message, bool urgent, CancellationToken ct)
    {
        var taking = (await channels.AllAsync(context, ct)).Where(c => c.Name != but && c.Takes(topic, team, objectives) && (message.Event != Acknowledged || c.Type != AlertChannelType.Mail)).ToList();
        var mails = taking.Where(c => c.Type == AlertChannelType.Mail).SelectMany(c => c.To.Select(to => (To: to, Via: c.Name))).DistinctBy(m => m.To, StringComparer.OrdinalIgnoreCase);
        return
        [
            .. mails.Select(m => Row(context.TenantId, NotificationChannel.Mail, m.To, m.Via, message, urgent)),
            .. taking.Where(c => c.Type != AlertChannelType.Mail).Select(c => Row(context.TenantId, Door(c.Type), c.Name, c.Name, message, urgent)),
        ];
    }

    public NotificationRow Row(int tenant, NotificationChannel channel, string recipient, string? via, AlertMessage message, bool urgent)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var portal = channel == NotificationChannel.Portal;
        return new()
        {
            Id = EntityId.New(clock), TenantId = tenant, At = now, Channel = channel, Recipient = recipient, Via = via, IncidentId = message.Incident, Title = PayloadRows.Cut(Headline(message), ColumnLengths.Identifier)!,
            Text = PayloadRows.Cut(message.Cause, ColumnLengths.Summary)!, Body = portal && message.Incident is not null ? null : AlertJson.Write(message), Urgent = urgent, NextAt = now,
            State = portal ? NotificationState.Sent : NotificationState.Waiting, SentAt = portal ? now : null,
        };
    }

    public static AlertMessage Message(AlertIncidentRow incident, AlertFacts facts, string what)
    {
        var path = $"/alerts/{incident.Id:D}";
        var lines = facts.Objectives.Take(6).Select(o => new AlertMessageFact(o.Counted ? "Misses" : "Burn", AlertWords.Budget(o))).ToList();
        if (facts.Objectives.Count > 6)
            lines.Add(new("More", $"{facts.Objectives.Count - 6} more objectives."));
        if (facts.System is { } system)
            lines.Add(new("System", system));
        if (incident.AcknowledgedBy is { } by && what != Firing)
            lines.Add(new("Taken by", by));
        return new(what, incident.Urgency.ToString().ToLowerInvariant(), incident.Id, incident.Title, AlertWords.Cause(facts), lines, facts.Runbook, path, facts.Case is { } id ? $"/cases/{id:D}" : facts.Objectives.Count > 0 ? path + "#orders" : null);
    }

    private static string Headline(AlertMessage message) => message.Event switch
    {
        Resolved => $"Over: {message.Title}",
        Acknowledged => $"Taken: {message.Title}",
        Escalated => $"Nobody has taken: {message.Title}",
        Updated => $"Still: {message.Title}",
        _ => message.Title,
    };

    private static NotificationChannel Door(AlertChannelType type) => type switch
    {
        AlertChannelType.Mail => NotificationChannel.Mail,
        AlertChannelType.Slack => NotificationChannel.Slack,
        AlertChannelType.Teams => NotificationChannel.Teams,
        _ => NotificationChannel.Webhook,
    };
}
