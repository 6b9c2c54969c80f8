using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Outbound.Metering;

/// <summary>Writes what the meter noted; forgets what is too old to be asked for.</summary>
internal sealed class OutboundMeterHost(OutboundMeter meter, CommitWriter writer, IControlPlaneDb db, TimeProvider clock, ILogger<OutboundMeterHost> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    /// <summary>A week and a day: the same hour last week can be compared.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(8);

    private static readonly TimeSpan SweepEvery = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await Task.Yield();
        var swept = clock.GetTimestamp();
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Every, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await WriteAsync();
                if (!stoppingToken.IsCancellationRequested && clock.GetElapsedTime(swept) >= SweepEvery)
                {
                    swept = clock.GetTimestamp();
                    await SweepAsync(stoppingToken);
                }
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                OutboundMeterLog.Failed(log, e);
            }
        }
    }

    public async Task WriteAsync()
    {
        if (meter.Drain() is { } unit)
            await writer.CommitAsync(unit, CancellationToken.None);
    }

    public async Task SweepAsync(CancellationToken ct)
    {
        var before = (clock.GetUtcNow() - Kept).ToMicroseconds();
        await using var context = db.CreateContext();
        await context.BudgetMinutes.Where(m => m.Minute < before).ExecuteDeleteAsync(ct);
    }
}

internal static partial class OutboundMeterLog
{
    [LoggerMessage(2811, LogLevel.Warning, "What calls used could not be written down; the figures of some seconds are missing")]
    public static partial void Failed(ILogger logger, Exception exception);
}
