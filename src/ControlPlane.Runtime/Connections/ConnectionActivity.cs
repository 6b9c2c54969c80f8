using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion.Subscriptions;
using ControlPlane.Runtime.Outbound;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Connections;

/// <summary>Calls to one connection within a time.</summary>
/// <param name="Calls">That were made; those that waited for our own rate budget were not.</param>
/// <param name="Failed">Without a usable answer, or refused for a reason of the system's own; documents that it refused for their content do not count.</param>
/// <param name="LastFault">Of the failed ones, any.</param>
/// <param name="Waited">That were put off because our own rate budget was used up: nothing was sent, and nothing failed.</param>
public sealed record CallActivity(string Connection, int Calls, int Failed, DateTimeOffset LastAt, DateTimeOffset? LastFailedAt, string? LastFault, int Waited);

/// <summary>How the feeds of one connection were asked last.</summary>
/// <param name="LastAt">When any of them was; null = never.</param>
/// <param name="Fault">Of one that has trouble; null when none has.</param>
public sealed record FeedActivity(DateTimeOffset? LastAt, string? Fault);

/// <summary>What went to the systems lately. The keys of attempts sort by time, so "lately" is one range of the primary key.</summary>
public static class ConnectionActivity
{
    /// <summary>A bound on what one reading costs at peak: the newest calls are taken, and the window is then shorter than asked.</summary>
    public const int MostCalls = 50_000;

    public static async Task<IReadOnlyDictionary<string, CallActivity>> CallsSinceAsync(ControlPlaneDbContext context, DateTimeOffset since, CancellationToken ct)
    {
        var from = FirstKeyOf(since);
        var rows = await context.Attempts.AsNoTracking()
            .Where(a => a.Id >= from)
            .OrderByDescending(a => a.Id)
            .Take(MostCalls)
            .Select(a => new
            {
                a.Connection,
                a.StartedAt,
                Failed = a.FaultKind != null && a.FaultKind != FaultKind.Data && a.FaultKind != FaultKind.Conflict && a.FaultCode != OutboundGateway.OutOfBudget,
                Waited = a.FaultCode == OutboundGateway.OutOfBudget,
                a.FaultMessage,
            })
            .GroupBy(a => a.Connection)
            .Select(g => new
            {
                g.Key,
                All = g.Count(),
                Waited = g.Sum(a => a.Waited ? 1 : 0),
                Failed = g.Sum(a => a.Failed ? 1 : 0),
                Last = g.Max(a => a.StartedAt),
                LastFailed = g.Max(a => a.Failed ? (long?)a.StartedAt : null),
                Fault = g.Max(a => a.Failed ? a.FaultMessage : null),
            })
            .ToListAsync(ct);
        return rows.ToDictionary(
            r => r.Key,
            r => new CallActivity(
                r.Key, r.All - r.Waited, r.Failed, Instant.FromMicroseconds(r.Last), r.LastFailed is { } f ? Instant.FromMicroseconds(f) : null, r.Fault, r.Waited),
            StringComparer.Ordinal);
    }

    /// <summary>By connection; those without feeds, or whose feeds were never asked, are not in it.</summary>
    public static async Task<IReadOnlyDictionary<string, FeedActivity>> FeedsAsync(ControlPlaneDbContext context, CancellationToken ct)
    {
        var rows = await context.FeedCursors.AsNoTracking().Where(c => !c.Feed.StartsWith(SubscriptionBoard.Prefix)).Select(c => new { c.Connection, c.PolledAt, c.LastFault }).ToListAsync(ct);
        return rows.GroupBy(r => r.Connection, StringComparer.Ordinal).ToDictionary(
            g => g.Key,
            g => new FeedActivity(g.Max(r => r.PolledAt) is > 0 and var at ? Instant.FromMicroseconds(at) : null, g.Select(r => r.LastFault).FirstOrDefault(f => f is { Length: > 0 })),
            StringComparer.Ordinal);
    }

    /// <summary>The smallest version 7 key of an instant: any key made then or later sorts after it.</summary>
    public static Guid FirstKeyOf(DateTimeOffset at)
    {
        Span<byte> bytes = stackalloc byte[16];
        var millis = at.ToUnixTimeMilliseconds();
        for (var i = 5; i >= 0; i--, millis >>= 8)
            bytes[i] = (byte)millis;
        return new Guid(bytes, bigEndian: true);
    }
}
