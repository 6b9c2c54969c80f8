using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Flows;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>
/// Keeps the cases true beside the engine, a bounded piece at a time: orders that were stuck before there were cases, failures
/// that a node grouped before it knew of a split, and what is too old to be asked for. Safe to run twice, on any node.
/// </summary>
internal sealed class CaseKeeper(IControlPlaneDb db, CaseSplits splits, IFlowCatalog flows, Node node, TimeProvider clock)
{
    /// <summary>Orders that one transaction puts into cases: the writer of the engine waits as long.</summary>
    public const int MostAtOnce = 200;

    /// <summary>The engine groups what fails. Once nothing is left from before, looking is needed for the unforeseen only.</summary>
    private static readonly TimeSpan LookAgain = TimeSpan.FromMinutes(1);

    /// <summary>How long members and hours are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(90);

    private DateTimeOffset _lookAgainAt = DateTimeOffset.MinValue;

    public async Task KeepAsync(CancellationToken ct)
    {
        await splits.ReadAsync(ct);
        await PartAsync(ct);
        if (clock.GetUtcNow() < _lookAgainAt || await BackfillAsync(ct) > 0)
            return;
        _lookAgainAt = clock.GetUtcNow() + LookAgain;
        await SweepAsync(ct);
    }

    /// <returns>How many orders were put into a case, at most <see cref="MostAtOnce"/> a tenant.</returns>
    public async Task<int> BackfillAsync(CancellationToken ct)
    {
        await using var all = db.CreateContext();
        var count = 0;
        foreach (var tenant in await all.Connections.IgnoreQueryFilters().Select(c => c.TenantId).Distinct().ToListAsync(ct))
        {
            await using var context = db.CreateContext(new TenantScope(tenant));
            var rows = await context.Transactions.AsNoTracking().Where(t => t.State == TransactionState.Stuck && t.CaseId == null).OrderBy(t => t.Id).Take(MostAtOnce).ToListAsync(ct);
            if (rows.Count > 0)
                await JoinAsync(tenant, [.. rows.Select(t => (t, Ticket(t)))], ct);
            count += rows.Count;
        }

        return count;
    }

    private CaseTicket Ticket(TransactionRow row)
    {
        var step = flows.Find(row.Flow, row.FlowVersion)?.Find(row.Step);
        // The offending field was not kept with the order: these may stand beside the same cause with its field.
        var fault = new Fault(row.FaultKind ?? FaultKind.Internal, row.FaultCode ?? "none", row.FaultMessage ?? "");
        return CaseTicket.Of(row, step, fault, row.Since, node.Id, splits.Of(row.TenantId));
    }

    private async Task JoinAsync(int tenant, List<(TransactionRow Transaction, CaseTicket Ticket)> tickets, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(tenant));
        await using var dbTransaction = await context.Database.BeginTransactionAsync(ct);
        var ids = tickets.Select(t => t.Ticket.Case.Id).Distinct().ToList();
        var known = await context.ExceptionCases.Where(c => ids.Contains(c.Id)).Select(c => c.Id).ToListAsync(ct);
        context.ExceptionCases.AddRange(tickets.Select(t => t.Ticket.Case).DistinctBy(c => c.Id).Where(c => !known.Contains(c.Id)));
        await context.SaveChangesAsync(ct);
        foreach (var (transaction, ticket) in tickets)
        {
            var (id, revision) = (transaction.Id, transaction.Revision);
            // Whoever moved it meanwhile has put it where it belongs.
            if (await context.Transactions.Where(t => t.Id == id && t.State == TransactionState.Stuck && t.CaseId == null && t.Revision == revision)
                    .ExecuteUpdateAsync(s => s.SetProperty(t => t.CaseId, ticket.Case.Id), ct) == 0)
                continue;
            if (!await context.ExceptionCaseMembers.AnyAsync(m => m.TransactionId == id && m.At == ticket.Member.At, ct))
                context.ExceptionCaseMembers.Add(ticket.Member);
            if (await context.ExceptionCaseHours.FindAsync([tenant, ticket.Case.Id, ticket.Hour.Hour, node.Id], ct) is { } hour)
                hour.Failures++;
            else
                context.ExceptionCaseHours.Add(ticket.Hour);
        }

        await context.SaveChangesAsync(ct);
        await dbTransaction.CommitAsync(ct);
    }

    /// <summary>What is stuck for a case that was parted goes where the decision says: at once after it, and what another node grouped too early.</summary>
    public async Task<int> PartAsync(CancellationToken ct)
    {
        await using var all = db.CreateContext();
        var open = await all.ExceptionCaseSplits.IgnoreQueryFilters().AsNoTracking().Where(s => s.UndoneAt == null).OrderBy(s => s.CreatedAt).ToListAsync(ct);
        var moved = 0;
        foreach (var split in open)
            moved += await PartAsync(new CaseSplit(split.CaseId, split.By, split.Value), split.TenantId, ct);
        return moved;
    }

    private async Task<int> PartAsync(CaseSplit split, int tenant, CancellationToken ct)
    {
        await using var context = db.CreateContext(new TenantScope(tenant));
        var (from, to) = (split.Case, split.Target);
        var rows = await context.Transactions.AsNoTracking().Where(t => t.CaseId == from && t.State == TransactionState.Stuck).OrderBy(t => t.Id)
            .Select(t => new { t.Id, t.Connection, t.Flow, t.Step, t.FaultMessage, t.Since }).Take(20_000).ToListAsync(ct);
        var moving = rows.Where(r => split.Fits(new(r.Connection, r.Flow, r.Step, r.FaultMessage ?? ""))).ToList();
        if (moving.Count == 0)
            return 0;
        if (await context.ExceptionCases.AsNoTracking().FirstOrDefaultAsync(c => c.Id == from, ct) is not { } parent)
            return 0;
        if (!await context.ExceptionCases.AnyAsync(c => c.Id == to, ct))
        {
            context.ExceptionCases.Add(PartOf(parent, to, moving[0].FaultMessage ?? parent.Sample, moving.Min(m => m.Since)));
            await context.SaveChangesAsync(ct);
        }

        foreach (var chunk in moving.Select(m => m.Id).Chunk(MostAtOnce))
        {
            var ids = chunk.ToList();
            await context.Transactions.Where(t => ids.Contains(t.Id) && t.CaseId == from).ExecuteUpdateAsync(s => s.SetProperty(t => t.CaseId, to), ct);
            await context.ExceptionCaseMembers.Where(m => ids.Contains(m.TransactionId) && m.CaseId == from && m.LeftAt == null).ExecuteUpdateAsync(s => s.SetProperty(m => m.CaseId, to), ct);
        }

        return moving.Count;
    }

    private static ExceptionCaseRow PartOf(ExceptionCaseRow parent, Guid id, string sample, long firstSeen) => new()
    {
        Id = id,
        TenantId = parent.TenantId,
        Algorithm = parent.Algorithm,
        Fingerprint = parent.Fingerprint,
        FaultKind = parent.FaultKind,
        FaultCode = parent.FaultCode,
        System = parent.System,
        Operation = parent.Operation,
        Pattern = parent.Pattern,
        Sample = sample,
        Field = parent.Field,
        ProviderCode = parent.ProviderCode,
        FirstSeenAt = firstSeen,
        SplitFrom = parent.Id,
    };

    private async Task SweepAsync(CancellationToken ct)
    {
        await using var all = db.CreateContext();
        var before = (clock.GetUtcNow() - Kept).ToMicroseconds();
        await all.ExceptionCaseHours.IgnoreQueryFilters().Where(h => h.Hour < before).ExecuteDeleteAsync(ct);
        var edge = await all.ExceptionCaseMembers.IgnoreQueryFilters().Where(m => m.At < before).OrderBy(m => m.At).Skip(MostAtOnce).Select(m => (long?)m.At).FirstOrDefaultAsync(ct) ?? before;
        await all.ExceptionCaseMembers.IgnoreQueryFilters().Where(m => m.At < edge && m.LeftAt != null).ExecuteDeleteAsync(ct);
    }
}
