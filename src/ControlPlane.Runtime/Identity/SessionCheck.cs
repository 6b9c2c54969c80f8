using System.Security.Claims;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Identity;

/// <summary>
/// Whether a session still says the truth about its person. Identity's own check compares the security stamp, which a
/// change of roles does not touch; an open page must not keep a role that was taken away.
/// </summary>
public sealed class SessionCheck(IServiceScopeFactory scopes)
{
    public async Task<bool> HoldsAsync(ClaimsPrincipal principal, CancellationToken ct)
    {
        await using var scope = scopes.CreateAsyncScope();
        if (principal.FindFirstValue(PortalClaims.ApiKey) is { } keyId)
            return await KeyHoldsAsync(scope.ServiceProvider.GetRequiredService<ApiKeys>(), keyId, principal, ct);
        var users = scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>();
        var claims = scope.ServiceProvider.GetRequiredService<IOptions<IdentityOptions>>().Value.ClaimsIdentity;
        var user = await users.GetUserAsync(principal);
        if (user is null)
            return false;
        // A lock after wrong passwords is not looked at: it would let a stranger end other people's sessions.
        if (principal.FindFirstValue(claims.SecurityStampClaimType) != await users.GetSecurityStampAsync(user))
            return false;
        return (await users.GetRolesAsync(user)).ToHashSet(StringComparer.Ordinal)
            .SetEquals(principal.FindAll(claims.RoleClaimType).Select(c => c.Value));
    }

    private static async Task<bool> KeyHoldsAsync(ApiKeys keys, string keyId, ClaimsPrincipal principal, CancellationToken ct)
    {
        // The bootstrap key is a setting: it ends with the process.
        if (!Guid.TryParse(keyId, out var id))
            return true;
        return (await keys.StillValidAsync([id], ct)) is [var holder] && principal.IsInRole(holder.Role);
    }
}
