using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Hangfire.Server;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Operations;

/// <summary>
/// Keeps the figures of operations current: folds every two seconds, samples the backlog, forgets what is too old, and counts everything
/// once where that was never done. Runs on every worker node; the lease says which of them does it.
/// </summary>
internal sealed partial class OperationsKeeper(OperationsFolder folder, IOperationsRebuild rebuild, IControlPlaneDb db, TimeProvider clock, ILogger<OperationsKeeper> log) : IBackgroundProcess
{
    public static readonly TimeSpan HoursKept = OperationRange.Longest;

    /// <summary>How far what is shown is behind what happened.</summary>
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan SampleEvery = TimeSpan.FromSeconds(5);

    /// <summary>A sample of many open orders takes its time: at most this part of it is spent on samples.</summary>
    private const int Rest = 20;

    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    private long _sampled;
    private TimeSpan _pause;
    private long? _swept;
    private bool _counted;

    /// <summary>See <see cref="Engine.LanePump.Execute"/>.</summary>
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
                await Task.Delay(Every, clock, ct);
            }
            catch (OperationCanceledException) when (ct.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                Failed(log, e);
                await Task.Delay(Every, clock, CancellationToken.None);
            }
        }
    }

    internal async Task TickAsync(CancellationToken ct)
    {
        if (!_counted)
            await CountOnceAsync(ct);
        // Another folds: it samples too.
        if (await folder.FoldAsync(ct) is null)
            return;
        if (_sampled == 0 || clock.GetElapsedTime(_sampled) >= _pause)
        {
            var from = clock.GetTimestamp();
            await folder.SampleAsync(ct);
            (_sampled, _pause) = (clock.GetTimestamp(), clock.GetElapsedTime(from) * Rest);
            if (_pause < SampleEvery)
                _pause = SampleEvery;
        }

        if (_swept is not { } swept || clock.GetElapsedTime(swept) >= SweepEvery)
        {
            _swept = clock.GetTimestamp();
            await SweepAsync(ct);
        }
    }

    /// <summary>What was stored before figures were kept is counted once.</summary>
    private async Task CountOnceAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        if (!await context.OperationFolds.AnyAsync(f => f.RebuiltAt != null, ct) && await rebuild.RunAsync(ct) is { } done)
            Rebuilt(log, done.Events, (int)done.Took.TotalSeconds);
        _counted = await context.OperationFolds.AnyAsync(f => f.RebuiltAt != null, ct);
    }

    internal async Task SweepAsync(CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var (minutes, hours) = (OperationTally.FloorTo((now - OperationRange.MinutesKept).ToMicroseconds(), OperationTally.Hour), (now - HoursKept).ToMicroseconds());
        await using var context = db.CreateContext();
        await context.OperationMinutes.IgnoreQueryFilters().Where(m => m.Minute < minutes).ExecuteDeleteAsync(ct);
        await context.OperationHours.IgnoreQueryFilters().Where(m => m.Minute < hours).ExecuteDeleteAsync(ct);
        await context.OperationFailures.IgnoreQueryFilters().Where(f => f.At < hours).ExecuteDeleteAsync(ct);
        // Of an hour whose minutes are not kept any more the last one stands for it.
        await context.OperationStandings.IgnoreQueryFilters().Where(s => s.Minute < hours || s.Minute < minutes && s.Minute % OperationTally.Hour != OperationTally.Hour - OperationTally.Minute).ExecuteDeleteAsync(ct);
    }

    [LoggerMessage(2961, LogLevel.Warning, "The figures of operations could not be brought up to date; it tries again in two seconds")]
    private static partial void Failed(ILogger logger, Exception exception);

    [LoggerMessage(2962, LogLevel.Information, "The figures of operations were counted from {Events} events of the journal in {Seconds} s")]
    private static partial void Rebuilt(ILogger logger, long events, int seconds);
}
