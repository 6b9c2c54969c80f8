using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.IdentifierRules;

/// <param name="UpdatedBy">Who changed it last.</param>
public sealed record RuleItem(IdentifierRule Rule, int Revision, DateTimeOffset UpdatedAt, string UpdatedBy);

/// <param name="Fraction">How far it is, 0 to 1, by the time of receipt of the transactions.</param>
public sealed record BackfillItem(
    Guid Id, string Kind, string Rule, BackfillState State, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset StartsAt, DateTimeOffset UpdatedAt, long Looked, long Written, long Removed, long Unreadable,
    double Fraction, string? Note)
{
    public bool Open => State is BackfillState.Running or BackfillState.Paused;
}

public sealed record RuleEventItem(string Name, int Revision, RuleChange Change, DateTimeOffset At, string By, string Reason, string Document);

/// <param name="Backfills">The newest run of each kind of number.</param>
public sealed record RuleList(IReadOnlyList<RuleItem> Rules, IReadOnlyList<BackfillItem> Backfills, DateTimeOffset ReadAt);

/// <summary>Reads rules and their runs; pauses, resumes and ends runs.</summary>
public sealed class RuleQueries(IControlPlaneDb db, TimeProvider clock)
{
    private const int MostRuns = 200;

    public async Task<RuleList> ListAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var rules = await context.IdentifierRules.AsNoTracking().OrderBy(r => r.Kind).ThenBy(r => r.Name).ToListAsync(ct);
        var runs = await context.IdentifierBackfills.AsNoTracking().OrderByDescending(b => b.Id).Take(MostRuns).ToListAsync(ct);
        return new(
            [.. rules.Select(r => new RuleItem(r.ToRule(), r.Revision, Instant.FromMicroseconds(r.UpdatedAt), r.UpdatedBy))],
            [.. runs.OrderByDescending(b => b.Id).DistinctBy(b => b.Kind).Select(Item)], clock.GetUtcNow());
    }

    public async Task<RuleItem?> FindAsync(TenantScope tenant, string name, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.IdentifierRules.AsNoTracking().FirstOrDefaultAsync(r => r.Name == name, ct) is { } r ? new(r.ToRule(), r.Revision, Instant.FromMicroseconds(r.UpdatedAt), r.UpdatedBy) : null;
    }

    public async Task<BackfillItem?> FindBackfillAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.IdentifierBackfills.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, ct) is { } row ? Item(row) : null;
    }

    /// <summary>Newest first; of one rule, or of all.</summary>
    public async Task<IReadOnlyList<RuleEventItem>> HistoryAsync(TenantScope tenant, string? name, int most, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var events = context.IdentifierRuleEvents.AsNoTracking();
        if (name is not null)
            events = events.Where(v => v.Name == name);
        return [.. (await events.OrderByDescending(v => v.Id).Take(Math.Clamp(most, 1, 200)).ToListAsync(ct)).OrderByDescending(v => v.At).ThenByDescending(v => v.Revision).Select(v => new RuleEventItem(v.Name, v.Revision, v.Change, Instant.FromMicroseconds(v.At), v.By, v.Reason, v.Document))];
    }

    public Task<CommandOutcome> PauseAsync(TenantScope tenant, Guid id, string by, CancellationToken ct) =>
        TurnAsync(tenant, id, BackfillState.Running, BackfillState.Paused, $"Paused by {by}", "It is paused. What it found until now can be searched.", ct);

    public Task<CommandOutcome> ResumeAsync(TenantScope tenant, Guid id, string by, CancellationToken ct) =>
        TurnAsync(tenant, id, BackfillState.Paused, BackfillState.Running, $"Resumed by {by}", "It goes on where it stopped.", ct);

    public async Task<CommandOutcome> CancelAsync(TenantScope tenant, Guid id, string by, CancellationToken ct)
    {
        var text = $"Ended by {by} before it was done";
        var outcome = await TurnAsync(tenant, id, BackfillState.Running, BackfillState.Cancelled, text, "It is ended. Stored orders that it had not come to keep the numbers that they have.", ct);
        return outcome.Code != "not_possible" ? outcome : await TurnAsync(tenant, id, BackfillState.Paused, BackfillState.Cancelled, text, "It is ended. Stored orders that it had not come to keep the numbers that they have.", ct);
    }

    /// <summary>The same once more from the newest on: after it was ended, or for whoever wants to be sure.</summary>
    public async Task<CommandOutcome> AgainAsync(TenantScope tenant, Guid id, string by, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.IdentifierBackfills.AsNoTracking().FirstOrDefaultAsync(b => b.Id == id, ct) is not { } row)
            return new(false, "not_found", "There is no such run.");
        if (await context.IdentifierBackfills.AnyAsync(b => b.Kind == row.Kind && (b.State == BackfillState.Running || b.State == BackfillState.Paused), ct))
            return new(true, "already_done", "A run for these numbers is open already.");
        var now = clock.GetUtcNow().ToMicroseconds();
        context.IdentifierBackfills.Add(new()
        {
            Id = EntityId.New(clock), TenantId = tenant.TenantId, Kind = row.Kind, Rule = row.Rule, State = BackfillState.Running, CreatedAt = now, CreatedBy = Ingestion.PayloadRows.Cut(by, ColumnLengths.Identifier)!,
            StartsAt = now, Oldest = row.Oldest, UpdatedAt = now,
        });
        await context.SaveChangesAsync(ct);
        return new(true, "accepted", "It looks through everything once more, the newest first.");
    }

    private async Task<CommandOutcome> TurnAsync(TenantScope tenant, Guid id, BackfillState from, BackfillState to, string note, string said, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var (now, text) = (clock.GetUtcNow().ToMicroseconds(), Ingestion.PayloadRows.Cut(note, ColumnLengths.Summary));
        if (await context.IdentifierBackfills.Where(b => b.Id == id && b.State == from).ExecuteUpdateAsync(s => s.SetProperty(b => b.State, to).SetProperty(b => b.Note, text).SetProperty(b => b.UpdatedAt, now), ct) == 1)
            return new(true, "accepted", said);
        var state = await context.IdentifierBackfills.Where(b => b.Id == id).Select(b => (BackfillState?)b.State).FirstOrDefaultAsync(ct);
        return state is null ? new(false, "not_found", "There is no such run.") : state == to ? new(true, "already_done", said) : new(false, "not_possible", $"That is not possible now: it is {state.Value.Word()}.");
    }

    private BackfillItem Item(IdentifierBackfillRow b)
    {
        // Newest first: how far is what lies behind it of the whole time.
        var whole = b.StartsAt - b.Oldest;
        var behind = b.Cursor is { } cursor ? b.StartsAt - EntityId.MadeAt(cursor).ToMicroseconds() : 0;
        var fraction = b.State == BackfillState.Done ? 1 : whole <= 0 ? 0 : Math.Clamp((double)behind / whole, 0, 0.99);
        return new(b.Id, b.Kind, b.Rule, b.State, Instant.FromMicroseconds(b.CreatedAt), b.CreatedBy, Instant.FromMicroseconds(b.StartsAt), Instant.FromMicroseconds(b.UpdatedAt), b.Looked, b.Written, b.Removed, b.Unreadable, fraction, b.Note);
    }
}

public static class BackfillStates
{
    public static string Word(this BackfillState state) => state switch
    {
        BackfillState.Running => "running",
        BackfillState.Paused => "paused",
        BackfillState.Done => "done",
        BackfillState.Cancelled => "cancelled",
        _ => "replaced",
    };
}
