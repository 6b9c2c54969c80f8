using System.Collections.Concurrent;
using System.Globalization;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ingestion.Subscriptions;

/// <summary>
/// How each node's subscriptions stand, written where the other nodes' pages read it: one row a node in the table of feeds,
/// renewed while the node lives.
/// </summary>
internal sealed class SubscriptionBoard(IControlPlaneDb db, CommitWriter writer, Node node, TimeProvider clock)
{
    /// <summary>Feeds with this prefix are no feeds.</summary>
    public const string Prefix = "queue/";

    public static readonly TimeSpan Every = TimeSpan.FromSeconds(15);

    /// <summary>A row that nobody renewed for so long speaks of a node that is gone.</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromSeconds(50);

    private static readonly TimeSpan Forgotten = TimeSpan.FromDays(1);

    private readonly ConcurrentDictionary<string, (long Since, string? Fault)> _mine = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, long> _waiting = new(StringComparer.Ordinal);

    public bool IsEmpty => _mine.IsEmpty;

    /// <param name="fault">Null: listening.</param>
    public Task SetAsync(Connection connection, Fault? fault)
    {
        var text = fault is null ? null : PayloadRows.Cut(fault.Message, ColumnLengths.Summary);
        var now = clock.GetUtcNow().ToMicroseconds();
        if (fault is not null)
            _waiting.TryRemove(connection.Key, out _);
        _mine.AddOrUpdate(connection.Key, (now, text), (_, was) => (was.Fault is null) == (text is null) ? (was.Since, text) : (now, text));
        return WriteAsync([connection.Key]);
    }

    /// <summary>Noted, and written with the next renewal.</summary>
    public void Waits(Connection connection, long messages) => _waiting[connection.Key] = messages;

    public Task RenewAsync() => WriteAsync(_mine.Keys);

    /// <summary>The connection no longer asks for it.</summary>
    public async Task RemoveAsync(string connection, CancellationToken ct)
    {
        _mine.TryRemove(connection, out _);
        _waiting.TryRemove(connection, out _);
        await using var context = db.CreateContext();
        var feed = Feed;
        await context.FeedCursors.Where(c => c.Connection == connection && c.Feed == feed).ExecuteDeleteAsync(ct);
    }

    public async Task ForgetOldAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        var before = (clock.GetUtcNow() - Forgotten).ToMicroseconds();
        await context.FeedCursors.Where(c => c.Feed.StartsWith(Prefix) && c.PolledAt < before).ExecuteDeleteAsync(ct);
    }

    /// <summary>Harmless, and true: what the row says anyway.</summary>
    public CommitUnit Probe(Connection connection)
    {
        var unit = new CommitUnit();
        unit.FeedCursors.Add(Row(connection.Key));
        return unit;
    }

    private string Feed => Prefix + node.Id.ToString("N");

    private FeedCursorRow Row(string connection)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        var (since, fault) = _mine.GetValueOrDefault(connection, (now, null));
        var waiting = _waiting.TryGetValue(connection, out var messages) ? messages.ToString(CultureInfo.InvariantCulture) : null;
        return new() { TenantId = TenantScope.Default.TenantId, Connection = connection, Feed = Feed, Cursor = waiting, PolledAt = now, NextAt = since, LastFault = fault };
    }

    private async Task WriteAsync(IEnumerable<string> connections)
    {
        var unit = new CommitUnit();
        unit.FeedCursors.AddRange(connections.Select(Row));
        if (unit.FeedCursors.Count == 0)
            return;
        try
        {
            await writer.CommitAsync(unit, CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // Said again within seconds.
        }
    }
}
