using Microsoft.AspNetCore.Identity;

namespace ControlPlane.Runtime.Identity;

/// <summary>Lets people in by password, or as a persona of the demo. Says only yes or no: never what was wrong.</summary>
public sealed class PortalSignIn(SignInManager<PortalUser> signIn, UserManager<PortalUser> users, IPasswordHasher<PortalUser> hasher, IdentityMode mode)
{
    /// <summary>Checked when there is no such account, so that the answer takes as long as for a wrong password.</summary>
    private static readonly PortalUser Nobody = new() { UserName = "nobody" };

    private static readonly Lazy<string> NobodysHash = new(() => new PasswordHasher<PortalUser>().HashPassword(Nobody, "no such account"));

    public async Task<bool> ByPasswordAsync(string name, string password)
    {
        var user = name.Length is 0 or > 256 ? null : await users.FindByNameAsync(name.Trim());
        if (user is null or { PasswordHash: null } || password.Length is 0 or > 512 || await users.IsLockedOutAsync(user))
        {
            hasher.VerifyHashedPassword(Nobody, NobodysHash.Value, password.Length > 512 ? "" : password);
            return false;
        }

        var result = await signIn.CheckPasswordSignInAsync(user, password, lockoutOnFailure: true);
        if (!result.Succeeded)
            return false;
        await signIn.SignInAsync(user, isPersistent: false);
        return true;
    }

    public async Task<bool> AsPersonaAsync(string key)
    {
        if (!mode.Demo || DemoPersonas.All.FirstOrDefault(p => p.Key == key) is not { } persona)
            return false;
        var user = await users.FindByNameAsync(persona.Email);
        if (user is not { Demo: true })
            return false;
        await signIn.SignInAsync(user, isPersistent: false);
        return true;
    }
}
