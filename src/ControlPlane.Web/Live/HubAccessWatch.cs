using ControlPlane.Runtime.Identity;

namespace ControlPlane.Web.Live;

/// <summary>A connection may stay open for days: one whose key was revoked, or whose person lost a role, is closed.</summary>
internal sealed class HubAccessWatch(OperationsBroadcast broadcast, SessionCheck check, TimeProvider clock, ILogger<HubAccessWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(IdentityFeature.RecheckEvery, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
            await CheckAsync(stoppingToken);
    }

    internal async Task CheckAsync(CancellationToken ct)
    {
        foreach (var client in broadcast.Clients)
        {
            try
            {
                if (client.User is not { } user || !await check.HoldsAsync(user, ct))
                    client.Abort();
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                // Without an answer of the database nobody is thrown out: the next round asks again.
                LiveLog.CheckFailed(log, e);
                return;
            }
        }
    }
}
