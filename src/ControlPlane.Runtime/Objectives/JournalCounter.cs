using System.Data.Common;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Shared.Calendars;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Connections;
using ControlPlane.Runtime.Persistence.Batches;

namespace ControlPlane.Runtime.Objectives;

/// <summary>A version of an indicator that is counted, with what reading it needs.</summary>
internal sealed record Counted(int Id, int TenantId, Indicator Indicator, BusinessCalendar? Hours)
{
    /// <summary>Figures are made of this one.</summary>
    public bool Serves { get; init; }
}

/// <summary>
/// Reads the journals of a few transactions and brings their readings, and the sums of them, up to date. Under the lock of the counting: what it
/// writes is the difference to what is there, so counting the same twice, or on two nodes, changes nothing.
/// </summary>
internal sealed class JournalCounter(IConnectionRegistry registry, OrderMarks marks, ObjectiveOptions options)
{
    /// <param name="final">Takes what became final, where that is to be told; null in a recount.</param>
    /// <returns>How many readings changed.</returns>
    public async Task<int> CountAsync(DbConnection connection, ISqlDialect dialect, ObjectiveSlices slices, IReadOnlyList<Counted> counters, IReadOnlyCollection<Guid> transactions, DateTimeOffset now, FinalEvents? final, CancellationToken ct)
    {
        var sql = new BatchSql(connection);
        var facts = await sql.ReadAllAsync(CountedReading.Transactions, transactions, CountedReading.Transaction, ct);
        var journals = (await sql.ReadAllAsync(CountedReading.Journal(sql), transactions, CountedReading.Event, ct)).ToLookup(e => e.TransactionId);
        var before = (await sql.ReadAllAsync(CountedReading.Readings, transactions, CountedReading.Reading, ct)).ToDictionary(r => (r.TransactionId, r.CounterId));
        var (changed, sums) = (new List<ObjectiveReadingRow>(), new TallySums());
        foreach (var of in facts)
            foreach (var counter in counters)
            {
                if (counter.TenantId != of.TenantId || counter.Indicator.Kind != of.Kind || IndicatorReader.Facts(counter.Indicator, journals[of.Id], counter.Hours) is not { } read)
                    continue;
                var old = before.GetValueOrDefault((of.Id, counter.Id));
                var reading = Reading(counter, of, read, journals[of.Id], old, slices, now);
                if (old is not null && Same(old, reading))
                    continue;
                if (old is not null)
                    sums.Add(old, -1);
                sums.Add(reading, 1);
                changed.Add(reading);
                final?.Add(counter, of.Connection, options.IsCanary(of.Number, of.Reference), old?.Outcome, reading.Outcome);
            }

        if (changed.Count == 0)
            return 0;
        await slices.SaveAsync(connection, dialect, ct);
        await dialect.InsertAsync(connection, CountedTables.Readings, changed, ct);
        if (sums.Rows() is { Count: > 0 } rows)
            await dialect.InsertAsync(connection, CountedTables.Tallies, rows, ct);
        return changed.Count;
    }

    private ObjectiveReadingRow Reading(Counted counter, CountedTransaction of, IndicatorFacts read, IEnumerable<JournalEvent> journal, ObjectiveReadingRow? old, ObjectiveSlices slices, DateTimeOffset now)
    {
        var due = counter.Indicator.Due(read.At, counter.Hours);
        var outcome = read.Outcome(counter.Indicator.Within, now > due);
        var bad = outcome == IndicatorOutcome.Bad;
        var (brand, region) = marks.Of(of.CanonicalPayloadId);
        return new()
        {
            TransactionId = of.Id, CounterId = counter.Id, TenantId = of.TenantId, StartedAt = read.At.ToMicroseconds(), Took = Microseconds(read.Took), CancelledAfter = Microseconds(read.CancelledAfter),
            Outcome = outcome, DueAt = due.ToMicroseconds(), Party = !bad ? "" : counter.Indicator.IsOurAnswer ? MissParty.Us : MissParty.Of(journal, due, key => registry.Find(key)?.Role),
            // Once it moves on the transaction forgets its case: the miss does not.
            CaseId = bad ? of.CaseId ?? old?.CaseId : null,
            SliceId = slices.Of(of.TenantId, of.Connection, brand, region, Warehouse(journal), options.IsCanary(of.Number, of.Reference)),
        };
    }

    /// <summary>The last warehouse that it had to do with.</summary>
    private string Warehouse(IEnumerable<JournalEvent> journal) =>
        journal.Where(e => e.System is { } key && registry.Find(key)?.Role is SystemRole.Wms or SystemRole.ThreePl).OrderBy(e => e.At).ThenBy(e => e.Sequence).LastOrDefault()?.System ?? "";

    private static long? Microseconds(TimeSpan? span) => span is { } time ? time.Ticks / TimeSpan.TicksPerMicrosecond : null;

    private static bool Same(ObjectiveReadingRow a, ObjectiveReadingRow b) =>
        (a.StartedAt, a.Took, a.CancelledAfter, a.Outcome, a.DueAt, a.SliceId, a.Party) == (b.StartedAt, b.Took, b.CancelledAfter, b.Outcome, b.DueAt, b.SliceId, b.Party) && a.CaseId == b.CaseId;
}
