using System.Data.Common;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Web.Live;

/// <summary>
/// Where several nodes share a database and no Redis tells them of each other: looks whether the others' counts of changes, written with
/// their signs of life, have risen. Pages then read anew, some seconds late but never for good.
/// </summary>
public sealed partial class ChangesElsewhere(IServiceProvider services, IControlPlaneDb db, IChangeFeed feed, NodeRoles roles, Node node, TimeProvider clock, ILogger<ChangesElsewhere> log) : BackgroundService
{
    public static readonly TimeSpan Every = TimeSpan.FromSeconds(2);

    private readonly ChangeRelay? _relay = services.GetService<ChangeRelay>();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (db.Provider == DatabaseProvider.Sqlite || !roles.Web)
            return;
        long? before = null;
        using var timer = new PeriodicTimer(Every, clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (_relay?.IsConnected == true)
            {
                before = null;
                continue;
            }

            try
            {
                await using var context = db.CreateContext();
                var now = await context.Nodes.Where(n => n.Id != node.Id).SumAsync(n => n.Changes, stoppingToken);
                if (before is { } last && now != last)
                    feed.Publish([ChangeNote.Anything]);
                before = now;
            }
            catch (Exception e) when (e is DbException or InvalidOperationException or TimeoutException)
            {
                LookFailed(log, e.GetBaseException().Message);
            }
        }
    }

    [LoggerMessage(2923, LogLevel.Warning, "Whether other nodes changed something could not be read: {Cause}")]
    private static partial void LookFailed(ILogger logger, string cause);
}
