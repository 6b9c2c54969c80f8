using ControlPlane.Runtime.Budgets;
using ControlPlane.Runtime.Ownership;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace ControlPlane.Runtime.Alerts;

/// <summary>Alerts: what burns, who is told, by which ways; and what a spent budget keeps from being published.</summary>
public static class AlertsFeature
{
    public static IServiceCollection AddAlerts(this IServiceCollection services)
    {
        // Looking
        services.AddSingleton<BudgetFigures>();
        services.AddSingleton<AlertReading>();
        services.AddSingleton<IncidentFacts>();
        services.AddSingleton<IncidentWriter>();
        services.AddSingleton<AlertLadder>();
        services.AddSingleton<BudgetWatch>();
        services.AddSingleton<AlertKeeper>();

        // Telling
        services.AddSingleton<AlertChannelBoard>();
        services.AddSingleton<AlertTelling>();
        services.AddSingleton<AlertAddresses>();
        services.AddSingleton<INotificationDoor, SlackDoor>();
        services.AddSingleton<INotificationDoor, TeamsDoor>();
        services.AddSingleton<AlertChannels>();
        services.AddSingleton<IAlertChannels>(s => s.GetRequiredService<AlertChannels>());
        services.AddSingleton<IAlertChannelTester, AlertChannelTester>();
        services.AddSingleton<AlertChannelDocuments>();

        // Acting
        services.AddSingleton<IAlerts, AlertIncidents>();
        services.TryAddSingleton<IBudgetGate, BudgetGate>();
        return services;
    }
}
