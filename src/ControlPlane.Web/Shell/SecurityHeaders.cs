namespace ControlPlane.Web.Shell;

/// <summary>What every answer tells the browser about what it may load and who may frame it.</summary>
public static class SecurityHeaders
{
    /// <summary>
    /// No inline script and no eval: a payload that reached a page as markup could still run nothing. Styles may be inline:
    /// MudBlazor positions its popovers and draws its charts with style attributes.
    /// </summary>
    public const string Policy =
        "default-src 'self'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    /// <summary>Two tools of others, behind sign-in and without payloads, bring inline scripts of their own.</summary>
    public const string PolicyOfTools =
        "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
        + "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'";

    public static WebApplication UseSecurityHeaders(this WebApplication app)
    {
        app.Use((context, next) =>
        {
            var headers = context.Response.Headers;
            var tool = context.Request.Path.StartsWithSegments(PageUrls.EngineJobs) || context.Request.Path.StartsWithSegments(PageUrls.ApiReference);
            headers.ContentSecurityPolicy = tool ? PolicyOfTools : Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "same-origin";
            headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            return next(context);
        });
        return app;
    }
}
