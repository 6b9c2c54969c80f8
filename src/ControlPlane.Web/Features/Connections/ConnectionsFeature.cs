using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Connections.Onboarding;
using ControlPlane.Web.Features.Catalogue;

namespace ControlPlane.Web.Features.Connections;

public static class ConnectionsFeature
{
    public static WebApplicationBuilder AddConnectionPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConnectionQueries>();
        builder.Services.AddSingleton<OnboardingDesk>();
        builder.Services.AddSingleton<ConnectorDesk>();
        builder.Services.AddSingleton<Runtime.Ingestion.Messages.MessageQueries>();
        builder.Services.AddSingleton<MappingDesk>();
        builder.Services.AddSingleton<Transactions.Compare.CompareDesk>();
        return builder;
    }
}
