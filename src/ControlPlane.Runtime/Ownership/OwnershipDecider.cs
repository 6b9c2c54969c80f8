using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Live;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <summary>
/// Decides orders that are stuck already, a bounded piece at a time: after a new version, and those that were stuck before there were teams.
/// Safe to run twice, on any node; what a person assigned is left alone.
/// </summary>
internal sealed class OwnershipDecider(IControlPlaneDb db, OwnershipBoard board, IConnectionRegistry connections, IChangeFeed feed, TimeProvider clock)
{
    /// <summary>Orders that one transaction decides: the writer of the engine waits as long.</summary>
    public const int MostAtOnce = 200;

    /// <summary>How long another node may still decide by the version before.</summary>
    public static readonly TimeSpan Settles = OwnershipWatch.Every + TimeSpan.FromSeconds(5);

    /// <summary>Those without an owner are looked at again once in a while: nobody writes down why they have none.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    private DateTimeOffset _lookAgainAt = DateTimeOffset.MinValue;

    /// <returns>How many orders got another team.</returns>
    public async Task<int> DecideAsync(CancellationToken ct)
    {
        await using var all = db.CreateContext();
        var changed = 0;
        var open = await all.OwnershipVersions.IgnoreQueryFilters().Where(v => v.AppliedAt == null).Select(v => new { v.TenantId, v.Version, v.CreatedAt }).ToListAsync(ct);
        foreach (var tenant in open.GroupBy(v => v.TenantId))
        {
            changed += await WalkAsync(new(tenant.Key), all: true, ct);
            var settled = (clock.GetUtcNow() - Settles).ToMicroseconds();
            foreach (var version in tenant.Where(v => v.CreatedAt <= settled))
                await all.OwnershipVersions.IgnoreQueryFilters().Where(v => v.TenantId == version.TenantId && v.Version == version.Version)
                    .ExecuteUpdateAsync(s => s.SetProperty(v => v.AppliedAt, clock.GetUtcNow().ToMicroseconds()), ct);
        }

        if (clock.GetUtcNow() < _lookAgainAt)
            return changed;
        _lookAgainAt = clock.GetUtcNow() + LookAgain;
        foreach (var tenant in await all.Transactions.IgnoreQueryFilters().Where(t => t.State == TransactionState.Stuck && t.Owner == null).Select(t => t.TenantId).Distinct().ToListAsync(ct))
            changed += await WalkAsync(new(tenant), all: false, ct);
        return changed;
    }

    private async Task<int> WalkAsync(TenantScope tenant, bool all, CancellationToken ct)
    {
        var (changed, after) = (0, Guid.Empty);
        while (true)
        {
            ct.ThrowIfCancellationRequested();
            var force = board.Of(tenant.TenantId);
            await using var context = db.CreateContext(tenant);
            var stuck = context.Transactions.AsNoTracking().Where(t => t.State == TransactionState.Stuck && !t.OwnerAssigned);
            if (!all)
                stuck = stuck.Where(t => t.Owner == null);
            var rows = await stuck.Where(t => t.Id > after).OrderBy(t => t.Id).Take(MostAtOnce).ToListAsync(ct);
            if (rows.Count == 0)
                return changed;
            after = rows[^1].Id;
            var facts = await new StuckOrders(connections).FactsAsync(context, rows, force.Table.NeedsOrder, ct);
            var moving = rows.Select(r => (Row: r, Team: Decide(force, r, facts[r.Id]))).Where(m => m.Team != m.Row.Owner).ToList();
            changed += await MoveAsync(context, moving, ct);
        }
    }

    private static string? Decide(OwnershipInForce force, TransactionRow row, StuckFacts facts) =>
        row.CaseId is { } group && force.CaseOwners.TryGetValue(group, out var team) && force.Setup.FindTeam(team) is not null ? team : force.Table.Decide(facts).Team;

    private async Task<int> MoveAsync(ControlPlaneDbContext context, List<(TransactionRow Row, string? Team)> moving, CancellationToken ct)
    {
        if (moving.Count == 0)
            return 0;
        await using var dbTransaction = await context.Database.BeginTransactionAsync(ct);
        var moved = 0;
        var now = clock.GetUtcNow().ToMicroseconds();
        foreach (var (row, team) in moving)
        {
            var (id, owner) = (row.Id, row.Owner);
            // Whoever assigned or moved it meanwhile knows better.
            if (await context.Transactions.Where(t => t.Id == id && t.State == TransactionState.Stuck && !t.OwnerAssigned && t.Owner == owner).ExecuteUpdateAsync(s => s.SetProperty(t => t.Owner, team), ct) == 0)
                continue;
            moved++;
            if (owner is not null)
                context.WorkEvents.Add(new() { Id = EntityId.New(clock), TenantId = row.TenantId, TransactionId = id, At = now, Kind = WorkEventKind.Routed, Text = $"moved from the team {owner} to {team ?? "nobody"} by a new version of the rules", OperationId = EntityId.New(clock) });
        }

        await context.SaveChangesAsync(ct);
        await dbTransaction.CommitAsync(ct);
        feed.Publish([.. moving.Select(m => new ChangeNote(m.Row.TenantId, m.Row.Id, m.Row.State, m.Row.Connection, IsNew: false))]);
        return moved;
    }
}
