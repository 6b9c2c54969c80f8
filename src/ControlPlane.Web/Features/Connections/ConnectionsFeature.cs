using ControlPlane.Runtime.Connections;

namespace ControlPlane.Web.Features.Connections;

public static class ConnectionsFeature
{
    public static WebApplicationBuilder AddConnectionPages(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConnectionQueries>();
        return builder;
    }
}
