using System.Globalization;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion.Subscriptions;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Connections;

/// <summary>How a connection's queue is listened to, over all nodes.</summary>
/// <param name="Nodes">That should listen.</param>
/// <param name="Listening">Of these, that do.</param>
/// <param name="Since">Since when it stands like this: the longest broken, or the longest listening.</param>
/// <param name="Fault">What is wrong and what to do about it; null when all listen.</param>
/// <param name="Waiting">Messages that the broker has for us still, up to fifteen seconds old; null while no node knows.</param>
public sealed record QueueStanding(int Nodes, int Listening, DateTimeOffset Since, string? Fault, long? Waiting = null)
{
    public const string Nobody = "No node listens to the queue. Start a node with the role ingest.";

    /// <summary>By connection; those that listen to nothing are not in it.</summary>
    internal static async Task<IReadOnlyDictionary<string, QueueStanding>> ReadAsync(ControlPlaneDbContext context, DateTimeOffset now, CancellationToken ct)
    {
        var rows = await context.FeedCursors.AsNoTracking().Where(c => c.Feed.StartsWith(SubscriptionBoard.Prefix)).ToListAsync(ct);
        var fresh = (now - SubscriptionBoard.Fresh).ToMicroseconds();
        return rows.GroupBy(r => r.Connection).ToDictionary(g => g.Key, g => Of([.. g.Where(r => r.PolledAt >= fresh).Select(r => (r.NextAt, r.LastFault, r.Cursor))], g.Max(r => r.PolledAt)), StringComparer.Ordinal);
    }

    private static QueueStanding Of(IReadOnlyList<(long Since, string? Fault, string? Waiting)> nodes, long lastSeen)
    {
        if (nodes.Count == 0)
            return new(0, 0, Instant.FromMicroseconds(lastSeen), Nobody);
        var broken = nodes.Where(n => n.Fault is not null).OrderBy(n => n.Since).ToList();
        var since = Instant.FromMicroseconds((broken.Count > 0 ? broken : nodes).Min(n => n.Since));
        var waiting = nodes.Select(n => long.TryParse(n.Waiting, NumberStyles.None, CultureInfo.InvariantCulture, out var messages) ? messages : (long?)null).ToList();
        return new(nodes.Count, nodes.Count - broken.Count, since, broken.Count > 0 ? broken[0].Fault : null, waiting.Exists(w => w is not null) ? waiting.Sum() : null);
    }
}
