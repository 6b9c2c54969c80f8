using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Runtime.Ownership;

/// <summary>Ownership: who decides, who has what, who is told, and what keeps all of it true.</summary>
public static class OwnershipFeature
{
    public static IServiceCollection AddOwnership(this IServiceCollection services)
    {
        // Deciding
        services.TryAddSingleton<OwnershipBoard>();
        services.AddHostedService<OwnershipWatch>();
        services.AddSingleton<OwnershipPreviewer>();
        services.AddSingleton<IOwnership, OwnershipStore>();
        services.AddSingleton<ITeamQueues, QueueQueries>();
        services.AddSingleton<Worklist.IWorkOwners, WorkOwners>();
        services.AddSingleton<OwnershipDocuments>();

        // Taking
        services.AddSingleton<NotificationSignal>();
        services.AddSingleton<IClaims, Claims>();

        // Telling
        services.AddSingleton<INotifications, Notifications>();
        services.AddSingleton<INotificationDoor, MailDoor>();
        services.AddSingleton<INotificationDoor, WebhookDoor>();
        services.AddSingleton<NotificationSender>();

        // Keeping
        services.AddSingleton<Escalator>();
        services.AddSingleton(s => new OwnershipKeeper(
            s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<OwnershipBoard>(),
            new(s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<OwnershipBoard>(), s.GetRequiredService<IConnectionRegistry>(), s.GetRequiredService<IChangeFeed>(), s.GetRequiredService<TimeProvider>()),
            s.GetRequiredService<Escalator>(),
            new(s.GetRequiredService<IControlPlaneDb>(), s.GetRequiredService<IChangeFeed>(), s.GetRequiredService<NotificationSignal>(), s.GetRequiredService<TimeProvider>()), s.GetRequiredService<TimeProvider>()));
        return services;
    }
}
