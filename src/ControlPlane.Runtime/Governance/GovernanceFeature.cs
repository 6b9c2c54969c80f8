using ControlPlane.Runtime.Estate;
using ControlPlane.Runtime.Settings;
using Hangfire;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Runtime.Governance;

/// <summary>The score of every connection: its rules, its facts, its trend.</summary>
public static class GovernanceFeature
{
    public static IServiceCollection AddGovernance(this IServiceCollection services)
    {
        services.AddSingleton<IEstateKind, GovernanceRuleKind>();
        services.AddSingleton<GovernanceFactsReader>();
        services.AddSingleton<GovernanceBoard>();
        services.AddSingleton<IGovernance>(s => s.GetRequiredService<GovernanceBoard>());
        if (((NodeRoles)services.Last(s => s.ServiceType == typeof(NodeRoles)).ImplementationInstance!).Scheduler)
            services.AddHostedService<GovernanceSchedule>();
        return services;
    }
}

internal sealed class GovernanceSchedule(IRecurringJobManager jobs) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        jobs.AddOrUpdate<GovernanceBoard>("keep-governance-scores", board => board.KeepAsync(CancellationToken.None), "7 * * * *");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
