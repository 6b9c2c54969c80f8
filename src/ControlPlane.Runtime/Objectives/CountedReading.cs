using System.Data.Common;
using ControlPlane.Domain.Objectives;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Persistence.Batches;

namespace ControlPlane.Runtime.Objectives;

/// <summary>What counting needs of a transaction.</summary>
internal sealed record CountedTransaction(Guid Id, int TenantId, string Kind, string Connection, string Number, string Reference, Guid? CaseId, Guid? CanonicalPayloadId);

/// <summary>The few columns that counting reads, past EF: it reads them by the hundred thousand.</summary>
internal static class CountedReading
{
    public const string Transactions = "SELECT id, tenant_id, kind, connection, number, reference, case_id, canonical_payload_id FROM transactions WHERE id IN ({ids})";

    public const string Readings =
        "SELECT transaction_id, counter_id, tenant_id, started_at, took, cancelled_after, outcome, due_at, slice_id, party, case_id FROM objective_readings WHERE transaction_id IN ({ids})";

    public static string Journal(BatchSql sql) => $"SELECT transaction_id, {sql.Quote("at")}, sequence, type, step, stage, {sql.Quote("system")}, code, duration_microseconds FROM journal WHERE transaction_id IN ({{ids}})";

    public static CountedTransaction Transaction(DbDataReader r) => new(Id(r, 0), r.GetInt32(1), r.GetString(2), r.GetString(3), r.GetString(4), r.GetString(5), Maybe(r, 6), Maybe(r, 7));

    public static JournalEvent Event(DbDataReader r) =>
        new(Id(r, 0), r.GetInt32(2), Instant.FromMicroseconds(r.GetInt64(1)), (JournalEventType)r.GetInt16(3), r.GetString(4), r.GetString(5), r.IsDBNull(6) ? null : r.GetString(6), "", r.IsDBNull(7) ? null : r.GetString(7), 0, r.GetInt32(8));

    public static ObjectiveReadingRow Reading(DbDataReader r) => new()
    {
        TransactionId = Id(r, 0), CounterId = r.GetInt32(1), TenantId = r.GetInt32(2), StartedAt = r.GetInt64(3), Took = r.IsDBNull(4) ? null : r.GetInt64(4), CancelledAfter = r.IsDBNull(5) ? null : r.GetInt64(5),
        Outcome = (IndicatorOutcome)r.GetInt32(6), DueAt = r.GetInt64(7), SliceId = r.GetInt32(8), Party = r.GetString(9), CaseId = Maybe(r, 10),
    };

    public static Guid Id(DbDataReader r, int column) => r.GetValue(column) is byte[] bytes ? new Guid(bytes, bigEndian: true) : r.GetGuid(column);

    private static Guid? Maybe(DbDataReader r, int column) => r.IsDBNull(column) ? null : Id(r, column);
}

/// <summary>Changes of the sums, in all three grains at once.</summary>
internal sealed class TallySums
{
    private readonly Dictionary<(int Counter, TallyGrain Grain, int At, int Slice), ObjectiveTallyRow> _rows = [];

    public static int Minutes(TallyGrain grain) => grain switch { TallyGrain.Minute => 1, TallyGrain.Hour => 60, _ => 1440 };

    public void Add(ObjectiveReadingRow reading, int by)
    {
        var minute = (int)(reading.StartedAt / 60_000_000);
        foreach (var grain in Enum.GetValues<TallyGrain>())
        {
            var at = minute - minute % Minutes(grain);
            var key = (reading.CounterId, grain, at, reading.SliceId);
            if (!_rows.TryGetValue(key, out var row))
                _rows[key] = row = new() { CounterId = reading.CounterId, Grain = grain, At = at, SliceId = reading.SliceId };
            switch (reading.Outcome)
            {
                case IndicatorOutcome.Good: row.Good += by; break;
                case IndicatorOutcome.Bad: row.Bad += by; break;
                case IndicatorOutcome.Void: row.Voided += by; break;
                default: row.Pending += by; break;
            }
        }
    }

    public List<ObjectiveTallyRow> Rows() => [.. _rows.OrderBy(r => r.Key).Select(r => r.Value).Where(r => (r.Good, r.Bad, r.Voided, r.Pending) != default)];
}
