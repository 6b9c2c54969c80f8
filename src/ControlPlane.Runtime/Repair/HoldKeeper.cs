using ControlPlane.Domain.Outbound;
using ControlPlane.Domain.Repair;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using Hangfire.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Repair;

/// <summary>
/// Looks whether what held orders wait for has come, and lets them go; each wake-up is in the order's journal. Safe on several nodes: the
/// order's fence decides who wakes it.
/// </summary>
internal sealed class HoldKeeper(IControlPlaneDb db, Holds holds, HoldReturns returns, FigureWatch figures, IOptions<RepairOptions> options, TimeProvider clock, ILogger<HoldKeeper> log) : IBackgroundProcess
{
    /// <summary>Looked at in one go, oldest first.</summary>
    private const int Most = 5_000;

    /// <summary>See <see cref="LanePump.Execute"/>.</summary>
    public void Execute(BackgroundProcessContext context)
    {
#pragma warning disable RS0030
        RunAsync(context.StoppingToken).GetAwaiter().GetResult();
#pragma warning restore RS0030
    }

    private async Task RunAsync(CancellationToken ct)
    {
        while (!ct.IsCancellationRequested)
        {
            try
            {
                await TickAsync(ct);
                await Task.Delay(TimeSpan.FromSeconds(options.Value.LookAtHoldsSeconds), clock, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                HoldKeeperLog.Failed(log, e);
                await Task.Delay(TimeSpan.FromSeconds(2), clock, CancellationToken.None);
            }
        }
    }

    /// <returns>How many were woken.</returns>
    public async Task<int> TickAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var open = await context.OrderHolds.IgnoreQueryFilters().AsNoTracking().Where(h => h.EndedAt == null).OrderBy(h => h.HeldAt).Take(Most)
            .Join(context.WorkItems.IgnoreQueryFilters().AsNoTracking(), h => h.TransactionId, w => w.TransactionId, (h, w) => new { Hold = h, w.State, w.HeldBy }).ToListAsync(ct);
        if (open.Count == 0)
            return 0;
        var came = await EventsAsync(context, [.. open.Select(o => o.Hold).Where(h => h.Kind == HoldKind.Event)], ct);
        var seen = await figures.LookAsync(context, [.. open.Where(o => o is { State: WorkState.Held, HeldBy: Hold.ByPerson }).Select(o => o.Hold).Where(h => h.Kind == HoldKind.Figure)], ct);
        var woken = 0;
        foreach (var one in open)
        {
            var hold = one.Hold;
            var tenant = new TenantScope(hold.TenantId);
            // Retried, replayed, discarded or ended by the channel: then nothing is held any more. One of this moment is about to be committed.
            if (one.State != WorkState.Held || one.HeldBy != Hold.ByPerson)
            {
                if (hold.HeldAt < clock.GetUtcNow().AddSeconds(-10).ToMicroseconds())
                    await holds.EndAsync(tenant, hold.TransactionId, "Somebody or something else moved the order on", ct);
            }
            else if (hold.Kind == HoldKind.Figure && !seen.ContainsKey(hold.Id) && hold.Until <= clock.GetUtcNow().ToMicroseconds())
                await returns.RunOutAsync(hold, ct);
            else if ((seen.GetValueOrDefault(hold.Id) ?? Why(hold, came)) is { } why && (await holds.LetGoAsync(tenant, hold.TransactionId, why, null, hold.Id, ct)).Accepted)
                woken++;
        }

        return woken;
    }

    private string? Why(OrderHoldRow hold, HashSet<Guid> came) => hold.Kind switch
    {
        HoldKind.Until when hold.Until <= clock.GetUtcNow().ToMicroseconds() => "The time that it was held until has come; it goes on by itself",
        HoldKind.System when !holds.IsClosed(hold.Name!) => $"{holds.Words(HoldCondition.OnSystem(hold.Name!)).Replace(" can be called again", "", StringComparison.Ordinal)} can be called again; it goes on by itself",
        HoldKind.Event when came.Contains(hold.Id) => $"The event {hold.Name} that it was held for has come; it goes on by itself",
        _ => null,
    };

    /// <summary>Holds whose event is among the signals that came since.</summary>
    private static async Task<HashSet<Guid>> EventsAsync(ControlPlaneDbContext context, List<OrderHoldRow> waiting, CancellationToken ct)
    {
        var found = new HashSet<Guid>();
        foreach (var chunk in waiting.Chunk(500))
        {
            var ids = chunk.Select(h => (Guid?)h.TransactionId).ToList();
            var signals = await context.Signals.IgnoreQueryFilters().AsNoTracking().Where(s => ids.Contains(s.TransactionId) && s.ConsumedAt == null).Select(s => new { s.TransactionId, s.Event, s.ReceivedAt }).ToListAsync(ct);
            foreach (var hold in chunk.Where(h => signals.Any(s => s.TransactionId == h.TransactionId && s.Event == h.Name && s.ReceivedAt >= h.HeldAt)))
                found.Add(hold.Id);
        }

        return found;
    }
}

internal static partial class HoldKeeperLog
{
    [LoggerMessage(2911, LogLevel.Error, "Looking at held orders failed; it tries again in a moment")]
    public static partial void Failed(ILogger logger, Exception exception);
}
