using ControlPlane.Web.Shell;

namespace ControlPlane.Web.Live;

/// <summary>The operations hub for programs outside; pages of the portal follow the change feed directly.</summary>
public static class OperationsFeature
{
    public static WebApplicationBuilder AddOperationsHub(this WebApplicationBuilder builder)
    {
        builder.Services.AddSignalR().AddHubOptions<OperationsHub>(o => o.MaximumReceiveMessageSize = PortalLimits.LargestHubMessage);
        builder.Services.AddSingleton<OperationsBroadcast>();
        builder.Services.AddHostedService(services => services.GetRequiredService<OperationsBroadcast>());
        builder.Services.AddHostedService<HubAccessWatch>();
        return builder;
    }

    public static WebApplication MapOperationsHub(this WebApplication app)
    {
        app.MapHub<OperationsHub>(OperationsHub.Path, o => o.CloseOnAuthenticationExpiration = true);
        return app;
    }
}
