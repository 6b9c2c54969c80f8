using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <summary>What is stuck of one team for one case.</summary>
internal sealed class QueueGroup
{
    public string? Team { get; init; }

    public Guid? CaseId { get; init; }

    public int Stuck { get; init; }

    public int Unclaimed { get; init; }

    public long Oldest { get; init; }

    /// <summary>Of those that nobody has taken.</summary>
    public long? UnclaimedSince { get; init; }

    public long? Deadline { get; init; }
}

/// <summary>Counts what is stuck, a row a team and case: as many rows as there are causes, however many orders.</summary>
internal static class QueueReading
{
    public static async Task<List<QueueGroup>> ReadAsync(ControlPlaneDbContext context, DateTimeOffset at, CancellationToken ct)
    {
        var now = at.ToMicroseconds();
        var rows =
            from order in context.Transactions.AsNoTracking().Where(t => t.State == TransactionState.Stuck)
            join held in context.WorkClaims.Where(c => c.Person != null && c.LeaseUntil > now) on order.Id equals held.TransactionId into claims
            from held in claims.DefaultIfEmpty()
            select new { order.Owner, order.CaseId, order.Since, Deadline = order.ActBy ?? order.ShipBy, Free = held == null };
        return await rows.GroupBy(r => new { r.Owner, r.CaseId }).Select(g => new QueueGroup
        {
            Team = g.Key.Owner,
            CaseId = g.Key.CaseId,
            Stuck = g.Count(),
            Unclaimed = g.Sum(r => r.Free ? 1 : 0),
            Oldest = g.Min(r => r.Since),
            UnclaimedSince = g.Min(r => r.Free ? (long?)r.Since : null),
            Deadline = g.Min(r => r.Free ? r.Deadline : null),
        }).ToListAsync(ct);
    }
}

/// <inheritdoc cref="ITeamQueues"/>
public sealed class QueueQueries(IControlPlaneDb db, OwnershipBoard board, TimeProvider clock) : ITeamQueues
{
    public async Task<TeamQueues> ReadAsync(TenantScope tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var (now, force) = (clock.GetUtcNow(), board.Of(tenant.TenantId));
        var groups = (await QueueReading.ReadAsync(context, now, ct)).ToLookup(g => g.Team);
        var keys = force.Setup.Teams.Select(t => (string?)t.Key).Union(groups.Select(g => g.Key)).ToList();
        return new([.. keys.Select(k => Queue(k, [.. groups[k]], force, now)).OrderByDescending(q => q.Key is null).ThenByDescending(q => q.Alarm).ThenByDescending(q => q.Stuck).ThenBy(q => q.Name, StringComparer.OrdinalIgnoreCase)], now);
    }

    private static TeamQueue Queue(string? key, IReadOnlyList<QueueGroup> groups, OwnershipInForce force, DateTimeOffset now)
    {
        var (team, calendar) = (force.Setup.FindTeam(key), force.CalendarOf(force.Setup.FindTeam(key)));
        var since = groups.Min(g => g.UnclaimedSince) is { } first ? Instant.FromMicroseconds(first) : (DateTimeOffset?)null;
        var deadline = groups.Min(g => g.Deadline) is { } at ? Instant.FromMicroseconds(at) : (DateTimeOffset?)null;
        var waited = since is { } from ? calendar.Between(from, now) : TimeSpan.Zero;
        var alarm = since is null ? QueueAlarm.None
            : team is null || (team.UrgentWithin > TimeSpan.Zero && deadline - now <= team.UrgentWithin) || (team.Ladder.Count > 0 && waited >= team.Ladder[^1].After) ? QueueAlarm.Red
            : team.Ladder.Count > 0 && waited >= team.Ladder[0].After ? QueueAlarm.Late : QueueAlarm.None;
        return new(team, key, groups.Sum(g => g.Stuck), groups.Sum(g => g.Unclaimed), groups.Count == 0 ? null : Instant.FromMicroseconds(groups.Min(g => g.Oldest)), waited, deadline, calendar.IsOpen(now), alarm);
    }
}
