using ControlPlane.Runtime.Transactions.Home;

namespace ControlPlane.Web.Features.Home;

public static class HomeFeature
{
    public static WebApplicationBuilder AddHome(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<HomeQueries>();
        return builder;
    }
}
