using System.Globalization;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Replays;

internal sealed class BulkReplays(IControlPlaneDb db, TimeProvider clock) : IBulkReplays
{
    public async Task<BulkPreview> PreviewAsync(TenantScope tenant, BulkSelection selection, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var groups = await Select(context, selection).GroupBy(t => t.FaultCode).Select(g => new { g.Key, Count = g.Count() }).ToListAsync(ct);
        return new(groups.Sum(g => g.Count), [.. groups.OrderByDescending(g => g.Count).Select(g => (g.Key ?? "none", g.Count))]);
    }

    public async Task<CommandOutcome> StartAsync(TenantScope tenant, Guid id, BulkReplayRequest request, string by, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.BulkReplays.AnyAsync(r => r.Id == id, ct))
            return new(true, "already_done", "This was started already.");
        if (request.Selection.Ids is { Count: > BulkSelection.MostIds })
            return new(false, "too_many", $"At most {BulkSelection.MostIds} orders are chosen one by one. Take a filter, or choose fewer.");
        var now = clock.GetUtcNow().ToMicroseconds();
        await using var dbTransaction = await context.Database.BeginTransactionAsync(ct);
        // The selection is fixed now: what fails later is another matter.
        var ids = await Select(context, request.Selection).OrderBy(t => t.Id).Select(t => t.Id).ToListAsync(ct);
        if (ids.Count == 0)
            return new(false, "nothing_fits", "No order fits the selection at this moment.");
        context.BulkReplays.Add(new()
        {
            Id = id,
            TenantId = tenant.TenantId,
            State = BulkReplayState.Running,
            Reason = Ingestion.PayloadRows.Cut(request.Reason, ColumnLengths.Summary)!,
            CreatedBy = Ingestion.PayloadRows.Cut(by, ColumnLengths.Identifier)!,
            CreatedAt = now,
            UpdatedAt = now,
            FromStep = request.From,
            Newest = request.Newest,
            PerSecond = Math.Clamp(request.PerSecond, 1, 1000),
            Canary = Math.Clamp(request.Canary, 0, 100),
            Total = ids.Count,
            Note = "Started",
        });
        await context.SaveChangesAsync(ct);
        foreach (var chunk in ids.Chunk(1000))
        {
            context.ChangeTracker.Clear();
            context.BulkReplayItems.AddRange(chunk.Select(t => new BulkReplayItemRow { ReplayId = id, TransactionId = t, TenantId = tenant.TenantId, State = BulkReplayItemState.Pending }));
            await context.SaveChangesAsync(ct);
        }

        await dbTransaction.CommitAsync(ct);
        return new(true, "accepted", string.Create(CultureInfo.InvariantCulture, $"{ids.Count:N0} orders are replayed, {request.PerSecond} a second at most."));
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
        var note = Ingestion.PayloadRows.Cut($"{by} {word} it", ColumnLengths.Summary);
        var now = clock.GetUtcNow().ToMicroseconds();
        // Who resumes has seen how the first ones ended.
        var changed = await context.BulkReplays.Where(r => r.Id == id && from.Contains(r.State)).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.State, to).SetProperty(r => r.Note, note).SetProperty(r => r.UpdatedAt, now).SetProperty(r => r.Canary, r => to == BulkReplayState.Running ? 0 : r.Canary), ct);
        if (changed == 1)
            return new(true, "accepted", $"The replay is {word}.");
        return await context.BulkReplays.AnyAsync(r => r.Id == id, ct)
            ? new(false, "state", $"The replay cannot be {word} in its present state.")
            : new(false, "not_found", "There is no such replay.");
    }

    private static IQueryable<TransactionRow> Select(ControlPlaneDbContext context, BulkSelection selection)
    {
        var rows = context.Transactions.AsNoTracking().Where(t => t.State == selection.State);
        if (selection.Code is { } code)
            rows = rows.Where(t => t.FaultCode == code);
        if (selection.System is { } system)
            rows = rows.Where(t => t.PartyConnection == system);
        if (selection.Channel is { } channel)
            rows = rows.Where(t => t.Connection == channel);
        if (selection.Cases is { Count: > 0 } cases)
            rows = rows.Where(t => t.CaseId != null && cases.Contains(t.CaseId.Value));
        if (selection.Ids is { } ids)
            rows = rows.Where(t => ids.Contains(t.Id));
        return rows;
    }
}
