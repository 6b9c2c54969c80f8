using System.Globalization;
using System.Security.Claims;
using ControlPlane.Runtime.Identity;
using ControlPlane.Runtime.Persistence;

namespace ControlPlane.Web.Live;

internal static class HubTenants
{
    /// <summary>From the signed-in identity only, never from what the client says.</summary>
    public static int Of(ClaimsPrincipal? user) =>
        int.TryParse(user?.FindFirstValue(PortalClaims.Tenant), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : TenantScope.Default.TenantId;

    public static string Group(int tenantId) => "tenant-" + tenantId.ToString(CultureInfo.InvariantCulture);
}
