using ControlPlane.Web.Shell;
using Microsoft.Extensions.Options;

namespace ControlPlane.Web.Live;

/// <summary>
/// A browser sends cookies with a WebSocket to any host and applies no CORS to it, so another site could ride on a
/// person's session (CWE-1385). Live connections are taken from the portal's own pages only; programs send no Origin.
/// </summary>
public static class OriginCheck
{
    public static WebApplication UseOriginCheck(this WebApplication app)
    {
        var allowed = app.Services.GetRequiredService<IOptions<PortalOptions>>().Value.AllowedOrigins;
        var log = app.Services.GetRequiredService<ILoggerFactory>().CreateLogger("ControlPlane.Web.Live.OriginCheck");
        app.Use(async (context, next) =>
        {
            var request = context.Request;
            if ((request.Path.StartsWithSegments("/hubs") || request.Path.StartsWithSegments("/_blazor"))
                && request.Headers.Origin is [{ } origin] && !IsOwn(origin, request.Host, allowed))
            {
                LiveLog.OriginRefused(log, request.Path);
                context.Response.StatusCode = StatusCodes.Status403Forbidden;
                return;
            }

            await next(context);
        });
        return app;
    }

    /// <summary>The scheme is not compared: behind a proxy that ends TLS, the portal itself is asked over http.</summary>
    internal static bool IsOwn(string origin, HostString host, IReadOnlyList<string> allowed) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && (string.Equals(uri.Authority, Authority(host, uri), StringComparison.OrdinalIgnoreCase)
            || allowed.Any(a => string.Equals(a.TrimEnd('/'), origin, StringComparison.OrdinalIgnoreCase)));

    /// <summary>A default port is left out by browsers in both headers, but a proxy may write it.</summary>
    private static string Authority(HostString host, Uri origin) =>
        host.Port == (origin.Scheme == "https" ? 443 : 80) ? host.Host : host.Value ?? "";
}
