using System.Collections.Immutable;
using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Outbound;

/// <summary>Windows and breakers in the database, where all nodes see them.</summary>
internal sealed class GateStore(IControlPlaneDb db)
{
    /// <summary>A breaker that closed so long ago no longer slows anything.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(10);

    public async Task<GateState> ReadAsync(DateTimeOffset now, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var remembered = (now - Remembered).ToMicroseconds();
        var windows = await context.MaintenanceWindows.AsNoTracking().Where(w => w.EndsAt > remembered).ToListAsync(ct);
        var breakers = await context.Breakers.AsNoTracking().Where(b => b.State == BreakerState.Open || b.ClosedAt > remembered).ToListAsync(ct);
        return new([.. windows.Select(Window)], breakers.ToImmutableDictionary(b => b.Key, StringComparer.Ordinal));
    }

    /// <summary>Another node may have opened it a moment ago: then it stays as that one wrote it.</summary>
    public async Task OpenAsync(BreakerRow row, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var changed = await context.Breakers.Where(b => b.Key == row.Key && b.State == BreakerState.Closed).ExecuteUpdateAsync(s => s
            .SetProperty(b => b.State, BreakerState.Open).SetProperty(b => b.OpenedAt, row.OpenedAt).SetProperty(b => b.ClosedAt, 0L).SetProperty(b => b.Code, row.Code)
            .SetProperty(b => b.Message, row.Message).SetProperty(b => b.ProbeAt, row.ProbeAt).SetProperty(b => b.Probes, 0), ct);
        if (changed > 0 || await context.Breakers.AnyAsync(b => b.Key == row.Key, ct))
            return;
        context.Breakers.Add(row.Copy());
        try
        {
            await context.SaveChangesAsync(ct);
        }
        catch (DbUpdateException)
        {
            // Another node was first.
        }
    }

    public async Task<bool> WinProbeAsync(BreakerRow row, long nextProbeAt, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        return await context.Breakers.Where(b => b.Key == row.Key && b.State == BreakerState.Open && b.ProbeAt == row.ProbeAt)
            .ExecuteUpdateAsync(s => s.SetProperty(b => b.ProbeAt, nextProbeAt), ct) == 1;
    }

    public async Task ProbeFailedAsync(BreakerRow row, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        await context.Breakers.Where(b => b.Key == row.Key && b.State == BreakerState.Open)
            .ExecuteUpdateAsync(s => s.SetProperty(b => b.ProbeAt, row.ProbeAt).SetProperty(b => b.Probes, b => b.Probes + 1), ct);
    }

    public async Task CloseAsync(BreakerRow row, CancellationToken ct)
    {
        await using var context = db.CreateContext();
        await context.Breakers.Where(b => b.Key == row.Key && b.State == BreakerState.Open)
            .ExecuteUpdateAsync(s => s.SetProperty(b => b.State, BreakerState.Closed).SetProperty(b => b.ClosedAt, row.ClosedAt), ct);
    }

    public static MaintenanceWindow Window(MaintenanceWindowRow row) =>
        new(row.Id, row.Connection, Instant.FromMicroseconds(row.StartsAt), Instant.FromMicroseconds(row.EndsAt), row.Reason, row.DeclaredBy);
}
