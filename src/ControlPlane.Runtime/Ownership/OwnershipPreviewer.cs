using ControlPlane.Domain.Ownership;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.Ownership;

/// <summary>"Who would have got the last 500": orders that came to be stuck last, decided by a draft. Writes nothing.</summary>
public sealed class OwnershipPreviewer(IControlPlaneDb db, OwnershipBoard board, IConnectionRegistry connections)
{
    public const int Looked = 500;

    /// <summary>Rows that are told one by one.</summary>
    public const int Told = 100;

    public async Task<OwnershipPreview> PreviewAsync(TenantScope tenant, OwnershipSetup draft, CancellationToken ct)
    {
        var (now, table) = (board.Of(tenant.TenantId), CompiledOwnership.Of(draft));
        await using var context = db.CreateContext(tenant);
        // The key of a member is its order and time; the newest are found by the index on the time.
        var members = await context.ExceptionCaseMembers.AsNoTracking().OrderByDescending(m => m.At).Take(Looked * 2).Select(m => new { m.TransactionId, m.At, m.CaseId, m.Step, m.Message, m.LeftAt }).ToListAsync(ct);
        var newest = members.DistinctBy(m => m.TransactionId).Take(Looked).ToList();
        var ids = newest.ConvertAll(m => m.TransactionId);
        var groups = newest.Select(m => m.CaseId).Distinct().ToList();
        var cases = await context.ExceptionCases.AsNoTracking().Where(c => groups.Contains(c.Id)).ToDictionaryAsync(c => c.Id, ct);
        var rows = await context.Transactions.AsNoTracking().Where(t => ids.Contains(t.Id)).ToListAsync(ct);
        var stuckNow = rows.Where(r => r.State == TransactionState.Stuck).Select(r => r.Id).ToHashSet();
        foreach (var row in rows)
        {
            // What it was stuck with then, not what became of it.
            var member = newest.Find(m => m.TransactionId == row.Id)!;
            if (stuckNow.Contains(row.Id) || cases.GetValueOrDefault(member.CaseId) is not { } of)
                continue;
            (row.FaultKind, row.FaultCode, row.FaultMessage, row.PartyConnection, row.Step) = (of.FaultKind, of.FaultCode, member.Message, of.System, member.Step);
        }

        var facts = await new StuckOrders(connections).FactsAsync(context, rows, table.NeedsOrder || now.Table.NeedsOrder, ct);
        var byId = rows.ToDictionary(r => r.Id);
        var orders = new List<PreviewedOrder>(newest.Count);
        foreach (var member in newest)
        {
            if (!byId.TryGetValue(member.TransactionId, out var row))
                continue;
            var fact = facts[row.Id];
            var after = Decide(draft, table, now, member.CaseId, fact);
            // One that is stuck is where it is; of one that moved on the table in service says where it would be.
            var before = stuckNow.Contains(row.Id) ? row.Owner : Decide(now.Setup, now.Table, now, member.CaseId, fact).Team;
            orders.Add(new(
                row.Id, row.Number, row.Connection, fact.Code, PayloadRows.Cut(row.FaultMessage, 200) ?? "", fact.Total, before, row.OwnerAssigned ? before : after.Team, row.OwnerAssigned ? null : after.Rule, stuckNow.Contains(row.Id), row.OwnerAssigned));
        }

        var teams = draft.Teams.Select(t => (string?)t.Key).Concat(orders.Select(o => o.Before)).Concat(orders.Select(o => o.After)).Distinct().ToList();
        var nobodys = orders.Where(o => o.After is null).ToList();
        return new(
            orders.Count, orders.Count(o => o.Moves), nobodys.Count,
            [.. teams.Select(t => new PreviewedTeam(t, orders.Count(o => o.Before == t), orders.Count(o => o.After == t)))],
            [.. draft.Rules.Select((_, i) => orders.Count(o => o.Rule == i))],
            [.. orders.Where(o => o.Moves).Take(Told)], [.. nobodys.Take(Told)], OwnershipChecks.Check(draft));
    }

    private static OwnershipDecision Decide(OwnershipSetup setup, CompiledOwnership table, OwnershipInForce now, Guid caseId, StuckFacts facts) =>
        now.CaseOwners.TryGetValue(caseId, out var team) && setup.FindTeam(team) is not null ? new(team, null) : table.Decide(facts);
}
