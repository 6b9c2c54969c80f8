using System.Globalization;
using ControlPlane.Domain.ExceptionCases;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Transactions.Queries;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Runtime.ExceptionCases;

/// <summary>What a case's page shows of its orders: bounded samples and pages, each along an index.</summary>
internal sealed class CaseDetails(ControlPlaneDbContext context, FactsBuilder builder, IReadOnlyList<Guid> parts)
{
    private const int Latest = 20;

    private const int Sample = 300;

    private IQueryable<TransactionRow> Stuck => context.Transactions.AsNoTracking().Where(t => t.CaseId != null && parts.Contains(t.CaseId.Value) && t.State == TransactionState.Stuck);

    private IQueryable<ExceptionCaseMemberRow> Members => context.ExceptionCaseMembers.AsNoTracking().Where(m => parts.Contains(m.CaseId));

    public async Task<(IReadOnlyList<CaseMember> Rows, Guid? Next)> MembersAsync(Guid? after, int most, CancellationToken ct)
    {
        var query = after is { } edge ? Stuck.Where(t => t.Id.CompareTo(edge) > 0) : Stuck;
        var rows = await query.OrderBy(t => t.Id).Take(most + 1).ToListAsync(ct);
        var more = rows.Count > most;
        return ([.. rows.Take(most).Select(t => new CaseMember(
            t.Id, t.Number, builder.System(t.Connection), Total(t), Instant.FromMicroseconds(t.Since), t.FaultMessage ?? ""))], more ? rows[most - 1].Id : null);
    }

    public async Task<IReadOnlyList<string>> MessagesAsync(CancellationToken ct) =>
        [.. (await Members.OrderByDescending(m => m.At).Take(Latest).Select(m => m.Message).ToListAsync(ct)).Distinct().Take(3)];

    public async Task<CaseHistory> HistoryAsync(CancellationToken ct)
    {
        var left = await Members.Where(m => m.LeftAt != null).OrderByDescending(m => m.At).Take(Latest)
            .Join(context.Transactions.AsNoTracking(), m => m.TransactionId, t => t.Id, (m, t) => new { m.At, m.LeftAt, t.State }).ToListAsync(ct);
        if (left.Count == 0)
            return new(0, 0, 0, 0, 0, null);
        var times = left.Where(l => l.State != TransactionState.Stuck).Select(l => l.LeftAt!.Value - l.At).Order().ToList();
        int Count(params TransactionState[] states) => left.Count(l => states.Contains(l.State));
        return new(
            left.Count, Count(TransactionState.Closed), Count(TransactionState.Cancelled, TransactionState.Superseded),
            Count(TransactionState.Running, TransactionState.Waiting, TransactionState.Retrying), Count(TransactionState.Stuck),
            times.Count == 0 ? null : TimeSpan.FromMicroseconds(times[times.Count / 2]));
    }

    public async Task<CaseExits> ExitsAsync(CancellationToken ct)
    {
        var exits = await Members.Where(m => m.LeftBy != null).GroupBy(m => m.LeftBy).Select(g => new { By = g.Key, Count = g.Count() }).ToListAsync(ct);
        int Count(CaseExit by) => exits.FirstOrDefault(e => e.By == by)?.Count ?? 0;
        return new(Count(CaseExit.Proof), Count(CaseExit.Person), Count(CaseExit.Superseded));
    }

    /// <summary>The newest stuck ones against the newest that closed.</summary>
    public async Task<IReadOnlyList<Difference>> DifferencesAsync(CancellationToken ct)
    {
        var sick = await Stuck.OrderByDescending(t => t.Id).Take(Sample).ToListAsync(ct);
        if (sick.Count < Contrast.LeastSample)
            return [];
        var healthy = await context.Transactions.AsNoTracking().Where(t => t.State == TransactionState.Closed).OrderByDescending(t => t.Id).Take(Sample).ToListAsync(ct);
        return Contrast.Between([.. sick.Select(Properties)], [.. healthy.Select(Properties)]);
    }

    /// <summary>Of the flow, at the last failure before and the first one after.</summary>
    public async Task<(int Before, int After)?> VersionsAsync(DateTimeOffset back, CancellationToken ct)
    {
        var at = back.ToMicroseconds();
        var before = await Members.Where(m => m.At < at).OrderByDescending(m => m.At).Select(m => (int?)m.FlowVersion).FirstOrDefaultAsync(ct);
        var after = await Members.Where(m => m.At >= at).OrderBy(m => m.At).Select(m => (int?)m.FlowVersion).FirstOrDefaultAsync(ct);
        return before is { } old && after is { } now && old != now ? (old, now) : null;
    }

    private IReadOnlyDictionary<string, string> Properties(TransactionRow t) => new Dictionary<string, string>
    {
        ["channel"] = builder.System(t.Connection).DisplayName,
        ["flow"] = t.Flow,
        ["flow version"] = t.FlowVersion.ToString(CultureInfo.InvariantCulture),
        ["currency"] = t.Currency,
        ["lines"] = t.LineCount switch { <= 1 => "one", <= 5 => "two to five", _ => "more than five" },
        ["total"] = Total(t) is not { } total ? "unknown" : total.ToDecimal() switch { < 50 => "under 50", < 500 => "50 to 500", _ => "500 and more" },
    };

    private static Money? Total(TransactionRow t) => t.TotalMinor is { } total && Currencies.IsKnown(t.Currency) ? new Money(total, t.Currency) : null;
}
