using System.Data.Common;

namespace ControlPlane.Runtime.Persistence.Batches;

/// <summary>Statements beside the set-based ones of the dialects, on the connection whose transaction is open.</summary>
internal sealed class BatchSql(DbConnection connection)
{
    public async Task<int> ExecuteAsync(string text, CancellationToken ct, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(text, parameters);
        return await command.ExecuteNonQueryAsync(ct);
    }

    public async Task<List<T>> ReadAsync<T>(string text, Func<DbDataReader, T> read, CancellationToken ct, params (string Name, object? Value)[] parameters)
    {
        await using var command = Command(text, parameters);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct))
            rows.Add(read(reader));
        return rows;
    }

    /// <summary>So many ids fit into one statement on every database.</summary>
    public const int MostIds = 500;

    /// <summary>One statement for many rows, in pieces that every database takes.</summary>
    /// <param name="text">With <c>{ids}</c> in place of the list: <c>... WHERE id IN ({ids})</c>.</param>
    public async Task<int> ForAllAsync(string text, IEnumerable<Guid> ids, CancellationToken ct, params (string Name, object? Value)[] parameters)
    {
        var count = 0;
        // Ordered, so that two nodes that write the same rows wait for each other instead of dead-locking.
        foreach (var chunk in ids.Distinct().Order().Chunk(MostIds))
            count += await ExecuteAsync(List(text, chunk.Length), ct, [.. parameters, .. chunk.Select((id, i) => ($"i{i}", (object?)id))]);
        return count;
    }

    /// <summary>As <see cref="ForAllAsync"/>, for reading.</summary>
    public async Task<List<T>> ReadAllAsync<T>(string text, IEnumerable<Guid> ids, Func<DbDataReader, T> read, CancellationToken ct)
    {
        var rows = new List<T>();
        foreach (var chunk in ids.Distinct().Chunk(MostIds))
            rows.AddRange(await ReadAsync(List(text, chunk.Length), read, ct, [.. chunk.Select((id, i) => ($"i{i}", (object?)id))]));
        return rows;
    }

    private static string List(string text, int count) => text.Replace("{ids}", string.Join(", ", Enumerable.Range(0, count).Select(i => $"@i{i}")), StringComparison.Ordinal);

    /// <summary>A column whose name is a word of T-SQL.</summary>
    public string Quote(string name) => connection is Microsoft.Data.SqlClient.SqlConnection ? $"[{name}]" : name;

    private DbCommand Command(string text, (string Name, object? Value)[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = text;
        foreach (var (name, value) in parameters)
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            parameter.Value = value switch
            {
                null => DBNull.Value,
                Guid id when connection is not Npgsql.NpgsqlConnection => id.ToByteArray(bigEndian: true),
                _ => value,
            };
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
