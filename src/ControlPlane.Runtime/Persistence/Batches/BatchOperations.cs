using System.Data.Common;
using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Operations;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Persistence.Batches;

/// <summary>
/// Notes what a batch adds to the figures of operations: one row a batch and tenant, that nobody waits for. Whether it counts is decided by
/// what was new to the journal, so a batch that is written a second time, because the answer to its commit was lost, adds nothing.
/// </summary>
internal sealed class BatchOperations(ISqlDialect dialect, DbConnection connection, TimeProvider clock)
{
    /// <param name="journal">What was new.</param>
    public async Task CountAsync(List<CommitUnit> live, List<JournalRow> journal, CancellationToken ct)
    {
        var tallies = new Dictionary<int, OperationTally>();
        OperationTally Of(int tenant) => tallies.TryGetValue(tenant, out var tally) ? tally : tallies[tenant] = new();
        var failures = Refused(live);
        var counted = journal.Where(j => OperationFolding.Counted.Contains(j.Type)).ToList();
        if (counted.Count > 0)
        {
            var subjects = await SubjectsAsync(live, counted, ct);
            foreach (var row in counted.Where(j => subjects.ContainsKey(j.TransactionId)))
            {
                var (subject, happened) = (subjects[row.TransactionId], new OperationEvent(row.At, row.Type, row.System, row.Code));
                OperationFolding.Fold(subject, happened, Of(row.TenantId));
                if (OperationFolding.FailureOf(subject, happened) is var (measure, place))
                    failures.Add(new() { TenantId = row.TenantId, Measure = measure, At = row.At, Subject = row.TransactionId, Sequence = row.Sequence, Connection = place, Code = row.Code ?? "" });
            }
        }

        if (failures.Count > 0)
        {
            var isNew = await dialect.InsertAsync(connection, Tables.OperationFailures, failures, ct);
            foreach (var failure in failures.Where((_, i) => isNew[i]))
                OperationFolding.Failure(failure.At, failure.Measure, failure.Connection, failure.Code, Of(failure.TenantId));
        }

        foreach (var row in live.SelectMany(u => u.BudgetMinutes))
            OperationFolding.Budget(row.Minute, row.Connection, row.Budget, row.Refused, row.Waits, Of(row.TenantId));
        var now = clock.GetUtcNow().ToMicroseconds();
        var changes = tallies.Where(t => !t.Value.IsEmpty).Select(t => new OperationChangeRow { Id = EntityId.New(clock), TenantId = t.Key, At = now, Body = OperationChanges.Write(t.Value) }).ToList();
        if (changes.Count > 0)
            await dialect.InsertAsync(connection, Tables.OperationChanges, changes, ct);
    }

    /// <summary>A message is kept as failed once, also where a second try of its delivery is refused again.</summary>
    private static List<OperationFailureRow> Refused(List<CommitUnit> live) =>
    [
        .. live.SelectMany(u => u.Messages.Concat(u.MessageOutcomes)).Where(m => m.State == MessageState.Refused).DistinctBy(m => m.Id).Select(OfMessage),
    ];

    internal static OperationFailureRow OfMessage(MessageRow m) => new()
    {
        TenantId = m.TenantId, Measure = OperationMeasure.TransformationFailed, At = m.ReceivedAt, Subject = m.Id, IsMessage = true, Connection = m.Connection, Code = m.Code ?? "",
    };

    private async Task<Dictionary<Guid, OperationSubject>> SubjectsAsync(List<CommitUnit> live, List<JournalRow> counted, CancellationToken ct)
    {
        var subjects = new Dictionary<Guid, OperationSubject>();
        foreach (var row in live.Select(u => u.NewTransaction ?? u.TransactionChange).OfType<TransactionRow>())
            subjects[row.Id] = new(row.Kind, row.Connection, row.ReceivedAt);
        // Those that a newer one replaced, and what people did: not the batch's own.
        var others = counted.Where(j => !subjects.ContainsKey(j.TransactionId)).Select(j => j.TransactionId).ToList();
        foreach (var (id, subject) in await new BatchSql(connection).ReadAllAsync("SELECT id, kind, connection, received_at FROM transactions WHERE id IN ({ids})", others, OperationsSql.Subject, ct))
            subjects[id] = subject;
        return subjects;
    }
}
