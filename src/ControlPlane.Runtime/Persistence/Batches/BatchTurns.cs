using ControlPlane.Domain.Transactions;
using ControlPlane.Domain.Turns;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.ExceptionCases;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Transactions;
using ControlPlane.Runtime.Turns;

namespace ControlPlane.Runtime.Persistence.Batches;

/// <summary>
/// Keeps the order of keys inside a batch: who is done lets the next one go, who is new goes to the end. First of all the
/// rows of the keys are locked, in one order on every node. Costs nothing where no flow has turns.
/// </summary>
internal sealed class BatchTurns(ISqlDialect dialect, System.Data.Common.DbConnection connection)
{
    private readonly BatchSql _sql = new(connection);
    private readonly List<JournalRow> _journal = [];

    /// <summary>What happened to transactions that are in nobody's hand.</summary>
    public IReadOnlyList<JournalRow> Journal => _journal;

    public async Task KeepAsync(IReadOnlyList<CommitUnit> units, CancellationToken ct)
    {
        var keys = units.SelectMany(KeysOf).Distinct().OrderBy(k => k.TenantId).ThenBy(k => k.Key, StringComparer.Ordinal).ToList();
        if (keys.Count == 0)
            return;
        var now = units.Select(u => u.NewTransaction?.ReceivedAt ?? u.TransactionChange?.UpdatedAt ?? u.Journal.FirstOrDefault()?.At ?? 0).Max();
        await dialect.InsertAsync(connection, Tables.TurnTouches, [.. keys.Select(k => new TurnRow { TenantId = k.TenantId, Key = k.Key, TouchedAt = now })], ct);
        foreach (var (tenant, key) in keys)
        {
            await YieldAsync(tenant, key, units, now, ct);
            foreach (var id in units.SelectMany(u => Leaving(u, tenant, key)))
                await _sql.ExecuteAsync("UPDATE work_items SET turn = 0 WHERE transaction_id = @id", ct, ("id", id));
            var state = await ReadAsync(tenant, key, ct);
            if (state.Head is { } head && units.Any(u => Leaving(u, tenant, key).Any()))
                await LetGoAsync(tenant, key, head, now, units, ct);
            await AdmitAsync(tenant, key, state, [.. units.Where(u => u.Turn?.Key == key && u.NewWork!.TenantId == tenant)], now, ct);
        }
    }

    private static IEnumerable<(int TenantId, string Key)> KeysOf(CommitUnit unit)
    {
        if (unit.Turn is { } turn)
            yield return (unit.NewWork!.TenantId, turn.Key);
        if (unit is { LeavesTurn: true, Progress: { } work })
            yield return (work.TenantId, work.EntityKey!);
        if (unit is { YieldsTurn: true, Progress: { } behind })
            yield return (behind.TenantId, behind.EntityKey!);
        if (unit.Pass is { } pass)
            yield return (pass.TenantId, pass.Key);
    }

    private static IEnumerable<Guid> Leaving(CommitUnit unit, int tenant, string key)
    {
        if (unit is { LeavesTurn: true, Progress: { } work } && work.TenantId == tenant && work.EntityKey == key)
            yield return work.TransactionId;
        if (unit.Pass is { } pass && pass.TenantId == tenant && pass.Key == key)
            yield return pass.TransactionId;
    }

    /// <summary>Failed or held while a newer one waits behind it: what it was about to say is of no interest any more.</summary>
    private async Task YieldAsync(int tenant, string key, IReadOnlyList<CommitUnit> units, long now, CancellationToken ct)
    {
        foreach (var unit in units.Where(u => u is { YieldsTurn: true, Progress: { } w } && w.TenantId == tenant && w.EntityKey == key))
        {
            var work = unit.Progress!;
            if (await _sql.ExecuteAsync(
                "UPDATE work_items SET state = 5, journal_sequence = journal_sequence + 1 WHERE transaction_id = @id AND EXISTS "
                + "(SELECT 1 FROM work_items b WHERE b.tenant_id = @tenant AND b.entity_key = @key AND b.turn > 0 AND b.state = 7)", ct, ("id", work.TransactionId), ("tenant", tenant), ("key", key)) == 0)
                continue;
            unit.LeavesTurn = true;
            var transaction = unit.TransactionChange!;
            (transaction.State, transaction.ClosedAt, transaction.DueAt, transaction.Party, transaction.PartyConnection) = (TransactionState.Superseded, now, null, null, null);
            (transaction.FaultKind, transaction.FaultCode, transaction.FaultMessage) = (null, null, null);
            // It is not stuck after all.
            (transaction.CaseId, unit.CaseTicket, transaction.WorkRank, transaction.ActBy) = (null, null, null, null);
            unit.LeavesCase = CaseExit.Superseded;
            _journal.Add(Row(tenant, work.TransactionId, work.JournalSequence + 1, now, JournalEventType.Superseded, "A newer one waited while this could not go on: the newest counts"));
        }
    }

    private async Task<Standing> ReadAsync(int tenant, string key, CancellationToken ct)
    {
        var rows = await _sql.ReadAsync(
            $"SELECT t.last, t.version, (SELECT MIN(w.turn) FROM work_items w WHERE w.tenant_id = t.tenant_id AND w.entity_key = t.{_sql.Quote("key")} AND w.turn > 0) FROM turns t WHERE t.tenant_id = @tenant AND t.{_sql.Quote("key")} = @key",
            r => new Standing(r.GetInt64(0), r.GetInt64(1), r.IsDBNull(2) ? null : r.GetInt64(2)), ct, ("tenant", tenant), ("key", key));
        return rows[0];
    }

    /// <summary>The first of those that wait becomes ready, if nobody is in work.</summary>
    private async Task LetGoAsync(int tenant, string key, long head, long now, IReadOnlyList<CommitUnit> units, CancellationToken ct)
    {
        if (await _sql.ExecuteAsync("UPDATE work_items SET state = 1, due_at = 0, held_by = NULL WHERE tenant_id = @tenant AND entity_key = @key AND turn = @turn AND state = 7", ct,
            ("tenant", tenant), ("key", key), ("turn", head)) == 0)
            return;
        await _sql.ExecuteAsync(
            "UPDATE transactions SET state = 1, fault_code = NULL, fault_message = NULL, updated_at = @now, since = @now, revision = revision + 1 "
            + "WHERE id = (SELECT transaction_id FROM work_items WHERE tenant_id = @tenant AND entity_key = @key AND turn = @turn)", ct,
            ("now", now), ("tenant", tenant), ("key", key), ("turn", head));
        foreach (var unit in units.Where(u => Leaving(u, tenant, key).Any()))
            unit.LetGo = true;
    }

    private async Task AdmitAsync(int tenant, string key, Standing state, List<CommitUnit> units, long now, CancellationToken ct)
    {
        if (units.Count == 0)
            return;
        var (last, version, head) = state;
        string? ahead = null;
        CommitUnit? before = null;
        foreach (var unit in units)
        {
            var (turn, work) = (unit.Turn!, unit.NewWork!);
            (work.State, work.Owner, work.LeaseUntil, work.EntityKey, work.Turn, work.TurnVersion) = (turn.Wish, turn.Owner, turn.LeaseUntil, key, ++last, turn.Version);
            (unit.NewTransaction!.State, unit.NewTransaction.ClosedAt, unit.NewTransaction.FaultCode, unit.NewTransaction.FaultMessage) = (TransactionState.Running, null, null, null);
            if (turn.Policy == TurnPolicy.Newest)
            {
                if (turn.Version < version)
                {
                    Supersede(unit, now, "It came late: a newer state is known already");
                    continue;
                }

                version = turn.Version;
                var by = $"Order {unit.NewTransaction!.Number} as of a later moment came in: the newest counts";
                if (before is not null && before.NewWork!.State != WorkState.Leased)
                    Supersede(before, now, by);
                head = await SupersedeOpenAsync(tenant, key, by, now, ct) ?? (before is { NewWork.State: not WorkState.Done } ? before.NewWork.Turn : null);
            }

            if (head is null)
                head = work.Turn;
            else
                Wait(unit, ahead ??= await NumberOfAsync(tenant, key, head.Value, units, ct), now);
            before = unit;
        }

        await _sql.ExecuteAsync($"UPDATE turns SET last = @last, version = @version WHERE tenant_id = @tenant AND {_sql.Quote("key")} = @key", ct,
            ("last", last), ("version", version), ("tenant", tenant), ("key", key));
    }

    /// <summary>Ends what has not begun, is stuck, or waits for its retry. Whoever is in the middle of it goes on.</summary>
    /// <returns>The turn that is in work; null = nobody is.</returns>
    private async Task<long?> SupersedeOpenAsync(int tenant, string key, string by, long now, CancellationToken ct)
    {
        var open = await _sql.ReadAsync(
            "SELECT transaction_id, turn, state, journal_sequence FROM work_items WHERE tenant_id = @tenant AND entity_key = @key AND turn > 0",
            r => (Id: WorkReader.Id(r, 0)!.Value, Turn: r.GetInt64(1), State: (WorkState)r.GetInt16(2), Sequence: r.GetInt32(3)), ct, ("tenant", tenant), ("key", key));
        long? inWork = null;
        foreach (var (id, turn, state, sequence) in open)
        {
            var ended = state != WorkState.Leased && await _sql.ExecuteAsync(
                "UPDATE work_items SET state = 5, turn = 0, owner = NULL, held_by = NULL, fence = fence + 1, journal_sequence = journal_sequence + 1 WHERE transaction_id = @id AND state = @state", ct,
                ("id", id), ("state", (short)state)) > 0;
            if (!ended)
            {
                inWork = inWork is { } t ? Math.Min(t, turn) : turn;
                continue;
            }

            await _sql.ExecuteAsync(
                "UPDATE transactions SET state = 7, closed_at = @now, updated_at = @now, since = @now, due_at = NULL, party = NULL, party_connection = NULL, fault_kind = NULL, fault_code = NULL, fault_message = NULL, "
                + "revision = revision + 1 WHERE id = @id", ct, ("now", now), ("id", id));
            _journal.Add(Row(tenant, id, sequence + 1, now, JournalEventType.Superseded, by));
        }

        return inWork;
    }

    private void Supersede(CommitUnit unit, long now, string why)
    {
        var (work, transaction) = (unit.NewWork!, unit.NewTransaction!);
        (work.State, work.Turn, work.Owner) = (WorkState.Done, 0, null);
        (transaction.State, transaction.ClosedAt, transaction.FaultCode, transaction.FaultMessage) = (TransactionState.Superseded, now, null, null);
        _journal.RemoveAll(j => j.TransactionId == transaction.Id);
        _journal.Add(Row(transaction.TenantId, transaction.Id, work.JournalSequence = 2, now, JournalEventType.Superseded, why));
    }

    private void Wait(CommitUnit unit, string ahead, long now)
    {
        var (work, transaction) = (unit.NewWork!, unit.NewTransaction!);
        var text = $"Waits for its turn behind order {ahead} {unit.Turn!.Words}.";
        (work.State, work.Owner, work.LeaseUntil) = (WorkState.Behind, null, 0);
        (transaction.State, transaction.FaultCode, transaction.FaultMessage) = (TransactionState.Waiting, "turn.waiting", PayloadRows.Cut(text, ColumnLengths.Summary));
        work.JournalSequence = 2;
        _journal.Add(Row(transaction.TenantId, transaction.Id, 2, now, JournalEventType.TurnTaken, text));
    }

    private async Task<string> NumberOfAsync(int tenant, string key, long turn, List<CommitUnit> units, CancellationToken ct)
    {
        if (units.Find(u => u.NewWork!.Turn == turn) is { } mine)
            return mine.NewTransaction!.Number;
        var numbers = await _sql.ReadAsync(
            "SELECT t.number FROM transactions t INNER JOIN work_items w ON w.transaction_id = t.id WHERE w.tenant_id = @tenant AND w.entity_key = @key AND w.turn = @turn", r => r.GetString(0), ct,
            ("tenant", tenant), ("key", key), ("turn", turn));
        return numbers.FirstOrDefault() ?? "an earlier one";
    }

    private static JournalRow Row(int tenant, Guid id, int sequence, long now, JournalEventType type, string summary) =>
        new() { TransactionId = id, TenantId = tenant, At = now, Sequence = sequence, Type = type, Summary = PayloadRows.Cut(summary, ColumnLengths.Summary)! };

    private sealed record Standing(long Last, long Version, long? Head);
}
