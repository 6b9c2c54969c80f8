using System.Data.Common;
using System.Globalization;
using ControlPlane.Domain.Effects;
using ControlPlane.Domain.Transactions;
using ControlPlane.Faults.Databases;

namespace ControlPlane.Faults.Checker;

public sealed record TransactionRecord(string Number, string Channel, TransactionState State, string Step, string FaultCode);

public sealed record EffectRecord(string Number, string System, WriteKind WriteKind, EffectState State, int Attempts);

/// <summary>What the product believes, read from its tables by a reader of its own.</summary>
public sealed record ProductRecords(IReadOnlyList<TransactionRecord> Transactions, IReadOnlyList<EffectRecord> Effects)
{
    public static async Task<ProductRecords> ReadAsync(RigDatabase database, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var transactions = new List<TransactionRecord>();
        await foreach (var row in RowsAsync(connection, "SELECT number, connection, state, step, fault_code FROM transactions", ct))
            transactions.Add(new(row.GetString(0), row.GetString(1), (TransactionState)row.GetInt16(2), row.GetString(3), row.IsDBNull(4) ? "" : row.GetString(4)));
        var effects = new List<EffectRecord>();
        await foreach (var row in RowsAsync(connection, "SELECT t.number, e.connection, e.write_kind, e.state, e.attempts FROM effects e INNER JOIN transactions t ON t.id = e.transaction_id", ct))
            effects.Add(new(row.GetString(0), row.GetString(1), (WriteKind)row.GetInt32(2), (EffectState)row.GetInt32(3), row.GetInt32(4)));
        return new(transactions, effects);
    }

    /// <summary>One order's journal, a line each.</summary>
    public static async Task<IReadOnlyList<string>> JournalAsync(RigDatabase database, string number, CancellationToken ct)
    {
        await using var connection = await database.OpenAsync(ct);
        var lines = new List<string>();
        var query = $"SELECT j.at, j.sequence, j.type, j.step, j.summary, j.code, j.attempt FROM journal j INNER JOIN transactions t ON t.id = j.transaction_id WHERE t.number = '{number}' ORDER BY j.at, j.sequence";
        await foreach (var row in RowsAsync(connection, query, ct))
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{row.GetInt64(0)}\t#{row.GetInt32(1)} {(JournalEventType)row.GetInt16(2)} at {row.GetString(3)}: {row.GetString(4)} {(row.IsDBNull(5) ? "" : row.GetString(5))}"));
        return lines;
    }

    private static async IAsyncEnumerable<DbDataReader> RowsAsync(DbConnection connection, string query, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = query;
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            yield return reader;
    }
}
