using System.Data.Common;
using ControlPlane.Runtime.Persistence.Batches;
using Npgsql;
using NpgsqlTypes;

namespace ControlPlane.Runtime.Persistence.Providers.PostgreSql;

/// <summary>PostgreSQL: one array per column and one statement per table, whatever the number of rows.</summary>
internal sealed class PostgreSqlDialect : ISqlDialect
{
    public string BeginStatement => "BEGIN";

    // The array is made once. Under IN the planner may run the sub-select once per row, and each run skips what the last one locked: then LIMIT means nothing.
    public string ClaimStatement =>
        """
        UPDATE work_items SET state = 2, owner = @owner, lease_until = @leaseUntil, fence = fence + 1
        WHERE transaction_id = ANY (ARRAY(SELECT transaction_id FROM work_items WHERE state = 1 AND lane = @lane AND source = @source AND due_at <= @now ORDER BY due_at LIMIT @most FOR UPDATE SKIP LOCKED))
        RETURNING transaction_id, tenant_id, lane, step, flow, flow_version, due_at, fence, attempts, journal_sequence, variables, held_by, entity_key, turn
        """;

    public string ReleaseStatement =>
        """
        UPDATE work_items SET state = 1
        WHERE transaction_id = ANY (ARRAY(SELECT transaction_id FROM work_items WHERE state = 6 AND held_by = @key ORDER BY lane, due_at LIMIT @most FOR UPDATE SKIP LOCKED))
        """;

    public string NowStatement => "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint";

    public async Task HoldWorkAsync(DbConnection connection, IReadOnlyList<Guid> transactions, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand("SELECT count(*) FROM (SELECT 1 FROM work_items WHERE transaction_id = ANY ($1) ORDER BY transaction_id FOR UPDATE) held", (NpgsqlConnection)connection);
        command.Parameters.Add(new() { Value = transactions.ToArray(), NpgsqlDbType = NpgsqlDbType.Uuid | NpgsqlDbType.Array });
        await command.ExecuteNonQueryAsync(ct);
    }

    public string SweepStatement(string set, string where) =>
        $"UPDATE work_items SET {set} WHERE transaction_id = ANY (ARRAY(SELECT transaction_id FROM work_items WHERE {where} FOR UPDATE SKIP LOCKED))";

    public async Task<bool[]> InsertAsync<T>(DbConnection connection, TableSpec<T> table, IReadOnlyList<T> rows, CancellationToken ct)
    {
        await using var command = Command(connection, InsertText(table), table, rows);
        if (table.Conflict != OnConflict.Ignore)
        {
            await command.ExecuteNonQueryAsync(ct);
            return All(rows.Count);
        }

        // RETURNING names only the rows that were new; they are told apart by their keys.
        return await MatchAsync(command, table, rows, ct);
    }

    public async Task<bool[]> UpdateAsync<T>(DbConnection connection, TableSpec<T> table, IReadOnlyList<T> rows, CancellationToken ct)
    {
        await using var command = Command(connection, UpdateText(table), table, rows);
        return await MatchAsync(command, table, rows, ct);
    }

    private static async Task<bool[]> MatchAsync<T>(NpgsqlCommand command, TableSpec<T> table, IReadOnlyList<T> rows, CancellationToken ct)
    {
        var hits = new HashSet<RowKey>();
        await using (var reader = await command.ExecuteReaderAsync(ct))
        {
            while (await reader.ReadAsync(ct))
            {
                var key = new object[table.KeyCount];
                reader.GetValues(key);
                hits.Add(new(key));
            }
        }

        var done = new bool[rows.Count];
        for (var r = 0; r < rows.Count; r++)
            // Removing makes the first of two equal rows the new one, as the database saw it.
            done[r] = hits.Remove(new(table.Columns.Take(table.KeyCount).Select(c => c.Value(rows[r])!).ToArray()));
        return done;
    }

    private static NpgsqlCommand Command<T>(DbConnection connection, string text, TableSpec<T> table, IReadOnlyList<T> rows)
    {
        var command = new NpgsqlCommand(text, (NpgsqlConnection)connection);
        foreach (var column in table.Columns)
            command.Parameters.Add(column.Kind switch
            {
                DbKind.Id => Array<T, Guid?>(column, rows, NpgsqlDbType.Uuid),
                DbKind.Short => Array<T, short?>(column, rows, NpgsqlDbType.Smallint),
                DbKind.Int => Array<T, int?>(column, rows, NpgsqlDbType.Integer),
                DbKind.Long => Array<T, long?>(column, rows, NpgsqlDbType.Bigint),
                DbKind.Double => Array<T, double?>(column, rows, NpgsqlDbType.Double),
                DbKind.Text => Array<T, string?>(column, rows, NpgsqlDbType.Text),
                DbKind.Bool => Array<T, bool?>(column, rows, NpgsqlDbType.Boolean),
                _ => Array<T, byte[]?>(column, rows, NpgsqlDbType.Bytea),
            });
        return command;
    }

    private static NpgsqlParameter Array<T, TValue>(Column<T> column, IReadOnlyList<T> rows, NpgsqlDbType type)
    {
        var values = new TValue[rows.Count];
        for (var r = 0; r < rows.Count; r++)
            values[r] = column.Value(rows[r]) is { } value ? (TValue)value : default!;
        return new NpgsqlParameter { Value = values, NpgsqlDbType = type | NpgsqlDbType.Array };
    }

    private static bool[] All(int count)
    {
        var all = new bool[count];
        System.Array.Fill(all, true);
        return all;
    }

    private static string Unnest<T>(TableSpec<T> table) =>
        $"unnest({string.Join(", ", table.Columns.Select((_, i) => $"${i + 1}"))}) AS v({string.Join(", ", table.Columns.Select(c => c.Name))})";

    private static string InsertText<T>(TableSpec<T> table)
    {
        var columns = string.Join(", ", table.Columns.Select(c => c.Name));
        var keys = string.Join(", ", table.Columns.Take(table.KeyCount).Select(c => c.Name));
        var rest = table.Columns.Skip(table.KeyCount);
        return $"INSERT INTO {table.Table} ({columns}) SELECT * FROM {Unnest(table)}" + table.Conflict switch
        {
            OnConflict.Fail => "",
            OnConflict.Ignore => $" ON CONFLICT ({keys}) DO NOTHING RETURNING {keys}",
            OnConflict.Replace => $" ON CONFLICT ({keys}) DO UPDATE SET " + string.Join(", ", rest.Select(c => $"{c.Name} = excluded.{c.Name}")),
            _ => $" ON CONFLICT ({keys}) DO UPDATE SET " + string.Join(", ", rest.Select(c => c.Largest ? $"{c.Name} = greatest({table.Table}.{c.Name}, excluded.{c.Name})" : $"{c.Name} = {table.Table}.{c.Name} + excluded.{c.Name}")),
        };
    }

    private static string UpdateText<T>(TableSpec<T> table)
    {
        var match = table.KeyCount + table.MatchCount;
        var set = string.Join(", ", table.Columns.Skip(match).Select(c => $"{c.Name} = v.{c.Name}"));
        var where = string.Join(" AND ", table.Columns.Take(match).Select(c => $"t.{c.Name} = v.{c.Name}"));
        var keys = string.Join(", ", table.Columns.Take(table.KeyCount).Select(c => "t." + c.Name));
        return $"UPDATE {table.Table} t SET {set} FROM {Unnest(table)} WHERE {where} RETURNING {keys}";
    }

    private readonly struct RowKey(object[] values) : IEquatable<RowKey>
    {
        private readonly object[] _values = values;

        public bool Equals(RowKey other) => _values.AsSpan().SequenceEqual(other._values);

        public override bool Equals(object? other) => other is RowKey key && Equals(key);

        public override int GetHashCode()
        {
            var hash = default(HashCode);
            foreach (var value in _values)
                hash.Add(value);
            return hash.ToHashCode();
        }
    }
}
