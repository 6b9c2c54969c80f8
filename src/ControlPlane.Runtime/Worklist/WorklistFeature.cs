using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Runtime.Worklist;

/// <summary>The worklist: rules and ranks for the engine, reading for pages and API.</summary>
public static class WorklistFeature
{
    /// <summary>What a failing step needs, and what keeps it true.</summary>
    internal static IServiceCollection AddWorkRanks(this IServiceCollection services)
    {
        services.TryAddSingleton<PenaltyBoard>();
        services.TryAddSingleton<WorkRanks>();
        services.TryAddSingleton<WorkKeeper>();
        return services;
    }

    public static IServiceCollection AddWorklist(this IServiceCollection services)
    {
        services.AddWorkRanks();
        services.TryAddSingleton<IWorkOwners, NoWorkOwners>();
        services.AddSingleton<IWorklist>(s => new WorklistQueries(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<WorkRanks>(), s.GetRequiredService<CauseCatalogue>, s.GetRequiredService<IWorkOwners>(),
            s.GetRequiredService<IFlowCatalog>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<TimeProvider>(), s.GetService<EmailHash>(), s.GetRequiredService<CauseStore>()));
        return services;
    }
}
