using System.Data.Common;
using System.Globalization;
using System.Text;
using ControlPlane.Runtime.Persistence.Batches;
using Microsoft.Data.SqlClient;

namespace ControlPlane.Runtime.Persistence.Providers.SqlServer;

/// <summary>
/// SQL Server: rows as a table value constructor in chunks below its limit of 2,100 parameters. No MERGE: its races are
/// well known, and update-then-insert under the key's range lock says the same.
/// </summary>
internal sealed class SqlServerDialect : ISqlDialect
{
    private const int MostParameters = 2000;

    public string BeginStatement => "BEGIN TRANSACTION";

    public string ClaimStatement =>
        """
        WITH ready AS (
            SELECT TOP (@most) * FROM work_items WITH (UPDLOCK, READPAST, ROWLOCK)
            WHERE state = 1 AND lane = @lane AND source = @source AND due_at <= @now ORDER BY due_at)
        UPDATE ready SET state = 2, owner = @owner, lease_until = @leaseUntil, fence = fence + 1
        OUTPUT inserted.transaction_id, inserted.tenant_id, inserted.lane, inserted.step, inserted.flow, inserted.flow_version,
               inserted.due_at, inserted.fence, inserted.attempts, inserted.journal_sequence, inserted.variables, inserted.held_by, inserted.entity_key, inserted.turn
        """;

    public string ReleaseStatement =>
        """
        WITH held AS (
            SELECT TOP (@most) * FROM work_items WITH (UPDLOCK, READPAST, ROWLOCK)
            WHERE state = 6 AND held_by = @key ORDER BY lane, due_at)
        UPDATE held SET state = 1
        """;

    public string NowStatement => "SELECT DATEDIFF_BIG(microsecond, '1970-01-01', SYSUTCDATETIME())";

    public async Task HoldWorkAsync(DbConnection connection, IReadOnlyList<Guid> transactions, CancellationToken ct)
    {
        // One look-up a row, since the order in which a set is locked is the server's own.
        foreach (var chunk in transactions.Order().Chunk(MostParameters))
        {
            await using var command = new SqlCommand(HoldText(chunk.Length), (SqlConnection)connection);
            for (var i = 0; i < chunk.Length; i++)
                command.Parameters.Add(Value($"@w{i}", DbKind.Id, chunk[i]));
            await command.ExecuteNonQueryAsync(ct);
        }
    }

    internal static string HoldText(int rows) =>
        "DECLARE @held int; " + string.Concat(Enumerable.Range(0, rows).Select(i => $"SELECT @held = 1 FROM work_items WITH (UPDLOCK, ROWLOCK) WHERE transaction_id = @w{i}; "));

    public string SweepStatement(string set, string where) => $"UPDATE work_items WITH (READPAST, ROWLOCK) SET {set} WHERE {where}";

    public Task<bool[]> InsertAsync<T>(DbConnection connection, TableSpec<T> table, IReadOnlyList<T> rows, CancellationToken ct) =>
        InChunksAsync(connection, table, rows, InsertText, table.Conflict == OnConflict.Ignore, ct);

    public Task<bool[]> UpdateAsync<T>(DbConnection connection, TableSpec<T> table, IReadOnlyList<T> rows, CancellationToken ct) =>
        InChunksAsync(connection, table, rows, UpdateText, matches: true, ct);

    private static async Task<bool[]> InChunksAsync<T>(
        DbConnection connection, TableSpec<T> table, IReadOnlyList<T> rows, Func<TableSpec<T>, int, string> text, bool matches, CancellationToken ct)
    {
        var done = new bool[rows.Count];
        var chunk = MostParameters / (table.Columns.Length + 1);
        for (var from = 0; from < rows.Count; from += chunk)
        {
            var count = Math.Min(chunk, rows.Count - from);
            await using var command = new SqlCommand(text(table, count), (SqlConnection)connection);
            for (var r = 0; r < count; r++)
            {
                command.Parameters.AddWithValue(Parameter(r, table.Columns.Length), r);
                for (var c = 0; c < table.Columns.Length; c++)
                    command.Parameters.Add(Value(Parameter(r, c), table.Columns[c].Kind, table.Columns[c].Value(rows[from + r])));
            }

            if (!matches)
            {
                await command.ExecuteNonQueryAsync(ct);
                Array.Fill(done, true, from, count);
                continue;
            }

            await using var reader = await command.ExecuteReaderAsync(ct);
            while (await reader.ReadAsync(ct))
                done[from + reader.GetInt32(0)] = true;
        }

        return done;
    }

    private static SqlParameter Value(string name, DbKind kind, object? value)
    {
        var type = kind switch
        {
            DbKind.Id => System.Data.SqlDbType.VarBinary,
            DbKind.Short => System.Data.SqlDbType.SmallInt,
            DbKind.Int => System.Data.SqlDbType.Int,
            DbKind.Long => System.Data.SqlDbType.BigInt,
            DbKind.Double => System.Data.SqlDbType.Float,
            DbKind.Text => System.Data.SqlDbType.NVarChar,
            DbKind.Bool => System.Data.SqlDbType.Bit,
            _ => System.Data.SqlDbType.VarBinary,
        };
        return new SqlParameter(name, type) { Value = value switch { null => DBNull.Value, Guid id => id.ToByteArray(bigEndian: true), var v => v } };
    }

    private static string Parameter(int row, int column) => string.Create(CultureInfo.InvariantCulture, $"@r{row}c{column}");

    /// <summary>The last column numbers the rows, so that the answer can say which of them it is about.</summary>
    private static string Values<T>(TableSpec<T> table, int rows)
    {
        var text = new StringBuilder("(VALUES ");
        for (var r = 0; r < rows; r++)
            text.Append(r == 0 ? "(" : ", (").AppendJoin(", ", Enumerable.Range(0, table.Columns.Length + 1).Select(c => Parameter(r, c))).Append(')');
        return text.Append(") AS v(").AppendJoin(", ", table.Columns.Select(c => $"[{c.Name}]")).Append(", ordinal_)").ToString();
    }

    internal static string InsertText<T>(TableSpec<T> table, int rows)
    {
        var columns = string.Join(", ", table.Columns.Select(c => $"[{c.Name}]"));
        var sameKey = string.Join(" AND ", table.Columns.Take(table.KeyCount).Select(c => $"t.[{c.Name}] = v.[{c.Name}]"));
        var rest = table.Columns.Skip(table.KeyCount).ToList();
        var insertMissing =
            $"INSERT INTO {table.Table} ({columns}) SELECT {string.Join(", ", table.Columns.Select(c => $"v.[{c.Name}]"))} FROM {Values(table, rows)} "
            + $"WHERE NOT EXISTS (SELECT 1 FROM {table.Table} t WITH (UPDLOCK, HOLDLOCK) WHERE {sameKey})";
        return table.Conflict switch
        {
            OnConflict.Fail => $"INSERT INTO {table.Table} ({columns}) SELECT {columns} FROM {Values(table, rows)}",
            // Which rows are new is decided under the range lock, then the same rows are inserted.
            OnConflict.Ignore =>
                $"DECLARE @fresh TABLE (ordinal_ int PRIMARY KEY); INSERT INTO @fresh SELECT v.ordinal_ FROM {Values(table, rows)} "
                + $"WHERE NOT EXISTS (SELECT 1 FROM {table.Table} t WITH (UPDLOCK, HOLDLOCK) WHERE {sameKey}); "
                + $"INSERT INTO {table.Table} ({columns}) SELECT {string.Join(", ", table.Columns.Select(c => $"v.[{c.Name}]"))} FROM {Values(table, rows)} "
                + "WHERE v.ordinal_ IN (SELECT ordinal_ FROM @fresh); SELECT ordinal_ FROM @fresh",
            OnConflict.Replace =>
                $"UPDATE t SET {string.Join(", ", rest.Select(c => $"t.[{c.Name}] = v.[{c.Name}]"))} FROM {table.Table} t INNER JOIN {Values(table, rows)} ON {sameKey}; {insertMissing}",
            _ => $"UPDATE t SET {string.Join(", ", rest.Select(c => $"t.[{c.Name}] = {(c.Largest ? $"CASE WHEN v.[{c.Name}] > t.[{c.Name}] THEN v.[{c.Name}] ELSE t.[{c.Name}] END" : $"t.[{c.Name}] + v.[{c.Name}]")}"))} FROM {table.Table} t INNER JOIN {Values(table, rows)} ON {sameKey}; {insertMissing}",
        };
    }

    internal static string UpdateText<T>(TableSpec<T> table, int rows)
    {
        var match = table.KeyCount + table.MatchCount;
        var set = string.Join(", ", table.Columns.Skip(match).Select(c => $"t.[{c.Name}] = v.[{c.Name}]"));
        var where = string.Join(" AND ", table.Columns.Take(match).Select(c => $"t.[{c.Name}] = v.[{c.Name}]"));
        return $"UPDATE t SET {set} OUTPUT v.ordinal_ FROM {table.Table} t INNER JOIN {Values(table, rows)} ON {where}";
    }
}
