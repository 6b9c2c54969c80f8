using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections.Onboarding;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions.Home;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Connections;

/// <summary>All connections with what happened at them lately.</summary>
public sealed record ConnectionsView(DateTimeOffset ReadAt, IReadOnlyList<ConnectionStanding> Connections);

/// <param name="Owner">The person or team that is asked when it fails; empty when the document names none.</param>
/// <param name="LastMessageAt">When it last sent us something; null when it never did.</param>
/// <param name="LastMessageRefused">True when that was refused.</param>
/// <param name="LastCallAt">When we last called it or asked one of its feeds, within the last hour; null when we did not.</param>
/// <param name="Calls">In the last hour.</param>
/// <param name="Failures">Of these calls, without a usable answer or refused for a reason of the system's own.</param>
/// <param name="LastFault">Of the failed ones, in business words.</param>
/// <param name="Stuck">Orders that are stuck at it.</param>
/// <param name="Queue">How its queue is listened to; null when it has none.</param>
/// <param name="Waited">Further calls of the last hour that were put off, because our own rate budget was used up.</param>
/// <param name="Expiring">What of its credentials and certificates expires first, within 30 days; null when nothing does.</param>
public sealed record ConnectionStanding(
    string Key,
    string Name,
    string Connector,
    SystemRole Role,
    string Owner,
    bool Enabled,
    SystemCondition Condition,
    DateTimeOffset? LastMessageAt,
    bool LastMessageRefused,
    DateTimeOffset? LastCallAt,
    int Calls,
    int Failures,
    string? LastFault,
    int Stuck,
    int Waiting,
    QueueStanding? Queue = null,
    ExpiryNotice? Expiring = null,
    int Waited = 0);

/// <summary>
/// Reads the list of connections. Each connection's last message is one seek of the message index; calls are the last
/// hour's range of the attempts' key; troubles are a range of the state index.
/// </summary>
public sealed class ConnectionQueries(IControlPlaneDb db, TimeProvider clock, IConnectionRegistry? registry = null)
{
    private static readonly TransactionState[] Pending = [TransactionState.Waiting, TransactionState.Retrying, TransactionState.Stuck];

    public async Task<ConnectionsView> ReadAsync(TenantScope tenant, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        await using var context = db.CreateContext(tenant);
        var rows = await context.Connections.AsNoTracking()
            .OrderBy(c => c.Role).ThenBy(c => c.DisplayName)
            .Select(c => new
            {
                c.Key,
                c.DisplayName,
                c.Connector,
                c.Role,
                c.Enabled,
                // Two seeks, one value each: both together would become a numbering of all messages there are.
                LastAt = context.Messages.Where(m => m.Connection == c.Key).OrderByDescending(m => m.Id).Select(m => (long?)m.ReceivedAt).FirstOrDefault(),
                LastTest = context.ConnectionEvents.Where(e => e.Connection == c.Key && (e.Kind == OnboardingDesk.TestFailed || e.Kind == OnboardingDesk.TestPassed)).OrderByDescending(e => e.Id).Select(e => e.Kind).FirstOrDefault(),
                LastState = context.Messages.Where(m => m.Connection == c.Key).OrderByDescending(m => m.Id).Select(m => (MessageState?)m.State).FirstOrDefault(),
            })
            .ToListAsync(ct);
        var calls = await ConnectionActivity.CallsSinceAsync(context, now - SystemJudgement.QuietAfter, ct);
        var feeds = await ConnectionActivity.FeedsAsync(context, ct);
        var queues = await QueueStanding.ReadAsync(context, now, ct);
        var expiring = await Health.ConnectionHealthQueries.ExpiringAsync(context, now, ct);
        var pending = await context.Transactions.AsNoTracking()
            .Where(t => Pending.Contains(t.State) && t.PartyConnection != null)
            .GroupBy(t => new { t.State, t.PartyConnection, t.FaultKind })
            .Select(g => new { g.Key, Count = g.Count() })
            .ToListAsync(ct);
        var byConnection = pending.ToLookup(p => p.Key.PartyConnection!, StringComparer.Ordinal);
        return new(now,
        [
            .. rows.Select(r =>
            {
                var call = calls.GetValueOrDefault(r.Key);
                var feed = feeds.GetValueOrDefault(r.Key);
                var asked = feed?.LastAt is { } at && now - at < SystemJudgement.QuietAfter ? feed.LastAt : null;
                var lastMessage = r.LastAt is { } last ? Instant.FromMicroseconds(last) : (DateTimeOffset?)null;
                var queue = r.Enabled ? queues.GetValueOrDefault(r.Key) : null;
                var here = byConnection[r.Key].ToList();
                int Count(TransactionState state) => here.Where(p => p.Key.State == state).Sum(p => p.Count);
                var signs = new SystemSigns
                {
                    Enabled = r.Enabled,
                    Stuck = Count(TransactionState.Stuck),
                    Waiting = Count(TransactionState.Waiting),
                    Retrying = here.Where(p => p.Key.State == TransactionState.Retrying)
                        .GroupBy(p => p.Key.FaultKind ?? Domain.Faults.FaultKind.Transient).ToDictionary(g => g.Key, g => g.Sum(p => p.Count)),
                    Calls = call?.Calls ?? 0,
                    FailedCalls = call?.Failed ?? 0,
                    QueueBroken = queue?.Fault is not null,
                    Unreached = feed?.Fault is not null || r.LastTest == OnboardingDesk.TestFailed,
                    LastAt = call is null || lastMessage > call.LastAt ? lastMessage : call.LastAt,
                };
                return new ConnectionStanding(
                    r.Key, r.DisplayName, r.Connector, r.Role, registry?.Find(r.Key)?.Owner ?? "", r.Enabled, SystemJudgement.Of(signs, now),
                    lastMessage, r.LastState == MessageState.Refused, call is null || asked > call.LastAt ? asked : call.LastAt, signs.Calls, signs.FailedCalls, call?.LastFault ?? feed?.Fault, signs.Stuck, signs.Waiting, queue,
                    expiring.GetValueOrDefault(r.Key), call?.Waited ?? 0);
            }),
        ]);
    }
}
