using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Transactions.Queries;

/// <summary>
/// The evidence behind the verdicts of one page, so that list and page say the same: a few small reads for the rows that
/// need them, none per row.
/// </summary>
internal sealed class ListFacts(FactsBuilder builder)
{
    public async Task<IReadOnlyList<TransactionListItem>> ItemsAsync(ControlPlaneDbContext context, IReadOnlyList<TransactionRow> rows, CancellationToken ct)
    {
        var failing = rows.Where(t => t.State is TransactionState.Stuck or TransactionState.Retrying).Select(t => t.Id).ToList();
        var atOthers = rows.Where(t => !t.State.IsFinal() && t.Party is not null).Select(t => t.Id).ToList();
        var calls = failing.Count == 0 ? [] : await CallsAsync(context, failing, ct);
        var attempts = failing.Count == 0 ? []
            : await context.WorkItems.AsNoTracking().Where(w => failing.Contains(w.TransactionId)).ToDictionaryAsync(w => w.TransactionId, w => w.Attempts, ct);
        var effects = (atOthers.Count == 0 ? [] : await EffectsAsync(context, atOthers, ct)).ToLookup(e => e.TransactionId);
        var refused = rows.Where(t => t is { State: TransactionState.Stuck, FaultKind: FaultKind.Data }).Select(t => t.Id).ToList();
        var refusals = (refused.Count == 0 ? [] : await RefusalsAsync(context, refused, ct)).ToLookup(j => j.TransactionId);
        return [.. rows.Select(row =>
        {
            var facts = builder.Of(row);
            if (refusals[row.Id].LastOrDefault(j => j.Code == row.FaultCode) is { System: { } sender } refusal)
                facts = facts with { Party = row.Party is null ? builder.System(sender) : facts.Party, LastHeard = new(Instant.FromMicroseconds(refusal.At), sender, refusal.Summary, refusal.Code) };
            var told = effects[row.Id].Where(e => e.Connection == row.PartyConnection && e.State == EffectState.Confirmed && e.ResolvedAt is not null).MaxBy(e => e.ResolvedAt);
            if (calls.TryGetValue((row.Id, row.Step), out var call))
                facts = facts with { FailingSince = call.FailingSince, AnsweredStatus = call.Status };
            return builder.Item(row, facts with
            {
                Attempts = attempts.GetValueOrDefault(row.Id),
                OutcomeOpen = effects[row.Id].Any(e => e.State == EffectState.Unknown),
                PartyTold = told is null ? null : new(Instant.FromMicroseconds(told.ResolvedAt!.Value), told.Connection, told.Summary),
            });
        })];
    }

    private static async Task<Dictionary<(Guid, string), CallSummary>> CallsAsync(ControlPlaneDbContext context, List<Guid> ids, CancellationToken ct)
    {
        var found = await context.Attempts.AsNoTracking().Where(a => ids.Contains(a.TransactionId) && !a.LookUp)
            .GroupBy(a => new { a.TransactionId, a.Step })
            .Select(g => new { g.Key.TransactionId, g.Key.Step, Status = g.Max(a => a.Status), First = g.Min(a => a.FaultKind == null ? (long?)null : a.StartedAt) })
            .ToListAsync(ct);
        return found.ToDictionary(c => (c.TransactionId, c.Step), c => new CallSummary(c.Status, c.First is { } first ? Instant.FromMicroseconds(first) : null));
    }

    private static Task<List<EffectRow>> EffectsAsync(ControlPlaneDbContext context, List<Guid> ids, CancellationToken ct) =>
        context.Effects.AsNoTracking().Where(e => ids.Contains(e.TransactionId)).ToListAsync(ct);

    /// <summary>Messages that refused: whoever sent one is who said it.</summary>
    private static Task<List<JournalRow>> RefusalsAsync(ControlPlaneDbContext context, List<Guid> ids, CancellationToken ct) =>
        context.Journal.AsNoTracking().Where(j => ids.Contains(j.TransactionId) && j.Type == JournalEventType.SignalReceived && j.Code != null).OrderBy(j => j.At).ToListAsync(ct);

    private sealed record CallSummary(int Status, DateTimeOffset? FailingSince);
}
