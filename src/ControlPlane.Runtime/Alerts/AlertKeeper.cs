using ControlPlane.Domain.Alerts;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Alerts;

/// <summary>
/// Looks at all objectives every so often and carries the incidents on. One node a turn: the turn is a row that the first one takes. Two at once would
/// find the same and make one incident.
/// </summary>
internal sealed class AlertKeeper(
    IControlPlaneDb db, AlertReading reading, IncidentFacts grouping, IncidentWriter writer, AlertLadder ladder, BudgetWatch budgets, IOptions<AlertOptions> options, TimeProvider clock, ILogger<AlertKeeper> log)
{
    private const string LookTurn = "alerts:next-look";
    private const string BudgetTurn = "alerts:next-budgets";

    private static readonly TimeSpan BudgetsEvery = TimeSpan.FromMinutes(2);

    /// <summary>A new installation has counted nothing yet: counting is late only when it does not begin.</summary>
    private readonly DateTimeOffset _began = clock.GetUtcNow();

    /// <summary>Asked often; looks when it is time.</summary>
    /// <returns>False: it is not time yet, or another node looks.</returns>
    public async Task<bool> KeepAsync(CancellationToken ct)
    {
        if (!await TakeTurnAsync(LookTurn, TimeSpan.FromSeconds(options.Value.EvaluateEverySeconds), ct))
            return false;
        await LookAsync(TenantScope.Default, ct);
        // A whole window is read for it, and what it asks for changes by the hour.
        if (await TakeTurnAsync(BudgetTurn, BudgetsEvery, ct))
            await budgets.LookAsync(TenantScope.Default, ct);
        return true;
    }

    public async Task LookAsync(TenantScope tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var look = new AlertLook([], null);
        var blind = false;
        try
        {
            look = await reading.LookAsync(ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // What cannot be read says nothing about what burns: what is open stays open, and that nobody would be alerted is an alert.
            AlertLog.LookFailed(log, e.GetType().Name);
            blind = true;
        }

        await using var context = db.CreateContext(tenant);
        var open = (await context.AlertIncidents.AsNoTracking().Where(i => i.ResolvedAt == null).ToListAsync(ct)).ConvertAll(i => (Row: i, Facts: AlertJson.Read(i.Facts)));
        var found = new Dictionary<string, AlertFacts>(await grouping.OfAsync(context, look.Found, [.. open.Where(o => o.Facts.Objectives.Count > 0).Select(o => (o.Row.Key, o.Facts))], ct), StringComparer.Ordinal);
        foreach (var own in await OwnAsync(context, look, blind, now, ct))
            found[new AlertCause(own.Kind, own.Key, 0, 0).Id] = own;
        var (silences, windows) = await QuietsAsync(context, now, ct);
        // Those about alerting itself first: a channel that fails is known before something else is sent.
        foreach (var (key, facts) in found.OrderBy(f => f.Value.Objectives.Count > 0).ThenBy(f => f.Key, StringComparer.Ordinal))
            await writer.FiresAsync(tenant, key, facts, Quiet(facts, silences, windows, now), ct);
        foreach (var (row, facts) in open.Where(o => !found.ContainsKey(o.Row.Key) && !(blind && o.Facts.Objectives.Count > 0)))
            await writer.ClearsAsync(tenant, row.Id, ct);
        await ladder.ClimbAsync(tenant, ct);
    }

    private async Task<IReadOnlyList<AlertFacts>> OwnAsync(ControlPlaneDbContext context, AlertLook look, bool blind, DateTimeOffset now, CancellationToken ct)
    {
        var own = new List<AlertFacts>();
        var most = options.Value.ChannelFailures;
        foreach (var channel in await context.AlertChannels.AsNoTracking().Where(c => c.Failures >= most).OrderBy(c => c.Name).ToListAsync(ct))
            if (AlertChannelText.Parse(channel.Name, channel.Document).Channel is { Enabled: true })
                own.Add(IncidentFacts.Own(AlertCauseKind.Channel, channel.Name, $"{channel.Failures} messages in a row were not taken since {Instant.FromMicroseconds(channel.FailingSince ?? now.ToMicroseconds()).UtcDateTime:yyyy-MM-dd HH:mm} UTC. {channel.LastFault} They are kept and tried again."));
        if (blind)
            own.Add(IncidentFacts.Own(AlertCauseKind.Counting, "journal", "The objectives could not be read at the last look. The log of this node says why."));
        else if (look.CountedUpTo is { } upTo && now - (upTo == DateTimeOffset.UnixEpoch ? _began : upTo) > TimeSpan.FromMinutes(options.Value.CountingLateMinutes))
            own.Add(IncidentFacts.Own(AlertCauseKind.Counting, "journal", upTo == DateTimeOffset.UnixEpoch
                ? "The journal was never counted, so nobody would be alerted. No node with the role worker counts."
                : $"The journal is counted up to {upTo.UtcDateTime:yyyy-MM-dd HH:mm} UTC only. What happened since would alert nobody."));
        return own;
    }

    private static async Task<(IReadOnlyList<AlertSilence>, IReadOnlyList<MaintenanceWindow>)> QuietsAsync(ControlPlaneDbContext context, DateTimeOffset now, CancellationToken ct)
    {
        var at = now.ToMicroseconds();
        var silences = await context.AlertSilences.AsNoTracking().Where(s => s.Until > at && s.From <= at).ToListAsync(ct);
        var windows = await context.MaintenanceWindows.AsNoTracking().Where(w => w.EndsAt > at && w.StartsAt <= at).ToListAsync(ct);
        return ([.. silences.Select(s => s.ToSilence())], [.. windows.Select(Outbound.GateStore.Window)]);
    }

    /// <summary>A window silences what its system is to blame for; where nobody is known to blame, what is held over the system alone.</summary>
    private static string? Quiet(AlertFacts facts, IReadOnlyList<AlertSilence> silences, IReadOnlyList<MaintenanceWindow> windows, DateTimeOffset now)
    {
        if (facts.Objectives.Count == 0)
            return null;
        if (windows.FirstOrDefault(w => facts.System is { } system ? w.Connection == system : facts.Party is null && facts.Objectives.All(o => o.Connections is [var only] && only == w.Connection)) is { } window)
            return $"{window.Connection} is in a maintenance window until {window.EndsAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC, declared by {window.DeclaredBy}: {window.Reason}";
        return AlertQuiet.Why(facts.Subjects, silences, now);
    }

    private async Task<bool> TakeTurnAsync(string name, TimeSpan every, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var next = (clock.GetUtcNow() + every).ToMicroseconds().ToString("D20", System.Globalization.CultureInfo.InvariantCulture);
        await using var context = db.CreateContext();
        if (await context.InstallationValues.AsNoTracking().FirstOrDefaultAsync(v => v.Name == name, ct) is not { } turn)
        {
            context.InstallationValues.Add(new() { Name = name, Value = next });
            try
            {
                return await context.SaveChangesAsync(ct) == 1;
            }
            catch (DbUpdateException)
            {
                return false;
            }
        }

        var before = turn.Value;
        return long.TryParse(before, out var due) && due > now ? false
            : await context.InstallationValues.Where(v => v.Name == name && v.Value == before).ExecuteUpdateAsync(s => s.SetProperty(v => v.Value, next), ct) == 1;
    }
}
