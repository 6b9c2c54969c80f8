using ControlPlane.Runtime.Identity;
using ControlPlane.Web.Shell;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace ControlPlane.Web.Features.Access;

/// <summary>
/// Says on the console where the portal is and how to get in. The first-run token goes to the console only, not through
/// the log, which may be shipped elsewhere.
/// </summary>
internal sealed class AccessAnnouncement(IHostApplicationLifetime lifetime, IServer server, FirstRun firstRun, IdentityMode mode) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(() => Console.Out.WriteLine(Text(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [], mode.Demo, firstRun.Token)));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    internal static string Text(IEnumerable<string> addresses, bool demo, string? token)
    {
        var address = (addresses.FirstOrDefault() ?? "http://localhost").Replace("//0.0.0.0", "//localhost", StringComparison.Ordinal).Replace("//[::]", "//localhost", StringComparison.Ordinal);
        var how = demo
            ? "This is the demo: choose one of four personas on the sign-in page."
            : token is null
                ? "Sign in with your e-mail address and password."
                : $"There is no administrator yet. Open {address}{PageUrls.FirstRun} and use this token, which works once:{Environment.NewLine}  {token}";
        return $"{Environment.NewLine}ControlPlane: {address}{Environment.NewLine}{how}{Environment.NewLine}";
    }
}
