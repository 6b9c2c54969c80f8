using System.Data.Common;
using ControlPlane.Runtime.Engine;
using ControlPlane.Runtime.Ingestion;

namespace ControlPlane.Runtime.Persistence.Batches;

/// <summary>
/// Writes many units in one database transaction, in phases, each one statement per table: claim the inbox keys, lock the
/// work, check the fences, then insert what belongs to the units that passed both.
/// </summary>
internal sealed class BatchCommit(ISqlDialect dialect, DbConnection connection, TimeProvider? clock = null)
{
    public async Task WriteAsync(IReadOnlyList<CommitUnit> units, CancellationToken ct)
    {
        foreach (var unit in units)
            unit.Outcome = CommitOutcome.Committed;
        await ClaimKeysAsync(units, ct);
        await HoldWorkAsync(units, ct);
        await TakeAsync(units, ct);
        await CheckFencesAsync(units, ct);
        await RestartAsync(units, ct);
        var live = units.Where(u => u.Outcome == CommitOutcome.Committed).ToList();
        var turns = new BatchTurns(dialect, connection);
        await turns.KeepAsync(live, ct);
        await InsertAsync(Tables.Payloads, live.SelectMany(u => u.Payloads), ct);
        await InsertAsync(Tables.Messages, live.SelectMany(u => u.Messages), ct);
        await InsertAsync(Tables.DeliveryAnswers, live.SelectMany(u => u.DeliveryAnswers), ct);
        await UpdateAsync(Tables.MessageOutcomes, live.SelectMany(u => u.MessageOutcomes), ct);
        await InsertAsync(Tables.Transactions, live.Where(u => u.NewTransaction is not null).Select(u => u.NewTransaction!), ct);
        await InsertAsync(Tables.WorkItems, live.Where(u => u.NewWork is not null).Select(u => u.NewWork!), ct);
        await InsertAsync(Tables.Identifiers, live.SelectMany(u => u.Identifiers), ct);
        var journal = live.SelectMany(u => u.Journal).Concat(turns.Journal).ToList();
        var isNew = journal.Count == 0 ? [] : await dialect.InsertAsync(connection, Tables.Journal, journal, ct);
        await InsertAsync(Tables.Effects, live.SelectMany(u => u.Effects), ct);
        await InsertAsync(Tables.OrderChanges, live.SelectMany(u => u.Changes.Values), ct);
        await InsertAsync(Tables.Attempts, live.SelectMany(u => u.Attempts), ct);
        await InsertAsync(Tables.Signals, live.SelectMany(u => u.Signals), ct);
        await InsertAsync(Tables.FeedCursors, live.SelectMany(u => u.FeedCursors), ct);
        await InsertAsync(Tables.BudgetMinutes, live.SelectMany(u => u.BudgetMinutes), ct);
        await InsertAsync(Tables.ConnectionFacts, live.SelectMany(u => u.ConnectionFacts), ct);
        await new BatchCases(dialect, connection).KeepAsync(live, ct);
        await UpdateAsync(Tables.TransactionChanges, live.Where(u => u.TransactionChange is not null).Select(u => u.TransactionChange!), ct);
        await UpdateAsync(Tables.SignalsConsumed, live.SelectMany(u => u.ConsumedSignals), ct);
        await WakeAsync(live, ct);
        await RequeueAsync(live, ct);
        await RouseAsync(live, ct);
        await FindEarlySignalsAsync(live, ct);
        await new BatchOperations(dialect, connection, clock ?? TimeProvider.System).CountAsync(live, [.. journal.Where((_, i) => isNew[i])], ct);
        // Last, because its few rows are everybody's: whoever writes them keeps the others waiting until the commit.
        await InsertAsync(Tables.Traffic, Sum(units), ct);
    }

    /// <summary>All work that the batch may touch, but what is new in it.</summary>
    private async Task HoldWorkAsync(IReadOnlyList<CommitUnit> units, CancellationToken ct)
    {
        var touched = new HashSet<Guid>();
        foreach (var unit in units.Where(u => u.Outcome == CommitOutcome.Committed))
        {
            touched.UnionWith(unit.Wake);
            touched.UnionWith(unit.Requeue);
            touched.UnionWith(unit.Rouse);
            if (unit.Progress is { } work)
                touched.Add(work.TransactionId);
            if (unit.Restart is { } restart)
                touched.Add(restart.TransactionId);
        }

        if (touched.Count > 1 || units.Any(u => u.Restart is not null))
            await dialect.HoldWorkAsync(connection, [.. touched], ct);
    }

    /// <summary>The unique key decides who was first, among all nodes and within this batch.</summary>
    private async Task ClaimKeysAsync(IReadOnlyList<CommitUnit> units, CancellationToken ct)
    {
        // Ordered, so that two nodes that claim the same keys wait for each other instead of dead-locking.
        var claims = units.SelectMany(u => u.Keys, (unit, key) => (unit, key))
            .OrderBy(c => c.key.Key, StringComparer.Ordinal).ThenBy(c => c.key.MessageId).ToList();
        if (claims.Count == 0)
            return;
        var isNew = await dialect.InsertAsync(connection, Tables.InboxKeys, claims.Select(c => c.key).ToList(), ct);
        for (var i = 0; i < claims.Count; i++)
            if (!isNew[i])
                claims[i].unit.Outcome = CommitOutcome.Duplicate;
        foreach (var unit in units.Where(u => u.Outcome == CommitOutcome.Duplicate))
            await RecogniseAsync(unit, ct);
    }

    private async Task RecogniseAsync(CommitUnit unit, CancellationToken ct)
    {
        var own = unit.Keys[0].MessageId;
        foreach (var key in unit.Keys)
        {
            var first = await FirstOfAsync(key, ct);
            if (first != own)
                unit.FirstMessageId ??= first;
        }

        // All keys are ours: an earlier try of this very unit was committed although its answer was lost.
        if (unit.FirstMessageId is null)
        {
            unit.FirstMessageId = own;
            unit.Outcome = CommitOutcome.Committed;
            return;
        }

        // Keys that were new lead to the message that came first from now on.
        await using var command = Command(
            "UPDATE inbox_keys SET message_id = @first WHERE tenant_id = @tenant AND connection = @connection AND message_id = @own AND "
            + (unit.Keys.Count > 1 ? "(key_ = @k0 OR key_ = @k1)" : "key_ = @k0"));
        command.CommandText = command.CommandText.Replace("key_", Quote("key"), StringComparison.Ordinal);
        Add(command, "first", unit.FirstMessageId.Value);
        Add(command, "tenant", unit.Keys[0].TenantId);
        Add(command, "connection", unit.Keys[0].Connection);
        Add(command, "own", own);
        for (var i = 0; i < Math.Min(2, unit.Keys.Count); i++)
            Add(command, $"k{i}", unit.Keys[i].Key);
        await command.ExecuteNonQueryAsync(ct);
    }

    private async Task<Guid?> FirstOfAsync(InboxKeyRow key, CancellationToken ct)
    {
        await using var command = Command($"SELECT message_id FROM inbox_keys WHERE tenant_id = @tenant AND connection = @connection AND {Quote("key")} = @key");
        Add(command, "tenant", key.TenantId);
        Add(command, "connection", key.Connection);
        Add(command, "key", key.Key);
        return await command.ExecuteScalarAsync(ct) switch { Guid id => id, byte[] bytes => new Guid(bytes, bigEndian: true), _ => null };
    }

    private async Task CheckFencesAsync(IReadOnlyList<CommitUnit> units, CancellationToken ct)
    {
        var guarded = units.Where(u => u.Progress is not null && u.Outcome == CommitOutcome.Committed).ToList();
        if (guarded.Count == 0)
            return;
        // A node that woke up may bring an old and a new hold on the same work in one batch. The database says only which
        // work it moved, not for which of the two: a newer fence proves the older one stale.
        var newest = guarded.GroupBy(u => u.Progress!.TransactionId).ToDictionary(g => g.Key, g => g.Max(u => u.Progress!.Fence));
        foreach (var unit in guarded.Where(u => u.Progress!.Fence < newest[u.Progress.TransactionId]))
            unit.Outcome = CommitOutcome.Stale;
        guarded.RemoveAll(u => u.Outcome == CommitOutcome.Stale);
        var passed = await dialect.UpdateAsync(connection, Tables.WorkItemProgress, guarded.Select(u => u.Progress!).ToList(), ct);
        for (var i = 0; i < guarded.Count; i++)
            if (!passed[i])
                guarded[i].Outcome = CommitOutcome.Stale;
    }

    /// <summary>People take work that nobody has in hand; whoever was faster keeps it.</summary>
    private async Task TakeAsync(IReadOnlyList<CommitUnit> units, CancellationToken ct)
    {
        foreach (var unit in units.Where(u => u is { TakesFence: not null, Outcome: CommitOutcome.Committed }))
            if (await new BatchSql(connection).ExecuteAsync(
                    "UPDATE work_items SET fence = fence + 1, owner = @owner WHERE transaction_id = @id AND fence = @fence AND state <> 2", ct,
                    ("owner", unit.Progress!.Owner), ("id", unit.Progress.TransactionId), ("fence", unit.TakesFence!.Value)) == 0)
                unit.Outcome = CommitOutcome.Stale;
    }

    /// <summary>Sends work back to a step, unless somebody has it in hand. The work is locked already, so that what is looked at stays so.</summary>
    private async Task RestartAsync(IReadOnlyList<CommitUnit> units, CancellationToken ct)
    {
        var wanted = units.Where(u => u is { Restart: not null, Outcome: CommitOutcome.Committed }).ToList();
        if (wanted.Count == 0)
            return;
        var sql = new BatchSql(connection);
        // In hand, behind another, or an older state that must never be published over a newer one.
        var kept = (await sql.ReadAllAsync(
            $"SELECT transaction_id FROM work_items WHERE transaction_id IN ({{ids}}) AND (state IN (2, 7) OR (turn_version > 0 AND EXISTS (SELECT 1 FROM turns t WHERE t.tenant_id = work_items.tenant_id AND t.{Quote("key")} = work_items.entity_key AND t.version > work_items.turn_version)))",
            wanted.Select(u => u.Restart!.TransactionId), r => r.GetValue(0) is byte[] bytes ? new Guid(bytes, bigEndian: true) : r.GetGuid(0), ct)).ToHashSet();
        foreach (var unit in wanted.Where(u => kept.Contains(u.Restart!.TransactionId)))
            unit.Outcome = CommitOutcome.Stale;
        // Of two that send the same work back in one batch the first wins: its fence is old for the second.
        foreach (var same in wanted.GroupBy(u => u.Restart!.TransactionId))
            foreach (var late in same.Skip(1))
                late.Outcome = CommitOutcome.Stale;
        wanted.RemoveAll(u => u.Outcome == CommitOutcome.Stale);
        foreach (var lane in wanted.GroupBy(u => u.Restart!.Lane).ToList())
        {
            var restarts = lane.Select(u => u.Restart!).ToList();
            var passed = await dialect.UpdateAsync(connection, lane.Key is null ? Tables.WorkRestarts : Tables.WorkRestartsInLane, restarts, ct);
            for (var i = 0; i < restarts.Count; i++)
                if (!passed[i])
                    lane.ElementAt(i).Outcome = CommitOutcome.Stale;
        }

        wanted.RemoveAll(u => u.Outcome == CommitOutcome.Stale);
        await sql.ForAllAsync("UPDATE work_items SET fence = fence + 1 WHERE transaction_id IN ({ids})", wanted.Select(u => u.Restart!.TransactionId), ct);
        foreach (var place in wanted.Select(u => u.Restart!).GroupBy(r => (r.Step, r.FlowVersion)))
            await sql.ForAllAsync(
                "UPDATE transactions SET state = 1, step = @step, flow_version = @version, closed_at = NULL, due_at = NULL, expects = NULL, expects_by = NULL, expects_why = NULL, fault_kind = NULL, fault_code = NULL, "
                + "fault_message = NULL, party = NULL, party_connection = NULL, work_rank = NULL, act_by = NULL, revision = revision + 1 WHERE id IN ({ids})", place.Select(r => r.TransactionId), ct, ("step", place.Key.Step), ("version", place.Key.FlowVersion));
        var settled = wanted.Select(u => u.Restart!).Where(r => r.Settles).Select(r => r.TransactionId).ToList();
        if (settled.Count > 0)
            await sql.ForAllAsync("UPDATE effects SET state = 4, summary = 'A person decided to send it again' WHERE transaction_id IN ({ids}) AND state IN (0, 3)", settled, ct);
    }

    /// <summary>
    /// Touches the row whatever its state: the row lock makes a wait that is being committed on another node and the signal
    /// that ends it see each other, whichever comes first.
    /// </summary>
    private async Task WakeAsync(List<CommitUnit> units, CancellationToken ct)
    {
        const string wake = "UPDATE work_items SET due_at = CASE WHEN state = 3 THEN 0 ELSE due_at END, state = CASE WHEN state = 3 THEN 1 ELSE state END WHERE transaction_id = ";
        var ids = units.SelectMany(u => u.Wake).Distinct().ToArray();
        if (connection is Npgsql.NpgsqlConnection && ids.Length > 0)
        {
            await using var all = Command(wake + "ANY (@ids)");
            all.Parameters.Add(new Npgsql.NpgsqlParameter("ids", ids));
            await all.ExecuteNonQueryAsync(ct);
            return;
        }

        foreach (var id in ids)
        {
            await using var command = Command(wake + "@id");
            Add(command, "id", id);
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    private async Task RequeueAsync(List<CommitUnit> units, CancellationToken ct)
    {
        var ids = units.SelectMany(u => u.Requeue).ToList();
        if (ids.Count > 0)
            await new BatchSql(connection).ForAllAsync("UPDATE work_items SET state = 1, due_at = 0, attempts = 0 WHERE transaction_id IN ({ids}) AND state IN (1, 4, 6)", ids, ct);
    }

    /// <summary>The stuck keep their attempts, by which it is seen that nobody retried them. Of the closed only those whose order is still kept.</summary>
    private async Task RouseAsync(List<CommitUnit> units, CancellationToken ct)
    {
        var ids = units.SelectMany(u => u.Rouse).Distinct().ToList();
        if (ids.Count > 0)
            await new BatchSql(connection).ForAllAsync(
                "UPDATE work_items SET state = 1, due_at = 0 WHERE transaction_id IN ({ids}) AND (state = 4 OR (state = 5 AND EXISTS "
                + "(SELECT 1 FROM transactions t JOIN payloads p ON p.id = t.canonical_payload_id WHERE t.id = work_items.transaction_id AND t.state = 5 AND p.length > 0)))", ids, ct);
    }

    /// <summary>A wait that begins looks for signals that came before it.</summary>
    private async Task FindEarlySignalsAsync(List<CommitUnit> units, CancellationToken ct)
    {
        foreach (var unit in units.Where(u => u.Progress?.State == WorkState.Waiting))
        {
            if (unit.AwaitedEvents.Count == 0)
                continue;
            var names = string.Join(", ", unit.AwaitedEvents.Select((_, i) => $"@e{i}"));
            await using var command = Command(
                "UPDATE work_items SET state = 1, due_at = 0 WHERE transaction_id = @id AND state = 3 AND EXISTS "
                + $"(SELECT 1 FROM signals s WHERE s.tenant_id = @tenant AND s.transaction_id = @id AND s.consumed_at IS NULL AND s.event IN ({names}))");
            Add(command, "id", unit.Progress!.TransactionId);
            Add(command, "tenant", unit.Progress.TenantId);
            for (var i = 0; i < unit.AwaitedEvents.Count; i++)
                Add(command, $"e{i}", unit.AwaitedEvents[i]);
            unit.SignalWaiting = await command.ExecuteNonQueryAsync(ct) > 0;
        }
    }

    /// <summary>One row per minute and channel for the whole batch.</summary>
    private static IEnumerable<TrafficRow> Sum(IEnumerable<CommitUnit> units)
    {
        var sums = new SortedDictionary<(int, long, string), TrafficRow>();
        foreach (var unit in units)
        {
            if (unit.Traffic is not { } part || unit.Outcome == CommitOutcome.Stale)
                continue;
            var key = (part.TenantId, part.Minute, part.Connection);
            if (!sums.TryGetValue(key, out var sum))
                sums[key] = sum = new() { TenantId = part.TenantId, Minute = part.Minute, Connection = part.Connection, NodeId = part.NodeId };
            if (unit.Outcome == CommitOutcome.Duplicate)
            {
                sum.Duplicates++;
                continue;
            }

            sum.Received += part.Received;
            sum.Refused += part.Refused;
            sum.Closed += part.Closed;
            sum.Stuck += part.Stuck;
        }

        return sums.Values;
    }

    private async Task InsertAsync<T>(TableSpec<T> table, IEnumerable<T> rows, CancellationToken ct)
    {
        var list = rows as List<T> ?? rows.ToList();
        if (list.Count > 0)
            await dialect.InsertAsync(connection, table, list, ct);
    }

    private async Task UpdateAsync<T>(TableSpec<T> table, IEnumerable<T> rows, CancellationToken ct)
    {
        var list = rows.ToList();
        if (list.Count > 0)
            await dialect.UpdateAsync(connection, table, list, ct);
    }

    private DbCommand Command(string text)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        return command;
    }

    private string Quote(string name) => connection is Microsoft.Data.SqlClient.SqlConnection ? $"[{name}]" : name;

    private void Add(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = "@" + name;
        parameter.Value = value is Guid id && connection is not Npgsql.NpgsqlConnection ? id.ToByteArray(bigEndian: true) : value;
        command.Parameters.Add(parameter);
    }
}
