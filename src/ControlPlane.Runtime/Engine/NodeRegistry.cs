using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Settings;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Runtime.Engine;

/// <summary>
/// This node's sign of life. Who gives none for <see cref="EngineOptions.NodeTimeoutSeconds"/> is taken for dead and its
/// work goes to the others; should it wake up again, its fences are too old to commit anything.
/// </summary>
public sealed class NodeRegistry : BackgroundService
{
    /// <summary>Rows of nodes that are gone are kept this long, for whoever looks at what happened.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromDays(2);

    private readonly IControlPlaneDb _db;
    private readonly WorkStore _store;
    private readonly Node _node;
    private readonly NodeRoles _roles;
    private readonly LeaseClock _leases;
    private readonly NodeCount _count;
    private readonly IChangeFeed _changes;
    private readonly EngineOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger<NodeRegistry> _log;

    internal NodeRegistry(
        IControlPlaneDb db, WorkStore store, Node node, NodeRoles roles, LeaseClock leases, NodeCount count, IChangeFeed changes, IOptions<EngineOptions> options, TimeProvider clock, ILogger<NodeRegistry> log) =>
        (_db, _store, _node, _roles, _leases, _count, _changes, _options, _clock, _log) = (db, store, node, roles, leases, count, changes, options.Value, clock, log);

    private TimeSpan Timeout => TimeSpan.FromSeconds(_options.NodeTimeoutSeconds);

    /// <summary>Before anything is claimed: a node that is not in the table counts as dead.</summary>
    public async Task RegisterAsync(CancellationToken ct)
    {
        await _store.ReadClockAsync(ct);
        await using var context = _db.CreateContext();
        context.Nodes.Add(new()
        {
            Id = _node.Id,
            Name = _node.Name,
            Roles = _roles.ToString(),
            Version = typeof(NodeRegistry).Assembly.GetName().Version?.ToString(3) ?? "",
            StartedAt = _leases.Now,
            SeenAt = _leases.Now,
        });
        await context.SaveChangesAsync(ct);
        _leases.SignOfLife(_leases.Now, Timeout);
        var old = _leases.Now - (long)Remembered.TotalMicroseconds;
        await context.Nodes.Where(n => n.SeenAt < old).ExecuteDeleteAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Five signs of life fit into the timeout, so that one that is late costs nothing.
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(Math.Max(1, _options.NodeTimeoutSeconds / 5.0)), _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            try
            {
                await _store.ReadClockAsync(stoppingToken);
                await using var context = _db.CreateContext();
                var seen = _leases.Now;
                await context.Nodes.Where(n => n.Id == _node.Id).ExecuteUpdateAsync(s => s.SetProperty(n => n.SeenAt, seen).SetProperty(n => n.Changes, _changes.Published), stoppingToken);
                _leases.SignOfLife(seen, Timeout);
                var alive = _leases.Now - _options.NodeTimeoutSeconds * 1_000_000L;
                _count.Set(await context.Nodes.CountAsync(n => n.SeenAt >= alive && n.StoppedAt == null && n.Roles.Contains("worker"), stoppingToken));
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                NodeRegistryLog.Silent(_log, e);
            }
        }
    }

    /// <summary>Says good-bye, so that the others need not wait for the silence to become long enough.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        try
        {
            await using var context = _db.CreateContext();
            await context.Nodes.Where(n => n.Id == _node.Id).ExecuteUpdateAsync(s => s.SetProperty(n => n.StoppedAt, _leases.Now), cancellationToken);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            NodeRegistryLog.Silent(_log, e);
        }
    }
}

internal static partial class NodeRegistryLog
{
    [LoggerMessage(2551, LogLevel.Warning, "This node could not give its sign of life; when that lasts, others take its work over")]
    public static partial void Silent(ILogger logger, Exception exception);
}
