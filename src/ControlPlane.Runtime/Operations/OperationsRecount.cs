using System.Data.Common;
using ControlPlane.Domain.Operations;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using ControlPlane.Runtime.Persistence.Batches;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Operations;

/// <summary>
/// Everything that is stored, counted in one reading of one moment: the journal, the failures, the messages that were refused, the budgets
/// and what was open when. Changes nothing.
/// </summary>
internal sealed class OperationsRecount(DbConnection connection, DateTimeOffset now, Func<Task> breath)
{
    /// <summary>Rows between two breaths, and as many at most wait to be summed by the hour.</summary>
    private const int Piece = 50_000;

    private readonly Dictionary<int, OperationTally> _minutes = [];
    private readonly Dictionary<int, OperationTally> _hours = [];
    private readonly Dictionary<int, OperationTally> _piece = [];
    private readonly Dictionary<(int, OperationMeasure, long, Guid, int), OperationFailureRow> _failures = [];
    private int _inPiece;

    /// <summary>From here on by the minute; before it by the hour only.</summary>
    public long MinutesFrom { get; } = OperationTally.FloorTo((now - OperationRange.MinutesKept).ToMicroseconds(), OperationTally.Hour);

    /// <summary>What other systems' limits did is known as long as its rows are kept; older figures of it stay as they are.</summary>
    public long RatesFrom { get; } = OperationTally.FloorTo((now - TimeSpan.FromDays(7)).ToMicroseconds(), OperationTally.Hour);

    /// <summary>Events of the journal that were looked at.</summary>
    public long Events { get; private set; }

    /// <summary>Notes that are in what was counted.</summary>
    public IReadOnlyList<Guid> Notes { get; private set; } = [];

    /// <summary>Failures that were not kept one by one yet: they are older than that.</summary>
    public IReadOnlyList<OperationFailureRow> Missing { get; private set; } = [];

    public IReadOnlyList<OperationStandingRow> Standings { get; private set; } = [];

    public IReadOnlyList<(int Tenant, OperationTally Minutes, OperationTally Hours)> Tallies => [.. _hours.Select(h => (h.Key, _minutes.GetValueOrDefault(h.Key) ?? new(), h.Value))];

    public async Task ReadAsync(CancellationToken ct)
    {
        var sql = new BatchSql(connection);
        Notes = await sql.ReadAsync("SELECT id FROM operations_changes", r => OperationsSql.Id(r, 0), ct);
        var kept = new HashSet<(int, OperationMeasure, long, Guid, int)>();
        await EachAsync("SELECT tenant_id, measure, at, subject, sequence, connection, code, is_message FROM operations_failures", r =>
        {
            var row = new OperationFailureRow
            {
                TenantId = r.GetInt32(0), Measure = (OperationMeasure)r.GetInt16(1), At = r.GetInt64(2), Subject = OperationsSql.Id(r, 3), Sequence = r.GetInt32(4), Connection = r.GetString(5), Code = r.GetString(6), IsMessage = r.GetBoolean(7),
            };
            kept.Add(KeyOf(row));
            _failures[KeyOf(row)] = row;
        }, ct);
        await EachAsync($"SELECT id, tenant_id, connection, received_at, code FROM messages WHERE state = {(short)MessageState.Refused}", r =>
            Failed(BatchOperations.OfMessage(new() { Id = OperationsSql.Id(r, 0), TenantId = r.GetInt32(1), Connection = r.GetString(2), ReceivedAt = r.GetInt64(3), Code = OperationsSql.Text(r, 4) })), ct);
        await EachAsync(
            $"SELECT t.kind, t.connection, t.received_at, j.at, j.type, j.system, j.code, j.transaction_id, j.tenant_id, j.sequence FROM journal j INNER JOIN transactions t ON t.id = j.transaction_id WHERE j.type IN ({string.Join(", ", OperationFolding.Counted.Select(t => (short)t))})",
            Event, ct);
        await EachAsync($"SELECT tenant_id, connection, budget, minute, refused, waits FROM budget_minutes WHERE minute >= {RatesFrom}", r =>
            OperationFolding.Budget(r.GetInt64(3), r.GetString(1), r.GetString(2), r.GetInt32(4), r.GetInt32(5), Into(r.GetInt32(0))), ct);
        Flush();
        foreach (var failure in _failures.Values)
        {
            OperationFolding.Failure(failure.At, failure.Measure, failure.Connection, failure.Code, Into(failure.TenantId));
            Counted();
        }

        Flush();
        Missing = [.. _failures.Where(f => !kept.Contains(f.Key)).Select(f => f.Value)];
        Standings = await new StandingRecount(MinutesFrom, OperationTally.FloorTo(now.ToMicroseconds(), OperationTally.Minute)).ReadAsync(EachAsync, ct);
    }

    /// <summary>Takes one failure out again that was kept, and noted, since the moment that was read.</summary>
    public void Without(OperationFailureRow failure)
    {
        var (hours, minutes) = (new OperationKey(OperationTally.FloorTo(failure.At, OperationTally.Hour), failure.Measure, failure.Connection, failure.Code, 0), new OperationKey(OperationTally.FloorTo(failure.At, OperationTally.Minute), failure.Measure, failure.Connection, failure.Code, 0));
        _hours[failure.TenantId].Add(hours, new(-1, 0, 0));
        if (minutes.Minute >= MinutesFrom)
            _minutes[failure.TenantId].Add(minutes, new(-1, 0, 0));
    }

    private void Event(DbDataReader r)
    {
        Events++;
        var subject = new OperationSubject(r.GetString(0), r.GetString(1), r.GetInt64(2));
        var happened = new OperationEvent(r.GetInt64(3), (JournalEventType)r.GetInt16(4), OperationsSql.Text(r, 5), OperationsSql.Text(r, 6));
        OperationFolding.Fold(subject, happened, Into(r.GetInt32(8)));
        if (OperationFolding.FailureOf(subject, happened) is var (measure, place))
            Failed(new() { TenantId = r.GetInt32(8), Measure = measure, At = happened.At, Subject = OperationsSql.Id(r, 7), Sequence = r.GetInt32(9), Connection = place, Code = happened.Code ?? "" });
        Counted();
    }

    private void Failed(OperationFailureRow row) => _failures.TryAdd(KeyOf(row), row);

    private static (int, OperationMeasure, long, Guid, int) KeyOf(OperationFailureRow row) => (row.TenantId, row.Measure, row.At, row.Subject, row.Sequence);

    private OperationTally Into(int tenant) => _piece.TryGetValue(tenant, out var tally) ? tally : _piece[tenant] = new();

    private void Counted()
    {
        if (++_inPiece >= Piece)
            Flush();
    }

    private void Flush()
    {
        foreach (var (tenant, tally) in _piece)
        {
            if (!_hours.TryGetValue(tenant, out var hours))
                (_hours[tenant], _minutes[tenant]) = (hours = new(), new());
            hours.Add(tally.ByHour());
            foreach (var (key, figure) in tally.Figures.Where(f => f.Key.Minute >= MinutesFrom))
                _minutes[tenant].Add(key, figure);
        }

        _piece.Clear();
        _inPiece = 0;
    }

    private async Task EachAsync(string text, Action<DbDataReader> read, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = text;
        command.CommandTimeout = 0;
        await using var reader = await command.ExecuteReaderAsync(ct);
        for (var rows = 1; await reader.ReadAsync(ct); rows++)
        {
            read(reader);
            if (rows % Piece == 0)
                await breath();
        }
    }
}

/// <summary>How many orders were open at the end of each minute, and of each hour where minutes are not kept any more, as the orders' own times say.</summary>
internal sealed class StandingRecount(long minutesFrom, long until)
{
    private readonly Dictionary<(int Tenant, string Connection), SortedDictionary<long, long>> _changes = [];

    public async Task<IReadOnlyList<OperationStandingRow>> ReadAsync(Func<string, Action<DbDataReader>, CancellationToken, Task> each, CancellationToken ct)
    {
        await each($"SELECT tenant_id, connection, received_at, closed_at, state, updated_at FROM transactions WHERE kind NOT IN ('{OperationFolding.Stock}', '{OperationFolding.Settlement}')", r =>
        {
            var key = (r.GetInt32(0), r.GetString(1));
            Change(key, r.GetInt64(2), 1);
            if (!r.IsDBNull(3))
                Change(key, r.GetInt64(3), -1);
            else if (((TransactionState)r.GetInt16(4)).IsFinal())
                Change(key, r.GetInt64(5), -1);
        }, ct);
        var rows = new List<OperationStandingRow>();
        foreach (var ((tenant, connection), changes) in _changes)
        {
            var (open, at) = (0L, changes.Keys.First());
            foreach (var (bucket, change) in changes)
            {
                rows.AddRange(Rows(tenant, connection, at, bucket, open));
                (open, at) = (open + change, bucket);
            }

            rows.AddRange(Rows(tenant, connection, at, until, open));
        }

        rows.AddRange(rows.Select(r => (r.TenantId, r.Minute)).Distinct().ToList().Select(r => new OperationStandingRow { TenantId = r.TenantId, Minute = r.Minute }));
        return rows;
    }

    private IEnumerable<OperationStandingRow> Rows(int tenant, string connection, long from, long to, long open)
    {
        for (var bucket = from; bucket < Math.Min(to, until); bucket += bucket < minutesFrom ? OperationTally.Hour : OperationTally.Minute)
            yield return new() { TenantId = tenant, Connection = connection, Minute = bucket < minutesFrom ? bucket + OperationTally.Hour - OperationTally.Minute : bucket, Count = open };
    }

    private void Change((int, string) key, long at, long change)
    {
        if (!_changes.TryGetValue(key, out var changes))
            _changes[key] = changes = [];
        var bucket = OperationTally.FloorTo(at, at < minutesFrom ? OperationTally.Hour : OperationTally.Minute);
        changes[bucket] = changes.GetValueOrDefault(bucket) + change;
    }
}
