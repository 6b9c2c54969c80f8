using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Live;
using Microsoft.AspNetCore.Components.Server;
using Microsoft.Extensions.DependencyInjection.Extensions;
using MudBlazor.Services;

namespace ControlPlane.Web.Shell;

/// <summary>The portal: layout, theme, controls, live updates. Pages live in <c>Features</c>.</summary>
public static class PortalFeature
{
    public static WebApplicationBuilder AddPortal(this WebApplicationBuilder builder)
    {
        // Files of packages are found through the build's manifest; the host would read it in Development only. Published, there is none.
        builder.WebHost.UseStaticWebAssets();
        var services = builder.Services;
        services.AddOptions<PortalOptions>().Bind(builder.Configuration.GetSection(PortalOptions.Section))
            .PostConfigure(o => o.Environment = o.Environment is { Length: > 0 } given ? given : o.Demo ? "demo" : builder.Environment.EnvironmentName.ToLowerInvariant());
        services.AddRazorComponents().AddInteractiveServerComponents(o =>
        {
            o.DisconnectedCircuitRetentionPeriod = TimeSpan.FromMinutes(3);
            o.DisconnectedCircuitMaxRetained = 100;
        }).AddHubOptions(o => o.MaximumReceiveMessageSize = PortalLimits.LargestPageMessage);
        services.AddCascadingAuthenticationState();
        services.AddMudServices(o => o.SnackbarConfiguration.PositionClass = MudBlazor.Defaults.Classes.Position.BottomRight);
        services.AddPortalControls();
        services.AddSingleton<ThemeCss>();
        services.AddScoped<PaletteSource>();
        return builder;
    }

    /// <summary>What the controls inject; bUnit tests need it too.</summary>
    public static IServiceCollection AddPortalControls(this IServiceCollection services)
    {
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IChangeFeed, ChangeFeed>();
        services.TryAddSingleton<CarriedReadings>();
        services.TryAddScoped<ViewerTime>();
        services.TryAddScoped<LiveState>();
        services.TryAddScoped<LiveFeed>();
        services.TryAddScoped<PaletteState>();
        services.TryAddScoped(_ => TenantScope.Default);
        return services;
    }

    public static WebApplication MapPortal(this WebApplication app)
    {
        app.MapStaticAssets().AllowAnonymous();
        app.MapGet("/theme.css", async (ThemeCss theme, HttpContext http) =>
        {
            // The version is in the address, so a changed theme has another one.
            http.Response.Headers.CacheControl = http.Request.Query.ContainsKey("v") ? "public, max-age=31536000, immutable" : "no-cache";
            return Results.Text(await theme.TextAsync(), "text/css");
        }).AllowAnonymous();
        app.MapRazorComponents<App>().AddInteractiveServerRenderMode(o => o.ContentSecurityFrameAncestorsPolicy = null);
        return app;
    }
}

public static class PortalLimits
{
    /// <summary>For one message of a program to the operations hub, whose own are far below; a longer one is an attack or a defect.</summary>
    public const int LargestHubMessage = 32 * 1024;

    /// <summary>For one message of a page, of somebody who is signed in. The longest are the documents of the workbench.</summary>
    public const int LargestPageMessage = 512 * 1024;
}
