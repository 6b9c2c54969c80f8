using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Worklist;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <summary>Teams and claims as the worklist shows them: who has it in hand, else whose queue it lies in.</summary>
internal sealed class WorkOwners(IControlPlaneDb db, OwnershipBoard board, TimeProvider clock) : IWorkOwners
{
    public IReadOnlyList<WorkOwner> Teams(TenantScope tenant) => [.. board.Of(tenant.TenantId).Setup.Teams.Select(t => new WorkOwner(t.Key, t.Name))];

    public IQueryable<TransactionRow> Narrow(ControlPlaneDbContext context, IQueryable<TransactionRow> rows, string owner)
    {
        var now = clock.GetUtcNow().ToMicroseconds();
        if (owner == WorkFilter.Nobody)
            return rows.Where(t => !context.WorkClaims.Any(c => c.TransactionId == t.Id && c.Person != null && c.LeaseUntil > now));
        if (owner.StartsWith(WorkFilter.PersonPrefix, StringComparison.Ordinal))
        {
            var person = owner[WorkFilter.PersonPrefix.Length..];
            return rows.Where(t => context.WorkClaims.Any(c => c.TransactionId == t.Id && c.Person == person && c.LeaseUntil > now));
        }

        return rows.Where(t => t.Owner == owner);
    }

    public async Task<IReadOnlyDictionary<Guid, WorkHolder>> OfAsync(TenantScope tenant, IReadOnlyCollection<TransactionRow> rows, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        var now = clock.GetUtcNow().ToMicroseconds();
        var ids = rows.Select(r => r.Id).ToList();
        var claimed = await context.WorkClaims.AsNoTracking().Where(c => ids.Contains(c.TransactionId) && c.Person != null && c.LeaseUntil > now)
            .ToDictionaryAsync(c => c.TransactionId, c => c.PersonName ?? c.Person!, ct);
        var setup = board.Of(tenant.TenantId).Setup;
        return rows.ToDictionary(r => r.Id, r => new WorkHolder(setup.FindTeam(r.Owner)?.Name ?? r.Owner, claimed.GetValueOrDefault(r.Id)));
    }
}
