using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Objectives;

/// <summary>Objectives: what is promised, and how it stands.</summary>
public static class ObjectivesFeature
{
    public static IServiceCollection AddObjectives(this IServiceCollection services)
    {
        services.AddOptions<ObjectiveOptions>().BindConfiguration(ObjectiveOptions.Section)
            .Validate(o => o.CanaryPrefix.Length <= 40, $"{ObjectiveOptions.Section}:CanaryPrefix is at most 40 characters.").ValidateOnStart();

        // Defining
        services.TryAddSingleton<ObjectiveBoard>();
        // Of the one company of an installation; a scope is a request's, and these outlive it.
        services.AddSingleton(s => new ObjectiveStore(s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<ObjectiveBoard>(), s.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IObjectives>(s => s.GetRequiredService<ObjectiveStore>());
        services.AddSingleton<ObjectiveDocuments>();
        services.AddSingleton<OpenSloExchange>();
        services.AddSingleton(s => new ExclusionStore(s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<TimeProvider>()));

        // Counting
        services.AddSingleton<ObjectiveCounters>();
        services.AddSingleton<OrderMarks>();
        services.AddSingleton(s => new JournalCounter(s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<OrderMarks>(), s.GetRequiredService<IOptions<ObjectiveOptions>>().Value));
        services.AddSingleton<JournalFollower>();
        services.AddSingleton<Recounter>();
        services.AddSingleton<ObjectiveCounting>();

        // Answering
        services.AddSingleton(s => new ObjectiveFigures(s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<ObjectiveBoard>()));
        services.AddSingleton<IObjectiveFigures>(s => s.GetRequiredService<ObjectiveFigures>());
        services.AddSingleton<ObjectiveStandings>();
        return services;
    }
}
