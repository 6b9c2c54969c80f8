using System.Data.Common;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.Data.Sqlite;

namespace ControlPlane.Runtime.Persistence.Providers.Sqlite;

/// <summary>
/// SQLite runs in the process: a prepared statement per row is faster than any set-based form. One writer owns the
/// connection, so its prepared statements are kept.
/// </summary>
internal sealed class SqliteDialect : ISqlDialect
{
    private readonly Dictionary<(DbConnection, object, bool), SqliteCommand> _prepared = [];

    public string BeginStatement => "BEGIN IMMEDIATE";

    public string ClaimStatement =>
        """
        UPDATE work_items SET state = 2, owner = @owner, lease_until = @leaseUntil, fence = fence + 1
        WHERE transaction_id IN (SELECT transaction_id FROM work_items WHERE state = 1 AND lane = @lane AND source = @source AND due_at <= @now ORDER BY due_at LIMIT @most)
        RETURNING transaction_id, tenant_id, lane, step, flow, flow_version, due_at, fence, attempts, journal_sequence, variables, held_by, entity_key, turn
        """;

    public string ReleaseStatement =>
        """
        UPDATE work_items SET state = 1
        WHERE state = 6 AND transaction_id IN (SELECT transaction_id FROM work_items WHERE state = 6 AND held_by = @key ORDER BY lane, due_at LIMIT @most)
        """;

    public string? NowStatement => null;

    public Task HoldWorkAsync(DbConnection connection, IReadOnlyList<Guid> transactions, CancellationToken ct) => Task.CompletedTask;

    public string SweepStatement(string set, string where) => $"UPDATE work_items SET {set} WHERE {where}";

    public Task<bool[]> InsertAsync<T>(DbConnection connection, TableSpec<T> table, IReadOnlyList<T> rows, CancellationToken ct) =>
        Task.FromResult(Run(connection, table, rows, insert: true));

    public Task<bool[]> UpdateAsync<T>(DbConnection connection, TableSpec<T> table, IReadOnlyList<T> rows, CancellationToken ct) =>
        Task.FromResult(Run(connection, table, rows, insert: false));

    private bool[] Run<T>(DbConnection connection, TableSpec<T> table, IReadOnlyList<T> rows, bool insert)
    {
        var command = Prepared(connection, table, insert);
        var done = new bool[rows.Count];
        for (var r = 0; r < rows.Count; r++)
        {
            for (var c = 0; c < table.Columns.Length; c++)
                command.Parameters[c].Value = table.Columns[c].Value(rows[r]) switch
                {
                    null => DBNull.Value,
                    Guid id => id.ToByteArray(bigEndian: true),
                    var value => value,
                };
            done[r] = command.ExecuteNonQuery() > 0;
        }

        return done;
    }

    private SqliteCommand Prepared<T>(DbConnection connection, TableSpec<T> table, bool insert)
    {
        if (_prepared.TryGetValue((connection, table, insert), out var command))
            return command;
        command = ((SqliteConnection)connection).CreateCommand();
        command.CommandText = insert ? InsertText(table) : UpdateText(table);
        for (var c = 0; c < table.Columns.Length; c++)
            command.Parameters.Add($"@p{c}", table.Columns[c].Kind switch
            {
                DbKind.Id or DbKind.Bytes => SqliteType.Blob,
                DbKind.Text => SqliteType.Text,
                DbKind.Double => SqliteType.Real,
                _ => SqliteType.Integer,
            });
        command.Prepare();
        return _prepared[(connection, table, insert)] = command;
    }

    /// <summary>A connection that is given up takes its statements with it.</summary>
    public void Forget(DbConnection connection)
    {
        foreach (var (key, command) in _prepared.Where(p => p.Key.Item1 == connection).ToList())
        {
            command.Dispose();
            _prepared.Remove(key);
        }
    }

    private static string InsertText<T>(TableSpec<T> table)
    {
        var columns = string.Join(", ", table.Columns.Select(c => c.Name));
        var values = string.Join(", ", table.Columns.Select((_, i) => $"@p{i}"));
        var keys = string.Join(", ", table.Columns.Take(table.KeyCount).Select(c => c.Name));
        var rest = table.Columns.Skip(table.KeyCount);
        return $"INSERT INTO {table.Table} ({columns}) VALUES ({values})" + table.Conflict switch
        {
            OnConflict.Fail => "",
            OnConflict.Ignore => $" ON CONFLICT ({keys}) DO NOTHING",
            OnConflict.Replace => $" ON CONFLICT ({keys}) DO UPDATE SET " + string.Join(", ", rest.Select(c => $"{c.Name} = excluded.{c.Name}")),
            _ => $" ON CONFLICT ({keys}) DO UPDATE SET " + string.Join(", ", rest.Select(c => c.Largest ? $"{c.Name} = max({c.Name}, excluded.{c.Name})" : $"{c.Name} = {c.Name} + excluded.{c.Name}")),
        };
    }

    private static string UpdateText<T>(TableSpec<T> table)
    {
        var match = table.KeyCount + table.MatchCount;
        var set = string.Join(", ", table.Columns.Skip(match).Select((c, i) => $"{c.Name} = @p{i + match}"));
        var where = string.Join(" AND ", table.Columns.Take(match).Select((c, i) => $"{c.Name} = @p{i}"));
        return $"UPDATE {table.Table} SET {set} WHERE {where}";
    }
}
