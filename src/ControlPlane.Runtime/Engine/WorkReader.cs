using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using ControlPlane.Domain.Connections;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Faults;
using ControlPlane.Domain.Flows;
using ControlPlane.Domain.Silence;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Transactions;

namespace ControlPlane.Runtime.Engine;

/// <summary>Puts together what a worker needs for claimed work: a few statements for a whole batch, whatever its size.</summary>
internal sealed class WorkReader(OrderCache orders, TimeProvider clock)
{
    public async Task<List<Activation>> CompleteAsync(DbConnection connection, List<WorkItemRow> items, CancellationToken ct)
    {
        var ids = items.Select(i => i.TransactionId).ToList();
        var transactions = await ReadAsync(connection, $"SELECT {TransactionColumns} FROM transactions WHERE id IN ({{0}})", ids, ReadTransaction, ct);
        var byId = transactions.ToDictionary(t => t.Id);
        var signals = await ReadAsync(connection,
            "SELECT id, tenant_id, connection, event, transaction_id, correlation_value, payload_id, body, received_at FROM signals WHERE transaction_id IN ({0}) AND consumed_at IS NULL", ids, ReadSignal, ct);
        var effects = await ReadAsync(connection,
            "SELECT transaction_id, step, occurrence, epoch, tenant_id, connection, operation, write_kind, state, idempotency_key, attempts, intended_at, summary FROM effects WHERE transaction_id IN ({0}) AND state IN (0, 3)",
            ids, ReadEffect, ct);
        var variablesOf = items.ToDictionary(i => i.TransactionId, i => JsonSerializer.Deserialize(i.Variables, FlowJson.Default.FlowVariables)!);
        var replayed = ids.Where(id => variablesOf[id].Replay is not null).ToList();
        var done = replayed.Count == 0 ? [] : await ReadAsync(connection,
            "SELECT transaction_id, step, occurrence, epoch, tenant_id, connection, operation, write_kind, state, idempotency_key, attempts, intended_at, summary FROM effects WHERE transaction_id IN ({0}) AND state = 1",
            replayed, ReadEffect, ct);
        var doneOf = done.ToLookup(e => e.TransactionId);
        await LoadOrdersAsync(connection, transactions, ct);
        var signalsOf = signals.ToLookup(s => s.TransactionId!.Value);
        var effectsOf = effects.ToLookup(e => e.TransactionId);
        var activations = new List<Activation>(items.Count);
        foreach (var item in items)
        {
            if (!byId.TryGetValue(item.TransactionId, out var transaction) || transaction.CanonicalPayloadId is not { } payload || !orders.TryGet(payload, out var order))
                throw new InvalidDataException($"Transaction {item.TransactionId} has no canonical order.");
            activations.Add(new(item, transaction, order, variablesOf[item.TransactionId], clock)
            {
                Signals = [.. signalsOf[item.TransactionId]],
                OpenEffects = effectsOf[item.TransactionId].Where(e => e.Epoch == variablesOf[item.TransactionId].Epoch).ToDictionary(e => (e.Step, e.Occurrence)),
                DoneEffects = doneOf[item.TransactionId].Where(e => e.Epoch == variablesOf[item.TransactionId].Epoch).ToDictionary(e => (e.Step, e.Occurrence), e => e.Summary),
            });
        }

        return activations;
    }

    private async Task LoadOrdersAsync(DbConnection connection, List<TransactionRow> transactions, CancellationToken ct)
    {
        var missing = transactions.Where(t => t.CanonicalPayloadId is { } id && !orders.TryGet(id, out _)).Select(t => t.CanonicalPayloadId!.Value).ToList();
        if (missing.Count == 0)
            return;
        var payloads = await ReadAsync(connection, "SELECT id, encoding, content, length FROM payloads WHERE id IN ({0})", missing, reader => new PayloadRow
        {
            Id = Id(reader, 0)!.Value,
            Encoding = (PayloadEncoding)reader.GetInt16(1),
            Content = (byte[])reader.GetValue(2),
            Length = reader.GetInt32(3),
        }, ct);
        foreach (var payload in payloads)
            orders.Put(payload.Id, JsonSerializer.Deserialize(PayloadRows.Unpack(payload), FlowJson.Default.CanonicalOrder)!);
    }

    private const string TransactionColumns =
        "id, tenant_id, kind, state, stage, step, connection, flow, flow_version, number, reference, correlation_id, currency, total_minor, line_count, "
        + "placed_at, received_at, since, due_at, ship_by, party, party_connection, fault_kind, fault_code, fault_message, source_payload_id, canonical_payload_id, revision, closed_at, trace_parent, case_id, work_rank, act_by, expects, expects_by, expects_why";

    private static TransactionRow ReadTransaction(DbDataReader r) => new()
    {
        Id = Id(r, 0)!.Value,
        TenantId = r.GetInt32(1),
        Kind = r.GetString(2),
        State = (TransactionState)r.GetInt16(3),
        Stage = r.GetString(4),
        Step = r.GetString(5),
        Connection = r.GetString(6),
        Flow = r.GetString(7),
        FlowVersion = r.GetInt32(8),
        Number = r.GetString(9),
        Reference = r.GetString(10),
        CorrelationId = r.GetString(11),
        Currency = r.GetString(12),
        TotalMinor = Long(r, 13),
        LineCount = r.GetInt32(14),
        PlacedAt = r.GetInt64(15),
        ReceivedAt = r.GetInt64(16),
        Since = r.GetInt64(17),
        DueAt = Long(r, 18),
        ShipBy = Long(r, 19),
        Party = r.IsDBNull(20) ? null : (SystemRole)r.GetInt16(20),
        PartyConnection = Text(r, 21),
        FaultKind = r.IsDBNull(22) ? null : (FaultKind)r.GetInt32(22),
        FaultCode = Text(r, 23),
        FaultMessage = Text(r, 24),
        SourcePayloadId = Id(r, 25),
        CanonicalPayloadId = Id(r, 26),
        Revision = r.GetInt32(27),
        ClosedAt = Long(r, 28),
        TraceParent = Text(r, 29),
        CaseId = Id(r, 30),
        WorkRank = r.IsDBNull(31) ? null : r.GetDouble(31),
        ActBy = Long(r, 32),
        Expects = Text(r, 33),
        ExpectsBy = Long(r, 34),
        ExpectsWhy = r.IsDBNull(35) ? null : (ExpectationReason)r.GetInt16(35),
    };

    private static SignalRow ReadSignal(DbDataReader r) => new()
    {
        Id = Id(r, 0)!.Value,
        TenantId = r.GetInt32(1),
        Connection = r.GetString(2),
        Event = r.GetString(3),
        TransactionId = Id(r, 4),
        CorrelationValue = r.GetString(5),
        PayloadId = Id(r, 6),
        Body = r.GetString(7),
        ReceivedAt = r.GetInt64(8),
    };

    private static EffectRow ReadEffect(DbDataReader r) => new()
    {
        TransactionId = Id(r, 0)!.Value,
        Step = r.GetString(1),
        Occurrence = r.GetInt32(2),
        Epoch = r.GetInt32(3),
        TenantId = r.GetInt32(4),
        Connection = r.GetString(5),
        Operation = r.GetString(6),
        WriteKind = (WriteKind)r.GetInt32(7),
        State = (EffectState)r.GetInt32(8),
        IdempotencyKey = r.GetString(9),
        Attempts = r.GetInt32(10),
        IntendedAt = r.GetInt64(11),
        Summary = r.GetString(12),
    };

    internal static Guid? Id(DbDataReader r, int i) => r.IsDBNull(i) ? null : r.GetValue(i) is byte[] bytes ? new Guid(bytes, bigEndian: true) : r.GetGuid(i);

    private static long? Long(DbDataReader r, int i) => r.IsDBNull(i) ? null : r.GetInt64(i);

    private static string? Text(DbDataReader r, int i) => r.IsDBNull(i) ? null : r.GetString(i);

    private static async Task<List<T>> ReadAsync<T>(DbConnection connection, string text, List<Guid> ids, Func<DbDataReader, T> read, CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = string.Format(CultureInfo.InvariantCulture, text, string.Join(", ", ids.Select((_, i) => $"@i{i}")));
        for (var i = 0; i < ids.Count; i++)
            WorkStore.Add(command, $"i{i}", ids[i]);
        var rows = new List<T>(ids.Count);
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            rows.Add(read(reader));
        return rows;
    }
}
