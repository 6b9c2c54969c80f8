using System.Globalization;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Replays;

internal sealed class BulkReplays(IControlPlaneDb db, TimeProvider clock) : IBulkReplays
{
    public async Task<BulkPreview> PreviewAsync(TenantScope tenant, BulkSelection selection, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var groups = await BulkSelections.Select(context, selection).GroupBy(t => new { t.FaultCode, t.Currency })
            .Select(g => new { g.Key.FaultCode, g.Key.Currency, Count = g.Count(), Total = g.Sum(t => t.TotalMinor ?? 0), Oldest = g.Min(t => t.Since), Newest = g.Max(t => t.Since) }).ToListAsync(ct);
        return new(groups.Sum(g => g.Count), [.. groups.GroupBy(g => g.FaultCode).Select(g => (g.Key ?? "none", g.Sum(x => x.Count))).OrderByDescending(g => g.Item2)])
        {
            Money = [.. groups.Where(g => Currencies.IsKnown(g.Currency)).GroupBy(g => g.Currency).Select(g => new Money(g.Sum(x => x.Total), g.Key)).OrderByDescending(m => m.ToDecimal())],
            Oldest = groups.Count == 0 ? null : Instant.FromMicroseconds(groups.Min(g => g.Oldest)),
            Newest = groups.Count == 0 ? null : Instant.FromMicroseconds(groups.Max(g => g.Newest)),
        };
    }

    public async Task<CommandOutcome> StartAsync(TenantScope tenant, Guid id, BulkReplayRequest request, string by, CancellationToken ct)
    {
        if (request.Selection.Ids is { Count: > BulkSelection.MostIds })
            return new(false, "too_many_ids", $"At most {BulkSelection.MostIds} orders can be named one by one. Choose them by their cause instead.");
        await using var context = db.CreateContext(tenant);
        if (await context.BulkReplays.AnyAsync(r => r.Id == id, ct))
            return new(true, "already_done", "This was started already.");
        if (request.Selection.Ids is { Count: > BulkSelection.MostIds })
            return new(false, "too_many", $"At most {BulkSelection.MostIds} orders are chosen one by one. Take a filter, or choose fewer.");
        var now = clock.GetUtcNow().ToMicroseconds();
        // The selection is fixed now: what fails later is another matter.
        var ids = await BulkSelections.Select(context, request.Selection).OrderBy(t => t.Id).Select(t => t.Id).ToListAsync(ct);
        if (ids.Count == 0)
            return new(false, "nothing_fits", "No order fits the selection at this moment.");
        var row = new BulkReplayRow
        {
            Id = id,
            TenantId = tenant.TenantId,
            State = BulkReplayState.Running,
            Reason = PayloadRows.Cut(request.Reason, ColumnLengths.Summary)!,
            CreatedBy = PayloadRows.Cut(by, ColumnLengths.Identifier)!,
            CreatedAt = now,
            UpdatedAt = now,
            FromStep = request.From,
            Newest = request.Newest,
            PerSecond = Math.Clamp(request.PerSecond, 1, BulkReplayRequest.MostPerSecond),
            Canary = Math.Clamp(request.Canary, 0, BulkReplayRequest.MostCanary),
            AsksAfterCanary = request.AsksAfterCanary,
            StopAbove = request.StopAbove >= 100 ? null : Math.Max(0, request.StopAbove),
            Total = ids.Count,
            Selection = BulkSelections.Write(request.Selection),
            Note = "Started",
        };
        if (!await WriteAsync(row, ids, request.First, ct))
            return new(true, "already_done", "This was started already.");
        return new(true, "accepted", string.Create(CultureInfo.InvariantCulture, $"{(ids.Count == 1 ? "One order is" : $"{ids.Count:N0} orders are")} replayed, {row.PerSecond} a second at most."));
    }

    /// <summary>The whole set in one transaction, or none of it. False when another was faster with the same id.</summary>
    private async Task<bool> WriteAsync(BulkReplayRow row, List<Guid> ids, Guid? first, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(row.TenantId));
        await using var dbTransaction = await context.Database.BeginTransactionAsync(ct);
        context.BulkReplays.Add(row);
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            return false;
        }

        foreach (var chunk in ids.Chunk(1000))
        {
            context.ChangeTracker.Clear();
            context.BulkReplayItems.AddRange(chunk.Select(t => new BulkReplayItemRow
            {
                ReplayId = row.Id, TransactionId = t, TenantId = row.TenantId, State = BulkReplayItemState.Pending,
                // Sorts before the others while it is pending; replaced when it is sent.
                SentAt = t == first ? -1 : 0,
            }));
            await context.SaveChangesAsync(ct);
        }

        await dbTransaction.CommitAsync(ct);
        return true;
    }

    public async Task<IReadOnlyList<BulkReplayRow>> ListAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.BulkReplays.AsNoTracking().OrderByDescending(r => r.CreatedAt).Take(100).ToListAsync(ct);
    }

    public async Task<BulkReplayRow?> FindAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        return await context.BulkReplays.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);
    }

    public async Task<CommandOutcome> ChangeAsync(TenantScope tenant, Guid id, BulkReplayState to, string by, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var (word, from) = to switch
        {
            BulkReplayState.Paused => ("paused", new[] { BulkReplayState.Running }),
            BulkReplayState.Running => ("resumed", [BulkReplayState.Paused]),
            BulkReplayState.Cancelled => ("cancelled", [BulkReplayState.Running, BulkReplayState.Paused]),
            _ => throw new ArgumentOutOfRangeException(nameof(to)),
        };
        var note = PayloadRows.Cut($"{by} {word} it", ColumnLengths.Summary);
        var now = clock.GetUtcNow().ToMicroseconds();
        // Who resumes has seen how the first ones ended, and how many failed again.
        var changed = await context.BulkReplays.Where(r => r.Id == id && from.Contains(r.State)).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.State, to).SetProperty(r => r.Note, note).SetProperty(r => r.UpdatedAt, now)
                .SetProperty(r => r.Canary, r => to == BulkReplayState.Running ? 0 : r.Canary)
                .SetProperty(r => r.StopAbove, r => to == BulkReplayState.Running && r.StuckAgain > 0 ? null : r.StopAbove), ct);
        if (changed == 1)
            return new(true, "accepted", $"The replay is {word}.");
        if (await context.BulkReplays.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct) is not { } row)
            return new(false, "not_found", "There is no such replay.");
        // Two people at once: the second is told what the first did.
        return row.State == to ? new(true, "already_done", $"{row.Note}.") : new(false, "state", $"The replay cannot be {word} in its present state. Last: {row.Note}.");
    }

    public async Task<BulkReplayItems> ItemsAsync(TenantScope tenant, Guid id, BulkReplayItemState? state, Guid? after, int size, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var items = context.BulkReplayItems.AsNoTracking().Where(i => i.ReplayId == id);
        if (state is { } only)
            items = items.Where(i => i.State == only);
        if (after is { } last)
            items = items.Where(i => i.TransactionId.CompareTo(last) > 0);
        var rows = await items.OrderBy(i => i.TransactionId).Take(size + 1)
            .Join(context.Transactions.AsNoTracking(), i => i.TransactionId, t => t.Id, (i, t) => new { Item = i, t.Number, t.State, t.FaultMessage }).ToListAsync(ct);
        var shown = rows.OrderBy(r => r.Item.TransactionId).Take(size).Select(r => new BulkReplayItem(
            r.Item.TransactionId, r.Number, r.Item.State, r.Item.SentAt > 0 ? Instant.FromMicroseconds(r.Item.SentAt) : null, r.Item.Outcome, r.State)).ToList();
        return new(shown, rows.Count > size ? shown[^1].TransactionId : null);
    }

    public async Task<int?> CameSinceAsync(TenantScope tenant, Guid id, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.BulkReplays.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct) is not { } row || BulkSelections.Read(row.Selection) is not { Ids: null } selection)
            return null;
        return await BulkSelections.Select(context, selection).CountAsync(t => !context.BulkReplayItems.Any(i => i.ReplayId == id && i.TransactionId == t.Id), ct);
    }
}
