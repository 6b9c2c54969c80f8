using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Runtime.Crosswalks;

/// <summary>Code equivalences: stored by revision, in service on every node, changed by people, from files and by configuration.</summary>
public static class CrosswalksFeature
{
    public static IHostApplicationBuilder AddCrosswalks(this IHostApplicationBuilder builder)
    {
        var services = builder.Services;
        // In service
        services.AddSingleton<CrosswalkBoard>();
        services.AddSingleton<CrosswalkLoader>();
        services.AddSingleton<CrosswalkCounts>();
        services.AddHostedService<CrosswalkWatch>();

        // Changing
        services.AddSingleton<CrosswalkMaster>();
        services.AddSingleton<CrosswalkStore>();
        services.AddSingleton<CrosswalkApprovals>();
        services.AddSingleton<CrosswalkImport>();
        services.AddSingleton<CrosswalkDocuments>();

        // Looking
        services.AddSingleton<CrosswalkGaps>();
        services.AddSingleton<CrosswalkScan>();
        services.AddSingleton<CrosswalkQueries>();
        return builder;
    }
}
