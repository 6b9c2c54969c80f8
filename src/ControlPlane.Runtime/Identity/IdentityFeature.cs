using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace ControlPlane.Runtime.Identity;

public static class IdentityFeature
{
    /// <summary>A role or a lock takes effect within this time, in pages that are open too.</summary>
    public static readonly TimeSpan RecheckEvery = TimeSpan.FromSeconds(30);

    public static IServiceCollection AddPortalIdentity(this IServiceCollection services, bool demo)
    {
        services.AddSingleton(new IdentityMode(demo));
        services.AddIdentityCore<PortalUser>(o =>
            {
                // Length beats character classes (NIST SP 800-63B, 5.1.1).
                o.Password.RequiredLength = 12;
                o.Password.RequiredUniqueChars = 4;
                o.Password.RequireDigit = o.Password.RequireLowercase = o.Password.RequireUppercase = o.Password.RequireNonAlphanumeric = false;
                o.Lockout.MaxFailedAccessAttempts = 5;
                o.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(10);
                o.User.RequireUniqueEmail = true;
            })
            .AddRoles<IdentityRole<Guid>>()
            .AddEntityFrameworkStores<ControlPlaneDbContext>()
            .AddSignInManager()
            .AddClaimsPrincipalFactory<PortalClaims>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<FirstRun>();
        services.AddSingleton<SessionCheck>();
        services.AddScoped<PortalSignIn>();
        services.AddHostedService<IdentityStart>();
        return services;
    }
}
