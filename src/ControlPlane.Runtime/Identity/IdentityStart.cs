using ControlPlane.Runtime.Persistence;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ControlPlane.Runtime.Identity;

/// <param name="Demo">The setting <c>ControlPlane:Demo</c>.</param>
public sealed record IdentityMode(bool Demo);

/// <summary>Before the first request: the roles exist, the personas exist only in the demo, and an empty installation has its first-run token.</summary>
public sealed class IdentityStart(IServiceScopeFactory scopes, FirstRun firstRun, IdentityMode mode, TimeProvider clock) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var roles = scope.ServiceProvider.GetRequiredService<RoleManager<IdentityRole<Guid>>>();
        foreach (var role in PortalRoles.All)
            if (!await roles.RoleExistsAsync(role))
                await roles.CreateAsync(new IdentityRole<Guid>(role) { Id = Domain.Shared.EntityId.New(clock) });
        if (mode.Demo)
        {
            await DemoPersonas.EnsureAsync(scope.ServiceProvider.GetRequiredService<UserManager<PortalUser>>(), clock);
            return;
        }

        await DemoPersonas.RemoveAsync(scope.ServiceProvider.GetRequiredService<ControlPlaneDbContext>(), cancellationToken);
        await firstRun.PrepareAsync(cancellationToken);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
