using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Replays;

/// <summary>
/// Sends a piece of a bulk replay back to its steps: four reads for the whole piece, and commits that share their transactions. The orders
/// wait in the bulk lane, where they give way to what comes in. An order that was sent twice over a change of hands is recognised by
/// the operation's id.
/// </summary>
internal sealed class BulkSender(IControlPlaneDb db, CommitWriter writer, LanePumps pumps, IFlowCatalog flows, TimeProvider clock)
{
    /// <summary>In one piece: a cancel waits for no more than this.</summary>
    public const int Most = 250;

    /// <summary>Replayed orders that wait for a worker now.</summary>
    public Task<int> WaitingAsync(ControlPlaneDbContext context, CancellationToken ct) =>
        context.WorkItems.CountAsync(w => w.State == WorkState.Ready && w.Lane == Lane.Bulk && w.DueAt == 0, ct);

    /// <returns>How many were sent or left out; 0 when none was left.</returns>
    public async Task<int> SendAsync(ControlPlaneDbContext context, BulkReplayRow replay, int most, CancellationToken ct)
    {
        context.ChangeTracker.Clear();
        // What goes first is marked; the others are taken in the order in which they came.
        var items = await context.BulkReplayItems.Where(i => i.ReplayId == replay.Id && i.State == BulkReplayItemState.Pending && i.SentAt < 0).ToListAsync(ct);
        if (items.Count < most)
            items.AddRange(await context.BulkReplayItems.Where(i => i.ReplayId == replay.Id && i.State == BulkReplayItemState.Pending && i.SentAt >= 0).OrderBy(i => i.TransactionId).Take(most - items.Count).ToListAsync(ct));
        if (items.Count == 0)
            return 0;
        var ids = items.Select(i => i.TransactionId).ToList();
        var found = await PieceAsync(ids, replay.TenantId, ct);
        var at = clock.GetUtcNow().ToMicroseconds();
        await Task.WhenAll(items.Select(async item =>
        {
            var outcome = await SendOneAsync(replay, item.TransactionId, found, ct);
            item.SentAt = at;
            (item.State, item.Outcome) = outcome.Accepted ? (BulkReplayItemState.Sent, null) : (BulkReplayItemState.LeftOut, PayloadRows.Cut(outcome.Message, ColumnLengths.Summary));
        }));
        pumps.PokeAll();
        await context.SaveChangesAsync(ct);
        var (sent, left) = (items.Count(i => i.State == BulkReplayItemState.Sent), items.Count(i => i.State == BulkReplayItemState.LeftOut));
        await context.BulkReplays.Where(r => r.Id == replay.Id).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.Sent, r => r.Sent + sent).SetProperty(r => r.LeftOut, r => r.LeftOut + left).SetProperty(r => r.UpdatedAt, at), ct);
        return items.Count;
    }

    private async Task<Piece> PieceAsync(List<Guid> ids, int tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(tenant));
        return new(
            await context.Transactions.AsNoTracking().Where(t => ids.Contains(t.Id)).ToDictionaryAsync(t => t.Id, ct),
            await context.WorkItems.AsNoTracking().Where(w => ids.Contains(w.TransactionId)).ToDictionaryAsync(w => w.TransactionId, ct),
            (await context.Effects.Where(e => ids.Contains(e.TransactionId) && e.State == EffectState.Unknown && e.WriteKind == WriteKind.Blind).Select(e => e.TransactionId).ToListAsync(ct)).ToHashSet(),
            (await context.Journal.Where(j => ids.Contains(j.TransactionId) && (j.Type == JournalEventType.SignalReceived || j.Type == JournalEventType.StepCompleted)).Select(j => new { j.TransactionId, j.Step }).Distinct().ToListAsync(ct))
                .ToLookup(j => j.TransactionId, j => j.Step));
    }

    private async Task<CommandOutcome> SendOneAsync(BulkReplayRow replay, Guid id, Piece piece, CancellationToken ct)
    {
        if (piece.Transactions.GetValueOrDefault(id) is not { } transaction || piece.Work.GetValueOrDefault(id) is not { } work)
            return new(false, "not_found", "It is not there any more");
        var operation = EntityId.Derived(replay.Id, id);
        if (TransactionCommands.Refuse(transaction, work) is { } refused)
            // Taken up at once by a worker after a change of hands: its operation was done.
            return await DoneAsync(replay.TenantId, operation, ct) ? new(true, "already_done", "") : refused;
        var request = new ReplayRequest(replay.FromStep, replay.Newest, Reissue: false);
        if ((request.Newest ? flows.Newest(work.Flow) : flows.Find(work.Flow, work.FlowVersion)) is not { } flow)
            return new(false, "flow_missing", $"Version {work.FlowVersion} of the flow {work.Flow} does not exist any more");
        var from = request.From switch { null => work.Step, ReplayRequest.Start => flow.Steps[0].Id, var step => step };
        if (flow.Find(from) is null)
            return new(false, "step_unknown", $"Version {flow.Version} of the flow {flow.Name} has no step {from}");
        if (transaction.FaultKind == FaultKind.UnknownOutcome && piece.Unknown.Contains(id))
            return new(false, "outcome_unknown", $"It is not known whether {transaction.PartyConnection ?? "the target"} has the document: sending it again could post it twice");
        var unit = TransactionCommands.Unit(clock, replay.TenantId, transaction, replay.CreatedBy, $"bulk replay: {replay.Reason}", operation, TransactionCommands.Words(transaction, request, from, flow), JournalEventType.Replayed);
        unit.Restart = new(id, work.Fence, from, flow.Version, TransactionCommands.Variables(work, request, flow, from, [.. piece.Passed[id]]), false, Lane.Bulk);
        unit.Note = new ChangeNote(replay.TenantId, id, TransactionState.Running, transaction.Connection, IsNew: false);
        return await writer.CommitAsync(unit, ct) switch
        {
            CommitOutcome.Duplicate => new(true, "already_done", ""),
            CommitOutcome.Stale => new(false, "busy", "Somebody else took it up at the same moment"),
            _ => new(true, "accepted", ""),
        };
    }

    private async Task<bool> DoneAsync(int tenant, Guid operation, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(tenant));
        var key = "o:" + operation.ToString("N");
        return await context.InboxKeys.AnyAsync(k => k.Connection == "operator" && k.Key == key, ct);
    }

    /// <param name="Unknown">Orders with a write of which nobody knows whether it arrived.</param>
    /// <param name="Passed">Waits whose event came, by order.</param>
    private sealed record Piece(IReadOnlyDictionary<Guid, TransactionRow> Transactions, IReadOnlyDictionary<Guid, WorkItemRow> Work, IReadOnlySet<Guid> Unknown, ILookup<Guid, string> Passed);
}
