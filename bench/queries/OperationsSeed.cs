using System.Data.Common;
using System.Diagnostics;
using ControlPlane.Domain.Shared;
using ControlPlane.Domain.Transactions;
using ControlPlane.Runtime.Ingestion;
using ControlPlane.Runtime.Persistence;
using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace ControlPlane.QueryBench;

/// <summary>Fills journal and transactions with so many events over thirty days until now, ten a transaction; refusals and budgets beside them.</summary>
internal sealed class OperationsSeed(ControlPlaneDb db, int events)
{
    private const int PerTransaction = 10;

    private static readonly string[] Connections = ["shop", "amazon-de", "till", "ebay", "zalando", "otto"];

    private static readonly string[] Systems = ["business-central", "wms-regional", "carrier", "tax"];

    private static readonly string[] Codes = ["mapping.required_missing", "crosswalk.missing", "order.no_lines", "order.ship_to_missing"];

    private readonly DateTimeOffset _first = TimeProvider.System.GetUtcNow() - TimeSpan.FromDays(30);

    private int Transactions => events / PerTransaction;

    public async Task FillAsync(CancellationToken ct)
    {
        await using var context = db.CreateContext();
        await context.Database.MigrateAsync(ct);
        if (await context.Transactions.AnyAsync(ct))
            return;
        var from = Stopwatch.GetTimestamp();
        var connection = await db.OpenAsync(ct);
        await using (connection)
        {
            if (connection is NpgsqlConnection postgres)
                await CopyAsync(postgres, ct);
            else
                await InsertAsync(connection, ct);
        }

        await context.Database.ExecuteSqlRawAsync(db.Provider == DatabaseProvider.PostgreSql ? "VACUUM ANALYZE" : "ANALYZE", ct);
        Console.WriteLine($"seeded {events:N0} events of {Transactions:N0} transactions in {Stopwatch.GetElapsedTime(from).TotalSeconds:0} s");
    }

    private async Task CopyAsync(NpgsqlConnection connection, CancellationToken ct)
    {
        foreach (var (table, columns, rows) in Tables())
        {
            await using var import = await connection.BeginBinaryImportAsync($"COPY {table} ({columns}) FROM STDIN (FORMAT BINARY)", ct);
            foreach (var row in rows)
            {
                await import.StartRowAsync(ct);
                foreach (var value in row)
                    if (value is null)
                        await import.WriteNullAsync(ct);
                    else
                        await import.WriteAsync(value, value switch { Guid => NpgsqlDbType.Uuid, short => NpgsqlDbType.Smallint, int => NpgsqlDbType.Integer, long => NpgsqlDbType.Bigint, bool => NpgsqlDbType.Boolean, _ => NpgsqlDbType.Text }, ct);
            }

            await import.CompleteAsync(ct);
        }
    }

    private async Task InsertAsync(DbConnection connection, CancellationToken ct)
    {
        foreach (var (table, columns, rows) in Tables())
        {
            await using var dbTransaction = await connection.BeginTransactionAsync(ct);
            await using var command = connection.CreateCommand();
            command.Transaction = dbTransaction;
            var count = columns.Split(',').Length;
            command.CommandText = $"INSERT INTO {table} ({columns}) VALUES ({string.Join(", ", Enumerable.Range(0, count).Select(i => $"@p{i}"))})";
            for (var i = 0; i < count; i++)
            {
                var parameter = command.CreateParameter();
                parameter.ParameterName = $"@p{i}";
                command.Parameters.Add(parameter);
            }

            foreach (var row in rows)
            {
                for (var i = 0; i < count; i++)
                    command.Parameters[i].Value = row[i] switch { null => DBNull.Value, Guid id => id.ToByteArray(bigEndian: true), var value => value };
                await command.ExecuteNonQueryAsync(ct);
            }

            await dbTransaction.CommitAsync(ct);
        }
    }

    private IEnumerable<(string Table, string Columns, IEnumerable<object?[]> Rows)> Tables()
    {
        yield return ("transactions", "id, tenant_id, kind, state, stage, step, connection, flow, flow_version, number, reference, correlation_id, currency, total_minor, line_count, placed_at, received_at, updated_at, closed_at, since, owner_assigned, revision", TransactionRows());
        yield return ("journal", "transaction_id, at, sequence, tenant_id, type, step, stage, system, summary, code, attempt, duration_microseconds", JournalRows());
        yield return ("messages", "id, tenant_id, connection, topic, state, correlation_id, received_at, payload_id, code, part, arrival", MessageRows());
        yield return ("budget_minutes", "tenant_id, connection, budget, minute, node_id, used_milli, calls, refused, waits", BudgetRows());
    }

    /// <summary>One in two hundred stays open: one of those in ten is stuck.</summary>
    private static TransactionState StateOf(int i) => i % 200 != 0 ? TransactionState.Closed : i % 2_000 == 0 ? TransactionState.Stuck : TransactionState.Waiting;

    private long At(int i) => (_first + TimeSpan.FromDays(30) * ((double)i / Transactions)).ToMicroseconds();

    private Guid Id(int i, byte kind)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid.CreateVersion7(Instant.FromMicroseconds(At(i))).TryWriteBytes(bytes, bigEndian: true, out _);
        // The random part is computed from the number, so that every table can name it.
        new Random(i * 8 + kind).NextBytes(bytes[9..]);
        (bytes[6], bytes[7], bytes[8]) = (0x70, kind, 0x80);
        return new Guid(bytes, bigEndian: true);
    }

    private IEnumerable<object?[]> TransactionRows()
    {
        for (var i = 0; i < Transactions; i++)
        {
            var (at, state) = (At(i), StateOf(i));
            yield return [Id(i, 1), 1, "order", (short)state, "closed", "close", Connections[i % 6], "order-to-shipment", 0, $"#{i}", $"r{i}", $"c{i}", "EUR", 12_640L, 3, at, at, at + 9_000_000, state == TransactionState.Closed ? at + 9_000_000 : null, at, false, 5];
        }
    }

    private IEnumerable<object?[]> JournalRows()
    {
        JournalEventType[] story = [JournalEventType.Received, JournalEventType.Validated, JournalEventType.Mapped, JournalEventType.CallSucceeded, JournalEventType.Mapped, JournalEventType.CallSucceeded, JournalEventType.WaitStarted, JournalEventType.SignalReceived, JournalEventType.CallSucceeded, JournalEventType.Closed];
        for (var i = 0; i < Transactions; i++)
        {
            var (id, at, state) = (Id(i, 1), At(i), StateOf(i));
            for (var e = 0; e < PerTransaction; e++)
            {
                var type = e < PerTransaction - 1 ? story[e] : state == TransactionState.Closed ? JournalEventType.Closed : JournalEventType.DeadLettered;
                yield return [id, at + e * 1_000_000L, e + 1, 1, (short)type, "step", "stage", e == 0 ? Connections[i % 6] : Systems[(i + e) % 4], "ERP created SO-88412 in 163 ms", type == JournalEventType.DeadLettered ? Codes[i / 200 % 4] : null, 1, 163_000];
            }
        }
    }

    private IEnumerable<object?[]> MessageRows()
    {
        for (var i = 0; i < Transactions; i += 100)
            yield return [Id(i, 2), 1, Connections[i % 6], "orders/create", (short)MessageState.Refused, $"m{i}", At(i), Id(i, 3), i % 3 == 0 ? "json.not_readable" : "order.no_lines", 0, (short)1];
    }

    private IEnumerable<object?[]> BudgetRows()
    {
        var last = TimeProvider.System.GetUtcNow().ToMicroseconds() / 60_000_000 * 60_000_000;
        var node = Guid.CreateVersion7();
        for (var minute = last - 8L * 24 * 60 * 60_000_000; minute <= last; minute += 60_000_000)
            foreach (var system in Systems.Concat(Connections))
                yield return [1, system, "orders", minute, node, 60_000L, 60, (int)(minute / 60_000_000 % 7 == 0 ? 2 : 0), (int)(minute / 60_000_000 % 5 == 0 ? 3 : 0)];
    }
}
