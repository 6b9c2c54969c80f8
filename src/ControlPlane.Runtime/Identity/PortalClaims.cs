using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Identity;

/// <summary>What a session says of its person, besides name and roles.</summary>
public sealed class PortalClaims(UserManager<PortalUser> users, RoleManager<IdentityRole<Guid>> roles, IOptions<IdentityOptions> options)
    : UserClaimsPrincipalFactory<PortalUser, IdentityRole<Guid>>(users, roles, options)
{
    /// <summary>The name that people are called by.</summary>
    public const string DisplayName = "display_name";

    public const string Tenant = "tenant";

    /// <summary>Id of the API key, on a script's identity.</summary>
    public const string ApiKey = "api_key";

    protected override async Task<ClaimsIdentity> GenerateClaimsAsync(PortalUser user)
    {
        var identity = await base.GenerateClaimsAsync(user);
        identity.AddClaim(new Claim(DisplayName, user.DisplayName));
        identity.AddClaim(new Claim(Tenant, user.TenantId.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return identity;
    }
}
