using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>Exception cases: what explains them, what keeps them true, reading and changing them.</summary>
public static class CasesFeature
{
    public static IServiceCollection AddExceptionCases(this IServiceCollection services)
    {
        services.TryAddSingleton<CaseSplits>();
        services.AddSingleton(_ => Causes.Shipped());
        services.AddSingleton<CauseStore>();
        services.AddSingleton<CauseBoard>();
        services.AddSingleton<CauseDocuments>();
        services.AddSingleton<ILastTimes, LastTimesQuery>();
        services.AddSingleton<CaseKeeper>();
        services.AddSingleton(s => new CaseQueries(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<CauseCatalogue>(), s.GetRequiredService<IFlowCatalog>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<CauseStore>()));
        services.AddSingleton(s => new CaseCommands(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<CaseSplits>(), s.GetRequiredService<CaseKeeper>(), s.GetRequiredService<CaseQueries>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<ICases>(s => s.GetRequiredService<CaseQueries>());
        services.AddSingleton<ICaseCommands>(s => s.GetRequiredService<CaseCommands>());
        return services;
    }
}
