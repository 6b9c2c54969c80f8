using ControlPlane.Runtime;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Features.Access;
using ControlPlane.Web.Live;
using ControlPlane.Web.Shell;

namespace ControlPlane.Web;

/// <summary>The table of contents: what the product consists of, in the order in which it is put together.</summary>
public static class ControlPlaneHost
{
    public static async Task<int> RunAsync(string[] args)
    {
        try
        {
            await using var app = Build(args);
            await StartDatabaseAsync(app);
            await app.RunAsync();
            return 0;
        }
        catch (StartProblem problem)
        {
            await Console.Error.WriteLineAsync($"ControlPlane cannot start. {problem.Message}");
            return 1;
        }
    }

    public static WebApplication Build(string[] args, Action<WebApplicationBuilder>? adjust = null)
    {
        // Named, because static files are found by it: a test's own assembly would be taken otherwise.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ApplicationName = typeof(ControlPlaneHost).Assembly.GetName().Name });
        adjust?.Invoke(builder);
        builder.AddPersistence();
        builder.AddAccess();
        builder.AddPortal();
        builder.AddOperationsHub();
        var app = builder.Build();
        app.UseSecurityHeaders();
        app.UsePortalErrors();
        app.UseOriginCheck();
        app.UseAccess();
        app.MapAccess();
        app.MapPortal();
        app.MapOperationsHub();
        return app;
    }

    public static async Task StartDatabaseAsync(WebApplication app) =>
        await app.Services.GetRequiredService<DatabaseStart>().RunAsync(app.Lifetime.ApplicationStopping);
}
