using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Outbound;

/// <summary>Declares when a system is not called. Work for it is held meanwhile, burns no attempt, and goes on afterwards by itself.</summary>
public interface IMaintenanceWindows
{
    /// <summary>Open and coming ones, and those of the last week; the latest start first.</summary>
    Task<IReadOnlyList<MaintenanceWindow>> ListAsync(TenantScope tenant, CancellationToken ct);

    /// <param name="operationId">Made when the dialog opens, so that fifteen clicks are one window; it becomes the window's id.</param>
    Task<CommandOutcome> DeclareAsync(TenantScope tenant, Guid operationId, string connection, DateTimeOffset from, DateTimeOffset to, string reason, string by, CancellationToken ct);

    /// <summary>Ends an open one now, or takes back one that has not begun.</summary>
    Task<CommandOutcome> EndAsync(TenantScope tenant, Guid id, string by, CancellationToken ct);

    /// <summary>How many orders such a window would hold, going by the last hour.</summary>
    Task<int> EffectAsync(TenantScope tenant, TimeSpan length, CancellationToken ct);
}

internal sealed class MaintenanceWindows(IControlPlaneDb db, IConnectionRegistry connections, TargetGates gates, TimeProvider clock) : IMaintenanceWindows
{
    private static readonly TimeSpan Shown = TimeSpan.FromDays(7);

    public async Task<IReadOnlyList<MaintenanceWindow>> ListAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var from = (clock.GetUtcNow() - Shown).ToMicroseconds();
        return [.. (await context.MaintenanceWindows.AsNoTracking().Where(w => w.EndsAt > from).OrderByDescending(w => w.StartsAt).Take(200).ToListAsync(ct)).Select(GateStore.Window)];
    }

    public async Task<CommandOutcome> DeclareAsync(
        TenantScope tenant, Guid operationId, string connection, DateTimeOffset from, DateTimeOffset to, string reason, string by, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (connections.Find(connection) is not { } system)
            return new(false, "not_found", $"There is no connection {connection}.");
        if (to <= from || to <= now)
            return new(false, "time_invalid", "The end has to lie after the beginning, and in the future.");
        if (to - from > MaintenanceWindow.Longest || from - now > TimeSpan.FromDays(366))
            return new(false, "time_invalid", $"A window lasts at most {MaintenanceWindow.Longest.TotalDays:0} days and begins within a year. Disable the connection instead when it is away for longer.");
        await using var context = db.CreateContext(tenant);
        if (await context.MaintenanceWindows.AnyAsync(w => w.Id == operationId, ct))
            return new(true, "already_done", "This was done already.");
        context.MaintenanceWindows.Add(new()
        {
            Id = operationId,
            TenantId = tenant.TenantId,
            Connection = connection,
            StartsAt = from.ToMicroseconds(),
            EndsAt = to.ToMicroseconds(),
            Reason = Ingestion.PayloadRows.Cut(reason, ColumnLengths.Summary)!,
            DeclaredBy = Ingestion.PayloadRows.Cut(by, ColumnLengths.Identifier)!,
            DeclaredAt = now.ToMicroseconds(),
        });
        await context.SaveChangesAsync(ct);
        await gates.RefreshAsync(ct);
        return new(true, "accepted", $"{system.DisplayName} is not called in that time. Work for it waits and goes on by itself.");
    }

    public async Task<CommandOutcome> EndAsync(TenantScope tenant, Guid id, string by, CancellationToken ct)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        await using var context = db.CreateContext(tenant);
        var who = Ingestion.PayloadRows.Cut(by, ColumnLengths.Identifier);
        var ended = await context.MaintenanceWindows.Where(w => w.Id == id && w.EndsAt > now)
            .ExecuteUpdateAsync(s => s.SetProperty(w => w.EndsAt, now).SetProperty(w => w.EndedBy, who), ct);
        await gates.RefreshAsync(ct);
        return ended == 1
            ? new(true, "accepted", "The window is over. What was held goes on, a little at first.")
            : new(false, "not_found", "There is no such window, or it is over already.");
    }

    public async Task<int> EffectAsync(TenantScope tenant, TimeSpan length, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var from = (clock.GetUtcNow() - TimeSpan.FromHours(1)).ToMicroseconds();
        var lastHour = await context.Traffic.Where(t => t.Minute >= from).SumAsync(t => (int?)t.Received, ct) ?? 0;
        return (int)Math.Min(int.MaxValue, lastHour * length.TotalHours);
    }
}
