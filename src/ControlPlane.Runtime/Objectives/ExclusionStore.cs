using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Objectives;

/// <param name="State"><c>asked</c>, <c>approved</c> or <c>ended</c>.</param>
public sealed record ExclusionView(
    Guid Id, string Name, string? Objective, DateTimeOffset From, DateTimeOffset To, string Reason, string AskedBy, DateTimeOffset AskedAt, string? ApprovedBy, DateTimeOffset? ApprovedAt, string? EndedBy, DateTimeOffset? EndedAt, string? EndedWhy, string State);

public sealed record ExclusionOutcome(bool Accepted, string Code, string Message, Guid Id);

/// <summary>Stretches that figures are also shown without. One person asks, another approves; nothing is deleted, and there is no reset.</summary>
public sealed class ExclusionStore(IControlPlaneDb db, TimeProvider clock, TenantScope? scope = null)
{
    public static readonly TimeSpan Longest = TimeSpan.FromDays(92);

    private readonly TenantScope _tenant = scope ?? TenantScope.Default;

    /// <summary>All, also those that ended, newest first; at most 500.</summary>
    public async Task<IReadOnlyList<ExclusionView>> AllAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext(_tenant);
        var rows = await context.ObjectiveExclusions.AsNoTracking().OrderByDescending(x => x.AskedAt).ThenByDescending(x => x.Id).Take(500).ToListAsync(ct);
        return [.. rows.Select(View)];
    }

    /// <param name="id">Made when the form opens: the same again is done already.</param>
    public async Task<ExclusionOutcome> AskAsync(Guid id, string name, string? objective, DateTimeOffset from, DateTimeOffset to, string reason, string by, CancellationToken ct)
    {
        if (name.Trim().Length is 0 or > ColumnLengths.Identifier)
            return Refused("name_missing", $"Give it a name of 1 to {ColumnLengths.Identifier} characters, such as 'Carrier strike 3 June'.", id);
        if (reason.Trim().Length is 0 or > ColumnLengths.Summary)
            return Refused("reason_missing", $"Say why, in 1 to {ColumnLengths.Summary} characters.", id);
        if (to <= from || to - from > Longest)
            return Refused("period_invalid", $"It ends after it begins, and is at most {Longest.TotalDays:0} days long.", id);
        await using var context = db.CreateContext(_tenant);
        if (objective is not null && !await context.ObjectiveDocuments.AnyAsync(d => d.Kind == ObjectiveDocumentKind.Objective && d.Name == objective, ct))
            return Refused("objective_unknown", $"There is no objective {objective}.", id);
        if (await context.ObjectiveExclusions.AnyAsync(x => x.Id == id, ct))
            return new(true, "already_done", "It was asked for already.", id);
        context.ObjectiveExclusions.Add(new()
        {
            Id = id, TenantId = _tenant.TenantId, Name = name.Trim(), Objective = objective, FromAt = from.ToMicroseconds(), ToAt = to.ToMicroseconds(), Reason = reason.Trim(), AskedBy = PayloadRows.Cut(by, ColumnLengths.Identifier)!,
            AskedAt = clock.GetUtcNow().ToMicroseconds(),
        });
        await context.SaveChangesAsync(ct);
        return new(true, "accepted", "It is asked for. Another person has to approve it; until then no figure changes.", id);
    }

    public async Task<ExclusionOutcome> ApproveAsync(Guid id, string by, CancellationToken ct)
    {
        await using var context = db.CreateContext(_tenant);
        if (await context.ObjectiveExclusions.AsNoTracking().FirstOrDefaultAsync(x => x.Id == id, ct) is not { } row)
            return Refused("not_found", "There is no such exclusion.", id);
        if (row.EndedAt is not null)
            return Refused("ended", "It has ended. Ask for a new one.", id);
        if (row.ApprovedBy is not null)
            return row.ApprovedBy == by ? new(true, "already_done", "It was approved already.", id) : Refused("already_approved", $"{row.ApprovedBy} has approved it.", id);
        if (string.Equals(row.AskedBy, by, StringComparison.OrdinalIgnoreCase))
            return Refused("same_person", "Who asked for it does not approve it. Another person has to.", id);
        var now = clock.GetUtcNow().ToMicroseconds();
        var name = PayloadRows.Cut(by, ColumnLengths.Identifier)!;
        return await context.ObjectiveExclusions.Where(x => x.Id == id && x.ApprovedBy == null && x.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.ApprovedBy, name).SetProperty(x => x.ApprovedAt, now), ct) == 1
            ? new(true, "accepted", "It is approved: figures are shown with and without it.", id)
            : Refused("changed_meanwhile", "Somebody decided it meanwhile. Look again.", id);
    }

    /// <summary>Takes it back, before or after it was approved. It stays in the list.</summary>
    public async Task<ExclusionOutcome> EndAsync(Guid id, string why, string by, CancellationToken ct)
    {
        if (why.Trim().Length is 0 or > ColumnLengths.Summary)
            return Refused("reason_missing", $"Say why, in 1 to {ColumnLengths.Summary} characters.", id);
        await using var context = db.CreateContext(_tenant);
        var (now, name, said) = (clock.GetUtcNow().ToMicroseconds(), PayloadRows.Cut(by, ColumnLengths.Identifier)!, why.Trim());
        if (await context.ObjectiveExclusions.Where(x => x.Id == id && x.EndedAt == null).ExecuteUpdateAsync(s => s.SetProperty(x => x.EndedBy, name).SetProperty(x => x.EndedAt, now).SetProperty(x => x.EndedWhy, said), ct) == 1)
            return new(true, "accepted", "It has ended: figures count everything again. It stays in the list.", id);
        return await context.ObjectiveExclusions.AnyAsync(x => x.Id == id, ct) ? new(true, "already_done", "It had ended already.", id) : Refused("not_found", "There is no such exclusion.", id);
    }

    private static ExclusionOutcome Refused(string code, string message, Guid id) => new(false, code, message, id);

    private static ExclusionView View(ObjectiveExclusionRow r) => new(
        r.Id, r.Name, r.Objective, Instant.FromMicroseconds(r.FromAt), Instant.FromMicroseconds(r.ToAt), r.Reason, r.AskedBy, Instant.FromMicroseconds(r.AskedAt), r.ApprovedBy, At(r.ApprovedAt), r.EndedBy, At(r.EndedAt), r.EndedWhy,
        r.EndedAt is not null ? "ended" : r.ApprovedBy is not null ? "approved" : "asked");

    private static DateTimeOffset? At(long? microseconds) => microseconds is { } at ? Instant.FromMicroseconds(at) : null;
}
