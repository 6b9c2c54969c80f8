using System.Diagnostics;
using System.Net;
using Connectors.Sandbox.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Connectors.Sandbox;

/// <summary>
/// The simulated systems behind real HTTP on 127.0.0.1. A web host of its own, that takes nothing from the product's
/// configuration, so that neither can get into the other's way.
/// </summary>
public sealed class SandboxHost : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly SandboxEstate? _owned;

    private SandboxHost(WebApplication app, SandboxEstate estate, bool owns)
    {
        _app = app;
        _owned = owns ? estate : null;
        Control = estate.Control;
        Address = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.First());
    }

    /// <summary>Without a path: <c>http://127.0.0.1:5090</c>.</summary>
    public Uri Address { get; }

    public ISandboxControl Control { get; }

    /// <summary>Starts a sandbox that stands by itself, as tests want it.</summary>
    /// <exception cref="IOException">The port is taken.</exception>
    public static async Task<SandboxHost> StartAsync(SandboxOptions options, TimeProvider? clock = null, ILoggerFactory? loggers = null, CancellationToken ct = default)
    {
        var estate = new SandboxEstate(options, clock ?? TimeProvider.System, (loggers ?? NullLoggerFactory.Instance).CreateLogger("ControlPlane.Sandbox"));
        try
        {
            return await StartAsync(estate, owns: true, ct);
        }
        catch
        {
            estate.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        // First the tasks beside the calls, so that nothing new begins; then whoever is still being answered.
        _owned?.World.Stop();
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(patience.Token);
        await _app.DisposeAsync();
        _owned?.Dispose();
    }

    internal static async Task<SandboxHost> StartAsync(SandboxEstate estate, bool owns, CancellationToken ct)
    {
        var app = Build(estate);
        try
        {
            await app.StartAsync(ct);
        }
        catch (IOException e)
        {
            await app.DisposeAsync();
            throw new IOException($"The sandbox cannot listen on 127.0.0.1:{estate.World.Options.Port}: {e.Message} Choose another port or stop what uses it.", e);
        }

        var host = new SandboxHost(app, estate, owns);
        foreach (var system in estate.Systems)
            system.Start();
        SandboxLog.Started(estate.World.Log, host.Address, estate.World.WebhookTarget);
        return host;
    }

    private static WebApplication Build(SandboxEstate estate)
    {
        // Empty: no environment variables, no appsettings, no console lifetime of the product reach in here.
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = "ControlPlane.Sandbox" });
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 1 << 20;
            kestrel.Listen(IPAddress.Loopback, estate.World.Options.Port);
        });
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<IHostLifetime, QuietLifetime>();
        // The partners are not part of the product: their server spans would pass for ours.
        builder.Services.AddSingleton(new ActivitySource("ControlPlane.Sandbox"));
        var app = builder.Build();
        app.Use(Guard);
        SandboxEndpoints.Map(app, estate);
        foreach (var system in estate.Systems)
            system.Map(new SystemRoutes(app, system.Name, system.Faults));
        return app;
    }

    private static Task Guard(HttpContext context, RequestDelegate next)
    {
        if (context.Features.Get<IHttpMetricsTagsFeature>() is { } metrics)
            metrics.MetricsDisabled = true;
        // A page from elsewhere whose name was bent to 127.0.0.1 must not turn dials.
        if (context.Request.Host.Host is "127.0.0.1" or "localhost")
            return next(context);
        context.Response.StatusCode = StatusCodes.Status421MisdirectedRequest;
        return Task.CompletedTask;
    }

    /// <summary>Starts and stops when it is told to; signals are the product's affair.</summary>
    private sealed class QuietLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
