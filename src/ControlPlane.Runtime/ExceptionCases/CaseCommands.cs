using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

/// <inheritdoc cref="ICaseCommands"/>
public sealed class CaseCommands : ICaseCommands
{
    public static readonly TimeSpan LongestMute = TimeSpan.FromDays(30);

    private readonly IControlPlaneDb _db;
    private readonly CaseSplits _splits;
    private readonly CaseKeeper _keeper;
    private readonly CaseQueries _queries;
    private readonly TimeProvider _clock;

    internal CaseCommands(IControlPlaneDb db, CaseSplits splits, CaseKeeper keeper, CaseQueries queries, TimeProvider clock) =>
        (_db, _splits, _keeper, _queries, _clock) = (db, splits, keeper, queries, clock);

    public async Task<CommandOutcome> MuteAsync(TenantScope tenant, Guid id, DateTimeOffset? until, string by, string reason, CancellationToken ct)
    {
        var now = _clock.GetUtcNow();
        if (until <= now || until > now + LongestMute)
            return new(false, "until", $"A case is muted until a time in the future, at most {LongestMute.TotalDays:0} days ahead.");
        if (until is not null && reason.Length == 0)
            return new(false, "reason_missing", "Say why nobody has to hear of it until then.");
        return await ChangeAsync(tenant, id, row =>
        {
            var wanted = until?.ToMicroseconds();
            if (row.MutedUntil == wanted)
                return null;
            row.MutedUntil = wanted;
            return until is { } at ? $"muted it until {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC: {reason}" : "took the mute back";
        }, by, until is null ? "The case is heard again." : "The case is muted. It stays in the list under muted, and its orders stay stuck.", ct);
    }

    public Task<CommandOutcome> SettleAsync(TenantScope tenant, Guid id, string with, string by, CancellationToken ct)
    {
        if (with.Length == 0)
            return Task.FromResult(new CommandOutcome(false, "reason_missing", "Say what mended it: a version, a change, a ticket."));
        return ChangeAsync(tenant, id, row =>
        {
            (row.SettledAt, row.SettledWith) = (_clock.GetUtcNow().ToMicroseconds(), PayloadRows.Cut(with, ColumnLengths.Summary));
            return $"called it mended with: {with}";
        }, by, "Noted. What fails for this cause from the next hour on is shown as regressed.", ct);
    }

    public async Task<CommandOutcome> MergeAsync(TenantScope tenant, Guid id, Guid into, string by, string reason, CancellationToken ct)
    {
        if (reason.Length == 0)
            return new(false, "reason_missing", "Say why they are one cause.");
        await using var context = _db.CreateContext(tenant);
        var rows = await context.ExceptionCases.AsNoTracking().Where(c => c.MergedInto != null || c.Id == id || c.Id == into).ToDictionaryAsync(c => c.Id, ct);
        if (!rows.ContainsKey(id) || !rows.ContainsKey(into))
            return new(false, "not_found", "There is no such case.");
        for (var at = rows.GetValueOrDefault(into); at is not null; at = at.MergedInto is { } next ? rows.GetValueOrDefault(next) : null)
            if (at.Id == id)
                return new(false, "circle", id == into ? "A case cannot be merged with itself." : "That case is merged into this one already. Take that back first.");
        return await ChangeAsync(tenant, id, row =>
        {
            if (row.MergedInto == into)
                return null;
            row.MergedInto = into;
            return $"merged it into case {into:D}: {reason}";
        }, by, "They are one case now, and what fails tomorrow is, too.", ct);
    }

    public Task<CommandOutcome> UnmergeAsync(TenantScope tenant, Guid id, string by, CancellationToken ct) => ChangeAsync(tenant, id, row =>
    {
        if (row.MergedInto is null)
            return null;
        row.MergedInto = null;
        return "took the merge back";
    }, by, "The case stands for itself again.", ct);

    public async Task<CommandOutcome> SplitAsync(TenantScope tenant, CaseSplit split, string by, string reason, CancellationToken ct)
    {
        if (split.Value.Length is 0 or > CaseSplit.LongestValue)
            return new(false, "value", $"Allowed: 1 to {CaseSplit.LongestValue} characters.");
        if (reason.Length == 0)
            return new(false, "reason_missing", "Say why that is another cause.");
        await using (var context = _db.CreateContext(tenant))
        {
            if (await context.ExceptionCaseSplits.FirstOrDefaultAsync(s => s.TargetId == split.Target, ct) is { } known)
            {
                if (known.UndoneAt is null)
                    return new(true, "already_done", "It is parted like this already.");
                known.UndoneAt = null;
                await context.SaveChangesAsync(ct);
                await context.ExceptionCases.Where(c => c.Id == split.Target && c.MergedInto == split.Case).ExecuteUpdateAsync(u => u.SetProperty(c => c.MergedInto, (Guid?)null), ct);
            }
            else
            {
                if (!await context.ExceptionCases.AnyAsync(c => c.Id == split.Case, ct))
                    return new(false, "not_found", "There is no such case.");
                context.ExceptionCaseSplits.Add(new()
                {
                    TargetId = split.Target, TenantId = tenant.TenantId, CaseId = split.Case, By = split.By, Value = split.Value,
                    CreatedBy = PayloadRows.Cut(by, ColumnLengths.Identifier)!, CreatedAt = _clock.GetUtcNow().ToMicroseconds(), Reason = PayloadRows.Cut(reason, ColumnLengths.Summary)!,
                });
                await context.SaveChangesAsync(ct);
            }
        }

        await _splits.ReadAsync(ct);
        var moved = await _keeper.PartAsync(ct);
        var told = await ChangeAsync(tenant, split.Case, _ => $"parted what has {split.By.Word()} “{split.Value}”: {reason}", by, "", ct);
        return !told.Accepted ? told : new(true, "accepted", moved == 0
            ? "Noted. Nothing that is stuck now fits; what fails like this in future is a case of its own."
            : moved == 1 ? "One order is in a case of its own now." : $"{moved} orders are in a case of their own now.");
    }

    public async Task<CommandOutcome> UnsplitAsync(TenantScope tenant, Guid target, string by, CancellationToken ct)
    {
        await using var context = _db.CreateContext(tenant);
        if (await context.ExceptionCaseSplits.FirstOrDefaultAsync(s => s.TargetId == target, ct) is not { } split)
            return new(false, "not_found", "There is no such split.");
        if (split.UndoneAt is not null)
            return new(true, "already_done", "It was taken back already.");
        split.UndoneAt = _clock.GetUtcNow().ToMicroseconds();
        await context.SaveChangesAsync(ct);
        await context.ExceptionCases.Where(c => c.Id == target && c.MergedInto == null).ExecuteUpdateAsync(s => s.SetProperty(c => c.MergedInto, split.CaseId), ct);
        await _splits.ReadAsync(ct);
        return await ChangeAsync(tenant, split.CaseId, _ => $"took back the split by {split.By.Word()} “{split.Value}”", by, "The part is shown with its origin again.", ct);
    }

    private async Task<CommandOutcome> ChangeAsync(TenantScope tenant, Guid id, Func<ExceptionCaseRow, string?> change, string by, string done, CancellationToken ct)
    {
        await using var context = _db.CreateContext(tenant);
        if (await context.ExceptionCases.FirstOrDefaultAsync(c => c.Id == id, ct) is not { } row)
            return new(false, "not_found", "There is no such case.");
        if (change(row) is not { } text)
            return new(true, "already_done", "It is like this already.");
        context.ExceptionCaseEvents.Add(new()
        {
            Id = EntityId.New(_clock), TenantId = tenant.TenantId, CaseId = id, At = _clock.GetUtcNow().ToMicroseconds(),
            By = PayloadRows.Cut(by, ColumnLengths.Identifier)!, Text = PayloadRows.Cut(text, ColumnLengths.Summary)!,
        });
        await context.SaveChangesAsync(ct);
        _queries.Forget(tenant.TenantId);
        return new(true, "accepted", done);
    }
}
