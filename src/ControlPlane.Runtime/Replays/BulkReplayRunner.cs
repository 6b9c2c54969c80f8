using System.Security.Cryptography;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Hangfire.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Replays;

/// <summary>
/// Drives bulk replays, a second's worth at a time, under a lease: another node goes on where this one stopped. An order that
/// was sent twice over such a change of hands is recognised by the operation's id.
/// </summary>
internal sealed class BulkReplayRunner(IControlPlaneDb db, ITransactionCommands commands, Node node, LeaseClock leases, TimeProvider clock, ILogger<BulkReplayRunner> log) : IBackgroundProcess
{
    private const long Lease = 15_000_000;

    /// <summary>The first ones have so long to come through before they are judged.</summary>
    private static readonly TimeSpan CanaryPatience = TimeSpan.FromMinutes(2);

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
                await Task.Delay(TimeSpan.FromSeconds(1), clock, ct);
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
        var open = await context.BulkReplays.IgnoreQueryFilters().AsNoTracking().Where(r => r.State == BulkReplayState.Running).OrderBy(r => r.CreatedAt).ToListAsync(ct);
        foreach (var replay in open)
        {
            var now = leases.Now;
            var won = await context.BulkReplays.IgnoreQueryFilters().Where(r => r.Id == replay.Id && r.State == BulkReplayState.Running && (r.Owner == node.Id || r.LeaseUntil < now))
                .ExecuteUpdateAsync(s => s.SetProperty(r => r.Owner, node.Id).SetProperty(r => r.LeaseUntil, now + Lease), ct);
            if (won == 1)
                await StepAsync(replay, ct);
        }
    }

    private async Task StepAsync(BulkReplayRow replay, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(replay.TenantId));
        var most = replay.PerSecond;
        if (replay.Canary > 0)
        {
            if (replay.Sent >= Math.Min(replay.Canary, replay.Total))
            {
                if (await JudgeAsync(context, replay, ct) is { } verdict)
                    await UpdateAsync(context, replay.Id, verdict.State, verdict.Note, verdict.State == BulkReplayState.Running ? 0 : replay.Canary, ct);
                return;
            }

            most = Math.Min(most, replay.Canary - replay.Sent);
        }

        var items = await context.BulkReplayItems.Where(i => i.ReplayId == replay.Id && i.State == BulkReplayItemState.Pending).OrderBy(i => i.TransactionId).Take(most).ToListAsync(ct);
        var outcomes = await Task.WhenAll(items.Select(i => commands.ReplayAsync(
            replay.TenantId, i.TransactionId, new(replay.FromStep, replay.Newest, Reissue: false), replay.CreatedBy, $"bulk replay: {replay.Reason}", OperationOf(replay.Id, i.TransactionId), ct)));
        for (var i = 0; i < items.Count; i++)
            items[i].State = outcomes[i].Accepted ? BulkReplayItemState.Sent : BulkReplayItemState.LeftOut;
        await context.SaveChangesAsync(ct);
        var (sent, left) = (items.Count(i => i.State == BulkReplayItemState.Sent), items.Count(i => i.State == BulkReplayItemState.LeftOut));
        var now = clock.GetUtcNow().ToMicroseconds();
        await context.BulkReplays.Where(r => r.Id == replay.Id).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.Sent, r => r.Sent + sent).SetProperty(r => r.LeftOut, r => r.LeftOut + left).SetProperty(r => r.UpdatedAt, now), ct);
        if (items.Count == 0)
            await UpdateAsync(context, replay.Id, BulkReplayState.Done, "Every order was sent on its way", 0, ct);
    }

    /// <summary>Null while the first ones are still on their way.</summary>
    private async Task<(BulkReplayState State, string Note)?> JudgeAsync(ControlPlaneDbContext context, BulkReplayRow replay, CancellationToken ct)
    {
        var states = await context.Transactions.Where(t => context.BulkReplayItems.Any(i => i.ReplayId == replay.Id && i.TransactionId == t.Id && i.State == BulkReplayItemState.Sent))
            .Select(t => new { t.State, t.FaultMessage }).ToListAsync(ct);
        var stuck = states.Where(s => s.State == TransactionState.Stuck).ToList();
        if (stuck.Count > 0)
            return (BulkReplayState.Paused, $"{stuck.Count} of the first {states.Count} are stuck again: {stuck[0].FaultMessage} Resume to replay the others all the same.");
        var moving = states.Count(s => s.State is TransactionState.Running or TransactionState.Retrying);
        if (moving > 0 && clock.GetUtcNow().ToMicroseconds() - replay.UpdatedAt < (long)CanaryPatience.TotalMicroseconds)
            return null;
        return moving > 0
            ? (BulkReplayState.Paused, $"{moving} of the first {states.Count} have not come through yet. Resume to replay the others all the same.")
            : (BulkReplayState.Running, $"The first {states.Count} came through; the others follow");
    }

    private async Task UpdateAsync(ControlPlaneDbContext context, Guid id, BulkReplayState state, string note, int canary, CancellationToken ct)
    {
        var text = Ingestion.PayloadRows.Cut(note, ColumnLengths.Summary);
        var now = clock.GetUtcNow().ToMicroseconds();
        await context.BulkReplays.Where(r => r.Id == id && r.State == BulkReplayState.Running).ExecuteUpdateAsync(
            s => s.SetProperty(r => r.State, state).SetProperty(r => r.Note, text).SetProperty(r => r.Canary, canary).SetProperty(r => r.UpdatedAt, now), ct);
    }

    /// <summary>The same for the same order of the same replay, on any node.</summary>
    private static Guid OperationOf(Guid replay, Guid transaction)
    {
        Span<byte> both = stackalloc byte[32];
        replay.TryWriteBytes(both, bigEndian: true, out _);
        transaction.TryWriteBytes(both[16..], bigEndian: true, out _);
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(both, hash);
        return new Guid(hash[..16], bigEndian: true);
    }
}

internal static partial class BulkReplayLog
{
    [LoggerMessage(2901, LogLevel.Error, "Bulk replay failed for now; it tries again in two seconds")]
    public static partial void Failed(ILogger logger, Exception exception);
}
