using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Hangfire.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Replays;

/// <summary>
/// Drives bulk replays, a second's worth at a time, under a lease: another node goes on where this one stopped. Between two pieces
/// it looks whether somebody paused or cancelled it.
/// </summary>
internal sealed class BulkReplayRunner(IControlPlaneDb db, BulkSender sender, BulkJudge judge, Node node, LeaseClock leases, TimeProvider clock, ILogger<BulkReplayRunner> log) : IBackgroundProcess
{
    private const long Lease = 15_000_000;

    /// <summary>Replayed orders that wait for a worker: more would only go on after a cancel.</summary>
    public const int MostWaiting = 1_000;

    /// <summary>So many must be judged before their share says anything.</summary>
    public const int LeastJudged = 5;

    /// <summary>The first ones have so long to come through before they are judged.</summary>
    private static readonly TimeSpan CanaryPatience = TimeSpan.FromMinutes(2);

    /// <summary>For so long after its last sending it is noted what became of each order.</summary>
    private static readonly TimeSpan Judged = TimeSpan.FromHours(24);

    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

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
                var from = clock.GetTimestamp();
                await TickAsync(ct);
                var rest = Tick - clock.GetElapsedTime(from);
                await Task.Delay(rest > TimeSpan.Zero ? rest : TimeSpan.FromMilliseconds(1), clock, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                BulkReplayLog.Failed(log, e);
                await Task.Delay(TimeSpan.FromSeconds(2), clock, CancellationToken.None);
            }
        }
    }

    public async Task TickAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var late = (clock.GetUtcNow() - Judged).ToMicroseconds();
        var open = await context.BulkReplays.IgnoreQueryFilters().AsNoTracking()
            .Where(r => r.State == BulkReplayState.Running || (r.Sent > r.Proven + r.StuckAgain && r.UpdatedAt > late)).OrderBy(r => r.CreatedAt).ToListAsync(ct);
        foreach (var replay in open)
        {
            var now = leases.Now;
            var won = await context.BulkReplays.IgnoreQueryFilters().Where(r => r.Id == replay.Id && (r.Owner == node.Id || r.LeaseUntil < now))
                .ExecuteUpdateAsync(s => s.SetProperty(r => r.Owner, node.Id).SetProperty(r => r.LeaseUntil, now + Lease), ct);
            if (won == 1)
                await StepAsync(replay.Id, replay.TenantId, ct);
        }
    }

    private async Task StepAsync(Guid id, int tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(tenant));
        await judge.JudgeAsync(context, id, ct);
        if (await FreshAsync(context, id, ct) is not { State: BulkReplayState.Running } replay)
            return;
        if (Stops(replay) is { } stop)
        {
            await UpdateAsync(context, id, BulkReplayState.Paused, stop, replay.Canary, ct);
            return;
        }

        var most = replay.PerSecond;
        if (replay.Canary > 0)
        {
            var first = Math.Min(replay.Canary, replay.Total);
            if (replay.Sent + replay.LeftOut >= first)
            {
                if (await CanaryAsync(context, replay, first, ct) is { } verdict)
                    await UpdateAsync(context, id, verdict.State, verdict.Note, verdict.State == BulkReplayState.Running ? 0 : replay.Canary, ct);
                return;
            }

            most = Math.Min(most, first - replay.Sent - replay.LeftOut);
        }

        await SendAsync(context, replay, most, ct);
    }

    private async Task SendAsync(ControlPlaneDbContext context, BulkReplayRow replay, int most, CancellationToken ct)
    {
        var from = clock.GetTimestamp();
        for (var left = most; left > 0;)
        {
            var room = MostWaiting - await sender.WaitingAsync(context, ct);
            if (room <= 0)
                return;
            var sent = await sender.SendAsync(context, replay, Math.Min(Math.Min(left, room), BulkSender.Most), ct);
            if (sent == 0)
            {
                await UpdateAsync(context, replay.Id, BulkReplayState.Done, "Every order was sent on its way", 0, ct);
                return;
            }

            left -= sent;
            // Somebody may have thought better of it meanwhile; and what takes longer than its second goes on with the next.
            if (clock.GetElapsedTime(from) >= Tick || await FreshAsync(context, replay.Id, ct) is not { State: BulkReplayState.Running })
                return;
        }
    }

    private static Task<BulkReplayRow?> FreshAsync(ControlPlaneDbContext context, Guid id, CancellationToken ct) => context.BulkReplays.AsNoTracking().FirstOrDefaultAsync(r => r.Id == id, ct);

    private static string? Stops(BulkReplayRow replay)
    {
        var judged = replay.Proven + replay.StuckAgain;
        return replay is { StopAbove: { } most, Canary: 0 } && judged >= LeastJudged && replay.StuckAgain * 100L > (long)most * judged
            ? $"Stopped: {replay.StuckAgain} of the {judged} judged so far are stuck again, more than {most} %. Resume to replay the others all the same."
            : null;
    }

    /// <summary>Null while the first ones are still on their way.</summary>
    private async Task<(BulkReplayState State, string Note)?> CanaryAsync(ControlPlaneDbContext context, BulkReplayRow replay, int first, CancellationToken ct)
    {
        if (replay.StuckAgain > 0)
        {
            var why = await context.BulkReplayItems.Where(i => i.ReplayId == replay.Id && i.State == BulkReplayItemState.StuckAgain).Select(i => i.Outcome).FirstOrDefaultAsync(ct);
            return (BulkReplayState.Paused, $"{replay.StuckAgain} of the first {first} are stuck again: {why} Resume to replay the others all the same.");
        }

        var moving = replay.Sent - replay.Proven;
        if (moving > 0 && clock.GetUtcNow().ToMicroseconds() - replay.UpdatedAt < (long)CanaryPatience.TotalMicroseconds)
            return null;
        if (moving > 0)
            return (BulkReplayState.Paused, $"{moving} of the first {first} have not come through yet. Resume to replay the others all the same.");
        if (replay.Proven == 0)
            return (BulkReplayState.Paused, $"None of the first {first} could be replayed. Look at why each was left out; resume to try the others.");
        return replay is { AsksAfterCanary: true } && replay.Total > first
            ? (BulkReplayState.Paused, $"The first {first} came through. Resume to let the others go")
            : (BulkReplayState.Running, $"The first {first} came through; the others follow");
    }

    private async Task UpdateAsync(ControlPlaneDbContext context, Guid id, BulkReplayState state, string note, int canary, CancellationToken ct)
    {
        var text = PayloadRows.Cut(note, ColumnLengths.Summary);
        var now = clock.GetUtcNow().ToMicroseconds();
        await context.BulkReplays.Where(r => r.Id == id && r.State == BulkReplayState.Running).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.State, state).SetProperty(r => r.Note, text).SetProperty(r => r.Canary, canary).SetProperty(r => r.UpdatedAt, now), ct);
    }
}

internal static partial class BulkReplayLog
{
    [LoggerMessage(2901, LogLevel.Error, "Bulk replay failed for now; it tries again in two seconds")]
    public static partial void Failed(ILogger logger, Exception exception);
}
