using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ControlPlane.Runtime.Operations;

/// <summary>Figures of operations: kept by the minute and the hour, counted anew on request, read by the dashboard and the API.</summary>
public static class OperationsRollupFeature
{
    public static IServiceCollection AddOperationsRollup(this IServiceCollection services)
    {
        // Keeping; driven on worker nodes
        services.AddSingleton(s => new OperationsLease(s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<LeaseClock>()));
        services.AddSingleton(s => new OperationsFolder(s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<OperationsLease>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IOperationsRebuild>(s => new OperationsRebuild(s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<OperationsLease>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton(s => new OperationsKeeper(
            s.GetRequiredService<OperationsFolder>(), s.GetRequiredService<IOperationsRebuild>(), s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<ILogger<OperationsKeeper>>()));

        // Looking
        services.AddSingleton<OperationsQueries>();
        services.AddSingleton<OperationsFailures>();
        return services;
    }
}
