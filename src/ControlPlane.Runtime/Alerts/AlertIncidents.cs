using System.Globalization;
using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Objectives;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Alerts;

/// <inheritdoc cref="IAlerts"/>
internal sealed class AlertIncidents(IControlPlaneDb db, AlertTelling telling, IConnectionRegistry connections, IObjectives objectives, NotificationSignal signal, TimeProvider clock) : IAlerts
{
    /// <summary>A refusal names so many of what is allowed: it is a sentence, not the list.</summary>
    private const int MostListed = 20;

    private static readonly TimeSpan SilencesShown = TimeSpan.FromDays(30);

    public async Task<AlertList> ListAsync(TenantScope tenant, AlertFilter filter, string? cursor, int limit, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var all = context.AlertIncidents.AsNoTracking();
        var counts = await all.Where(i => i.ResolvedAt == null).GroupBy(i => i.State).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        var wanted = filter.Open switch { true => all.Where(i => i.ResolvedAt == null), false => all.Where(i => i.ResolvedAt != null), _ => all };
        if (filter.Urgency is { } urgency)
            wanted = wanted.Where(i => i.Urgency == urgency);
        // The name stands quoted in the facts, and names are letters, digits and hyphens.
        if (filter.Objective is { } objective)
        {
            var quoted = $"\"name\":\"{objective}\"";
            wanted = wanted.Where(i => i.Facts.Contains(quoted));
        }

        // Open ones are few and first; what is over follows by the page.
        var open = cursor is null && filter.Open != false ? await wanted.Where(i => i.ResolvedAt == null).OrderBy(i => i.State).ThenBy(i => i.Urgency).ThenByDescending(i => i.OpenedAt).Take(200).ToListAsync(ct) : [];
        var over = new List<AlertIncidentRow>();
        if (filter.Open != true)
        {
            var past = wanted.Where(i => i.ResolvedAt != null);
            if (Read(cursor) is var (at, after))
                past = past.Where(i => i.OpenedAt < at || (i.OpenedAt == at && i.Id.CompareTo(after) < 0));
            over = await past.OrderByDescending(i => i.OpenedAt).ThenByDescending(i => i.Id).Take(limit + 1).ToListAsync(ct);
        }

        var next = over.Count > limit ? string.Create(CultureInfo.InvariantCulture, $"{over[limit - 1].OpenedAt}.{over[limit - 1].Id:N}") : null;
        return new([.. open.Concat(over.Take(limit)).Select(Item)], next, counts.Where(c => c.Key == AlertState.Firing).Sum(c => c.Count), counts.Where(c => c.Key == AlertState.Acknowledged).Sum(c => c.Count), clock.GetUtcNow());
    }

    public async Task<AlertDetail?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.AlertIncidents.AsNoTracking().FirstOrDefaultAsync(i => i.Id == id, ct) is not { } row)
            return null;
        var events = await context.AlertEvents.AsNoTracking().Where(e => e.IncidentId == id).OrderBy(e => e.At).ThenBy(e => e.Id).Take(500).ToListAsync(ct);
        var from = row.OpenedAt;
        var sent = await context.Notifications.AsNoTracking().Where(n => n.At >= from && n.IncidentId == id && n.Channel != NotificationChannel.Portal).OrderByDescending(n => n.At).Take(50).ToListAsync(ct);
        return new(
            Item(row), [.. events.Select(e => new AlertEvent(Instant.FromMicroseconds(e.At), e.Kind, e.By, e.Text))],
            [.. sent.Select(n => new AlertMessageState(Instant.FromMicroseconds(n.At), n.Via ?? "", n.Recipient, n.Title, n.State, n.LastFault))]);
    }

    public async Task<CommandOutcome> AcknowledgeAsync(TenantScope tenant, Guid id, string by, string note, CancellationToken ct)
    {
        if (note.Trim().Length > IAlerts.LongestReason)
            return new(false, "note_long", $"At most {IAlerts.LongestReason} characters.");
        var now = clock.GetUtcNow().ToMicroseconds();
        await using var context = db.CreateContext(tenant);
        if (await context.AlertIncidents.FirstOrDefaultAsync(i => i.Id == id, ct) is not { } row)
            return new(false, "not_found", "There is no such alert.");
        if (row.State == AlertState.Resolved)
            return new(false, "resolved", "It is over already: nothing is left to take.");
        if (row.State == AlertState.Acknowledged)
            return row.AcknowledgedBy == by ? new(true, "already_done", "You have it already.") : new(false, "taken", $"{row.AcknowledgedBy} has it already.");
        (row.State, row.AcknowledgedAt, row.AcknowledgedBy, row.Version) = (AlertState.Acknowledged, now, PayloadRows.Cut(by, ColumnLengths.Identifier), row.Version + 1);
        context.AlertEvents.Add(new()
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, IncidentId = id, At = now, Kind = AlertEventKind.Acknowledged, By = row.AcknowledgedBy!, Text = PayloadRows.Cut(note.Trim().Length == 0 ? "took it" : $"took it: {note.Trim()}", ColumnLengths.Summary)!,
        });
        var rows = row.ToldAt is null || row.Quiet is not null ? [] : await telling.RowsAsync(context, row, AlertJson.Read(row.Facts), AlertTelling.Acknowledged, ct);
        context.Notifications.AddRange(rows);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateConcurrencyException)
        {
            return new(false, "changed_meanwhile", "It changed in the same moment. Look at it and try again.");
        }

        signal.Raise(rows);
        return new(true, "accepted", "You have it. Nobody else is woken for it.");
    }

    public async Task<IReadOnlyList<SilenceItem>> SilencesAsync(TenantScope tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var shown = (now - SilencesShown).ToMicroseconds();
        await using var context = db.CreateContext(tenant);
        return [.. (await context.AlertSilences.AsNoTracking().Where(s => s.Until > shown).OrderByDescending(s => s.Until).Take(200).ToListAsync(ct)).Select(s => new SilenceItem(s.ToSilence(), s.EndedBy, Instant.FromMicroseconds(s.Until) > now))];
    }

    public async Task<SilenceChoices> ChoicesAsync(TenantScope tenant, CancellationToken ct) => new(
        [
            .. (await objectives.AllAsync(ct)).Select(o => new SilenceChoice(o.Objective.Name, o.Objective.Title)).Concat((await objectives.CompositesAsync(ct)).Select(c => new SilenceChoice(c.Name, c.Title)))
                .OrderBy(c => c.Name, StringComparer.Ordinal),
        ],
        [.. connections.All.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => new SilenceChoice(c.Key, c.DisplayName))],
        [.. Enum.GetValues<SystemRole>().Select(r => r.Word()).Append(MissParty.Us).Select(p => new SilenceChoice(p, AlertWords.Party(p)))]);

    public async Task<CommandOutcome> SilenceAsync(TenantScope tenant, Guid id, SilenceRequest request, string by, CancellationToken ct)
    {
        var (objective, connection, party) = (Filled(request.Objective), Filled(request.Connection), Filled(request.Party));
        if (request.Reason.Trim().Length is 0 or > IAlerts.LongestReason)
            return new(false, "reason_missing", $"Say why, in 1 to {IAlerts.LongestReason} characters.");
        if (objective is null && connection is null && party is null)
            return new(false, "matches_all", "Name an objective, a connection or a party: nobody silences everything.");
        if (new[] { objective, connection, party }.Any(t => t?.Length > ColumnLengths.Key))
            return new(false, "name_long", $"Names have at most {ColumnLengths.Key} characters.");
        if (request.Length < TimeSpan.FromMinutes(1) || request.Length > AlertSilence.Longest)
            return new(false, "time_invalid", $"A silence lasts a minute to {AlertSilence.Longest.TotalDays:0} days.");
        if (connection is not null && connections.Find(connection) is null)
            return new(false, "connection_unknown", $"There is no connection {connection}.");
        // A name that is mistyped would silence nothing, and nobody would know before the alert comes.
        var known = await ChoicesAsync(tenant, ct);
        if (objective is not null && known.Objectives.All(c => c.Name != objective))
            return new(false, "objective_unknown", known.Objectives.Count == 0 ? "No objective is published." : $"There is no objective {objective}. Allowed: {Listed(known.Objectives)}.");
        if (party is not null && known.Parties.All(c => c.Name != party))
            return new(false, "party_unknown", $"Nobody is called {party}. Allowed: {Listed(known.Parties)}.");
        var now = clock.GetUtcNow();
        await using var context = db.CreateContext(tenant);
        if (await context.AlertSilences.AnyAsync(s => s.Id == id, ct))
            return new(true, "already_done", "This was done already.");
        context.AlertSilences.Add(new()
        {
            Id = id, TenantId = tenant.TenantId, Objective = objective, Connection = connection, Party = party, By = PayloadRows.Cut(by, ColumnLengths.Identifier)!, Reason = request.Reason.Trim(), From = now.ToMicroseconds(), Until = (now + request.Length).ToMicroseconds(),
        });
        await context.SaveChangesAsync(ct);
        return new(true, "accepted", $"Nobody is told of it until {(now + request.Length).UtcDateTime:yyyy-MM-dd HH:mm} UTC. It is still looked at and shown.");
    }

    public async Task<CommandOutcome> EndSilenceAsync(TenantScope tenant, Guid id, string by, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var who = PayloadRows.Cut(by, ColumnLengths.Identifier);
        await using var context = db.CreateContext(tenant);
        return await context.AlertSilences.Where(s => s.Id == id && s.Until > now).ExecuteUpdateAsync(s => s.SetProperty(x => x.Until, now).SetProperty(x => x.EndedBy, who), ct) == 1
            ? new(true, "accepted", "People are told again from the next look on.")
            : new(false, "not_found", "There is no such silence, or it is over already.");
    }

    private static string Listed(IReadOnlyList<SilenceChoice> choices) => string.Join(", ", choices.Take(MostListed).Select(c => c.Name)) + (choices.Count > MostListed ? ", …" : "");

    private static string? Filled(string? text) => text?.Trim() is { Length: > 0 } filled ? filled : null;

    private static (long At, Guid Id)? Read(string? cursor) =>
        cursor?.Split('.') is [var at, var id] && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var when) && Guid.TryParseExact(id, "N", out var which) ? (when, which) : null;

    private static AlertIncident Item(AlertIncidentRow i) => new(
        i.Id, i.Key, i.State, i.Urgency, i.Title, i.Team, AlertJson.Read(i.Facts), Instant.FromMicroseconds(i.OpenedAt), Instant.FromMicroseconds(i.SeenAt), At(i.AcknowledgedAt), i.AcknowledgedBy, At(i.ResolvedAt), i.Quiet, At(i.ToldAt));

    private static DateTimeOffset? At(long? microseconds) => microseconds is { } at ? Instant.FromMicroseconds(at) : null;
}
