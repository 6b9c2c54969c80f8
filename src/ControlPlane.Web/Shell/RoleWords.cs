using System.Security.Claims;
using ControlPlane.Runtime.Identity;

namespace ControlPlane.Web.Shell;

/// <summary>Roles as people read them.</summary>
public static class RoleWords
{
    public static string Title(string role) => role switch
    {
        PortalRoles.Business => "Business user",
        PortalRoles.Admin => "Integration admin",
        PortalRoles.Executive => "Executive",
        PortalRoles.Operator => "Runtime operator",
        _ => role,
    };

    /// <summary>What the role is there for, one line.</summary>
    public static string Job(string role) => role switch
    {
        PortalRoles.Business => "Finds stuck orders, repairs them and sets them free.",
        PortalRoles.Admin => "Connects systems, manages people and keys.",
        PortalRoles.Executive => "Reads objectives and money at risk.",
        PortalRoles.Operator => "Runs the engine: replays, windows, limits.",
        _ => "",
    };
}

public static class PortalPrincipal
{
    public static string DisplayName(this ClaimsPrincipal user) =>
        user.FindFirstValue(PortalClaims.DisplayName) is { Length: > 0 } name ? name : user.Identity?.Name ?? "";
}
