using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>What ended a cause before.</summary>
public interface ILastTimes
{
    /// <summary><see cref="CaseEndings.None"/> where no order left the case yet, or there is no such case.</summary>
    Task<CaseEndings> OfAsync(TenantScope tenant, Guid caseId, CancellationToken ct);
}

/// <summary>Reads the last times of a case from its members, the journal and what was published meanwhile: bounded seeks along indexes.</summary>
internal sealed class LastTimesQuery(IControlPlaneDb db, IConnectionRegistry connections) : ILastTimes
{
    /// <summary>Merged into it: more than these are not looked at.</summary>
    private const int MostParts = 20;

    /// <summary>Of the journal: a person corrected the order.</summary>
    private static readonly HashSet<JournalEventType> Edits = [JournalEventType.Edited];

    public async Task<CaseEndings> OfAsync(TenantScope tenant, Guid caseId, CancellationToken ct)
    {
        await using var context = db.CreateContext(tenant);
        if (await context.ExceptionCases.AsNoTracking().FirstOrDefaultAsync(c => c.Id == caseId, ct) is not { } row)
            return CaseEndings.None;
        var parts = await PartsAsync(context, row, ct);
        var left = new List<Left>();
        foreach (var part in parts)
            // One part at a time: each is the end of a range of the index.
            left.AddRange(await context.ExceptionCaseMembers.AsNoTracking().Where(m => m.CaseId == part && m.LeftAt != null).OrderByDescending(m => m.At).Take(CaseEndings.Most)
                .Join(context.Transactions.AsNoTracking(), m => m.TransactionId, t => t.Id, (m, t) => new Left(m.TransactionId, m.At, m.LeftAt!.Value, m.FlowVersion, t.FlowVersion, t.State, t.Connection)).ToListAsync(ct));
        left = [.. left.OrderByDescending(l => l.At).Take(CaseEndings.Most)];
        if (left.Count == 0)
            return CaseEndings.None;
        var (from, to) = (left.Min(l => l.At), left.Max(l => l.LeftAt));
        var orders = left.Select(l => l.Transaction).Distinct().ToList();
        var events = (await context.Journal.AsNoTracking().Where(j => orders.Contains(j.TransactionId) && j.At >= from && j.At <= to && (j.Sequence == 0 || j.Type == JournalEventType.Cancelled))
            .Select(j => new { j.TransactionId, j.At, j.Type }).ToListAsync(ct)).ToLookup(j => j.TransactionId, j => (j.At, j.Type));
        var again = (await context.ExceptionCaseMembers.AsNoTracking().Where(m => orders.Contains(m.TransactionId) && parts.Contains(m.CaseId)).Select(m => new { m.TransactionId, m.At }).ToListAsync(ct))
            .ToLookup(m => m.TransactionId, m => m.At);
        var tables = await context.CrosswalkRevisions.AsNoTracking().Where(r => r.At >= from && r.At <= to && r.Added + r.Changed > 0).Select(r => r.At).ToListAsync(ct);
        var names = left.Select(l => l.Channel).Append(row.System ?? "").Distinct().Select(k => connections.Find(k)?.Connector).OfType<string>().ToList();
        var mappings = names.Count == 0 ? [] : await context.ConnectorVersions.AsNoTracking().Where(v => names.Contains(v.Name) && v.CreatedAt >= from && v.CreatedAt <= to).Select(v => v.CreatedAt).ToListAsync(ct);
        return CaseEndings.Count([.. left.Select(l =>
        {
            bool During(long at) => at >= l.At && at <= l.LeftAt;
            var own = events[l.Transaction].Where(e => During(e.At)).Select(e => e.Type).ToList();
            return new EndingFacts(
                row.FaultCode, l.State, own.Contains(JournalEventType.Cancelled), own.Exists(t => t == JournalEventType.Replayed || Edits.Contains(t)), own.Exists(Edits.Contains), tables.Exists(During), mappings.Exists(During),
                l.StateVersion > l.MemberVersion, again[l.Transaction].Any(at => at > l.At), TimeSpan.FromMicroseconds(l.LeftAt - l.At));
        })]);
    }

    /// <summary>The case itself and what people merged into it, a few levels deep.</summary>
    private static async Task<List<Guid>> PartsAsync(ControlPlaneDbContext context, ExceptionCaseRow row, CancellationToken ct)
    {
        var merged = (await context.ExceptionCases.AsNoTracking().Where(c => c.MergedInto != null).Select(c => new { c.Id, c.MergedInto }).Take(5_000).ToListAsync(ct)).ToLookup(c => c.MergedInto!.Value, c => c.Id);
        var parts = new List<Guid> { row.Id };
        for (var i = 0; i < parts.Count && parts.Count < MostParts; i++)
            parts.AddRange(merged[parts[i]].Where(p => !parts.Contains(p)));
        return [.. parts.Take(MostParts)];
    }

    private sealed record Left(Guid Transaction, long At, long LeftAt, int MemberVersion, int StateVersion, TransactionState State, string Channel);
}
