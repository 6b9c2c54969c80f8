using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Replays;

/// <summary>
/// Notes what became of each order that was sent: proven by an event of its own after the sending, or stuck again with the message.
/// Time alone proves nothing.
/// </summary>
internal sealed class BulkJudge
{
    /// <summary>Looked at in one go; those that nothing became of yet have their turn again.</summary>
    private const int Most = 2_000;

    /// <summary>Besides a confirmed write: an event that came, or the end of the flow. A call that only reads proves nothing.</summary>
    private static readonly JournalEventType[] Events = [JournalEventType.SignalReceived, JournalEventType.Closed];

    private readonly Dictionary<Guid, Guid> _last = [];

    public async Task JudgeAsync(ControlPlaneDbContext context, Guid id, CancellationToken ct)
    {
        var last = _last.GetValueOrDefault(id);
        var sent = await context.BulkReplayItems.AsNoTracking().Where(i => i.ReplayId == id && i.State == BulkReplayItemState.Sent && i.SentAt > 0 && i.TransactionId.CompareTo(last) > 0)
            .OrderBy(i => i.TransactionId).Take(Most).ToListAsync(ct);
        // Round and round, so that those that wait for days do not keep the others from being looked at.
        _last[id] = sent.Count == Most ? sent[^1].TransactionId : Guid.Empty;
        if (sent.Count == 0)
            return;
        var ended = new List<BulkReplayItemRow>();
        foreach (var chunk in sent.Chunk(500))
            await JudgeAsync(context, chunk, ended, ct);
        if (ended.Count == 0)
            return;
        foreach (var group in ended.GroupBy(i => (i.State, i.Outcome)))
            foreach (var chunk in group.Select(i => i.TransactionId).Chunk(500))
            {
                var ids = chunk.ToList();
                await context.BulkReplayItems.Where(i => i.ReplayId == id && ids.Contains(i.TransactionId) && i.State == BulkReplayItemState.Sent)
                    .ExecuteUpdateAsync(s => s.SetProperty(i => i.State, group.Key.State).SetProperty(i => i.Outcome, group.Key.Outcome), ct);
            }

        var (proven, stuck) = (ended.Count(i => i.State == BulkReplayItemState.Proven), ended.Count(i => i.State == BulkReplayItemState.StuckAgain));
        await context.BulkReplays.Where(r => r.Id == id).ExecuteUpdateAsync(s => s.SetProperty(r => r.Proven, r => r.Proven + proven).SetProperty(r => r.StuckAgain, r => r.StuckAgain + stuck), ct);
    }

    private static async Task JudgeAsync(ControlPlaneDbContext context, BulkReplayItemRow[] items, List<BulkReplayItemRow> ended, CancellationToken ct)
    {
        var ids = items.Select(i => i.TransactionId).ToList();
        var since = items.Min(i => i.SentAt);
        var now = await context.Transactions.AsNoTracking().Where(t => ids.Contains(t.Id)).Select(t => new { t.Id, t.State, t.FaultMessage, t.Since }).ToDictionaryAsync(t => t.Id, ct);
        var effects = (await context.Effects.AsNoTracking().Where(e => ids.Contains(e.TransactionId) && e.State == EffectState.Confirmed && e.ResolvedAt >= since)
            .Select(e => new { e.TransactionId, At = e.ResolvedAt ?? 0, Begun = e.IntendedAt, e.Summary }).ToListAsync(ct));
        var events = await context.Journal.AsNoTracking().Where(j => ids.Contains(j.TransactionId) && j.At >= since && Events.Contains(j.Type)).Select(j => new { j.TransactionId, j.At, Begun = j.At, j.Summary }).ToListAsync(ct);
        var proofs = effects.Concat(events).ToLookup(p => p.TransactionId);
        foreach (var item in items)
        {
            if (now.GetValueOrDefault(item.TransactionId) is { State: TransactionState.Stuck } stuck && stuck.Since >= item.SentAt)
                (item.State, item.Outcome) = (BulkReplayItemState.StuckAgain, stuck.FaultMessage);
            else if (proofs[item.TransactionId].Where(p => p.At >= item.SentAt).OrderBy(p => p.At).ThenBy(p => p.Begun).FirstOrDefault() is { } proof)
                (item.State, item.Outcome) = (BulkReplayItemState.Proven, PayloadRows.Cut(proof.Summary, ColumnLengths.Summary));
            else if (now.GetValueOrDefault(item.TransactionId) is { State: TransactionState.Cancelled or TransactionState.Superseded })
                (item.State, item.Outcome) = (BulkReplayItemState.Proven, "It ended meanwhile: cancelled, or replaced by a newer one");
            else
                continue;
            ended.Add(item);
        }
    }
}
