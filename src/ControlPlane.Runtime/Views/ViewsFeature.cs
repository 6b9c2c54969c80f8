using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Runtime.Views;

/// <summary>Saved views and their counts.</summary>
public static class ViewsFeature
{
    public static IServiceCollection AddSavedViews(this IServiceCollection services)
    {
        services.AddSingleton<ViewStore>();
        services.AddSingleton<ViewCounts>();
        return services;
    }
}
