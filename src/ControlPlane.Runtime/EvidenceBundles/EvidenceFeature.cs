using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Runtime.EvidenceBundles;

/// <summary>Evidence: its keys, and the export of a transaction as a signed bundle.</summary>
public static class EvidenceFeature
{
    public static IServiceCollection AddEvidence(this IServiceCollection services)
    {
        services.AddSingleton<EvidenceKeys>();
        services.AddSingleton<EvidenceExport>();
        return services;
    }
}
