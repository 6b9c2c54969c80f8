using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Identity;

/// <summary>An invented person of the demo, one for each job.</summary>
/// <param name="Key">In the sign-in form.</param>
public sealed record DemoPersona(string Key, string Name, string Role)
{
    public string Email => $"{Key}@demo.invalid";
}

/// <summary>The personas exist only while the demo is on. They have no password: only the demo's sign-in page lets them in.</summary>
public static class DemoPersonas
{
    public static readonly IReadOnlyList<DemoPersona> All =
    [
        new("maren.holt", "Maren Holt", PortalRoles.Business),
        new("tomasz.adeyemi", "Tomasz Adeyemi", PortalRoles.Admin),
        new("ines.kaltenbach", "Ines Kaltenbach", PortalRoles.Executive),
        new("ravi.soderberg", "Ravi Söderberg", PortalRoles.Operator),
    ];

    public static async Task EnsureAsync(UserManager<PortalUser> users, TimeProvider clock)
    {
        foreach (var persona in All)
        {
            var user = await users.FindByNameAsync(persona.Email);
            if (user is null)
            {
                user = new PortalUser { Id = EntityId.New(clock), UserName = persona.Email, Email = persona.Email, DisplayName = persona.Name, Demo = true };
                var made = await users.CreateAsync(user);
                if (!made.Succeeded)
                    continue; // Another node made it at the same moment.
            }

            if (!await users.IsInRoleAsync(user, persona.Role))
                await users.AddToRoleAsync(user, persona.Role);
        }
    }

    /// <summary>Their sessions end with them: a session whose user is gone is refused at its next check.</summary>
    public static async Task RemoveAsync(ControlPlaneDbContext context, CancellationToken ct) =>
        await context.Users.Where(u => u.Demo).ExecuteDeleteAsync(ct);
}
