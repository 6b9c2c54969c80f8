using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Identity;

namespace ControlPlane.Web.Features.Access;

/// <summary>
/// Who may do what. People have a session cookie, scripts an API key; everything needs one or the other unless it says
/// otherwise. Policies are called like the roles of <see cref="PortalRoles"/>.
/// </summary>
public static class AccessFeature
{
    /// <summary>Chooses between <see cref="Session"/> and <see cref="ApiKey"/> for each request. The default.</summary>
    public const string Either = "ControlPlane";

    /// <summary>The cookie of a person.</summary>
    public static readonly string Session = IdentityConstants.ApplicationScheme;

    /// <summary><c>Authorization: Bearer KEY</c>.</summary>
    public const string ApiKey = "ApiKey";

    public const string SessionCookie = "cp-session";

    public const string BootstrapKeySetting = "ControlPlane:BootstrapApiKey";

    public static WebApplicationBuilder AddAccess(this WebApplicationBuilder builder)
    {
        // It would write whole addresses, and a key may stand in the query of a WebSocket's.
        builder.Logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Warning);
        var services = builder.Services;
        services.AddPortalIdentity(builder.Configuration.GetValue<bool>("ControlPlane:Demo"));
        services.AddHttpContextAccessor();
        services.AddProblemDetails();
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, o => o.ForwardDefaultSelector = context => ApiKeyAuthentication.KeyOf(context.Request) is null ? Session : ApiKey)
            .AddScheme<ApiKeyOptions, ApiKeyAuthentication>(ApiKey, o => o.BootstrapKey = builder.Configuration[BootstrapKeySetting] ?? "")
            .AddCookie(Session, Cookie);
        var authorization = services.AddAuthorizationBuilder()
            .SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        foreach (var role in PortalRoles.All)
            authorization.AddPolicy(role, p => p.RequireRole(role));
        services.AddSingleton<IAuthorizationMiddlewareResultHandler, AccessAnswers>();
        services.AddScoped<AuthenticationStateProvider, CircuitAuthentication>();
        services.AddHostedService<AccessAnnouncement>();
        return builder;
    }

    public static WebApplication UseAccess(this WebApplication app)
    {
        app.UseAuthentication();
        app.UseAuthorization();
        app.UseAntiforgery();
        return app;
    }

    public static WebApplication MapAccess(this WebApplication app)
    {
        app.MapPost(PageUrls.SignOut, async (HttpContext http, IAntiforgery antiforgery, SignInManager<PortalUser> signIn) =>
        {
            if (!await antiforgery.IsRequestValidAsync(http))
                return Results.BadRequest();
            await signIn.SignOutAsync();
            return Results.LocalRedirect(PageUrls.SignIn);
        }).AllowAnonymous();
        return app;
    }

    /// <summary>Scripts get problem details where a person would be led to a page.</summary>
    public static bool WantsProblem(HttpRequest request) =>
        request.Path.StartsWithSegments("/api") || request.Path.StartsWithSegments("/hubs") || request.Path.StartsWithSegments("/in")
        || request.Path.StartsWithSegments("/openapi") || request.Path.StartsWithSegments("/metrics") || request.Path.StartsWithSegments("/_blazor")
        || ApiKeyAuthentication.KeyOf(request) is not null;

    /// <summary>Every half minute a session is compared with its person, and takes over changed roles.</summary>
    private static async Task ValidateAsync(CookieValidatePrincipalContext context)
    {
        var now = context.HttpContext.RequestServices.GetRequiredService<TimeProvider>().GetUtcNow();
        if (context.Properties.IssuedUtc is { } issued && now - issued < IdentityFeature.RecheckEvery)
            return;
        var signIn = context.HttpContext.RequestServices.GetRequiredService<SignInManager<PortalUser>>();
        if (await signIn.ValidateSecurityStampAsync(context.Principal) is { } user)
        {
            context.ReplacePrincipal(await signIn.CreateUserPrincipalAsync(user));
            context.ShouldRenew = true;
            return;
        }

        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(Session);
    }

    private static void Cookie(CookieAuthenticationOptions o)
    {
        o.Cookie.Name = SessionCookie;
        o.Cookie.HttpOnly = true;
        o.Cookie.SameSite = SameSiteMode.Lax;
        o.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        o.SlidingExpiration = true;
        o.ExpireTimeSpan = TimeSpan.FromHours(8);
        o.LoginPath = PageUrls.SignIn;
        o.ReturnUrlParameter = "returnUrl";
        o.AccessDeniedPath = PageUrls.AccessDenied;
        o.Events.OnValidatePrincipal = ValidateAsync;
    }
}
