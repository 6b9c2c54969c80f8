using System.Data.Common;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Schemas;

/// <summary>The registry, what it enforces, and the watch over drift.</summary>
public static class SchemasFeature
{
    public static IHostApplicationBuilder AddSchemas(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        services.AddSingleton<SchemaRegistry>();
        services.AddSingleton<SchemaGate>();
        services.AddSingleton<DriftWatch>();
        services.AddSingleton<DriftDesk>();
        services.AddHostedService<SchemaRefresh>();
        if (((NodeRoles)services.Last(s => s.ServiceType == typeof(NodeRoles)).ImplementationInstance!).Scheduler)
            services.AddHostedService<SchemaSchedules>();
        return builder;
    }
}

internal sealed class SchemaSchedules(IRecurringJobManager jobs) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        jobs.AddOrUpdate<DriftWatch>("watch-drift", watch => watch.LookAsync(CancellationToken.None), "*/20 * * * * *");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}

/// <summary>Takes up what another node changed, within ten seconds as the rest of the configuration; the first time with the canonical schemas.</summary>
internal sealed partial class SchemaRefresh(SchemaRegistry registry, SchemaGate gate, TimeProvider clock, ILogger<SchemaRefresh> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        var first = true;
        do
        {
            try
            {
                if (first)
                    await registry.ShipAsync(TenantScope.Default, stoppingToken);
                first = false;
                await gate.LoadAsync(TenantScope.Default, stoppingToken);
            }
            catch (Exception e) when (e is DbException or InvalidOperationException or TimeoutException)
            {
                // What is in service stays so; the next look tries again.
                Failed(log, e.GetBaseException().Message);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    [LoggerMessage(2622, LogLevel.Warning, "The schemas could not be read: {Cause}")]
    private static partial void Failed(ILogger logger, string cause);
}
