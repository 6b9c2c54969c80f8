using System.Security.Claims;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Web.Live;

namespace ControlPlane.Web.Features.Api;

/// <summary>Who asks, from the signed-in identity only, never from what the client says.</summary>
internal static class ApiCaller
{
    public static TenantScope Tenant(this HttpContext http) => new(HubTenants.Of(http.User));

    /// <summary>Never the same for two callers.</summary>
    public static string CallerId(this HttpContext http) => http.User.FindFirstValue(ClaimTypes.NameIdentifier) ?? "";

    /// <summary>For journals and "created by".</summary>
    public static string CallerName(this HttpContext http) => http.User.FindFirstValue(PortalClaims.DisplayName) ?? http.User.Identity?.Name ?? "";
}
