using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.StackExchangeRedis;

namespace ControlPlane.Web.Live;

/// <summary>The operations hub for programs outside; pages of the portal follow the change feed directly.</summary>
public static class OperationsFeature
{
    public static WebApplicationBuilder AddOperationsHub(this WebApplicationBuilder builder)
    {
        var signalR = builder.Services.AddSignalR().AddHubOptions<OperationsHub>(o => o.MaximumReceiveMessageSize = PortalLimits.LargestHubMessage);
        var redis = RedisPlace.Of(builder.Configuration);
        builder.Services.AddSingleton(redis);
        if (redis.Options is { } options)
        {
            signalR.AddStackExchangeRedis(o => o.Configuration = options);
            // For the hub of outside programs alone. A page's circuit lives on one node: it needs no Redis, and must not need it to open.
            builder.Services.AddSingleton(typeof(HubLifetimeManager<>), typeof(DefaultHubLifetimeManager<>));
            builder.Services.AddSingleton<HubLifetimeManager<OperationsHub>, RedisHubLifetimeManager<OperationsHub>>();
            builder.Services.AddSingleton<ChangeRelay>();
            builder.Services.AddHostedService(services => services.GetRequiredService<ChangeRelay>());
        }

        builder.Services.AddHostedService<ChangesElsewhere>();
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
