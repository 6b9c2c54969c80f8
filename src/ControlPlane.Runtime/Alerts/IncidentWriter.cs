using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Ownership;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Alerts;

/// <summary>
/// Carries one incident from firing to resolved. Each step, what it adds to the history and what it tells are one database transaction; whoever loses
/// against another writer comes again at the next look.
/// </summary>
internal sealed class IncidentWriter(IControlPlaneDb db, AlertTelling telling, NotificationSignal signal, IOptions<AlertOptions> options, TimeProvider clock, ILogger<IncidentWriter> log)
{
    /// <summary>What comes again within this is the same incident: a flicker is not a new one.</summary>
    public static readonly TimeSpan Reopens = TimeSpan.FromMinutes(30);

    /// <param name="quiet">Why nobody is told; null = they are.</param>
    public async Task FiresAsync(TenantScope tenant, string key, AlertFacts facts, string? quiet, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var context = db.CreateContext(tenant);
        var row = await context.AlertIncidents.FirstOrDefaultAsync(i => i.Key == key && i.ResolvedAt == null, ct);
        var since = (now - Reopens).ToMicroseconds();
        if (row is null && (row = await context.AlertIncidents.Where(i => i.Key == key && i.ResolvedAt > since).OrderByDescending(i => i.ResolvedAt).FirstOrDefaultAsync(ct)) is not null)
        {
            (row.ResolvedAt, row.State, row.AcknowledgedAt, row.AcknowledgedBy, row.Steps) = (null, AlertState.Firing, null, null, "");
            // People heard that it is over: that it is not is news, told when it is time for an update.
            row.ToldOf = -1;
            Note(context, row, AlertEventKind.Reopened, "burns again");
        }

        if (row is null)
        {
            row = new() { Id = EntityId.New(clock), TenantId = tenant.TenantId, Key = key, State = AlertState.Firing, OpenedAt = now.ToMicroseconds(), Urgency = facts.Urgency };
            context.AlertIncidents.Add(row);
            Note(context, row, AlertEventKind.Opened, AlertWords.Title(facts) + ". " + AlertWords.Cause(facts));
        }
        else if (News(AlertJson.Read(row.Facts), facts) is { } news)
            Note(context, row, AlertEventKind.Updated, news);

        var urgency = facts.Urgency < row.Urgency ? facts.Urgency : row.Urgency;
        (row.Facts, row.Title, row.Team, row.Urgency, row.SeenAt) = (AlertJson.Write(facts), PayloadRows.Cut(AlertWords.Title(facts), ColumnLengths.Identifier)!, facts.Team, urgency, now.ToMicroseconds());
        Quiet(context, row, quiet);
        var rows = Due(row, facts, now) is { } what ? await TellAsync(context, row, facts, what, ct) : [];
        await SaveAsync(context, row, rows, ct);
    }

    /// <summary>It did not fire at this look: over once it has not for long enough.</summary>
    public async Task ClearsAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var context = db.CreateContext(tenant);
        if (await context.AlertIncidents.FirstOrDefaultAsync(i => i.Id == id && i.ResolvedAt == null, ct) is not { } row || Instant.FromMicroseconds(row.SeenAt) + TimeSpan.FromMinutes(options.Value.ResolveAfterMinutes) > now)
            return;
        (row.State, row.ResolvedAt) = (AlertState.Resolved, now.ToMicroseconds());
        Note(context, row, AlertEventKind.Resolved, "burns no more");
        // Who was never told of it needs not hear that it is over.
        var rows = row.ToldAt is null || row.Quiet is not null ? [] : await TellAsync(context, row, AlertJson.Read(row.Facts), AlertTelling.Resolved, ct);
        await SaveAsync(context, row, rows, ct);
    }

    /// <summary>What is to be told now; null = nothing.</summary>
    private string? Due(AlertIncidentRow row, AlertFacts facts, DateTimeOffset now)
    {
        if (row.Quiet is not null)
            return null;
        if (row.ToldAt is not { } told)
            return AlertTelling.Firing;
        if (row.ToldUrgency == AlertUrgency.Ticket && row.Urgency == AlertUrgency.Page)
            return AlertTelling.Updated;
        var wait = TimeSpan.FromMinutes(options.Value.UpdateEveryMinutes);
        return row.State == AlertState.Firing && facts.Objectives.Count > row.ToldOf && Instant.FromMicroseconds(told) + wait <= now ? AlertTelling.Updated : null;
    }

    private async Task<IReadOnlyList<NotificationRow>> TellAsync(ControlPlaneDbContext context, AlertIncidentRow row, AlertFacts facts, string what, CancellationToken ct)
    {
        var rows = await telling.RowsAsync(context, row, facts, what, ct);
        context.Notifications.AddRange(rows);
        (row.ToldAt, row.ToldOf, row.ToldUrgency) = (clock.GetUtcNow().ToMicroseconds(), facts.Objectives.Count, row.Urgency);
        var ways = rows.Where(r => r.Via is not null).Select(r => r.Via!).Distinct(StringComparer.Ordinal).ToList();
        Note(context, row, AlertEventKind.Told, $"told {Count(rows.Count(r => r.Via is null), "person", "people")} in the portal{(ways.Count == 0 ? "; no alert channel takes it" : $", and {string.Join(", ", ways)}")}");
        return rows;
    }

    private void Quiet(ControlPlaneDbContext context, AlertIncidentRow row, string? quiet)
    {
        quiet = PayloadRows.Cut(quiet, ColumnLengths.Summary);
        if (quiet == row.Quiet)
            return;
        row.Quiet = quiet;
        Note(context, row, AlertEventKind.Quieted, quiet ?? "people are told again");
    }

    /// <summary>What changed, in words; null where it is the same trouble.</summary>
    private static string? News(AlertFacts before, AlertFacts now)
    {
        var joined = now.Objectives.Where(o => before.Objectives.All(b => b.Name != o.Name)).Select(AlertWords.Named).ToList();
        var left = before.Objectives.Where(o => now.Objectives.All(n => n.Name != o.Name)).Select(AlertWords.Named).ToList();
        List<string> parts =
        [
            .. joined.Count > 0 ? [$"{string.Join(", ", joined)} burns too"] : (string[])[],
            .. left.Count > 0 ? [$"{string.Join(", ", left)} burns no more"] : (string[])[],
            .. now.Urgency < before.Urgency && before.Objectives.Count > 0 ? ["it became urgent"] : (string[])[],
            .. now.Case != before.Case && now.Case is not null ? [AlertWords.CauseAlone(now)] : (string[])[],
        ];
        return parts.Count == 0 ? null : string.Join("; ", parts);
    }

    private void Note(ControlPlaneDbContext context, AlertIncidentRow row, AlertEventKind kind, string text) => context.AlertEvents.Add(new()
    {
        Id = EntityId.New(clock), TenantId = row.TenantId, IncidentId = row.Id, At = clock.GetUtcNow().ToMicroseconds(), Kind = kind, Text = PayloadRows.Cut(text, ColumnLengths.Summary)!,
    });

    private async Task SaveAsync(ControlPlaneDbContext context, AlertIncidentRow row, IReadOnlyList<NotificationRow> rows, CancellationToken ct)
    {
        row.Version++;
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException) when (!ct.IsCancellationRequested)
        {
            // Another node opened it, or a person acknowledged it in the same moment: the next look sees that.
            AlertLog.Lost(log, row.Key);
            return;
        }

        signal.Raise(rows);
        if (rows.Count > 0)
            AlertLog.Told(log, row.Id, row.State, rows.Count);
    }

    private static string Count(int count, string one, string many) => $"{count} {(count == 1 ? one : many)}";
}
