using ControlPlane.Domain.IdentifierRules;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.IdentifierRules;

/// <summary>
/// Makes the numbers of stored transactions what the rules say now, a piece at a time, newest first, under a lease: another node goes
/// on where this one stopped. A piece that is done twice changes nothing the second time.
/// </summary>
internal sealed class RuleBackfill(
    IControlPlaneDb db, RuleBoard board, CommitWriter writer, IConnectionRegistry connections, Node node, LeaseClock leases, IOptions<BackfillOptions> options, TimeProvider clock)
{
    /// <summary>Transactions whose numbers are made right in one commit: the writer of the engine waits as long.</summary>
    public const int Piece = 100;

    private const long Lease = 15_000_000;

    /// <summary>One second's worth of each open run.</summary>
    public async Task TickAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var time = clock.GetUtcNow().ToMicroseconds();
        var open = await context.IdentifierBackfills.IgnoreQueryFilters().AsNoTracking().Where(b => b.State == BackfillState.Running && b.StartsAt <= time).OrderBy(b => b.Id).ToListAsync(ct);
        if (open.Count == 0)
            return;
        await board.RefreshAsync(ct);
        foreach (var run in open)
        {
            var now = leases.Now;
            var won = await context.IdentifierBackfills.IgnoreQueryFilters().Where(b => b.Id == run.Id && b.State == BackfillState.Running && (b.Owner == node.Id || b.LeaseUntil < now))
                .ExecuteUpdateAsync(s => s.SetProperty(b => b.Owner, node.Id).SetProperty(b => b.LeaseUntil, now + Lease), ct);
            if (won == 1)
                await SecondAsync(run, options.Value.BackfillPerSecond / open.Count, ct);
        }
    }

    private async Task SecondAsync(IdentifierBackfillRow run, int most, CancellationToken ct)
    {
        var cursor = run.Cursor;
        for (var looked = 0; looked < Math.Max(1, most);)
        {
            var from = clock.GetTimestamp();
            var (last, count) = await PieceAsync(run, cursor, ct);
            if (last is null)
                return;
            (cursor, looked) = (last, looked + count);
            // It rests as long as it worked: whatever the database is busy with, at most every other moment is ours.
            await Task.Delay(clock.GetElapsedTime(from), clock, ct);
        }
    }

    /// <returns>The last transaction of the piece; null when the run is over, paused or somebody else's.</returns>
    private async Task<(Guid? Last, int Count)> PieceAsync(IdentifierBackfillRow run, Guid? cursor, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(run.TenantId));
        var edge = cursor ?? ListQuery.Behind(Instant.FromMicroseconds(run.StartsAt));
        var transactions = await context.Transactions.AsNoTracking().Where(t => t.Id.CompareTo(edge) < 0).OrderByDescending(t => t.Id).Take(Piece)
            .Select(t => new StoredTransaction(t.Id, t.Connection, t.CanonicalPayloadId)).ToListAsync(ct);
        var (written, removed, unreadable) = transactions.Count == 0 ? default : await MakeRightAsync(context, run, transactions, ct);
        var (id, now, lease) = (run.Id, clock.GetUtcNow().ToMicroseconds(), leases.Now + Lease);
        var (last, done) = (transactions.Count == 0 ? edge : transactions[^1].Id, transactions.Count < Piece);
        // Behind the writing: a piece whose progress was lost is done again, and changes nothing.
        var ours = await context.IdentifierBackfills.Where(b => b.Id == id && b.State == BackfillState.Running && b.Owner == node.Id).ExecuteUpdateAsync(
            s => s.SetProperty(b => b.Cursor, last).SetProperty(b => b.Looked, b => b.Looked + transactions.Count).SetProperty(b => b.Written, b => b.Written + written)
                .SetProperty(b => b.Removed, b => b.Removed + removed).SetProperty(b => b.Unreadable, b => b.Unreadable + unreadable).SetProperty(b => b.UpdatedAt, now)
                .SetProperty(b => b.LeaseUntil, lease).SetProperty(b => b.State, done ? BackfillState.Done : BackfillState.Running), ct);
        return (ours == 1 && !done ? last : null, transactions.Count);
    }

    private async Task<(int Written, int Removed, int Unreadable)> MakeRightAsync(ControlPlaneDbContext context, IdentifierBackfillRow run, List<StoredTransaction> transactions, CancellationToken ct)
    {
        var (tenant, kind) = (run.TenantId, run.Kind);
        var rules = board.Of(tenant).Of(kind);
        var ids = transactions.ConvertAll(t => t.Id);
        if (rules.Rules.Count == 0)
            return (0, await context.TransactionIdentifiers.Where(i => ids.Contains(i.TransactionId) && i.Kind == kind && i.Origin == IdentifierOrigin.Rule).ExecuteDeleteAsync(ct), 0);
        var reading = await new StoredDocuments(context, connections, rules, board.Digest).ReadAsync(transactions, ct);
        var present = (await context.TransactionIdentifiers.AsNoTracking().Where(i => ids.Contains(i.TransactionId) && i.Kind == kind).ToListAsync(ct)).ToLookup(i => i.TransactionId);
        var (unit, removed) = (new CommitUnit(), 0);
        foreach (var transaction in ids)
        {
            var wanted = reading.Found[transaction].Select(i => RuleBoard.Row(tenant, transaction, i)).DistinctBy(i => i.Value).ToDictionary(i => i.Value, StringComparer.Ordinal);
            unit.Identifiers.AddRange(wanted.Values.Where(w => present[transaction].All(p => p.Value != w.Value)));
            // What cannot be read any more proves nothing: numbers that were found in it stay.
            var gone = reading.Unreadable.Contains(transaction) ? [] : present[transaction].Where(p => p.Origin == IdentifierOrigin.Rule && !wanted.ContainsKey(p.Value)).Select(p => p.Value).ToList();
            if (gone.Count > 0)
                removed += await context.TransactionIdentifiers.Where(i => i.TransactionId == transaction && i.Kind == kind && i.Origin == IdentifierOrigin.Rule && gone.Contains(i.Value)).ExecuteDeleteAsync(ct);
        }

        // Through the engine's own writer, which shares one commit with live work and leaves what is there already.
        if (unit.Identifiers.Count > 0)
            await writer.CommitAsync(unit, ct);
        return (unit.Identifiers.Count, removed, reading.Unreadable.Count);
    }
}

/// <param name="Order">Payload of the canonical order.</param>
internal sealed record StoredTransaction(Guid Id, string Connection, Guid? Order);
