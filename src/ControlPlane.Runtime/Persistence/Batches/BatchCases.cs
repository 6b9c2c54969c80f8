using ControlPlane.Runtime.ExceptionCases;

namespace ControlPlane.Runtime.Persistence.Batches;

/// <summary>Puts what became stuck into its exception cases, along with the step that failed. Costs nothing where nothing is stuck.</summary>
internal sealed class BatchCases(ISqlDialect dialect, System.Data.Common.DbConnection connection)
{
    public async Task KeepAsync(IReadOnlyList<CommitUnit> units, CancellationToken ct)
    {
        var sql = new BatchSql(connection);
        // Those of one batch move on within milliseconds of each other: one time stands for all.
        foreach (var moved in units.Where(u => u is { LeavesCase: not null, TransactionChange: not null }).GroupBy(u => u.LeavesCase!.Value))
            await sql.ForAllAsync(
                "UPDATE exception_case_members SET left_at = @now, left_by = @by WHERE transaction_id IN ({ids}) AND left_at IS NULL", moved.Select(u => u.TransactionChange!.Id), ct,
                ("now", moved.Max(u => u.TransactionChange!.UpdatedAt)), ("by", (short)moved.Key));
        var tickets = units.Select(u => u.CaseTicket).OfType<CaseTicket>().ToList();
        if (tickets.Count == 0)
            return;
        await dialect.UpdateAsync(connection, Tables.TransactionOwners, [.. tickets.DistinctBy(t => t.Member.TransactionId).OrderBy(t => t.Member.TransactionId)], ct);
        // Ordered, so that two nodes that write the same rows wait for each other instead of dead-locking.
        await dialect.InsertAsync(connection, Tables.ExceptionCases, [.. tickets.Select(t => t.Case).DistinctBy(c => c.Id).OrderBy(c => c.Id)], ct);
        await dialect.InsertAsync(connection, Tables.ExceptionCaseMembers, [.. tickets.Select(t => t.Member).DistinctBy(m => (m.TransactionId, m.At))], ct);
        await dialect.InsertAsync(connection, Tables.ExceptionCaseHours, [.. tickets.Select(t => t.Hour).GroupBy(h => (h.TenantId, h.CaseId, h.Hour, h.NodeId)).Select(Sum).OrderBy(h => h.CaseId).ThenBy(h => h.Hour)], ct);
    }

    private static ExceptionCaseHourRow Sum(IGrouping<(int TenantId, Guid CaseId, long Hour, Guid NodeId), ExceptionCaseHourRow> rows) =>
        new() { TenantId = rows.Key.TenantId, CaseId = rows.Key.CaseId, Hour = rows.Key.Hour, NodeId = rows.Key.NodeId, Failures = rows.Sum(r => r.Failures) };
}
