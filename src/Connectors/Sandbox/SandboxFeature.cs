using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Connectors.Sandbox;

/// <summary>Puts the sandbox beside the product, in the same process.</summary>
public static class SandboxFeature
{
    public static IServiceCollection AddSandbox(this IServiceCollection services, SandboxOptions options)
    {
        services.AddSingleton(s => new SandboxEstate(options, s.GetService<TimeProvider>() ?? TimeProvider.System, s.GetRequiredService<ILoggerFactory>().CreateLogger("ControlPlane.Sandbox")));
        services.AddSingleton<ISandboxControl>(s => s.GetRequiredService<SandboxEstate>().Control);
        services.AddHostedService<SandboxService>();
        return services;
    }
}

internal sealed class SandboxService(SandboxEstate estate) : IHostedService
{
    private SandboxHost? _host;

    public async Task StartAsync(CancellationToken cancellationToken) => _host = await SandboxHost.StartAsync(estate, owns: false, cancellationToken);

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        estate.World.Stop();
        if (_host is not null)
            await _host.DisposeAsync();
    }
}
